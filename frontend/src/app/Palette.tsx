import { Spotlight, spotlight } from "@mantine/spotlight";
import {
  IconArrowsLeftRight,
  IconRocket,
  IconSearch,
  IconServer2,
  IconWorld,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { useQuery } from "urql";
import { useMe } from "../client/me";
import { graphql } from "../gql";
import { deedWords } from "../pairs/allowed";
import { pages } from "./pages";
import { pairDeeds } from "./pairDeeds";
import classes from "./Shell.module.css";

const FindQuery = graphql(/* GraphQL */ `
  query Find($search: String!) {
    sites(first: 8, filter: { search: $search }) {
      nodes {
        id
        name
        version
      }
    }
    servers {
      id
      name
      address
    }
    pairs {
      id
      name
      status
      busyAction {
        id
        title
      }
      master {
        id
        name
      }
      slave {
        id
        name
      }
    }
    deploys(first: 20) {
      nodes {
        id
        title
      }
    }
  }
`);

/** The box in the top bar that opens the palette. */
export function FindButton() {
  return (
    <button
      type="button"
      className={classes.find}
      aria-label="Jump to… Ctrl K"
      onClick={spotlight.open}
    >
      <IconSearch size={15} aria-hidden />
      <span>Jump to…</span>
      <kbd>Ctrl K</kbd>
    </button>
  );
}

/** Jumps to any page, site, server, pair or deploy, and to what may be begun on a pair. */
export function Palette() {
  const [query, setQuery] = useState("");
  const [opened, setOpened] = useState(false);
  const search = useDeferredValue(query.trim());
  const [{ data, error }] = useQuery({
    query: FindQuery,
    variables: { search },
    pause: !opened || search === "",
  });
  const navigate = useNavigate();
  const me = useMe();
  const found = opened && search !== "" ? data : undefined;
  const matches = (text: string) => text.toLowerCase().includes(search.toLowerCase());

  const pageHits = pages.filter(({ name }) => matches(name));
  const serverHits = (found?.servers ?? []).filter(
    (server) => matches(server.name) || matches(server.address),
  );
  const deployHits = (found?.deploys.nodes ?? []).filter(
    (deploy) => matches(deploy.title) || deploy.id === search,
  );
  const pairHits = (found?.pairs ?? []).filter(({ name, master, slave }) =>
    [name, master.name, slave.name].some(matches),
  );
  const deedHits = pairDeeds(found?.pairs ?? [], search, me.role);
  const siteHits = found?.sites.nodes ?? [];
  const count = [pageHits, serverHits, pairHits, deedHits, deployHits, siteHits].flat().length;

  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      onSpotlightOpen={() => setOpened(true)}
      onSpotlightClose={() => setOpened(false)}
      shortcut={["mod + K"]}
      scrollable
      maxHeight={420}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      radius="lg"
    >
      <Spotlight.Search
        placeholder="Page, site, server, pair or deploy, or what to do"
        leftSection={<IconSearch size={17} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {pageHits.length > 0 ? (
          <Spotlight.ActionsGroup label="Pages">
            {pageHits.map(({ to, name, icon: Icon }) => (
              <Spotlight.Action
                key={to}
                label={name}
                leftSection={<Icon size={17} />}
                onClick={() => navigate({ to })}
              />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {siteHits.length > 0 ? (
          <Spotlight.ActionsGroup label="Sites">
            {siteHits.map((site) => (
              <Spotlight.Action
                key={site.id}
                label={site.name}
                description={site.version}
                leftSection={<IconWorld size={17} />}
                onClick={() => navigate({ to: "/sites", search: { q: site.name } })}
              />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {serverHits.length > 0 ? (
          <Spotlight.ActionsGroup label="Servers">
            {serverHits.map((server) => (
              <Spotlight.Action
                key={server.id}
                label={server.name}
                description={server.address}
                leftSection={<IconServer2 size={17} />}
                onClick={() =>
                  navigate({ to: "/servers/$serverId", params: { serverId: server.id } })
                }
              />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {pairHits.length > 0 ? (
          <Spotlight.ActionsGroup label="Pairs">
            {pairHits.map((pair) => (
              <Spotlight.Action
                key={pair.id}
                label={pair.name}
                description={`${pair.master.name} → ${pair.slave.name}`}
                leftSection={<IconArrowsLeftRight size={17} />}
                onClick={() => navigate({ to: "/pairs/$pairId", params: { pairId: pair.id } })}
              />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {deedHits.length > 0 ? (
          <Spotlight.ActionsGroup label="Do">
            {deedHits.map(({ pair, deed }) => (
              <Spotlight.Action
                key={`${pair.id}-${deed}`}
                label={`${deedWords[deed]} ${pair.name}…`}
                description={`${pair.master.name} → ${pair.slave.name}`}
                leftSection={<IconArrowsLeftRight size={17} />}
                onClick={() =>
                  navigate({
                    to: "/pairs/$pairId",
                    params: { pairId: pair.id },
                    search: { do: deed },
                  })
                }
              />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {deployHits.length > 0 ? (
          <Spotlight.ActionsGroup label="Deploys">
            {deployHits.map((deploy) => (
              <Spotlight.Action
                key={deploy.id}
                label={deploy.title}
                description={`Deploy ${deploy.id}`}
                leftSection={<IconRocket size={17} />}
                onClick={() =>
                  navigate({ to: "/deploys/$deployId", params: { deployId: deploy.id } })
                }
              />
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {error && count === 0 ? (
          <Spotlight.Empty>The search failed: {error.message}</Spotlight.Empty>
        ) : null}
        {!error && count === 0 ? <Spotlight.Empty>Nothing matches.</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
