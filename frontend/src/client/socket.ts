import { type Client, createClient } from "graphql-ws";

/** How long a ping may stay without its answer before the line counts as dead. */
const PONG_MS = 5000;

/** The websocket that carries event streams, and whether it is open. */
export interface Socket {
  client: Client;
  isOpen: () => boolean;
}

/**
 * One websocket for all subscriptions of this page, opened with the first and closed with the last.
 * It does not reconnect on its own: `follow` does, with a cursor that has moved on.
 */
export function createSocket(): Socket {
  let open = false;
  let pong: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    retryAttempts: 0,
    lazyCloseTimeout: 1000,
    connectionAckWaitTimeout: 10_000,
    keepAlive: 10_000,
    on: {
      connected: () => {
        open = true;
      },
      ping: (received) => {
        if (!received) {
          pong = setTimeout(() => client.terminate(), PONG_MS);
        }
      },
      pong: (received) => {
        if (received) {
          clearTimeout(pong);
        }
      },
      closed: () => {
        open = false;
        clearTimeout(pong);
      },
    },
  });
  return { client, isOpen: () => open };
}
