package remote_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/runner/remote"
)

// recorder keeps the output of a unit and checks that its offsets fit.
type recorder struct {
	t      *testing.T
	mu     sync.Mutex
	output []byte
	start  int64
	wake   chan struct{} // gets a token at each chunk
}

func newRecorder(t *testing.T, start int64) *recorder {
	return &recorder{t: t, start: start, wake: make(chan struct{}, 1)}
}

func (r *recorder) take(chunk []byte, next int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.output = append(r.output, chunk...)
	if want := r.start + int64(len(r.output)); next != want {
		r.t.Errorf("next offset %d after %d bytes from %d", next, len(r.output), r.start)
	}
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(r.output)
}

// waitFor waits until the output holds want.
func (r *recorder) waitFor(want string) {
	r.t.Helper()
	deadline := time.After(20 * time.Second)
	for !strings.Contains(r.text(), want) {
		select {
		case <-r.wake:
		case <-deadline:
			r.t.Fatalf("no %q in 20 s, but %q", want, r.text())
		}
	}
}

var unitNumber struct {
	sync.Mutex
	n uint
}

// newUnit is a unit of its own for a script that runs as frappe.
func newUnit(script string, args ...string) remote.Unit {
	unitNumber.Lock()
	defer unitNumber.Unlock()
	unitNumber.n++
	c := shell(script, args...)
	c.User = "frappe"
	return remote.Unit{Name: remote.UnitName(unitNumber.n, "test"), Command: c}
}

func TestUnitName(t *testing.T) {
	for step, want := range map[string]string{"migrate": "central-7-migrate", "Search index!": "central-7-search-index", "restore_tables": "central-7-restore-tables"} {
		if got := remote.UnitName(7, step); got != want {
			t.Errorf("%q: %s, want %s", step, got, want)
		}
	}
}

func TestRunUnit(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})

	t.Run("OK", func(t *testing.T) {
		unit := newUnit(`printf 'one\ntwo %s\n' "$1"; id -un; pwd; echo "$HOME $A"; cat`, `$HOME %n "' $$`)
		unit.Command.Dir = "/home/frappe"
		unit.Command.Env = map[string]string{"A": "b c%d$x"}
		r := newRecorder(t, 0)
		result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, r.take)
		if err != nil || !result.OK() || result.Attached {
			t.Fatalf("%+v, %v", result, err)
		}
		want := "one\ntwo $HOME %n \"' $$\nfrappe\n/home/frappe\n/home/frappe b c%d$x\n"
		if r.text() != want || result.Size != int64(len(want)) {
			t.Errorf("got %q, want %q", r.text(), want)
		}
	})

	t.Run("Input", func(t *testing.T) {
		secret := strings.Repeat("s3cret-canary ", 20000)
		unit := newUnit(`cat; ls -l /proc/self/fd/0 >/dev/null`)
		unit.Command.Stdin = []byte(secret)
		r := newRecorder(t, 0)
		result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, r.take)
		if err != nil || !result.OK() || r.text() != secret {
			t.Fatalf("%+v, %v, %d bytes", result, err, len(r.text()))
		}
		if left := mustRun(t, pool, host, `ls /run/central; grep -l canary /var/lib/central/units/"$1"/command || true`, unit.Name); left != "" {
			t.Errorf("the input is still on the server: %s", left)
		}
	})

	t.Run("Fails", func(t *testing.T) {
		unit := newUnit(`echo no >&2; exit 7`)
		r := newRecorder(t, 0)
		result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, r.take)
		if err != nil || result.ExitCode != 7 || result.OK() || result.Reason != "exit-code" || r.text() != "no\n" {
			t.Fatalf("%+v, %v, %q", result, err, r.text())
		}
	})

	t.Run("Killed", func(t *testing.T) {
		unit := newUnit(`kill -KILL $$`)
		result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, newRecorder(t, 0).take)
		if err != nil || result.ExitCode != 137 || result.Reason != "signal" || result.OOM {
			t.Fatalf("%+v, %v", result, err)
		}
	})

	t.Run("Memory", func(t *testing.T) {
		unit := newUnit(`exec sleep 1000`)
		unit.Memory = 64 << 20
		ctx, cancel := context.WithCancel(within(t, time.Minute))
		go func() { _, _ = pool.RunUnit(ctx, host, unit, 0, newRecorder(t, 0).take) }()
		eventually(t, "the unit has its limit", func() bool {
			return mustRun(t, pool, host, `systemctl show -p MemoryMax --value "$1.service"`, unit.Name) == "67108864"
		})
		cancel()
		if err := pool.StopUnit(within(t, time.Minute), host, unit.Name); err != nil {
			t.Error(err)
		}
	})

	// The practice hosts have no memory controller, so the words are systemd's but the kill is not the kernel's.
	t.Run("OutOfMemory", func(t *testing.T) {
		unit := newUnit(`true`)
		mustRun(t, pool, host, `cd /var/lib/central/units; mkdir "$1"; echo half >"$1/output"; echo oom-kill killed KILL >"$1/result"`, unit.Name)
		result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, newRecorder(t, 0).take)
		if err != nil || !result.OOM || result.OK() || result.ExitCode != 137 {
			t.Fatalf("%+v, %v", result, err)
		}
	})

	t.Run("Timeout", func(t *testing.T) {
		unit := newUnit(`exec sleep 1000`)
		unit.Timeout = 300 * time.Millisecond
		result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, newRecorder(t, 0).take)
		if err != nil || !result.Timeout || result.OK() {
			t.Fatalf("%+v, %v", result, err)
		}
	})

	t.Run("LeavesNothingRunning", func(t *testing.T) {
		unit := newUnit(`setsid sleep 12345 & echo started`)
		if result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, newRecorder(t, 0).take); err != nil || !result.OK() {
			t.Fatalf("%+v, %v", result, err)
		}
		if n := mustRun(t, pool, host, `pgrep -fc '^sleep 12345' || true`); n != "0" {
			t.Errorf("%s children are left", n)
		}
	})

	t.Run("ErrNoUser", func(t *testing.T) {
		unit := newUnit(`true`)
		unit.Command.User = "nobody-here"
		_, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, newRecorder(t, 0).take)
		if fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			t.Fatalf("got %v", err)
		}
	})

	t.Run("ErrName", func(t *testing.T) {
		for _, name := range []string{"", "x", "central-1", "central-0-x", "central-1-x/../y", "central-1-$(id)", "central-1-x\n", "ssh.service"} {
			unit := newUnit(`true`)
			unit.Name = name
			if _, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, newRecorder(t, 0).take); fleet.ErrorCode(err) != fleet.CodeInvalid {
				t.Errorf("%q: got %v", name, err)
			}
		}
	})
}

func TestUnitRunsOnce(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	unit := newUnit(`echo run >>/tmp/$1; echo before; until [ -e /tmp/$1.go ]; do sleep 0.05; done; echo after`, "once")
	const callers = 10
	var all sync.WaitGroup
	records := make([]*recorder, callers)
	attached := make(chan bool, callers)
	for i := range callers {
		r := newRecorder(t, 0)
		records[i] = r
		all.Go(func() {
			result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, r.take)
			if err != nil || !result.OK() || r.text() != "before\nafter\n" {
				t.Errorf("%+v, %v, %q", result, err, r.text())
			}
			attached <- result.Attached
		})
	}
	for _, r := range records {
		r.waitFor("before\n")
	}
	mustRun(t, pool, host, `touch /tmp/once.go`)
	all.Wait()
	close(attached)
	starters := 0
	for a := range attached {
		if !a {
			starters++
		}
	}
	if starters != 1 {
		t.Errorf("%d callers started it", starters)
	}
	// Long after it has ended, the name still attaches.
	r := newRecorder(t, 7)
	result, err := pool.RunUnit(within(t, time.Minute), host, unit, 7, r.take)
	if err != nil || !result.OK() || !result.Attached || r.text() != "after\n" {
		t.Errorf("%+v, %v, %q", result, err, r.text())
	}
	if runs := mustRun(t, pool, host, `cat /tmp/once`); runs != "run" {
		t.Errorf("it ran more than once: %q", runs)
	}
	// Only when it was forgotten on purpose it starts anew.
	if err := pool.RemoveUnit(within(t, time.Minute), host, unit.Name); err != nil {
		t.Fatal(err)
	}
	if result, err = pool.RunUnit(within(t, time.Minute), host, unit, 0, newRecorder(t, 0).take); err != nil || result.Attached {
		t.Errorf("%+v, %v", result, err)
	}
}

// chatty writes numbered lines until it has written 20,000, a bit slower than it could.
const chatty = `i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo "line $i of a rather chatty program"; [ $((i % 500)) -ne 0 ] || sleep 0.05; done`

func chattyOutput() string {
	var b strings.Builder
	for i := 1; i <= 20000; i++ {
		fmt.Fprintf(&b, "line %d of a rather chatty program\n", i)
	}
	return b.String()
}

func TestUnitSurvivesDroppedConnections(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	wire := newLine(t, host)
	unit := newUnit(chatty)
	var reconnecting int
	unit.Reconnecting = func(err error) {
		if fleet.ErrorCode(err) != fleet.CodeUnreachable {
			t.Errorf("reconnecting after %v", err)
		}
		reconnecting++
	}
	r := newRecorder(t, 0)
	next := int64(50_000)
	result, err := pool.RunUnit(within(t, time.Minute), wire.Host, unit, 0, func(chunk []byte, offset int64) {
		r.take(chunk, offset)
		if offset > next {
			next += 150_000
			wire.drop()
		}
	})
	if err != nil || !result.OK() {
		t.Fatalf("%+v, %v", result, err)
	}
	if r.text() != chattyOutput() {
		t.Errorf("%d bytes, want %d: lost or repeated", len(r.text()), len(chattyOutput()))
	}
	if reconnecting < 3 || wire.connections() < 4 {
		t.Errorf("reconnected %d times over %d connections: the test did not test", reconnecting, wire.connections())
	}
}

func TestUnitWaitsForALineThatIsDown(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	wire := newLine(t, host)
	unit := newUnit(`echo before; until [ -e /tmp/$1.go ]; do sleep 0.05; done; echo after`, "down")
	lost := make(chan struct{}, 100)
	unit.Reconnecting = func(error) { lost <- struct{}{} }
	r := newRecorder(t, 0)
	done := make(chan error, 1)
	go func() {
		result, err := pool.RunUnit(within(t, time.Minute), wire.Host, unit, 0, r.take)
		if err == nil && !result.OK() {
			err = fmt.Errorf("%+v", result)
		}
		done <- err
	}()
	r.waitFor("before\n")
	wire.cut()
	<-lost
	<-lost // once for the lost connection, then for each that could not be made
	mustRun(t, pool, host, `touch /tmp/down.go`)
	wire.mend()
	if err := <-done; err != nil || r.text() != "before\nafter\n" {
		t.Fatalf("%v, %q", err, r.text())
	}
}

func TestKilledClientAttachesAgain(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	unit := newUnit(chatty)
	var whole bytes.Buffer
	for offset, tries := int64(0), 0; ; tries++ {
		ctx, kill := context.WithCancelCause(within(t, time.Minute))
		killed := errors.New("killed")
		result, err := pool.RunUnit(ctx, host, unit, offset, func(chunk []byte, next int64) {
			whole.Write(chunk)
			offset = next
			if tries < 5 && next > int64(tries+1)*100_000 {
				kill(killed)
			}
		})
		kill(nil)
		if errors.Is(err, killed) {
			continue
		}
		if err != nil || !result.OK() {
			t.Fatalf("%+v, %v", result, err)
		}
		if tries != 5 || !result.Attached {
			t.Errorf("%d tries, %+v", tries, result)
		}
		break
	}
	if whole.String() != chattyOutput() {
		t.Errorf("%d bytes, want %d: lost or repeated", whole.Len(), len(chattyOutput()))
	}
	eventually(t, "no follower is left on the server", func() bool {
		return mustRun(t, pool, host, `pgrep -fc "^(tail|cat|bash) .*$1" || true`, unit.Name) == "0"
	})
}

func TestUnitHugeOutput(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	const size = 100 << 20
	unit := newUnit(`head -c "$1" /dev/zero | tr '\0' x`, fmt.Sprint(size)) // one line of 100 MB
	lines := 0
	splitter := remote.NewLineSplitter(0, func(l remote.Line) {
		lines++
		if len(l.Text) > remote.MaxLine+100 {
			t.Errorf("a line of %d bytes", len(l.Text))
		}
	})
	sum := sha256.New()
	result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, func(chunk []byte, _ int64) {
		sum.Write(chunk)
		_, _ = splitter.Write(chunk)
	})
	splitter.Flush()
	if err != nil || !result.OK() || result.Size != size || lines != 1 {
		t.Fatalf("%+v, %v, %d lines", result, err, lines)
	}
	if want := sha256.Sum256(bytes.Repeat([]byte("x"), size)); !bytes.Equal(sum.Sum(nil), want[:]) {
		t.Error("other bytes than were written")
	}
}

func TestUnitProgressIsLive(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	unit := newUnit(`for p in 10 50 100; do printf '\r[==] %s%%' $p; until [ -e /tmp/progress-$p ]; do sleep 0.02; done; done; echo; echo done`)
	redrawn := make(chan string, 10)
	var kept []string
	splitter := remote.NewLineSplitter(0, func(l remote.Line) {
		if l.Redraw {
			redrawn <- l.Text
		} else {
			kept = append(kept, l.Text)
		}
	})
	done := make(chan error, 1)
	go func() {
		_, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, func(chunk []byte, _ int64) { _, _ = splitter.Write(chunk) })
		done <- err
	}()
	for _, p := range []string{"10", "50", "100"} {
		if got := <-redrawn; got != "[==] "+p+"%" {
			t.Errorf("redrawn as %q at %s", got, p)
		}
		mustRun(t, pool, host, `touch /tmp/progress-$1`, p)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(kept, "|"); got != "[==] 100%|done" {
		t.Errorf("kept %q", got)
	}
}

func TestStopUnit(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	t.Run("Running", func(t *testing.T) {
		unit := newUnit(`trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done`)
		r := newRecorder(t, 0)
		done := make(chan remote.Result, 1)
		go func() {
			result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, r.take)
			if err != nil {
				t.Error(err)
			}
			done <- result
		}()
		r.waitFor("ready\n")
		if err := pool.RemoveUnit(within(t, time.Minute), host, unit.Name); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			t.Errorf("a running unit was removed: %v", err)
		}
		state, err := pool.UnitState(within(t, time.Minute), host, unit.Name)
		if err != nil || state.Status != remote.UnitRunning || state.Size != 6 || state.Result != nil {
			t.Errorf("%+v, %v", state, err)
		}
		if err := pool.StopUnit(within(t, time.Minute), host, unit.Name); err != nil {
			t.Fatal(err)
		}
		// The command ended with status 0, but nobody may take that for success.
		if result := <-done; result.OK() || !result.Stopped || !strings.HasSuffix(r.text(), "bye\n") {
			t.Errorf("%+v, %q", result, r.text())
		}
		state, err = pool.UnitState(within(t, time.Minute), host, unit.Name)
		if err != nil || state.Status != remote.UnitEnded || state.Result == nil || !state.Result.Stopped {
			t.Errorf("%+v, %v", state, err)
		}
	})
	t.Run("EndedOrMissing", func(t *testing.T) {
		unit := newUnit(`true`)
		if err := pool.StopUnit(within(t, time.Minute), host, unit.Name); err != nil {
			t.Error(err)
		}
		if result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, newRecorder(t, 0).take); err != nil || !result.OK() {
			t.Errorf("%+v, %v", result, err)
		}
		if err := pool.StopUnit(within(t, time.Minute), host, unit.Name); err != nil {
			t.Error(err)
		}
		if state, err := pool.UnitState(within(t, time.Minute), host, unit.Name); err != nil || state.Result == nil || !state.Result.OK() {
			t.Errorf("%+v, %v", state, err)
		}
	})
}

func TestAttachUnit(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	_, err := pool.AttachUnit(within(t, time.Minute), host, "central-999-nothing", 0, newRecorder(t, 0).take)
	if fleet.ErrorCode(err) != fleet.CodeNotFound {
		t.Errorf("got %v", err)
	}
	if state, err := pool.UnitState(within(t, time.Minute), host, "central-999-nothing"); err != nil || state.Status != remote.UnitMissing {
		t.Errorf("%+v, %v", state, err)
	}
	unit := newUnit(`echo hello`)
	if _, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, newRecorder(t, 0).take); err != nil {
		t.Fatal(err)
	}
	r := newRecorder(t, 2)
	result, err := pool.AttachUnit(within(t, time.Minute), host, unit.Name, 2, r.take)
	if err != nil || !result.OK() || !result.Attached || r.text() != "llo\n" {
		t.Errorf("%+v, %v, %q", result, err, r.text())
	}
}

// A unit whose directory was made, but that was never started because the power went in between, starts.
func TestUnitThatNeverStarted(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	unit := newUnit(`echo hello`)
	mustRun(t, pool, host, `mkdir -p /var/lib/central/units/"$1"; echo half >/var/lib/central/units/"$1"/command`, unit.Name)
	r := newRecorder(t, 0)
	result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, r.take)
	if err != nil || !result.OK() || result.Attached || r.text() != "hello\n" {
		t.Errorf("%+v, %v, %q", result, err, r.text())
	}
}

func TestUnitLostWithItsMachine(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{KeepAlive: 100 * time.Millisecond, DialTimeout: time.Second})
	unit := newUnit(`echo before; exec sleep 1000`)
	unit.Command.Name = "sleep"
	r := newRecorder(t, 0)
	type outcome struct {
		result remote.Result
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		result, err := pool.RunUnit(within(t, 2*time.Minute), host, unit, 0, r.take)
		done <- outcome{result, err}
	}()
	r.waitFor("before\n")
	mustRun(t, pool, host, `sync -f /var/lib/central/units`)
	if err := fixture.fleet.PullPlug(within(t, time.Minute), host.Name); err != nil {
		t.Fatal(err)
	}
	if err := fixture.fleet.SwitchOn(within(t, time.Minute), host.Name); err != nil {
		t.Fatal(err)
	}
	o := <-done
	if o.err != nil || !o.result.Lost || o.result.OK() || o.result.Size != 7 || r.text() != "before\n" {
		t.Fatalf("%+v, %v, %q", o.result, o.err, r.text())
	}
	// Starting it again is not possible by accident.
	result, err := pool.RunUnit(within(t, time.Minute), host, unit, 7, newRecorder(t, 7).take)
	if err != nil || !result.Lost || !result.Attached {
		t.Errorf("%+v, %v", result, err)
	}
	if state, err := pool.UnitState(within(t, time.Minute), host, unit.Name); err != nil || state.Status != remote.UnitLost {
		t.Errorf("%+v, %v", state, err)
	}
}
