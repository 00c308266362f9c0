import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import type { PageSubscription } from "./CustomerPage";
import classes from "./customers.module.css";
import { reminderLooks, reminderWords } from "./looks";

/** What the customer of a subscription was told by mail, and what they were not told, with why. */
export function Reminders({ reminders }: Pick<PageSubscription, "reminders">) {
  if (reminders.length === 0) {
    return null;
  }
  return (
    <ul className={classes.history} aria-label="Reminders">
      {reminders.map(({ id, kind, mail, sentAt, dueAt, sentence }) => (
        <li key={id}>
          <span className={classes.what}>
            <StatusBadge look={reminderLooks[mail]} quiet /> {reminderWords[kind]}
            {sentence ? <span className={classes.sentence}>{sentence}</span> : null}
          </span>
          <RelativeTime at={sentAt ?? dueAt} />
        </li>
      ))}
    </ul>
  );
}
