import { Select } from "@mantine/core";
import { useQuery } from "urql";
import { graphql } from "../gql";
import classes from "./CreateBenchForm.module.css";

const ReleasesOfAppQuery = graphql(/* GraphQL */ `
  query ReleasesOfApp($app: String!) {
    releases(app: $app, first: 100) {
      id
      commit
      version
      subject
    }
  }
`);

/** Chooses one release of an app, the newest first. The value is its commit. */
export function ReleaseSelect({
  app,
  value,
  onChange,
}: {
  app: string;
  value: string;
  onChange: (commit: string) => void;
}) {
  const [{ data, fetching, error }] = useQuery({
    query: ReleasesOfAppQuery,
    variables: { app },
    pause: app === "",
  });
  const releases = app === "" ? [] : (data?.releases ?? []);
  const byCommit = new Map(releases.map((release) => [release.commit, release]));
  return (
    <Select
      aria-label={`Release of ${app || "the app"}`}
      placeholder={
        app === ""
          ? "Choose an app first"
          : fetching && !data
            ? "Loading"
            : releases.length === 0
              ? "It has no releases yet"
              : "Choose a release"
      }
      disabled={app === "" || releases.length === 0}
      searchable
      maxDropdownHeight={320}
      error={error ? "The releases could not be loaded." : undefined}
      value={value || null}
      onChange={(commit) => onChange(commit ?? "")}
      data={releases.map(({ commit, version, subject }) => ({
        value: commit,
        label: `${version} · ${commit.slice(0, 8)} · ${subject}`,
      }))}
      renderOption={({ option }) => {
        const release = byCommit.get(option.value);
        return (
          <div className={classes.option}>
            <span className={classes.version}>{release?.version}</span>{" "}
            <span className={classes.commit}>{release?.commit.slice(0, 8)}</span>
            <div className={classes.subject}>{release?.subject}</div>
          </div>
        );
      }}
    />
  );
}
