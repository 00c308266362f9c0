import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useQuery } from "urql";
import { useMe } from "../client/me";
import { graphql } from "../gql";
import type { ServerStatus } from "../gql/schema";
import { ServerActionDialog } from "./ServerActionDialog";
import {
  actionAt,
  gentle,
  offered,
  restarts,
  roleFault,
  rough,
  type ServerAction,
  type ServerActionSearch,
  searchOf,
  stateFault,
} from "./serverActions";

const ServicesQuery = graphql(/* GraphQL */ `
  query ServerServices($id: ID!) {
    server(id: $id) {
      id
      services
    }
  }
`);

/**
 * What can be done to a server: what it needs first as a button of its own, all of it in a menu. What cannot be done
 * now is grey and says why. The address holds which dialog is open.
 */
export function ServerActions({
  server,
  search,
  onOpen,
}: {
  server: { id: string; name: string; status: ServerStatus };
  search: ServerActionSearch;
  /** Puts another dialog into the address; none with an empty search. */
  onOpen: (search: ServerActionSearch) => void;
}) {
  const me = useMe();
  const [opened, setOpened] = useState(false);
  const [{ data }] = useQuery({
    query: ServicesQuery,
    variables: { id: server.id },
    pause: !opened,
  });
  const chosen = actionAt(search);
  const first = offered(server.status);
  const faultOf = (action: ServerAction): string =>
    roleFault(action, me.role) || stateFault(action.kind, server.status);
  const item = (action: ServerAction, color?: string) => {
    const fault = faultOf(action);
    return (
      <Menu.Item
        key={action.word}
        {...(color ? { color } : {})}
        disabled={fault !== ""}
        title={fault || undefined}
        onClick={() => onOpen(searchOf(action))}
      >
        {action.word}…
      </Menu.Item>
    );
  };
  return (
    <>
      {first ? (
        <Button
          disabled={faultOf(first) !== ""}
          title={faultOf(first) || undefined}
          onClick={() => onOpen(searchOf(first))}
        >
          {first.word}…
        </Button>
      ) : null}
      <Menu position="bottom-end" opened={opened} onChange={setOpened}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} />}>
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {gentle.filter(({ kind }) => kind !== first?.kind).map((action) => item(action))}
          <Menu.Divider />
          {restarts(data?.server?.services ?? []).map((action) => item(action))}
          {rough.map((action) => item(action, "red"))}
        </Menu.Dropdown>
      </Menu>
      {chosen ? (
        <ServerActionDialog
          key={chosen.word}
          server={server}
          action={chosen}
          refused={roleFault(chosen, me.role)}
          onClose={() => onOpen({})}
        />
      ) : null}
    </>
  );
}
