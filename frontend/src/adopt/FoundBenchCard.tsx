import { Checkbox, TextInput } from "@mantine/core";
import { graphql } from "../gql";
import type { FoundBenchFragment as Found } from "../gql/graphql";
import { Commit } from "../ui/Commit";
import { Notes } from "../ui/Notes";
import { AddFoundApp } from "./AddFoundApp";
import classes from "./adopt.module.css";
import { adoptableSites, mayAdopt, type Pick } from "./choice";
import { size } from "./size";

export const FoundBenchFragment = graphql(/* GraphQL */ `
  fragment FoundBench on ScanBench {
    path
    name
    adopted
    owner
    python
    webPort
    processes {
      unit
      count
    }
    notes {
      severity
      message
    }
    apps {
      app
      version
      commit
      branch
      address
      standing
      notes {
        severity
        message
      }
    }
    sites {
      name
      known
      database
      databaseBytes
      fileBytes
      status
      notes {
        severity
        message
      }
    }
  }
`);

/** One bench that was found, as a tree: its apps, and its sites to tick. */
export function FoundBenchCard({
  bench,
  pick,
  fault,
  onBench,
  onSite,
  onName,
  onAppAdded,
}: {
  bench: Found;
  /** What is ticked of it so far. */
  pick: Pick | undefined;
  /** What is wrong with the name that was given. */
  fault: string | undefined;
  onBench: (on: boolean) => void;
  onSite: (site: string, on: boolean) => void;
  onName: (name: string) => void;
  onAppAdded: () => void;
}) {
  const adoptable = adoptableSites(bench);
  const picked = adoptable.filter((site) => pick?.sites.includes(site));
  return (
    <section className={classes.card} aria-label={`Bench in ${bench.path}`}>
      <div className={classes.head}>
        <Checkbox
          label={<span className={classes.mono}>{bench.path}</span>}
          disabled={adoptable.length === 0}
          checked={picked.length > 0 && picked.length === adoptable.length}
          indeterminate={picked.length > 0 && picked.length < adoptable.length}
          onChange={(event) => onBench(event.currentTarget.checked)}
        />
        <TextInput
          size="xs"
          aria-label={`Name of the bench in ${bench.path}`}
          leftSection="as"
          value={pick?.name ?? bench.name}
          disabled={bench.adopted || !mayAdopt(bench)}
          error={fault}
          onChange={(event) => onName(event.currentTarget.value.trim())}
        />
      </div>
      <div className={classes.facts}>
        {bench.adopted ? "adopted already · " : ""}user {bench.owner} ·{" "}
        {bench.python || "unknown Python"} · port {bench.webPort} ·{" "}
        {bench.processes.map(({ unit, count }) => `${unit} (${count})`).join(", ") ||
          "nothing runs"}
      </div>
      <Notes notes={bench.notes} />
      <div className={classes.heading}>Apps</div>
      <ul className={classes.list}>
        {bench.apps.map((app) => (
          <li key={app.app}>
            <div className={classes.app}>
              <b>{app.app}</b> {app.version} {app.commit ? <Commit commit={app.commit} /> : null}
              {app.branch ? <span className={classes.facts}>{app.branch}</span> : null}
              {app.standing === "UNKNOWN" ? (
                <AddFoundApp app={app} onAdded={onAppAdded} />
              ) : (
                <span className={classes.facts}>{app.address}</span>
              )}
            </div>
            <Notes notes={app.notes} />
          </li>
        ))}
      </ul>
      <div className={classes.heading}>Sites</div>
      <ul className={classes.list}>
        {bench.sites.map((site) => (
          <li key={site.name}>
            <Checkbox
              label={
                <>
                  <span className={classes.mono}>{site.name}</span>{" "}
                  <span className={classes.facts}>
                    {site.known ? "in Central · " : ""}
                    {site.database || "no database"} {size(site.databaseBytes)} · files{" "}
                    {size(site.fileBytes)} ·{" "}
                    {site.status === 0 ? "no answer" : `answers ${site.status}`}
                  </span>
                </>
              }
              disabled={!adoptable.includes(site.name)}
              checked={picked.includes(site.name)}
              onChange={(event) => onSite(site.name, event.currentTarget.checked)}
            />
            <Notes notes={site.notes} />
          </li>
        ))}
      </ul>
    </section>
  );
}
