package remote

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"time"

	"central/fleet"
	"central/runner/bench"
)

// Unit is long work on a server that outlives the connection: a named transient systemd unit. The name is what
// makes it impossible to run it twice: whoever comes second attaches to what is there.
type Unit struct {
	Name    string        // from UnitName
	Command bench.Command // its Stdin is held in memory on the server until the command has opened it
	Timeout time.Duration // the unit is stopped after this; 0 = never
	Memory  int64         // bytes that its processes may use together; 0 = no limit

	// Reconnecting, when set, is told each time the connection is lost, or still cannot be made, while the unit
	// goes on by itself.
	Reconnecting func(error)
}

// Result is how a unit ended.
type Result struct {
	ExitCode int    // exit status of the command, or 128 + the signal's number; -1 when Lost
	Reason   string // systemd's word for it: success, exit-code, signal, timeout, oom-kill, …; empty when Lost
	Size     int64  // bytes of output

	Stopped bool // StopUnit was called
	OOM     bool // the kernel killed one of its processes for want of memory
	Timeout bool // it ran longer than its Timeout
	Lost    bool // it is not running and left no result: the machine went down under it, or before it began

	Attached bool // it had been started before this call
}

// OK tells whether the command ran to its end with status 0.
func (r Result) OK() bool { return !r.Lost && !r.Stopped && r.Reason == "success" && r.ExitCode == 0 }

// String says how it ended, in a few words.
func (r Result) String() string {
	switch {
	case r.Lost:
		return "was lost when the server went down"
	case r.OOM:
		return "was killed because memory ran out"
	case r.Timeout:
		return "took too long and was stopped"
	case r.Stopped:
		return "was stopped"
	case r.OK():
		return "succeeded"
	case r.ExitCode > 128 && r.Reason == "signal":
		return fmt.Sprintf("was killed by signal %d", r.ExitCode-128)
	default:
		return fmt.Sprintf("ended with status %d", r.ExitCode)
	}
}

var (
	unitName = regexp.MustCompile(`\Acentral-[1-9][0-9]{0,18}-[a-z0-9][a-z0-9-]{0,60}\z`)
	stepName = regexp.MustCompile(`[^a-z0-9]+`)
)

// UnitName is the name of the unit for a step of an action: "central-184-migrate".
func UnitName(action uint, step string) string {
	return fmt.Sprintf("central-%d-%s", action, strings.Trim(stepName.ReplaceAllString(strings.ToLower(step), "-"), "-"))
}

//go:embed unit.sh
var unitScript string

// RunUnit starts the unit, or attaches to it when it was started before, whether it still runs or not, and follows it to
// its end. onOutput gets every byte of its output from offset on, in order and once, with the offset of the byte after
// the chunk; it is never called twice at once, nor after RunUnit has returned, and may not keep the chunk.
//
// A connection that is lost on the way is made again for as long as ctx lives. When ctx ends, RunUnit returns its
// error and the unit goes on; StopUnit is what stops it. It errs with CodeUnreachable when the server cannot be
// reached at first, with CodeHostKeyChanged at any time, and with an *ExitError when systemd refuses the unit. How
// the command ended is no error but the Result.
func (p *Pool) RunUnit(ctx context.Context, host Host, unit Unit, offset int64, onOutput func(chunk []byte, next int64)) (Result, error) {
	if _, err := unit.Command.Exec(); err != nil {
		return Result{}, err
	}
	return p.follow(ctx, host, unit, offset, onOutput)
}

// AttachUnit is RunUnit for a unit that must have been started before. It errs with CodeNotFound when the server
// knows no such unit.
func (p *Pool) AttachUnit(ctx context.Context, host Host, name string, offset int64, onOutput func(chunk []byte, next int64)) (Result, error) {
	return p.follow(ctx, host, Unit{Name: name}, offset, onOutput)
}

func (p *Pool) follow(ctx context.Context, host Host, unit Unit, offset int64, onOutput func([]byte, int64)) (Result, error) {
	if !unitName.MatchString(unit.Name) {
		return Result{}, fleet.Errorf(fleet.CodeInvalid, "%q is no name for a unit", unit.Name)
	}
	f := &following{pool: p, host: host, unit: unit, offset: offset, onOutput: onOutput}
	pause := 100 * time.Millisecond
	for first := true; ; first = false {
		before := f.offset
		ended, err := f.once(ctx)
		switch {
		case ctx.Err() != nil:
			return Result{}, context.Cause(ctx)
		case ended && f.offset == f.result.Size:
			f.result.Attached = f.attached
			return f.result, nil
		case ended && f.offset > f.result.Size:
			return Result{}, fleet.Errorf(fleet.CodeInternal, "%s on %s has less output than was read from it", unit.Name, host.Name)
		case ended:
			continue // the rest of the output was still on its way
		case err == nil:
			err = lostConnection(host)
		case fleet.ErrorCode(err) != fleet.CodeUnreachable, first && !f.seen && f.refused:
			return Result{}, err
		}
		slog.Debug("following a unit again", "host", host.Name, "unit", unit.Name, "offset", f.offset, "err", err)
		if unit.Reconnecting != nil {
			unit.Reconnecting(err)
		}
		if f.offset > before {
			pause = 100 * time.Millisecond
		}
		select {
		case <-ctx.Done():
			return Result{}, context.Cause(ctx)
		case <-time.After(pause):
		}
		pause = min(2*pause, 5*time.Second)
	}
}

// following is one call of RunUnit or AttachUnit over however many connections it takes.
type following struct {
	pool     *Pool
	host     Host
	unit     Unit
	offset   int64 // of the next byte for onOutput
	onOutput func([]byte, int64)

	seen     bool // the unit was there at least once
	refused  bool // no session could be opened at the last try
	attached bool
	result   Result
}

// once follows the unit over one session. It returns true with f.result when the unit has ended, and false with
// or without an error when the session ended before.
func (f *following) once(ctx context.Context) (bool, error) {
	command, err := f.command()
	if err != nil {
		return false, err
	}
	line, err := command.Line(f.host.User)
	if err != nil {
		return false, err
	}
	s, err := f.pool.open(ctx, f.host, false)
	f.refused = err != nil
	if err != nil {
		return false, err
	}
	stdin, err1 := s.StdinPipe()
	stdout, err2 := s.StdoutPipe()
	stderr, err3 := s.StderrPipe()
	if err1 != nil || err2 != nil || err3 != nil {
		f.pool.release(f.host, s.conn)
		return false, lostConnection(f.host)
	}
	type outcome struct {
		code       int
		err        error
		said       said
		complaints []byte
	}
	ended := make(chan outcome, 1)
	output := make(chan []byte)
	taken := make(chan struct{})
	quit := make(chan struct{})
	defer close(quit)
	go func() {
		var o outcome
		if err := s.Start(line); err != nil {
			ended <- outcome{err: lostConnection(f.host)}
			close(output)
			return
		}
		go func() {
			_, _ = stdin.Write(command.Stdin)
			<-quit // until then it stays open: its end tells the script that we are gone
			_ = stdin.Close()
		}()
		heard := make(chan struct{})
		go func() {
			defer close(heard)
			o.said, o.complaints = listen(stderr)
		}()
		buffer := make([]byte, 64<<10)
		for {
			n, err := stdout.Read(buffer)
			if n > 0 {
				select {
				case output <- buffer[:n]:
					<-taken
				case <-quit:
				}
			}
			if err != nil {
				break
			}
		}
		<-heard
		o.code, o.err = exitCode(f.host, s.Wait())
		ended <- o
		close(output)
	}()
	for {
		select {
		case <-ctx.Done():
			done := make(chan error, 1)
			go func() { <-ended; done <- nil }()
			go f.pool.leave(f.host, s, done)
			return false, context.Cause(ctx)
		case chunk, more := <-output:
			if more {
				f.offset += int64(len(chunk))
				f.onOutput(chunk, f.offset)
				taken <- struct{}{}
				continue
			}
		}
		break
	}
	o := <-ended
	_ = s.Close()
	f.pool.release(f.host, s.conn)
	return f.conclude(o.code, o.err, o.said, o.complaints)
}

// command is the call of the script that starts or attaches.
func (f *following) command() (bench.Command, error) {
	line, user, input := "", "root", -1
	if len(f.unit.Command.Argv) > 0 {
		exec, err := f.unit.Command.Exec()
		if err != nil {
			return bench.Command{}, err
		}
		line = "exec " + exec
	}
	if f.unit.Command.User != "" {
		user = f.unit.Command.User
	}
	if err := fleet.ValidLogin(user); err != nil {
		return bench.Command{}, err
	}
	if f.unit.Command.Stdin != nil {
		input = len(f.unit.Command.Stdin)
	}
	timeout, memory := "infinity", "infinity"
	if f.unit.Timeout > 0 {
		timeout = strconv.FormatInt(max(1, int64(f.unit.Timeout/time.Millisecond)), 10) + "ms"
	}
	if f.unit.Memory > 0 {
		memory = strconv.FormatInt(f.unit.Memory, 10)
	}
	return bench.Command{
		Name: "start " + f.unit.Name,
		Argv: []string{"bash", "--norc", "-euc", unitScript, "unit", f.unit.Name, strconv.FormatInt(f.offset, 10),
			user, timeout, memory, strconv.Itoa(input), line},
		Stdin: f.unit.Command.Stdin,
	}, nil
}

// said is what the script reported of the unit.
type said struct {
	missing, started, attached bool
	ended                      *Result
}

// conclude judges one session by what the script said and how it ended.
func (f *following) conclude(code int, err error, s said, complaints []byte) (bool, error) {
	if (s.started || s.attached) && !f.seen {
		f.seen, f.attached = true, s.attached
	}
	switch {
	case s.ended != nil:
		f.result = *s.ended
		return true, nil
	case s.missing:
		return false, fleet.Errorf(fleet.CodeNotFound, "%s knows no unit %s", f.host.Name, f.unit.Name)
	case err != nil:
		return false, err
	case s.started || s.attached:
		return false, nil
	default:
		return false, &ExitError{Host: f.host.Name, Command: "start " + f.unit.Name, Output: Output{Stderr: complaints, ExitCode: code}}
	}
}

// listen reads the script's standard error to its end: its reports, and the last of what else was written there.
func listen(stderr io.Reader) (said, []byte) {
	var s said
	complaints := &tailBuffer{limit: 4 << 10}
	lines := bufio.NewReaderSize(stderr, 4<<10)
	for {
		line, err := lines.ReadSlice('\n') // a longer line comes in pieces; none of ours is that long
		if report, ok := strings.CutPrefix(string(line), "central-unit "); ok {
			s.take(strings.Fields(report))
		} else {
			_, _ = complaints.Write(line)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return s, complaints.bytes()
		}
	}
}

// take reads one report: "started", "attached", "missing", "lost SIZE STOPPED -", or
// "result SIZE STOPPED SERVICE_RESULT EXIT_CODE EXIT_STATUS".
func (s *said) take(words []string) {
	switch {
	case len(words) == 0:
	case words[0] == "started":
		s.started = true
	case words[0] == "attached":
		s.attached = true
	case words[0] == "missing":
		s.missing = true
	case words[0] == "lost" && len(words) >= 3:
		size, _ := strconv.ParseInt(words[1], 10, 64)
		s.ended = &Result{Lost: true, ExitCode: -1, Size: size, Stopped: words[2] == "yes"}
	case words[0] == "result" && len(words) >= 4:
		size, _ := strconv.ParseInt(words[1], 10, 64)
		r := parseResult(words[3:])
		r.Size, r.Stopped = size, words[2] == "yes"
		s.ended = &r
	}
}

// parseResult reads the words of a result file: systemd's SERVICE_RESULT, EXIT_CODE and EXIT_STATUS. The last two are
// missing when no process was ever started.
func parseResult(words []string) Result {
	r := Result{Reason: words[0], OOM: words[0] == "oom-kill", Timeout: words[0] == "timeout", ExitCode: -1}
	if len(words) < 3 {
		return r
	}
	if words[1] == "exited" {
		if n, err := strconv.Atoi(words[2]); err == nil {
			r.ExitCode = n
		}
		return r
	}
	if n, ok := signals[words[2]]; ok {
		r.ExitCode = 128 + n
	}
	return r
}

// signals are the numbers, on Linux, of the signals that end processes.
var signals = map[string]int{
	"HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
	"SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "XCPU": 24, "XFSZ": 25, "SYS": 31,
}

// UnitStatus is where a unit stands.
type UnitStatus string

// The states of a unit on its server.
const (
	UnitMissing UnitStatus = "missing" // never started, or removed
	UnitRunning UnitStatus = "running"
	UnitEnded   UnitStatus = "ended" // its result is there
	UnitLost    UnitStatus = "lost"  // neither running nor with a result
)

// UnitState is a look at a unit, without following it.
type UnitState struct {
	Status UnitStatus
	Size   int64   // bytes of output so far
	Result *Result // when Status is UnitEnded or UnitLost
}

//go:embed unitstate.sh
var unitStateScript string

// UnitState looks at a unit. It errs as Run does.
func (p *Pool) UnitState(ctx context.Context, host Host, name string) (UnitState, error) {
	out, err := p.unitCommand(ctx, host, name, "state")
	if err != nil {
		return UnitState{}, err
	}
	words := strings.Fields(string(out.Stdout))
	if len(words) < 3 {
		return UnitState{}, fleet.Errorf(fleet.CodeInternal, "%s gave no state of %s", host.Name, name)
	}
	state := UnitState{Status: UnitStatus(words[0])}
	state.Size, _ = strconv.ParseInt(words[1], 10, 64)
	switch state.Status {
	case UnitEnded:
		r := parseResult(words[3:])
		r.Size, r.Stopped = state.Size, words[2] == "yes"
		state.Result = &r
	case UnitLost:
		state.Result = &Result{Lost: true, ExitCode: -1, Size: state.Size, Stopped: words[2] == "yes"}
	}
	return state, nil
}

// StopUnit ends a unit: its processes get SIGTERM, and after ten seconds SIGKILL. It returns when they are gone. A unit that is not
// there or has ended is no error. It errs as Run does.
func (p *Pool) StopUnit(ctx context.Context, host Host, name string) error {
	_, err := p.unitCommand(ctx, host, name, "stop")
	return err
}

// RemoveUnit forgets a unit that has ended, once its result is on record elsewhere: after this, the same name
// starts anew. It errs with an *ExitError while the unit runs, and as Run does.
func (p *Pool) RemoveUnit(ctx context.Context, host Host, name string) error {
	_, err := p.unitCommand(ctx, host, name, "remove")
	return err
}

func (p *Pool) unitCommand(ctx context.Context, host Host, name, verb string) (Output, error) {
	if !unitName.MatchString(name) {
		return Output{}, fleet.Errorf(fleet.CodeInvalid, "%q is no name for a unit", name)
	}
	return p.Run(ctx, host, bench.Command{
		Name: verb + " " + name,
		Argv: []string{"bash", "--norc", "-euc", unitStateScript, "unit", verb, name},
	})
}
