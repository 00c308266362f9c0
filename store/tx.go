package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
)

// How often a transaction is tried when others are in its way, and about how long it waits in between.
const (
	txTries = 8
	txPause = 10 * time.Millisecond
)

// Errors of the server after which the same transaction may well succeed.
const (
	errLockWait  = 1205
	errDeadlock  = 1213
	errDuplicate = 1062
)

type afterCommitKey struct{}

// afterCommit is what a transaction tells this process once it is durable.
type afterCommit struct {
	wake    bool
	changed map[uint]bool // actions with new events
	needs   map[uint]bool // actions known to be unfinished, and locked so that they stay so
}

// tx runs fn in a READ COMMITTED transaction and commits when fn returns nil. After a deadlock or a long
// wait for a lock it runs fn again, up to txTries times, so fn must not build on what its earlier run left
// in variables. Nothing slow belongs in fn: it holds row locks.
func (s *Store) tx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	for try := 1; ; try++ {
		after := &afterCommit{changed: map[uint]bool{}, needs: map[uint]bool{}}
		err := s.db.WithContext(context.WithValue(ctx, afterCommitKey{}, after)).Transaction(fn)
		if err == nil {
			s.tell(after)
			return nil
		}
		if !contended(err) || try == txTries {
			return err
		}
		select {
		case <-time.After(rand.N(txPause << try)):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

func contended(err error) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && (e.Number == errDeadlock || e.Number == errLockWait)
}

// duplicate says whether err is about a unique key, translated by gorm or not.
func duplicate(err error) bool {
	var e *mysql.MySQLError
	return errors.Is(err, gorm.ErrDuplicatedKey) || errors.As(err, &e) && e.Number == errDuplicate
}

// afterTx is the notes of the transaction that tx belongs to.
func afterTx(tx *gorm.DB) *afterCommit {
	after, ok := tx.Statement.Context.Value(afterCommitKey{}).(*afterCommit)
	if !ok {
		panic("store: the queue is only written inside Store.tx, with the *gorm.DB that tx passes on")
	}
	return after
}

func (s *Store) tell(after *afterCommit) {
	if after.wake {
		select {
		case s.wake <- struct{}{}:
		default: // a pulse nobody has taken yet says the same
		}
	}
	for id := range after.changed {
		s.tail.notify(id)
	}
}

// Wake pulses when something may have become claimable through this Store. It is one channel with room for
// one pulse, meant for one receiver; other processes find out by asking again.
func (s *Store) Wake() <-chan struct{} {
	return s.wake
}
