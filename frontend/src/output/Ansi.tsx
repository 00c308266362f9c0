import { type CSSProperties, memo, type ReactNode } from "react";
import classes from "./Ansi.module.css";
import { parseAnsi, type Span } from "./ansi";
import { splitAt } from "./outputSearch";

/** A line with its colours; each occurrence of `needle` is marked. */
export const Ansi = memo(function Ansi({ text, needle = "" }: { text: string; needle?: string }) {
  const spans = parseAnsi(text);
  return (
    <>
      {spans.map((span, index) => {
        const content = marked(span.text, needle);
        if (span.escape) {
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: spans of a line never change places
            <span key={index} className={classes.escape}>
              {content}
            </span>
          );
        }
        const className = classOf(span);
        const style = styleOf(span);
        return className || style ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans of a line never change places
          <span key={index} className={className} style={style}>
            {content}
          </span>
        ) : (
          content
        );
      })}
    </>
  );
});

function marked(text: string, needle: string): ReactNode {
  const parts = splitAt(text, needle);
  if (parts.length === 1) {
    return text;
  }
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text never change places
      <mark key={index} className={classes.mark}>
        {part}
      </mark>
    ) : (
      part
    ),
  );
}

function classOf(span: Span): string | undefined {
  const names: (string | undefined)[] = [];
  if (typeof span.color === "number") {
    names.push(classes[`fg${span.color}`]);
  } else if (span.color) {
    names.push(classes.fg);
  }
  if (typeof span.background === "number") {
    names.push(classes[`bg${span.background}`]);
  } else if (span.background) {
    names.push(classes.bg);
  }
  if (span.bold) {
    names.push(classes.bold);
  }
  if (span.dim) {
    names.push(classes.dim);
  }
  if (span.italic) {
    names.push(classes.italic);
  }
  if (span.underline) {
    names.push(classes.underline);
  }
  if (span.strike) {
    names.push(classes.strike);
  }
  return names.length === 0 ? undefined : names.join(" ");
}

function styleOf(span: Span): CSSProperties | undefined {
  const style: Record<string, string> = {};
  if (typeof span.color === "string") {
    style["--fg"] = span.color;
  }
  if (typeof span.background === "string") {
    style["--bg"] = span.background;
  }
  return Object.keys(style).length === 0 ? undefined : (style as CSSProperties);
}
