import { NumberInput } from "@mantine/core";

/** How many processes a revision of a bench runs, and what memory they may use. */
export interface Processes {
  workers: number;
  webWorkers: number;
  memoryMb: number;
}

/** What keeps them from being sent, by field; empty where nothing does. The server has the same rules. */
export function processFaults({ workers, webWorkers, memoryMb }: Processes) {
  const count = (n: number) => (n >= 1 && n <= 32 ? "" : "1 to 32.");
  return {
    workers: count(workers),
    webWorkers: count(webWorkers),
    memoryMb: memoryMb !== 0 && memoryMb < 256 ? "A limit has at least 256 MB." : "",
  };
}

/** The fields of what each revision runs, in the form of a new bench and in that of its settings. */
export function ProcessFields({
  value,
  refused,
  onChange,
}: {
  value: Processes;
  /** What the server said, by field. */
  refused: Record<string, string>;
  onChange: (changed: Partial<Processes>) => void;
}) {
  const wrong = processFaults(value);
  return (
    <>
      <NumberInput
        label="Web workers"
        description="Processes of each revision that answer visitors"
        min={1}
        max={32}
        allowDecimal={false}
        value={value.webWorkers}
        error={refused.webWorkers || wrong.webWorkers}
        onChange={(webWorkers) => onChange({ webWorkers: Number(webWorkers) })}
      />
      <NumberInput
        label="Background workers"
        description="Processes of each revision that do jobs"
        min={1}
        max={32}
        allowDecimal={false}
        value={value.workers}
        error={refused.workers || wrong.workers}
        onChange={(workers) => onChange({ workers: Number(workers) })}
      />
      <NumberInput
        label="Memory limit"
        description="Of the web workers of a revision together, and of its background workers; 0 for none"
        suffix=" MB"
        min={0}
        step={256}
        allowDecimal={false}
        value={value.memoryMb}
        error={refused.memoryMb || wrong.memoryMb}
        onChange={(memoryMb) => onChange({ memoryMb: Number(memoryMb) })}
      />
    </>
  );
}
