import { expect, it } from "vitest";
import { stoppedOf } from "./services";

it("names what should run and does not, and leaves out what rests on purpose", () => {
  const seen = [
    { name: "mariadb.service", state: "active" },
    { name: "nginx.service", state: "inactive" },
    { name: "central-role.service", state: "inactive" },
    { name: "central-north-r1.target", state: "inactive" },
    { name: "central-mirror.service", state: "failed" },
  ];
  expect(stoppedOf(seen).map(({ name }) => name)).toEqual([
    "nginx.service",
    "central-mirror.service",
  ]);
});
