package fleet_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// A reminder is only sent while what it says is so.
func TestCustomerSubscription_StillDue(t *testing.T) {
	const day = 24 * time.Hour
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	plan := fleet.Plan{ID: 1, Name: "Basic", Price: fleet.Money{Amount: 4900, Currency: "EUR"}, TrialDays: 14, GraceDays: 7}
	// due moves a new trial to a day, and gives the last reminder on the way.
	due := func(days int) (fleet.CustomerSubscription, fleet.Reminder) {
		s, last := fleet.NewSubscription(1, plan, start), fleet.Reminder{}
		for d := range days + 1 {
			var reminder *fleet.Reminder
			if s, _, reminder = s.Advance(plan, start.Add(time.Duration(d)*day)); reminder != nil {
				last = *reminder
			}
		}
		return s, last
	}
	at := func(days int) time.Time { return start.Add(time.Duration(days) * day) }
	trial, week := due(7)
	if week.Kind != fleet.ReminderTrialEnds || !trial.StillDue(week, at(7)) {
		t.Errorf("%+v is not due", week)
	}
	if !trial.StillDue(week, at(12)) {
		t.Error("it is not due five days later")
	}
	if trial.StillDue(week, at(13)) {
		t.Error("it is due still when the next one says more")
	}
	extended, err := trial.ExtendTrial(5, plan, at(8))
	if err != nil || extended.StillDue(week, at(8)) {
		t.Errorf("the longer trial ends soon: %v", err)
	}
	ends, _, err := trial.Cancel(true, plan, at(8))
	if err != nil || ends.StillDue(week, at(8)) {
		t.Errorf("who has cancelled is told that the trial ends: %v", err)
	}
	owed, late := due(14)
	if late.Kind != fleet.ReminderPastDue || !owed.StillDue(late, at(15)) {
		t.Errorf("%+v is not due", late)
	}
	if paid, _ := owed.Pay(4900, plan, at(15)); paid.StillDue(late, at(15)) {
		t.Error("who has paid is told to pay")
	}
	gone, cancelled := due(14 + 7 + 60)
	if cancelled.Kind != fleet.ReminderCancelled || !gone.StillDue(cancelled, at(100)) {
		t.Errorf("%+v is not due", cancelled)
	}
	if resumed, _, err := gone.Resume(plan, at(100)); err != nil || resumed.StillDue(cancelled, at(100)) {
		t.Errorf("what was resumed is cancelled: %v", err)
	}
}

func TestReminder_Standing(t *testing.T) {
	for _, c := range []struct {
		reminder fleet.Reminder
		mails    bool
		want     string // part of it; empty for nothing to say
	}{
		{fleet.Reminder{Mail: fleet.ReminderWaiting}, true, ""},
		{fleet.Reminder{Mail: fleet.ReminderWaiting}, false, "no mail server"},
		{fleet.Reminder{Mail: fleet.ReminderWaiting, MailTries: 1, MailError: "connection refused"}, true, "tried again: connection refused"},
		{fleet.Reminder{Mail: fleet.ReminderSent}, false, ""},
		{fleet.Reminder{Mail: fleet.ReminderFailed, MailTries: 6, MailError: "no such mailbox"}, true, "given up after 6 tries: no such mailbox"},
		{fleet.Reminder{Mail: fleet.ReminderOutdated}, true, "no longer true"},
	} {
		if got := c.reminder.Standing(c.mails); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%+v, with a mail server %t: %q", c.reminder, c.mails, got)
		}
	}
}
