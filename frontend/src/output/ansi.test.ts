import { describe, expect, test } from "vitest";
import { parseAnsi, plainText } from "./ansi";

const ESC = "\u001b";

describe("parseAnsi", () => {
  const cases: { name: string; line: string; spans: ReturnType<typeof parseAnsi> }[] = [
    { name: "nothing", line: "", spans: [] },
    {
      name: "plain text",
      line: "Success: Done in 1.2s",
      spans: [{ text: "Success: Done in 1.2s" }],
    },
    { name: "a tab stays", line: "a\tb", spans: [{ text: "a\tb" }] },
    {
      name: "colour and back",
      line: `${ESC}[32mok${ESC}[0m rest`,
      spans: [{ text: "ok", color: 2 }, { text: " rest" }],
    },
    {
      name: "bold bright red on white",
      line: `${ESC}[1;91;47mERROR`,
      spans: [{ text: "ERROR", bold: true, color: 9, background: 7 }],
    },
    {
      name: "an empty parameter resets",
      line: `${ESC}[1ma${ESC}[mb`,
      spans: [{ text: "a", bold: true }, { text: "b" }],
    },
    {
      name: "colour of the cube",
      line: `${ESC}[38;5;208mx`,
      spans: [{ text: "x", color: "rgb(255 135 0)" }],
    },
    {
      name: "grey of the ramp",
      line: `${ESC}[38;5;244mx`,
      spans: [{ text: "x", color: "rgb(128 128 128)" }],
    },
    {
      name: "full colour",
      line: `${ESC}[38;2;1;2;3mx`,
      spans: [{ text: "x", color: "rgb(1 2 3)" }],
    },
    {
      name: "full colour out of range is ignored",
      line: `${ESC}[38;2;1;2;999mx`,
      spans: [{ text: "x" }],
    },
    { name: "concealed text is shown", line: `${ESC}[8msecret`, spans: [{ text: "secret" }] },
    {
      name: "text on its own colour is shown",
      line: `${ESC}[31;41mx`,
      spans: [{ text: "x", color: 1 }],
    },
  ];
  for (const { name, line, spans } of cases) {
    test(name, () => expect(parseAnsi(line)).toEqual(spans));
  }
});

describe("what acts on a terminal is shown as text", () => {
  const cases: { name: string; line: string; text: string }[] = [
    { name: "clearing the screen", line: `${ESC}[2Jgone`, text: "␛[2Jgone" },
    { name: "moving the cursor up", line: `${ESC}[1A${ESC}[2Kforged`, text: "␛[1A␛[2Kforged" },
    { name: "the window's title", line: `${ESC}]0;owned\u0007`, text: "␛]0;owned␇" },
    {
      name: "a hyperlink",
      line: `${ESC}]8;;http://evil.example${ESC}\\click${ESC}]8;;${ESC}\\`,
      text: "␛]8;;http://evil.example␛\\click␛]8;;␛\\",
    },
    { name: "carriage returns at the end are left out", line: "done\r\r", text: "done" },
    { name: "carriage return", line: "50%\r100%", text: "50%␍100%" },
    { name: "a newline inside a line", line: "a\nb", text: "a␊b" },
    { name: "NUL and delete", line: "a\u0000b\u007f", text: "a␀b␡" },
    { name: "the 8-bit introducer", line: "\u009b2J", text: "<U+009B>2J" },
    { name: "right-to-left override", line: "exe\u202egpj", text: "exe<U+202E>gpj" },
    { name: "an escape at the very end", line: `x${ESC}`, text: "x␛" },
    {
      name: "an SGR that never ends",
      line: `${ESC}[${"1;".repeat(100)}m`,
      text: `␛[${"1;".repeat(100)}m`,
    },
  ];
  for (const { name, line, text } of cases) {
    test(name, () => expect(plainText(line)).toBe(text));
  }
});

test("a line of many escapes is parsed to its end", () => {
  expect(parseAnsi(`${ESC}[31mx`.repeat(150_000))).toHaveLength(150_000);
});
