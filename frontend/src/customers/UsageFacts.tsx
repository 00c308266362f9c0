import { Button } from "@mantine/core";
import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import { formatBytes } from "../ui/bytes";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import type { PageSubscription } from "./CustomerPage";
import classes from "./customers.module.css";

const CollectUsageMutation = graphql(/* GraphQL */ `
  mutation CollectUsage($input: CollectUsageInput!) {
    collectUsage(input: $input) {
      server {
        id
      }
    }
  }
`);

/** What the site of a subscription uses beside what its plan allows, and of what it uses more. */
export function UsageFacts({
  subscription: { site, plan, overLimits },
  onlyLook,
}: {
  subscription: PageSubscription;
  /** Why nothing can be done; undefined for those who may. */
  onlyLook: string | undefined;
}) {
  const [{ fetching }, collect] = useMutation(CollectUsageMutation);
  const [asked, setAsked] = useState(false);
  if (!site) {
    return null;
  }
  const { usage } = site;
  const ask = async () => {
    const answer = await collect({ input: { serverId: site.server.id } });
    setAsked(Boolean(answer.data));
  };
  return (
    <section className={classes.usage} aria-label={`Usage of ${site.name}`}>
      {overLimits.length > 0 ? (
        <ul className={classes.over} aria-label="Over its limits">
          {overLimits.map(({ limit, sentence }) => (
            <li key={limit}>
              <StatusBadge look={{ tone: "wait", word: sentence }} quiet />
            </li>
          ))}
        </ul>
      ) : null}
      <p className={classes.dim}>
        {usage ? (
          <>
            {usage.users === null ? "" : `${ofLimit(usage.users, plan.limits.users, "users")} · `}
            {formatBytes(usage.storageBytes)}
            {plan.limits.storageBytes === null
              ? ""
              : ` of ${formatBytes(plan.limits.storageBytes)}`}{" "}
            of storage: database {formatBytes(usage.databaseBytes)}, files{" "}
            {formatBytes(usage.filesBytes)} · collected <RelativeTime at={usage.takenAt} />
          </>
        ) : (
          "What it uses was not collected yet."
        )}{" "}
        <Button
          size="compact-xs"
          variant="subtle"
          loading={fetching}
          disabled={onlyLook !== undefined || asked}
          title={onlyLook}
          onClick={() => void ask()}
        >
          {asked ? "Asked for" : "Collect now"}
        </Button>
      </p>
    </section>
  );
}

function ofLimit(used: number, allowed: number | null, what: string): string {
  const limit = allowed === null ? "" : ` of ${allowed.toLocaleString("en")}`;
  return `${used.toLocaleString("en")}${limit} ${what}`;
}
