import { useDeferredValue, useState } from "react";
import { type EventsState, useEvents } from "../client/useEvents";
import { graphql } from "../gql";
import type { DeployQuery as DeployAnswer } from "../gql/graphql";
import { deployEnded } from "./deployFigures";
import { adoptSnapshot, type DeployState, deployState, reduceDeploy } from "./deployState";

// `lastSeq`, the figures, sites and builds are one moment: never ask for `lastSeq` without the others.
export const DeployQuery = graphql(/* GraphQL */ `
  query Deploy($id: ID!) {
    deploy(id: $id) {
      id
      title
      sitesAtOnce
      skipFailingPatches
      actorName
      createdAt
      releases {
        app
        commit
      }
      retryOf {
        id
      }
      action {
        id
      }
      lastSeq
      progress {
        status
        total
        running
        done
        rolledBack
        broken
        cancelled
        notStarted
        secondsLeft
        startedAt
        finishedAt
      }
      sites {
        siteId
        siteName
        serverId
        actionId
        fromRevisionId
        toRevisionId
        status
        step
        detail
        percent
        maintenanceSince
        maintenanceSeconds
        skippedPatches
        errorCode
        errorMessage
        startedAt
        finishedAt
      }
      builds {
        actionId
        revisionId
        serverId
        status
        percent
        task
      }
    }
    servers {
      id
      name
    }
    benches {
      id
      name
      revisions {
        id
        name
        version
      }
    }
  }
`);

const DeployProgressSubscription = graphql(/* GraphQL */ `
  subscription DeployProgress($deployId: ID!, $after: Int!) {
    deployProgress(deployId: $deployId, after: $after) {
      seq
      at
      progress {
        status
        total
        running
        done
        rolledBack
        broken
        cancelled
        notStarted
        secondsLeft
        startedAt
        finishedAt
      }
      site {
        siteId
        siteName
        serverId
        actionId
        fromRevisionId
        toRevisionId
        status
        step
        detail
        percent
        maintenanceSince
        maintenanceSeconds
        skippedPatches
        errorCode
        errorMessage
        startedAt
        finishedAt
      }
      build {
        actionId
        revisionId
        serverId
        status
        percent
        task
      }
    }
  }
`);

/** What the page knows of a deploy besides what moves. */
export type Deploy = NonNullable<DeployAnswer["deploy"]>;

/** A deploy as it is now: the snapshot, and everything that happened since, in any number of windows. */
export function useDeploy(deploy: Deploy): { state: DeployState; stream: EventsState } {
  const [state, setState] = useState(() => deployState(deploy));
  const [adopted, setAdopted] = useState(deploy);
  const [over] = useState(() => deployEnded(deploy.progress.status));
  if (adopted !== deploy) {
    setAdopted(deploy);
    setState(adoptSnapshot(state, deploy));
  }
  // However fast events come, drawing them never holds up a click.
  const shown = useDeferredValue(state);
  const stream = useEvents({
    document: DeployProgressSubscription,
    variables: { deployId: deploy.id },
    after: state.lastSeq,
    eventOf: (data) => data.deployProgress,
    onEvents: (events) => setState((before) => reduceDeploy(before, events)),
    pause: over,
  });
  return { state: shown, stream: over ? { state: "ended", errors: [] } : stream };
}

/** Names of what a deploy only has the ids of. */
export interface Names {
  server: (id: string) => string;
  /** `main r4`, or nothing when the revision was removed. */
  revision: (id: string) => string;
  version: (id: string) => string;
}

/** Looks names up in the answer that came with the deploy. */
export function namesOf(data: Pick<DeployAnswer, "servers" | "benches">): Names {
  const servers = new Map(data.servers.map((server) => [server.id, server.name]));
  const revisions = new Map<string, { name: string; version: string }>();
  for (const bench of data.benches) {
    for (const { id, name, version } of bench.revisions) {
      revisions.set(id, { name: `${bench.name} ${name}`, version });
    }
  }
  return {
    server: (id) => servers.get(id) ?? `server ${id}`,
    revision: (id) => revisions.get(id)?.name ?? "",
    version: (id) => revisions.get(id)?.version ?? "",
  };
}
