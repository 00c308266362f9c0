// Turns one line of a program's output into spans to draw. Only colours and weights (SGR) act; every other
// escape, control or direction character is shown as text, so that output cannot move, hide or forge lines.

/** A run of characters that look alike. */
export interface Span {
  text: string;
  /** One of the 16 terminal colours by number, or any other as a CSS colour. */
  color?: number | string;
  background?: number | string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  strike?: boolean;
  /** An escape or control character made visible. */
  escape?: boolean;
}

type Look = Omit<Span, "text" | "escape">;

const ESC = "\u001b";

// Whatever must not reach the page as it is: controls besides the tab, line and paragraph separators, marks that
// reorder or hide text. Joiners stay, scripts need them.
const special = /(?![\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const specials = new RegExp(special, "gu");
const sgr = /^\[([0-9;:]{0,64})m/;

/** Splits a line into spans. A line without anything special is one span. */
export function parseAnsi(text: string): Span[] {
  // Many programs end their lines with a carriage return as well; at the end it hides nothing.
  const line = text.replace(/\r+$/, "");
  if (!special.test(line)) {
    return line === "" ? [] : [{ text: line }];
  }
  const spans: Span[] = [];
  let look: Look = {};
  let from = 0;
  const flush = (to: number) => {
    if (to > from) {
      spans.push({ ...look, text: line.slice(from, to) });
    }
  };
  for (const match of line.matchAll(specials)) {
    const at = match.index;
    if (at < from) {
      continue;
    }
    flush(at);
    const colours = match[0] === ESC ? sgr.exec(line.slice(at + 1, at + 72)) : null;
    if (colours) {
      look = applySgr(look, colours[1] ?? "");
      from = at + 1 + colours[0].length;
    } else {
      spans.push({ text: visible(match[0]), escape: true });
      from = at + match[0].length;
    }
  }
  flush(line.length);
  return spans;
}

/** The line without colours and with every other special character made visible: what is searched and saved. */
export function plainText(line: string): string {
  if (!special.test(line)) {
    return line;
  }
  return parseAnsi(line)
    .map((span) => span.text)
    .join("");
}

/** What a control character looks like on the page. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) {
    return String.fromCharCode(0x2400 + code);
  }
  if (code === 0x7f) {
    return "\u2421";
  }
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

function applySgr(before: Look, parameters: string): Look {
  const look = { ...before };
  const codes = parameters.split(/[;:]/).map((part) => (part === "" ? 0 : Number(part)));
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    if (code === 0) {
      for (const key of Object.keys(look) as (keyof Look)[]) {
        delete look[key];
      }
    } else if (code === 1) {
      look.bold = true;
    } else if (code === 2) {
      look.dim = true;
    } else if (code === 3) {
      look.italic = true;
    } else if (code === 4) {
      look.underline = true;
    } else if (code === 9) {
      look.strike = true;
    } else if (code === 22) {
      delete look.bold;
      delete look.dim;
    } else if (code === 23) {
      delete look.italic;
    } else if (code === 24) {
      delete look.underline;
    } else if (code === 29) {
      delete look.strike;
    } else if (code >= 30 && code <= 37) {
      look.color = code - 30;
    } else if (code >= 90 && code <= 97) {
      look.color = code - 82;
    } else if (code >= 40 && code <= 47) {
      look.background = code - 40;
    } else if (code >= 100 && code <= 107) {
      look.background = code - 92;
    } else if (code === 39) {
      delete look.color;
    } else if (code === 49) {
      delete look.background;
    } else if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(i + 1, i + 5));
      if (color !== undefined) {
        look[code === 38 ? "color" : "background"] = color;
      }
      i += used;
    }
  }
  // Text in the colour of its background would be hidden.
  if (look.background !== undefined && look.background === look.color) {
    delete look.background;
  }
  return look;
}

/** Reads `5;N` or `2;R;G;B`. Returns the colour and how many codes it took. */
function extendedColor(codes: number[]): [number | string | undefined, number] {
  if (codes[0] === 5) {
    const index = codes[1];
    return [index === undefined ? undefined : paletteColor(index), 2];
  }
  if (codes[0] === 2) {
    const [red, green, blue] = codes.slice(1);
    if (
      red === undefined ||
      green === undefined ||
      blue === undefined ||
      Math.max(red, green, blue) > 255
    ) {
      return [undefined, 4];
    }
    return [`rgb(${red} ${green} ${blue})`, 4];
  }
  return [undefined, 1];
}

/** One of the 256 colours: 16 by theme, a cube of 6 × 6 × 6, 24 greys. */
function paletteColor(index: number): number | string | undefined {
  if (index < 16) {
    return index;
  }
  if (index > 255) {
    return undefined;
  }
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`;
}
