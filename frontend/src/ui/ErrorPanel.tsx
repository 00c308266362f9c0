import { Button } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { faultsOf } from "../client/errors";
import classes from "./panels.module.css";

/** Says what failed, word for word, and offers to try again. */
export function ErrorPanel({
  title,
  error,
  onRetry,
}: {
  title: string;
  error: unknown;
  onRetry?: () => void;
}) {
  return (
    <div className={classes.error} role="alert">
      <IconAlertCircle size={18} aria-hidden />
      <div className={classes.errorBody}>
        <div className={classes.errorTitle}>{title}</div>
        {faultsOf(error).map((fault) => (
          <div key={`${fault.code}${fault.field}${fault.message}`} className={classes.errorText}>
            {fault.message} <span className={classes.errorCode}>{fault.code}</span>
          </div>
        ))}
      </div>
      {onRetry ? (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}
