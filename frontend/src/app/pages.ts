import {
  IconActivity,
  IconArrowsLeftRight,
  IconBox,
  IconCertificate,
  IconDatabaseExport,
  IconHistory,
  IconLayoutDashboard,
  IconPackage,
  IconReceipt,
  IconRocket,
  IconServer2,
  IconTags,
  IconUsers,
  IconWorld,
} from "@tabler/icons-react";

/** The pages of the rail, in its order. */
export const pages = [
  { to: "/", name: "Overview", icon: IconLayoutDashboard },
  { to: "/sites", name: "Sites", icon: IconWorld },
  { to: "/deploys", name: "Deploys", icon: IconRocket },
  { to: "/benches", name: "Benches", icon: IconBox },
  { to: "/servers", name: "Servers", icon: IconServer2 },
  { to: "/pairs", name: "Pairs", icon: IconArrowsLeftRight },
  { to: "/backups", name: "Backups", icon: IconDatabaseExport },
  { to: "/certificates", name: "Certificates", icon: IconCertificate },
  { to: "/customers", name: "Customers", icon: IconUsers },
  { to: "/subscriptions", name: "Subscriptions", icon: IconReceipt },
  { to: "/plans", name: "Plans", icon: IconTags },
  { to: "/apps", name: "Apps", icon: IconPackage },
  { to: "/activity", name: "Activity", icon: IconActivity },
  { to: "/audit", name: "Audit", icon: IconHistory },
] as const;
