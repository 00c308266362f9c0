import type { ReactNode } from "react";
import classes from "./Fill.module.css";

/** Takes the height that is left on the page, so that what is in it scrolls by itself. */
export function Fill({ children }: { children: ReactNode }) {
  return (
    <div className={classes.fill}>
      <div className={classes.inner}>{children}</div>
    </div>
  );
}
