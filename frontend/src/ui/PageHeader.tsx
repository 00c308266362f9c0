import { type ReactNode, useEffect } from "react";
import classes from "./PageHeader.module.css";

/** The head of a page: its name, one figure, a line about it and what can be done. Names the window too. */
export function PageHeader({
  title,
  count,
  badge,
  description,
  actions,
}: {
  title: string;
  count?: number | undefined;
  badge?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Central`;
  }, [title]);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <h1 className={classes.title}>
          {title}
          {count === undefined ? null : (
            <span className={classes.count}>{count.toLocaleString("en")}</span>
          )}
          {badge}
        </h1>
        {description ? <div className={classes.description}>{description}</div> : null}
      </div>
      {actions ? <div className={classes.actions}>{actions}</div> : null}
    </header>
  );
}
