package runner

import (
	"context"
	"errors"
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

// maxAttempts is how often an action is left to the next runner because the database failed. After that the
// error is the action's own.
const maxAttempts = 10

// work is one claimed action in the hands of its runner: its cursor, what is yet to be stored, and whether
// somebody has asked to cancel it.
type work struct {
	runner *Runner
	action *fleet.Action
	ref    store.LeaseRef
	life   context.Context         // of the work; its cause says why a runner has to let go of it
	stop   context.CancelCauseFunc // ends life
	write  context.Context         // outlives life, so that a runner that stops loses nothing

	cancelled chan struct{} // closed when somebody asks to cancel
	once      sync.Once

	flushing sync.Mutex // held while a batch is on its way to the database, so that batches keep their order
	mu       sync.Mutex
	events   []fleet.ActionEvent
	cursor   fleet.Cursor
	percent  *int
	step     *string
	highest  int    // percentage so far
	dirty    bool   // the cursor has changed since it was stored
	lost     bool   // the server was out of reach at least once
	badKey   string // what was said when the server showed another key than the pinned one
	failed   error
	done     chan struct{}
	closed   sync.WaitGroup
}

// newWork takes a claimed action in hand. stop ends life; write outlives it. Close it in the end.
func newWork(life, write context.Context, stop context.CancelCauseFunc, r *Runner, action *fleet.Action) *work {
	w := &work{
		runner: r, action: action, ref: store.LeaseRef{ActionID: action.ID, Attempt: action.Attempt},
		life: life, stop: stop, write: write,
		cancelled: make(chan struct{}), cursor: cloneCursor(action.Cursor), highest: action.Percent, done: make(chan struct{}),
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

// askWhetherCancelled asks the database at the last moment: what was wished since the lease was renewed counts.
func (w *work) askWhetherCancelled(ctx context.Context) error {
	wanted, err := w.runner.Store.RenewLease(ctx, w.ref, w.runner.Lease)
	if wanted {
		w.askCancel()
	}
	return w.stored(err)
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
func (w *work) keepLease(ctx context.Context) {
	ttl := w.runner.Lease
	tick := time.NewTicker(ttl / 3)
	defer tick.Stop()
	until := time.Now().Add(ttl)
	over := time.NewTimer(ttl)
	defer over.Stop()
	for {
		select {
		case <-tick.C:
		case <-over.C:
			w.stop(fleet.Errorf(fleet.CodeLeaseLost, "The lease of action %d could not be renewed in time.", w.action.ID))
			return
		case <-ctx.Done():
			return
		}
		asked := time.Now()
		attempt, cancel := context.WithTimeout(ctx, min(ttl/2, time.Until(until)))
		wanted, err := w.runner.Store.RenewLease(attempt, w.ref, ttl)
		cancel()
		switch {
		case err == nil:
			until = asked.Add(ttl)
			over.Reset(time.Until(until))
			if wanted {
				w.askCancel()
			}
		case fleet.ErrorCode(err) == fleet.CodeLeaseLost:
			w.stop(err)
			return
		}
	}
}

// errNotStored is why work stops whose database failed: what it did is on its server, the cursor says how
// far it had come, and the next runner goes on from there.
type errNotStored struct{ why error }

func (e errNotStored) Error() string { return "the database failed: " + e.why.Error() }
func (e errNotStored) Unwrap() error { return e.why }

// stored is what a method of the store returned. When the database was the trouble and not the action, or
// the lease is lost, the work stops where it is.
func (w *work) stored(err error) error {
	var known *fleet.Error
	switch {
	case err == nil:
	case fleet.ErrorCode(err) == fleet.CodeLeaseLost:
		w.stop(err)
	case !errors.As(err, &known) && w.action.Attempt < maxAttempts:
		w.stop(errNotStored{err})
	}
	return err
}

// unprepared is why what an action is about could not be read. What another runner has begun already is then
// neither finished nor taken back, which is for a person to know.
func (w *work) unprepared(err error) error {
	err = w.stored(err)
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.cursor.Done) == 0 && !w.cursor.Undoing {
		return err
	}
	why := fleet.Failure{Message: "its runner was gone"}
	if w.cursor.Failure != nil {
		why = *w.cursor.Failure
	}
	return undoFailed("Read what it is about", err, why)
}

// line stores a line of output.
func (w *work) line(stream, host, text string) {
	w.add(fleet.ActionEvent{Kind: fleet.EventLine, Body: fleet.EventBody{Text: text, Stream: stream, Host: host}})
}

// say stores a line of Central's own.
func (w *work) say(text string) { w.line("central", "", text) }

// progress moves the action's percentage, which never falls, and says what is being done.
func (w *work) progress(percent int, text string) {
	w.put(func() fleet.ActionEvent {
		w.highest = max(w.highest, percent)
		reached := w.highest
		w.percent, w.step = &reached, &text
		return fleet.ActionEvent{Kind: fleet.EventProgress, Body: fleet.EventBody{Percent: &reached, Text: text}}
	})
}

// add puts an event in line for the database.
func (w *work) add(event fleet.ActionEvent) {
	w.put(func() fleet.ActionEvent { return event })
}

// tell alters the cursor and adds the event that says so.
func (w *work) tell(event fleet.ActionEvent, alter func(*fleet.Cursor)) {
	w.put(func() fleet.ActionEvent {
		alter(&w.cursor)
		w.dirty = true
		return event
	})
}

// put adds the event that make returns. What make changes besides is stored in the same transaction as the
// event. put waits while too many events do.
func (w *work) put(make func() fleet.ActionEvent) {
	w.mu.Lock()
	event := make()
	event.At = time.Now().UTC()
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
// it fails for ever and the work stops: the action is then carried on by whoever takes it over.
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
		if fleet.ErrorCode(err) != fleet.CodeLeaseLost {
			err = errNotStored{err}
		}
		w.stop(err)
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
	event := fleet.ActionEvent{Kind: fleet.EventLine, Body: fleet.EventBody{Text: line.Text, Stream: "stdout", Host: host}}
	w.tell(event, func(c *fleet.Cursor) { c.Offsets[unit] = line.End })
}

// lostServer notes that the server was out of reach: what runs on it may have been started anew with it.
func (w *work) lostServer() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost = true
}

func (w *work) serverWasLost() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lost
}

// seeKey notes that the server showed another key than the pinned one, whatever becomes of the step.
func (w *work) seeKey(err error) {
	if fleet.ErrorCode(err) != fleet.CodeHostKeyChanged {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.badKey = failureOf(err).Message
}

func (w *work) changedKey() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.badKey
}
