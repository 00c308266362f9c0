import { Spotlight, spotlight } from "@mantine/spotlight";
import {
  type Icon,
  IconArrowsLeftRight,
  IconBox,
  IconRocket,
  IconSearch,
  IconServer2,
  IconUser,
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
    benches {
      id
      name
      server {
        id
        name
      }
    }
    customers(first: 5, filter: { search: $search }) {
      nodes {
        id
        name
        email
      }
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

/** One thing that can be jumped to. */
interface Hit {
  key: string;
  label: string;
  description?: string;
  icon: Icon;
  go: () => void;
}

/** Jumps to any page, site, server, bench, pair, customer or deploy, and to what may be begun on a pair. */
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
  const ends = ({ master, slave }: { master: { name: string }; slave: { name: string } }) =>
    `${master.name} → ${slave.name}`;

  const groups: [string, Hit[]][] = [
    [
      "Pages",
      pages
        .filter(({ name }) => matches(name))
        .map(({ to, name, icon }) => ({
          key: to,
          label: name,
          icon,
          go: () => void navigate({ to }),
        })),
    ],
    [
      "Sites",
      (found?.sites.nodes ?? []).map(({ id, name, version }) => ({
        key: id,
        label: name,
        description: version,
        icon: IconWorld,
        go: () => void navigate({ to: "/sites/$siteId", params: { siteId: id } }),
      })),
    ],
    [
      "Servers",
      (found?.servers ?? [])
        .filter(({ name, address }) => matches(name) || matches(address))
        .map(({ id, name, address }) => ({
          key: id,
          label: name,
          description: address,
          icon: IconServer2,
          go: () => void navigate({ to: "/servers/$serverId", params: { serverId: id } }),
        })),
    ],
    [
      "Benches",
      (found?.benches ?? [])
        .filter(({ name }) => matches(name))
        .map(({ id, name, server }) => ({
          key: id,
          label: name,
          description: `on ${server.name}`,
          icon: IconBox,
          go: () => void navigate({ to: "/benches/$benchId", params: { benchId: id } }),
        })),
    ],
    [
      "Pairs",
      (found?.pairs ?? [])
        .filter(({ name, master, slave }) => [name, master.name, slave.name].some(matches))
        .map((pair) => ({
          key: pair.id,
          label: pair.name,
          description: ends(pair),
          icon: IconArrowsLeftRight,
          go: () => void navigate({ to: "/pairs/$pairId", params: { pairId: pair.id } }),
        })),
    ],
    [
      "Do",
      pairDeeds(found?.pairs ?? [], search, me.role).map(({ pair, deed }) => ({
        key: `${pair.id}-${deed}`,
        label: `${deedWords[deed]} ${pair.name}…`,
        description: ends(pair),
        icon: IconArrowsLeftRight,
        go: () =>
          void navigate({
            to: "/pairs/$pairId",
            params: { pairId: pair.id },
            search: { do: deed },
          }),
      })),
    ],
    [
      "Customers",
      (found?.customers.nodes ?? []).map(({ id, name, email }) => ({
        key: id,
        label: name,
        description: email,
        icon: IconUser,
        go: () => void navigate({ to: "/customers/$customerId", params: { customerId: id } }),
      })),
    ],
    [
      "Deploys",
      (found?.deploys.nodes ?? [])
        .filter(({ id, title }) => matches(title) || id === search)
        .map(({ id, title }) => ({
          key: id,
          label: title,
          description: `Deploy ${id}`,
          icon: IconRocket,
          go: () => void navigate({ to: "/deploys/$deployId", params: { deployId: id } }),
        })),
    ],
  ];
  const none = groups.every(([, hits]) => hits.length === 0);

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
        placeholder="Page, site, server, bench, pair, customer or deploy, or what to do"
        leftSection={<IconSearch size={17} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {groups.map(([label, hits]) =>
          hits.length > 0 ? (
            <Spotlight.ActionsGroup key={label} label={label}>
              {hits.map(({ key, label: word, description, icon: HitIcon, go }) => (
                <Spotlight.Action
                  key={key}
                  label={word}
                  {...(description ? { description } : {})}
                  leftSection={<HitIcon size={17} />}
                  onClick={go}
                />
              ))}
            </Spotlight.ActionsGroup>
          ) : null,
        )}
        {error && none ? (
          <Spotlight.Empty>The search failed: {error.message}</Spotlight.Empty>
        ) : null}
        {!error && none ? <Spotlight.Empty>Nothing matches.</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
