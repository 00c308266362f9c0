import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useQuery } from "urql";
import { may, useMe } from "../client/me";
import { graphql } from "../gql";
import type { ServerStatus } from "../gql/schema";
import { ServerActionDialog } from "./ServerActionDialog";
import { gentle, restarts, rough, type ServerAction, stateFault } from "./serverActions";

const ServicesQuery = graphql(/* GraphQL */ `
  query ServerServices($id: ID!) {
    server(id: $id) {
      id
      services
    }
  }
`);

/** The menu of what can be done to a server. What cannot be done now is grey and says why. */
export function ServerActions({
  server,
}: {
  server: { id: string; name: string; status: ServerStatus };
}) {
  const me = useMe();
  const [opened, setOpened] = useState(false);
  const [chosen, setChosen] = useState<ServerAction | null>(null);
  const [{ data }] = useQuery({
    query: ServicesQuery,
    variables: { id: server.id },
    pause: !opened,
  });
  const faultOf = ({ kind, needs }: ServerAction): string => {
    if (!may(me.role, needs)) {
      return needs === "ADMIN"
        ? "Administrators may do this"
        : "Operators may do this; you may look";
    }
    return stateFault(kind, server.status);
  };
  const item = (action: ServerAction, color?: string) => {
    const fault = faultOf(action);
    return (
      <Menu.Item
        key={action.word}
        {...(color ? { color } : {})}
        disabled={fault !== ""}
        title={fault || undefined}
        onClick={() => setChosen(action)}
      >
        {action.word}…
      </Menu.Item>
    );
  };
  return (
    <>
      <Menu position="bottom-end" opened={opened} onChange={setOpened}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} />}>
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {gentle.map((action) => item(action))}
          <Menu.Divider />
          {restarts(data?.server?.services ?? []).map((action) => item(action))}
          {rough.map((action) => item(action, "red"))}
        </Menu.Dropdown>
      </Menu>
      {chosen ? (
        <ServerActionDialog server={server} action={chosen} onClose={() => setChosen(null)} />
      ) : null}
    </>
  );
}
