package store_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// storage is an S3 storage that new backups are copied to.
func (w *world) storage(bucket string) fleet.BackupStorage {
	w.t.Helper()
	storage, err := w.SetBackupStorage(w.t.Context(), admin, fleet.BackupStorageInput{
		Endpoint: "https://s3.example.com", Bucket: bucket, AccessKey: "central", SecretKey: "a-secret-of-the-test",
	}, []byte("sealed"))
	w.must(err)
	return storage
}

func TestStore_StorageSeen(t *testing.T) {
	const away = "The storage could not be reached."
	w := newWorld(t)
	storage := w.storage("backups")
	seen := func(why string) {
		t.Helper()
		site := w.site(w.bench, strings.ToLower(newKey())+".example.com")[0]
		_, action, err := w.BackUpSite(t.Context(), operator, site.ID)
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		w.must(w.StorageSeen(t.Context(), ref, storage.ID, why))
		w.finish(ref, nil)
	}
	alerts := func() []fleet.Alert {
		t.Helper()
		open, err := w.Alerts(t.Context(), true, 10)
		w.must(err)
		return open
	}
	missing := func() bool {
		t.Helper()
		known, err := w.StorageMissing(t.Context(), storage.ID)
		w.must(err)
		return known
	}

	seen(away)
	want(t, "alerts after one that it missed", len(alerts()), 0)
	seen("")
	seen(away)
	want(t, "alerts after one that it took in between", len(alerts()), 0)
	seen(away)
	seen(away)
	open := alerts()
	want(t, "alerts after three in a row", len(open), 1)
	want(t, "the alert", []any{open[0].Rule, open[0].Severity, open[0].Subject, open[0].Sentence},
		[]any{fleet.AlertStorage, fleet.SeverityCritical, "backups", "The S3 storage takes no backups: " + away})
	want(t, "whether it is known to be away", missing(), true)
	seen("")
	want(t, "alerts when it takes one", len(alerts()), 0)
	want(t, "whether it is known to be away", missing(), false)

	seen(away)
	seen(away)
	want(t, "alerts of one that is in use", len(alerts()), 1)
	w.storage("elsewhere")
	want(t, "alerts of one that is not in use any more", len(alerts()), 0)
	seen(away)
	seen(away)
	want(t, "alerts of what was still on its way there", len(alerts()), 0)
}

// A backup that lies on the slave's disk counts, and is not taken again before its time because the storage is away.
func TestStore_BackupMissesTheStorage(t *testing.T) {
	w := newWorld(t)
	storage := w.storage("backups")
	site := w.site(w.bench, "acme.example.com")[0]
	w.age(2)
	at := time.Now().UTC()
	want(t, "queued", w.queueBackups(at), 1)
	_, ref := w.claim(fleet.ActionBackUpSite)
	backups, err := w.BackupsOfSite(t.Context(), site.ID, false)
	w.must(err)
	written := taken(w.master.ID, at)
	written.MissedStorageID, written.StorageError = &storage.ID, strings.Repeat("It is away. ", 200)
	w.must(w.BackupWritten(t.Context(), ref, backups[0].ID, written))
	w.finish(ref, &fleet.Failure{Code: fleet.CodeStorageUnreachable, Message: "not to the storage"})

	kept := w.getBackup(backups[0].ID)
	want(t, "the backup", []any{kept.State, *kept.ServerID, kept.StorageID == nil, *kept.MissedStorageID}, []any{fleet.BackupComplete, w.master.ID, true, storage.ID})
	if len(kept.StorageError) > 1000 || !strings.HasPrefix(kept.StorageError, "It is away.") {
		t.Errorf("why is %q", kept.StorageError)
	}
	if w.lastBackup(site.ID).IsZero() || w.getSite(site.ID).BusyActionID != nil {
		t.Errorf("it does not count, or the site is held: %+v", w.getSite(site.ID))
	}
	want(t, "queued after two hours", w.queueBackups(at.Add(2*time.Hour)), 0)
	want(t, "queued the next day", w.queueBackups(at.Add(25*time.Hour)), 1)
}
