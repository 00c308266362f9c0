import { NumberInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { FormDrawer } from "../ui/FormDrawer";
import { fieldFaults } from "../ui/fieldFaults";

const ConfigureBenchMutation = graphql(/* GraphQL */ `
  mutation ConfigureBench($input: ConfigureBenchInput!) {
    configureBench(input: $input) {
      bench {
        id
        workers
        webWorkers
        memoryMb
      }
      action {
        id
      }
    }
  }
`);

const fields = ["workers", "webWorkers", "memoryMb"];

/** How many processes the revisions of a bench run, and what memory they may use. */
export function BenchSettingsForm({
  bench,
  onClose,
}: {
  bench: { id: string; name: string; workers: number; webWorkers: number; memoryMb: number };
  onClose: () => void;
}) {
  const [workers, setWorkers] = useState(bench.workers);
  const [webWorkers, setWebWorkers] = useState(bench.webWorkers);
  const [memoryMb, setMemoryMb] = useState(bench.memoryMb);
  const [{ fetching, error }, configure] = useMutation(ConfigureBenchMutation);
  const navigate = useNavigate();
  const refused = fieldFaults(error, fields);
  const changed =
    workers !== bench.workers || webWorkers !== bench.webWorkers || memoryMb !== bench.memoryMb;
  const tooLittle = memoryMb !== 0 && memoryMb < 256;
  const submit = async () => {
    const input = { benchId: bench.id, workers, webWorkers, memoryMb };
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
      ready={changed && !tooLittle}
      said={
        changed
          ? "On each revision, what changes is restarted: its visitors wait for a few seconds. Jobs stay in their queues."
          : "Nothing was changed yet."
      }
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
      {error && refused[""] ? <ErrorPanel title="Nothing was changed" error={error} /> : null}
    </FormDrawer>
  );
}
