package remote_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/runner/remote"
)

func TestPipe(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	pipe := func(source, target string) remote.Pipe {
		return remote.Pipe{From: host, Source: shell(source), To: host, Target: shell(target)}
	}

	t.Run("OK", func(t *testing.T) {
		p := pipe("exec head -c 20000000 /dev/zero", `read -r line; echo "$line"; wc -c`)
		p.Target.Stdin = []byte("first\n")
		var last int64
		p.OnBytes = func(total int64) { last = total }
		out, err := pool.Pipe(within(t, time.Minute), p)
		if err != nil || string(out.Stdout) != "first\n20000000\n" || last != 20000000 {
			t.Errorf("%v %q after %d bytes", err, out.Stdout, last)
		}
	})

	t.Run("ErrSource", func(t *testing.T) {
		_, err := pool.Pipe(within(t, time.Minute), pipe("echo half; echo why >&2; exit 3", "cat >/dev/null; exit 4"))
		var exit *remote.ExitError
		if !errors.As(err, &exit) || exit.ExitCode != 3 || !strings.Contains(err.Error(), "why") {
			t.Errorf("got %v", err)
		}
	})

	t.Run("ErrTarget", func(t *testing.T) {
		began := time.Now()
		_, err := pool.Pipe(within(t, time.Minute), pipe("exec cat /dev/zero", "head -c 100 >/dev/null; echo full >&2; exit 5"))
		var exit *remote.ExitError
		if !errors.As(err, &exit) || exit.ExitCode != 5 || !strings.Contains(err.Error(), "full") {
			t.Errorf("after %s got %v", time.Since(began), err)
		}
		eventually(t, "the source has ended", func() bool {
			return mustRun(t, pool, host, "pgrep -fc 'cat /dev/[z]ero' || true") == "0"
		})
	})

	t.Run("ErrTooMuch", func(t *testing.T) {
		_, err := pool.Pipe(within(t, time.Minute), pipe("true", "head -c 40000000 /dev/zero"))
		if fleet.ErrorCode(err) != fleet.CodeCommandFailed || !strings.Contains(err.Error(), "more than 32 MiB") {
			t.Errorf("got %v", err)
		}
	})

	t.Run("ErrContext", func(t *testing.T) {
		stop := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(300*time.Millisecond, func() { cancel(stop) })
		if _, err := pool.Pipe(ctx, pipe("exec cat /dev/zero", "exec cat >/dev/null")); !errors.Is(err, stop) {
			t.Errorf("got %v", err)
		}
		eventually(t, "both ends have ended", func() bool {
			return mustRun(t, pool, host, "pgrep -fc 'exec cat [>/]' || true") == "0"
		})
	})

	// What was a part only must not pass for the whole: the source's failure is the pipe's, however the target ended.
	t.Run("ErrHalf", func(t *testing.T) {
		_, err := pool.Pipe(within(t, time.Minute), pipe("echo half; kill -KILL $$", "cat"))
		var exit *remote.ExitError
		if !errors.As(err, &exit) || exit.ExitCode != 137 {
			t.Errorf("got %v", err)
		}
	})
}
