package store_test

import (
	"sync"
	"testing"
	"time"

	"central/fleet"
)

func TestStore_RecordPayment(t *testing.T) {
	w := newEmptyWorld(t)
	ctx := t.Context()
	pro := w.plan("Pro")
	s := w.subscribe(w.customer("ana"), pro, 0)
	in := fleet.RecordPaymentInput{SubscriptionID: s.ID, Money: fleet.Money{Amount: 5000, Currency: "EUR"}, Note: "by bank", IdempotencyKey: "receipt-1"}

	payment, paid, err := w.RecordPayment(ctx, operator, in)
	w.must(err)
	want(t, "subscription", []any{paid.State, paid.Credit, payment.Periods}, []any{fleet.SubscriptionActive, int64(100), 1})
	w.audited(operator, "recordPayment", "ana <ana@example.com>: 50.00 EUR", nil)
	list, err := w.PaymentsOf(ctx, s.ID, 10)
	w.must(err)
	want(t, "payments", list, []fleet.Payment{payment})

	t.Run("the same key again", func(t *testing.T) {
		before := w.state()
		again, after, err := w.RecordPayment(ctx, operator, in)
		w.must(err)
		want(t, "payment", []any{again.ID, after.Credit, w.state()["audit_entries"]}, []any{payment.ID, int64(100), before["audit_entries"]})
		other := in
		other.Money.Amount = 4900
		w.refuses(fleet.CodeKeyReused, "input.idempotencyKey", func() error { _, _, err := w.RecordPayment(ctx, operator, other); return err })
	})
	t.Run("the same key at the same moment", func(t *testing.T) {
		in := in
		in.IdempotencyKey = "receipt-2"
		var wait sync.WaitGroup
		ids, errs := make([]uint, 4), make([]error, 4)
		for i := range ids {
			wait.Go(func() {
				p, _, err := w.RecordPayment(ctx, operator, in)
				ids[i], errs[i] = p.ID, err
			})
		}
		wait.Wait()
		for i := range ids {
			w.must(errs[i])
			want(t, "payment", ids[i], ids[0])
		}
		want(t, "credit", w.subscription(s.ID).Credit, int64(200))
	})
	t.Run("a key of the provider's is another one", func(t *testing.T) {
		p, _, err := w.RecordProviderPayment(ctx, "192.0.2.9", in)
		w.must(err)
		want(t, "payment", []any{p.ID != payment.ID, p.Source, p.ActorName}, []any{true, fleet.PaymentByProvider, "payment provider"})
	})
	future := time.Now().Add(48 * time.Hour)
	for _, test := range []struct {
		name  string
		spoil func(*fleet.RecordPaymentInput)
		code  fleet.Code
		field string
	}{
		{"ErrUnknown", func(p *fleet.RecordPaymentInput) { p.SubscriptionID = 99 }, fleet.CodeNotFound, "input.subscriptionId"},
		{"ErrOtherCurrency", func(p *fleet.RecordPaymentInput) { p.Money.Currency = "USD" }, fleet.CodeInvalid, "input.money.currency"},
		{"ErrNothing", func(p *fleet.RecordPaymentInput) { p.Money.Amount = 0 }, fleet.CodeInvalid, "input.money.amount"},
		{"ErrNoKey", func(p *fleet.RecordPaymentInput) { p.IdempotencyKey = "" }, fleet.CodeInvalid, "input.idempotencyKey"},
		{"ErrFuture", func(p *fleet.RecordPaymentInput) { p.ReceivedAt = &future }, fleet.CodeInvalid, "input.receivedAt"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			in := in
			in.IdempotencyKey = newKey()
			test.spoil(&in)
			w.refuses(test.code, test.field, func() error { _, _, err := w.RecordPayment(ctx, operator, in); return err })
		})
	}
}
