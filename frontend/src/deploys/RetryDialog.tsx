import { Button, Group, Modal, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { newKey } from "../client/newKey";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { StatusBadge } from "../ui/StatusBadge";
import { deploySiteLooks } from "../ui/tones";
import { isRetried } from "./deployFigures";
import type { DeployState } from "./deployState";
import classes from "./RetryDialog.module.css";
import { plural } from "./summary";
import type { Deploy } from "./useDeploy";

const RetryDeployMutation = graphql(/* GraphQL */ `
  mutation RetryDeploy($input: RetryDeployInput!) {
    retryDeploy(input: $input) {
      deploy {
        id
      }
    }
  }
`);

/** Shows exactly which sites are tried again, and starts the new deploy. */
export function RetryDialog({
  deploy,
  state,
  onClose,
}: {
  deploy: Deploy;
  state: DeployState;
  onClose: () => void;
}) {
  const [{ fetching, error }, retryDeploy] = useMutation(RetryDeployMutation);
  const [idempotencyKey] = useState(newKey);
  const navigate = useNavigate();
  const sites = state.sites.filter(({ status }) => isRetried(status));
  const { broken } = state.progress;
  const retry = async () => {
    const result = await retryDeploy(
      { input: { deployId: deploy.id, idempotencyKey } },
      shownInPlace,
    );
    const id = result.data?.retryDeploy.deploy.id;
    if (id) {
      onClose();
      await navigate({ to: "/deploys/$deployId", params: { deployId: id } });
    }
  };
  const words = sites.length === 1 ? "this 1" : `these ${sites.length.toLocaleString("en")}`;
  return (
    <Modal opened onClose={onClose} title={`Retry ${words}`} size="lg">
      <Text size="sm" mb="sm">
        A new deploy of exactly {plural(sites.length, "site")}, to the same commits. Each is in
        maintenance again while it is moved.
      </Text>
      {broken > 0 ? (
        <Text size="sm" mb="sm" className={classes.warning}>
          {plural(broken, "broken site")} {broken === 1 ? "is" : "are"} left out: a person has to
          look after {broken === 1 ? "it" : "them"} first.
        </Text>
      ) : null}
      <ul className={classes.sites} aria-label="Sites">
        {sites.map((site) => (
          <li key={site.siteId}>
            <span className={classes.name}>{site.siteName}</span>
            <StatusBadge look={deploySiteLooks[site.status]} quiet />
          </li>
        ))}
      </ul>
      {error ? <ErrorPanel title="Nothing was started" error={error} /> : null}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button loading={fetching} onClick={() => void retry()} data-autofocus>
          Retry {words}
        </Button>
      </Group>
    </Modal>
  );
}
