import { vi } from "vitest";

/** One subscription that the page began. */
export interface Subscription {
  /** The name of its root field. */
  field: string;
  variables: Record<string, unknown>;
  next: (event: object) => void;
  complete: () => void;
}

/** The server's side of graphql-transport-ws, in the hands of a test. */
export interface FakeSockets {
  /** Every subscription so far, oldest first. */
  subscriptions: Subscription[];
  /** Cuts every open line. */
  cut: () => void;
}

/** Stands in for WebSocket: accepts every connection at once and records what is subscribed to. */
export function stubSockets(): FakeSockets {
  const open = new Set<FakeSocket>();
  const subscriptions: Subscription[] = [];

  class FakeSocket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readyState = FakeSocket.CONNECTING;
    onopen: (() => void) | null = null;
    onclose: ((event: object) => void) | null = null;
    onerror: (() => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;

    constructor() {
      queueMicrotask(() => {
        this.readyState = FakeSocket.OPEN;
        open.add(this);
        this.onopen?.();
      });
    }

    send(text: string) {
      const message = JSON.parse(text);
      if (message.type === "connection_init") {
        this.#answer({ type: "connection_ack" });
      } else if (message.type === "ping") {
        this.#answer({ type: "pong" });
      } else if (message.type === "subscribe") {
        const { query, variables } = message.payload;
        const field = /\{\s*(\w+)/.exec(query)?.[1] ?? "";
        subscriptions.push({
          field,
          variables,
          next: (event) =>
            this.#answer({ id: message.id, type: "next", payload: { data: { [field]: event } } }),
          complete: () => this.#answer({ id: message.id, type: "complete" }),
        });
      }
    }

    close(code = 1000, reason = "") {
      if (this.readyState === FakeSocket.CLOSED) {
        return;
      }
      this.readyState = FakeSocket.CLOSED;
      open.delete(this);
      queueMicrotask(() => this.onclose?.({ code, reason, wasClean: code === 1000 }));
    }

    #answer(message: object) {
      if (this.readyState === FakeSocket.OPEN) {
        this.onmessage?.({ data: JSON.stringify(message) });
      }
    }
  }

  vi.stubGlobal("WebSocket", FakeSocket);
  return {
    subscriptions,
    cut: () => {
      for (const socket of open) {
        socket.close(1006, "the line was cut");
      }
    },
  };
}
