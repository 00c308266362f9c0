package fleet

import (
	"errors"
	"testing"
)

func TestStandbyPoolInput_Validate(t *testing.T) {
	for name, test := range map[string]struct {
		in    StandbyPoolInput
		field string
	}{
		"None": {StandbyPoolInput{}, ""}, "Most": {StandbyPoolInput{Size: 500, Region: "fra1"}, ""},
		"Negative": {StandbyPoolInput{Size: -1}, "input.size"}, "TooMany": {StandbyPoolInput{Size: 501}, "input.size"}, "Region": {StandbyPoolInput{Region: "-x"}, "input.region"},
	} {
		err := test.in.Validate()
		var e *Error
		if (err != nil) != (test.field != "") || errors.As(err, &e) && (e.Code != CodeInvalid || e.Field != test.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStandbyName(t *testing.T) {
	name := StandbyName("ABCDEF234567", "example.com")
	if name != "standby-abcdef234567.example.com" {
		t.Errorf("it is %s", name)
	}
	if err := (NameRules{Domains: []string{"example.com"}}).Check(name); err != nil {
		t.Error(err)
	}
}
