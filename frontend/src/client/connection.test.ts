import { expect, it, vi } from "vitest";
import { Connection } from "./connection";

it("is live at first", () => {
  expect(new Connection().state).toEqual({ kind: "live" });
});

it("is offline since the first failure, until every source works again", () => {
  const connection = new Connection();
  const first = new Date(1000);
  connection.down("requests", first);
  connection.down("requests", new Date(2000));
  connection.down("stream", new Date(3000));
  expect(connection.state).toEqual({ kind: "offline", since: first });
  connection.up("requests");
  expect(connection.state).toEqual({ kind: "offline", since: new Date(3000) });
  connection.catchingUp("stream");
  expect(connection.state).toEqual({ kind: "catching-up" });
  connection.up("stream");
  expect(connection.state).toEqual({ kind: "live" });
});

it("forgets a source that closed on purpose", () => {
  const connection = new Connection();
  connection.down("stream", new Date(1000));
  connection.forget("stream");
  expect(connection.state).toEqual({ kind: "live" });
});

it("tells its listeners of changes only", () => {
  const connection = new Connection();
  const listener = vi.fn();
  const stop = connection.subscribe(listener);
  connection.up("requests");
  expect(listener).not.toHaveBeenCalled();
  connection.down("requests", new Date(1000));
  connection.down("requests", new Date(2000));
  expect(listener).toHaveBeenCalledTimes(1);
  stop();
  connection.up("requests");
  expect(listener).toHaveBeenCalledTimes(1);
});
