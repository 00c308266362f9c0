package e2e

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// writable knows when each database of a pair could be written to. It asks them every 50 ms on the consoles of their
// hosts, so it sees them whatever their network is; all hosts have the clock of one machine.
type writable struct {
	t    *testing.T
	pair pairState
	over string // file that ends the asking on a host
	end  sync.Once
	done sync.WaitGroup
	stop context.CancelFunc

	mu    sync.Mutex
	spans map[string][]span // during which a database was open, by host, in order
	asked map[string]int    // how often a host's database has answered
}

// span is a time on the clock of the machine, in seconds.
type span struct{ from, to float64 }

// askOften is a script that asks until the file that it is given is there, or MariaDB goes away.
const askOften = `while sleep 0.05 && [ ! -e "$1" ]; do
	echo 'SELECT UNIX_TIMESTAMP(SYSDATE(6)), @@GLOBAL.read_only;'
done | mariadb --batch --skip-column-names --unbuffered`

// watchWritable begins to ask both databases of a pair.
func watchWritable(t *testing.T, pair pairState) *writable {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	w := &writable{t: t, pair: pair, over: fmt.Sprintf("/run/asked-%d", time.Now().UnixNano()), stop: stop, spans: map[string][]span{}, asked: map[string]int{}}
	for _, host := range []string{pair.Master.Name, pair.Slave.Name} {
		w.done.Go(func() { w.watch(ctx, host) })
	}
	t.Cleanup(w.finish)
	return w
}

func (w *writable) watch(ctx context.Context, host string) {
	for ctx.Err() == nil {
		// That it errs is a host without power, or a MariaDB that is not there: neither is written to.
		said, _ := fleet.Fleet.Console(ctx, host, "", "bash", "-c", askOften, "ask", w.over)
		w.add(host, said)
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// add keeps what one connection to a database was told. Two answers in a row that it is open mean that it was open
// between them.
func (w *writable) add(host, said string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	wasOpen := false
	for line := range strings.Lines(said) {
		word, readOnly, _ := strings.Cut(strings.TrimSpace(line), "\t")
		at, err := strconv.ParseFloat(word, 64)
		if err != nil {
			continue // the line that was on its way when the power was taken
		}
		w.asked[host]++
		switch spans := w.spans[host]; {
		case readOnly != "0":
		case wasOpen:
			spans[len(spans)-1].to = at
		default:
			w.spans[host] = append(spans, span{at, at})
		}
		wasOpen = readOnly == "0"
	}
}

// finish ends the asking.
func (w *writable) finish() {
	w.end.Do(func() {
		w.stop()
		for _, host := range []string{w.pair.Master.Name, w.pair.Slave.Name} {
			if _, err := fleet.Fleet.Console(context.WithoutCancel(w.t.Context()), host, "", "touch", w.over); err != nil && fleet.Fleet.Running(host) {
				w.t.Error(err)
			}
		}
		w.done.Wait()
	})
}

// both is for how many seconds both databases were open at once, and when that began.
func (w *writable) both() (seconds, began float64) {
	for _, one := range w.spans[w.pair.Master.Name] {
		for _, other := range w.spans[w.pair.Slave.Name] {
			if from, to := max(one.from, other.from), min(one.to, other.to); from <= to {
				if began == 0 {
					began = from
				}
				seconds += to - from
			}
		}
	}
	return seconds, began
}

// neverBoth ends the asking, and holds that at no moment both databases were open, and that each of the hosts named was
// open at some.
func (w *writable) neverBoth(open ...string) {
	w.t.Helper()
	w.finish()
	if seconds, began := w.both(); began > 0 {
		w.t.Errorf("both databases were open at %.3f, for %.3f s: %v", began, seconds, w.spans)
	}
	for _, host := range open {
		if len(w.spans[host]) == 0 {
			w.t.Errorf("%s was never seen open in %d answers", host, w.asked[host])
		}
	}
	for host, n := range w.asked {
		w.t.Logf("%s was asked %d times, open during %v", host, n, w.spans[host])
	}
}

// onConsole runs a script on a host whose network may be away.
func onConsole(t *testing.T, host, script string) string {
	t.Helper()
	said, err := fleet.Fleet.Console(t.Context(), host, "", "bash", "-euo", "pipefail", "-c", script)
	if err != nil {
		t.Fatal(errors.Join(err, fmt.Errorf("%s", said)))
	}
	return strings.TrimSpace(said)
}
