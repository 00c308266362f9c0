import { SegmentedControl, TagsInput, Text, TextInput } from "@mantine/core";
import type { ServerRole } from "../gql/schema";
import { formatBytes } from "../ui/bytes";
import { Notes } from "../ui/Notes";
import classes from "./AddServerForm.module.css";
import { clockWords, type Field, type Look, type NewServer } from "./newServer";
import { roleWords } from "./roles";

/** What Central found on the machine, whether that fits a role, and what the machine is to be. */
export function WhatStep({
  server,
  look,
  fault,
  leave,
  type,
}: {
  server: NewServer;
  look: Look;
  fault: (field: Field) => string;
  leave: (field: Field) => () => void;
  type: (changed: Partial<NewServer>) => void;
}) {
  const refusedRole = fault("role");
  return (
    <>
      <Found facts={look.facts} />
      <div>
        <SegmentedControl
          fullWidth
          aria-label="Role"
          value={server.role}
          onChange={(role) => type({ role: role as ServerRole })}
          data={(["MASTER", "PROXY", "SLAVE"] as const).map((role) => ({
            value: role,
            label: roleWords[role].name,
          }))}
        />
        <Text size="xs" c="dimmed" mt={6}>
          {roleWords[server.role].purpose}
        </Text>
        <Notes notes={look.notes[server.role]} />
        {refusedRole ? <Notes notes={[{ severity: "BLOCKING", message: refusedRole }]} /> : null}
      </div>
      <TextInput
        label="Name"
        description="What people call it"
        placeholder="m-15"
        required
        value={server.name}
        error={fault("name")}
        onBlur={leave("name")}
        onChange={(event) => type({ name: event.currentTarget.value.trim() })}
      />
      <TextInput
        label="Region"
        description="Where it stands; may be left out"
        placeholder="fra1"
        value={server.region}
        error={fault("region")}
        onChange={(event) => type({ region: event.currentTarget.value.trim() })}
      />
      <TagsInput
        label="Labels"
        description="What people find it by: a word, then Enter"
        placeholder={server.labels.length === 0 ? "nvme" : ""}
        splitChars={[",", " "]}
        value={server.labels}
        error={fault("labels")}
        onChange={(labels) => type({ labels })}
      />
    </>
  );
}

/** The facts of the machine, a line each. */
function Found({ facts }: { facts: Look["facts"] }) {
  const rows: [string, string][] = [
    ["System", `${facts.os || "unknown"}, ${facts.architecture}`],
    ["Machine", `${cpus(facts.cpus)}, ${formatBytes(facts.memoryBytes)} of memory`],
    ...facts.disks.map(({ mount, sizeBytes, freeBytes }): [string, string] => [
      `Disk ${mount}`,
      `${formatBytes(freeBytes)} free of ${formatBytes(sizeBytes)}`,
    ]),
    ["Clock", clockWords(facts.clockOffset)],
  ];
  return (
    <dl className={classes.found} aria-label="What Central found">
      {rows.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function cpus(count: number): string {
  return `${count} ${count === 1 ? "CPU" : "CPUs"}`;
}
