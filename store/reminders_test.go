package store_test

import (
	"fmt"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// reminded has the trials of some customers end in six days, each with a reminder that waits.
func reminded(w *world, names ...string) []fleet.CustomerSubscription {
	w.t.Helper()
	plan := w.plan("Basic")
	subscriptions := make([]fleet.CustomerSubscription, len(names))
	for i, name := range names {
		subscriptions[i] = w.subscribe(w.customer(name), plan, 0)
	}
	_, made := w.pass(time.Now().UTC().Add(8 * 24 * time.Hour))
	want(w.t, "reminders", made, len(names))
	return subscriptions
}

func (w *world) claimReminders(n int) []fleet.ReminderLetter {
	w.t.Helper()
	letters, _, err := w.ClaimReminders(w.t.Context(), time.Now().UTC(), n)
	w.must(err)
	return letters
}

func (w *world) reminder(subscription fleet.CustomerSubscription) fleet.Reminder {
	w.t.Helper()
	reminders, err := w.RemindersOf(w.t.Context(), subscription.ID, 1)
	w.must(err)
	return reminders[0]
}

func TestStore_ClaimReminders(t *testing.T) {
	t.Run("OnceByTwoProcesses", func(t *testing.T) {
		w := newWorld(t)
		names := make([]string, 40)
		for i := range names {
			names[i] = fmt.Sprintf("c%02d", i)
		}
		reminded(w, names...)
		other := storetest.OpenOn(t, w.dsn)
		claimed := make(chan uint, 200)
		got := atOnce(4, func(i int) error {
			s := []*store.Store{w.Store, other}[i%2]
			for {
				letters, looked, err := s.ClaimReminders(t.Context(), time.Now().UTC(), 3)
				for _, letter := range letters {
					claimed <- letter.ID
				}
				if err != nil || looked == 0 {
					return err
				}
			}
		})
		close(claimed)
		want(t, "answers", got, map[fleet.Code]int{"": 4})
		seen := map[uint]bool{}
		for id := range claimed {
			if seen[id] {
				t.Errorf("%d was claimed twice", id)
			}
			seen[id] = true
		}
		want(t, "claimed", len(seen), 40)
	})

	t.Run("Sent", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		s := w.subscribe(w.customer("ana"), w.plan("Pro"), site.ID)
		w.pass(time.Now().UTC().Add(8 * 24 * time.Hour))
		letters := w.claimReminders(10)
		want(t, "letters", len(letters), 1)
		letter := letters[0]
		want(t, "what it says", []any{letter.Kind, letter.Customer.Email, letter.Plan.Name, letter.SiteName, letter.Subscription.ID, letter.MailTries},
			[]any{fleet.ReminderTrialEnds, "ana@example.com", "Pro", "acme.example.com", s.ID, 1})
		want(t, "claimed while it is sent", len(w.claimReminders(10)), 0)
		w.must(w.ReminderMailed(t.Context(), letter.Reminder, ""))
		sent := w.reminder(s)
		want(t, "mail", []any{sent.Mail, sent.MailError, sent.SentAt != nil}, []any{fleet.ReminderSent, "", true})
		mustDB(t, w.Store, "UPDATE reminders SET mail_due_at = '2000-01-01'")
		want(t, "claimed when it was sent", len(w.claimReminders(10)), 0)
	})

	t.Run("FailsAndIsGivenUp", func(t *testing.T) {
		w := newWorld(t)
		s := reminded(w, "ana")[0]
		for try := range 6 {
			mustDB(t, w.Store, "UPDATE reminders SET mail_due_at = UTC_TIMESTAMP(6)")
			letters := w.claimReminders(10)
			want(t, "claimed", len(letters), 1)
			w.must(w.ReminderMailed(t.Context(), letters[0].Reminder, "connection refused"))
			want(t, "claimed right after it failed", len(w.claimReminders(10)), 0)
			if failed := w.reminder(s); try < 5 && (failed.Mail != fleet.ReminderWaiting || failed.MailError != "connection refused" || !failed.MailDueAt.After(time.Now())) {
				t.Errorf("after try %d it is %+v", try+1, failed)
			}
		}
		mustDB(t, w.Store, "UPDATE reminders SET mail_due_at = UTC_TIMESTAMP(6)")
		want(t, "claimed when it was given up", len(w.claimReminders(10)), 0)
		failed := w.reminder(s)
		want(t, "mail", []any{failed.Mail, failed.MailError, failed.MailTries, failed.SentAt == nil}, []any{fleet.ReminderFailed, "connection refused", 6, true})
	})

	t.Run("TakenOverFromOneThatDied", func(t *testing.T) {
		w := newWorld(t)
		s := reminded(w, "ana")[0]
		first := w.claimReminders(1)[0]
		second, _, err := w.ClaimReminders(t.Context(), time.Now().UTC().Add(3*time.Minute), 1)
		w.must(err)
		want(t, "claimed three minutes later", len(second), 1)
		w.must(w.ReminderMailed(t.Context(), first.Reminder, "too slow"))
		want(t, "what the first says of its failure", w.reminder(s).MailError, "")
		w.must(w.ReminderMailed(t.Context(), second[0].Reminder, ""))
		w.must(w.ReminderMailed(t.Context(), first.Reminder, "too slow"))
		want(t, "mail", w.reminder(s).Mail, fleet.ReminderSent)
	})

	t.Run("NotWhenItIsNoLongerTrue", func(t *testing.T) {
		w := newWorld(t)
		subscriptions := reminded(w, "ana", "bob")
		paid := w.pay(w.subscription(subscriptions[0].ID), 4900)
		want(t, "state", paid.State, fleet.SubscriptionActive)
		letters := w.claimReminders(10)
		want(t, "letters", len(letters), 1)
		want(t, "whose", letters[0].Customer.Name, "bob")
		outdated := w.reminder(paid)
		want(t, "mail", []any{outdated.Mail, outdated.MailTries}, []any{fleet.ReminderOutdated, 0})
	})

	t.Run("NotWhatSomebodyElseSent", func(t *testing.T) {
		w := newWorld(t)
		reminded(w, "ana")
		mustDB(t, w.Store, "UPDATE reminders SET sent_at = UTC_TIMESTAMP(6)") // as a mailer of the team's own may
		want(t, "claimed", len(w.claimReminders(10)), 0)
	})
}
