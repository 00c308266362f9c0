import { Button, Group, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { RelativeTime } from "../ui/RelativeTime";
import classes from "./SiteBackups.module.css";

const SetStorageMutation = graphql(/* GraphQL */ `
  mutation SetBackupStorage($input: SetBackupStorageInput!) {
    setBackupStorage(input: $input) {
      storage {
        id
      }
    }
  }
`);

const StopStorageMutation = graphql(/* GraphQL */ `
  mutation StopBackupStorage {
    stopBackupStorage {
      storage {
        id
      }
    }
  }
`);

interface Storage {
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  accessKey: string;
  checkedAt: string | null;
}

const fields = {
  endpoint: ["Endpoint", "Address of the S3 API.", "https://s3.example.com"],
  region: ["Region", "Empty where there are none.", "eu-central-1"],
  bucket: ["Bucket", "It has to exist.", "backups"],
  prefix: ["Prefix", "Before the names of all objects; may be empty.", "central/"],
  accessKey: ["Access key", "It may write, read and remove objects there.", ""],
} as const;

type Field = keyof typeof fields;

/** The S3 storage that backups are copied to. What is typed as the secret key is sent once and kept nowhere here. */
export function StorageForm({
  storage,
  allowed,
  onSaved,
}: {
  storage: Storage | null;
  allowed: boolean;
  onSaved: () => void;
}) {
  const names = Object.keys(fields) as Field[];
  const [changed, setChanged] = useState<Partial<Record<Field, string>>>({});
  const [secretKey, setSecretKey] = useState("");
  const [{ fetching, error }, save] = useMutation(SetStorageMutation);
  const [{ fetching: stopping, error: notStopped }, stop] = useMutation(StopStorageMutation);
  const shown = (name: Field) => changed[name] ?? storage?.[name] ?? "";
  const faults = fieldFaults(error, [...names, "secretKey"]);
  const ready = shown("endpoint") && shown("bucket") && shown("accessKey") && secretKey;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) {
      return;
    }
    const input = {
      endpoint: shown("endpoint").trim(),
      region: shown("region").trim(),
      bucket: shown("bucket").trim(),
      prefix: shown("prefix").trim(),
      accessKey: shown("accessKey").trim(),
      secretKey,
    };
    const result = await save({ input }, shownInPlace);
    if (result.data) {
      setChanged({});
      setSecretKey("");
      onSaved();
    }
  };
  return (
    <form className={classes.card} aria-label="S3 storage" onSubmit={submit} noValidate>
      <div className={classes.head}>
        <h2 className={classes.title}>S3 storage</h2>
        <span className={classes.dim}>
          {storage ? (
            <>
              In use, tried <RelativeTime at={storage.checkedAt} />
            </>
          ) : (
            "None: backups are on the disks of slaves, or of masters without one, alone"
          )}
        </span>
      </div>
      <div className={classes.fields}>
        {names.map((name) => (
          <TextInput
            key={name}
            label={fields[name][0]}
            description={fields[name][1]}
            placeholder={fields[name][2]}
            value={shown(name)}
            error={faults[name]}
            readOnly={!allowed}
            onChange={(event) => setChanged({ ...changed, [name]: event.currentTarget.value })}
          />
        ))}
        <PasswordInput
          label="Secret key"
          description="Stored encrypted, and never shown."
          autoComplete="off"
          value={secretKey}
          error={faults.secretKey}
          readOnly={!allowed}
          onChange={(event) => setSecretKey(event.currentTarget.value)}
        />
      </div>
      {error && faults[""] ? <ErrorPanel title="The storage was not set" error={error} /> : null}
      {notStopped ? <ErrorPanel title="It is still in use" error={notStopped} /> : null}
      <Group justify="flex-end">
        {storage ? (
          <Button
            variant="default"
            loading={stopping}
            disabled={!allowed}
            title="New backups are copied there no more; what lies there stays, and can be restored"
            onClick={async () => {
              const result = await stop({}, shownInPlace);
              if (result.data) {
                onSaved();
              }
            }}
          >
            Use it no more
          </Button>
        ) : null}
        <Button
          type="submit"
          loading={fetching}
          disabled={!allowed || !ready}
          title={allowed ? undefined : "Administrators may do this; you may look"}
        >
          Try it and use it
        </Button>
      </Group>
    </form>
  );
}
