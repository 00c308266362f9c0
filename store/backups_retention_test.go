package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

func TestStore_ExpireBackups(t *testing.T) {
	expire := func(w *world, at time.Time) int {
		w.t.Helper()
		n, err := w.ExpireBackups(w.t.Context(), at)
		w.must(err)
		return n
	}
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		at := time.Now().UTC()
		old, newest := w.backUp(site, at.AddDate(0, 0, -100)), w.backUp(site, at)
		_, err := w.SaveSecret(t.Context(), store.BackupKey(old.ID), []byte("sealed"))
		w.must(err)
		want(t, "expired", expire(w, at.Add(time.Minute)), 1)
		want(t, "expired again", expire(w, at.Add(time.Minute)), 0)
		want(t, "state", w.getBackup(old.ID).State, fleet.BackupRemoving)
		action, ref := w.claim(fleet.ActionRemoveBackups)
		list, err := w.BackupsToRemove(t.Context(), action.ID)
		w.must(err)
		if len(list) != 1 || list[0].ID != old.ID {
			t.Fatalf("to be removed: %+v", list)
		}
		w.must(w.BackupGone(t.Context(), ref, old.ID))
		w.finish(ref, nil)
		gone := w.getBackup(old.ID)
		if gone.State != fleet.BackupRemoved || gone.RemovedAt == nil || gone.ServerID != nil {
			t.Errorf("%+v", gone)
		}
		if _, err := w.Secret(t.Context(), store.BackupKey(old.ID)); fleet.ErrorCode(err) != fleet.CodeNotFound {
			t.Errorf("its key is still there: %v", err)
		}
		want(t, "the newest", w.getBackup(newest.ID).State, fleet.BackupComplete)
		for gone, n := range map[bool]int{false: 1, true: 2} {
			list, err := w.BackupsOfSite(t.Context(), site.ID, gone)
			w.must(err)
			want(t, fmt.Sprintf("listed with those that are gone: %v", gone), len(list), n)
		}
	})

	t.Run("FailedRemovalIsTriedAgain", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		at := time.Now().UTC()
		old := w.backUp(site, at.AddDate(0, 0, -100))
		w.backUp(site, at)
		expire(w, at.Add(time.Minute))
		_, ref := w.claim(fleet.ActionRemoveBackups)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeUnreachable})
		want(t, "expired a day later", expire(w, at.Add(25*time.Hour)), 1)
		want(t, "state", w.getBackup(old.ID).State, fleet.BackupRemoving)
	})

	t.Run("NotWhileTheSiteIsBusy", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "acme.example.com")[0]
		at := time.Now().UTC()
		old := w.backUp(site, at.AddDate(0, 0, -100))
		w.backUp(site, at)
		_, _, err := w.BackUpSite(t.Context(), operator, site.ID)
		w.must(err)
		want(t, "expired", expire(w, at.Add(time.Minute)), 0)
		want(t, "state", w.getBackup(old.ID).State, fleet.BackupComplete)
	})

	t.Run("SeveralAtOnce", func(t *testing.T) {
		w := newWorld(t)
		at := time.Now().UTC()
		for _, site := range w.site(w.bench, "a.example.com", "b.example.com", "c.example.com") {
			w.backUp(site, at.AddDate(0, 0, -100))
			w.backUp(site, at)
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := w.ExpireBackups(t.Context(), at.Add(time.Minute)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		removed := 0
		for _, action := range w.queued(fleet.ActionRemoveBackups) {
			list, err := w.BackupsToRemove(t.Context(), action.ID)
			w.must(err)
			removed += len(list)
		}
		want(t, "to be removed", removed, 3)
	})
}
