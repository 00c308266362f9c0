import { Button } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useQuery } from "urql";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { DeploySkeleton } from "./DeploySkeleton";
import { DeployView } from "./DeployView";
import { DeployQuery, namesOf } from "./useDeploy";

/** One deploy, live. */
export function DeployPage() {
  const { deployId } = useParams({ from: "/shell/deploys/$deployId" });
  const [{ data, error, fetching }, again] = useQuery({
    query: DeployQuery,
    variables: { id: deployId },
  });
  const names = useMemo(() => (data ? namesOf(data) : null), [data]);
  // On the way from one deploy to another the answer is still the one before.
  if (data?.deploy?.id === deployId && names) {
    return <DeployView key={deployId} deploy={data.deploy} names={names} />;
  }
  if (error) {
    return (
      <>
        <PageHeader title={`Deploy ${deployId}`} />
        <ErrorPanel
          title="The deploy could not be loaded"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      </>
    );
  }
  if (fetching || !data || data.deploy) {
    return <DeploySkeleton title={`Deploy ${deployId}`} />;
  }
  return (
    <EmptyState
      icon={<IconRocket size={20} />}
      title={`There is no deploy ${deployId}`}
      action={
        <Button component={Link} to="/deploys" variant="default">
          All deploys
        </Button>
      }
    />
  );
}
