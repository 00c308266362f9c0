import { Skeleton } from "@mantine/core";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { Commit } from "./Commit";
import { ErrorPanel } from "./ErrorPanel";
import classes from "./ReleasesBetween.module.css";

const ReleasesBetweenQuery = graphql(/* GraphQL */ `
  query ReleasesBetween($app: String!, $from: String!, $to: String) {
    releasesBetween(app: $app, from: $from, to: $to, first: 50) {
      count
      touches
      releases {
        id
        commit
        version
        subject
        touches
      }
    }
  }
`);

/** The releases of an app after one commit up to another, or up to the newest, and what they touch. */
export function ReleasesBetween({ app, from, to }: { app: string; from: string; to?: string }) {
  const [{ data, error }, again] = useQuery({
    query: ReleasesBetweenQuery,
    variables: { app, from, to: to ?? null },
  });
  if (error && !data) {
    return (
      <ErrorPanel
        title={`What lies between is not known of ${app}`}
        error={error}
        onRetry={() => again({ requestPolicy: "network-only" })}
      />
    );
  }
  if (!data) {
    return (
      <div className={classes.between} aria-busy>
        <Skeleton height={18} width={220} />
      </div>
    );
  }
  const { count, touches, releases } = data.releasesBetween;
  return (
    <section className={classes.between} aria-label={`Releases of ${app} in between`}>
      <p className={classes.whole}>
        {count.toLocaleString("en")} {count === 1 ? "release" : "releases"}
        {touches.length > 0
          ? `, in all ${touches.join(", ")}`
          : ", without patches and changes of schema or hooks"}
        {releases.length < count ? `; the newest ${releases.length} of them are` : ""}
      </p>
      <ul className={classes.list}>
        {releases.map((release) => (
          <li key={release.id}>
            <span className={classes.version}>{release.version}</span>
            <Commit commit={release.commit} />
            <span className={classes.subject}>{release.subject}</span>
            {release.touches.map((touch) => (
              <span key={touch} className={classes.touch}>
                {touch}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
