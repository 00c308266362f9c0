import { List, Skeleton } from "@mantine/core";
import { ErrorPanel } from "./ErrorPanel";
import { type Note, Notes } from "./Notes";

/** What an action would do, in sentences, and what to know before; or that this is being found out, or could not be. */
export function PlanView({
  plan,
  error,
  onRetry,
}: {
  plan: { does: readonly string[]; notes: readonly Note[] } | undefined;
  error: unknown;
  onRetry: () => void;
}) {
  if (plan) {
    return (
      <>
        <List size="sm" spacing={5}>
          {plan.does.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
        <Notes notes={plan.notes} />
      </>
    );
  }
  return error ? (
    <ErrorPanel title="What it would do could not be found out" error={error} onRetry={onRetry} />
  ) : (
    <Skeleton height={100} aria-busy />
  );
}
