import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import type { EventsState } from "../client/useEvents";
import type { LineRange } from "./lineHash";
import { OutputViewer } from "./OutputViewer";
import { emptyOutput, type OutputEvent, type OutputState, reduceOutput } from "./outputState";

const blank = {
  at: "2030-01-01T12:00:00Z",
  step: "",
  text: "",
  stream: "stdout",
  host: "",
  taskStatus: "",
};

function events(list: Partial<OutputEvent>[], first = 1): OutputEvent[] {
  return list.map(
    (event, index) => ({ ...blank, kind: "LINE", seq: first + index, ...event }) as OutputEvent,
  );
}

const lines = (count: number) =>
  Array.from(
    { length: count },
    (_, index): Partial<OutputEvent> => ({ text: `line ${index + 1}` }),
  );

const backupThenMigrate = reduceOutput(
  emptyOutput,
  events([
    { kind: "STEP", step: "backup", stepStatus: "RUNNING" },
    { text: "dumping tabItem" },
    { kind: "STEP", step: "backup", stepStatus: "DONE", millis: 1500 },
    { kind: "STEP", step: "migrate", stepStatus: "RUNNING" },
    { text: "Executing p1", host: "m-01" },
    { text: "\u001b[31mKeyError\u001b[0m\u001b[2J", stream: "stderr", host: "m-02" },
    { kind: "STEP", step: "migrate", stepStatus: "FAILED", millis: 2500 },
  ]),
);

/** The viewer with an address that is only remembered. */
function Page({
  output,
  state = "live",
  at = null,
}: {
  output: OutputState;
  state?: EventsState["state"];
  at?: LineRange | null;
}) {
  const [range, setRange] = useState(at);
  return (
    <MantineProvider env="test">
      <output aria-label="address">{range ? `${range.from}-${range.to}` : "none"}</output>
      <OutputViewer
        output={output}
        stream={{ state, errors: [] }}
        range={range}
        onRange={setRange}
        name="acme"
      />
    </MantineProvider>
  );
}

const search = () => screen.getByRole("searchbox", { name: "Search the output" });

describe("lines", () => {
  it("are numbered, with hosts, and hostile escapes as text", () => {
    render(<Page output={backupThenMigrate} />);
    expect(screen.getByRole("link", { name: "Line 3" })).toBeInTheDocument();
    expect(screen.getByText("m-02")).toBeInTheDocument();
    expect(screen.getByText("KeyError")).toBeInTheDocument();
    expect(screen.getByText("␛")).toBeInTheDocument();
    expect(screen.getByText("[2J")).toBeInTheDocument();
  });

  it("of which only those in sight are drawn", () => {
    render(<Page output={reduceOutput(emptyOutput, events(lines(50_000)))} />);
    expect(screen.getAllByRole("link").length).toBeLessThan(100);
    expect(screen.getByText("line 50000")).toBeInTheDocument();
    expect(screen.queryByText("line 1")).toBeNull();
  });

  it("are picked by a click, a range by another with shift, and let go by a third", () => {
    render(<Page output={backupThenMigrate} />);
    fireEvent.click(screen.getByRole("link", { name: "Line 1" }));
    expect(screen.getByLabelText("address")).toHaveTextContent("1-1");
    fireEvent.click(screen.getByRole("link", { name: "Line 3" }), { shiftKey: true });
    expect(screen.getByLabelText("address")).toHaveTextContent("1-3");
    fireEvent.click(screen.getByRole("link", { name: "Line 2" }));
    fireEvent.click(screen.getByRole("link", { name: "Line 2" }));
    expect(screen.getByLabelText("address")).toHaveTextContent("none");
  });

  it("that the address points at are shown", async () => {
    render(
      <Page
        output={reduceOutput(emptyOutput, events(lines(50_000)))}
        at={{ from: 777, to: 778 }}
      />,
    );
    expect(await screen.findByText("line 777")).toBeInTheDocument();
    expect(screen.queryByText("line 50000")).toBeNull();
  });

  it("that are very long are cut, and open whole", async () => {
    const user = userEvent.setup();
    const long = `${"x".repeat(5_000)}end`;
    render(<Page output={reduceOutput(emptyOutput, events([{ text: long }]))} />);
    await user.click(screen.getByRole("button", { name: "3,003 more characters" }));
    expect(await screen.findByText(long)).toBeInTheDocument();
  });
});

describe("steps", () => {
  const step = (name: RegExp) => screen.getAllByRole("button", { name })[0] as HTMLElement;

  it("are headings with their outcome and time", () => {
    render(<Page output={backupThenMigrate} />);
    expect(step(/backup/)).toHaveTextContent("1.5 s");
    expect(step(/migrate/)).toHaveTextContent("failed");
  });

  it("fold and unfold", async () => {
    const user = userEvent.setup();
    render(<Page output={backupThenMigrate} />);
    await user.click(step(/backup/));
    expect(screen.queryByText("dumping tabItem")).toBeNull();
    expect(screen.getByText("Executing p1")).toBeInTheDocument();
    await user.click(step(/backup/));
    expect(screen.getByText("dumping tabItem")).toBeInTheDocument();
  });

  it("fold all at once", async () => {
    const user = userEvent.setup();
    render(<Page output={backupThenMigrate} />);
    await user.click(screen.getByRole("button", { name: "Fold all steps" }));
    expect(screen.queryByText("Executing p1")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Unfold all steps" }));
    expect(screen.getByText("Executing p1")).toBeInTheDocument();
  });
});

describe("search", () => {
  const many = reduceOutput(
    emptyOutput,
    events(
      lines(10_000).map((line, index) => (index % 1_000 === 500 ? { text: "an error" } : line)),
    ),
  );

  it("counts lines and goes from one to the next and back", async () => {
    const user = userEvent.setup();
    render(<Page output={many} />);
    await user.type(search(), "error");
    expect(await screen.findByText("10 lines")).toBeInTheDocument();
    await user.keyboard("{Enter}");
    expect(await screen.findByText("1 of 10 lines")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Line 501" })).toBeInTheDocument();
    await user.keyboard("{Enter}");
    expect(await screen.findByText("2 of 10 lines")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Line 1501" })).toBeInTheDocument();
    await user.keyboard("{Shift>}{Enter}{Enter}{/Shift}");
    expect(await screen.findByText("10 of 10 lines")).toBeInTheDocument();
  });

  it("says when there is none, and Escape clears it", async () => {
    const user = userEvent.setup();
    render(<Page output={many} />);
    await user.type(search(), "nowhere");
    expect(await screen.findByText("no line")).toBeInTheDocument();
    await user.keyboard("{Escape}");
    expect(search()).toHaveValue("");
  });

  it("unfolds the step that a hit is in", async () => {
    const user = userEvent.setup();
    render(<Page output={backupThenMigrate} />);
    await user.click(screen.getByRole("button", { name: "Fold all steps" }));
    await user.type(search(), "p1{Enter}");
    await waitFor(() => expect(screen.getByText("p1")).toBeInTheDocument());
  });
});

describe("follow", () => {
  const grow = (output: OutputState, text: string) =>
    reduceOutput(output, events([{ text }], output.lastSeq + 1));
  const start = reduceOutput(emptyOutput, events(lines(1_000)));
  const frame = () =>
    screen.getByRole("link", { name: "Line 1000" }).closest('[tabindex="0"]') as HTMLElement;

  it("shows each new line as it comes", () => {
    const { rerender } = render(<Page output={start} />);
    const next = grow(start, "the newest");
    rerender(<Page output={next} />);
    expect(screen.getByText("the newest")).toBeInTheDocument();
  });

  it("lets go when one scrolls up, and comes back on demand", async () => {
    const user = userEvent.setup();
    const { rerender } = render(<Page output={start} />);
    const element = frame();
    Object.defineProperty(element, "scrollHeight", { configurable: true, value: 22_000 });
    act(() => {
      element.scrollTop = 4_400;
      fireEvent.scroll(element);
    });
    expect(screen.getByText("line 210")).toBeInTheDocument();
    const next = grow(start, "the newest");
    rerender(<Page output={next} />);
    expect(screen.queryByText("the newest")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Follow the newest line" }));
    expect(screen.getByText("the newest")).toBeInTheDocument();
  });
});

describe("an output that is over", () => {
  it("and failed shows where when it is opened", async () => {
    const long = reduceOutput(
      emptyOutput,
      events([
        { kind: "STEP", step: "migrate", stepStatus: "RUNNING" },
        { text: "the cause" },
        { kind: "STEP", step: "migrate", stepStatus: "FAILED", millis: 1 },
        ...lines(5_000),
      ]),
    );
    render(<Page output={long} state="ended" />);
    expect(await screen.findByText("the cause")).toBeInTheDocument();
  });

  it("without a line says so", () => {
    render(<Page output={emptyOutput} state="ended" />);
    expect(screen.getByText("Nothing was said.")).toBeInTheDocument();
  });
});

it("is saved as text, under a harmless name", async () => {
  const user = userEvent.setup();
  const saved: { name: string; text: string }[] = [];
  let blob: Blob | undefined;
  vi.spyOn(URL, "createObjectURL").mockImplementation((object) => {
    blob = object as Blob;
    return "blob:saved";
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => {});
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    saved.push({ name: this.download, text: "" });
  });
  render(<Page output={backupThenMigrate} />);
  await user.click(screen.getByRole("button", { name: "Download as text" }));
  expect(saved[0]?.name).toBe("acme.txt");
  expect(await blob?.text()).toContain("[m-02] KeyError␛[2J");
});

it("a refused stream says why", () => {
  render(
    <MantineProvider env="test">
      <OutputViewer
        output={emptyOutput}
        stream={{
          state: "failed",
          errors: [{ message: "There is no such action.", extensions: { code: "NOT_FOUND" } }],
        }}
        range={null}
        onRange={() => {}}
        name="acme"
      />
    </MantineProvider>,
  );
  expect(screen.getByRole("alert")).toHaveTextContent("There is no such action.");
});
