package remote_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"central/practice"
	"central/runner/bench"
	"central/runner/remote"
)

// The tests share one real host of a practice fleet of their own, raised by the first test that needs it.

var fixture struct {
	once  sync.Once
	err   error
	fleet *practice.Fleet
	agent *remote.Agent
	host  remote.Host
}

func TestMain(m *testing.M) {
	code := m.Run()
	if fixture.fleet != nil {
		if err := fixture.fleet.Down(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func raise() error {
	key, err := remote.GenerateKey()
	if err != nil {
		return err
	}
	fixture.agent = remote.NewAgent(remote.OneKey(key))
	fleet, err := practice.New(practice.Config{
		Name:           "remote",
		Dir:            filepath.Join(os.TempDir(), "central-test-remote"),
		Network:        netip.MustParsePrefix("10.93.0.0/24"),
		AuthorizedKeys: []string{remote.PublicKey(key)},
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := fleet.Down(ctx); err != nil { // what a killed run left behind
		return err
	}
	fixture.fleet = fleet
	hosts, err := fleet.Up(ctx, "h-01")
	if err != nil {
		return err
	}
	fixture.host = remote.Host{Name: "h-01", Address: hosts[0].Address.String(), Port: 22, User: "root"}
	fixture.host.HostKey, err = remote.ScanHostKey(ctx, fixture.host.Address, 22)
	if err != nil {
		return err
	}
	pool := remote.NewPool(fixture.agent, remote.Limits{})
	defer pool.Close()
	_, err = pool.Run(ctx, fixture.host, shell("useradd --create-home frappe && useradd --create-home plain"))
	return err
}

// practiceHost is the host, with a pool of the test's own.
func practiceHost(t *testing.T, limits remote.Limits) (*remote.Pool, remote.Host) {
	t.Helper()
	fixture.once.Do(func() { fixture.err = raise() })
	if fixture.err != nil {
		t.Fatal(fixture.err)
	}
	pool := remote.NewPool(fixture.agent, limits)
	t.Cleanup(pool.Close)
	return pool, fixture.host
}

// within is a context for a test that must not hang.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func shell(script string, args ...string) bench.Command {
	return bench.Command{Name: "script", Argv: append([]string{"sh", "-euc", script, "script"}, args...)}
}

// mustRun runs a script as root and returns its standard output without white space around it.
func mustRun(t *testing.T, pool *remote.Pool, host remote.Host, script string, args ...string) string {
	t.Helper()
	out, err := pool.Run(within(t, time.Minute), host, shell(script, args...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out.Stdout))
}

// eventually waits until done says true, asking now and then.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("not in 20 s: %s", what)
		case <-again.C:
		}
	}
}

// line is a cable between Central and a host that a test can cut: a TCP relay on this machine.
type line struct {
	remote.Host // the host as it is reached through the line

	mu    sync.Mutex
	conns []net.Conn
	down  bool
	made  int // connections so far
}

func newLine(t *testing.T, host remote.Host) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{Host: host}
	target := net.JoinHostPort(host.Address, fmt.Sprint(host.Port))
	l.Address, l.Port = "127.0.0.1", listener.Addr().(*net.TCPAddr).Port
	t.Cleanup(func() {
		_ = listener.Close()
		l.cut()
	})
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", target)
			if err != nil || !l.add(near, far) {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
		}
	}()
	return l
}

func (l *line) add(near, far net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		_ = far.Close()
		return false
	}
	l.made++
	l.conns = append(l.conns, near, far)
	return true
}

// drop ends every connection; new ones can be made at once.
func (l *line) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		_ = c.Close()
	}
	l.conns = nil
}

// cut ends every connection and refuses new ones until mend.
func (l *line) cut() {
	l.mu.Lock()
	l.down = true
	l.mu.Unlock()
	l.drop()
}

func (l *line) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = false
}

func (l *line) connections() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.made
}
