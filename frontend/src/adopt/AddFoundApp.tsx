import { Button } from "@mantine/core";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import classes from "./adopt.module.css";

const AddFoundAppMutation = graphql(/* GraphQL */ `
  mutation AddFoundApp($input: AddAppInput!) {
    addApp(input: $input) {
      app {
        id
      }
    }
  }
`);

/** Adds an app that a bench has and Central lacks, with the address and branch that it has there. */
export function AddFoundApp({
  app,
  onAdded,
}: {
  app: { app: string; address: string; branch: string };
  onAdded: () => void;
}) {
  const [{ fetching, error }, addApp] = useMutation(AddFoundAppMutation);
  const add = async () => {
    const input = { name: app.app, repository: app.address, branch: app.branch || "main" };
    const result = await addApp({ input }, shownInPlace);
    if (!result.error) {
      onAdded();
    }
  };
  return (
    <>
      <Button size="compact-xs" variant="light" loading={fetching} onClick={() => void add()}>
        Add {app.app} from {app.address}
      </Button>
      {error ? (
        <span role="alert" className={classes.facts}>
          {error.graphQLErrors[0]?.message ?? error.message}
        </span>
      ) : null}
    </>
  );
}
