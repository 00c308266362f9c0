import { describe, expect, it } from "vitest";
import {
  choose,
  extend,
  howMany,
  noSelection,
  type Selection,
  toggle,
  toggleAll,
} from "./selection";
import { readSelection } from "./useSelection";

const list = ["a", "b", "c", "d", "e"];
const idsOf = (selection: Selection) => [...selection.ids].sort();

describe("toggle", () => {
  it("ticks and unticks, and remembers where", () => {
    const once = toggle(noSelection, "b");
    expect(once).toEqual({ ids: new Set(["b"]), anchor: "b" });
    expect(idsOf(toggle(once, "b"))).toEqual([]);
  });

  it("changes nothing in the selection it was given", () => {
    toggle(noSelection, "b");
    expect(noSelection.ids.size).toBe(0);
  });
});

describe("extend", () => {
  it("ticks everything from the anchor to the row, both included", () => {
    expect(idsOf(extend(toggle(noSelection, "b"), list, "d"))).toEqual(["b", "c", "d"]);
  });

  it("works upwards too", () => {
    expect(idsOf(extend(toggle(noSelection, "d"), list, "b"))).toEqual(["b", "c", "d"]);
  });

  it("unticks when the anchor was unticked", () => {
    const all = choose(list);
    expect(idsOf(extend(toggle(all, "b"), list, "d"))).toEqual(["a", "e"]);
  });

  it("goes on from the end of the last range", () => {
    const range = extend(toggle(noSelection, "a"), list, "b");
    expect(idsOf(extend(range, list, "d"))).toEqual(["a", "b", "c", "d"]);
  });

  it("is a plain tick when the anchor is not in the list any more", () => {
    const elsewhere = toggle(noSelection, "z");
    expect(idsOf(extend(elsewhere, list, "c"))).toEqual(["c", "z"]);
  });
});

describe("toggleAll", () => {
  it("ticks what is missing first", () => {
    expect(idsOf(toggleAll(toggle(noSelection, "c"), list))).toEqual(list);
  });

  it("unticks when all are ticked, and leaves others alone", () => {
    expect(idsOf(toggleAll(choose([...list, "z"]), list))).toEqual(["z"]);
  });
});

it("counts only the ticked ones of the list", () => {
  expect(howMany(choose(["a", "e", "z"]), list)).toBe(2);
});

describe("readSelection", () => {
  it("reads what was stored", () => {
    expect(readSelection('{"ids":["1","2"],"anchor":"2"}')).toEqual({
      ids: new Set(["1", "2"]),
      anchor: "2",
    });
  });

  it.each([[undefined], [""], ["null"], ["{}"], ['{"ids":"all"}'], ["[1,"]])(
    "reads %j as nothing ticked",
    (stored) => {
      expect(readSelection(stored).ids.size).toBe(0);
    },
  );
});
