// An output as a text file.

import { plainText } from "./ansi";
import type { Line, OutputState } from "./outputState";

/** The whole output, steps as headings, without colours. */
export function outputText(state: OutputState): string {
  const parts: string[] = [];
  state.sections.forEach((section, index) => {
    if (section.title !== "") {
      parts.push(
        `=== ${plainText(section.title)} · ${section.status.toLowerCase()}${section.millis === null ? "" : ` · ${(section.millis / 1000).toFixed(1)} s`}`,
      );
    }
    const to = state.sections[index + 1]?.from ?? state.count;
    for (let line = section.from; line < to; line++) {
      parts.push(lineText(state.lines[line] as Line));
    }
  });
  return `${parts.join("\n")}\n`;
}

/** One line without colours, its host and the outcome of its task before it. */
export function lineText(line: Line): string {
  const host = line.host === "" ? "" : `[${plainText(line.host)}] `;
  const task = line.task === "" ? "" : `${line.task}: `;
  return `${host}${task}${plainText(line.text)}`;
}
