package store_test

import (
	"fmt"
	"testing"
	"time"

	"central/fleet"
)

// plan puts a plan on record: 49.00 EUR a month, 14 days of trial, 7 days to pay.
func (w *world) plan(name string, change ...func(*fleet.PlanInput)) fleet.Plan {
	w.t.Helper()
	in := fleet.PlanInput{Name: name, Price: fleet.Money{Amount: 4900, Currency: "EUR"}, TrialDays: 14, GraceDays: 7}
	for _, c := range change {
		c(&in)
	}
	plan, err := w.CreatePlan(w.t.Context(), admin, in)
	w.must(err)
	return plan
}

// customer puts a customer on record, NAME@example.com.
func (w *world) customer(name string) fleet.Customer {
	w.t.Helper()
	customer, err := w.CreateCustomer(w.t.Context(), operator, fleet.CustomerInput{Name: name, Email: name + "@example.com"})
	w.must(err)
	return customer
}

// subscribe begins a trial; siteID 0 is for none.
func (w *world) subscribe(customer fleet.Customer, plan fleet.Plan, siteID uint) fleet.CustomerSubscription {
	w.t.Helper()
	in := fleet.CreateSubscriptionInput{CustomerID: customer.ID, PlanID: plan.ID}
	if siteID != 0 {
		in.SiteID = &siteID
	}
	subscription, err := w.CreateSubscription(w.t.Context(), operator, in)
	w.must(err)
	return subscription
}

func (w *world) subscription(id uint) fleet.CustomerSubscription {
	w.t.Helper()
	subscription, err := w.Subscription(w.t.Context(), id)
	w.must(err)
	return subscription
}

// ref is a subscription as it is now.
func ref(s fleet.CustomerSubscription) fleet.SubscriptionRef {
	return fleet.SubscriptionRef{SubscriptionID: s.ID, Version: s.Version, Why: "asked by phone"}
}

// pay records a payment of so many minor units of EUR.
func (w *world) pay(s fleet.CustomerSubscription, amount int64) fleet.CustomerSubscription {
	w.t.Helper()
	_, after, err := w.RecordPayment(w.t.Context(), operator, fleet.RecordPaymentInput{
		SubscriptionID: s.ID, Money: fleet.Money{Amount: amount, Currency: "EUR"}, IdempotencyKey: newKey(),
	})
	w.must(err)
	return after
}

// pass moves all subscriptions to a moment.
func (w *world) pass(at time.Time) (changed, reminders int) {
	w.t.Helper()
	done, err := w.AdvanceSubscriptions(w.t.Context(), at)
	w.must(err)
	return done.Changed, done.Reminders
}

// history is what happened to a subscription, oldest first: "who EVENT FROM>TO".
func (w *world) history(id uint) []string {
	w.t.Helper()
	changes, err := w.SubscriptionChanges(w.t.Context(), id, 100)
	w.must(err)
	lines := []string{}
	for i := len(changes) - 1; i >= 0; i-- {
		c := changes[i]
		from := fleet.SubscriptionState("")
		if c.FromState != nil {
			from = *c.FromState
		}
		lines = append(lines, fmt.Sprintf("%s %s %s>%s", c.ActorName, c.Event, from, c.ToState))
	}
	return lines
}

// manySubscriptions puts subscriptions on record that would take long to begin one by one: one for each customer, due in
// turn over 40 days around now; every fifth has paid.
func (w *world) manySubscriptions(t testing.TB, plan fleet.Plan, n int) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Second)
	for from := 0; from < n; from += 1000 {
		customers, customerArgs, rows, args := "", []any{}, "", []any{}
		for i := from; i < min(from+1000, n); i++ {
			if customers != "" {
				customers, rows = customers+", ", rows+", "
			}
			customers += "(?, ?, ?, ?, '', 1, ?, ?)"
			began := now.AddDate(0, 0, -i%200)
			customerArgs = append(customerArgs, i+1, fmt.Sprintf("Customer %05d", i), fmt.Sprintf("c%05d@example.com", i), fmt.Sprintf("Company %03d", i%700), began, began)
			state, paid := fleet.SubscriptionTrial, any(nil)
			ends := now.Add(time.Duration(i%960-480) * time.Hour)
			if i%5 == 0 {
				state, paid = fleet.SubscriptionActive, began
			}
			rows += "(?, ?, ?, ?, ?, 4900, 'EUR', 0, 1, ?, ?, ?, FALSE, ?, ?, 1, ?, ?)"
			args = append(args, i+1, plan.ID, state, began, ends, ends, ends, paid, began, ends, began, began)
		}
		mustDB(t, w.Store, "INSERT INTO customers (id, name, email, company, notes, version, created_at, updated_at) VALUES "+customers, customerArgs...)
		mustDB(t, w.Store, `INSERT INTO customer_subscriptions (customer_id, plan_id, state, state_since, state_ends_at, price_amount, price_currency, credit,
			billing_day, trial_ends_at, period_ends_at, first_paid_at, closed_site, reminded_until, due_at, version, created_at, updated_at) VALUES `+rows, args...)
	}
}
