package runner

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"central/fleet"
	"central/runner/mail"
	"central/runner/mail/mailtest"
)

// mails lets a runner send what it has to by a mail server of the test's own.
func mails(t *testing.T, r *Runner, box *mailtest.Box) {
	t.Helper()
	address, stop, err := box.Listen()
	mustBe(t, err)
	t.Cleanup(stop)
	r.SignUps.Mail, err = mail.New(mail.Config{Address: address, From: "Central <central@example.com>", TLS: mail.Plain})
	mustBe(t, err)
	r.rhythm.reminders = 20 * time.Millisecond
}

// trial is a subscription whose trial ends in six days, of which nobody has been told yet.
func (s *stage) trial(t *testing.T, name string) fleet.CustomerSubscription {
	t.Helper()
	customer, err := s.store.CreateCustomer(t.Context(), admin, fleet.CustomerInput{Name: name, Email: name + "@customers.example"})
	mustBe(t, err)
	plan, err := s.store.CreatePlan(t.Context(), admin, fleet.PlanInput{Name: "Plan of " + name, Price: fleet.Money{Amount: 4900, Currency: "EUR"}, TrialDays: 6, GraceDays: 7})
	mustBe(t, err)
	subscription, err := s.store.CreateSubscription(t.Context(), admin, fleet.CreateSubscriptionInput{CustomerID: customer.ID, PlanID: plan.ID})
	mustBe(t, err)
	s.sql(t, "UPDATE customer_subscriptions SET reminded_until = reminded_until - INTERVAL 10 DAY, due_at = UTC_TIMESTAMP(6) WHERE id = ?", subscription.ID)
	return subscription
}

func (s *stage) reminders(t *testing.T, subscription fleet.CustomerSubscription) []fleet.Reminder {
	t.Helper()
	reminders, err := s.store.RemindersOf(t.Context(), subscription.ID, 10)
	mustBe(t, err)
	return reminders
}

// What the dates of a subscription bring about is told to its customer, once, whatever number of runners there is.
func TestMailReminders(t *testing.T) {
	t.Run("SentOnce", func(t *testing.T) {
		s := newStage(t)
		box := &mailtest.Box{}
		subscriptions := []fleet.CustomerSubscription{}
		for _, name := range []string{"ana", "bob", "cem", "dee", "eva"} {
			subscriptions = append(subscriptions, s.trial(t, name))
		}
		for _, owner := range []string{"runner-2", "runner-3"} {
			r := s.runner(owner)
			mails(t, r, box)
			runs(t, r)
		}
		for _, subscription := range subscriptions {
			eventually(t, "it is sent", func() bool {
				reminders := s.reminders(t, subscription)
				return len(reminders) == 1 && reminders[0].Mail == fleet.ReminderSent && reminders[0].SentAt != nil
			})
		}
		to := []string{}
		for _, message := range box.Messages() {
			to = append(to, message.To)
			if !strings.Contains(message.Text, "Subject: Your trial of Plan of "+strings.TrimSuffix(message.To, "@customers.example")+" ends on ") {
				t.Errorf("%s is told %s", message.To, message.Text)
			}
		}
		slices.Sort(to)
		if got := strings.ReplaceAll(strings.Join(to, " "), "@customers.example", ""); got != "ana bob cem dee eva" {
			t.Errorf("told are %s", got)
		}
	})

	t.Run("RefusedIsOnRecordAndTriedLater", func(t *testing.T) {
		s := newStage(t)
		subscription := s.trial(t, "ana")
		mails(t, s.r, &mailtest.Box{Refuse: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}})
		_, err := s.store.AdvanceSubscriptions(t.Context(), time.Now().UTC())
		mustBe(t, err)
		if looked := s.r.sendReminders(t.Context()); looked != 1 {
			t.Errorf("looked at %d", looked)
		}
		failed := s.reminders(t, subscription)[0]
		if failed.Mail != fleet.ReminderWaiting || failed.SentAt != nil || failed.MailTries != 1 || !strings.Contains(failed.Standing(true), "no such mailbox") {
			t.Errorf("it is %+v", failed)
		}
		box := &mailtest.Box{}
		mails(t, s.r, box)
		if looked := s.r.sendReminders(t.Context()); looked != 0 {
			t.Error("it is tried again at once")
		}
		s.sql(t, "UPDATE reminders SET mail_due_at = UTC_TIMESTAMP(6)")
		s.r.sendReminders(t.Context())
		if sent := s.reminders(t, subscription)[0]; sent.Mail != fleet.ReminderSent || len(box.Messages()) != 1 {
			t.Errorf("it is %+v, and %d messages came", sent, len(box.Messages()))
		}
	})

	t.Run("WithoutAMailServerTheyWait", func(t *testing.T) {
		s := newStage(t)
		subscription := s.trial(t, "ana")
		s.r.rhythm.reminders = time.Millisecond
		stop := runs(t, s.r)
		eventually(t, "it is on record", func() bool { return len(s.reminders(t, subscription)) == 1 })
		time.Sleep(50 * time.Millisecond)
		stop()
		if waits := s.reminders(t, subscription)[0]; waits.Mail != fleet.ReminderWaiting || waits.MailTries != 0 {
			t.Errorf("it is %+v", waits)
		}
	})
}

func TestReminderMessage(t *testing.T) {
	end := time.Date(2026, 12, 5, 9, 0, 0, 0, time.UTC)
	letter := fleet.ReminderLetter{
		Customer: fleet.Customer{Name: "Ana", Email: "ana@customers.example"}, Plan: fleet.Plan{Name: "Basic"}, SiteName: "acme.example.com",
		Subscription: fleet.CustomerSubscription{Price: fleet.Money{Amount: 4900, Currency: "EUR"}, StateEndsAt: &end},
	}
	for kind, c := range map[fleet.ReminderKind]struct{ subject, text string }{
		fleet.ReminderTrialEnds: {"Your trial of Basic ends on 5 December 2026", `the trial of acme.example.com ends on 5 December 2026.

From then on it costs 49.00 EUR a month. To go on, please pay the first month.`},
		fleet.ReminderPeriodEnds: {"Your subscription is paid until 5 December 2026", `your Basic subscription for acme.example.com is paid until 5 December 2026.

The next month costs 49.00 EUR. Please pay it by then.`},
		fleet.ReminderPastDue: {"A payment of 49.00 EUR is due", `49.00 EUR was due for your Basic subscription for acme.example.com.

Please pay it by 5 December 2026. After that day acme.example.com is suspended: its visitors see a notice in its place, and nothing is deleted.`},
		fleet.ReminderGraceEnds: {"Your site is suspended on 5 December 2026", `49.00 EUR have not been paid for your Basic subscription for acme.example.com.

On 5 December 2026 acme.example.com is suspended: its visitors see a notice in its place, and nothing is deleted. Please pay 49.00 EUR, and everything goes on as before.`},
		fleet.ReminderSuspended: {"Your site is suspended", `acme.example.com is suspended, because 49.00 EUR have not been paid: its visitors see a notice in its place. Nothing was deleted.

Please pay 49.00 EUR, and everything goes on as before. Without a payment the subscription is cancelled on 5 December 2026.`},
		fleet.ReminderCancelNear: {"Your subscription is cancelled on 5 December 2026", `your Basic subscription for acme.example.com is suspended, because 49.00 EUR have not been paid.

On 5 December 2026 the subscription is cancelled. Please pay 49.00 EUR, and everything goes on as before.`},
		fleet.ReminderCancelled: {"Your subscription is cancelled", `your Basic subscription for acme.example.com is cancelled.

What is in acme.example.com is kept until 5 December 2026, so that it can still be resumed: tell us by then. After that day the site is removed.`},
	} {
		letter.Kind = kind
		want := mail.Message{To: "ana@customers.example", Subject: c.subject, Text: "Hello Ana,\n\n" + c.text + "\n"}
		if got := reminderMessage(letter); got != want {
			t.Errorf("%s: %+v", kind, got)
		}
	}
	t.Run("OfATrialThatIsPaid", func(t *testing.T) {
		paid := letter
		paid.Kind, paid.Subscription.Credit, paid.SiteName = fleet.ReminderTrialEnds, 4900, ""
		if got := reminderMessage(paid).Text; !strings.Contains(got, "the trial of your site ends") || !strings.Contains(got, "it goes on by itself") || strings.Contains(got, "please pay") {
			t.Error(got)
		}
	})
}
