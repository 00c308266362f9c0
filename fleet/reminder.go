package fleet

import (
	"fmt"
	"time"
)

// ReminderKind is what a customer is to be told.
type ReminderKind string

// The kinds of reminders.
const (
	ReminderTrialEnds  ReminderKind = "TRIAL_ENDS"
	ReminderPeriodEnds ReminderKind = "PERIOD_ENDS"
	ReminderPastDue    ReminderKind = "PAST_DUE"
	ReminderGraceEnds  ReminderKind = "GRACE_ENDS"
	ReminderSuspended  ReminderKind = "SUSPENDED"
	ReminderCancelNear ReminderKind = "CANCELLATION_NEAR"
	ReminderCancelled  ReminderKind = "CANCELLED"
)

// ReminderMail is what became of a reminder.
type ReminderMail string

// What can become of one.
const (
	ReminderWaiting  ReminderMail = "WAITING" // to be sent or, where no mail server is set, to be told by staff
	ReminderSent     ReminderMail = "SENT"
	ReminderFailed   ReminderMail = "FAILED"   // given up; see MailError
	ReminderOutdated ReminderMail = "OUTDATED" // no longer true when its turn came, such as of a price that was paid; never sent
)

// Reminder is a message for the customer of a subscription.
type Reminder struct {
	ID             uint
	SubscriptionID uint
	Kind           ReminderKind
	DueAt          time.Time
	CreatedAt      time.Time
	SentAt         *time.Time
	Mail           ReminderMail
	MailTries      int
	MailDueAt      time.Time // when it is tried next
	MailError      string    // why the last try failed; empty when it did not
}

// Standing says to staff why a reminder was not sent, empty when it was or just waits its turn. mails says whether Central
// has a mail server.
func (r Reminder) Standing(mails bool) string {
	switch {
	case r.Mail == ReminderOutdated:
		return "Not sent: it was no longer true when its turn came."
	case r.Mail == ReminderFailed:
		return fmt.Sprintf("Not sent, and given up after %d tries: %s. Tell the customer yourself.", r.MailTries, r.MailError)
	case r.Mail == ReminderWaiting && !mails:
		return "Not sent: Central has no mail server. Tell the customer yourself, or give it one."
	case r.Mail == ReminderWaiting && r.MailError != "":
		return fmt.Sprintf("Not sent yet, and tried again: %s.", r.MailError)
	}
	return ""
}

// ReminderLetter is a reminder with what its text is made of.
type ReminderLetter struct {
	Reminder
	Subscription CustomerSubscription
	Customer     Customer
	Plan         Plan
	SiteName     string // empty for a subscription without a site
}

// StillDue says whether a reminder of this subscription is still to be sent: nothing has happened that makes it untrue, such
// as a payment, and no later one has become due that says more.
func (s CustomerSubscription) StillDue(reminder Reminder, now time.Time) bool {
	still := false
	for _, due := range s.reminders() {
		if due.Kind == reminder.Kind && due.DueAt.Equal(reminder.DueAt) {
			still = true
		} else if due.DueAt.After(reminder.DueAt) && !due.DueAt.After(now) {
			return false
		}
	}
	return still
}

// reminders are those of the state that a subscription is in, in the order of their times. Who has said that it ends is
// not reminded of paying.
func (s CustomerSubscription) reminders() []Reminder {
	if s.StateEndsAt == nil || s.CancelAt != nil {
		return nil
	}
	at := func(kind ReminderKind, due time.Time) Reminder {
		return Reminder{SubscriptionID: s.ID, Kind: kind, DueAt: due}
	}
	end := *s.StateEndsAt
	switch s.State {
	case SubscriptionTrial:
		return []Reminder{at(ReminderTrialEnds, end.Add(-7*day)), at(ReminderTrialEnds, end.Add(-day))}
	case SubscriptionActive:
		if s.Credit >= s.Price.Amount {
			return nil
		}
		return []Reminder{at(ReminderPeriodEnds, end.Add(-3*day))}
	case SubscriptionPastDue:
		return inOrder(at(ReminderPastDue, s.StateSince), at(ReminderGraceEnds, end.Add(-day)))
	case SubscriptionSuspended:
		return []Reminder{at(ReminderSuspended, s.StateSince), at(ReminderCancelNear, end.Add(-7*day))}
	case SubscriptionCancelled:
		return []Reminder{at(ReminderCancelled, s.StateSince)}
	}
	return nil
}

// inOrder leaves out of two reminders a second one that would come before the first.
func inOrder(first, second Reminder) []Reminder {
	if second.DueAt.After(first.DueAt) {
		return []Reminder{first, second}
	}
	return []Reminder{first}
}
