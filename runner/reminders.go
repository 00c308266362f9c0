package runner

import (
	"context"
	"time"

	"central/fleet"
	"central/runner/mail"
)

// mailReminders tells customers what their reminders say, until ctx ends. Without a mail server they wait.
func (r *Runner) mailReminders(ctx context.Context) {
	if r.SignUps.Mail == nil {
		return
	}
	tick := time.NewTicker(r.rhythm.reminders)
	defer tick.Stop()
	for {
		for r.sendReminders(ctx) == mailsAtOnce { // there may be more
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// sendReminders sends some of what is to be sent now, one message after the other, and says how many reminders it looked at.
func (r *Runner) sendReminders(ctx context.Context) int {
	letters, looked, err := r.Store.ClaimReminders(ctx, time.Now().UTC(), mailsAtOnce)
	if err != nil {
		if ctx.Err() == nil {
			r.Log.Error("cannot tell which reminders are to be sent", "error", err)
		}
		return 0
	}
	for _, letter := range letters {
		why := ""
		if err := r.SignUps.Mail.Send(ctx, reminderMessage(letter)); err != nil {
			if ctx.Err() != nil {
				return 0 // another runner sends it
			}
			why = err.Error()
			r.Log.Warn("a reminder was not sent", "reminder", letter.ID, "subscription", letter.SubscriptionID, "error", err)
		}
		if err := r.reminderMailed(ctx, letter.Reminder, why); err != nil {
			r.Log.Error("cannot write that a reminder was sent", "reminder", letter.ID, "error", err)
		}
	}
	return looked
}

// reminderMailed writes what became of a reminder, also when the runner stops meanwhile: what was sent is not sent again.
func (r *Runner) reminderMailed(ctx context.Context, reminder fleet.Reminder, why string) error {
	ctx, done := outlast(ctx, r.pace.writing)
	defer done()
	return r.Store.ReminderMailed(ctx, reminder, why)
}

// reminderMessage is the text of a reminder.
func reminderMessage(letter fleet.ReminderLetter) mail.Message {
	words := reminderWords(letter)
	return mail.Message{To: letter.Customer.Email, Subject: words.subject, Text: "Hello " + letter.Customer.Name + ",\n\n" + words.text + "\n"}
}
