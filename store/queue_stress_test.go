package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// The stress has several processes claim, work and die at random on one database. What must hold whatever
// happens is checked while it runs and from what it leaves behind.
const (
	stressActions   = 150
	stressKeys      = 12 // things that only one action may work on at a time
	stressServers   = 3
	stressAtOnce    = 3 // actions on each server
	stressLaneLimit = 2
	stressProcesses = 3
	stressRunners   = 3 // in each process
	stressTTL       = 150 * time.Millisecond
	stressTime      = 90 * time.Second // far more than it takes
)

// errKilled is a runner's sudden end in the middle of an action.
var errKilled = errors.New("killed")

func TestStore_QueueUnderStress(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dsn := storetest.Database(t)
	s := storetest.OpenOn(t, dsn)
	// Who works on a thing writes here, in the transaction that checks the lease.
	mustDB(t, s, "CREATE TABLE stress_log (id BIGINT AUTO_INCREMENT PRIMARY KEY, thing VARCHAR(20) NOT NULL, action_id BIGINT NOT NULL, attempt INT NOT NULL)")
	t.Cleanup(func() { mustDB(t, s, "DROP TABLE stress_log") })
	actions := queueForStress(t, s, rand.New(rand.NewPCG(seed, 0)))

	ctx, cancel := context.WithTimeout(t.Context(), stressTime)
	defer cancel()
	following := followForStress(ctx, t, s, actions)
	var runners, watchers errgroup.Group
	done := make(chan struct{})
	watchers.Go(func() error { return watchLimits(ctx, s, done) })
	var kills atomic.Int64
	for p := range stressProcesses {
		process := storetest.OpenOn(t, dsn)
		for r := range stressRunners {
			w := &stressRunner{
				store: process, name: fmt.Sprintf("process-%d-runner-%d", p, r), kills: &kills,
				random: rand.New(rand.NewPCG(seed, uint64(1+p*stressRunners+r))),
			}
			runners.Go(func() error { return w.run(ctx) })
		}
	}
	err := runners.Wait()
	close(done)
	if err := errors.Join(err, watchers.Wait()); err != nil {
		t.Fatal(err)
	}
	following.Wait()
	if kills.Load() == 0 {
		t.Error("nobody was killed, so nothing was taken over")
	}
	t.Logf("%d runners were killed", kills.Load())
	for _, id := range actions {
		checkHistory(t, s, id)
	}
	checkHolders(t, s)
}

// queueForStress queues actions on several servers, some of which need earlier ones.
func queueForStress(t *testing.T, s *store.Store, random *rand.Rand) []uint {
	t.Helper()
	var servers []fleet.Server
	for i := range stressServers {
		servers = append(servers, mustServer(t, s, fmt.Sprintf("m-%d", i)))
	}
	mustDB(t, s, "UPDATE servers SET actions_at_once = ?", stressAtOnce)
	var queued []uint
	for i := range stressActions {
		server := servers[random.IntN(len(servers))]
		a := fleet.Action{
			Kind: fleet.ActionRouteProxy, Title: fmt.Sprintf("Work %d", i), ServerID: &server.ID,
			WantsKey: fmt.Sprintf("thing:%d", random.IntN(stressKeys)),
		}
		if random.IntN(2) == 0 {
			a.Lane, a.LaneLimit = fmt.Sprintf("narrow:%d", server.ID), stressLaneLimit
		}
		var needs []uint
		for range random.IntN(3) {
			if len(queued) > 0 {
				needs = append(needs, queued[random.IntN(len(queued))])
			}
		}
		queued = append(queued, mustQueue(t, s, a, needs...).ID)
	}
	return queued
}

// stressRunner is one claim loop.
type stressRunner struct {
	store  *store.Store
	name   string
	random *rand.Rand
	kills  *atomic.Int64
	dead   []store.LeaseRef // held when it was killed; it comes back as a zombie
}

// run works until every action has ended.
func (r *stressRunner) run(ctx context.Context) error {
	for {
		a, err := r.store.ClaimAction(ctx, r.name, stressTTL)
		if err != nil {
			return fmt.Errorf("claim: %w", err)
		}
		if a != nil {
			if err := r.work(ctx, a); err != nil && !errors.Is(err, errKilled) && fleet.ErrorCode(err) != fleet.CodeLeaseLost {
				return fmt.Errorf("work on %d: %w", a.ID, err)
			}
			continue
		}
		var left int
		if err := r.store.DB().QueryRowContext(ctx, "SELECT COUNT(*) FROM actions WHERE status IN ('QUEUED', 'RUNNING')").Scan(&left); err != nil {
			return err
		}
		if left == 0 {
			return nil
		}
		select {
		case <-r.store.Wake():
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%d actions never ended: %w", left, ctx.Err())
		}
	}
}

// work is what a runner does with an action, until it is killed.
func (r *stressRunner) work(ctx context.Context, a *fleet.Action) error {
	ref := store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}
	if err := r.haunt(ctx); err != nil {
		return err
	}
	for range 1 + r.random.IntN(4) {
		if r.random.IntN(12) == 0 {
			r.kills.Add(1)
			r.dead = append(r.dead, ref)
			return errKilled
		}
		err := r.store.Fenced(ctx, ref, func(tx *gorm.DB) error {
			return tx.Exec("INSERT INTO stress_log (thing, action_id, attempt) VALUES (?, ?, ?)", a.WantsKey, a.ID, a.Attempt).Error
		})
		if err != nil {
			return err
		}
		events := []fleet.ActionEvent{line(fmt.Sprint(a.Attempt)), line(fmt.Sprint(a.Attempt))}
		if err := r.store.Record(ctx, ref, events, store.Change{Percent: ptr(r.random.IntN(100))}); err != nil {
			return err
		}
		if r.random.IntN(3) == 0 {
			if _, err := r.store.RenewLease(ctx, ref, stressTTL); err != nil {
				return err
			}
		}
	}
	switch n := r.random.IntN(20); n {
	case 0:
		return r.store.FinishAction(ctx, ref, fleet.ActionFailed, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "It failed."})
	case 1:
		return r.store.ReleaseAction(ctx, ref)
	default:
		return r.store.FinishAction(ctx, ref, fleet.ActionSucceeded, nil)
	}
}

// haunt writes with leases that it died with. They may still be valid, so it takes what it gets; the
// history shows whether a write came through after somebody else's claim.
func (r *stressRunner) haunt(ctx context.Context) error {
	for _, ref := range r.dead {
		for _, err := range []error{
			r.store.Record(ctx, ref, []fleet.ActionEvent{line(fmt.Sprint(ref.Attempt))}, store.Change{}),
			r.store.ReleaseAction(ctx, ref),
		} {
			if err != nil && fleet.ErrorCode(err) != fleet.CodeLeaseLost {
				return err
			}
		}
	}
	return nil
}

// watchLimits looks again and again whether more runs than may.
func watchLimits(ctx context.Context, s *store.Store, done <-chan struct{}) error {
	for looks := 1; ; looks++ {
		var lane, server int
		err := s.DB().QueryRowContext(ctx, `SELECT
			(SELECT COUNT(*) FROM (SELECT lane FROM actions WHERE status = 'RUNNING' GROUP BY lane HAVING COUNT(*) > MAX(lane_limit)) l),
			(SELECT COUNT(*) FROM (SELECT server_id FROM actions WHERE status = 'RUNNING' GROUP BY server_id HAVING COUNT(*) > ?) s)`,
			stressAtOnce).Scan(&lane, &server)
		if err != nil {
			return err
		}
		if lane > 0 || server > 0 {
			return fmt.Errorf("look %d: %d lanes and %d servers run more than their limit", looks, lane, server)
		}
		select {
		case <-done:
			return nil
		case <-time.After(time.Millisecond):
		}
	}
}

// followForStress follows every tenth action from the beginning. Waiting for it is waiting for their ends.
func followForStress(ctx context.Context, t *testing.T, s *store.Store, actions []uint) *sync.WaitGroup {
	t.Helper()
	var group sync.WaitGroup
	for i, id := range actions {
		if i%10 != 0 {
			continue
		}
		following := s.Follow(ctx, id, 0)
		group.Go(func() {
			seq := uint64(0)
			var last fleet.ActionEvent
			for events := range following {
				for _, e := range events {
					if e.Seq != seq+1 {
						t.Errorf("action %d: event %d was handed over after %d", id, e.Seq, seq)
					}
					seq, last = e.Seq, e
				}
			}
			if !last.Body.Status.Finished() || last.Body.Status == "" {
				t.Errorf("action %d: the last event handed over is %+v", id, last)
			}
		})
	}
	return &group
}

// checkHistory reads from an action's events that it ended once, that numbers have no gaps, and that no
// attempt wrote after a later one began.
func checkHistory(t *testing.T, s *store.Store, id uint) {
	t.Helper()
	a := mustAction(t, s, id)
	if !a.Status.Finished() || a.RunningKey != nil || a.LeaseUntil != nil {
		t.Errorf("action %d is left %s with key %v and lease %v", id, a.Status, a.RunningKey, a.LeaseUntil)
	}
	events := mustEvents(t, s, id)
	if uint64(len(events)) != a.LastSeq {
		t.Errorf("action %d has %d events, the last numbered %d", id, len(events), a.LastSeq)
	}
	attempt, ends := 0, 0
	for i, e := range events {
		if e.Seq != uint64(i+1) {
			t.Fatalf("action %d: event %d is numbered %d", id, i+1, e.Seq)
		}
		switch {
		case e.Kind == fleet.EventLine && e.Body.Text != fmt.Sprint(attempt):
			t.Errorf("action %d: attempt %s wrote event %d during attempt %d", id, e.Body.Text, e.Seq, attempt)
		case e.Kind == fleet.EventStatus && e.Body.Status == fleet.ActionRunning:
			attempt++
		case e.Kind == fleet.EventStatus && e.Body.Status.Finished():
			ends++
			if i != len(events)-1 {
				t.Errorf("action %d: event %d comes after its end", id, i+2)
			}
		}
	}
	if ends != 1 || attempt != a.Attempt {
		t.Errorf("action %d ended %d times after %d attempts, of which %d are counted", id, ends, attempt, a.Attempt)
	}
}

// checkHolders reads from the log of each thing that its holders came one after another: what an action
// wrote about it stands together.
func checkHolders(t *testing.T, s *store.Store) {
	t.Helper()
	rows, err := s.DB().QueryContext(t.Context(), "SELECT thing, action_id FROM stress_log ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	holder, left := map[string]int64{}, map[int64]bool{}
	for rows.Next() {
		var thing string
		var id int64
		if err := rows.Scan(&thing, &id); err != nil {
			t.Fatal(err)
		}
		if now := holder[thing]; now != id {
			left[now] = true
			holder[thing] = id
		}
		if left[id] {
			t.Errorf("%s was worked on by action %d after another had taken it", thing, id)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
