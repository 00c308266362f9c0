package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// provider is who reports payments by webhook.
var provider = fleet.Actor{Name: "payment provider"}

// RecordPayment puts money that came on a subscription's account and uses it for as many periods as it suffices for. The
// same key with the same input returns the payment that is there; with another input it errs with CodeKeyReused. It errs
// with CodeInvalid for another currency than that of the subscription's price.
func (s *Store) RecordPayment(ctx context.Context, actor fleet.Actor, in fleet.RecordPaymentInput) (fleet.Payment, fleet.CustomerSubscription, error) {
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return fleet.Payment{}, fleet.CustomerSubscription{}, err
	}
	return s.recordPayment(ctx, actor, fleet.PaymentByHand, in)
}

// RecordProviderPayment is RecordPayment for what the payment provider has reported and signed; the key is its id of the
// event.
func (s *Store) RecordProviderPayment(ctx context.Context, remoteAddress string, in fleet.RecordPaymentInput) (fleet.Payment, fleet.CustomerSubscription, error) {
	actor := provider
	actor.RemoteAddress = remoteAddress
	return s.recordPayment(ctx, actor, fleet.PaymentByProvider, in)
}

func (s *Store) recordPayment(ctx context.Context, actor fleet.Actor, source fleet.PaymentSource, in fleet.RecordPaymentInput) (fleet.Payment, fleet.CustomerSubscription, error) {
	var payment fleet.Payment
	var subscription fleet.CustomerSubscription
	if err := in.Validate(now()); err != nil {
		return payment, subscription, err
	}
	record := func(tx *gorm.DB) error {
		// The subscription is locked first, so that one payment that is sent twice at once is recorded once.
		before, plan, err := lockSubscription(tx, in.SubscriptionID)
		if err != nil {
			return err
		}
		payment, err = paymentWithKey(tx, source, in)
		if err != nil || payment.ID != 0 {
			subscription = before
			return err
		}
		if in.Money.Currency != before.Price.Currency {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.money.currency", "This subscription is paid in %s, not in %s.", before.Price.Currency, in.Money.Currency)
		}
		var events []fleet.SubscriptionEvent
		subscription, events = before.Pay(in.Money.Amount, plan, now())
		queued, err := s.serveSites(tx, actor, &subscription)
		if err != nil {
			return err
		}
		payment = fleet.Payment{
			SubscriptionID: in.SubscriptionID, Money: in.Money, Source: source, IdempotencyKey: in.IdempotencyKey, ReceivedAt: now(),
			Note: in.Note, ActorName: actor.Name, CreatedAt: now(),
		}
		if in.ReceivedAt != nil {
			payment.ReceivedAt = in.ReceivedAt.UTC()
		}
		if events[0] == fleet.EventPeriodPaid {
			payment.Periods = len(events)
		}
		if err := gorm.G[fleet.Payment](tx).Create(ctx, &payment); err != nil {
			return err
		}
		if err := putSubscriptions(tx, []fleet.CustomerSubscription{subscription}); err != nil {
			return err
		}
		change := changeOf(actor, before, subscription, events[0], paidWords(in.Money, payment.Periods, subscription), in.Note)
		if err := gorm.G[fleet.SubscriptionChange](tx).Create(ctx, &change); err != nil {
			return err
		}
		customer, err := one[fleet.Customer](ctx, tx, "customer", before.CustomerID)
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "recordPayment", fmt.Sprintf("%s: %s", customerSubject(customer), in.Money), map[string]any{
			"subscriptionId": in.SubscriptionID, "money": in.Money.String(), "key": in.IdempotencyKey, "source": source, "before": before.State, "after": subscription.State,
		}, firstID(queued))
	}
	err := s.tx(ctx, record)
	if duplicate(err) { // the same key at the same moment, for another subscription
		payment, err = paymentWithKey(s.db.WithContext(ctx), source, in)
	}
	return payment, subscription, err
}

// paidWords say what a payment was used for.
func paidWords(money fleet.Money, periods int, after fleet.CustomerSubscription) string {
	words := money.String() + " came"
	if periods > 0 {
		words += fmt.Sprintf(", paid until %s", dateOf(*after.PeriodEndsAt))
	}
	if after.Credit > 0 {
		words += fmt.Sprintf(", %s wait to be used", fleet.Money{Amount: after.Credit, Currency: money.Currency})
	}
	return words
}

// paymentWithKey is the payment that this key recorded, or the zero Payment.
func paymentWithKey(tx *gorm.DB, source fleet.PaymentSource, in fleet.RecordPaymentInput) (fleet.Payment, error) {
	payment, err := gorm.G[fleet.Payment](tx).Where("source = ? AND idempotency_key = ?", source, in.IdempotencyKey).First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fleet.Payment{}, nil
	}
	if err == nil && (payment.SubscriptionID != in.SubscriptionID || payment.Money != in.Money || payment.Note != in.Note) {
		err = fleet.FieldErrorf(fleet.CodeKeyReused, "input.idempotencyKey", "This key belongs to a payment of %s for subscription %d; choose a new key.", payment.Money, payment.SubscriptionID)
	}
	return payment, err
}
