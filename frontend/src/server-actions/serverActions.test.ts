import { describe, expect, it } from "vitest";
import {
  actionAt,
  gentle,
  offered,
  readServerActionSearch,
  restarts,
  roleFault,
  rough,
  searchOf,
  stateFault,
} from "./serverActions";

const all = [...gentle, ...restarts(["MARIADB", "NGINX", "SSH", "BENCHES"]), ...rough];

describe("the address of an action", () => {
  it("opens exactly that action", () => {
    for (const action of all) {
      expect(actionAt(readServerActionSearch({ ...searchOf(action) }))).toEqual(action);
    }
    const addresses = all.map((action) => JSON.stringify(searchOf(action)));
    expect(new Set(addresses).size).toBe(all.length);
  });

  it.each([
    {},
    { do: "shell" },
    { do: "toString" },
    { do: 7 },
    { do: "restart" },
    { do: "restart", service: "CRON" },
    { service: "NGINX" },
  ])("that makes no sense opens none: %j", (search) => {
    expect(readServerActionSearch(search)).toEqual({});
    expect(actionAt(readServerActionSearch(search))).toBeNull();
  });

  it("forgets a service that nothing is asked of", () => {
    expect(readServerActionSearch({ do: "reboot", service: "NGINX" })).toEqual({ do: "reboot" });
  });
});

describe("what may be done", () => {
  it("names one restart for each service that the server has", () => {
    expect(restarts(["NGINX", "SSH"]).map(({ word }) => word)).toEqual([
      "Restart nginx",
      "Restart sshd",
    ]);
    expect(restarts([])).toEqual([]);
  });

  it("is said to those who may not", () => {
    const open = (role: "VIEWER" | "OPERATOR" | "ADMIN") =>
      all.filter((action) => roleFault(action, role) === "").map(({ kind }) => kind);
    expect(open("VIEWER")).toEqual([]);
    expect(open("OPERATOR")).toEqual(["CHECK_SERVER", "PREVIEW_SERVER"]);
    expect(open("ADMIN")).toHaveLength(all.length);
  });

  it("depends on the state of the server", () => {
    const open = (status: Parameters<typeof stateFault>[1]) => [
      ...new Set(all.map(({ kind }) => kind).filter((kind) => stateFault(kind, status) === "")),
    ];
    expect(open("READY")).toHaveLength(8);
    expect(open("FAILED")).toHaveLength(8);
    expect(open("NEW")).toEqual([
      "CHECK_SERVER",
      "PREVIEW_SERVER",
      "SET_UP_SERVER",
      "ROTATE_CREDENTIALS",
      "RETIRE_SERVER",
    ]);
    expect(open("HOST_KEY_CHANGED")).toEqual(["RETIRE_SERVER"]);
    expect(open("SETTING_UP")).toEqual([]);
    expect(open("RETIRED")).toEqual([]);
  });

  it("begins with the set-up while there is none", () => {
    expect(offered("NEW")?.kind).toBe("SET_UP_SERVER");
    expect(offered("FAILED")?.word).toBe("Set up");
    expect(offered("READY")).toBeNull();
    expect(offered("SETTING_UP")).toBeNull();
  });
});
