import { cacheExchange } from "@urql/exchange-graphcache";
import {
  type Client,
  createClient,
  type Exchange,
  type ExchangeIO,
  fetchExchange,
  mapExchange,
  type Operation,
  type OperationResult,
} from "urql";
import { empty, filter, merge, type Source, share } from "wonka";
import { connection } from "./connection";
import { faultsOf, isOffline, PASSWORD_CHANGE, UNAUTHENTICATED } from "./errors";

/** What the page does about errors that are not one view's own business. */
export interface ErrorHandlers {
  /** Nobody is signed in, or no longer. */
  onUnauthenticated: () => void;
  /** The one-time password must be replaced first. */
  onPasswordChange: () => void;
  /** A mutation failed and the form that sent it did not say that it shows the error itself. */
  onMutationError: (error: unknown) => void;
}

/** Context of a mutation whose form shows its errors in place. */
export const shownInPlace = { errorsShownInPlace: true };

/**
 * Context of a query whose answer has no use in the cache: answers of thousands of rows that a view keeps
 * itself, and those whose arguments are so long that cached keys made of them would take minutes.
 */
export const uncached = { uncached: true, requestPolicy: "network-only" } as const;

/** The whole GraphQL client: one cache, one way to fetch, errors told apart by `extensions.code`. */
export function createGraphClient(handlers: ErrorHandlers): Client {
  return createClient({
    url: "/graphql",
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    fetchOptions: { headers: { "X-Central": "1" }, credentials: "same-origin" },
    exchanges: [
      mapExchange({
        onResult: (result) => {
          if (result.stale) {
            return;
          }
          if (isOffline(result.error ?? "")) {
            connection.down("requests");
          } else {
            connection.up("requests");
          }
        },
        onError: (error, operation) => {
          const codes = faultsOf(error).map((fault) => fault.code);
          if (codes.includes(UNAUTHENTICATED)) {
            handlers.onUnauthenticated();
          } else if (codes.includes(PASSWORD_CHANGE)) {
            handlers.onPasswordChange();
          } else if (operation.kind === "mutation" && !operation.context.errorsShownInPlace) {
            handlers.onMutationError(error);
          }
        },
      }),
      exceptUncached(cacheExchange({ keys: cacheKeys, logger: () => {} })),
      fetchExchange,
    ],
  });
}

/** Lets operations with the context `uncached`, and their answers, go around an exchange. */
function exceptUncached(exchange: Exchange): Exchange {
  const goesAround = (operation: Operation) => operation.context.uncached === true;
  return (input) => (operations) => {
    const asked = share(operations);
    let aroundIt: Source<OperationResult> = empty;
    // Both ways lead to one call of `forward`: an exchange may be called only once.
    const forward: ExchangeIO = (through) => {
      const around = filter(goesAround)(asked);
      const answers = share(input.forward(merge([through, around])));
      aroundIt = filter((answer: OperationResult) => goesAround(answer.operation))(answers);
      return filter((answer: OperationResult) => !goesAround(answer.operation))(answers);
    };
    const cached = filter((operation: Operation) => !goesAround(operation))(asked);
    const throughIt = exchange({ ...input, forward })(cached);
    return merge([throughIt, aroundIt]);
  };
}

/** Objects without an identity of their own live inside their parents. */
const embedded = () => null;

const cacheKeys = {
  Actor: embedded,
  PageInfo: embedded,
  SiteConnection: embedded,
  ActionConnection: embedded,
  DeployConnection: embedded,
  AuditConnection: embedded,
  AppCommit: embedded,
  RevisionApp: embedded,
  ReleaseRange: embedded,
  DeployProgress: embedded,
  DeploySite: embedded,
  DeployBuild: embedded,
  DeployEvent: embedded,
  DeployPlan: embedded,
  PlanGroup: embedded,
  PlanMove: embedded,
  PlanSite: embedded,
  PlanNote: embedded,
  BackupPolicy: embedded,
  BackupRemovalPlan: embedded,
  ScopedBackupPolicy: embedded,
  SitePolicy: embedded,
  RestorePlan: embedded,
  BulkPlan: embedded,
  AppTable: embedded,
  SiteApp: embedded,
  SiteLogin: embedded,
  ActionEvent: embedded,
  ServerHealth: embedded,
  ServerSample: embedded,
  DiskUse: embedded,
  ServiceState: embedded,
  CertificateEnd: embedded,
  ServerPoint: embedded,
  SiteHealth: embedded,
  Replication: embedded,
  ServerFacts: embedded,
  ServerDisk: embedded,
  ServerNote: embedded,
  ServerLook: embedded,
  ServerActionPlan: embedded,
  SwitchPlan: embedded,
  SwitchCheck: embedded,
  Money: embedded,
  PlanLimits: embedded,
  CustomerConnection: embedded,
  SubscriptionConnection: embedded,
  Figures: embedded,
  DayCount: embedded,
  Cohort: embedded,
  ChurnMonth: embedded,
  Placement: embedded,
  PlacedBench: embedded,
  SiteUsage: embedded,
  UsageDay: embedded,
  LimitExcess: embedded,
  SignUpConnection: embedded,
};
