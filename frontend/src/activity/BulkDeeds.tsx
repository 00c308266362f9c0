import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { may, useMe } from "../client/me";
import { newKey } from "../client/newKey";
import { graphql } from "../gql";
import type { ActionStatus } from "../gql/schema";

const RetryMutation = graphql(/* GraphQL */ `
  mutation RetryBulk($input: RetryBulkInput!) {
    retryBulk(input: $input) {
      action {
        id
      }
    }
  }
`);

const CancelMutation = graphql(/* GraphQL */ `
  mutation CancelBulk($input: CancelBulkInput!) {
    cancelBulk(input: $input) {
      action {
        id
        status
      }
    }
  }
`);

/** What can be done with a change of many sites: stopped while it runs, done again for what it failed for. */
export function BulkDeeds({
  actionId,
  status,
  parts,
}: {
  actionId: string;
  status: ActionStatus;
  parts: readonly { status: ActionStatus }[];
}) {
  const me = useMe();
  const navigate = useNavigate();
  const [key] = useState(newKey);
  const [{ fetching: retrying }, retry] = useMutation(RetryMutation);
  const [{ fetching: cancelling }, cancel] = useMutation(CancelMutation);
  const left = parts.filter((part) => part.status !== "SUCCEEDED").length;
  if (!may(me.role, "OPERATOR")) {
    return null;
  }
  if (status === "RUNNING" || status === "QUEUED") {
    return (
      <Button
        variant="default"
        loading={cancelling}
        onClick={() => void cancel({ input: { actionId } })}
      >
        Start no more
      </Button>
    );
  }
  if (left === 0) {
    return null;
  }
  const again = async () => {
    const { data } = await retry({ input: { actionId, idempotencyKey: key } });
    if (data) {
      const next = data.retryBulk.action.id;
      await navigate({ to: "/activity/$actionId", params: { actionId: next }, search: {} });
    }
  };
  return (
    <Button loading={retrying} onClick={() => void again()}>
      Retry {left === 1 ? "this 1" : `these ${left.toLocaleString("en")}`}
    </Button>
  );
}
