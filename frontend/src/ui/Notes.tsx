import { IconAlertTriangleFilled, IconCircleXFilled } from "@tabler/icons-react";
import classes from "./Notes.module.css";

/** A sentence on what was found or is planned: what is BLOCKING stands in the way. */
export interface Note {
  severity: "BLOCKING" | "WARNING";
  message: string;
}

/** What to know before going on: red stands in the way, amber is worth knowing. */
export function Notes({ notes }: { notes: readonly Note[] }) {
  if (notes.length === 0) {
    return null;
  }
  return (
    <ul className={classes.notes}>
      {notes.map(({ severity, message }) => (
        <li key={message} data-severity={severity}>
          {severity === "BLOCKING" ? (
            <IconCircleXFilled size={14} aria-label="Stands in the way:" />
          ) : (
            <IconAlertTriangleFilled size={14} aria-label="Worth knowing:" />
          )}
          <span>{message}</span>
        </li>
      ))}
    </ul>
  );
}
