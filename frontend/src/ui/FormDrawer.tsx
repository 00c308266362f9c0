import { Button, Drawer } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import classes from "./FormDrawer.module.css";

/** A form beside the page. `said` is what stops it from being sent; the button says what it does. */
export function FormDrawer({
  title,
  submit,
  sending,
  ready,
  said,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  /** The word on the button. */
  submit: string;
  sending: boolean;
  ready: boolean;
  /** Why the button does not work yet, in a few words. */
  said?: ReactNode;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !sending) {
      onSubmit();
    }
  };
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={560}
      title={title}
      padding={0}
      overlayProps={{ backgroundOpacity: 0.25 }}
      classNames={{ header: classes.header, title: classes.title, body: classes.body }}
    >
      <form className={classes.form} onSubmit={send} noValidate>
        <div className={classes.fields}>{children}</div>
        <footer className={classes.footer}>
          <span className={classes.said}>{said}</span>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={sending} disabled={!ready}>
            {submit}
          </Button>
        </footer>
      </form>
    </Drawer>
  );
}
