import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";

const CustomersQuery = graphql(/* GraphQL */ `
  query CustomerChoices($search: String!) {
    customers(first: 20, filter: { search: $search }) {
      nodes {
        id
        name
        email
      }
    }
  }
`);

export interface Customer {
  id: string;
  name: string;
}

/** A customer, found by a part of the name or address: there may be tens of thousands. */
export function CustomerSelect({
  customer,
  error,
  onChange,
}: {
  customer: Customer | null;
  error: string | undefined;
  onChange: (customer: Customer | null) => void;
}) {
  const [text, setText] = useState(customer?.name ?? "");
  const chosen = text === customer?.name;
  const [search] = useDebouncedValue(chosen ? "" : text.trim(), 250);
  const [{ data, fetching }] = useQuery({ query: CustomersQuery, variables: { search } });
  const found = data?.customers.nodes ?? [];
  const known = customer && !found.some(({ id }) => id === customer.id) ? [customer] : [];
  return (
    <Select
      label="Customer"
      description="Whose subscription begins"
      placeholder="Part of the name or address"
      required
      searchable
      clearable
      value={customer?.id ?? null}
      error={error}
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={fetching ? "Looking…" : "No customer is called that"}
      onChange={(id) => {
        const one = [...found, ...known].find((customerFound) => customerFound.id === id);
        onChange(one ? { id: one.id, name: one.name } : null);
      }}
      data={[
        ...known.map(({ id, name }) => ({ value: id, label: name })),
        ...found.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      renderOption={({ option }) => {
        const email = found.find(({ id }) => id === option.value)?.email;
        return (
          <span>
            {option.label}
            {email ? <span style={{ color: "var(--text-dim)" }}> · {email}</span> : null}
          </span>
        );
      }}
    />
  );
}
