import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import classes from "./CodeBlock.module.css";

/** A line for a terminal or a file, copied whole by its button. */
export function CodeBlock({ text, what }: { text: string; what: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <div className={classes.block}>
      <code className={classes.code}>{text}</code>
      <Tooltip label={clipboard.copied ? "Copied" : `Copy ${what}`}>
        <ActionIcon size="sm" aria-label={`Copy ${what}`} onClick={() => clipboard.copy(text)}>
          {clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
