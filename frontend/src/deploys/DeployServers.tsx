import { Button } from "@mantine/core";
import { IconHammer } from "@tabler/icons-react";
import { useState } from "react";
import { ProgressBar } from "../ui/ProgressBar";
import { DeployBar } from "./DeployBar";
import classes from "./DeployServers.module.css";
import type { ServerFigures } from "./deployFigures";
import type { BuildRow } from "./deployState";
import { Problems } from "./Problems";
import type { Names } from "./useDeploy";

/** How many servers are shown before one asks for all. */
const few = 18;

/** A bar for each server: its build first, then its sites. A click shows its sites alone. */
export function DeployServers({
  servers,
  builds,
  names,
  picked,
  onPick,
  onBuild,
}: {
  servers: ServerFigures[];
  builds: readonly BuildRow[];
  names: Names;
  picked: string | undefined;
  onPick: (serverId: string | undefined) => void;
  onBuild: (actionId: string) => void;
}) {
  const [all, setAll] = useState(false);
  const shown = all ? servers : servers.slice(0, few);
  return (
    <section className={classes.servers} aria-label="Servers">
      {shown.map((server) => (
        <ServerCard
          key={server.serverId}
          server={server}
          builds={builds.filter((build) => build.serverId === server.serverId)}
          names={names}
          picked={picked === server.serverId}
          onPick={() => onPick(picked === server.serverId ? undefined : server.serverId)}
          onBuild={onBuild}
        />
      ))}
      {servers.length > few ? (
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          className={classes.all}
          onClick={() => setAll(!all)}
        >
          {all ? "Show fewer servers" : `Show all ${servers.length} servers`}
        </Button>
      ) : null}
    </section>
  );
}

function ServerCard({
  server,
  builds,
  names,
  picked,
  onPick,
  onBuild,
}: {
  server: ServerFigures;
  builds: BuildRow[];
  names: Names;
  picked: boolean;
  onPick: () => void;
  onBuild: (actionId: string) => void;
}) {
  const name = names.server(server.serverId);
  const ended = server.total - server.counts.RUNNING - server.counts.WAITING;
  const build =
    builds.find(({ status }) => status === "FAILED") ??
    builds.find(({ status }) => status === "RUNNING") ??
    builds.find(({ status }) => status === "QUEUED");
  const building = build !== undefined && ended === 0 && server.counts.RUNNING === 0;
  return (
    <div className={classes.card} data-picked={picked || undefined}>
      <div className={classes.head}>
        <button
          type="button"
          className={classes.pick}
          aria-pressed={picked}
          aria-label={`Show the sites of ${name}`}
          onClick={onPick}
        />
        <span className={classes.name}>{name}</span>
        {build ? (
          <button
            type="button"
            className={classes.build}
            data-bad={build.status === "FAILED" || undefined}
            onClick={() => onBuild(build.actionId)}
            title={build.task || "Output of the build"}
          >
            <IconHammer size={13} aria-hidden />
            <span>{buildWords(build)}</span>
          </button>
        ) : (
          <>
            <Problems counts={server.counts} />
            {builds[0] ? (
              <button
                type="button"
                className={classes.build}
                onClick={() => onBuild((builds[0] as BuildRow).actionId)}
                aria-label={`Output of the build on ${name}`}
                title={`Built ${names.revision(builds[0].revisionId)}: show its output`}
              >
                <IconHammer size={13} aria-hidden />
              </button>
            ) : null}
          </>
        )}
        <span className={classes.figure}>
          {ended.toLocaleString("en")}/{server.total.toLocaleString("en")}
        </span>
      </div>
      {building ? (
        <ProgressBar
          percent={build.percent}
          tone={build.status === "FAILED" ? "bad" : "run"}
          label={`Building on ${name}`}
          height={6}
        />
      ) : (
        <DeployBar
          counts={server.counts}
          total={server.total}
          percent={server.percent}
          label={`Sites on ${name}`}
          height={6}
        />
      )}
    </div>
  );
}

function buildWords(build: BuildRow): string {
  switch (build.status) {
    case "FAILED":
      return "build failed";
    case "QUEUED":
      return "build queued";
    default:
      return `${build.percent} % ${build.task || "building"}`;
  }
}
