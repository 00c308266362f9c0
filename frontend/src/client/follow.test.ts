// @vitest-environment happy-dom
import { parse } from "graphql";
import type { Sink } from "graphql-ws";
import type { TypedDocumentNode } from "urql";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { follow, type StreamState } from "./follow";

interface Event {
  seq: number;
}

const document = parse(
  "subscription S($after: Int!) { events(after: $after) { seq } }",
) as TypedDocumentNode<{ events: Event }, never>;

/** A socket that is played by the test. */
class FakeSocket {
  subscriptions: { after: unknown; sink: Sink; closed: boolean }[] = [];

  subscribe = (payload: { variables?: Record<string, unknown> | null }, sink: Sink<never>) => {
    const subscription = { after: payload.variables?.after, sink: sink as Sink, closed: false };
    this.subscriptions.push(subscription);
    return () => {
      subscription.closed = true;
    };
  };

  get newest() {
    const newest = this.subscriptions.at(-1);
    if (!newest) {
      throw new Error("nothing is subscribed");
    }
    return newest;
  }

  send(...seqs: number[]) {
    for (const seq of seqs) {
      this.newest.sink.next({ data: { events: { seq } } });
    }
  }
}

let socket: FakeSocket;
let seen: number[];
let states: StreamState[];

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
  seen = [];
  states = [];
  return () => {
    vi.useRealTimers();
  };
});

function start(after = 0) {
  return follow<{ events: Event }, Event>({
    socket: socket as never,
    document,
    variables: { id: "1" },
    after,
    eventOf: (data) => data.events,
    onEvents: (events) => seen.push(...events.map(({ seq }) => seq)),
    onState: (state) => states.push(state),
    schedule: (flush) => flush(),
    delay: () => 100,
  });
}

describe("follow", () => {
  it("begins after what is known already", () => {
    start(41);
    expect(socket.newest.after).toBe(41);
    socket.send(42, 43);
    expect(seen).toEqual([42, 43]);
  });

  it("begins again after the last event seen when the line is lost, for ever", () => {
    start();
    socket.send(1, 2);
    for (let loss = 0; loss < 20; loss += 1) {
      socket.newest.sink.error(new CloseEvent("close"));
      expect(states.at(-1)).toBe("offline");
      vi.advanceTimersByTime(100);
    }
    expect(socket.subscriptions).toHaveLength(21);
    expect(socket.newest.after).toBe(2);
    socket.send(3);
    expect(seen).toEqual([1, 2, 3]);
  });

  it("shows nothing twice when the server repeats itself", () => {
    start();
    socket.send(1, 2, 2, 1, 3);
    expect(seen).toEqual([1, 2, 3]);
  });

  it("catches up after a loss and says when it is live again", () => {
    start();
    socket.send(1);
    socket.newest.sink.error(new CloseEvent("close"));
    vi.advanceTimersByTime(100);
    socket.send(2, 3);
    expect(states.at(-1)).toBe("catching-up");
    vi.advanceTimersByTime(1000);
    expect(states.at(-1)).toBe("live");
  });

  it("ends with the stream, and does not begin again", () => {
    start();
    socket.send(1);
    socket.newest.sink.complete();
    vi.advanceTimersByTime(60_000);
    expect(states.at(-1)).toBe("ended");
    expect(socket.subscriptions).toHaveLength(1);
  });

  it("stops at a refusal and hands its errors on", () => {
    const refusal = [{ message: "No such deploy.", extensions: { code: "NOT_FOUND" } }];
    const onState = vi.fn();
    follow<{ events: Event }, Event>({
      socket: socket as never,
      document,
      variables: {},
      after: 0,
      eventOf: (data) => data.events,
      onEvents: () => {},
      onState,
    });
    socket.newest.sink.error(refusal);
    vi.advanceTimersByTime(60_000);
    expect(onState).toHaveBeenLastCalledWith("failed", refusal);
    expect(socket.subscriptions).toHaveLength(1);
  });

  it("tries at once when the browser is online again", () => {
    start();
    socket.newest.sink.error(new CloseEvent("close"));
    window.dispatchEvent(new Event("online"));
    expect(socket.subscriptions).toHaveLength(2);
  });

  it("hands on many events at once", () => {
    const batches: number[][] = [];
    const flushes: (() => void)[] = [];
    follow<{ events: Event }, Event>({
      socket: socket as never,
      document,
      variables: {},
      after: 0,
      eventOf: (data) => data.events,
      onEvents: (events) => batches.push(events.map(({ seq }) => seq)),
      onState: () => {},
      schedule: (flush) => flushes.push(flush),
    });
    socket.send(1, 2, 3);
    expect(flushes).toHaveLength(1);
    flushes[0]?.();
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it("is silent once it is stopped", () => {
    const stop = start();
    stop();
    expect(socket.newest.closed).toBe(true);
    socket.send(1);
    socket.newest.sink.error(new CloseEvent("close"));
    vi.advanceTimersByTime(60_000);
    expect(seen).toEqual([]);
    expect(socket.subscriptions).toHaveLength(1);
  });
});
