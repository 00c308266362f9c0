package remote

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"central/runner/bench"
)

// maxPiped is how much the reading end of a Pipe may answer.
const maxPiped = 32 << 20

// errOtherEnd is why one end of a Pipe is left when the other one has failed; the failure is the other one's.
var errOtherEnd = errors.New("the other end of the pipe has failed")

// Pipe is one command whose output goes to another one on another server, through this process: servers of different
// pairs cannot reach each other.
type Pipe struct {
	From    Host
	Source  bench.Command // writes to its standard output
	To      Host
	Target  bench.Command // reads that behind its own Stdin
	OnBytes func(total int64)
}

// Pipe runs both commands of a pipe to their end and returns what the target answered, up to 32 MiB. It succeeds when both
// do; else it errs as Run does, with the failure that came first. The target may have read an end that was cut short by
// then, so what it reads has to say where it ends, as a compressed stream does.
func (p *Pool) Pipe(ctx context.Context, pipe Pipe) (Output, error) {
	ctx, leave := context.WithCancelCause(ctx)
	defer leave(nil)
	var once sync.Once
	var first error
	fail := func(err error) {
		once.Do(func() { first = err })
		leave(errOtherEnd)
	}
	reader, writer := io.Pipe()
	var both sync.WaitGroup
	both.Go(func() {
		stderr := &tailBuffer{limit: maxTail}
		code, err := p.run(ctx, pipe.From, pipe.Source, streams{out: &meter{w: writer, onBytes: pipe.OnBytes}, err: stderr}, false)
		if err == nil {
			_, err = finish(pipe.From, pipe.Source, Output{Stderr: stderr.bytes(), ExitCode: code})
		}
		if err != nil {
			fail(err)
		}
		_ = writer.CloseWithError(err) // io.EOF for the target when all is well
	})
	var out Output
	both.Go(func() {
		defer func() { _ = reader.Close() }()
		stdout, stderr := newHeadBuffer(maxPiped), &tailBuffer{limit: maxTail}
		code, err := p.run(ctx, pipe.To, pipe.Target, streams{in: reader, out: stdout, err: stderr, tooMuch: stdout}, false)
		if err == nil {
			out, err = finish(pipe.To, pipe.Target, Output{Stdout: stdout.bytes(), Stderr: stderr.bytes(), ExitCode: code})
		}
		if err != nil {
			fail(err)
		}
	})
	both.Wait()
	return out, first
}

// meter passes bytes on and counts them. When nobody reads them any more they are thrown away, so that the one who writes
// is not held up until it is left.
type meter struct {
	w       io.Writer
	total   atomic.Int64
	onBytes func(total int64)
}

func (m *meter) Write(p []byte) (int, error) {
	if _, err := m.w.Write(p); err == nil && m.onBytes != nil {
		m.onBytes(m.total.Add(int64(len(p))))
	}
	return len(p), nil
}
