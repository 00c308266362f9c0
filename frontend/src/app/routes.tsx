import { actionRoute, actionsRoute } from "./routes/activity";
import { adoptRoute } from "./routes/adopt";
import { appsRoute } from "./routes/apps";
import { auditRoute } from "./routes/audit";
import { backupsRoute } from "./routes/backups";
import { benchesRoute, benchRoute } from "./routes/benches";
import { certificatesRoute } from "./routes/certificates";
import {
  customerRoute,
  customersRoute,
  plansRoute,
  signUpsRoute,
  subscriptionsRoute,
} from "./routes/customers";
import { deployRoute, deploysRoute } from "./routes/deploys";
import { overviewRoute } from "./routes/overview";
import { pairRoute, pairsRoute } from "./routes/pairs";
import { serverRoute, serversRoute } from "./routes/servers";
import { loginRoute, passwordRoute } from "./routes/session";
import { rootRoute, shellRoute } from "./routes/shell";
import { createSiteRoute, siteRoute, sitesRoute } from "./routes/sites";

/** Every address of the dashboard. */
export const routeTree = rootRoute.addChildren([
  loginRoute,
  passwordRoute,
  shellRoute.addChildren([
    overviewRoute,
    sitesRoute,
    createSiteRoute,
    siteRoute,
    deploysRoute,
    deployRoute,
    actionsRoute,
    actionRoute,
    benchesRoute,
    benchRoute,
    serversRoute,
    serverRoute,
    adoptRoute,
    backupsRoute,
    certificatesRoute,
    pairsRoute,
    pairRoute,
    customersRoute,
    customerRoute,
    subscriptionsRoute,
    signUpsRoute,
    plansRoute,
    appsRoute,
    auditRoute,
  ]),
]);
