import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { StatusBadge } from "../ui/StatusBadge";
import classes from "./PlanChecks.module.css";
import { type Check, checkLooks, sortedChecks } from "./switchWords";

/** What was looked at on both servers, what stands in the way first. */
export function PlanChecks({
  checks,
  onLookAgain,
}: {
  checks: readonly Check[];
  onLookAgain: () => void;
}) {
  return (
    <section>
      <header className={classes.head}>
        <h3>Looked at just now</h3>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconRefresh size={13} />}
          onClick={onLookAgain}
        >
          Look again
        </Button>
      </header>
      <ul className={classes.checks} aria-label="Checks">
        {sortedChecks(checks).map(({ name, state, message }) => (
          <li key={name} data-state={state}>
            <StatusBadge look={checkLooks[state]} quiet />
            <span className={classes.name}>{name}</span>
            <span className={classes.message}>{message}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
