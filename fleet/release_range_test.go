package fleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

func TestReleaseRange_Touches(t *testing.T) {
	for _, test := range []struct {
		in   fleet.ReleaseRange
		want []string
	}{
		{fleet.ReleaseRange{Count: 3}, []string{}},
		{fleet.ReleaseRange{Count: 3, Patches: 1, Hooks: true}, []string{"1 patch", "hooks"}},
		{fleet.ReleaseRange{Count: 3, Patches: 12, Schema: true, Hooks: true}, []string{"12 patches", "schema", "hooks"}},
	} {
		if diff := cmp.Diff(test.want, test.in.Touches()); diff != "" {
			t.Errorf("%+v: %s", test.in, diff)
		}
	}
}

func TestPlanDeploy_Moves(t *testing.T) {
	in := planInput(1, 2, 3)
	in.Releases = append(in.Releases, fleet.AppCommit{App: "frappe", Commit: frappe[1]})
	plan := fleet.PlanDeploy(in, planFacts())
	want := []fleet.PlanMove{
		{App: "frappe", FromCommit: frappe[0], FromVersion: "1.0.0", ToCommit: frappe[1], ToVersion: "1.1.0", Sites: 3},
		{App: "shop", FromCommit: shop[0], FromVersion: "1.0.0", ToCommit: shop[2], ToVersion: "1.2.0", Sites: 2},
		{App: "shop", FromCommit: shop[1], FromVersion: "1.1.0", ToCommit: shop[2], ToVersion: "1.2.0", Sites: 1},
	}
	for _, group := range plan.Groups {
		if group.BenchName != "alpha" {
			continue
		}
		if diff := cmp.Diff(want, group.Moves); diff != "" {
			t.Error(diff)
		}
	}

	back := planInput(3)
	back.Releases[0].Commit = shop[0]
	got := fleet.PlanDeploy(back, planFacts()).Groups[0].Moves
	if len(got) != 1 || !got[0].Backwards || got[0].FromCommit != shop[1] {
		t.Errorf("going back: %+v", got)
	}
}
