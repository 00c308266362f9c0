package runner

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"
)

// queueOf gives out the numbers from 1 to n once.
func queueOf(n int) func(context.Context, int) ([]int, error) {
	next := 1
	return func(_ context.Context, most int) ([]int, error) {
		var claims []int
		for ; next <= n && len(claims) < most; next++ {
			claims = append(claims, next)
		}
		return claims, nil
	}
}

func TestPump(t *testing.T) {
	run := func(t *testing.T, p pump[int, int]) (stop func()) {
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { p.run(ctx) })
		stop = func() {
			cancel()
			running.Wait()
		}
		t.Cleanup(stop)
		return stop
	}

	t.Run("OneThatHangsHoldsUpNobody", func(t *testing.T) {
		release := make(chan struct{})
		var mu sync.Mutex
		saved := map[int]bool{}
		stop := run(t, pump[int, int]{
			atOnce: 8, batch: 50, poll: time.Millisecond, log: slog.New(slog.DiscardHandler), claim: queueOf(500),
			look: func(_ context.Context, n int) (int, bool) {
				if n == 1 {
					<-release
				}
				return n, true
			},
			save: func(_ context.Context, results []int) error {
				mu.Lock()
				defer mu.Unlock()
				for _, n := range results {
					saved[n] = true
				}
				return nil
			},
		})
		count := func() int {
			mu.Lock()
			defer mu.Unlock()
			return len(saved)
		}
		eventually(t, "all but one are saved", func() bool { return count() == 499 })
		close(release)
		eventually(t, "the last one is saved", func() bool { return count() == 500 })
		stop()
	})

	t.Run("NeverMoreThanItsPlaces", func(t *testing.T) {
		var mu sync.Mutex
		now, most, all := 0, 0, 0
		run(t, pump[int, int]{
			atOnce: 3, batch: 10, poll: time.Millisecond, log: slog.New(slog.DiscardHandler), claim: queueOf(100),
			look: func(_ context.Context, n int) (int, bool) {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				mu.Lock()
				now--
				mu.Unlock()
				return n, true
			},
			save: func(_ context.Context, results []int) error {
				mu.Lock()
				defer mu.Unlock()
				all += len(results)
				return nil
			},
		})
		eventually(t, "all are saved", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return all == 100
		})
		if most > 3 {
			t.Errorf("%d at once", most)
		}
	})

	t.Run("WhatWasFoundIsSavedWhenItStops", func(t *testing.T) {
		found := make(chan struct{})
		saved := make(chan []int, 1)
		stop := run(t, pump[int, int]{
			atOnce: 1, batch: 10, poll: time.Hour, log: slog.New(slog.DiscardHandler), claim: queueOf(1),
			look: func(ctx context.Context, n int) (int, bool) {
				close(found)
				<-ctx.Done()
				return n, true
			},
			save: func(ctx context.Context, results []int) error {
				saved <- results
				return ctx.Err()
			},
		})
		waitFor(t, "the look begins", found)
		stop()
		if got := waitFor(t, "it is saved", saved); len(got) != 1 {
			t.Errorf("saved %v", got)
		}
	})
}
