package store_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
)

func (w *world) expired(at time.Time) int {
	w.t.Helper()
	n, err := w.ExpireBackups(w.t.Context(), at)
	w.must(err)
	return n
}

func TestStore_RemoveBackup(t *testing.T) {
	const name = "acme.example.com"
	remove := func(w *world, in fleet.BackupRemovalInput) error {
		_, _, err := w.RemoveBackup(w.t.Context(), admin, in)
		return err
	}

	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, name)[0]
		older, at := time.Now().Add(-48*time.Hour), time.Now()
		first := w.backUp(site, older)
		newest := w.backUp(site, at)
		plan, err := w.BackupRemovalPlan(t.Context(), viewer, fleet.BackupRemovalInput{BackupID: newest.ID})
		w.must(err)
		said := strings.Join(plan.Does, " ")
		if len(plan.Notes) != 0 || plan.Last || !strings.Contains(said, "from the disk of "+w.master.Name) || !strings.Contains(said, "One other complete backup") {
			t.Errorf("the plan is %+v", plan)
		}
		backup, action, err := w.RemoveBackup(t.Context(), admin, fleet.BackupRemovalInput{BackupID: newest.ID, ConfirmName: name})
		w.must(err)
		w.audited(admin, "removeBackup", name, &action.ID)
		want(t, "it", []any{backup.State, *w.getBackup(newest.ID).RemoveID}, []any{fleet.BackupRemoving, action.ID})
		want(t, "the age of its newest", w.lastBackup(site.ID), *first.TakenAt)
		_, ref := w.claim(fleet.ActionRemoveBackups)
		list, err := w.BackupsToRemove(t.Context(), action.ID)
		w.must(err)
		want(t, "what is removed", []any{len(list), list[0].ID}, []any{1, newest.ID})
		w.must(w.BackupGone(t.Context(), ref, newest.ID))
		w.finish(ref, nil)
		want(t, "it", w.getBackup(newest.ID).State, fleet.BackupRemoved)
		w.refuses(fleet.CodeNotReady, "input.backupId", func() error { return remove(w, fleet.BackupRemovalInput{BackupID: newest.ID, ConfirmName: name}) })
	})

	// A removal that fails is tried again with what the policy removes.
	t.Run("FailedIsTriedAgain", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, name)[0]
		backup := w.backUp(site, time.Now())
		w.must(remove(w, fleet.BackupRemovalInput{BackupID: backup.ID, ConfirmName: name}))
		if !w.lastBackup(site.ID).IsZero() {
			t.Error("a site without a backup has an age of one")
		}
		_, ref := w.claim(fleet.ActionRemoveBackups)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeUnreachable})
		want(t, "expired a day later", w.expired(time.Now().UTC().Add(25*time.Hour)), 1)
	})

	t.Run("TheOnlyOneOfAnArchivedSite", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, name)[0]
		backup := w.backUp(site, time.Now())
		mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE id = ?", site.ID)
		in := fleet.BackupRemovalInput{BackupID: backup.ID, ConfirmName: name}
		w.refuses(fleet.CodeConflict, "input.last", func() error { return remove(w, in) })
		plan, err := w.BackupRemovalPlan(t.Context(), viewer, in)
		w.must(err)
		want(t, "whether the plan says so", plan.Last, true)
		in.Last = true
		w.must(remove(w, in))
	})

	t.Run("ErrInUse", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, name)[0]
		backup := w.backUp(site, time.Now())
		in := fleet.BackupRemovalInput{BackupID: backup.ID, ConfirmName: name}
		_, err := w.TestRestore(t.Context(), operator, backup.ID)
		w.must(err)
		said := w.refuses(fleet.CodeNotReady, "input.backupId", func() error { return remove(w, in) })
		if !strings.Contains(said, "Test a restore") {
			t.Errorf("it does not say what uses it: %s", said)
		}
		w.work()
		_, _, err = w.BackUpSite(t.Context(), operator, site.ID)
		w.must(err)
		w.refuses(fleet.CodeSiteBusy, "input.backupId", func() error { return remove(w, in) })
	})

	t.Run("ErrUnconfirmed", func(t *testing.T) {
		w := newWorld(t)
		backup := w.backUp(w.site(w.bench, name)[0], time.Now())
		w.refuses(fleet.CodeInvalid, "input.confirmName", func() error { return remove(w, fleet.BackupRemovalInput{BackupID: backup.ID, ConfirmName: "acme"}) })
		w.refuses(fleet.CodeNotFound, "input.backupId", func() error { return remove(w, fleet.BackupRemovalInput{BackupID: 999}) })
		want(t, "the backup", w.getBackup(backup.ID).State, fleet.BackupComplete)
	})
}
