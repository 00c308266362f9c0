import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";
import { pythonFault } from "../ui/names";
import { NodeSelect } from "./NodeSelect";
import { type Processes, ProcessFields, processFaults } from "./ProcessFields";

const BenchSettingsChoicesQuery = graphql(/* GraphQL */ `
  query BenchSettingsChoices {
    ...NodeSelect
  }
`);

const ConfigureBenchMutation = graphql(/* GraphQL */ `
  mutation ConfigureBench($input: ConfigureBenchInput!) {
    configureBench(input: $input) {
      bench {
        id
        workers
        webWorkers
        memoryMb
        python
        node
      }
      action {
        id
      }
    }
  }
`);

const fields = ["workers", "webWorkers", "memoryMb", "python", "node"];

/**
 * How many processes the revisions of a bench run and what memory they may use, and what those are made with that are
 * built from now on.
 */
export function BenchSettingsForm({
  bench,
  onClose,
}: {
  bench: {
    id: string;
    name: string;
    workers: number;
    webWorkers: number;
    memoryMb: number;
    python: string;
    node: string;
  };
  onClose: () => void;
}) {
  const { workers, webWorkers, memoryMb } = bench;
  const [runs, setRuns] = useState<Processes>({ workers, webWorkers, memoryMb });
  const [python, setPython] = useState(bench.python);
  const [node, setNode] = useState(bench.node);
  const [{ data: choices }] = useQuery({ query: BenchSettingsChoicesQuery });
  const [{ fetching, error }, configure] = useMutation(ConfigureBenchMutation);
  const navigate = useNavigate();
  const refused = fieldFaults(error, fields);
  const processes =
    runs.workers !== workers || runs.webWorkers !== webWorkers || runs.memoryMb !== memoryMb;
  const madeWith = python !== bench.python || node !== bench.node;
  const wrongPython = pythonFault(python);
  const wrong = Object.values(processFaults(runs)).some((fault) => fault !== "");
  const submit = async () => {
    const input = { benchId: bench.id, ...runs, python, node };
    const { data } = await configure({ input }, shownInPlace);
    if (data) {
      const actionId = data.configureBench.action.id;
      await navigate({ to: "/activity/$actionId", params: { actionId }, search: {} });
    }
  };
  return (
    <FormDrawer
      title={`Settings of ${bench.name}`}
      submit={`Configure ${bench.name}`}
      sending={fetching}
      ready={(processes || madeWith) && !wrong && !wrongPython}
      said={effect(processes, madeWith)}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <ProcessFields
        value={runs}
        refused={refused}
        onChange={(changed) => setRuns({ ...runs, ...changed })}
      />
      <TextInput
        label="Python"
        description="Of revisions that are built from now on: python3, or a version that the server has, such as python3.11"
        value={python}
        error={refused.python || wrongPython}
        onChange={(event) => setPython(event.currentTarget.value.trim())}
      />
      <NodeSelect
        query={choices}
        description="Of revisions that are built from now on: what builds their assets and runs their live updates"
        value={node}
        error={refused.node}
        onChange={setNode}
      />
      {error && refused[""] ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
    </FormDrawer>
  );
}

/** What the changes do, in a sentence or two. */
function effect(processes: boolean, madeWith: boolean): string {
  const said = [];
  if (processes) {
    said.push(
      "On each revision, what changes is restarted: its visitors wait for a few seconds. Jobs stay in their queues.",
    );
  }
  if (madeWith) {
    said.push(
      "Revisions that are there keep their Python and Node: the next deploy builds one with these.",
    );
  }
  return said.join(" ") || "Nothing was changed yet.";
}
