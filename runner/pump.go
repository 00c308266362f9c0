package runner

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// pump claims what is due, looks at it with many at once, and saves what came of it in batches. One that hangs takes a
// place until its patience ends and holds up nobody else.
type pump[C, R any] struct {
	what   string        // for the log
	atOnce int           // looks under way together
	batch  int           // claimed, and saved, at most together
	poll   time.Duration // between two claims when less than a batch was due
	claim  func(ctx context.Context, n int) ([]C, error)
	look   func(ctx context.Context, claim C) (result R, ok bool) // nothing is saved when it is not ok
	save   func(ctx context.Context, results []R) error
	log    *slog.Logger
}

// gather is how long results are collected before they are saved.
const gather = 100 * time.Millisecond

// saving is how long results may take to be saved when the runner stops.
const saving = 10 * time.Second

// run runs until ctx ends and what was found is saved.
func (p pump[C, R]) run(ctx context.Context) {
	results := make(chan R, p.batch)
	var savers, lookers sync.WaitGroup
	savers.Go(func() { p.saveAll(ctx, results) })
	defer savers.Wait()
	defer close(results)
	defer lookers.Wait()
	places := make(chan struct{}, p.atOnce)
	for {
		select {
		case places <- struct{}{}: // wait until one is free
			<-places
		case <-ctx.Done():
			return
		}
		n := min(p.batch, cap(places)-len(places))
		claims, err := p.claim(ctx, n)
		if err != nil && ctx.Err() == nil {
			p.log.Error("cannot tell whose turn it is", "for", p.what, "error", err)
		}
		for _, claim := range claims {
			places <- struct{}{}
			lookers.Go(func() {
				defer func() { <-places }()
				if result, ok := p.look(ctx, claim); ok {
					results <- result
				}
			})
		}
		if len(claims) == n {
			continue
		}
		select {
		case <-time.After(p.poll):
		case <-ctx.Done():
			return
		}
	}
}

// saveAll saves results until there are no more to come.
func (p pump[C, R]) saveAll(ctx context.Context, results <-chan R) {
	for first := range results {
		batch, full := []R{first}, time.After(gather)
		for more := true; more && len(batch) < p.batch; {
			select {
			case result, open := <-results:
				if more = open; open {
					batch = append(batch, result)
				}
			case <-full:
				more = false
			}
		}
		writing, written := outlast(ctx, saving)
		if err := p.save(writing, batch); err != nil {
			p.log.Error("what was found could not be saved", "for", p.what, "error", err)
		}
		written()
	}
}
