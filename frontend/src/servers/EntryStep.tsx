import { PasswordInput, SegmentedControl, Text } from "@mantine/core";
import { CodeBlock } from "../ui/CodeBlock";
import { letInCommand, type NewServer } from "./newServer";

/** How Central gets in: by a line that somebody puts there, or by the password, used once. */
export function EntryStep({
  server,
  publicKey,
  password,
  fault,
  type,
  onPassword,
}: {
  server: NewServer;
  publicKey: string;
  password: string;
  /** What is wrong with the password. */
  fault: string;
  type: (changed: Partial<NewServer>) => void;
  onPassword: (password: string) => void;
}) {
  return (
    <>
      <SegmentedControl
        fullWidth
        aria-label="How Central gets in"
        value={server.way}
        onChange={(way) => type({ way: way as NewServer["way"] })}
        data={[
          { value: "line", label: "By a line that you put there" },
          { value: "password", label: "By the password, once" },
        ]}
      />
      {server.way === "line" ? (
        <>
          <Text size="sm" c="dimmed">
            Run this on the server as <code>{server.user}</code>. It adds Central’s public key to
            those that may log in:
          </Text>
          <CodeBlock text={letInCommand(publicKey)} what="the line" />
        </>
      ) : (
        <PasswordInput
          label={`Password of ${server.user}`}
          description="Central logs in with it once, puts its public key there, and forgets it. It is kept nowhere: after a reload or a refusal it has to be typed again."
          required
          autoComplete="off"
          value={password}
          error={fault}
          onChange={(event) => onPassword(event.currentTarget.value)}
        />
      )}
    </>
  );
}
