package fleet_test

import (
	"testing"

	"central/fleet"
)

func TestMoney_Decimal(t *testing.T) {
	for money, want := range map[fleet.Money]string{
		{Amount: 4900, Currency: "EUR"}: "49.00 EUR",
		{Amount: 5, Currency: "EUR"}:    "0.05 EUR",
		{Amount: -5, Currency: "USD"}:   "-0.05 USD",
		{Amount: 4900, Currency: "JPY"}: "4900 JPY",
		{Amount: 4900, Currency: "KWD"}: "4.900 KWD",
		{Amount: 0, Currency: "INR"}:    "0.00 INR",
	} {
		if got := money.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMoney_Validate(t *testing.T) {
	if err := (fleet.Money{Amount: 1, Currency: "EUR"}).Validate("input.price", 1); err != nil {
		t.Error(err)
	}
	for money, field := range map[fleet.Money]string{
		{Amount: 1, Currency: "eur"}:                 "input.price.currency",
		{Amount: 1, Currency: ""}:                    "input.price.currency",
		{Amount: 1, Currency: "XXX"}:                 "input.price.currency",
		{Amount: 1, Currency: "R E"}:                 "input.price.currency",
		{Amount: 0, Currency: "EUR"}:                 "input.price.amount",
		{Amount: -1, Currency: "EUR"}:                "input.price.amount",
		{Amount: 1_000_000_000_001, Currency: "EUR"}: "input.price.amount",
	} {
		wantFault(t, money.Validate("input.price", 1), fleet.CodeInvalid, field)
	}
}
