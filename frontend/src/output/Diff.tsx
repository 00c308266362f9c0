import { Ansi } from "./Ansi";
import classes from "./Diff.module.css";

/** Lines of a difference, with what goes and what comes told apart by more than colour. */
export function Diff({ lines }: { lines: readonly string[] }) {
  return (
    <pre className={classes.diff}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a difference never change places
        <div key={index} data-is={kindOf(line)}>
          <Ansi text={line} />
        </div>
      ))}
    </pre>
  );
}

function kindOf(line: string): "head" | "added" | "removed" | "same" {
  if (line.startsWith("+++") || line.startsWith("---") || line.startsWith("@@")) {
    return "head";
  }
  return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
}
