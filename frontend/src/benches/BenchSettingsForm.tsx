import { NumberInput, TextInput } from "@mantine/core";
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
  const [workers, setWorkers] = useState(bench.workers);
  const [webWorkers, setWebWorkers] = useState(bench.webWorkers);
  const [memoryMb, setMemoryMb] = useState(bench.memoryMb);
  const [python, setPython] = useState(bench.python);
  const [node, setNode] = useState(bench.node);
  const [{ data: choices }] = useQuery({ query: BenchSettingsChoicesQuery });
  const [{ fetching, error }, configure] = useMutation(ConfigureBenchMutation);
  const navigate = useNavigate();
  const refused = fieldFaults(error, fields);
  const processes =
    workers !== bench.workers || webWorkers !== bench.webWorkers || memoryMb !== bench.memoryMb;
  const madeWith = python !== bench.python || node !== bench.node;
  const wrongPython = pythonFault(python);
  const tooLittle = memoryMb !== 0 && memoryMb < 256;
  const submit = async () => {
    const input = { benchId: bench.id, workers, webWorkers, memoryMb, python, node };
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
      ready={(processes || madeWith) && !tooLittle && !wrongPython}
      said={effect(processes, madeWith)}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <NumberInput
        label="Web workers"
        description="Processes of each revision that answer visitors"
        min={1}
        max={32}
        allowDecimal={false}
        data-autofocus
        value={webWorkers}
        error={refused.webWorkers}
        onChange={(value) => setWebWorkers(Number(value))}
      />
      <NumberInput
        label="Background workers"
        description="Processes of each revision that do jobs"
        min={1}
        max={32}
        allowDecimal={false}
        value={workers}
        error={refused.workers}
        onChange={(value) => setWorkers(Number(value))}
      />
      <NumberInput
        label="Memory limit"
        description="Of the web workers of a revision together, and of its background workers; 0 for none"
        suffix=" MB"
        min={0}
        step={256}
        allowDecimal={false}
        value={memoryMb}
        error={refused.memoryMb || (tooLittle ? "A limit has at least 256 MB." : undefined)}
        onChange={(value) => setMemoryMb(Number(value))}
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
