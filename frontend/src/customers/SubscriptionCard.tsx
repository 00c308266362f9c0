import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { BackupAge } from "../ui/BackupAge";
import { RelativeTime } from "../ui/RelativeTime";
import { SiteLink } from "../ui/SiteLink";
import { StatusBadge } from "../ui/StatusBadge";
import type { PageSubscription } from "./CustomerPage";
import classes from "./customers.module.css";
import { deedsOf } from "./deeds";
import { endWords, eventWords, stateLooks } from "./looks";
import { moneyWords } from "./money";
import { Reminders } from "./Reminders";
import type { CustomerForm } from "./search";
import { UsageFacts } from "./UsageFacts";

/** One subscription: its state and dates, what can be done, and what happened to it. */
export function SubscriptionCard({
  subscription,
  onlyLook,
  onForm,
}: {
  subscription: PageSubscription;
  /** Why nothing can be done; undefined for those who may. */
  onlyLook: string | undefined;
  onForm: (form: CustomerForm) => void;
}) {
  const { plan, state, stateEndsAt, cancelAt, price, credit, site, changes } = subscription;
  return (
    <section className={classes.card} aria-label={`Subscription ${subscription.id}`}>
      <div className={classes.cardHead}>
        <h2 className={classes.cardTitle}>{plan.name}</h2>
        <StatusBadge look={stateLooks[state]} />
        <span className={classes.dim}>
          since <RelativeTime at={subscription.stateSince} />
        </span>
      </div>
      <dl className={classes.facts}>
        <Fact name="A month">{moneyWords(price)}</Fact>
        <Fact name="Site">
          {site ? <SiteLink site={site} /> : "none"}
          {subscription.closedSite ? " (suspended because of it)" : ""}
        </Fact>
        {site ? (
          <Fact name="Newest backup">
            <BackupAge at={site.lastBackupAt} />
          </Fact>
        ) : null}
        <Fact name="Next">
          {stateEndsAt ? (
            <>
              {cancelAt ? "cancelled" : endWords[state]}{" "}
              <RelativeTime at={cancelAt ?? stateEndsAt} />
            </>
          ) : (
            "–"
          )}
        </Fact>
        <Fact name={subscription.firstPaidAt ? "Paid until" : "Trial ends"}>
          <RelativeTime
            at={subscription.firstPaidAt ? subscription.periodEndsAt : subscription.trialEndsAt}
          />
        </Fact>
        {credit.amount > 0 ? <Fact name="Waits to be used">{moneyWords(credit)}</Fact> : null}
      </dl>
      <UsageFacts subscription={subscription} onlyLook={onlyLook} />
      <div className={classes.actions}>
        {deedsOf(subscription).map(({ form, word, why }) => (
          <Button
            key={form}
            size="compact-sm"
            variant="default"
            disabled={onlyLook !== undefined || why !== ""}
            title={onlyLook ?? (why || undefined)}
            onClick={() => onForm(form)}
          >
            {word}
          </Button>
        ))}
      </div>
      <Reminders reminders={subscription.reminders} />
      <ul className={classes.history} aria-label="History">
        {changes.map((change) => (
          <li key={change.id}>
            <span className={classes.what}>
              <b>{eventWords[change.event]}</b>
              {change.detail ? `: ${change.detail}` : ""}{" "}
              <span className={classes.dim}>
                by {change.actorName}
                {change.why ? `, “${change.why}”` : ""}
              </span>
            </span>
            <RelativeTime at={change.at} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
