package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"central/fleet"
	"central/store"
)

// What a webhook may bring, and how old its signature may be.
const (
	maxEvent        = 64 << 10
	maxSignatureAge = 5 * time.Minute
)

// paymentSucceeded is the type of the events that are recorded; every other one is acknowledged and left alone.
const paymentSucceeded = "payment.succeeded"

// payments is POST /webhooks/payments: what the payment provider reports, signed with a secret that both have.
type payments struct {
	store  *store.Store
	secret []byte // empty: nobody may report anything
	log    *slog.Logger
}

// paymentEvent is the body of a report.
type paymentEvent struct {
	ID             string    `json:"id"` // the provider's; the same one again records nothing twice
	Type           string    `json:"type"`
	SubscriptionID uint      `json:"subscriptionId"`
	Amount         int64     `json:"amount"` // minor units
	Currency       string    `json:"currency"`
	PaidAt         time.Time `json:"paidAt"`
	Note           string    `json:"note"`
}

// ServeHTTP implements http.Handler. A status below 300 means that the provider need not send the event again.
func (p *payments) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if len(p.secret) == 0 {
		refuse(w, http.StatusServiceUnavailable, fleet.Errorf(fleet.CodeNotReady, "This Central has no secret for payments: see --payments-secret."))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, fleet.Errorf(codeTooLarge, "An event is larger than %d bytes.", maxEvent))
		return
	}
	if err == nil {
		err = checkSignature(r.Header.Get("X-Central-Signature"), body, p.secret, time.Now())
	}
	if err != nil {
		p.log.Warn("a report of a payment was refused", "from", remoteAddress(r), "error", err)
		refuse(w, http.StatusUnauthorized, fleet.Errorf(fleet.CodeUnauthenticated, "The signature is missing, wrong or older than 5 minutes."))
		return
	}
	var event paymentEvent
	if err := json.Unmarshal(body, &event); err != nil || event.ID == "" || event.Type == "" {
		refuse(w, http.StatusBadRequest, fleet.Errorf(fleet.CodeInvalid, `Send one JSON object: {"id": "…", "type": "%s", "subscriptionId": 1, "amount": 4900, "currency": "EUR"}.`, paymentSucceeded))
		return
	}
	if event.Type != paymentSucceeded {
		acknowledge(w, map[string]any{"recorded": false})
		return
	}
	payment, subscription, err := p.store.RecordProviderPayment(r.Context(), remoteAddress(r), event.input())
	if err != nil {
		p.refuseEvent(w, event, err)
		return
	}
	acknowledge(w, map[string]any{"recorded": true, "paymentId": payment.ID, "state": subscription.State})
}

func (e paymentEvent) input() fleet.RecordPaymentInput {
	in := fleet.RecordPaymentInput{
		SubscriptionID: e.SubscriptionID, Money: fleet.Money{Amount: e.Amount, Currency: e.Currency}, Note: e.Note, IdempotencyKey: e.ID,
	}
	if !e.PaidAt.IsZero() {
		in.ReceivedAt = &e.PaidAt
	}
	return in
}

func (p *payments) refuseEvent(w http.ResponseWriter, event paymentEvent, err error) {
	p.log.Error("a reported payment was not recorded", "event", event.ID, "subscription", event.SubscriptionID, "error", err)
	status := http.StatusUnprocessableEntity
	switch fleet.ErrorCode(err) {
	case fleet.CodeNotFound:
		status = http.StatusNotFound
	case fleet.CodeKeyReused:
		status = http.StatusConflict
	case fleet.CodeInternal:
		status = http.StatusInternalServerError
	}
	refuse(w, status, err)
}

func acknowledge(w http.ResponseWriter, answer map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		slog.Debug("answer not sent", "error", err)
	}
}

// checkSignature holds that header, "t=SECONDS,v1=HEX", has the HMAC-SHA256 of "SECONDS.BODY" with the secret, and that
// SECONDS is not more than five minutes away. Of several v1, as while a secret is replaced, one has to be right.
func checkSignature(header string, body, secret []byte, now time.Time) error {
	at, signatures := "", []string{}
	for _, part := range strings.Split(header, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "t":
			at = value
		case "v1":
			signatures = append(signatures, value)
		}
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return errors.New("the signature has no time")
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > maxSignatureAge {
		return fmt.Errorf("the signature is %s old", age.Round(time.Second))
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(at + "."))
	mac.Write(body)
	right := mac.Sum(nil)
	for _, signature := range signatures {
		given, err := hex.DecodeString(signature)
		if err == nil && hmac.Equal(given, right) {
			return nil
		}
	}
	return errors.New("the signature is wrong")
}
