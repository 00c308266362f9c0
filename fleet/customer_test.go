package fleet_test

import (
	"errors"
	"strings"
	"testing"

	"central/fleet"
)

// wantFault holds that err has this code and is about this field.
func wantFault(t *testing.T, err error, code fleet.Code, field string) {
	t.Helper()
	var e *fleet.Error
	if !errors.As(err, &e) || e.Code != code || e.Field != field {
		t.Errorf("got %v, want %s about %q", err, code, field)
	}
}

func TestNormalEmail(t *testing.T) {
	for email, want := range map[string]string{
		" Ana.Lee@Example.COM ": "ana.lee@example.com",
		"a+b@x.example.com":     "a+b@x.example.com",
	} {
		if got, err := fleet.NormalEmail(email); err != nil || got != want {
			t.Errorf("%q is %q, %v", email, got, err)
		}
	}
	for _, email := range []string{
		"", "ana", "@example.com", "ana@", "ana@localhost", "ana@127.0.0.1", "a b@example.com", "ana@exa mple.com", "<ana@example.com>", "ana@b@example.com",
		"ana..lee@example.com", ".ana@example.com", "ana@example.com\nbcc: x@example.com", "аna@example.com", "ana@exаmple.com", strings.Repeat("a", 65) + "@example.com",
	} {
		if got, err := fleet.NormalEmail(email); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%q is taken for %q", email, got)
		}
	}
}

func TestCustomerInput_Validate(t *testing.T) {
	good := fleet.CustomerInput{Name: " Ana Lee ", Email: "Ana@Example.com", Company: " Acme  ", Notes: "two\nlines"}
	if err := good.Validate(); err != nil || good.Name != "Ana Lee" || good.Company != "Acme" || good.Email != "ana@example.com" {
		t.Errorf("got %+v, %v", good, err)
	}
	for field, in := range map[string]fleet.CustomerInput{
		"input.name":    {Name: "  ", Email: "a@example.com"},
		"input.email":   {Name: "a", Email: "nobody"},
		"input.company": {Name: "a", Email: "a@example.com", Company: "one\ntwo"},
		"input.notes":   {Name: "a", Email: "a@example.com", Notes: strings.Repeat("é", 10_001)},
	} {
		wantFault(t, in.Validate(), fleet.CodeInvalid, field)
	}
}

func TestPlanInput_Validate(t *testing.T) {
	none := 0
	noBytes := int64(0)
	good := func() fleet.PlanInput {
		return fleet.PlanInput{Name: " Pro ", Price: fleet.Money{Amount: 4900, Currency: "EUR"}, TrialDays: 14, GraceDays: 7}
	}
	in := good()
	if err := in.Validate(); err != nil || in.Name != "Pro" {
		t.Errorf("got %+v, %v", in, err)
	}
	for field, spoil := range map[string]func(*fleet.PlanInput){
		"input.name":                func(p *fleet.PlanInput) { p.Name = "" },
		"input.price.amount":        func(p *fleet.PlanInput) { p.Price.Amount = -1 },
		"input.price.currency":      func(p *fleet.PlanInput) { p.Price.Currency = "EURO" },
		"input.trialDays":           func(p *fleet.PlanInput) { p.TrialDays = 366 },
		"input.graceDays":           func(p *fleet.PlanInput) { p.GraceDays = -1 },
		"input.limits.users":        func(p *fleet.PlanInput) { p.Limits.Users = &none },
		"input.limits.storageBytes": func(p *fleet.PlanInput) { p.Limits.StorageBytes = &noBytes },
		"input.limits.sites":        func(p *fleet.PlanInput) { p.Limits.Sites = &none },
	} {
		in := good()
		spoil(&in)
		wantFault(t, in.Validate(), fleet.CodeInvalid, field)
	}
}
