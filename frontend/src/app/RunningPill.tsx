import { Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLoader2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import { ProgressBar } from "../ui/ProgressBar";
import classes from "./Shell.module.css";

const RunningQuery = graphql(/* GraphQL */ `
  query Running {
    actions(first: 8, filter: { statuses: [RUNNING], rootsOnly: true }) {
      totalCount
      nodes {
        id
        title
        percent
        deploy {
          id
        }
      }
    }
  }
`);

/** What is running now, from any page; a click shows its progress. */
export function RunningPill() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const [{ data }] = usePolledQuery({ query: RunningQuery, every: opened ? 2000 : 5000 });
  const running = data?.actions;
  if (!running || running.totalCount === 0) {
    return null;
  }
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && close()}
      position="bottom-end"
      width={340}
      shadow="md"
    >
      <Popover.Target>
        <button type="button" className={classes.pill} data-tone="run" onClick={toggle}>
          <IconLoader2 size={14} aria-hidden />
          {running.totalCount}
          <span className={classes.pillWord}>running</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        {running.nodes.map((action) => (
          <RunningLink
            key={action.id}
            id={action.id}
            title={action.title}
            percent={action.percent}
            deployId={action.deploy?.id}
            onClick={close}
          />
        ))}
        {running.totalCount > running.nodes.length ? (
          <Link to="/activity" className={classes.running} onClick={close}>
            and {running.totalCount - running.nodes.length} more
          </Link>
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}

function RunningLink(props: {
  id: string;
  title: string;
  percent: number;
  deployId: string | undefined;
  onClick: () => void;
}) {
  const content = (
    <>
      <span className={classes.runningHead}>
        <span>{props.title}</span>
        <span>{props.percent} %</span>
      </span>
      <ProgressBar percent={props.percent} label={props.title} height={4} />
    </>
  );
  return props.deployId ? (
    <Link
      to="/deploys/$deployId"
      params={{ deployId: props.deployId }}
      className={classes.running}
      onClick={props.onClick}
    >
      {content}
    </Link>
  ) : (
    <Link
      to="/activity/$actionId"
      params={{ actionId: props.id }}
      className={classes.running}
      onClick={props.onClick}
    >
      {content}
    </Link>
  );
}
