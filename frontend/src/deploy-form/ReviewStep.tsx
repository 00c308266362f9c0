import { Button, NumberInput, Skeleton, Switch, Tooltip } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import classes from "./DeployPanel.module.css";
import { type Draft, type DraftChange, idempotencyKey, randomId, SITES_AT_ONCE } from "./draft";
import { PlanView } from "./PlanView";

const DeployPlanQuery = graphql(/* GraphQL */ `
  query DeployPlan($input: DeployPlanInput!) {
    deployPlan(input: $input) {
      ...PlanView_plan
      siteCount
      notes {
        severity
        siteId
      }
    }
  }
`);

const DeploySitesMutation = graphql(/* GraphQL */ `
  mutation DeploySites($input: DeploySitesInput!) {
    deploySites(input: $input) {
      deploy {
        id
        title
        status
      }
    }
  }
`);

/** The second step: exactly what would happen, what stands in the way, and the button that does it. */
export function ReviewStep({
  siteIds,
  draft,
  change,
  onBack,
  onSites,
  onStarted,
}: {
  siteIds: readonly string[];
  draft: Draft;
  change: (what: DraftChange) => void;
  onBack: () => void;
  onSites: (ids: string[]) => void;
  onStarted: () => void;
}) {
  const navigate = useNavigate();
  const { releases, sitesAtOnce, skipFailingPatches } = draft;
  const [{ data, error, fetching }, again] = useQuery({
    query: DeployPlanQuery,
    variables: { input: { siteIds: [...siteIds], releases, sitesAtOnce } },
    context: uncached,
  });
  const [{ error: refusal, fetching: sending }, deploySites] = useMutation(DeploySitesMutation);
  const [leaving, setLeaving] = useState(false);

  const plan = error ? undefined : data?.deployPlan;
  const blocking = plan?.notes.filter(({ severity }) => severity === "BLOCKING") ?? [];
  const blocked = new Set(blocking.flatMap(({ siteId }) => (siteId ? [siteId] : [])));
  const count = plan?.siteCount ?? siteIds.length;
  const reason = whyNot(plan !== undefined, blocking.length, count);

  const deploy = async () => {
    const result = await deploySites(
      {
        input: {
          siteIds: [...siteIds],
          releases,
          sitesAtOnce,
          skipFailingPatches,
          idempotencyKey: idempotencyKey(draft, siteIds),
        },
      },
      shownInPlace,
    );
    if (result.data) {
      setLeaving(true);
      await navigate({
        to: "/deploys/$deployId",
        params: { deployId: result.data.deploySites.deploy.id },
      });
      change({ type: "renew", formId: randomId() });
      onStarted();
    }
  };

  return (
    <>
      <div className={classes.body}>
        {error ? (
          <ErrorPanel
            title="There is no plan for this"
            error={error}
            onRetry={() => again(uncached)}
          />
        ) : null}
        {plan ? (
          <PlanView
            plan={plan}
            onLeaveOut={
              blocked.size > 0 && blocked.size < siteIds.length
                ? () => onSites(siteIds.filter((id) => !blocked.has(id)))
                : undefined
            }
            leaveOutCount={blocked.size}
          />
        ) : error ? null : (
          <output className={classes.waiting} aria-label="The plan is being made">
            <Skeleton height={66} />
            <Skeleton height={180} />
            <Skeleton height={180} />
          </output>
        )}
        <div className={classes.options}>
          <NumberInput
            label="Sites at once on each server"
            description="More is faster and loads the servers more; each site is still down only for its own migration."
            min={SITES_AT_ONCE.least}
            max={SITES_AT_ONCE.most}
            clampBehavior="strict"
            allowDecimal={false}
            value={sitesAtOnce}
            onChange={(value) => {
              if (typeof value === "number") {
                change({ type: "sitesAtOnce", value });
              }
            }}
            w={280}
          />
          <Switch
            label="Go on when a patch fails"
            description="The failing patch is skipped and listed with its site. Without this, the site goes back to its old code and data."
            checked={skipFailingPatches}
            onChange={(event) =>
              change({ type: "skipFailingPatches", value: event.currentTarget.checked })
            }
          />
        </div>
      </div>
      <footer className={classes.foot}>
        <div className={classes.footWords}>
          {refusal ? <ErrorPanel title="Nothing was queued" error={refusal} /> : null}
        </div>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        <Tooltip label={reason} disabled={reason === ""}>
          <Button
            leftSection={<IconRocket size={16} aria-hidden />}
            loading={sending || leaving || (fetching && !plan)}
            data-disabled={reason !== "" || undefined}
            aria-disabled={reason !== ""}
            onClick={reason === "" ? deploy : undefined}
          >
            Deploy {count.toLocaleString("en")} {count === 1 ? "site" : "sites"}
          </Button>
        </Tooltip>
      </footer>
    </>
  );
}

/** Why the button does nothing; empty when it works. */
function whyNot(planned: boolean, blocking: number, count: number): string {
  if (!planned) {
    return "There is no plan yet";
  }
  if (blocking > 0) {
    return "Something stands in the way, see the notes in red";
  }
  return count === 0 ? "Every site is there already" : "";
}
