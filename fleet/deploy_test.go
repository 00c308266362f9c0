package fleet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"central/fleet"
)

func TestDeployInput_Validate(t *testing.T) {
	good := func() fleet.DeployInput {
		return fleet.DeployInput{SiteIDs: []uint{1}, Releases: []fleet.AppCommit{{App: "shop", Commit: shop[0]}}, IdempotencyKey: "k"}
	}
	for _, test := range []struct {
		name   string
		change func(*fleet.DeployInput)
		code   fleet.Code
		field  string
	}{
		{"OK", func(*fleet.DeployInput) {}, "", ""},
		{"LongestKey", func(in *fleet.DeployInput) { in.IdempotencyKey = strings.Repeat("é", 100) }, "", ""},
		{"MostAtOnce", func(in *fleet.DeployInput) { in.SitesAtOnce = fleet.MaxSitesAtOnce }, "", ""},
		{"ErrNoSites", func(in *fleet.DeployInput) { in.SiteIDs = nil }, fleet.CodeNoSites, "input.siteIds"},
		{"ErrEmptySites", func(in *fleet.DeployInput) { in.SiteIDs = []uint{} }, fleet.CodeNoSites, "input.siteIds"},
		{"ErrTooManyAtOnce", func(in *fleet.DeployInput) { in.SitesAtOnce = fleet.MaxSitesAtOnce + 1 }, fleet.CodeInvalid, "input.sitesAtOnce"},
		{"ErrNegativeAtOnce", func(in *fleet.DeployInput) { in.SitesAtOnce = -1 }, fleet.CodeInvalid, "input.sitesAtOnce"},
		{"ErrNoKey", func(in *fleet.DeployInput) { in.IdempotencyKey = "" }, fleet.CodeInvalid, "input.idempotencyKey"},
		{"ErrLongKey", func(in *fleet.DeployInput) { in.IdempotencyKey = strings.Repeat("é", 101) }, fleet.CodeInvalid, "input.idempotencyKey"},
		{"ErrNoReleases", func(in *fleet.DeployInput) { in.Releases = nil }, fleet.CodeInvalid, "input.releases"},
		{"ErrAppName", func(in *fleet.DeployInput) { in.Releases[0].App = "--shop" }, fleet.CodeInvalid, "input.releases.0.app"},
		{"ErrBranchForCommit", func(in *fleet.DeployInput) { in.Releases[0].Commit = "main" }, fleet.CodeInvalid, "input.releases.0.commit"},
		{"ErrAppTwice", func(in *fleet.DeployInput) {
			in.Releases = append(in.Releases, fleet.AppCommit{App: "shop", Commit: shop[1]})
		}, fleet.CodeInvalid, "input.releases.1.app"},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := good()
			test.change(&in)
			wantError(t, in.Validate(), test.code, test.field)
		})
	}

	t.Run("DefaultAtOnce", func(t *testing.T) {
		in := good()
		if err := in.Validate(); err != nil || in.SitesAtOnce != fleet.DefaultSitesAtOnce {
			t.Errorf("%d at once, %v", in.SitesAtOnce, err)
		}
	})
}

func TestDeploy_Outcome(t *testing.T) {
	for _, test := range []struct {
		name   string
		deploy fleet.Deploy
		want   fleet.DeployStatus
	}{
		{"AllDone", fleet.Deploy{Total: 2, Done: 2}, fleet.DeploySucceeded},
		{"RolledBack", fleet.Deploy{Total: 2, Done: 1, RolledBack: 1}, fleet.DeployFailed},
		{"Broken", fleet.Deploy{Total: 2, Done: 1, Broken: 1}, fleet.DeployFailed},
		{"NotStarted", fleet.Deploy{Total: 2, NotStarted: 2}, fleet.DeployFailed},
		{"Cancelled", fleet.Deploy{Total: 2, Done: 1, Cancelled: 1}, fleet.DeployCancelled},
		{"CancelledAndFailed", fleet.Deploy{Total: 2, Cancelled: 1, RolledBack: 1}, fleet.DeployFailed},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.deploy.Outcome(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestDeploy_ProgressOf(t *testing.T) {
	started := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ended := started.Add(time.Hour)
	seconds := func(n int) *int { return &n }
	for _, test := range []struct {
		name   string
		deploy fleet.Deploy
		now    time.Time
		left   *int
	}{
		{"NotStarted", fleet.Deploy{Status: fleet.DeployQueued, Total: 4}, started, nil},
		{"NoneEnded", fleet.Deploy{Status: fleet.DeployRunning, Total: 4, StartedAt: &started}, started.Add(time.Minute), nil},
		{"OneOfFour", fleet.Deploy{Status: fleet.DeployRunning, Total: 4, Done: 1, StartedAt: &started}, started.Add(time.Minute), seconds(180)},
		{"AnyEndCounts", fleet.Deploy{Status: fleet.DeployRunning, Total: 6, Done: 1, RolledBack: 1, Broken: 1, StartedAt: &started}, started.Add(time.Minute), seconds(60)},
		{"Cancelling", fleet.Deploy{Status: fleet.DeployCancelling, Total: 4, Cancelled: 3, StartedAt: &started}, started.Add(30 * time.Second), seconds(10)},
		{"ClockBehind", fleet.Deploy{Status: fleet.DeployRunning, Total: 4, Done: 1, StartedAt: &started}, started.Add(-time.Minute), seconds(0)},
		{"Ended", fleet.Deploy{Status: fleet.DeployFailed, Total: 4, NotStarted: 4, StartedAt: &started, FinishedAt: &ended}, ended, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := test.deploy
			want := fleet.DeployProgress{
				Status: d.Status, Total: d.Total, Running: 2, Done: d.Done, RolledBack: d.RolledBack, Broken: d.Broken,
				Cancelled: d.Cancelled, NotStarted: d.NotStarted, SecondsLeft: test.left, StartedAt: d.StartedAt, FinishedAt: d.FinishedAt,
			}
			if diff := cmp.Diff(want, d.ProgressOf(2, test.now)); diff != "" {
				t.Errorf("progress (-want +got):\n%s", diff)
			}
		})
	}
}

// A deploy whose sites have all ended has a final state, and nothing is left to wait for.
func TestDeploy_Properties(t *testing.T) {
	started := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 5000)
		d := fleet.Deploy{
			Status: fleet.DeployRunning, StartedAt: &started, Done: count.Draw(t, "done"), RolledBack: count.Draw(t, "rolled back"),
			Broken: count.Draw(t, "broken"), Cancelled: count.Draw(t, "cancelled"), NotStarted: count.Draw(t, "not started"),
		}
		d.Total = d.Ended() + rapid.IntRange(0, 5000).Draw(t, "waiting")
		if d.Total == 0 {
			return
		}
		if !d.Outcome().Finished() {
			t.Fatalf("%s is no outcome", d.Outcome())
		}
		left := d.ProgressOf(0, started.Add(time.Minute)).SecondsLeft
		if (left == nil) != (d.Ended() == 0) {
			t.Fatalf("%d of %d have ended and %v seconds are left", d.Ended(), d.Total, left)
		}
		if left != nil && (*left < 0 || *left == 0 && d.Ended() == 0) {
			t.Fatalf("%d seconds are left", *left)
		}
		if left != nil && d.Ended() == d.Total && *left != 0 {
			t.Fatalf("all have ended and %d seconds are left", *left)
		}
	})
}

func TestStatuses(t *testing.T) {
	deploy := map[fleet.DeployStatus]bool{
		fleet.DeployQueued: false, fleet.DeployRunning: false, fleet.DeployCancelling: false,
		fleet.DeploySucceeded: true, fleet.DeployFailed: true, fleet.DeployCancelled: true,
	}
	for status, want := range deploy {
		if status.Finished() != want {
			t.Errorf("a deploy that is %s: finished is %v", status, !want)
		}
	}
	action := map[fleet.ActionStatus]bool{
		fleet.ActionQueued: false, fleet.ActionRunning: false,
		fleet.ActionSucceeded: true, fleet.ActionFailed: true, fleet.ActionCancelled: true, fleet.ActionSkipped: true,
	}
	for status, want := range action {
		if status.Finished() != want {
			t.Errorf("an action that is %s: finished is %v", status, !want)
		}
	}
	for status, want := range map[fleet.SiteStatus][2]bool{ // routed, gone
		fleet.SiteCreating: {true, false}, fleet.SiteActive: {true, false}, fleet.SiteBroken: {true, false},
		fleet.SiteFailed: {false, true}, fleet.SiteArchived: {false, true},
	} {
		if got := [2]bool{status.Routed(), status.Gone()}; got != want {
			t.Errorf("a site that is %s: routed and gone are %v, want %v", status, got, want)
		}
	}
}
