import { type ReactNode, useEffect } from "react";
import { Logo } from "../ui/Logo";
import classes from "./Frame.module.css";

/** A page with one box in its middle. */
export function Frame({
  title,
  description,
  children,
}: {
  title: string;
  description: string;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Central`;
  }, [title]);
  return (
    <main className={classes.page}>
      <div className={classes.box}>
        <div className={classes.brand}>
          <Logo size={40} />
          <h1>{title}</h1>
          <p>{description}</p>
        </div>
        <div className={classes.card}>{children}</div>
      </div>
    </main>
  );
}
