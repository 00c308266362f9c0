package runner

import (
	"context"
	"sync"
	"time"

	"central/fleet"
	"central/runner/remote"
	"central/store"
)

// flushEvery is how long a line of output waits for others to be stored with it.
const flushEvery = 50 * time.Millisecond

// maxBuffered is how many events wait for the database before whoever makes them has to wait.
const maxBuffered = 5000

// work is one claimed action in the hands of its runner: its cursor, what is yet to be stored, and whether
// somebody has asked to cancel it.
type work struct {
	runner *Runner
	action *fleet.Action
	ref    store.LeaseRef
	write  context.Context // outlives the runner's, so that a runner that stops loses nothing

	cancelled chan struct{} // closed when somebody asks to cancel
	once      sync.Once

	flushing sync.Mutex // held while a batch is on its way to the database, so that batches keep their order
	mu       sync.Mutex
	events   []fleet.ActionEvent
	cursor   fleet.Cursor
	percent  *int
	step     *string
	dirty    bool // the cursor has changed since it was stored
	failed   error
	done     chan struct{}
	closed   sync.WaitGroup
}

func newWork(write context.Context, r *Runner, action *fleet.Action) *work {
	w := &work{
		runner: r, action: action, ref: store.LeaseRef{ActionID: action.ID, Attempt: action.Attempt},
		write: write, cancelled: make(chan struct{}), cursor: action.Cursor, done: make(chan struct{}),
	}
	if w.cursor.Offsets == nil {
		w.cursor.Offsets = map[string]int64{}
	}
	if w.cursor.Notes == nil {
		w.cursor.Notes = map[string]string{}
	}
	if action.CancelRequested {
		w.askCancel()
	}
	w.closed.Go(w.flushLoop)
	return w
}

func (w *work) close() {
	close(w.done)
	w.closed.Wait()
}

func (w *work) askCancel() { w.once.Do(func() { close(w.cancelled) }) }

// cancelRequested says whether somebody has asked to cancel the action.
func (w *work) cancelRequested() bool {
	select {
	case <-w.cancelled:
		return true
	default:
		return false
	}
}

// untilCancelled is ctx, ended with CodeCancelled when somebody asks to cancel the action.
func (w *work) untilCancelled(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-w.cancelled:
			stop(errCancelled())
		case <-ctx.Done():
		}
	}()
	return ctx, func() { stop(nil) }
}

func errCancelled() error {
	return fleet.Errorf(fleet.CodeCancelled, "Cancelled.")
}

// keepLease renews the action's lease until ctx ends. When the lease is lost, or the database has not
// answered for as long as a lease lasts, it stops the work: somebody else may have taken it over.
func (w *work) keepLease(ctx context.Context, stop context.CancelCauseFunc) {
	ttl := w.runner.Lease
	tick := time.NewTicker(ttl / 3)
	defer tick.Stop()
	renewed := time.Now()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		attempt, cancel := context.WithTimeout(ctx, ttl/2)
		asked := time.Now()
		wanted, err := w.runner.Store.RenewLease(attempt, w.ref, ttl)
		cancel()
		switch {
		case err == nil:
			renewed = asked
			if wanted {
				w.askCancel()
			}
		case fleet.ErrorCode(err) == fleet.CodeLeaseLost:
			stop(err)
			return
		case time.Since(renewed) > ttl:
			stop(fleet.Errorf(fleet.CodeLeaseLost, "The lease could not be renewed: %v.", err))
			return
		}
	}
}

// line stores a line of output.
func (w *work) line(stream, host, text string) {
	w.add(fleet.ActionEvent{Kind: fleet.EventLine, Body: fleet.EventBody{Text: text, Stream: stream, Host: host}})
}

// say stores a line of Central's own.
func (w *work) say(text string) { w.line("central", "", text) }

// progress moves the action's percentage and says what is being done.
func (w *work) progress(percent int, text string) {
	w.mu.Lock()
	if w.percent == nil || *w.percent < percent {
		w.percent = &percent
	}
	w.step = &text
	w.mu.Unlock()
	w.add(fleet.ActionEvent{Kind: fleet.EventProgress, Body: fleet.EventBody{Percent: &percent, Text: text}})
}

// add puts an event in line for the database. It waits while too many are.
func (w *work) add(event fleet.ActionEvent) {
	event.At = time.Now().UTC()
	w.mu.Lock()
	w.events = append(w.events, event)
	full := len(w.events) >= maxBuffered
	w.mu.Unlock()
	if full {
		_ = w.flush() // the error is kept and comes back from the last flush
	}
}

// change alters the cursor; the change is stored with what was added before it.
func (w *work) change(alter func(*fleet.Cursor)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	alter(&w.cursor)
	w.dirty = true
}

// note is a fact that was put into the cursor earlier.
func (w *work) note(key string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cursor.Notes[key]
}

// flush stores everything that was added, in one transaction, together with the cursor. Once it has failed
// it fails for ever: the action is then carried on by whoever takes it over.
func (w *work) flush() error {
	w.flushing.Lock()
	defer w.flushing.Unlock()
	w.mu.Lock()
	events, change := w.events, store.Change{Percent: w.percent, Step: w.step}
	if w.dirty {
		cursor := cloneCursor(w.cursor)
		change.Cursor = &cursor
	}
	failed := w.failed
	w.events, w.percent, w.step, w.dirty = nil, nil, nil, false
	w.mu.Unlock()
	if failed != nil || len(events) == 0 && change == (store.Change{}) {
		return failed
	}
	err := w.runner.Store.Record(w.write, w.ref, events, change)
	if err != nil {
		w.mu.Lock()
		w.failed = err
		w.mu.Unlock()
	}
	return err
}

func (w *work) flushLoop() {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = w.flush() // kept, and returned by the flush that ends the action
		case <-w.done:
			return
		}
	}
}

func cloneCursor(c fleet.Cursor) fleet.Cursor {
	clone := c
	clone.Done = append([]string(nil), c.Done...)
	clone.Offsets, clone.Notes = map[string]int64{}, map[string]string{}
	for k, v := range c.Offsets {
		clone.Offsets[k] = v
	}
	for k, v := range c.Notes {
		clone.Notes[k] = v
	}
	return clone
}

// offset is how many bytes of a unit's output are stored already.
func (w *work) offset(unit string) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cursor.Offsets[unit]
}

// unitLine stores a line of a unit's output together with where the next one begins.
func (w *work) unitLine(unit, host string, line remote.Line) {
	w.mu.Lock()
	w.events = append(w.events, fleet.ActionEvent{
		At: time.Now().UTC(), Kind: fleet.EventLine, Body: fleet.EventBody{Text: line.Text, Stream: "stdout", Host: host},
	})
	w.cursor.Offsets[unit], w.dirty = line.End, true
	full := len(w.events) >= maxBuffered
	w.mu.Unlock()
	if full {
		_ = w.flush() // the error is kept and comes back from the last flush
	}
}
