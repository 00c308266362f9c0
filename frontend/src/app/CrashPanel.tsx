import { ErrorPanel } from "../ui/ErrorPanel";

/** A page that broke says so and can be tried again; the rest of the frame stays. */
export function CrashPanel({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <div style={{ maxWidth: 720, margin: "48px auto", padding: "0 16px" }}>
      <ErrorPanel title="This page broke" error={error} onRetry={reset} />
    </div>
  );
}
