import { Select } from "@mantine/core";
import { type FragmentType, getFragmentData, graphql } from "../gql";

const NodeSelectFragment = graphql(/* GraphQL */ `
  fragment NodeSelect on Query {
    nodeVersions {
      name
      version
    }
  }
`);

/** Which Node a bench gives to the revisions that are built from now on: its server's own, or one that Central brings. */
export function NodeSelect({
  query: masked,
  value,
  description,
  error,
  onChange,
}: {
  query: FragmentType<typeof NodeSelectFragment> | undefined;
  value: string;
  description: string;
  error: string | undefined;
  onChange: (node: string) => void;
}) {
  const versions = getFragmentData(NodeSelectFragment, masked)?.nodeVersions ?? [];
  return (
    <Select
      label="Node"
      description={description}
      allowDeselect={false}
      value={value}
      error={error}
      onChange={(node) => node && onChange(node)}
      data={[
        { value: "node", label: nodeWords("node") },
        ...versions.map(({ name, version }) => ({
          value: name,
          label: `${nodeWords(name)} · ${version}`,
        })),
      ]}
    />
  );
}

/** The Node of a bench as people read it: node20 is Node 20. */
export function nodeWords(name: string): string {
  return name === "node" ? "the server’s own" : name.replace(/^node/, "Node ");
}
