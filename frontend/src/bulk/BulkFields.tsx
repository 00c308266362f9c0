import { Checkbox, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import type { SiteServing } from "../gql/schema";
import { servings, servingWords } from "../ui/serving";
import { type BulkDraft, isConfirmed } from "./bulkInput";

/** What has to be said about a deed, besides which one it is. */
export function BulkFields({
  draft,
  siteCount,
  onType,
}: {
  draft: BulkDraft;
  siteCount: number;
  onType: (changed: Partial<BulkDraft>) => void;
}) {
  const { deed } = draft;
  return (
    <>
      {deed === "SERVE" ? (
        <Radio.Group
          label="Visitors"
          value={draft.serving}
          onChange={(serving) => onType({ serving: serving as SiteServing })}
        >
          <Stack gap={8} mt={6}>
            {servings.map((one) => (
              <Radio
                key={one}
                value={one}
                label={servingWords[one].name}
                description={servingWords[one].meets}
              />
            ))}
          </Stack>
        </Radio.Group>
      ) : null}
      {deed === "CONFIGURE" ? <ConfigureFields draft={draft} onType={onType} /> : null}
      {deed === "INSTALL_APP" || deed === "REMOVE_APP" ? (
        <Word
          label="App"
          placeholder="shop"
          value={draft.app}
          onType={(app) => onType({ app, confirmed: "" })}
        />
      ) : null}
      {deed === "MOVE" ? (
        <BenchField benchId={draft.benchId} onChoose={(benchId) => onType({ benchId })} />
      ) : null}
      {deed === "ADD_DOMAIN" || deed === "REMOVE_DOMAIN" || deed === "RENAME" ? (
        <Word
          label={deed === "RENAME" ? "New host names" : "Domains"}
          description="{name} stands for the first part of each site’s name: of acme.example.com that is acme."
          placeholder="{name}.customers.example.com"
          value={draft.pattern}
          onType={(pattern) => onType({ pattern, confirmed: "" })}
        />
      ) : null}
      {deed === "ADD_DOMAIN" ? (
        <>
          <Checkbox
            label="Order certificates"
            description="For each domain that none covers, when the proxies know it"
            checked={draft.certificate}
            onChange={(event) => onType({ certificate: event.currentTarget.checked })}
          />
          <Checkbox
            label="Take those that point elsewhere, too"
            description="Their move is under way; they lead to the sites when DNS says so"
            checked={draft.elsewhere}
            onChange={(event) => onType({ elsewhere: event.currentTarget.checked })}
          />
        </>
      ) : null}
      {deed === "RESTORE" ? (
        <TextInput
          type="datetime-local"
          label="Backups taken until"
          description="Each site gets the newest of its backups that is not younger; nothing means the newest of all"
          value={draft.before}
          onChange={(event) => onType({ before: event.currentTarget.value, confirmed: "" })}
        />
      ) : null}
      {isConfirmed(deed) && !isWanting(draft) ? (
        <Word
          label={confirmLabel(draft, siteCount)}
          value={draft.confirmed}
          onType={(confirmed) => onType({ confirmed })}
        />
      ) : null}
    </>
  );
}

/** Whether it is not said yet what each site loses. */
function isWanting({ deed, app, pattern }: BulkDraft): boolean {
  return (deed === "REMOVE_APP" && app === "") || (deed === "REMOVE_DOMAIN" && pattern === "");
}

function confirmLabel({ deed, app }: BulkDraft, siteCount: number): string {
  switch (deed) {
    case "REMOVE_APP":
      return `Type ${siteCount}: so many sites lose ${app} and all its tables`;
    case "REMOVE_DOMAIN":
      return `Type ${siteCount}: so many sites lose a domain`;
    case "RESTORE":
      return `Type ${siteCount}: so many sites go back to a backup`;
    default:
      return `Type ${siteCount} to remove so many sites from their servers`;
  }
}

const BenchesQuery = graphql(/* GraphQL */ `
  query BulkBenches {
    benches {
      id
      name
      server {
        id
        name
      }
    }
  }
`);

function BenchField({
  benchId,
  onChoose,
}: {
  benchId: string;
  onChoose: (benchId: string) => void;
}) {
  const [{ data, error }] = useQuery({ query: BenchesQuery });
  return (
    <Select
      label="Bench"
      searchable
      placeholder={data ? "Where they go" : "Loading…"}
      error={error ? "The benches could not be loaded" : undefined}
      value={benchId === "" ? null : benchId}
      onChange={(value) => onChoose(value ?? "")}
      data={(data?.benches ?? []).map(({ id, name, server }) => ({
        value: id,
        label: `${name} on ${server.name}`,
      }))}
    />
  );
}

function ConfigureFields({
  draft,
  onType,
}: {
  draft: BulkDraft;
  onType: (changed: Partial<BulkDraft>) => void;
}) {
  const [text, setText] = useState("");
  return (
    <>
      <Word
        label="Key"
        placeholder="max_file_size"
        value={draft.key}
        onType={(key) => onType({ key })}
      />
      <TextInput
        label="Value"
        description="A number, true, false, or a text; nothing removes the key"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          onType({ value: jsonOf(event.currentTarget.value) });
        }}
      />
    </>
  );
}

/** One word, without spaces around it. */
function Word({
  onType,
  ...field
}: {
  label: string;
  description?: string;
  placeholder?: string;
  value: string;
  onType: (value: string) => void;
}) {
  return (
    <TextInput
      {...field}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onType(event.currentTarget.value.trim())}
    />
  );
}

/** What was typed as JSON: numbers, true and false stand for themselves, nothing removes. */
function jsonOf(text: string): string | null {
  if (text.trim() === "") {
    return null;
  }
  return /^(true|false|-?\d+(\.\d+)?)$/.test(text.trim()) ? text.trim() : JSON.stringify(text);
}
