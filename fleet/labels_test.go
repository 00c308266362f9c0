package fleet_test

import (
	"slices"
	"strings"
	"testing"

	"central/fleet"
)

func TestSortedLabels(t *testing.T) {
	got, err := fleet.SortedLabels([]string{"nvme", "fra1", "nvme"})
	if err != nil || !slices.Equal(got, []string{"fra1", "nvme"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := fleet.SortedLabels(nil); err != nil || got == nil || len(got) > 0 {
		t.Errorf("of none: %#v, %v", got, err)
	}
	for _, bad := range []string{"", "-x", "x-", "Big", "a b", "{{ x }}", "$(id)", "a\n", strings.Repeat("a", 33)} {
		if _, err := fleet.SortedLabels([]string{bad}); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	var many []string
	for r := 'a'; r <= 'q'; r++ {
		many = append(many, string(r))
	}
	if _, err := fleet.SortedLabels(many); fleet.ErrorCode(err) != fleet.CodeInvalid {
		t.Errorf("17 labels: %v", err)
	}
}

func TestServerChange(t *testing.T) {
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	for _, test := range []struct {
		change fleet.ServerChange
		field  string // "" when it is right
	}{
		{fleet.ServerChange{}, ""},
		{fleet.ServerChange{Region: text("fra1"), Labels: []string{"b", "a"}, ActionsAtOnce: number(64)}, ""},
		{fleet.ServerChange{Region: text("")}, ""},
		{fleet.ServerChange{Region: text("fra 1")}, "input.region"},
		{fleet.ServerChange{Labels: []string{"{{ x }}"}}, "input.labels"},
		{fleet.ServerChange{ActionsAtOnce: number(0)}, "input.actionsAtOnce"},
		{fleet.ServerChange{ActionsAtOnce: number(65)}, "input.actionsAtOnce"},
	} {
		wantError(t, test.change.Validate(), invalidIf(test.field), test.field)
	}
}
