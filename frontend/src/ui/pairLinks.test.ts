import { expect, test } from "vitest";
import {
  byUrgency,
  databasesLink,
  filesLink,
  type PairFacts,
  pairLook,
  type Replication,
  windowOfLoss,
} from "./pairLinks";

const now = Date.parse("2026-05-01T12:00:00Z");
const well: Replication = {
  at: "2026-05-01T11:59:50Z",
  ioRunning: true,
  sqlRunning: true,
  lagSeconds: 0.4,
  lastError: "",
  mirroredAt: "2026-05-01T11:59:20Z",
};

function pair(change: Partial<Replication> | null, status: PairFacts["status"] = "READY") {
  return { status, statusReason: "", replication: change && { ...well, ...change } };
}

test("a slave that follows", () => {
  expect(databasesLink(pair({}), now)).toMatchObject({ tone: "done", text: "0.4 s behind" });
  expect(filesLink(pair({}), now)).toMatchObject({ tone: "done", text: "mirrored 40 s ago" });
  expect(pairLook(pair({}), now)).toEqual({ tone: "done", word: "Ready" });
});

test("a slave that is far behind", () => {
  const behind = pair({ lagSeconds: 95 });
  expect(databasesLink(behind, now)).toMatchObject({ tone: "wait", text: "1 m 35 s behind" });
  expect(pairLook(behind, now)).toEqual({ tone: "wait", word: "Behind" });
  expect(pairLook(pair({ lagSeconds: 700 }), now)).toEqual({ tone: "bad", word: "Behind" });
});

test("a thread that stopped, with the error that stopped it", () => {
  const lastError = "Duplicate entry '7' for key 'PRIMARY'";
  const stopped = pair({ sqlRunning: false, lagSeconds: null, lastError });
  expect(databasesLink(stopped, now)).toEqual({
    tone: "bad",
    text: "stopped",
    follows: false,
    detail: lastError,
  });
  expect(pairLook(stopped, now).word).toBe("Replication stopped");
  expect(pairLook(pair({ ioRunning: false }), now).tone).toBe("bad");
});

test("an old mirror", () => {
  const old = pair({ mirroredAt: "2026-05-01T11:15:00Z" });
  expect(filesLink(old, now)).toMatchObject({ tone: "wait", text: "mirrored 45 m 00 s ago" });
  expect(pairLook(old, now)).toEqual({ tone: "wait", word: "Mirror is old" });
  const older = pair({ mirroredAt: "2026-05-01T10:00:00Z" });
  expect(pairLook(older, now)).toEqual({ tone: "bad", word: "Mirror is old" });
});

test("nothing known is never shown as well", () => {
  expect(databasesLink(pair(null), now).tone).toBe("idle");
  expect(filesLink(pair(null), now).tone).toBe("idle");
  expect(filesLink(pair({ mirroredAt: null }), now).tone).toBe("idle");
  const silent = pair({ at: "2026-05-01T11:50:00Z" });
  expect(databasesLink(silent, now)).toEqual({
    tone: "wait",
    text: "not heard from",
    follows: false,
    detail: "Last read 10 m ago.",
  });
  expect(pairLook(silent, now).word).toBe("Unknown");
  expect(databasesLink(pair({ lagSeconds: null }), now).tone).toBe("wait");
});

test("a line that does not follow for the pair's own reasons", () => {
  expect(databasesLink(pair({}, "NEW"), now).text).toBe("not set up yet");
  expect(databasesLink(pair({}, "SETTING_UP"), now).tone).toBe("run");
  expect(databasesLink(pair({}, "FAILED_OVER"), now)).toMatchObject({
    text: "cut",
    follows: false,
  });
  expect(pairLook(pair({}, "FAILED"), now).tone).toBe("bad");
});

test("a ready pair that something is to be known about", () => {
  const noted = { ...pair({}), statusReason: "m-02 lacks the revision r4 of shop." };
  expect(pairLook(noted, now)).toEqual({ tone: "wait", word: "Worth a look" });
});

test("what would be lost now, as far as anybody can say", () => {
  expect(windowOfLoss(pair({}), now)).toBe(
    "no more than a second of data and 40 s of uploaded files",
  );
  expect(windowOfLoss(pair({ lagSeconds: 12 }), now)).toContain("about 12 s of data");
  expect(windowOfLoss(pair({ ioRunning: false }), now)).toBe("");
  expect(windowOfLoss(pair({ at: "2026-05-01T11:00:00Z" }), now)).toBe("");
  expect(windowOfLoss(pair({}, "FAILED_OVER"), now)).toBe("");
});

test("what needs somebody comes first", () => {
  const named = (name: string, facts: PairFacts) => ({ name, ...facts });
  const sorted = byUrgency(
    [
      named("b-10", pair({})),
      named("b-9", pair({})),
      named("late", pair({ lagSeconds: 90 })),
      named("broken", pair({ ioRunning: false })),
    ],
    now,
  );
  expect(sorted.map(({ name }) => name)).toEqual(["broken", "late", "b-9", "b-10"]);
});
