package store_test

import (
	"sync"
	"testing"
	"time"

	"central/fleet"
)

func TestStore_AppsToLookAt(t *testing.T) {
	w := newWorld(t)
	// due is how many apps are due for one of several runners that ask at once.
	due := func(every time.Duration) int {
		t.Helper()
		var all sync.WaitGroup
		found := make(chan fleet.App, 100)
		for range 4 {
			all.Go(func() {
				apps, err := w.AppsToLookAt(t.Context(), every)
				if err != nil {
					t.Error(err)
				}
				for _, app := range apps {
					found <- app
				}
			})
		}
		all.Wait()
		return len(found)
	}
	want(t, "those that were never looked at", due(time.Hour), 2)
	want(t, "those that were looked at", due(time.Hour), 0)
	w.must(w.AnnounceReleases(t.Context(), w.apps["shop"].ID))
	want(t, "those that were announced", due(time.Hour), 1)
	mustDB(t, w.Store, "UPDATE apps SET looked_at = looked_at - INTERVAL 2 HOUR")
	want(t, "those whose turn it is", due(time.Hour), 2)
}

func TestStore_AppLooked(t *testing.T) {
	// fetches is how many fetches of shop are on record since the world was made.
	fetches := func(w *world) int {
		w.t.Helper()
		var n int
		w.must(w.DB().QueryRowContext(w.t.Context(), "SELECT COUNT(*) FROM actions WHERE kind = 'FETCH_RELEASES' AND app_id = ?", w.apps["shop"].ID).Scan(&n))
		return n - 1
	}
	looked := func(w *world, head string) {
		w.t.Helper()
		w.must(w.AppLooked(w.t.Context(), w.apps["shop"].ID, head, nil))
	}

	t.Run("NothingNew", func(t *testing.T) {
		w := newWorld(t)
		looked(w, shop[3])
		want(t, "fetches", fetches(w), 0)
	})

	t.Run("Moved", func(t *testing.T) {
		w := newWorld(t)
		for range 2 {
			looked(w, commit(0xbeef))
		}
		want(t, "fetches", fetches(w), 1)
	})

	t.Run("FailedFetchIsNotRepeatedAtOnce", func(t *testing.T) {
		w := newWorld(t)
		looked(w, commit(0xbeef))
		_, ref := w.claim(fleet.ActionFetchReleases)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "no"})
		looked(w, commit(0xbeef))
		want(t, "fetches", fetches(w), 1)
		mustDB(t, w.Store, "UPDATE actions SET finished_at = finished_at - INTERVAL 31 MINUTE")
		looked(w, commit(0xbeef))
		want(t, "fetches later", fetches(w), 2)
	})

	t.Run("FailedLookIsTold", func(t *testing.T) {
		w := newWorld(t)
		id := w.apps["shop"].ID
		w.must(w.AppLooked(t.Context(), id, "", &fleet.Failure{Message: "git ls-remote of shop failed: no route"}))
		app, err := w.App(t.Context(), id)
		w.must(err)
		want(t, "error", app.LookError, "git ls-remote of shop failed: no route")
		want(t, "fetches", fetches(w), 0)
		looked(w, shop[3])
		app, err = w.App(t.Context(), id)
		w.must(err)
		want(t, "error afterwards", app.LookError, "")
	})
}
