package store_test

import (
	"testing"
	"time"

	"central/fleet"
)

func TestStore_Figures(t *testing.T) {
	w := newEmptyWorld(t)
	ctx := t.Context()
	span := fleet.FigureSpan{Days: 3, Months: 2}
	empty, err := w.Figures(ctx, span)
	w.must(err)
	want(t, "nothing yet", []int{empty.TrialsRunning, empty.PayingCustomers, len(empty.Revenue), len(empty.SignUps), len(empty.Cohorts), len(empty.Churn)}, []int{0, 0, 0, 3, 2, 2})

	euro, yen := w.plan("Pro"), w.plan("Yen", func(p *fleet.PlanInput) { p.Price = fleet.Money{Amount: 700, Currency: "JPY"} })
	ana := w.customer("ana")
	w.subscribe(ana, euro, 0) // a trial
	w.pay(w.subscribe(ana, euro, 0), 4900)
	w.pay(w.subscribe(w.customer("bob"), euro, 0), 4900)
	lost := w.pay(w.subscribe(w.customer("eve"), euro, 0), 4900)
	_, err = w.CancelSubscription(ctx, operator, fleet.CancelSubscriptionInput{SubscriptionRef: ref(lost)})
	w.must(err)
	_, _, err = w.RecordPayment(ctx, operator, fleet.RecordPaymentInput{
		SubscriptionID: w.subscribe(ana, yen, 0).ID, Money: fleet.Money{Amount: 700, Currency: "JPY"}, IdempotencyKey: newKey(),
	})
	w.must(err)
	old := w.subscribe(w.customer("old"), euro, 0)
	now := time.Now().UTC()
	lastMonth := time.Date(now.Year(), now.Month()-1, 10, 0, 0, 0, 0, time.UTC)
	mustDB(t, w.Store, "UPDATE customer_subscriptions SET created_at = ?, first_paid_at = ?, lost_at = NOW(6), state = 'SUSPENDED' WHERE id = ?", lastMonth, lastMonth, old.ID)

	got, err := w.Figures(ctx, span)
	w.must(err)
	want(t, "trials, paying", []int{got.TrialsRunning, got.PayingCustomers}, []int{1, 2})
	want(t, "revenue", got.Revenue, []fleet.Money{{Amount: 9800, Currency: "EUR"}, {Amount: 700, Currency: "JPY"}})
	want(t, "sign-ups today", got.SignUps[2], fleet.DayCount{Day: now.Format(time.DateOnly), Count: 5})
	month := func(t time.Time) string { return t.Format("2006-01") }
	want(t, "cohorts", got.Cohorts, []fleet.Cohort{
		{Month: month(lastMonth), Started: 1, Converted: 1, Paying: 0}, {Month: month(now), Started: 5, Converted: 4, Paying: 3},
	})
	want(t, "churn", got.Churn, []fleet.ChurnMonth{
		{Month: month(lastMonth), Before: 0, Gained: 1, Lost: 0}, {Month: month(now), Before: 1, Gained: 4, Lost: 2},
	})
	w.refuses(fleet.CodeInvalid, "days", func() error { _, err := w.Figures(ctx, fleet.FigureSpan{Days: 0, Months: 1}); return err })
}
