package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"central/fleet"
	"central/runner/bench"
)

// maxStdout is how much a command may answer to Run. More is a fault: what answers much is streamed or run in a unit.
const maxStdout = 4 << 20

// maxTail is how much of the end of a stream is kept where only its end matters.
const maxTail = 64 << 10

// Output is what a command that was run to its end left behind.
type Output struct {
	Stdout   []byte // of Run, all of it; of RunLines, the last 64 KiB
	Stderr   []byte // the last 64 KiB
	ExitCode int    // 128 + the signal's number when a signal ended it
}

// ExitError says that a command ended with another status than 0. It unwraps to an *fleet.Error with
// CodeCommandFailed and the same sentence.
type ExitError struct {
	Host    string // name of the server
	Command string // the command's name
	Output
}

// Error names the server, the command and its status, with the last lines that it wrote.
func (e *ExitError) Error() string {
	sentence := fmt.Sprintf("%s on %s ended with status %d", e.Command, e.Host, e.ExitCode)
	if last := e.lastLines(5); last != "" {
		sentence += ": " + last
	}
	return sentence
}

// Unwrap gives the error in the form that clients see.
func (e *ExitError) Unwrap() error { return fleet.Errorf(fleet.CodeCommandFailed, "%s", e.Error()) }

// lastLines is the end of what the command complained, or of what it said if it did not complain.
func (e *ExitError) lastLines(n int) string {
	text := strings.TrimSpace(string(e.Stderr))
	if text == "" {
		text = strings.TrimSpace(string(e.Stdout))
	}
	lines := strings.Split(text, "\n")
	lines = lines[max(0, len(lines)-n):]
	for i, l := range lines {
		if len(l) > 300 {
			l = l[:300] + "…"
		}
		lines[i] = plain(l)
	}
	return strings.Join(lines, " | ")
}

// Run runs a command to its end and returns what it wrote. It errs with an *ExitError when the status is not 0; with
// an *fleet.Error of CodeUnreachable or CodeHostKeyChanged when the server cannot be used (a connection that is lost
// while the command runs is CodeUnreachable too: whether it ended is not known then); and with the context's error as
// soon as ctx ends, while the command may go on: what must be stoppable runs in a unit. A command that answers more
// than 4 MiB fails.
func (p *Pool) Run(ctx context.Context, host Host, command bench.Command) (Output, error) {
	return p.runWhole(ctx, host, command, false)
}

// RunNow is Run for what can wait for its next turn: it errs with ErrBusy, at once, while all connections to the
// server are busy with other work, and never stands in the way of that.
func (p *Pool) RunNow(ctx context.Context, host Host, command bench.Command) (Output, error) {
	return p.runWhole(ctx, host, command, true)
}

func (p *Pool) runWhole(ctx context.Context, host Host, command bench.Command, noQueue bool) (Output, error) {
	stdout := newHeadBuffer(maxStdout)
	stderr := &tailBuffer{limit: maxTail}
	code, err := p.run(ctx, host, command, streams{out: stdout, err: stderr, tooMuch: stdout}, noQueue)
	if err != nil {
		return Output{}, err
	}
	return finish(host, command, Output{Stdout: stdout.bytes(), Stderr: stderr.bytes(), ExitCode: code})
}

// RunLines is Run with every line of both streams given to onLine as it comes, never two at once and never after
// RunLines has returned. The command may write without end.
func (p *Pool) RunLines(ctx context.Context, host Host, command bench.Command, onLine func(Line)) (Output, error) {
	var one sync.Mutex
	stdout, stderr := &tailBuffer{limit: maxTail}, &tailBuffer{limit: maxTail}
	outLines, errLines := NewLineSplitter(0, onLine), NewLineSplitter(0, onLine)
	code, err := p.run(ctx, host, command, streams{
		out: &locked{&one, io.MultiWriter(stdout, outLines)}, err: &locked{&one, io.MultiWriter(stderr, errLines)},
	}, false)
	if err != nil {
		return Output{}, err
	}
	outLines.Flush()
	errLines.Flush()
	return finish(host, command, Output{Stdout: stdout.bytes(), Stderr: stderr.bytes(), ExitCode: code})
}

func finish(host Host, command bench.Command, out Output) (Output, error) {
	if out.ExitCode != 0 {
		return out, &ExitError{Host: host.Name, Command: command.String(), Output: out}
	}
	return out, nil
}

// streams is what a command reads and writes besides what is its own.
type streams struct {
	in       io.Reader // comes after the command's own input; nil for nothing
	out, err io.Writer
	tooMuch  *headBuffer // ends the command when it is full; may be nil
}

// run runs a command, feeds both writers until it has ended, and returns its exit status.
func (p *Pool) run(ctx context.Context, host Host, command bench.Command, with streams, noQueue bool) (int, error) {
	line, err := command.Line(host.User)
	if err != nil {
		return 0, err
	}
	s, err := p.open(ctx, host, noQueue)
	if err != nil {
		return 0, err
	}
	out, errs := &gate{w: with.out}, &gate{w: with.err}
	s.Stdout, s.Stderr = out, errs
	stdin, err := s.StdinPipe()
	if err != nil {
		p.release(host, s.conn)
		return 0, lostConnection(host)
	}
	ended := make(chan error, 1)
	go func() {
		if err := s.Start(line); err != nil {
			ended <- err
			return
		}
		go func() { // a command need not read all of its input
			_, err := stdin.Write(command.Stdin)
			if err == nil && with.in != nil {
				_, _ = io.Copy(stdin, with.in)
			}
			_ = stdin.Close()
		}()
		ended <- s.Wait()
	}()
	select {
	case err := <-ended:
		_ = s.Close()
		p.release(host, s.conn)
		return exitCode(host, err)
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-with.tooMuch.overflow():
		err = fleet.Errorf(fleet.CodeCommandFailed, "%s on %s wrote more than %d MiB", command, host.Name, with.tooMuch.limit>>20)
	}
	out.close()
	errs.close()
	go p.leave(host, s, ended)
	return 0, err
}

// leave turns away from a command. If it ends soon its place is free again, else the place is given up: sshd counts
// the session for as long as the command runs, and passes no signals on to commands of root.
func (p *Pool) leave(host Host, s *session, ended <-chan error) {
	patience := time.NewTimer(2 * time.Second)
	defer patience.Stop()
	select {
	case err := <-ended:
		slog.Debug("a command that nobody waited for has ended", "host", host.Name, "err", err)
		_ = s.Close()
		p.release(host, s.conn)
	case <-patience.C:
		_ = s.Close()
		p.abandon(host, s.conn)
	}
}

// exitCode reads the outcome of a session. Anything but an exit status or a signal is a lost connection.
func exitCode(host Host, err error) (int, error) {
	var exit *ssh.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit):
		return exit.ExitStatus(), nil // x/crypto already adds 128 to a signal's number
	default:
		return 0, lostConnection(host)
	}
}

// gate passes bytes on until it is closed; after that they are thrown away.
type gate struct {
	mu     sync.Mutex
	w      io.Writer
	closed bool
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return len(p), nil
	}
	return g.w.Write(p)
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// locked serialises writers that share something.
type locked struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// headBuffer keeps up to limit bytes and then closes full.
type headBuffer struct {
	limit int
	full  chan struct{}
	buf   []byte
	over  bool
}

func newHeadBuffer(limit int) *headBuffer {
	return &headBuffer{limit: limit, full: make(chan struct{})}
}

func (b *headBuffer) Write(p []byte) (int, error) {
	if room := b.limit - len(b.buf); len(p) > room {
		if !b.over {
			b.over = true
			close(b.full)
		}
		return len(p), nil
	}
	b.buf = append(b.buf, p...)
	return len(p), nil
}

func (b *headBuffer) bytes() []byte { return b.buf }

// overflow is closed when more came than there is room for; never of a buffer that is not there.
func (b *headBuffer) overflow() <-chan struct{} {
	if b == nil {
		return nil
	}
	return b.full
}

// tailBuffer keeps the last limit bytes, in at most twice that memory.
type tailBuffer struct {
	limit int
	buf   []byte
}

func (b *tailBuffer) Write(p []byte) (int, error) {
	n := len(p)
	if len(p) > b.limit {
		p = p[len(p)-b.limit:]
	}
	if len(b.buf)+len(p) > 2*b.limit {
		b.buf = append(b.buf[:0], b.buf[len(b.buf)-min(b.limit, len(b.buf)):]...)
	}
	b.buf = append(b.buf, p...)
	return n, nil
}

func (b *tailBuffer) bytes() []byte { return b.buf[max(0, len(b.buf)-b.limit):] }
