import type { ReactNode } from "react";
import classes from "./panels.module.css";

/** Says what would be here, and offers the first step. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={classes.empty}>
      {icon ? <div className={classes.emptyIcon}>{icon}</div> : null}
      <div className={classes.emptyTitle}>{title}</div>
      {children ? <div className={classes.emptyText}>{children}</div> : null}
      {action ? <div className={classes.emptyAction}>{action}</div> : null}
    </div>
  );
}
