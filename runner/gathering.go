package runner

import (
	"context"
	"sync"
	"sync/atomic"
)

// gathering has what many actions ask for at the same moment done together: whoever asks while others are served waits for the
// next time, which serves all who have come until then. What is asked under different keys is never done together.
type gathering[T any] struct {
	// together does what is asked for and returns the error of each, in order. Its context ends when nobody waits for any of it any more.
	together func(ctx context.Context, key string, items []T) []error
	safely   func(ctx context.Context, do func(context.Context) error) error // nobody else would catch a panic in it
	most     int                                                             // items at a time

	mu      sync.Mutex
	waiting map[string][]*asked[T]
	serving map[string]bool
}

// asked is an item with who waits for it.
type asked[T any] struct {
	ctx  context.Context
	item T
	done chan error // takes one
}

func newGathering[T any](r *Runner, most int, together func(context.Context, string, []T) []error) *gathering[T] {
	return &gathering[T]{together: together, safely: r.safely, most: most, waiting: map[string][]*asked[T]{}, serving: map[string]bool{}}
}

// do has an item done, together with those of others, and returns its error. When ctx ends first it errs with the cause, while
// the item may still be done.
func (g *gathering[T]) do(ctx context.Context, key string, item T) error {
	a := &asked[T]{ctx: ctx, item: item, done: make(chan error, 1)}
	g.mu.Lock()
	g.waiting[key] = append(g.waiting[key], a)
	if !g.serving[key] {
		g.serving[key] = true
		go g.serve(key)
	}
	g.mu.Unlock()
	select {
	case err := <-a.done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// serve goes on until nobody waits.
func (g *gathering[T]) serve(key string) {
	for {
		g.mu.Lock()
		some := g.waiting[key]
		some = some[:min(len(some), g.most)]
		g.waiting[key] = g.waiting[key][len(some):]
		if len(some) == 0 {
			delete(g.waiting, key)
			delete(g.serving, key)
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		g.serveThese(key, some)
	}
}

func (g *gathering[T]) serveThese(key string, some []*asked[T]) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	var left atomic.Int64
	left.Store(int64(len(some)))
	items := make([]T, len(some))
	for i, a := range some {
		items[i] = a.item
		defer context.AfterFunc(a.ctx, func() {
			if left.Add(-1) == 0 {
				cancel(context.Cause(a.ctx))
			}
		})()
	}
	var errs []error
	fault := g.safely(ctx, func(ctx context.Context) error {
		errs = g.together(ctx, key, items)
		return nil
	})
	for i, a := range some {
		if fault != nil {
			a.done <- fault
			continue
		}
		a.done <- errs[i]
	}
}
