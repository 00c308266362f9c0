import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { type FragmentType, getFragmentData, graphql } from "../gql";
import { Commit } from "../ui/Commit";
import { Copy } from "../ui/Copy";
import { ErrorPanel } from "../ui/ErrorPanel";
import { RelativeTime } from "../ui/RelativeTime";
import classes from "./AppCard.module.css";
import { accessWords } from "./access";

const AppCardFragment = graphql(/* GraphQL */ `
  fragment AppCard on App {
    id
    name
    repository
    branch
    access
    lookedAt
    lookError
  }
`);

const NewestReleasesQuery = graphql(/* GraphQL */ `
  query NewestReleases($app: String!, $first: Int!) {
    releases(app: $app, first: $first) {
      id
      commit
      version
      subject
      author
      authoredAt
      touches
    }
  }
`);

const FetchReleasesMutation = graphql(/* GraphQL */ `
  mutation FetchReleases($input: FetchReleasesInput!) {
    fetchReleases(input: $input) {
      action {
        id
      }
    }
  }
`);

/** How many releases are shown at first, and when all are asked for. */
const few = 5;
const many = 50;

/** One app: where it comes from, and its newest releases with what a deploy of each touches. */
export function AppCard({ app: masked }: { app: FragmentType<typeof AppCardFragment> }) {
  const app = getFragmentData(AppCardFragment, masked);
  const me = useMe();
  const [all, setAll] = useState(false);
  const [{ data, error }, again] = usePolledQuery({
    query: NewestReleasesQuery,
    variables: { app: app.name, first: all ? many : few + 1 },
    every: 10_000,
  });
  const [fetched, fetchReleases] = useMutation(FetchReleasesMutation);
  const operator = may(me.role, "OPERATOR");
  const releases = data?.releases;
  const shown = all ? releases : releases?.slice(0, few);
  const actionId = fetched.data?.fetchReleases.action.id;
  return (
    <section className={classes.card} aria-label={`App ${app.name}`}>
      <header className={classes.head}>
        <h2 className={classes.name}>{app.name}</h2>
        <span className={classes.facts}>
          <Copy value={app.repository} what="address" /> <span>branch {app.branch}</span>
          {app.access === "OPEN" ? null : <span>{accessWords[app.access].name.toLowerCase()}</span>}
          {app.lookedAt ? (
            <span>
              looked at <RelativeTime at={app.lookedAt} />
            </span>
          ) : null}
        </span>
        {actionId ? (
          <Link to="/activity/$actionId" params={{ actionId }} className={classes.link}>
            Watch it fetch
          </Link>
        ) : null}
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          disabled={!may(me.role, "ADMIN")}
          title={may(me.role, "ADMIN") ? undefined : "Administrators may do this; you may look"}
          renderRoot={(props) => <Link to="/apps" search={{ settings: app.name }} {...props} />}
        >
          Access and webhook
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={14} />}
          loading={fetched.fetching}
          disabled={!operator}
          title={operator ? undefined : "Operators may do this; you may look"}
          onClick={() => void fetchReleases({ input: { appId: app.id } }, shownInPlace)}
        >
          Fetch releases
        </Button>
      </header>
      {app.lookError ? (
        <p className={classes.trouble} role="status">
          The branch could not be looked at: {app.lookError}
        </p>
      ) : null}
      {fetched.error ? <ErrorPanel title="Nothing was queued" error={fetched.error} /> : null}
      {error && !releases ? (
        <ErrorPanel
          title={`The releases of ${app.name} could not be loaded`}
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : shown && shown.length === 0 ? (
        <p className={classes.none}>No release was fetched yet.</p>
      ) : (
        <div className={classes.scroll}>
          <table className={classes.table} aria-busy={!shown}>
            <tbody>
              {(shown ?? []).map((release) => (
                <tr key={release.id}>
                  <th scope="row">{release.version}</th>
                  <td>
                    <Commit commit={release.commit} />
                  </td>
                  <td className={classes.subject} title={release.subject}>
                    {release.subject}
                  </td>
                  <td>
                    {release.touches.map((touch) => (
                      <span key={touch} className={classes.touch}>
                        {touch}
                      </span>
                    ))}
                  </td>
                  <td className={classes.author}>{release.author}</td>
                  <td className={classes.when}>
                    <RelativeTime at={release.authoredAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {releases && (all || releases.length > few) ? (
        <button type="button" className={classes.more} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : "Show more releases"}
        </button>
      ) : null}
    </section>
  );
}
