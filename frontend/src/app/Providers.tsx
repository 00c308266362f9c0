import { MantineProvider } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { type RouterHistory, RouterProvider } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Provider as GraphProvider } from "urql";
import { createGraphClient } from "../client/client";
import { connection } from "../client/connection";
import { faultsOf } from "../client/errors";
import { RenewContext } from "../client/renew";
import { createSocket } from "../client/socket";
import { type Streams, StreamsContext } from "../client/useEvents";
import { createAppRouter } from "./router";
import { theme } from "./theme";

/**
 * Everything that the pages stand on. A change of person makes a new client with an empty cache.
 * Tests give it a history in memory and do without transitions.
 */
export function Providers({ history, env }: { history?: RouterHistory; env?: "test" }) {
  const [router] = useState(() => createAppRouter(history));
  const [generation, setGeneration] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation is a new client
  const { client, streams } = useMemo(() => {
    const goTo = (to: "/login" | "/password") => {
      const { pathname, href } = router.state.location;
      if (pathname !== to) {
        const back = pathname === "/login" || pathname === "/password" ? undefined : href;
        const search = to === "/password" ? { back, once: true as const } : { back };
        void router.navigate({ to, search, replace: true });
      }
    };
    const onUnauthenticated = () => goTo("/login");
    const onPasswordChange = () => goTo("/password");
    const client = createGraphClient({
      onUnauthenticated,
      onPasswordChange,
      onMutationError: showFaults,
    });
    const streams: Streams = { socket: createSocket(), onUnauthenticated, onPasswordChange };
    return { client, streams };
  }, [router, generation]);

  const renew = useMemo(
    () => () => {
      connection.up("requests");
      setGeneration((current) => current + 1);
    },
    [],
  );

  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" env={env ?? "default"}>
      <Notifications position="top-center" />
      <RenewContext value={renew}>
        <GraphProvider value={client} key={generation}>
          <StreamsContext value={streams}>
            <RouterProvider router={router} />
          </StreamsContext>
        </GraphProvider>
      </RenewContext>
    </MantineProvider>
  );
}

function showFaults(error: unknown) {
  for (const fault of faultsOf(error)) {
    notifications.show({
      color: "red",
      title: "That did not work",
      message: fault.message,
      autoClose: 10_000,
    });
  }
}
