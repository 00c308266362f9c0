import { expect, it } from "vitest";
import { type HistoryAction, type HistoryChange, historyOf } from "./history";

const action = (id: number, minute: number): HistoryAction => ({
  id: `${id}`,
  title: "Set up m-01",
  status: "SUCCEEDED",
  actorName: "ana",
  createdAt: `2026-05-01T10:${minute}:00Z`,
});
const change = (id: number, minute: number): HistoryChange => ({
  id: `${id}`,
  fromState: "OK",
  toState: "DOWN",
  at: `2026-05-01T10:${minute}:00Z`,
  why: "",
});

it("is one stream, newest first", () => {
  const history = historyOf([action(2, 30), action(1, 10)], [change(9, 20)], 50);
  expect(history.map(({ key }) => key)).toEqual(["action-2", "change-9", "action-1"]);
});

it("leaves out what is older than the end of a list that was cut", () => {
  const history = historyOf([action(2, 40), action(1, 30)], [change(9, 50), change(8, 20)], 2);
  expect(history.map(({ key }) => key)).toEqual(["change-9", "action-2", "action-1"]);
});
