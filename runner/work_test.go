package runner

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"central/fleet"
	"central/runner/remote"
	"central/store"
)

func TestFlush(t *testing.T) {
	s := newStage(t)

	t.Run("ConcurrentAddsKeepTheirOrder", func(t *testing.T) {
		w := s.take(t)
		const writers, each = 8, 3000
		var writing sync.WaitGroup
		for i := range writers {
			writing.Go(func() {
				for n := range each {
					w.say(fmt.Sprintf("%d %d", i, n))
				}
			})
		}
		writing.Wait()
		if err := w.flush(); err != nil {
			t.Fatal(err)
		}
		next := [writers]int{}
		for _, line := range s.lines(t, w.action.ID) {
			var i, n int
			if _, err := fmt.Sscanf(line, "%d %d", &i, &n); err != nil {
				t.Fatal(err)
			}
			if n != next[i] {
				t.Fatalf("writer %d: line %d in the place of %d", i, n, next[i])
			}
			next[i]++
		}
		for i, n := range next {
			if n != each {
				t.Errorf("writer %d: %d of %d lines", i, n, each)
			}
		}
	})

	t.Run("ByItself", func(t *testing.T) {
		w := s.take(t)
		w.say("hello")
		eventually(t, "the line is stored", func() bool { return slices.Contains(s.lines(t, w.action.ID), "hello") })
	})

	t.Run("NothingToStore", func(t *testing.T) {
		w := s.take(t)
		s.expire(t, w.action.ID) // whatever is written now fails
		if err := w.flush(); err != nil {
			t.Errorf("a flush of nothing wrote something: %v", err)
		}
	})

	t.Run("OffsetsComeWithTheirLines", func(t *testing.T) {
		w := s.take(t)
		const lines = 20_000
		written := make(chan struct{})
		go func() {
			defer close(written)
			for n := range lines {
				w.unitLine("central-1-migrate", "m-01", remote.Line{Text: fmt.Sprint(n), End: int64(n + 1)})
			}
		}()
		for done := false; !done; {
			select {
			case <-written:
				done = true
			default:
			}
			offset, stored := s.offsetAndLines(t, w.action.ID)
			if offset != stored {
				t.Fatalf("the cursor is at line %d, %d are stored", offset, stored)
			}
		}
		if err := w.flush(); err != nil {
			t.Fatal(err)
		}
		if offset, stored := s.offsetAndLines(t, w.action.ID); offset != lines || stored != lines {
			t.Errorf("the cursor is at line %d, %d are stored; want %d", offset, stored, lines)
		}
		if got := w.offset("central-1-migrate"); got != lines {
			t.Errorf("the next runner reads from %d", got)
		}
	})

	t.Run("FullBufferBlocks", func(t *testing.T) {
		w := s.take(t)
		if err := w.flush(); err != nil {
			t.Fatal(err)
		}
		release := s.lock(t, w.action.ID)
		const writers = 3
		var taken atomic.Int64
		var writing sync.WaitGroup
		for range writers {
			writing.Go(func() {
				for range maxBuffered {
					w.say("x")
					taken.Add(1)
				}
			})
		}
		// One buffer is on its way to the database, the next is full: whoever adds to it waits.
		eventually(t, "the buffer is full", func() bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return len(w.events) >= maxBuffered
		})
		if n := taken.Load(); n > 2*maxBuffered {
			t.Errorf("%d lines were taken while the database was stuck", n)
		}
		release()
		writing.Wait()
		if err := w.flush(); err != nil {
			t.Fatal(err)
		}
		if got := len(s.lines(t, w.action.ID)); got != writers*maxBuffered {
			t.Errorf("%d of %d lines", got, writers*maxBuffered)
		}
	})

	t.Run("LeaseLost", func(t *testing.T) {
		w := s.take(t)
		s.expire(t, w.action.ID)
		w.say("too late")
		if err := w.flush(); fleet.ErrorCode(err) != fleet.CodeLeaseLost {
			t.Errorf("got %v", err)
		}
		if !interrupted(w.life) || fleet.ErrorCode(context.Cause(w.life)) != fleet.CodeLeaseLost {
			t.Errorf("the work goes on: %v", context.Cause(w.life))
		}
		if err := w.flush(); fleet.ErrorCode(err) != fleet.CodeLeaseLost {
			t.Errorf("a later flush says %v", err)
		}
		if got := len(s.lines(t, w.action.ID)); got > 0 {
			t.Errorf("%d lines were stored", got)
		}
	})
}

func TestFailingStoreGivesTheWorkUp(t *testing.T) {
	s := newStage(t)
	w := s.take(t)
	w.runner = s.runner("runner-2")
	broken, err := store.Open(t.Context(), s.address)
	if err != nil {
		t.Fatal(err)
	}
	if err := broken.Close(); err != nil {
		t.Fatal(err)
	}
	w.runner.Store = broken
	w.say("lost")
	if err := w.flush(); err == nil {
		t.Fatal("a closed store took a line")
	}
	var failed errNotStored
	if !interrupted(w.life) || !errors.As(context.Cause(w.life), &failed) {
		t.Errorf("the work goes on: %v", context.Cause(w.life))
	}
	v := newWorld()
	if err := w.perform(w.life, v.story(v.change("a"))); err == nil {
		t.Error("it went on without a record")
	}
	wantDid(t, v)
	w.runner.Store = s.store
	if err := w.flush(); err == nil {
		t.Error("it writes again: what was lost in between would never be missed")
	}
}

func TestKeepLease(t *testing.T) {
	s := newStage(t)
	// hold takes an action with a short lease and keeps it until the test ends.
	hold := func(t *testing.T, ttl time.Duration) (*work, func()) {
		t.Helper()
		w := s.take(t)
		w.runner = s.runner("runner-1")
		w.runner.Lease = ttl
		ctx, cancel := context.WithCancel(context.Background())
		var keeping sync.WaitGroup
		keeping.Go(func() { w.keepLease(ctx) })
		stop := func() {
			cancel()
			keeping.Wait()
		}
		t.Cleanup(stop)
		return w, stop
	}
	leaseOf := func(t *testing.T, w *work) time.Time {
		t.Helper()
		until := s.action(t, w.action.ID).LeaseUntil
		if until == nil {
			t.Fatal("no lease")
		}
		return *until
	}

	t.Run("Renewed", func(t *testing.T) {
		w, _ := hold(t, 2*time.Second)
		s.sql(t, "UPDATE actions SET lease_until = UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE WHERE id = ?", w.action.ID)
		minute := leaseOf(t, w)
		var first time.Time
		eventually(t, "the lease is renewed", func() bool { first = leaseOf(t, w); return first.Before(minute) })
		eventually(t, "the lease is renewed again", func() bool { return leaseOf(t, w).After(first) })
		if w.life.Err() != nil {
			t.Errorf("the work was stopped: %v", context.Cause(w.life))
		}
	})

	t.Run("CancelIsNoticed", func(t *testing.T) {
		w, _ := hold(t, 2*time.Second)
		if w.cancelRequested() {
			t.Fatal("cancelled by nobody")
		}
		s.sql(t, "UPDATE actions SET cancel_requested = 1 WHERE id = ?", w.action.ID)
		waitFor(t, "the cancel is noticed", w.cancelled)
		if w.life.Err() != nil {
			t.Errorf("the work was stopped: %v", context.Cause(w.life))
		}
	})

	t.Run("Lost", func(t *testing.T) {
		w, _ := hold(t, 2*time.Second)
		s.sql(t, "UPDATE actions SET attempt = attempt + 1 WHERE id = ?", w.action.ID)
		waitFor(t, "the loss is noticed", w.life.Done())
		if !interrupted(w.life) || fleet.ErrorCode(context.Cause(w.life)) != fleet.CodeLeaseLost {
			t.Errorf("it ended with %v", context.Cause(w.life))
		}
	})

	t.Run("NotRenewableInTime", func(t *testing.T) {
		ttl := 2 * time.Second
		began := time.Now()
		w, _ := hold(t, ttl)
		release := s.lock(t, w.action.ID) // the database hangs
		defer release()
		waitFor(t, "the work is stopped", w.life.Done())
		if fleet.ErrorCode(context.Cause(w.life)) != fleet.CodeLeaseLost {
			t.Errorf("it ended with %v", context.Cause(w.life))
		}
		if took := time.Since(began); took < ttl {
			t.Errorf("it was given up after %v, before its lease of %v was over", took, ttl)
		}
	})

	t.Run("EndsWithItsContext", func(t *testing.T) {
		w, stop := hold(t, time.Hour)
		stop()
		if w.life.Err() != nil {
			t.Errorf("the work was stopped: %v", context.Cause(w.life))
		}
	})
}

func TestOutlast(t *testing.T) {
	why := errors.New("why")
	t.Run("EndsLaterWithTheSameCause", func(t *testing.T) {
		ctx, end := context.WithCancelCause(t.Context())
		longer, done := outlast(ctx, time.Millisecond)
		defer done()
		end(why)
		waitFor(t, "it ends", longer.Done())
		if !errors.Is(context.Cause(longer), why) {
			t.Errorf("it ended with %v", context.Cause(longer))
		}
	})
	t.Run("LivesOn", func(t *testing.T) {
		ctx, end := context.WithCancelCause(t.Context())
		longer, done := outlast(ctx, time.Hour)
		end(why)
		if longer.Err() != nil {
			t.Error("it ended at once")
		}
		done()
		waitFor(t, "it ends when nobody needs it", longer.Done())
	})
	t.Run("OfWhatHasEnded", func(t *testing.T) {
		ctx, end := context.WithCancelCause(t.Context())
		end(why)
		longer, done := outlast(ctx, 0)
		defer done()
		waitFor(t, "it ends", longer.Done())
	})
}

// offsetAndLines is where the stored cursor is in the unit's output, and how many lines are stored, as of one moment.
func (s *stage) offsetAndLines(t *testing.T, id uint) (offset, lines int64) {
	t.Helper()
	err := s.store.DB().QueryRowContext(t.Context(), `SELECT
		COALESCE(JSON_EXTRACT(a.cursor, '$.offsets."central-1-migrate"'), 0),
		(SELECT COUNT(*) FROM action_events e WHERE e.action_id = a.id AND e.kind = 'LINE')
		FROM actions a WHERE a.id = ?`, id).Scan(&offset, &lines)
	if err != nil {
		t.Fatal(err)
	}
	return offset, lines
}

// lock holds an action's row, so that whoever writes about it waits until release.
func (s *stage) lock(t *testing.T, id uint) (release func()) {
	t.Helper()
	tx, err := s.store.DB().BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var locked uint
	if err := tx.QueryRow("SELECT id FROM actions WHERE id = ? FOR UPDATE", id).Scan(&locked); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	release = func() {
		once.Do(func() {
			if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
				t.Error(err)
			}
		})
	}
	t.Cleanup(release)
	return release
}
