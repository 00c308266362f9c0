import { Select } from "@mantine/core";
import { useDeferredValue, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";

const FindSitesQuery = graphql(/* GraphQL */ `
  query FindSites($search: String!) {
    sites(first: 20, filter: { search: $search }) {
      nodes {
        id
        name
      }
    }
  }
`);

/** Finds a site by part of its name; it may be left empty. */
export function SiteSelect({
  value,
  known,
  error,
  onChange,
}: {
  value: string | null;
  /** The site that is chosen as the form opens. */
  known?: { id: string; name: string } | null;
  error: string | undefined;
  onChange: (id: string | null) => void;
}) {
  const [typed, setTyped] = useState(known?.name ?? "");
  const search = useDeferredValue(typed.trim());
  const [{ data }] = useQuery({ query: FindSitesQuery, variables: { search } });
  const found = (data?.sites.nodes ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const options =
    known && !found.some(({ value }) => value === known.id)
      ? [{ value: known.id, label: known.name }, ...found]
      : found;
  return (
    <Select
      label="Site"
      description="Served while the subscription runs. Leave it empty for none."
      placeholder="Type part of its name"
      searchable
      clearable
      data={options}
      value={value}
      error={error}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={onChange}
    />
  );
}
