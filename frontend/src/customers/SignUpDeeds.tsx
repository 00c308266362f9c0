import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../gql";
import { Copy } from "../ui/Copy";
import classes from "./customers.module.css";
import type { ListedSignUp } from "./SignUpsPage";

const CopyLinkMutation = graphql(/* GraphQL */ `
  mutation CopySignUpLink($input: SignUpRefInput!) {
    copySignUpLink(input: $input) {
      link
    }
  }
`);

const SendLinkMutation = graphql(/* GraphQL */ `
  mutation SendSignUpLink($input: SignUpRefInput!) {
    sendSignUpLink(input: $input) {
      signUp {
        id
        mail
      }
    }
  }
`);

const RetryMutation = graphql(/* GraphQL */ `
  mutation RetrySignUp($input: SignUpRefInput!) {
    retrySignUp(input: $input) {
      signUp {
        id
        state
      }
    }
  }
`);

/** What staff can do for a sign-up: hand its link on, send it again, try again to make its site. */
export function SignUpDeeds({
  signUp: { id, state, action },
  onlyLook,
  onDone,
}: {
  signUp: ListedSignUp;
  /** Why nothing can be done; undefined for those who may. */
  onlyLook: string | undefined;
  onDone: () => void;
}) {
  const [{ fetching: copying }, copy] = useMutation(CopyLinkMutation);
  const [{ fetching: sending }, send] = useMutation(SendLinkMutation);
  const [{ fetching: trying }, retry] = useMutation(RetryMutation);
  const [link, setLink] = useState("");
  const input = { signUpId: id };
  const common = {
    size: "compact-xs",
    variant: "default",
    disabled: onlyLook !== undefined,
    title: onlyLook,
  } as const;
  if (state === "UNVERIFIED") {
    return (
      <span className={classes.marks}>
        {link ? (
          <Copy value={link} shown="Copy the link" what="link" />
        ) : (
          <Button
            {...common}
            loading={copying}
            onClick={() =>
              void copy({ input }).then(({ data }) => setLink(data?.copySignUpLink.link ?? ""))
            }
          >
            Show the link
          </Button>
        )}
        <Button {...common} loading={sending} onClick={() => void send({ input }).then(onDone)}>
          Send again
        </Button>
      </span>
    );
  }
  if (state === "FAILED") {
    return (
      <Button {...common} loading={trying} onClick={() => void retry({ input }).then(onDone)}>
        Try again
      </Button>
    );
  }
  return action ? (
    <Link to="/activity/$actionId" params={{ actionId: action.id }} className={classes.link}>
      Watch
    </Link>
  ) : null;
}
