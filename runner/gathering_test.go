package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestGathering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		odd := errors.New("odd")
		var mu sync.Mutex
		times := map[string][]int{} // items of each time, by key
		g := newGathering(New(Config{}), 30, func(_ context.Context, key string, items []int) []error {
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			times[key] = append(times[key], len(items))
			errs := make([]error, len(items))
			for i, item := range items {
				if item%2 == 1 {
					errs[i] = odd
				}
			}
			return errs
		})
		began := time.Now()
		var all sync.WaitGroup
		ask := func(key string, item int) {
			all.Go(func() {
				err := g.do(t.Context(), key, item)
				if (item%2 == 1) != errors.Is(err, odd) {
					t.Errorf("%s %d: got %v", key, item, err)
				}
			})
		}
		ask("a", 0)
		ask("b", 1)
		synctest.Wait() // each is served alone
		for item := range 70 {
			ask("a", item)
		}
		ask("b", 2)
		all.Wait()
		if took := time.Since(began); took != 4*time.Second {
			t.Errorf("it took %s", took)
		}
		if !slices.Equal(times["a"], []int{1, 30, 30, 10}) || !slices.Equal(times["b"], []int{1, 1}) {
			t.Errorf("served together: %v", times)
		}
		synctest.Wait()
		if len(g.waiting) > 0 || len(g.serving) > 0 {
			t.Errorf("left: %v %v", g.waiting, g.serving)
		}
	})
}

// Who gives up takes nobody along; when all have, what they asked for is given up too.
func TestGathering_GivingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 2)
		g := newGathering(New(Config{}), 10, func(ctx context.Context, _ string, items []int) []error {
			select {
			case <-ctx.Done():
				ended <- context.Cause(ctx)
			case <-time.After(time.Minute):
				ended <- nil
			}
			return make([]error, len(items))
		})
		why := errors.New("no longer wanted")
		give := func(after time.Duration) error {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(after, func() { cancel(why) })
			return g.do(ctx, "", 0)
		}
		go func() { _ = g.do(t.Context(), "", 0) }() // a first time, so that the others are together
		synctest.Wait()
		results := make(chan string, 3)
		go func() { results <- fmt.Sprint("first ", give(70*time.Second)) }()
		go func() { results <- fmt.Sprint("last ", give(80*time.Second)) }()
		if err := <-ended; err != nil {
			t.Error("the first time:", err)
		}
		if err := <-ended; !errors.Is(err, why) {
			t.Error("the second time:", err)
		}
		got := []string{<-results, <-results}
		if !slices.Equal(got, []string{"first no longer wanted", "last no longer wanted"}) {
			t.Errorf("got %q", got)
		}
	})
}

// A fault in what is done together is the error of all whom it was done for, and no end of the process.
func TestGathering_Panic(t *testing.T) {
	r := New(Config{Log: slog.New(slog.DiscardHandler)})
	g := newGathering(r, 10, func(_ context.Context, _ string, items []int) []error {
		if items[0] == 1 {
			panic("odd")
		}
		return make([]error, len(items))
	})
	if err := g.do(t.Context(), "", 1); err == nil || !strings.Contains(err.Error(), "odd") {
		t.Errorf("got %v", err)
	}
	if err := g.do(t.Context(), "", 2); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
