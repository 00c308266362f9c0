import { Button, Pill, Radio, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { IconGitCommit } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { Commit } from "../ui/Commit";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { RelativeTime } from "../ui/RelativeTime";
import type { KnownSite } from "./DeployPanel";
import classes from "./DeployPanel.module.css";
import type { Draft, DraftChange } from "./draft";
import { type Standing, standings, standingWords, usualApp } from "./standing";

const DeployAppsQuery = graphql(/* GraphQL */ `
  query DeployApps {
    apps {
      id
      name
      branch
    }
    benches {
      id
      revisions {
        id
        apps {
          app
          commit
        }
      }
    }
  }
`);

const DeployReleasesQuery = graphql(/* GraphQL */ `
  query DeployReleases($app: String!) {
    releases(app: $app, first: 100) {
      id
      commit
      version
      subject
      author
      authoredAt
      position
      touches
    }
  }
`);

/** With more apps than this, they are a list to choose from instead of tabs. */
const TABS = 5;

/** The first step: a release for one app or more. */
export function ReleaseStep({
  known,
  draft,
  change,
  onReview,
}: {
  known: readonly KnownSite[];
  draft: Draft;
  change: (what: DraftChange) => void;
  onReview: () => void;
}) {
  const [{ data, error }, again] = useQuery({ query: DeployAppsQuery });
  const [chosenApp, setChosenApp] = useState<string>();
  const apps = useMemo(() => {
    const commits = commitsByRevision(data?.benches ?? []);
    const concerned = new Set(
      known.flatMap(({ revision }) => [...(commits.get(revision.id)?.keys() ?? [])]),
    );
    const all = data?.apps ?? [];
    return concerned.size > 0 ? all.filter(({ name }) => concerned.has(name)) : all;
  }, [data, known]);

  if (error && !data) {
    return (
      <div className={classes.body}>
        <ErrorPanel title="The apps did not come" error={error} onRetry={() => again()} />
      </div>
    );
  }
  const usual = usualApp(known.map(({ version }) => version));
  const app =
    chosenApp ??
    draft.releases[0]?.app ??
    apps.find(({ name }) => name === usual)?.name ??
    apps.at(-1)?.name;
  const names = apps.map(({ name }) => name);

  return (
    <>
      <div className={classes.body}>
        <p className={classes.lead}>
          Choose the commit to move to. Other apps of a site stay at the commits they are on.
        </p>
        {names.length > 1 && app ? (
          names.length <= TABS ? (
            <SegmentedControl
              aria-label="App"
              data={names}
              value={app}
              onChange={setChosenApp}
              style={{ alignSelf: "flex-start" }}
            />
          ) : (
            <Select
              aria-label="App"
              searchable
              allowDeselect={false}
              data={names}
              value={app}
              onChange={(name) => name && setChosenApp(name)}
            />
          )
        ) : null}
        {data && apps.length === 0 ? (
          <EmptyState icon={<IconGitCommit size={22} />} title="No app is on record">
            An administrator adds the app's repository first; then its commits show here.
          </EmptyState>
        ) : null}
        {app && data ? (
          <Releases
            key={app}
            app={app}
            current={currentCommits(app, known, data.benches)}
            picked={draft.releases.find((release) => release.app === app)?.commit}
            onPick={(commit) => change({ type: "pick", app, commit })}
          />
        ) : null}
      </div>
      <footer className={classes.foot}>
        <div className={classes.footWords}>
          {draft.releases.length === 0 ? (
            "No release chosen yet"
          ) : (
            <div className={classes.chips}>
              {draft.releases.map((release) => (
                <Pill
                  key={release.app}
                  withRemoveButton
                  removeButtonProps={{ "aria-label": `Leave ${release.app} as it is` }}
                  onRemove={() => change({ type: "drop", app: release.app })}
                >
                  {release.app} {release.commit.slice(0, 8)}
                </Pill>
              ))}
            </div>
          )}
        </div>
        <Button disabled={draft.releases.length === 0} onClick={onReview}>
          Review
        </Button>
      </footer>
    </>
  );
}

function Releases({
  app,
  current,
  picked,
  onPick,
}: {
  app: string;
  current: Map<string, number>;
  picked: string | undefined;
  onPick: (commit: string) => void;
}) {
  const [{ data, error }, again] = useQuery({ query: DeployReleasesQuery, variables: { app } });
  if (error && !data) {
    return (
      <ErrorPanel
        title={`The releases of ${app} did not come`}
        error={error}
        onRetry={() => again()}
      />
    );
  }
  if (!data) {
    return (
      <div className={classes.waiting}>
        {[0, 1, 2, 3, 4].map((row) => (
          <Skeleton key={row} height={52} />
        ))}
      </div>
    );
  }
  if (data.releases.length === 0) {
    return (
      <EmptyState icon={<IconGitCommit size={22} />} title={`No release of ${app} is known`}>
        They show here once they are fetched from its repository.
      </EmptyState>
    );
  }
  const standing = standings(data.releases, current);
  return (
    <div
      className={classes.releases}
      role="radiogroup"
      aria-label={`Releases of ${app}, newest first`}
    >
      {data.releases.map((release) => (
        <label key={release.id} className={classes.release}>
          <Radio
            className={classes.radio}
            size="xs"
            name={`release-${app}`}
            value={release.commit}
            checked={picked === release.commit}
            onChange={() => onPick(release.commit)}
          />
          <span className={classes.subject} title={release.subject}>
            {release.subject}
          </span>
          <StandingOf standing={standing.get(release.commit)} />
          <span className={classes.meta}>
            <span className={classes.version}>{release.version}</span>
            <Commit commit={release.commit} />
            <span>{release.author}</span>
            <RelativeTime at={release.authoredAt} />
            {release.touches.map((touch) => (
              <span key={touch} className={classes.touch}>
                {touch}
              </span>
            ))}
          </span>
        </label>
      ))}
    </div>
  );
}

function StandingOf({ standing }: { standing: Standing | undefined }) {
  return (
    <span className={classes.standing} data-here={standing && standing.here > 0 ? true : undefined}>
      {standing ? standingWords(standing) : ""}
    </span>
  );
}

interface BenchApps {
  revisions: { id: string; apps: { app: string; commit: string }[] }[];
}

function commitsByRevision(benches: readonly BenchApps[]) {
  return new Map(
    benches.flatMap(({ revisions }) =>
      revisions.map(({ id, apps }) => [id, new Map(apps.map((one) => [one.app, one.commit]))]),
    ),
  );
}

/** How many of the known sites are on which commit of the app. */
function currentCommits(
  app: string,
  known: readonly KnownSite[],
  benches: readonly BenchApps[],
): Map<string, number> {
  const commits = commitsByRevision(benches);
  const counts = new Map<string, number>();
  for (const { revision } of known) {
    const commit = commits.get(revision.id)?.get(app);
    if (commit) {
      counts.set(commit, (counts.get(commit) ?? 0) + 1);
    }
  }
  return counts;
}
