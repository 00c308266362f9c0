// Package adoption tests that Central takes over benches which somebody made by hand: a real host whose bench, processes,
// nginx and MariaDB are nobody's but their maker's, and a real runner.
package adoption

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/practice"
	"central/practice/apps"
	"central/runner"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
	"central/store/storetest"
)

//go:embed testdata/by-hand.sh
var byHand string

var admin = fleet.Actor{UserID: 1, Name: "ada", Role: fleet.RoleAdmin, RemoteAddress: "192.0.2.1"}

// stage is one host with a bench made by hand, a store, and a runner that works on what is queued.
type stage struct {
	t            *testing.T
	store        *store.Store
	pool         *remote.Pool
	machines     *practice.Fleet
	host         remote.Host
	repositories map[string]apps.Repository
}

func newStage(t *testing.T) *stage {
	t.Helper()
	must(t, practice.Check())
	s := &stage{t: t, repositories: map[string]apps.Repository{}}
	key, err := remote.GenerateKey()
	must(t, err)
	agent := remote.NewAgent(remote.OneKey(key))
	dir := t.TempDir()
	s.machines, err = practice.New(practice.Config{
		Name: "adopt", Dir: filepath.Join(os.TempDir(), "central-test-adoption"), Network: netip.MustParsePrefix("10.90.6.0/24"),
		AuthorizedKeys: []string{remote.PublicKey(key)}, Log: t.Logf,
	})
	must(t, err)
	must(t, s.machines.Down(t.Context())) // what a killed run left behind
	t.Cleanup(func() { must(t, s.machines.Down(context.Background())) })
	hosts, err := s.machines.Up(t.Context(), "m-01")
	must(t, err)
	built, err := apps.Build(t.Context(), filepath.Join(dir, "repositories"))
	must(t, err)
	for _, repository := range built {
		s.repositories[repository.Name] = repository
	}
	must(t, s.machines.ServeGit(t.Context(), filepath.Join(dir, "repositories")))
	s.host = remote.Host{Name: "m-01", Address: hosts[0].Address.String(), Port: 22, User: "root"}
	s.host.HostKey, err = remote.ScanHostKey(t.Context(), s.host.Address, 22)
	must(t, err)
	s.pool = remote.NewPool(agent, remote.DefaultLimits)
	t.Cleanup(s.pool.Close)
	s.store = storetest.OpenOn(t, storetest.Database(t))
	s.startRunner(agent, dir)
	return s
}

func (s *stage) startRunner(agent *remote.Agent, dir string) {
	s.t.Helper()
	sockets, err := os.MkdirTemp("", "adoption-agent-") // a socket's path is short
	must(s.t, err)
	s.t.Cleanup(func() { must(s.t, os.RemoveAll(sockets)) })
	ctx, stop := context.WithCancel(context.Background())
	socket, gone, err := agent.Serve(ctx, sockets)
	must(s.t, err)
	r := runner.New(runner.Config{
		Store: s.store, Pool: s.pool, AgentSocket: socket, DataDir: filepath.Join(dir, "data"), Owner: "adoption",
		Log: slog.New(slog.NewTextHandler(s.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	s.t.Cleanup(func() {
		stop()
		must(s.t, <-ended)
		gone()
	})
}

// make puts the bench on the host, as somebody did years ago.
func (s *stage) make() {
	s.t.Helper()
	s.ssh(byHand, s.machines.GitURL("frappe"), s.machines.GitURL("shop"))
}

// ssh runs a script as root and returns what it printed.
func (s *stage) ssh(script string, args ...string) string {
	s.t.Helper()
	command := bench.Command{Name: "script", Argv: append([]string{"bash", "-euc", script, "script"}, args...)}
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Minute)
	defer cancel()
	out, err := s.pool.Run(ctx, s.host, command)
	if err != nil {
		s.t.Fatalf("%v\n%s\n%s", err, out.Stdout, out.Stderr)
	}
	return strings.TrimSpace(string(out.Stdout))
}

// ends waits for the end of an action, and fails the test unless it is this one.
func (s *stage) ends(action fleet.Action, want fleet.ActionStatus) fleet.Action {
	s.t.Helper()
	ended := action
	eventually(s.t, action.Title, func() bool {
		var err error
		ended, err = s.store.Action(s.t.Context(), action.ID)
		must(s.t, err)
		return ended.Status.Finished()
	})
	if ended.Status != want {
		events, err := s.store.Events(s.t.Context(), action.ID, 0, 10_000)
		must(s.t, err)
		for _, e := range events {
			s.t.Logf("%s %s %s %s", e.Kind, e.Body.Step, e.Body.TaskStatus, e.Body.Text)
		}
		s.t.Fatalf("%s: %s %s %s", ended.Title, ended.Status, ended.ErrorMessage, ended.ErrorDetail)
	}
	return ended
}

// get asks the host for a page of a site.
func (s *stage) get(ctx context.Context, site, path string) (int, string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.host.Address+path, nil)
	if err != nil {
		return 0, "", err
	}
	request.Host = site
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), errors.Join(err, response.Body.Close())
}

// trickle asks a site again and again until it is told to stop, which gives every answer that was not 200.
func (s *stage) trickle(site string) (stop func() []string) {
	ctx, cancel := context.WithCancel(context.Background())
	wrong, asked := make(chan []string, 1), 0
	go func() {
		var answers []string
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			status, text, err := s.get(ctx, site, "/api/method/ping")
			if asked++; ctx.Err() == nil && (err != nil || status != http.StatusOK) {
				answers = append(answers, strings.TrimSpace(strings.Join([]string{http.StatusText(status), text, errorText(err)}, " ")))
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
		wrong <- answers
	}()
	return func() []string {
		cancel()
		answers := <-wrong
		s.t.Logf("%s was asked %d times", site, asked)
		if asked < 10 {
			answers = append(answers, "hardly anything was asked")
		}
		return answers
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits until done says true, asking now and then.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(10 * time.Minute)
	defer deadline.Stop()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("not in time: %s", what)
		case <-again.C:
		}
	}
}

func TestMain(m *testing.M) { storetest.Main(m) }
