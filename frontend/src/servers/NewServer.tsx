import { useQuery } from "urql";
import { graphql } from "../gql";
import type { ServerRole } from "../gql/schema";
import { AddServerForm } from "./AddServerForm";

const NewServerQuery = graphql(/* GraphQL */ `
  query NewServer {
    servers {
      id
      name
    }
    publicKey
  }
`);

/** The form for a new server where something else asks for one. */
export function NewServer({
  role,
  onClose,
  onAdded,
}: {
  role: ServerRole;
  onClose: () => void;
  onAdded: (serverId: string) => void;
}) {
  const [{ data }] = useQuery({ query: NewServerQuery });
  return (
    <AddServerForm
      publicKey={data?.publicKey ?? ""}
      role={role}
      names={data?.servers.map(({ name }) => name) ?? []}
      onClose={onClose}
      onAdded={onAdded}
    />
  );
}
