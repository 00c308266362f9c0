import { Alert, Checkbox, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CodeBlock } from "../ui/CodeBlock";
import classes from "./AddServerForm.module.css";
import { confirmedKey, consoleCommand, type NewServer, type Probe, pastedKey } from "./newServer";

/** Shows the keys of a machine, for a person to compare with what its own console says. */
export function HostKeyStep({
  server,
  probe,
  fault,
  type,
}: {
  server: NewServer;
  probe: Probe;
  fault: string;
  type: (changed: Partial<NewServer>) => void;
}) {
  const [first, ...others] = probe.hostKeys;
  if (probe.takenBy) {
    return (
      <Alert color="red" title={`It is ${probe.takenBy.name} already`}>
        A server of the fleet has this address, or shows the same host key.{" "}
        <Link to="/servers/$serverId" params={{ serverId: probe.takenBy.id }}>
          Go to {probe.takenBy.name}
        </Link>
      </Alert>
    );
  }
  if (!first) {
    return <Text size="sm">It shows no host key.</Text>;
  }
  const pasted = pastedKey(server.pasted) !== "";
  return (
    <>
      <Text size="sm" c="dimmed">
        Central trusts only the machine that has this key. Run this on the server’s own console, not
        over SSH, and compare:
      </Text>
      <CodeBlock text={consoleCommand(first.type)} what="the command" />
      <dl className={classes.keys}>
        {[first, ...others].map(({ type: kind, fingerprint }) => (
          <div key={fingerprint} data-confirmed={fingerprint === confirmedKey(server) || undefined}>
            <dt>{kind}</dt>
            <dd>{fingerprint}</dd>
          </div>
        ))}
      </dl>
      <TextInput
        label="Paste what the console says"
        description="Central compares it; or compare it by eye and tick below."
        placeholder="256 SHA256:… root@server (ED25519)"
        classNames={{ input: classes.mono ?? "" }}
        value={server.pasted}
        error={fault}
        onChange={(event) => type({ pasted: event.currentTarget.value })}
      />
      <Checkbox
        label={
          others.length > 0
            ? `The console shows the same fingerprint for the ${first.type} key`
            : "The console shows the same fingerprint"
        }
        checked={confirmedKey(server) !== ""}
        disabled={pasted}
        onChange={(event) => type({ ticked: event.currentTarget.checked ? first.fingerprint : "" })}
      />
    </>
  );
}
