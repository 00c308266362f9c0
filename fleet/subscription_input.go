package fleet

import (
	"strings"
	"time"
	"unicode/utf8"
)

// CreateSubscriptionInput is the input of CreateSubscription.
type CreateSubscriptionInput struct {
	CustomerID uint
	PlanID     uint
	SiteID     *uint
	Why        string
}

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (in *CreateSubscriptionInput) Validate() (err error) {
	in.Why, err = reason(in.Why, "input.why")
	return err
}

// SubscriptionRef is which subscription is to be changed, as it was when somebody looked at it.
type SubscriptionRef struct {
	SubscriptionID uint
	Version        int
	Why            string // in the words of who asks; may be empty
}

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (r *SubscriptionRef) Validate() (err error) {
	r.Why, err = reason(r.Why, "input.why")
	return err
}

// ChangePlanInput is the input of ChangePlan.
type ChangePlanInput struct {
	SubscriptionRef
	PlanID uint
}

// ExtendTrialInput is the input of ExtendTrial.
type ExtendTrialInput struct {
	SubscriptionRef
	Days int
}

// AssignSiteInput is the input of AssignSite.
type AssignSiteInput struct {
	SubscriptionRef
	SiteID *uint // nil: none any more
}

// CancelSubscriptionInput is the input of CancelSubscription.
type CancelSubscriptionInput struct {
	SubscriptionRef
	AtEnd bool // when the trial or the period that is paid has ended, not at once
}

// PaymentSource is who recorded a payment.
type PaymentSource string

// The sources of payments.
const (
	PaymentByHand     PaymentSource = "HAND"
	PaymentByProvider PaymentSource = "PROVIDER"
)

// Payment is money that came for a subscription. Central records it; it moves no money.
type Payment struct {
	ID             uint
	SubscriptionID uint
	Money          Money `gorm:"embedded;embeddedPrefix:money_"`
	Source         PaymentSource
	IdempotencyKey string // of who recorded it, or the provider's id of the event
	ReceivedAt     time.Time
	Note           string
	ActorName      string
	Periods        int // how many periods were paid with it, together with what was left before
	CreatedAt      time.Time
}

// RecordPaymentInput is the input of RecordPayment.
type RecordPaymentInput struct {
	SubscriptionID uint
	Money          Money
	ReceivedAt     *time.Time // now when nil
	Note           string
	IdempotencyKey string
}

// maxKey is how long an idempotency key may be.
const maxKey = 100

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (in *RecordPaymentInput) Validate(now time.Time) (err error) {
	if err := in.Money.Validate("input.money", 1); err != nil {
		return err
	}
	if in.ReceivedAt != nil && (in.ReceivedAt.After(now.Add(day)) || in.ReceivedAt.Year() < 2000) {
		return FieldErrorf(CodeInvalid, "input.receivedAt", "A payment was received some day since 2000, and not in the future.")
	}
	if n := len(in.IdempotencyKey); n == 0 || n > maxKey || !utf8.ValidString(in.IdempotencyKey) || strings.TrimSpace(in.IdempotencyKey) != in.IdempotencyKey {
		return FieldErrorf(CodeInvalid, "input.idempotencyKey", "Send a key of 1 to %d bytes, a new one for each payment.", maxKey)
	}
	in.Note, err = reason(in.Note, "input.note")
	return err
}
