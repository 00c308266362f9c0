// Package stage is one practice host, a store and a runner that works on what is queued: what a test needs that
// follows Central's actions on a real server without the whole of Central around them.
package stage

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"central/fleet"
	"central/practice"
	"central/runner"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
	"central/store/storetest"
)

// Admin is who asks for everything.
var Admin = fleet.Actor{UserID: 1, Name: "ada", Role: fleet.RoleAdmin, RemoteAddress: "192.0.2.1"}

// patience is how long one action may take; the longest builds a framework's assets.
const patience = 15 * time.Minute

// Stage is a host called m-01, bare, and what works on it. It is gone at the end of the test.
type Stage struct {
	T            *testing.T
	Store        *store.Store
	Host         remote.Host
	Machines     *practice.Fleet
	Repositories string // a directory; the repositories NAME.git in it are served to the host, at Machines.GitURL(NAME)
	Dir          string // for the test's files
	Front        string // the address at which visitors reach sites: the host's own, unless a proxy stands in front

	Vault *remote.Vault // what seals the secrets in Store

	pool *remote.Pool
}

// New boots the host in a network of its own, named after the test.
func New(t *testing.T, name string, network netip.Prefix) *Stage {
	t.Helper()
	Must(t, practice.Check())
	key, err := remote.GenerateKey()
	Must(t, err)
	agent := remote.NewAgent(remote.OneKey(key))
	identity, err := age.GenerateX25519Identity()
	Must(t, err)
	s := &Stage{T: t, Dir: t.TempDir(), Vault: remote.NewVault(identity)}
	s.Repositories = filepath.Join(s.Dir, "repositories")
	Must(t, os.Mkdir(s.Repositories, 0o755))
	s.Machines, err = practice.New(practice.Config{
		Name: name, Dir: filepath.Join(os.TempDir(), "central-test-"+name), Network: network,
		AuthorizedKeys: []string{remote.PublicKey(key)}, Log: t.Logf,
	})
	Must(t, err)
	Must(t, s.Machines.Down(t.Context())) // what a killed run left behind
	t.Cleanup(func() { Must(t, s.Machines.Down(context.Background())) })
	hosts, err := s.Machines.Up(t.Context(), "m-01")
	Must(t, err)
	Must(t, s.Machines.ServeGit(t.Context(), s.Repositories))
	s.Host = reach(t, hosts[0])
	s.Front = s.Host.Address
	s.pool = remote.NewPool(agent, remote.DefaultLimits)
	t.Cleanup(s.pool.Close)
	s.Store = storetest.OpenOn(t, storetest.Database(t))
	s.startRunner(agent)
	return s
}

func (s *Stage) startRunner(agent *remote.Agent) {
	s.T.Helper()
	sockets, err := os.MkdirTemp("", "stage-agent-") // a socket's path is short
	Must(s.T, err)
	s.T.Cleanup(func() { Must(s.T, os.RemoveAll(sockets)) })
	ctx, stop := context.WithCancel(context.Background())
	socket, gone, err := agent.Serve(ctx, sockets)
	Must(s.T, err)
	r := runner.New(runner.Config{
		Store: s.Store, Pool: s.pool, Vault: s.Vault, AgentSocket: socket, DataDir: filepath.Join(s.Dir, "data"), Owner: "stage",
		Log: slog.New(slog.NewTextHandler(s.T.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	s.T.Cleanup(func() {
		stop()
		Must(s.T, <-ended)
		gone()
	})
}

// SSH runs a script as root, with arguments, and returns what it printed.
func (s *Stage) SSH(script string, args ...string) string {
	s.T.Helper()
	command := bench.Command{Name: "script", Argv: append([]string{"bash", "-euc", script, "script"}, args...)}
	ctx, cancel := context.WithTimeout(s.T.Context(), patience)
	defer cancel()
	out, err := s.pool.Run(ctx, s.Host, command)
	if err != nil {
		s.T.Fatalf("%v\n%s\n%s", err, out.Stdout, out.Stderr)
	}
	return strings.TrimSpace(string(out.Stdout))
}

// Ends waits for the end of an action, and fails the test unless it is this one.
func (s *Stage) Ends(action fleet.Action, want fleet.ActionStatus) fleet.Action {
	s.T.Helper()
	ended := action
	Eventually(s.T, action.Title, func() bool {
		var err error
		ended, err = s.Store.Action(s.T.Context(), action.ID)
		Must(s.T, err)
		return ended.Status.Finished()
	})
	if ended.Status != want {
		s.T.Fatalf("%s: %s %s %s\n%s", ended.Title, ended.Status, ended.ErrorMessage, ended.ErrorDetail, s.output(action.ID))
	}
	return ended
}

// Deploy moves sites to a release of an app, waits for its end and fails the test unless it is this one.
func (s *Stage) Deploy(release fleet.AppCommit, want fleet.DeployStatus, sites ...fleet.Site) fleet.Deploy {
	s.T.Helper()
	in := fleet.DeployInput{Releases: []fleet.AppCommit{release}, IdempotencyKey: release.Commit}
	for _, site := range sites {
		in.SiteIDs = append(in.SiteIDs, site.ID)
		in.IdempotencyKey += " " + site.Name
	}
	deploy, err := s.Store.DeploySites(s.T.Context(), Admin, in)
	Must(s.T, err)
	Eventually(s.T, deploy.Title, func() bool {
		deploy, err = s.Store.Deploy(s.T.Context(), deploy.ID)
		Must(s.T, err)
		return deploy.Status.Finished()
	})
	if deploy.Status != want {
		s.T.Fatalf("deploy: %s\n%s", deploy.Status, s.why(deploy))
	}
	return deploy
}

func (s *Stage) why(deploy fleet.Deploy) string {
	rows, err := s.Store.DeploySitesOf(s.T.Context(), deploy.ID)
	Must(s.T, err)
	text := ""
	for _, row := range rows {
		text += row.SiteName + " " + string(row.Status) + " " + row.ErrorMessage + "\n" + s.output(row.ActionID)
	}
	return text
}

// output is all that an action told, a line for each event.
func (s *Stage) output(actionID uint) string {
	events, err := s.Store.Events(s.T.Context(), actionID, 0, 10_000)
	Must(s.T, err)
	text := ""
	for _, e := range events {
		text += strings.Join([]string{string(e.Kind), e.Body.Step, e.Body.TaskStatus, e.Body.Text}, " ") + "\n"
	}
	return text
}

// Trickle asks a site again and again until it is told to stop, which gives every answer that was not 200.
func (s *Stage) Trickle(site string) (stop func() []string) {
	ctx, cancel := context.WithCancel(context.Background())
	wrong, asked := make(chan []string, 1), 0
	go func() {
		var answers []string
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			status, text, err := s.Get(ctx, site, "/api/method/ping")
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
		s.T.Logf("%s was asked %d times", site, asked)
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

// Must ends the test on an error.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Eventually waits until done says true, asking now and then.
func Eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
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
