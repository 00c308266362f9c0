package main

import (
	"bytes"
	"fmt"
	"os"
)

// minPaymentsSecret is how many bytes the secret of the payment provider has at least.
const minPaymentsSecret = 16

// paymentsFlags say how the payment provider proves that a report is its own.
type paymentsFlags struct {
	PaymentsSecret string `env:"CENTRAL_PAYMENTS_SECRET" type:"path" placeholder:"FILE" help:"File of the secret that the payment provider signs its reports to /webhooks/payments with; none are taken when not given."`
}

// paymentsSecret reads the secret, empty when there is none. White space around it does not count. It errs for one that
// could be guessed.
func (f paymentsFlags) paymentsSecret() ([]byte, error) {
	if f.PaymentsSecret == "" {
		return nil, nil
	}
	text, err := os.ReadFile(f.PaymentsSecret)
	if err != nil {
		return nil, fmt.Errorf("--payments-secret: %w", err)
	}
	secret := bytes.TrimSpace(text)
	if len(secret) < minPaymentsSecret {
		return nil, fmt.Errorf("--payments-secret: %s holds fewer than %d bytes", f.PaymentsSecret, minPaymentsSecret)
	}
	return secret, nil
}
