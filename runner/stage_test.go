package runner

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

var admin = fleet.Actor{UserID: 1, Name: "ada", Role: fleet.RoleAdmin, RemoteAddress: "192.0.2.1"}

// quickPace never waits, and never gives a server up.
var quickPace = pace{
	patience: time.Hour, first: time.Microsecond, longest: time.Microsecond, again: []time.Duration{0, 0},
	grace: 0, writing: time.Minute, firewall: time.Minute, storage: 0, reboot: time.Minute,
}

// errorReporter is what a test and a check of a property have in common.
type errorReporter interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// stage is a real store with a runner whose handler of FETCH_RELEASES is the test's own.
type stage struct {
	address string // of the database
	store   *store.Store
	r       *Runner
	apps    int
}

func newStage(t *testing.T) *stage {
	t.Helper()
	address := storetest.Database(t)
	s := &stage{address: address, store: storetest.OpenOn(t, address)}
	s.r = s.runner("runner-1")
	return s
}

// runner is one more runner on the stage's store.
func (s *stage) runner(owner string) *Runner {
	r := New(Config{Store: s.store, Owner: owner, Lease: time.Minute, Log: slog.New(slog.DiscardHandler)})
	r.pace = quickPace
	return r
}

// queue queues an action that the handler of FETCH_RELEASES carries out.
func (s *stage) queue(t errorReporter) uint {
	t.Helper()
	s.apps++
	_, action, err := s.store.AddApp(context.Background(), admin, fleet.NewApp{
		Name: fmt.Sprintf("app_%d", s.apps), Repository: "https://git.example.com/app.git", Branch: "main",
	})
	if err != nil {
		t.Fatalf("queue: %v", err)
	}
	return action.ID
}

// claim claims what has to be there.
func (s *stage) claim(t errorReporter, id uint) *fleet.Action {
	t.Helper()
	action, err := s.store.ClaimAction(context.Background(), "runner-1", time.Minute)
	if err != nil || action == nil || action.ID != id {
		t.Fatalf("claimed %+v, %v; want action %d", action, err, id)
	}
	return action
}

// take queues and claims an action, for tests of the work itself.
func (s *stage) take(t *testing.T) *work {
	t.Helper()
	life, stop := context.WithCancelCause(context.Background())
	w := newWork(life, context.Background(), stop, s.r, s.claim(t, s.queue(t)))
	t.Cleanup(func() {
		stop(nil)
		w.close()
		s.sql(t, "UPDATE actions SET status = 'CANCELLED', lease_until = NULL WHERE id = ?", w.action.ID)
	})
	return w
}

// carryOut claims the action and runs it to the end of its runner, whichever that is: finished, given up, or killed
// by runtime.Goexit in a handler. cancel shuts the runner down.
func (s *stage) carryOut(t errorReporter, id uint, handle func(ctx context.Context, w *work, cancel func()) error) {
	t.Helper()
	action := s.claim(t, id)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.r.handlers[fleet.ActionFetchReleases] = func(ctx context.Context, w *work) error { return handle(ctx, w, cancel) }
	over := make(chan struct{})
	go func() {
		defer close(over)
		s.r.carryOut(ctx, action)
	}()
	<-over
}

// expire lets the lease of a killed runner run out.
func (s *stage) expire(t errorReporter, id uint) {
	t.Helper()
	s.sql(t, "UPDATE actions SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = ? AND status = 'RUNNING'", id)
}

// sql runs a statement that no method of the store is for.
func (s *stage) sql(t errorReporter, statement string, args ...any) {
	t.Helper()
	if _, err := s.store.DB().ExecContext(context.Background(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func (s *stage) action(t errorReporter, id uint) fleet.Action {
	t.Helper()
	a, err := s.store.Action(context.Background(), id)
	if err != nil {
		t.Fatalf("action %d: %v", id, err)
	}
	return a
}

func (s *stage) events(t errorReporter, id uint) []fleet.ActionEvent {
	t.Helper()
	events, err := s.store.Events(context.Background(), id, 0, 1_000_000)
	if err != nil {
		t.Fatalf("events of action %d: %v", id, err)
	}
	for i, e := range events {
		if e.Seq != uint64(i)+1 {
			t.Fatalf("event %d of action %d has the number %d", i+1, id, e.Seq)
		}
	}
	return events
}

// stepEvents is the STEP events of an action as "STEP STATUS".
func (s *stage) stepEvents(t errorReporter, id uint) []string {
	t.Helper()
	var steps []string
	for _, e := range s.events(t, id) {
		if e.Kind == fleet.EventStep {
			steps = append(steps, e.Body.Step+" "+string(e.Body.StepStatus))
		}
	}
	return steps
}

// lines is the lines of an action's output.
func (s *stage) lines(t errorReporter, id uint) []string {
	t.Helper()
	var lines []string
	for _, e := range s.events(t, id) {
		if e.Kind == fleet.EventLine {
			lines = append(lines, e.Body.Text)
		}
	}
	return lines
}

// world is what the steps of a story in memory change, and a record of their calls.
type world struct {
	mu     sync.Mutex
	there  map[string]bool // effects
	calls  []string        // such as "apply a", "undo a", "verify"
	script map[string][]act
}

// act is what one call does in place of just having its effect. effect applies or takes back; both look first.
type act func(ctx context.Context, effect func()) error

func newWorld() *world { return &world{there: map[string]bool{}, script: map[string][]act{}} }

// on says what the next calls do, one after the other; further ones do as usual.
func (v *world) on(call string, acts ...act) *world {
	v.script[call] = append(v.script[call], acts...)
	return v
}

func (v *world) call(ctx context.Context, call string, effect func()) error {
	v.mu.Lock()
	v.calls = append(v.calls, call)
	var next act
	if acts := v.script[call]; len(acts) > 0 {
		next, v.script[call] = acts[0], acts[1:]
	}
	v.mu.Unlock()
	safe := func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		effect()
	}
	if next == nil {
		safe()
		return nil
	}
	return next(ctx, safe)
}

func (v *world) apply(name string) func(context.Context) error {
	return func(ctx context.Context) error {
		return v.call(ctx, "apply "+name, func() { v.there[name] = true })
	}
}

func (v *world) undo(name string) func(context.Context) error {
	return func(ctx context.Context) error { return v.call(ctx, "undo "+name, func() { delete(v.there, name) }) }
}

// change is a step with an effect that can be taken back, look one without.
func (v *world) change(name string) step {
	return step{name: name, apply: v.apply(name), undo: v.undo(name)}
}

func (v *world) look(name string) step { return step{name: name, apply: v.apply(name)} }

// story puts steps together; each is 10 percent.
func (v *world) story(steps ...step) story {
	for i := range steps {
		steps[i].percent = 10 * (i + 1)
	}
	return story{
		steps: steps,
		begin: func(ctx context.Context, name string, _ int) error {
			return v.call(ctx, "begin "+name, func() {})
		},
		verify: func(ctx context.Context) error { return v.call(ctx, "verify", func() {}) },
	}
}

// did is the calls besides those of begin.
func (v *world) did() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(v.calls), func(call string) bool { return len(call) > 6 && call[:6] == "begin " })
}

// effects is what is there, sorted.
func (v *world) effects() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var names []string
	for name := range v.there {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// What a call may do.

func fails(code fleet.Code, message string) act {
	return func(context.Context, func()) error { return fleet.Errorf(code, "%s", message) }
}

// halfFails has its effect and then fails.
func halfFails(code fleet.Code, message string) act {
	return func(_ context.Context, effect func()) error {
		effect()
		return fleet.Errorf(code, "%s", message)
	}
}

// dies ends the runner without a word, before or after the effect.
func diesBefore(context.Context, func()) error {
	runtime.Goexit()
	return nil
}

func diesAfter(_ context.Context, effect func()) error {
	effect()
	runtime.Goexit()
	return nil
}

// until waits for the end of its context, as what follows a long unit does.
func until(started chan<- struct{}) act {
	return func(ctx context.Context, effect func()) error {
		effect()
		close(started)
		<-ctx.Done()
		return context.Cause(ctx)
	}
}

// waitFor waits for a signal.
func waitFor[T any](t *testing.T, what string, signal <-chan T) T {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	select {
	case v := <-signal:
		return v
	case <-deadline.C:
		t.Fatalf("not in a minute: %s", what)
		panic("unreachable")
	}
}

// eventually waits until done says true, asking now and then.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	eventuallyWithin(t, time.Minute, what, done)
}

func eventuallyWithin(t *testing.T, patience time.Duration, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("not in %s: %s", patience, what)
		case <-again.C:
		}
	}
}

// server puts a server on record.
func (s *stage) server(t errorReporter, name string) fleet.Server {
	t.Helper()
	server, err := s.store.AddServer(context.Background(), admin, fleet.NewServer{
		Name: name, Address: name + ".example.com", Role: fleet.RoleMaster, HostKey: "ssh-ed25519 AAAA " + name,
	})
	if err != nil {
		t.Fatalf("add a server: %v", err)
	}
	return server
}
