package runner

import (
	"fmt"
	"time"

	"central/fleet"
)

// words are those of a message.
type words struct{ subject, text string }

// reminderWords say what a reminder is about: what happens, when, and what the customer can do.
func reminderWords(letter fleet.ReminderLetter) words {
	s := letter.Subscription
	what, site := "Your "+letter.Plan.Name+" subscription", "your site"
	if letter.SiteName != "" {
		what, site = what+" for "+letter.SiteName, letter.SiteName
	}
	end := "the end"
	if s.StateEndsAt != nil {
		end = dayOf(*s.StateEndsAt)
	}
	price := s.Price.String()
	pay := fmt.Sprintf("Please pay %s, and everything goes on as before.", price)
	switch letter.Kind {
	case fleet.ReminderTrialEnds:
		next := fmt.Sprintf("From then on it costs %s a month. %s", price, "To go on, please pay the first month.")
		if s.Credit >= s.Price.Amount {
			next = "You need not do anything: it goes on by itself."
		}
		return words{"Your trial of " + letter.Plan.Name + " ends on " + end, fmt.Sprintf("the trial of %s ends on %s.\n\n%s", site, end, next)}
	case fleet.ReminderPeriodEnds:
		return words{"Your subscription is paid until " + end, fmt.Sprintf("%s is paid until %s.\n\nThe next month costs %s. Please pay it by then.", lower(what), end, price)}
	case fleet.ReminderPastDue:
		return words{"A payment of " + price + " is due", fmt.Sprintf("%s was due for %s.\n\nPlease pay it by %s. After that day %s is suspended: its visitors see a notice in its place, and nothing is deleted.", price, lower(what), end, site)}
	case fleet.ReminderGraceEnds:
		return words{"Your site is suspended on " + end, fmt.Sprintf("%s have not been paid for %s.\n\nOn %s %s is suspended: its visitors see a notice in its place, and nothing is deleted. %s", price, lower(what), end, site, pay)}
	case fleet.ReminderSuspended:
		return words{"Your site is suspended", fmt.Sprintf("%s is suspended, because %s have not been paid: its visitors see a notice in its place. Nothing was deleted.\n\n%s Without a payment the subscription is cancelled on %s.", site, price, pay, end)}
	case fleet.ReminderCancelNear:
		return words{"Your subscription is cancelled on " + end, fmt.Sprintf("%s is suspended, because %s have not been paid.\n\nOn %s the subscription is cancelled. %s", lower(what), price, end, pay)}
	case fleet.ReminderCancelled:
		return words{"Your subscription is cancelled", fmt.Sprintf("%s is cancelled.\n\nWhat is in %s is kept until %s, so that it can still be resumed: tell us by then. After that day the site is removed.", lower(what), site, end)}
	}
	return words{"About your subscription", lower(what) + " needs your attention."}
}

// lower is a sentence's beginning after a comma.
func lower(text string) string { return "your" + text[len("Your"):] }

// dayOf is a day as people write it, the same everywhere.
func dayOf(t time.Time) string { return t.UTC().Format("2 January 2006") }
