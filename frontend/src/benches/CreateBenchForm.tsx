import { ActionIcon, Button, Select, Text, TextInput, Tooltip } from "@mantine/core";
import { IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { benchNameFault, pythonFault } from "../ui/names";
import { useDraft } from "../ui/useDraft";
import classes from "./CreateBenchForm.module.css";
import { NodeSelect } from "./NodeSelect";
import { type Processes, ProcessFields, processFaults } from "./ProcessFields";
import { ReleaseSelect } from "./ReleaseSelect";

const CreateBenchChoicesQuery = graphql(/* GraphQL */ `
  query CreateBenchChoices {
    servers {
      id
      name
      role
      status
      siteCount
      pair {
        id
        name
      }
    }
    apps {
      id
      name
    }
    ...NodeSelect
  }
`);

const CreateBenchMutation = graphql(/* GraphQL */ `
  mutation CreateBench($input: CreateBenchInput!) {
    createBench(input: $input) {
      bench {
        id
      }
      action {
        id
      }
    }
  }
`);

interface BenchDraft extends Processes {
  name: string;
  serverId: string;
  python: string;
  node: string;
  apps: { app: string; commit: string }[];
}

const blank: BenchDraft = {
  name: "",
  serverId: "",
  python: "python3",
  node: "node",
  workers: 1,
  webWorkers: 2,
  memoryMb: 0,
  apps: [{ app: "frappe", commit: "" }],
};

const fields = ["name", "serverId", "python", "node", "workers", "webWorkers", "memoryMb", "apps"];

/** A new bench: where, which interpreter, and each app at one exact release. */
export function CreateBenchForm({ names, onClose }: { names: string[]; onClose: () => void }) {
  const [draft, type, forget] = useDraft("bench", blank);
  const [touched, setTouched] = useState(false);
  const [{ data, error: loadError }, again] = useQuery({ query: CreateBenchChoicesQuery });
  const [{ fetching, error }, createBench] = useMutation(CreateBenchMutation);
  const [sent, setSent] = useState("");
  const navigate = useNavigate();

  const masters = data?.servers.filter(({ role }) => role === "MASTER") ?? [];
  const apps = data?.apps ?? [];
  const wrong = {
    name: names.includes(draft.name)
      ? `There is a bench called ${draft.name} already.`
      : benchNameFault(draft.name),
    serverId: draft.serverId === "" ? "Choose a master." : "",
    python: pythonFault(draft.python),
    ...processFaults(draft),
    apps: draft.apps[0]?.app !== "frappe" ? "The first app is frappe." : "",
  };
  const missing = draft.apps.some(({ app, commit }) => app === "" || commit === "");
  const ready = Object.values(wrong).every((fault) => fault === "") && !missing;
  // What the server refused stands until something is changed.
  const refused = sent === JSON.stringify(draft) ? fieldFaults(error, fields) : {};
  const setApp = (index: number, changed: Partial<BenchDraft["apps"][number]>) =>
    type({ apps: draft.apps.map((one, at) => (at === index ? { ...one, ...changed } : one)) });
  const moveUp = (index: number) => {
    const next = [...draft.apps];
    const [app] = next.splice(index, 1);
    if (app) {
      next.splice(index - 1, 0, app);
      type({ apps: next });
    }
  };

  const submit = async () => {
    setSent(JSON.stringify(draft));
    const result = await createBench({ input: draft }, shownInPlace);
    const actionId = result.data?.createBench.action.id;
    if (actionId) {
      forget();
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };

  return (
    <FormDrawer
      title="Create a bench"
      submit={draft.name ? `Create ${draft.name}` : "Create the bench"}
      sending={fetching}
      ready={ready}
      said={
        missing
          ? "Each app needs a release."
          : "Its first revision is built at once; no site is touched."
      }
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {loadError ? (
        <ErrorPanel
          title="Servers and apps could not be loaded"
          error={loadError}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      ) : null}
      <TextInput
        label="Name"
        placeholder="main-v15"
        required
        data-autofocus
        value={draft.name}
        error={refused.name || (touched || draft.name !== "" ? wrong.name : "")}
        onBlur={() => setTouched(true)}
        onChange={(event) => type({ name: event.currentTarget.value.trim() })}
      />
      <Select
        label="Master"
        description="It holds the bench, its sites and their databases; the slave of its pair mirrors them"
        placeholder={data && masters.length === 0 ? "There is no master yet" : "Choose a master"}
        required
        searchable
        value={draft.serverId || null}
        error={refused.serverId}
        onChange={(serverId) => type({ serverId: serverId ?? "" })}
        data={masters.map((master) => ({
          value: master.id,
          label: masterWords(master),
          disabled: master.status !== "READY",
        }))}
      />
      <TextInput
        label="Python"
        description="The interpreter its environments are made with: python3, or a version that the server has, such as python3.11"
        required
        value={draft.python}
        error={refused.python || wrong.python}
        onChange={(event) => type({ python: event.currentTarget.value.trim() })}
      />
      <NodeSelect
        query={data}
        description="What builds its assets and runs its live updates"
        value={draft.node}
        error={refused.node}
        onChange={(node) => type({ node })}
      />
      <ProcessFields value={draft} refused={refused} onChange={type} />
      <fieldset className={classes.apps}>
        <legend>Apps, in the order of installation</legend>
        {draft.apps.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity, and their content is in the draft
          <div key={index} className={classes.app}>
            {index === 0 && one.app === "frappe" ? (
              <span className={classes.first}>frappe</span>
            ) : (
              <Select
                aria-label={`App ${index + 1}`}
                placeholder="App"
                value={one.app || null}
                onChange={(app) => setApp(index, { app: app ?? "", commit: "" })}
                data={apps
                  .map(({ name }) => name)
                  .filter(
                    (name) => name === one.app || !draft.apps.some(({ app }) => app === name),
                  )}
              />
            )}
            <ReleaseSelect
              app={one.app}
              value={one.commit}
              onChange={(commit) => setApp(index, { commit })}
            />
            {index === 0 ? (
              <span />
            ) : (
              <span className={classes.tools}>
                <Tooltip label="Install earlier">
                  <ActionIcon
                    aria-label={`Install ${one.app || "this app"} earlier`}
                    disabled={index === 1}
                    onClick={() => moveUp(index)}
                  >
                    <IconArrowUp size={15} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label="Leave out">
                  <ActionIcon
                    aria-label={`Leave ${one.app || "this app"} out`}
                    onClick={() => type({ apps: draft.apps.filter((_, at) => at !== index) })}
                  >
                    <IconTrash size={15} />
                  </ActionIcon>
                </Tooltip>
              </span>
            )}
          </div>
        ))}
        {data && !apps.some(({ name }) => name === "frappe") ? (
          <Text size="xs" c="red">
            There is no app called frappe yet: add it under Apps first.
          </Text>
        ) : null}
        {wrong.apps || refused.apps ? (
          <Text size="xs" c="red">
            {refused.apps || wrong.apps}
          </Text>
        ) : null}
        <Button
          size="xs"
          variant="default"
          className={classes.more}
          leftSection={<IconPlus size={14} />}
          disabled={draft.apps.length >= apps.length}
          onClick={() => type({ apps: [...draft.apps, { app: "", commit: "" }] })}
        >
          Another app
        </Button>
      </fieldset>
      {error && refused[""] ? <ErrorPanel title="The bench was not created" error={error} /> : null}
    </FormDrawer>
  );
}

/** A master in the list: its pair, and how many sites it has already. */
function masterWords({
  name,
  status,
  siteCount,
  pair,
}: {
  name: string;
  status: string;
  siteCount: number;
  pair: { name: string } | null;
}): string {
  const has = status === "READY" ? `${siteCount.toLocaleString("en")} sites` : "not set up";
  return `${name} · ${pair ? `pair ${pair.name}` : "no pair"} · ${has}`;
}
