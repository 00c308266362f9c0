import { Alert, Button, Group, List, Modal, Radio, Skeleton, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace, uncached } from "../client/client";
import { graphql } from "../gql";
import type { MoveTargetsQuery } from "../gql/graphql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { formatDuration } from "../ui/time";
import classes from "./MoveDialog.module.css";

const TargetsQuery = graphql(/* GraphQL */ `
  query MoveTargets($siteId: ID!) {
    moveTargets(siteId: $siteId) {
      bench {
        id
        name
      }
      server {
        id
        name
        region
      }
      revision {
        id
        name
        version
      }
      sameServer
      sites
      room
      migrates
      lacks
      seconds
      refused
    }
  }
`);

const MoveMutation = graphql(/* GraphQL */ `
  mutation MoveSite($input: MoveSiteInput!) {
    moveSite(input: $input) {
      site {
        id
        busyWith {
          id
        }
      }
      action {
        id
      }
    }
  }
`);

type Target = MoveTargetsQuery["moveTargets"][number];

/** How many benches a list may have before it gets a search. */
const searchFrom = 8;

/** Chooses another bench for a site, says what the move does, and goes to where it can be watched. */
export function MoveDialog({
  site,
  onClose,
}: {
  site: { id: string; name: string };
  onClose: () => void;
}) {
  const [chosen, choose] = useState("");
  const [search, setSearch] = useState("");
  const [{ data, error }, again] = useQuery({
    query: TargetsQuery,
    variables: { siteId: site.id },
    context: uncached,
  });
  const [{ fetching, error: refused }, move] = useMutation(MoveMutation);
  const navigate = useNavigate();
  const target = data?.moveTargets.find(({ bench }) => bench.id === chosen);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!target || fetching) {
      return;
    }
    const answer = await move({ input: { siteId: site.id, benchId: chosen } }, shownInPlace);
    if (answer.data) {
      const actionId = answer.data.moveSite.action.id;
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Move ${site.name} to another bench`} size="xl">
      <form onSubmit={(event) => void submit(event)} noValidate>
        {error && !data ? (
          <ErrorPanel
            title="Where it may go could not be loaded"
            error={error}
            onRetry={() => again(uncached)}
          />
        ) : null}
        {!data && !error ? <Skeleton height={160} aria-busy /> : null}
        {data && data.moveTargets.length > searchFrom ? (
          <TextInput
            aria-label="Search benches"
            placeholder="Bench, server or region"
            value={search}
            data-autofocus
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        ) : null}
        {data ? (
          <Targets
            targets={data.moveTargets.filter((one) => matches(one, search))}
            chosen={chosen}
            onChoose={choose}
          />
        ) : null}
        {target ? <WhatHappens site={site.name} target={target} /> : null}
        {refused ? <ErrorPanel title="Nothing was begun" error={refused} /> : null}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={fetching} disabled={!target}>
            {target ? `Move to ${target.bench.name} on ${target.server.name}` : "Move"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function matches(target: Target, search: string): boolean {
  const text = `${target.bench.name} ${target.server.name} ${target.server.region}`.toLowerCase();
  return text.includes(search.trim().toLowerCase());
}

function Targets({
  targets,
  chosen,
  onChoose,
}: {
  targets: readonly Target[];
  chosen: string;
  onChoose: (benchId: string) => void;
}) {
  if (targets.length === 0) {
    return <p className={classes.none}>No bench matches.</p>;
  }
  return (
    <Radio.Group value={chosen} onChange={onChoose} aria-label="Benches" className={classes.list}>
      {targets.map((target) => (
        <Radio
          key={target.bench.id}
          value={target.bench.id}
          disabled={target.refused !== ""}
          classNames={{ root: classes.target, label: classes.label }}
          label={`${target.bench.name} on ${target.server.name}`}
          description={target.refused || about(target)}
        />
      ))}
    </Radio.Group>
  );
}

/** What there is to know of a bench before a site goes there, in a line. */
function about(target: Target): string {
  const parts = [target.server.region, target.revision?.version ?? ""];
  if (target.sameServer) {
    parts.push("same server");
  }
  if (target.migrates) {
    parts.push("newer code");
  }
  if (target.room !== null) {
    parts.push(`${Math.round(target.room * 100)} % free`);
  }
  parts.push(target.sites === 1 ? "1 site" : `${target.sites} sites`);
  return parts.filter((part) => part !== "").join(" · ");
}

/** What a move does, before anybody agrees to it. */
function WhatHappens({ site, target }: { site: string; target: Target }) {
  return (
    <>
      <List size="sm" spacing={4} mt="md">
        {target.sameServer ? (
          <List.Item>Its directory moves on its server; its database stays where it is.</List.Item>
        ) : (
          <List.Item>
            Its files are copied while it serves; then it is closed, and what changed of them
            follows with its tables.
          </List.Item>
        )}
        {target.migrates ? (
          <List.Item>It is migrated to {target.revision?.version}.</List.Item>
        ) : null}
        <List.Item>
          Visitors see the maintenance page for about {formatDuration(target.seconds)}.
        </List.Item>
        <List.Item>
          When anything fails before it has answered on {target.server.name}, it is given back as it
          was.
          {target.sameServer ? "" : " After that, its old copy is removed."}
        </List.Item>
      </List>
      {target.lacks.length > 0 ? (
        <Alert
          color="orange"
          mt="sm"
          title={`${target.bench.name} lacks ${target.lacks.join(", ")}`}
        >
          If {site} has {target.lacks.length === 1 ? "it" : "one of them"} installed, it is left
          where it is.
        </Alert>
      ) : null}
    </>
  );
}
