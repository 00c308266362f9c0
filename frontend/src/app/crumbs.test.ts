import { expect, it } from "vitest";
import { crumbsOf } from "./crumbs";

const pages = [
  { to: "/", name: "Overview" },
  { to: "/servers", name: "Servers" },
  { to: "/sites", name: "Sites" },
];
const words = (pathname: string, name?: string) =>
  crumbsOf(pathname, pages, name).map(({ word }) => word);

it("leads to a thing by its name, and by its id until that is known", () => {
  expect(words("/servers/3", "m-02")).toEqual(["Servers", "m-02"]);
  expect(words("/servers/3")).toEqual(["Servers", "3"]);
});

it("leads on to what is below it", () => {
  expect(words("/servers/3/adopt", "m-02")).toEqual(["Servers", "m-02", "Look for benches"]);
  expect(crumbsOf("/servers/3/adopt", pages, "m-02")[1]).toEqual({
    to: "/servers/3",
    word: "m-02",
  });
  expect(words("/sites/new")).toEqual(["Sites", "New"]);
});

it("is a page alone, and nothing where there is none", () => {
  expect(words("/")).toEqual(["Overview"]);
  expect(words("/sites")).toEqual(["Sites"]);
  expect(words("/login")).toEqual([]);
});
