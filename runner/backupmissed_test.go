package runner

import (
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"central/fleet"
	"central/runner/remote"
)

// missingStorage has backups copied to a storage that does not answer.
func (s *stage) missingStorage(t *testing.T) {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	mustBe(t, err)
	s.r.Vault = remote.NewVault(identity)
	const key = "a-secret-of-the-test"
	sealed, err := s.r.Vault.Seal([]byte(key))
	mustBe(t, err)
	_, err = s.store.SetBackupStorage(t.Context(), admin, fleet.BackupStorageInput{
		Endpoint: "http://127.0.0.1:1", Bucket: "backups", AccessKey: "central", SecretKey: key,
	}, sealed)
	mustBe(t, err)
}

// written is a backup that lies on a disk and is yet to be copied to the storage.
func (s *stage) written(t *testing.T) *backupWork {
	t.Helper()
	digest := strings.Repeat("a", 64)
	return &backupWork{
		siteWork: &siteWork{r: s.r, w: s.take(t), name: "acme.example.com"},
		backup:   fleet.Backup{ID: 7, SiteName: "acme.example.com", DatabaseBytes: 10, FilesBytes: 10, DatabaseDigest: digest, FilesDigest: digest},
		taken:    fleet.BackupTaken{DatabaseDigest: digest},
	}
}

// The site of a backup whose storage is away is free again soon: its backup goes on without that copy, the second one raises
// an alert, and while that is open each backup tries once.
func TestCopyToStorage_Missed(t *testing.T) {
	s := newStage(t)
	s.missingStorage(t)
	for i, backup := range []struct {
		patience time.Duration
		again    bool // it tries more than once
		alerts   int  // open ones afterwards
	}{{2 * time.Second, true, 0}, {2 * time.Second, true, 1}, {time.Hour, false, 1}} {
		s.r.pace.storage = backup.patience
		b := s.written(t)
		mustBe(t, b.copyToStorage(t.Context()))
		mustBe(t, b.w.flush())
		if why := b.w.note(noteMissed); !strings.Contains(why, "could not be reached") {
			t.Errorf("backup %d was missed because of %q", i, why)
		}
		said := strings.Join(s.lines(t, b.w.action.ID), "\n")
		if strings.Contains(said, "Trying again.") != backup.again || !strings.Contains(said, "Goes on without the copy in backups") {
			t.Errorf("backup %d said %s", i, said)
		}
		open, err := s.store.Alerts(t.Context(), true, 10)
		mustBe(t, err)
		if len(open) != backup.alerts {
			t.Errorf("after backup %d these alerts are open: %+v", i, open)
		}
	}
}

// No site is archived whose last backup is not everywhere it should be; taking it back does not wait for the storage either.
func TestCopyToStorage_Strict(t *testing.T) {
	s := newStage(t)
	s.missingStorage(t)
	b := s.written(t)
	b.strict = true
	if err := b.copyToStorage(t.Context()); fleet.ErrorCode(err) != fleet.CodeStorageUnreachable {
		t.Errorf("it ended with %v", err)
	}
	if why := b.w.note(noteMissed); why != "" {
		t.Errorf("it was missed because of %q", why)
	}
}
