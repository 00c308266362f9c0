package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/pressly/goose/v3"
	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"central/fleet"
	"central/migrations"
	"central/store"
	"central/store/storetest"
)

func TestSupported(t *testing.T) {
	for version, want := range map[string]bool{
		"8.0.36":                          true,
		"9.7.4-2":                         true,
		"5.7.44-log":                      false,
		"10.6.0-MariaDB":                  true,
		"10.11.19-MariaDB-0+deb12u1":      true,
		"11.4.2-MariaDB-ubu2404":          true,
		"10.5.9-MariaDB-1:10.5.9+maria~b": false,
		"":                                false,
	} {
		if err := store.Supported(version); (err == nil) != want {
			t.Errorf("%q gives %v", version, err)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Run("SameSessionOnEveryServer", func(t *testing.T) {
		s := storetest.Open(t)
		for query, want := range map[string]string{
			"SELECT @@session.time_zone":                                "+00:00",
			"SELECT @@session.sql_mode LIKE '%STRICT_TRANS_TABLES%'":    "1",
			"SELECT ABS(TIMESTAMPDIFF(SECOND, NOW(), UTC_TIMESTAMP()))": "0",
		} {
			var got string
			if err := s.DB().QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %q (%v), want %q", query, got, err, want)
			}
		}
	})

	t.Run("ErrNoDatabaseNamed", func(t *testing.T) {
		if _, err := store.Open(t.Context(), "root@unix(/tmp/s)/"); err == nil {
			t.Error("opened")
		}
	})

	t.Run("ErrUnreachable", func(t *testing.T) {
		if _, err := store.Open(t.Context(), "root@unix(/nowhere)/central"); err == nil {
			t.Error("opened")
		}
	})
}

func TestStore_Migrate(t *testing.T) {
	t.Run("SeveralProcessesAtOnce", func(t *testing.T) {
		dsn := storetest.EmptyDatabase(t)
		var group errgroup.Group
		for range 4 {
			s := storetest.OpenOn(t, dsn)
			group.Go(func() error { return s.Migrate(context.Background()) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		s := storetest.OpenOn(t, dsn)
		mustQueue(t, s, fleet.Action{})
	})

	t.Run("DownAndUpAgain", func(t *testing.T) {
		s := storetest.OpenOn(t, storetest.EmptyDatabase(t))
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		provider, err := goose.NewProvider(goose.DialectMySQL, s.DB(), migrations.Files)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := provider.DownTo(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(t.Context()); err != nil {
			t.Errorf("the second time: %v", err)
		}
	})
}

func TestStore_Secrets(t *testing.T) {
	s := storetest.Open(t)
	_, err := s.Secret(t.Context(), "ssh-key")
	wantCode(t, err, fleet.CodeNotFound)
	for i, want := range []bool{true, false} {
		created, err := s.SaveSecret(t.Context(), "ssh-key", []byte{0, 0xff, byte(i)})
		if err != nil || created != want {
			t.Errorf("saved with %v, %v; want %v", created, err, want)
		}
	}
	sealed, err := s.Secret(t.Context(), "ssh-key")
	if err != nil || string(sealed) != "\x00\xff\x00" {
		t.Errorf("read %x, %v; want what was saved first", sealed, err)
	}
}

func TestStore_Tx(t *testing.T) {
	t.Run("ReadCommitted", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		err := s.Tx(t.Context(), func(tx *gorm.DB) error {
			var before, after string
			if err := tx.Raw("SELECT title FROM actions WHERE id = ?", a.ID).Scan(&before).Error; err != nil {
				return err
			}
			mustDB(t, s, "UPDATE actions SET title = 'New' WHERE id = ?", a.ID)
			if err := tx.Raw("SELECT title FROM actions WHERE id = ?", a.ID).Scan(&after).Error; err != nil {
				return err
			}
			if before == after {
				t.Errorf("read %q twice", after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})

	t.Run("RetriesDeadlocks", func(t *testing.T) {
		s := storetest.Open(t)
		a, b := mustQueue(t, s, fleet.Action{}), mustQueue(t, s, fleet.Action{})
		firstLocked := make(chan struct{}, 2)
		runs := make(chan struct{}, 10)
		var group errgroup.Group
		for _, order := range [][2]uint{{a.ID, b.ID}, {b.ID, a.ID}} {
			met := false
			group.Go(func() error {
				return s.Tx(context.Background(), func(tx *gorm.DB) error {
					runs <- struct{}{}
					if err := tx.Exec("UPDATE actions SET attempt = attempt + 1 WHERE id = ?", order[0]).Error; err != nil {
						return err
					}
					if !met { // both hold their first row before either asks for its second
						met = true
						firstLocked <- struct{}{}
						for len(firstLocked) < 2 {
							if err := tx.Exec("DO SLEEP(0.01)").Error; err != nil {
								return err
							}
						}
					}
					return tx.Exec("UPDATE actions SET attempt = attempt + 1 WHERE id = ?", order[1]).Error
				})
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if len(runs) < 3 {
			t.Errorf("%d runs: there was no deadlock to retry", len(runs))
		}
		for _, id := range []uint{a.ID, b.ID} {
			if got := mustAction(t, s, id).Attempt; got != 2 {
				t.Errorf("action %d was updated %d times, want 2", id, got)
			}
		}
	})

	t.Run("TellsNobodyOfARollback", func(t *testing.T) {
		s := storetest.Open(t)
		failure := errors.New("no")
		err := s.Tx(t.Context(), func(tx *gorm.DB) error {
			if err := s.EnqueueIn(tx, &fleet.Action{Kind: fleet.ActionRouteProxy}); err != nil {
				return err
			}
			return failure
		})
		if !errors.Is(err, failure) {
			t.Fatal(err)
		}
		select {
		case <-s.Wake():
			t.Error("woken")
		default:
		}
	})
}
