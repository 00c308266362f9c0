import { IconAlertTriangleFilled, IconCircleXFilled } from "@tabler/icons-react";
import classes from "./adopt.module.css";
import type { Note } from "./choice";

/** What is odd about something that was found: red stands in the way, amber is worth knowing. */
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
