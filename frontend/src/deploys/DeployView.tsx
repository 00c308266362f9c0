import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { ErrorPanel } from "../ui/ErrorPanel";
import { BuildPanel } from "./BuildPanel";
import { DeployHead } from "./DeployHead";
import { DeployProgressCard } from "./DeployProgressCard";
import { DeployServers } from "./DeployServers";
import { DeploySites } from "./DeploySites";
import { DeploySummary } from "./DeploySummary";
import classes from "./DeployView.module.css";
import { deployEnded, serverFigures } from "./deployFigures";
import { type DeploySearch, sitesShown } from "./deploySearch";
import { siteOf } from "./deployState";
import { SitePanel } from "./SitePanel";
import { type Deploy, type Names, useDeploy } from "./useDeploy";

/** Everything about one deploy, kept up to date by its events. */
export function DeployView({ deploy, names }: { deploy: Deploy; names: Names }) {
  const { state, stream } = useDeploy(deploy);
  const search = useSearch({ from: "/shell/deploys/$deployId" });
  const navigate = useNavigate({ from: "/deploys/$deployId" });
  const change = (changed: DeploySearch) => {
    void navigate({
      search: (before) => ({ ...before, ...changed }),
      replace: true,
      resetScroll: false,
    });
  };

  const servers = useMemo(
    () =>
      serverFigures(state.sites).sort((a, b) =>
        names.server(a.serverId).localeCompare(names.server(b.serverId), "en", { numeric: true }),
      ),
    [state.sites, names],
  );
  const shown = useMemo(() => sitesShown(state.sites, search), [state.sites, search]);
  const site = search.site === undefined ? undefined : siteOf(state, search.site);
  const build = state.builds.find(({ actionId }) => actionId === search.build);
  const ended = deployEnded(state.progress.status);

  const step = (by: 1 | -1) => {
    const at = shown.findIndex(({ siteId }) => siteId === search.site);
    const next = shown[at + by];
    if (next) {
      change({ site: next.siteId });
    }
  };

  return (
    <div className={classes.view}>
      <DeployHead deploy={deploy} state={state} stream={stream} />
      {stream.state === "failed" ? (
        <ErrorPanel title="The deploy cannot be followed" error={stream.errors} />
      ) : null}
      <DeployProgressCard state={state} stream={stream} />
      {ended ? <DeploySummary deploy={deploy} state={state} /> : null}
      <DeployServers
        servers={servers}
        builds={state.builds}
        names={names}
        picked={search.server}
        onPick={(server) => change({ server })}
        onBuild={(actionId) => change({ build: actionId, site: undefined })}
      />
      <DeploySites
        state={state}
        shown={shown}
        servers={servers}
        names={names}
        search={search}
        onChange={change}
      />
      {site ? (
        <SitePanel
          site={site}
          names={names}
          onClose={() => change({ site: undefined })}
          onStep={step}
        />
      ) : build ? (
        <BuildPanel build={build} names={names} onClose={() => change({ build: undefined })} />
      ) : null}
    </div>
  );
}
