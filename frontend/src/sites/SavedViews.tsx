import { ActionIcon, Button, Group, Menu, Popover, Text, TextInput } from "@mantine/core";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { shownInPlace } from "../client/client";
import { faultsOf } from "../client/errors";
import { graphql } from "../gql";
import classes from "./SitesToolbar.module.css";
import { readView, type View, viewText } from "./savedView";

const SavedViewsQuery = graphql(/* GraphQL */ `
  query SavedViews {
    savedViews(page: SITES) {
      id
      name
      search
    }
  }
`);

const SaveViewMutation = graphql(/* GraphQL */ `
  mutation SaveView($input: SaveViewInput!) {
    saveView(input: $input) {
      view {
        id
        name
        search
      }
    }
  }
`);

const RemoveViewMutation = graphql(/* GraphQL */ `
  mutation RemoveView($input: RemoveViewInput!) {
    removeView(input: $input) {
      viewId
    }
  }
`);

/** One's own views of the list: filters, order and columns under a name. */
export function SavedViews({ view, onView }: { view: View; onView: (view: View) => void }) {
  const [{ data, error }, again] = useQuery({ query: SavedViewsQuery });
  const [saved, save] = useMutation(SaveViewMutation);
  const [removed, remove] = useMutation(RemoveViewMutation);
  const [opened, setOpened] = useState(false);
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const views = data?.savedViews ?? [];
  const text = viewText(view);
  const current = views.find(({ search }) => search === text);
  const fresh = () => again({ requestPolicy: "network-only" });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data: done } = await save(
      { input: { page: "SITES", name, search: text } },
      shownInPlace,
    );
    if (done) {
      setName("");
      setNaming(false);
      fresh();
    }
  };
  const forget = async (viewId: string) => {
    await remove({ input: { viewId } }, shownInPlace);
    fresh();
  };
  const fault = [saved.error, removed.error].flatMap((one) => (one ? faultsOf(one) : []))[0];

  return (
    <Popover opened={naming} onChange={setNaming} position="bottom-end" trapFocus>
      <Popover.Target>
        <span>
          <Menu opened={opened} onChange={setOpened} position="bottom-end" width={280}>
            <Menu.Target>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconBookmark size={14} aria-hidden />}
                className={classes.views}
              >
                {current?.name ?? "Views"}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {error && !data ? <Menu.Label>The views could not be loaded.</Menu.Label> : null}
              {data && views.length === 0 ? (
                <Menu.Label>No view yet: filter the list, then save it here.</Menu.Label>
              ) : null}
              {views.map(({ id, name: called, search }) => (
                <Group key={id} wrap="nowrap" gap={4}>
                  <Menu.Item
                    aria-current={search === text || undefined}
                    onClick={() => onView(readView(search))}
                  >
                    {called}
                  </Menu.Item>
                  <ActionIcon
                    size="sm"
                    aria-label={`Remove the view ${called}`}
                    onClick={() => void forget(id)}
                  >
                    <IconTrash size={14} />
                  </ActionIcon>
                </Group>
              ))}
              <Menu.Divider />
              <Menu.Item onClick={() => setNaming(true)}>Save this view…</Menu.Item>
              {fault && !naming ? <Menu.Label>{fault.message}</Menu.Label> : null}
            </Menu.Dropdown>
          </Menu>
        </span>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={(event) => void submit(event)}>
          <TextInput
            label="Name of the view"
            description="One of the same name is replaced."
            data-autofocus
            maxLength={60}
            value={name}
            error={fault?.message}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Text size="xs" c="dimmed" mt={6}>
            It keeps the filters, the order and the columns. Only you see it.
          </Text>
          <Group justify="flex-end" mt="sm">
            <Button size="xs" type="submit" loading={saved.fetching} disabled={name.trim() === ""}>
              Save
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
