import { expect, test } from "vitest";
import { type Candidate, choicesFor, pairFaults, proposedName } from "./pairDraft";

function server(id: string, change: Partial<Candidate> = {}): Candidate {
  return {
    id,
    name: `m-0${id}`,
    address: `10.0.1.${id}`,
    role: "MASTER",
    status: "READY",
    siteCount: 0,
    benches: [],
    pair: null,
    ...change,
  };
}

const slave = (id: string, change: Partial<Candidate> = {}) =>
  server(id, { role: "SLAVE", name: `s-0${id}`, ...change });

test("what can be chosen comes first, what cannot says why", () => {
  const servers = [
    server("1", { pair: { name: "pair-01" } }),
    server("2", { siteCount: 12, benches: [{ id: "1" }] }),
    server("3", { status: "HOST_KEY_CHANGED" }),
    server("4", { status: "RETIRED" }),
    slave("5"),
    server("6", { role: "PROXY" }),
    server("7", { status: "FAILED" }),
    slave("8", { status: "SETTING_UP" }),
  ];
  expect(choicesFor(servers, "master")).toEqual([
    { value: "2", label: "m-02", hint: "12 sites", disabled: false },
    { value: "1", label: "m-01", hint: "in the pair pair-01", disabled: true },
    { value: "3", label: "m-03", hint: "shows another host key", disabled: true },
    { value: "7", label: "m-07", hint: "its set-up failed", disabled: true },
  ]);
  expect(choicesFor(servers, "slave").map(({ label, hint }) => [label, hint])).toEqual([
    ["s-05", "10.0.1.5"],
    ["m-01", "in the pair pair-01"],
    ["m-03", "shows another host key"],
    ["m-07", "its set-up failed"],
    ["s-08", "is being set up"],
  ]);
});

test("a slave holds nothing of its own; an empty master may become one", () => {
  const servers = [
    server("1"),
    slave("2", { benches: [{ id: "1" }, { id: "2" }] }),
    server("3", { benches: [{ id: "3" }] }),
  ];
  expect(choicesFor(servers, "slave").map(({ label, hint }) => [label, hint])).toEqual([
    ["m-01", "10.0.1.1"],
    ["s-02", "2 benches on it"],
  ]);
  const faults = pairFaults({ name: "a", masterId: "1", slaveId: "2" }, servers, []);
  expect(faults).toEqual({
    name: "",
    masterId: "",
    slaveId: "s-02 cannot be the slave: 2 benches on it.",
  });
});

test("names, missing halves, a server with itself, a server that is gone", () => {
  const servers = [server("1"), slave("2")];
  expect(pairFaults({ name: "pair-01", masterId: "", slaveId: "" }, servers, ["pair-01"])).toEqual({
    name: "There is a pair called pair-01 already.",
    masterId: "Choose the master.",
    slaveId: "Choose the slave.",
  });
  expect(pairFaults({ name: "A b", masterId: "1", slaveId: "1" }, servers, [])).toMatchObject({
    name: expect.stringContaining("lower-case letters"),
    slaveId: "A pair is two servers: choose another one as the slave.",
  });
  expect(pairFaults({ name: "a", masterId: "9", slaveId: "2" }, servers, []).masterId).toBe(
    "This server is gone: choose another.",
  );
});

test("a free name is proposed", () => {
  expect(proposedName([])).toBe("pair-01");
  expect(proposedName(["pair-01", "pair-02"])).toBe("pair-03");
});
