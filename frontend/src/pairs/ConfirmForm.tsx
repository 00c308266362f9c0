import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ErrorPanel } from "../ui/ErrorPanel";
import { fieldFaults } from "../ui/fieldFaults";
import { useDraft } from "../ui/useDraft";
import classes from "./ConfirmForm.module.css";

interface Confirmed {
  confirmName: string;
  reason: string;
}

/**
 * The end of a dialog that does what hurts: the name is typed, a reason given, and the button says what it does. While
 * it cannot be pressed, why not stands beside it.
 */
export function ConfirmForm({
  draftKey,
  name,
  what,
  button,
  danger,
  withReason = false,
  waiting = false,
  blocked,
  sending,
  error,
  onSend,
  onClose,
}: {
  /** A reason that was typed is kept under this. */
  draftKey: string;
  /** The name to type. */
  name: string;
  /** What is done, as in `to switch over, type the name`. */
  what: string;
  button: string;
  danger: boolean;
  withReason?: boolean;
  /** Why it cannot be done at all, whatever is typed; empty when it can. */
  blocked: string;
  /** That it cannot be done is only because an answer is awaited. */
  waiting?: boolean;
  sending: boolean;
  error: unknown;
  /** Answers whether it was accepted. */
  onSend: (confirmed: Confirmed) => Promise<boolean>;
  onClose: () => void;
}) {
  const [confirmName, setConfirmName] = useState("");
  const [{ reason }, type, forget] = useDraft(`reason-${draftKey}`, { reason: "" });
  const [sent, setSent] = useState<Confirmed | null>(null);
  const refused = fieldFaults(error, ["confirmName", "reason"]);
  const missing =
    blocked ||
    (confirmName !== name ? `Type ${name} to confirm.` : "") ||
    (withReason && reason.trim() === "" ? "Say why: it is kept in the audit log." : "");
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (missing || sending) {
      return;
    }
    const confirmed = { confirmName, reason: reason.trim() };
    setSent({ confirmName, reason });
    if (await onSend(confirmed)) {
      forget();
    }
  };
  const nameFault =
    sent?.confirmName === confirmName && refused.confirmName
      ? refused.confirmName
      : confirmName !== "" && !name.startsWith(confirmName)
        ? `This is not ${name}.`
        : "";
  return (
    <form className={classes.form} onSubmit={(event) => void send(event)} noValidate>
      <TextInput
        label={
          <>
            To {what}, type <code>{name}</code>
          </>
        }
        required
        autoComplete="off"
        data-autofocus
        value={confirmName}
        error={nameFault}
        onChange={(event) => setConfirmName(event.currentTarget.value.trim())}
      />
      {withReason ? (
        <Textarea
          label="Reason"
          description="Kept in the audit log and beside the switch"
          placeholder="Such as: new memory for the machine"
          required
          rows={2}
          maxLength={500}
          value={reason}
          error={sent?.reason === reason ? refused.reason : undefined}
          onChange={(event) => type({ reason: event.currentTarget.value })}
        />
      ) : null}
      {error && refused[""] ? <ErrorPanel title="Nothing was begun" error={error} /> : null}
      <div className={classes.foot}>
        <span
          className={classes.missing}
          data-blocked={(blocked && !waiting) || undefined}
          role="status"
        >
          {missing}
        </span>
        <Group gap={8} wrap="nowrap">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button
            type="submit"
            {...(danger ? { color: "red" } : {})}
            loading={sending}
            disabled={missing !== ""}
            title={missing || undefined}
          >
            {button}
          </Button>
        </Group>
      </div>
    </form>
  );
}
