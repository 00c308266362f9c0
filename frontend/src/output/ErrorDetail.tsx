import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconCheck,
  IconCopy,
} from "@tabler/icons-react";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { plainText } from "./ansi";
import classes from "./ErrorDetail.module.css";

const ActionErrorQuery = graphql(/* GraphQL */ `
  query ActionError($id: ID!) {
    action(id: $id) {
      id
      errorCode
      errorMessage
      errorDetail
    }
  }
`);

/** Why an action failed and what that means; its traceback on a click. */
export function ErrorDetail({
  actionId,
  code,
  message,
  outcome,
  tone,
}: {
  actionId: string;
  code: string;
  message: string;
  /** What became of the thing that was worked on. */
  outcome: string;
  tone: "bad" | "wait";
}) {
  const [open, setOpen] = useState(false);
  const clipboard = useClipboard({ timeout: 1500 });
  const [{ data, error, fetching }, again] = useQuery({
    query: ActionErrorQuery,
    variables: { id: actionId },
  });
  const detail = (data?.action?.errorDetail ?? "").split("\n").map(plainText).join("\n").trim();
  const Icon = tone === "bad" ? IconAlertOctagonFilled : IconAlertTriangleFilled;
  return (
    <div className={classes.box} data-tone={tone}>
      <Icon size={16} aria-hidden />
      <div className={classes.words}>
        <div className={classes.message}>
          {data?.action?.errorMessage || message}{" "}
          <span className={classes.code}>{data?.action?.errorCode || code}</span>
        </div>
        {outcome ? <div className={classes.outcome}>{outcome}</div> : null}
        {error ? (
          <ErrorPanel
            title="The traceback could not be loaded"
            error={error}
            onRetry={() => again({ requestPolicy: "network-only" })}
          />
        ) : detail ? (
          <>
            <button
              type="button"
              className={classes.toggle}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {open ? "Hide the traceback" : "Show the traceback"}
            </button>
            {open ? (
              <div className={classes.frame}>
                <pre ref={showEnd} className={classes.detail}>
                  {detail}
                </pre>
                <Tooltip label={clipboard.copied ? "Copied" : "Copy"}>
                  <ActionIcon
                    className={classes.copy}
                    size="sm"
                    aria-label="Copy the traceback"
                    onClick={() => clipboard.copy(detail)}
                  >
                    {clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
                  </ActionIcon>
                </Tooltip>
              </div>
            ) : null}
          </>
        ) : fetching ? (
          <div className={classes.outcome}>Loading the traceback</div>
        ) : null}
      </div>
    </div>
  );
}

/** A traceback says what happened in its last lines. */
function showEnd(element: HTMLElement | null) {
  if (element) {
    element.scrollTop = element.scrollHeight;
  }
}
