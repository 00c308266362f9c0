import { expect, test } from "vitest";
import { type Held, offered, whyNot } from "./allowed";
import { deeds } from "./pairsSearch";

const ready: Held = { status: "READY", busyAction: null, slave: { name: "m-02" } };

test("an administrator may do everything to a pair that is well, also set it up again", () => {
  const allowed = deeds.filter((deed) => whyNot(deed, ready, "ADMIN") === "");
  expect(allowed).toEqual([...deeds]);
});

test("an operator may rehearse, a viewer may look", () => {
  expect(deeds.filter((deed) => whyNot(deed, ready, "OPERATOR") === "")).toEqual(["rehearse"]);
  expect(deeds.filter((deed) => whyNot(deed, ready, "VIEWER") === "")).toEqual([]);
});

test("nothing is begun while something holds the pair", () => {
  const busy = { ...ready, busyAction: { title: "Set up pair-01" } };
  for (const deed of deeds) {
    expect(whyNot(deed, busy, "ADMIN")).toBe("Wait until this has ended: Set up pair-01.");
  }
});

test("a new pair is set up first; after a failover the slave is rebuilt first", () => {
  const fresh: Held = { ...ready, status: "NEW" };
  expect(deeds.filter((deed) => whyNot(deed, fresh, "ADMIN") === "")).toEqual([
    "setUp",
    "dissolve",
  ]);
  const over: Held = { ...ready, status: "FAILED_OVER" };
  expect(deeds.filter((deed) => whyNot(deed, over, "ADMIN") === "")).toEqual([
    "rebuild",
    "dissolve",
  ]);
  expect(whyNot("failOver", over, "ADMIN")).toBe("m-02 does not follow: rebuild it first.");
});

test("what is offered", () => {
  expect(offered("FAILED")).toBe("setUp");
  expect(offered("FAILED_OVER")).toBe("rebuild");
  expect(offered("READY")).toBeNull();
});
