package runner

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"

	"central/fleet"
	"central/practice"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
	"central/store/storetest"
)

// ground is a real store, a runner as Central runs it, and real hosts to run it on.
type ground struct {
	*practice.Fleet
	t     *testing.T
	store *store.Store
	pool  *remote.Pool
	agent *remote.Agent
	keys  Keys
	asked *atomic.Pointer[func()] // called whenever a key of Central's is asked for
	r     *Runner
}

// newGround raises bare hosts that know no key of Central's.
func newGround(t *testing.T, hosts ...string) *ground {
	t.Helper()
	g := &ground{t: t, store: storetest.Open(t)}
	identity, err := age.GenerateX25519Identity()
	g.must(err)
	g.keys = Keys{g.store, remote.NewVault(identity)}
	g.must(g.keys.Make(t.Context(), store.EntranceKey))
	g.asked = &atomic.Pointer[func()]{}
	g.agent = remote.NewAgent(func(ctx context.Context, server uint, name string) (ed25519.PrivateKey, error) {
		if asked := g.asked.Load(); asked != nil {
			(*asked)()
		}
		return g.keys.Open(ctx, server, name)
	})
	ctx, stop := context.WithCancel(context.Background())
	socket, gone, err := g.agent.Serve(ctx, filepath.Join(t.TempDir(), "a"))
	g.must(err)
	t.Cleanup(func() {
		stop()
		gone()
	})
	g.pool = remote.NewPool(g.agent, remote.Limits{})
	t.Cleanup(g.pool.Close)
	g.r = New(Config{Store: g.store, Pool: g.pool, Vault: g.keys.Vault, AgentSocket: socket, DataDir: t.TempDir(), Owner: "practice", Lease: time.Minute})

	g.Fleet, err = practice.New(practice.Config{
		Name: "servers", Dir: filepath.Join(os.TempDir(), "central-test-servers"), Network: netip.MustParsePrefix("10.90.5.0/24"),
	})
	g.must(err)
	g.must(g.Down(ctx)) // what a killed run left behind
	t.Cleanup(func() { g.must(g.Down(context.Background())) })
	_, err = g.Up(ctx, hosts...)
	g.must(err)
	return g
}

// line is the public key by which a host lets Central in.
func (g *ground) line(host remote.Host) string {
	g.t.Helper()
	line, err := g.agent.PublicKey(g.t.Context(), host)
	g.must(err)
	return line
}

func (g *ground) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

// root lets Central in to a host and puts it on record.
func (g *ground) root(name string, role fleet.ServerRole) fleet.Server {
	g.t.Helper()
	host, err := g.Host(name)
	g.must(err)
	g.inside(name, "install -d -m 0700 /root/.ssh; cat >>/root/.ssh/authorized_keys", g.line(remote.Host{})+"\n")
	key, err := g.HostKey(name)
	g.must(err)
	server, err := g.store.AddServer(g.t.Context(), admin, fleet.NewServer{Name: name, Address: host.Address.String(), Role: role, HostKey: key})
	g.must(err)
	return server
}

// inside runs a script on a host as somebody at its console would, whatever its network and firewall are.
func (g *ground) inside(name, script, stdin string) string {
	g.t.Helper()
	out, err := g.Console(g.t.Context(), name, stdin, "sh", "-euc", script)
	if err != nil {
		g.t.Fatalf("%s: %v: %s", script, err, out)
	}
	return strings.TrimSpace(out)
}

// carryOut runs a queued action to its end and gives it as it is then.
func (g *ground) carryOut(id uint) fleet.Action {
	g.t.Helper()
	action, err := g.store.ClaimAction(g.t.Context(), "practice", time.Minute)
	g.must(err)
	if action == nil || action.ID != id {
		g.t.Fatalf("claimed %+v, want action %d", action, id)
	}
	start := time.Now()
	g.r.carryOut(g.t.Context(), action)
	ended, err := g.store.Action(g.t.Context(), id)
	g.must(err)
	g.t.Logf("%s: %s in %.1f s %s", ended.Title, ended.Status, time.Since(start).Seconds(), ended.ErrorMessage)
	return ended
}

// does carries out an action that has to succeed.
func (g *ground) does(action fleet.Action) fleet.Action {
	g.t.Helper()
	ended := g.carryOut(action.ID)
	if ended.Status != fleet.ActionSucceeded {
		g.t.Errorf("%s ended as %s: %s\n%s", ended.Title, ended.Status, ended.ErrorMessage, strings.Join(g.said(action.ID, ""), "\n"))
	}
	return ended
}

// said is the lines of an action's output in one stream, in all for "".
func (g *ground) said(id uint, stream string) []string {
	g.t.Helper()
	events, err := g.store.Events(g.t.Context(), id, 0, 1_000_000)
	g.must(err)
	var lines []string
	for _, e := range events {
		if e.Kind == fleet.EventLine && (stream == "" || e.Body.Stream == stream) {
			lines = append(lines, e.Body.Text)
		}
	}
	return lines
}

// on runs a script on a server over SSH, as Central does.
func (g *ground) on(server fleet.Server, script string) (string, error) {
	ctx, cancel := context.WithTimeout(g.t.Context(), time.Minute)
	defer cancel()
	out, err := g.pool.Run(ctx, remoteHost(server), bench.Command{Name: "script", Argv: []string{"sh", "-euc", script}})
	return strings.TrimSpace(string(out.Stdout)), err
}

// queue puts an action on record that only other changes of the fleet bring about.
func (g *ground) queue(kind fleet.ActionKind, server fleet.Server) fleet.Action {
	g.t.Helper()
	key := fmt.Sprintf("server:%d", server.ID)
	_, err := g.store.DB().ExecContext(g.t.Context(), `INSERT INTO actions (kind, status, title, server_id, actor_name, percent, step, error_code,
		error_message, error_detail, cancel_requested, last_seq, attempt, `+"`cursor`"+`, pending_needs, lane, lane_limit, wants_key, lease_owner, created_at)
		VALUES (?, 'QUEUED', ?, ?, 'ada', 0, '', '', '', '', FALSE, 0, 0, '{}', 0, ?, 16, ?, '', NOW(6))`,
		kind, fmt.Sprintf("%s of %s", kind, server.Name), server.ID, key, key)
	g.must(err)
	page, err := g.store.Actions(g.t.Context(), fleet.Page{First: 1}, fleet.ActionFilter{Kinds: []fleet.ActionKind{kind}})
	g.must(err)
	return page.Nodes[0]
}
