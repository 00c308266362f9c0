package fleet

import (
	"slices"
	"time"
)

const day = 24 * time.Hour

// maxPeriods bounds how many periods one payment may be for.
const maxPeriods = 60

// NewSubscription begins a trial of a plan. Without days of trial the first price is due at once.
func NewSubscription(customerID uint, plan Plan, now time.Time) CustomerSubscription {
	ends := now.Add(time.Duration(plan.TrialDays) * day)
	s := CustomerSubscription{
		CustomerID: customerID, PlanID: plan.ID, State: SubscriptionTrial, StateSince: now, StateEndsAt: &ends, Price: plan.Price,
		BillingDay: ends.Day(), TrialEndsAt: ends, RemindedUntil: now, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if event := s.DueEvent(now); event != "" {
		s, _ = s.Apply(event, plan, now) // a trial can end
	}
	s.DueAt = s.nextDue()
	return s
}

// DueEvent is what the dates of a subscription bring about now, empty for nothing.
func (s CustomerSubscription) DueEvent(now time.Time) SubscriptionEvent {
	if s.CancelAt != nil && !now.Before(*s.CancelAt) {
		return EventCancelled
	}
	if s.StateEndsAt == nil || now.Before(*s.StateEndsAt) {
		return ""
	}
	switch s.State {
	case SubscriptionTrial, SubscriptionActive:
		switch {
		case s.Credit >= s.Price.Amount: // free, or paid for already
			return EventPeriodPaid
		case s.State == SubscriptionTrial:
			return EventTrialEnded
		}
		return EventPeriodEnded
	case SubscriptionPastDue:
		return EventGraceEnded
	case SubscriptionSuspended:
		return EventSuspensionEnded
	case SubscriptionCancelled:
		return EventRetentionEnded
	}
	return ""
}

// Apply is the subscription after an event, with its dates. It errs with CodeNotReady for one that cannot happen in its
// state. Each state lasts from now on, however late it begins, so that nobody loses days because Central was down.
func (s CustomerSubscription) Apply(event SubscriptionEvent, plan Plan, now time.Time) (CustomerSubscription, error) {
	next, can := s.State.After(event)
	if !can {
		return s, Errorf(CodeNotReady, "A subscription that is %s cannot be %s.", s.State, eventWords[event])
	}
	switch event {
	case EventPeriodPaid:
		s.payPeriod(now)
	case EventResumedUnpaid: // owed from now on, not for the time in which it was not served
		s.PeriodEndsAt, s.BillingDay = &now, now.Day()
	case EventTrialExtended:
		s.BillingDay = s.TrialEndsAt.Day()
	}
	if next != s.State || event == EventTrialExtended || event == EventPeriodPaid {
		s.StateEndsAt = s.endOf(next, plan, now)
	}
	if next != s.State {
		s.State, s.StateSince = next, now
	}
	switch {
	case s.State.Ended():
		s.CancelAt = nil
	case s.CancelAt != nil && (event == EventPeriodPaid || event == EventTrialExtended):
		s.CancelAt = s.StateEndsAt
	}
	switch {
	case s.State.Served():
		s.LostAt = nil
	case s.FirstPaidAt != nil && s.LostAt == nil:
		s.LostAt = &now
	}
	s.UpdatedAt = now
	s.Version++
	s.DueAt = s.nextDue()
	return s, nil
}

// eventWords say what cannot be done, after "cannot be".
var eventWords = map[SubscriptionEvent]string{
	EventTrialEnded: "moved by the end of a trial", EventPeriodEnded: "moved by the end of a period", EventGraceEnded: "moved by the end of its days to pay",
	EventSuspensionEnded: "moved by the end of a suspension", EventRetentionEnded: "archived", EventPeriodPaid: "paid for", EventPayment: "paid for",
	EventTrialExtended: "tried for longer", EventPlanChanged: "given another plan", EventSiteChanged: "given another site",
	EventEndChosen: "ended later", EventEndTakenBack: "kept", EventCancelled: "cancelled",
	EventResumedTrial: "resumed", EventResumedPaid: "resumed", EventResumedUnpaid: "resumed",
}

// payPeriod uses the price of one period of what was paid. The period follows on the one before, or on the trial; for one
// that was suspended it begins now.
func (s *CustomerSubscription) payPeriod(now time.Time) {
	from := s.TrialEndsAt
	if s.PeriodEndsAt != nil {
		from = *s.PeriodEndsAt
	}
	if s.State == SubscriptionSuspended {
		from, s.BillingDay = now, now.Day()
	}
	ends := NextPeriod(from, s.BillingDay)
	s.PeriodEndsAt = &ends
	s.Credit -= s.Price.Amount
	if s.FirstPaidAt == nil && s.Price.Amount > 0 {
		s.FirstPaidAt = &now
	}
}

// endOf is when a state that begins now is followed by the next one; nil for the last.
func (s CustomerSubscription) endOf(state SubscriptionState, plan Plan, now time.Time) *time.Time {
	var end time.Time
	switch state {
	case SubscriptionTrial:
		end = s.TrialEndsAt
	case SubscriptionActive:
		end = *s.PeriodEndsAt
	case SubscriptionPastDue:
		end = now.Add(time.Duration(plan.GraceDays) * day)
	case SubscriptionSuspended:
		end = now.Add(SuspendedFor)
	case SubscriptionCancelled:
		end = now.Add(CancelledFor)
	default:
		return nil
	}
	return &end
}

// NextPeriod is when a period ends that begins at from: on billingDay of the next month, or on its last day when it is
// shorter, at the same time of the day.
func NextPeriod(from time.Time, billingDay int) time.Time {
	year, month, _ := from.Date()
	first := time.Date(year, month+1, 1, from.Hour(), from.Minute(), from.Second(), from.Nanosecond(), from.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(billingDay, last)-1)
}

// Pay puts a payment on a subscription's account and uses it: each price in it is one period. It returns what happened,
// at least one event.
func (s CustomerSubscription) Pay(amount int64, plan Plan, now time.Time) (CustomerSubscription, []SubscriptionEvent) {
	s.Credit += amount
	events := []SubscriptionEvent{}
	for s.Price.Amount > 0 && s.Credit >= s.Price.Amount && len(events) < maxPeriods {
		next, err := s.Apply(EventPeriodPaid, plan, now)
		if err != nil { // cancelled or archived: a person decides what the money is for
			break
		}
		s, events = next, append(events, EventPeriodPaid)
	}
	if len(events) == 0 {
		s, _ = s.Apply(EventPayment, plan, now) // possible in every state
		events = append(events, EventPayment)
	}
	return s, events
}

// ChangePlan gives a subscription another plan: its price counts from the next period on, unless one is due now that has
// been paid for already. It errs with CodeConflict when it has this plan, with CodeNotReady for a plan that is closed and
// for a subscription that has ended, and with CodeInvalid when money in another currency waits to be used.
func (s CustomerSubscription) ChangePlan(plan Plan, now time.Time) (CustomerSubscription, error) {
	switch {
	case plan.ID == s.PlanID:
		return s, FieldErrorf(CodeConflict, "input.planId", "It has the plan %s already.", plan.Name)
	case plan.Closed:
		return s, FieldErrorf(CodeNotReady, "input.planId", "%s is closed for new subscriptions.", plan.Name)
	case s.Credit > 0 && plan.Price.Currency != s.Price.Currency:
		return s, FieldErrorf(CodeInvalid, "input.planId", "%s is in %s, and %s of this subscription wait to be used.", plan.Name, plan.Price.Currency, Money{s.Credit, s.Price.Currency})
	}
	s.PlanID, s.Price = plan.ID, plan.Price
	s, err := s.Apply(EventPlanChanged, plan, now)
	if err == nil && (s.State == SubscriptionPastDue || s.State == SubscriptionSuspended) && s.Credit >= s.Price.Amount {
		return s.Apply(EventPeriodPaid, plan, now)
	}
	return s, err
}

// ExtendTrial gives a trial so many more days, from its end or, when that is over, from now. It errs with CodeInvalid for
// fewer than 1 or more than 365 days, and with CodeNotReady when a period has been paid.
func (s CustomerSubscription) ExtendTrial(days int, plan Plan, now time.Time) (CustomerSubscription, error) {
	if days < 1 || days > maxTrialDays {
		return s, FieldErrorf(CodeInvalid, "input.days", "A trial is extended by 1 to %d days.", maxTrialDays)
	}
	if s.FirstPaidAt != nil {
		return s, FieldErrorf(CodeNotReady, "input.subscriptionId", "It has been paid for; its trial is over.")
	}
	from := now
	if s.TrialEndsAt.After(now) {
		from = s.TrialEndsAt
	}
	s.TrialEndsAt, s.PeriodEndsAt = from.Add(time.Duration(days)*day), nil
	s, err := s.Apply(EventTrialExtended, plan, now)
	return s, AtField(err, "input.subscriptionId")
}

// Cancel ends a subscription: at once, or when its trial or the period that is paid has ended.
func (s CustomerSubscription) Cancel(atEnd bool, plan Plan, now time.Time) (CustomerSubscription, SubscriptionEvent, error) {
	event := EventCancelled
	if atEnd {
		event = EventEndChosen
		if s.CancelAt != nil {
			return s, event, FieldErrorf(CodeConflict, "input.atEnd", "It ends so already.")
		}
		s.CancelAt = s.StateEndsAt
	}
	s, err := s.Apply(event, plan, now)
	return s, event, AtField(err, "input.subscriptionId")
}

// Resume takes a cancellation back, or goes on with a subscription that is suspended or cancelled: as a trial while that
// still runs, as paid within a paid period, else with new days to pay.
func (s CustomerSubscription) Resume(plan Plan, now time.Time) (CustomerSubscription, SubscriptionEvent, error) {
	event := EventResumedUnpaid
	switch cancelled := s.State == SubscriptionCancelled; {
	case s.CancelAt != nil:
		event, s.CancelAt = EventEndTakenBack, nil
	case cancelled && s.FirstPaidAt == nil && s.TrialEndsAt.After(now):
		event = EventResumedTrial
	case cancelled && s.PeriodEndsAt != nil && s.PeriodEndsAt.After(now):
		event = EventResumedPaid
	}
	s, err := s.Apply(event, plan, now)
	if err == nil && event == EventResumedUnpaid && s.Credit >= s.Price.Amount {
		s, err = s.Apply(EventPeriodPaid, plan, now)
	}
	return s, event, AtField(err, "input.subscriptionId")
}

// nextDue is when a subscription has to be looked at next; nil for never.
func (s CustomerSubscription) nextDue() *time.Time {
	times := []time.Time{}
	if s.StateEndsAt != nil {
		times = append(times, *s.StateEndsAt)
	}
	if s.CancelAt != nil {
		times = append(times, *s.CancelAt)
	}
	for _, reminder := range s.reminders() {
		if reminder.DueAt.After(s.RemindedUntil) {
			times = append(times, reminder.DueAt)
		}
	}
	if len(times) == 0 {
		return nil
	}
	due := slices.MinFunc(times, time.Time.Compare)
	return &due
}

// Advance brings a subscription to now: one change of state at most, empty for none, and the reminder that is due. Of
// several that became due while nobody looked, the customer gets the last.
func (s CustomerSubscription) Advance(plan Plan, now time.Time) (CustomerSubscription, SubscriptionEvent, *Reminder) {
	event := s.DueEvent(now)
	if event != "" {
		s, _ = s.Apply(event, plan, now) // what is due can happen
	}
	var due *Reminder
	for _, reminder := range s.reminders() {
		if reminder.DueAt.After(s.RemindedUntil) && !reminder.DueAt.After(now) {
			due = &reminder
		}
	}
	s.RemindedUntil = now
	s.DueAt = s.nextDue()
	return s, event, due
}
