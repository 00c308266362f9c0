import { Button } from "@mantine/core";
import { ErrorPanel } from "../ui/ErrorPanel";
import classes from "./PreviewFirst.module.css";
import { PreviewResult } from "./PreviewResult";

/**
 * In the dialog of a set-up of what is set up already: what it would change, or the button that finds out. `shown` is
 * the preview that is looked at.
 */
export function PreviewFirst({
  shown,
  usable,
  sending,
  error,
  onBegin,
  onEnded,
}: {
  shown: string | null;
  /** Whether the set-up may go by what is shown. */
  usable: boolean;
  sending: boolean;
  error: unknown;
  onBegin: () => void;
  onEnded: () => void;
}) {
  return (
    <div className={classes.first}>
      <h3>What would be changed</h3>
      {shown ? (
        <PreviewResult key={shown} actionId={shown} onEnded={onEnded} />
      ) : (
        <p>
          It has to be looked at first, so that nothing that somebody changed by hand is put back
          unseen. A preview takes about half a minute and changes nothing.
        </p>
      )}
      {error ? <ErrorPanel title="No preview was begun" error={error} /> : null}
      <div>
        <Button
          ml={shown ? -10 : 0}
          variant={shown ? "subtle" : "filled"}
          size={shown ? "compact-sm" : "sm"}
          loading={sending}
          onClick={onBegin}
        >
          {shown ? "Preview again" : "Preview"}
        </Button>
      </div>
      <span className={classes.ready} role="status">
        {shown && usable ? "This is what will be done." : ""}
      </span>
    </div>
  );
}

/** Why a set-up that needs a preview cannot be begun yet; empty when it can. */
export function previewMissing(needed: boolean, shown: string | null, usable: boolean): string {
  if (!needed || usable) {
    return "";
  }
  return shown ? "The preview has not succeeded yet" : "Look first at what would be changed";
}
