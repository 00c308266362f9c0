package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

func TestStore_EarlierMoves(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "acme.example.com", "beta.example.com")
	acme, beta := sites[0].ID, sites[1].ID
	// move deploys to a site and returns the action that moves it.
	move := func(site uint, failure *fleet.Failure) uint {
		t.Helper()
		deploy := w.deploy(1, site)
		w.workWith(func(a *fleet.Action) *fleet.Failure {
			if a.Kind != fleet.ActionMoveSite {
				return nil
			}
			return failure
		})
		rows, err := w.DeploySitesOf(t.Context(), deploy.ID)
		w.must(err)
		return rows[0].ActionID
	}
	want := func(t *testing.T, site, before uint, moves ...uint) {
		t.Helper()
		got, err := w.EarlierMoves(t.Context(), site, before)
		w.must(err)
		if diff := cmp.Diff(moves, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	failed := &fleet.Failure{Code: fleet.CodeMigrationFailed, Message: "No."}
	first, other, second := move(acme, failed), move(beta, failed), move(acme, failed)

	t.Run("NewestFirst", func(t *testing.T) { want(t, acme, second+1, second, first) })
	t.Run("NotThisOne", func(t *testing.T) { want(t, acme, second, first) })
	t.Run("NotThoseOfOthers", func(t *testing.T) { want(t, beta, second, other) })
	t.Run("None", func(t *testing.T) { want(t, acme, first, []uint{}...) })
	t.Run("AtMost20", func(t *testing.T) {
		var last uint
		for range 20 {
			last = move(acme, failed)
		}
		got, err := w.EarlierMoves(t.Context(), acme, last+1)
		w.must(err)
		if len(got) != 20 || got[0] != last || got[19] <= second {
			t.Errorf("got %v", got)
		}
	})
}
