import { Button, Tooltip } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import classes from "./SelectionBar.module.css";

const refusal = "Operators may do this; you may look";

/** Appears with the first tick: how many sites are ticked, and what can be done with them. */
export function SelectionBar({
  count,
  matching,
  choosing,
  mayAct,
  onChooseAll,
  onClear,
  onVisitors,
  onChange,
  onDeploy,
}: {
  count: number;
  /** How many sites the list has in all; undefined when all of them are ticked. */
  matching: number | undefined;
  choosing: boolean;
  /** Whether this person may do more than look. */
  mayAct: boolean;
  onChooseAll: () => void;
  onClear: () => void;
  /** What the proxies do with their visitors. */
  onVisitors: () => void;
  /** What can be done to all of them together. */
  onChange: () => void;
  onDeploy: () => void;
}) {
  return (
    <section className={classes.bar} aria-label="Ticked sites">
      <span className={classes.count} aria-live="polite">
        {count.toLocaleString("en")} {count === 1 ? "site" : "sites"} ticked
      </span>
      {matching === undefined ? null : (
        <Button size="xs" variant="subtle" loading={choosing} onClick={onChooseAll}>
          Tick all {matching.toLocaleString("en")} that match
        </Button>
      )}
      <span className={classes.spacer} />
      <Button size="xs" variant="default" onClick={onClear}>
        Clear
      </Button>
      <Tooltip label={refusal} disabled={mayAct}>
        <Button
          size="xs"
          variant="default"
          data-disabled={!mayAct || undefined}
          aria-disabled={!mayAct}
          onClick={mayAct ? onVisitors : undefined}
        >
          Visitors…
        </Button>
      </Tooltip>
      <Tooltip label={refusal} disabled={mayAct}>
        <Button
          size="xs"
          variant="default"
          data-disabled={!mayAct || undefined}
          aria-disabled={!mayAct}
          onClick={mayAct ? onChange : undefined}
        >
          Change…
        </Button>
      </Tooltip>
      <Tooltip label={refusal} disabled={mayAct}>
        <Button
          size="xs"
          leftSection={<IconRocket size={15} aria-hidden />}
          data-disabled={!mayAct || undefined}
          aria-disabled={!mayAct}
          onClick={mayAct ? onDeploy : undefined}
        >
          Deploy
        </Button>
      </Tooltip>
    </section>
  );
}
