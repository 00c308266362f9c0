import { notifications } from "@mantine/notifications";
import { useEffect, useRef } from "react";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";

const AlertsQuery = graphql(/* GraphQL */ `
  query Alerts {
    alerts(first: 200) {
      id
      severity
      subject
      sentence
    }
  }
`);

/** How many new alerts are shown one by one; more of them are one notification. */
const ONE_BY_ONE = 3;

/** The open alerts, counted. */
export interface OpenAlerts {
  count: number;
  /** Whether one of them cannot wait. */
  critical: boolean;
}

/** The open alerts, kept up to date; those that are raised while one looks show as notifications. */
export function useAlerts(): OpenAlerts | undefined {
  const [{ data }] = usePolledQuery({ query: AlertsQuery, every: 10_000 });
  const known = useRef<Set<string>>(undefined);
  const alerts = data?.alerts;

  useEffect(() => {
    if (!alerts) {
      return;
    }
    const before = known.current;
    known.current = new Set(alerts.map(({ id }) => id));
    const raised = before ? alerts.filter(({ id }) => !before.has(id)) : [];
    if (raised.length > ONE_BY_ONE) {
      notifications.show({
        color: raised.some(({ severity }) => severity === "CRITICAL") ? "red" : "yellow",
        title: `${raised.length} new alerts`,
        message: `${raised[0]?.subject}: ${raised[0]?.sentence}`,
        autoClose: 12_000,
      });
      return;
    }
    for (const { subject, sentence, severity } of raised) {
      notifications.show({
        color: severity === "CRITICAL" ? "red" : "yellow",
        title: subject,
        message: sentence,
        autoClose: 12_000,
      });
    }
  }, [alerts]);

  return (
    alerts && {
      count: alerts.length,
      critical: alerts.some(({ severity }) => severity === "CRITICAL"),
    }
  );
}
