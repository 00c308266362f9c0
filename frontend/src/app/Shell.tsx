import { ActionIcon, Drawer, Loader } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMenu2 } from "@tabler/icons-react";
import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { useQuery } from "urql";
import { codeOf, PASSWORD_CHANGE, UNAUTHENTICATED } from "../client/errors";
import { MeContext } from "../client/me";
import { graphql } from "../gql";
import type { MeQuery as MeAnswer } from "../gql/graphql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { ConnectionPill } from "./ConnectionPill";
import { Crumbs } from "./Crumbs";
import { FindButton, Palette } from "./Palette";
import { Rail } from "./Rail";
import { RunningPill } from "./RunningPill";
import classes from "./Shell.module.css";
import { useAlerts } from "./useAlerts";

const MeQuery = graphql(/* GraphQL */ `
  query Me {
    me {
      name
      role
      mustChangePassword
    }
  }
`);

/** The frame around every page: the rail, the top bar, and the page itself. Asks who is signed in. */
export function Shell() {
  const [{ data, error }, again] = useQuery({ query: MeQuery });
  const [menuOpen, menu] = useDisclosure(false);
  const { pathname, href } = useLocation();

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu
  useEffect(() => menu.close(), [pathname]);

  if (error && !data) {
    const code = codeOf(error);
    if (code === UNAUTHENTICATED || code === PASSWORD_CHANGE) {
      return null; // the client is on its way to the login or password page
    }
    return (
      <div style={{ maxWidth: 640, margin: "15vh auto", padding: "0 16px" }}>
        <ErrorPanel
          title="Central does not answer"
          error={error}
          onRetry={() => again({ requestPolicy: "network-only" })}
        />
      </div>
    );
  }
  if (!data) {
    return (
      <Loader aria-label="Loading" size="sm" style={{ margin: "40vh auto", display: "block" }} />
    );
  }
  if (data.me.mustChangePassword) {
    // On its way the address is the new one already: going there once more would never end.
    return pathname === "/password" ? null : (
      <Navigate to="/password" search={{ back: href, once: true }} replace />
    );
  }
  return <Frame me={data.me} menuOpen={menuOpen} menu={menu} />;
}

/** The frame itself, for somebody who is signed in. */
function Frame({
  me,
  menuOpen,
  menu,
}: {
  me: MeAnswer["me"];
  menuOpen: boolean;
  menu: { open: () => void; close: () => void };
}) {
  const alerts = useAlerts();
  return (
    <MeContext value={me}>
      <a className={classes.skip} href="#page">
        To the page
      </a>
      <div className={classes.shell}>
        <nav className={classes.rail} data-fixed aria-label="Main">
          <Rail alerts={alerts} />
        </nav>
        <div className={classes.top}>
          <ActionIcon className={classes.burger} size="lg" aria-label="Menu" onClick={menu.open}>
            <IconMenu2 size={20} />
          </ActionIcon>
          <Crumbs />
          <FindButton />
          <RunningPill />
          <ConnectionPill />
        </div>
        <main className={classes.main} id="page" tabIndex={-1}>
          <div className={classes.page}>
            <Outlet />
          </div>
        </main>
      </div>
      <Drawer opened={menuOpen} onClose={menu.close} size={264} padding={0} withCloseButton={false}>
        <nav className={classes.rail} aria-label="Main" style={{ height: "100dvh" }}>
          <Rail alerts={alerts} />
        </nav>
      </Drawer>
      <Palette />
    </MeContext>
  );
}
