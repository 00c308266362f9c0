package server_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// signed is the header of a body that was signed with a secret at a moment.
func signed(body, secret string, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

// report sends an event to the webhook.
func (c *central) report(body, signature string) (int, string) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.web.URL+"/webhooks/payments", strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if signature != "" {
		request.Header.Set("X-Central-Signature", signature)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

// suspended is a subscription that nobody paid in time.
func (c *central) suspended() fleet.CustomerSubscription {
	c.t.Helper()
	ctx := c.t.Context()
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	plan, err := c.store.CreatePlan(ctx, admin, fleet.PlanInput{Name: "Pro", Price: fleet.Money{Amount: 4900, Currency: "EUR"}, GraceDays: 7})
	must(err)
	customer, err := c.store.CreateCustomer(ctx, admin, fleet.CustomerInput{Name: "Ana", Email: "ana@example.com"})
	must(err)
	subscription, err := c.store.CreateSubscription(ctx, admin, fleet.CreateSubscriptionInput{CustomerID: customer.ID, PlanID: plan.ID})
	must(err)
	_, err = c.store.AdvanceSubscriptions(ctx, time.Now().UTC().AddDate(0, 0, 8))
	must(err)
	subscription, err = c.store.Subscription(ctx, subscription.ID)
	must(err)
	if subscription.State != fleet.SubscriptionSuspended {
		c.t.Fatalf("it is %s", subscription.State)
	}
	return subscription
}

func TestPaymentsWebhook(t *testing.T) {
	c := newCentral(t)
	s := c.suspended()
	now := time.Now()
	event := func(id string, amount int, currency string) string {
		return fmt.Sprintf(`{"id": %q, "type": "payment.succeeded", "subscriptionId": %d, "amount": %d, "currency": %q}`, id, s.ID, amount, currency)
	}
	body := event("evt_1", 4900, "EUR")
	recorded := func() int {
		payments, err := c.store.PaymentsOf(t.Context(), s.ID, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(payments)
	}

	for name, signature := range map[string]string{
		"none":               "",
		"no time":            strings.TrimLeft(signed(body, paymentsSecret, now), "t=0123456789"),
		"another secret":     signed(body, "guessed", now),
		"another body":       signed(event("evt_1", 49000, "EUR"), paymentsSecret, now),
		"six minutes old":    signed(body, paymentsSecret, now.Add(-6*time.Minute)),
		"of the future":      signed(body, paymentsSecret, now.Add(6*time.Minute)),
		"another time":       strings.Replace(signed(body, paymentsSecret, now.Add(-10*time.Minute)), "t=", fmt.Sprintf("t=%d,x=", now.Unix()), 1),
		"nothing but a time": fmt.Sprintf("t=%d,v1=", now.Unix()),
	} {
		t.Run("refuses a signature: "+name, func(t *testing.T) {
			if status, answer := c.report(body, signature); status != http.StatusUnauthorized || !strings.Contains(answer, "UNAUTHENTICATED") {
				t.Errorf("got %d %s", status, answer)
			}
		})
	}
	if n := recorded(); n != 0 {
		t.Fatalf("%d payments were recorded without a signature", n)
	}

	t.Run("records a payment once and lets the subscription go on", func(t *testing.T) {
		for range 2 {
			status, answer := c.report(body, "v1=00,"+signed(body, paymentsSecret, now))
			if status != http.StatusOK || !strings.Contains(answer, `"state":"ACTIVE"`) {
				t.Fatalf("got %d %s", status, answer)
			}
		}
		if n := recorded(); n != 1 {
			t.Errorf("it was recorded %d times", n)
		}
	})
	for name, test := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"no JSON":              {"nothing", 400, "INVALID"},
		"no id":                {`{"type": "payment.succeeded"}`, 400, "INVALID"},
		"an odd amount":        {strings.Replace(event("evt_2", 1, "EUR"), `"amount": 1`, `"amount": 1.5`, 1), 400, "INVALID"},
		"another currency":     {event("evt_3", 4900, "USD"), 422, "INVALID"},
		"a payment of nothing": {event("evt_4", 0, "EUR"), 422, "INVALID"},
		"the id of another":    {event("evt_1", 100, "EUR"), 409, "KEY_REUSED"},
		"nobody's":             {strings.Replace(event("evt_5", 4900, "EUR"), fmt.Sprintf(`"subscriptionId": %d`, s.ID), `"subscriptionId": 999`, 1), 404, "NOT_FOUND"},
		"too much":             {`{"id": "` + strings.Repeat("x", 70_000) + `"}`, 413, "TOO_LARGE"},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			if status, answer := c.report(test.body, signed(test.body, paymentsSecret, now)); status != test.status || !strings.Contains(answer, test.code) {
				t.Errorf("got %d %s", status, answer)
			}
		})
	}
	t.Run("leaves other events alone", func(t *testing.T) {
		other := `{"id": "evt_9", "type": "payment.failed"}`
		if status, answer := c.report(other, signed(other, paymentsSecret, now)); status != http.StatusOK || !strings.Contains(answer, `"recorded":false`) {
			t.Errorf("got %d %s", status, answer)
		}
	})
	if n := recorded(); n != 1 {
		t.Errorf("in the end there are %d payments", n)
	}
	if strings.Contains(c.log.String(), paymentsSecret) {
		t.Error("the secret is in the log")
	}
}
