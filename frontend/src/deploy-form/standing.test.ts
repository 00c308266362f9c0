import { describe, expect, it } from "vitest";
import { standings, standingWords, usualApp } from "./standing";

const releases = [5, 4, 3, 2, 1].map((position) => ({ commit: `c${position}`, position }));
const words = (current: [string, number][]) => {
  const all = standings(releases, new Map(current));
  return releases.map(({ commit }) =>
    standingWords(all.get(commit) ?? { here: 0, ahead: undefined }),
  );
};

describe("standings", () => {
  it("counts commits from where the sites are", () => {
    expect(words([["c3", 12]])).toEqual([
      "2 ahead",
      "1 ahead",
      "12 sites are here",
      "1 older",
      "2 older",
    ]);
  });

  it("says both ends when sites are on different commits", () => {
    expect(
      words([
        ["c4", 1],
        ["c2", 3],
      ]),
    ).toEqual([
      "1 to 3 ahead",
      "1 site is here",
      "newer for some",
      "3 sites are here",
      "1 to 3 older",
    ]);
  });

  it("says nothing when the sites' commits are not known", () => {
    expect(words([])).toEqual(["", "", "", "", ""]);
    expect(words([["c0", 4]])).toEqual(["", "", "", "", ""]);
  });
});

describe("usualApp", () => {
  it("is the app that most versions name", () => {
    expect(usualApp(["shop 1.2.0", "erpnext 15.1.0", "shop 1.1.0"])).toBe("shop");
  });

  it("is none without sites", () => {
    expect(usualApp([])).toBeUndefined();
  });
});
