package fleet_test

import (
	"testing"

	"central/fleet"
)

func TestPosition_Missing(t *testing.T) {
	for _, c := range []struct {
		name, mine, other string
		want              uint64
	}{
		{"Same", "0-1-10", "0-1-10", 0},
		{"Behind", "0-1-10", "0-1-7", 3},
		{"Ahead", "0-1-7", "0-1-10", 0},
		{"ServerIDsDoNotCount", "0-1-10", "0-2-10", 0},
		{"SeveralDomains", "0-1-10,4-1-5", "4-1-4,0-1-8", 3},
		{"DomainUnknownToTheOther", "0-1-10,4-1-5", "0-1-10", 5},
		{"Nothing", "", "0-1-3", 0},
		{"NoPosition", "0-1,x-1-2,-,0-1-9", "", 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fleet.ParsePosition(c.mine).Missing(fleet.ParsePosition(c.other)); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestPosition_Later(t *testing.T) {
	got := fleet.ParsePosition("0-1-10,4-1-5").Later(fleet.ParsePosition("0-2-12,7-1-1"))
	if len(got) != 3 || got[0] != 12 || got[4] != 5 || got[7] != 1 {
		t.Errorf("got %v", got)
	}
}

func TestPosition_String(t *testing.T) {
	if got := fleet.ParsePosition("4-1-5,0-2-10").String(); got != "0-0-10,4-0-5" {
		t.Errorf("got %q", got)
	}
}
