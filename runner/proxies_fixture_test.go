package runner

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/practice"
	"central/practice/pebble"
	"central/runner/bench"
	"central/runner/remote"
)

// proxyStage is a stage with two real proxies in front of one master, which is this test itself: it answers on
// port 80 of the fleet's gateway with the host name that it was asked for.
type proxyStage struct {
	*stage
	machines *practice.Fleet
	agent    string // socket that lends the key
	pool     *remote.Pool
	proxies  []fleet.Server
	pebble   *pebble.Authority
	master   fleet.Server

	certificateConfig CertificateConfig // by which runners use pebble
}

// keepProxies is the variable that leaves the proxies up after a run, for the next run with it to go on from.
const keepProxies = "CENTRAL_PROXIES_KEEP"

func newProxyStage(t *testing.T) *proxyStage {
	t.Helper()
	if err := practice.Check(); err != nil {
		t.Fatal(err)
	}
	key, err := remote.GenerateKey()
	mustBe(t, err)
	agent := remote.NewAgent(remote.OneKey(key))
	dir, err := os.MkdirTemp("", "central-agent-") // a socket's path is short
	mustBe(t, err)
	t.Cleanup(func() { mustBe(t, os.RemoveAll(dir)) })
	lending, stop := context.WithCancel(context.Background())
	socket, gone, err := agent.Serve(lending, dir)
	mustBe(t, err)
	t.Cleanup(func() {
		stop()
		gone()
	})
	s := &proxyStage{stage: newStage(t), agent: socket, pool: remote.NewPool(agent, remote.DefaultLimits)}
	t.Cleanup(s.pool.Close)
	s.machines, err = practice.New(practice.Config{
		Name: "proxies", Dir: filepath.Join(os.TempDir(), "central-test-proxies"), Network: netip.MustParsePrefix("10.90.4.0/24"),
		AuthorizedKeys: []string{remote.PublicKey(key)}, Log: t.Logf,
	})
	mustBe(t, err)
	if os.Getenv(keepProxies) == "" {
		mustBe(t, s.machines.Down(t.Context())) // what a killed run left behind
		t.Cleanup(func() { mustBe(t, s.machines.Down(context.Background())) })
	}
	hosts, err := s.machines.Up(t.Context(), "p-01", "p-02")
	mustBe(t, err)
	s.pebble, s.certificateConfig = newPebble(t, hosts[0].Address.String())
	s.r = s.newRunner(t, "runner-1")
	s.serveMaster(t)
	for _, host := range hosts {
		hostKey, err := remote.ScanHostKey(t.Context(), host.Address.String(), 22)
		mustBe(t, err)
		proxy, err := s.store.AddServer(t.Context(), admin, fleet.NewServer{Name: host.Name, Address: host.Address.String(), Role: fleet.RoleProxy, HostKey: hostKey})
		mustBe(t, err)
		s.proxies = append(s.proxies, proxy)
	}
	return s
}

// newRunner is a runner that reaches the proxies and does not look at them by itself.
func (s *proxyStage) newRunner(t *testing.T, owner string) *Runner {
	t.Helper()
	r := New(Config{
		Store: s.store, Pool: s.pool, AgentSocket: s.agent, DataDir: t.TempDir(), Owner: owner, CheckProxies: time.Hour,
		Certificates: s.certificateConfig,
		Log:          slog.New(slog.DiscardHandler),
	})
	return r
}

// setUp runs the plays on both proxies.
func (s *proxyStage) setUp(t *testing.T) {
	t.Helper()
	actions := []uint{}
	for _, proxy := range s.proxies {
		_, action, err := s.store.SetUpServer(t.Context(), admin, proxy.ID, nil)
		mustBe(t, err)
		actions = append(actions, action.ID)
	}
	for _, id := range actions {
		s.succeeds(t, id)
	}
	s.settle(t)
}

// succeeds waits for an action, which has to succeed.
func (s *proxyStage) succeeds(t *testing.T, id uint) fleet.Action {
	t.Helper()
	a := s.ends(t, id)
	if a.Status != fleet.ActionSucceeded {
		t.Fatalf("%s is %s: %s\n%s", a.Title, a.Status, a.ErrorMessage, strings.Join(s.lines(t, id), "\n"))
	}
	return a
}

// ends waits for the end of an action. One that does not come to it tells how far it got.
func (s *proxyStage) ends(t *testing.T, id uint) fleet.Action {
	t.Helper()
	defer func() {
		if a := s.action(t, id); !a.Status.Finished() {
			t.Logf("%s is %s:\n%s", a.Title, a.Status, strings.Join(s.lines(t, id), "\n"))
		}
	}()
	eventuallyWithin(t, 10*time.Minute, fmt.Sprintf("action %d ends", id), func() bool { return s.action(t, id).Status.Finished() })
	return s.action(t, id)
}

// settle waits until nothing is queued or runs.
func (s *proxyStage) settle(t *testing.T) {
	t.Helper()
	eventuallyWithin(t, 10*time.Minute, "everything has ended", func() bool {
		page, err := s.store.Actions(t.Context(), fleet.Page{First: 1}, fleet.ActionFilter{Statuses: []fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning}})
		mustBe(t, err)
		return page.TotalCount == 0
	})
}

// last is the newest action of a kind on a server.
func (s *proxyStage) last(t *testing.T, kind fleet.ActionKind, server fleet.Server) fleet.Action {
	t.Helper()
	page, err := s.store.Actions(t.Context(), fleet.Page{First: 1}, fleet.ActionFilter{Kinds: []fleet.ActionKind{kind}, ServerID: &server.ID})
	mustBe(t, err)
	if len(page.Nodes) == 0 {
		t.Fatalf("%s has no action of the kind %s", server.Name, kind)
	}
	return page.Nodes[0]
}

// serveMaster answers as the master of all sites.
func (s *proxyStage) serveMaster(t *testing.T) {
	t.Helper()
	address := s.machines.Gateway().String()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "80"))
	mustBe(t, err)
	master := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "site %s by %s", r.Host, r.Header.Get("X-Forwarded-Proto"))
	})}
	var serving sync.WaitGroup
	serving.Go(func() { _ = master.Serve(listener) })
	t.Cleanup(func() {
		_ = master.Close()
		serving.Wait()
	})
	s.master, err = s.store.AddServer(t.Context(), admin, fleet.NewServer{Name: "m-01", Address: address, Role: fleet.RoleMaster, HostKey: "ssh-ed25519 AAAA"})
	mustBe(t, err)
	s.sql(t, "UPDATE servers SET status = 'READY' WHERE id = ?", s.master.ID)
	s.sql(t, "INSERT INTO benches (id, name, server_id, python, workers, web_workers, created_at) VALUES (1, 'main', ?, 'python3', 1, 1, NOW(6))", s.master.ID)
	s.sql(t, "INSERT INTO revisions (id, bench_id, server_id, name, status, status_reason, slot, apps, version, fingerprint, created_at) VALUES (1, 1, ?, 'r1', 'READY', '', 0, '[]', '1', '', NOW(6))", s.master.ID)
}

// sites puts sites on record as if they had been created.
func (s *proxyStage) sites(t *testing.T, names ...string) {
	t.Helper()
	for len(names) > 0 {
		some := names[:min(len(names), 1000)]
		names = names[len(some):]
		values, args := make([]string, len(some)), make([]any, 0, 2*len(some))
		for i, name := range some {
			values[i] = "(?, 1, ?, 1, 'ACTIVE', '', NOW(6), NOW(6))"
			args = append(args, name, s.master.ID)
		}
		s.sql(t, "INSERT INTO sites (name, bench_id, server_id, revision_id, status, status_reason, created_at, updated_at) VALUES "+strings.Join(values, ", "), args...)
	}
}

// setServing changes how a site is served, and waits until the proxies do so.
func (s *proxyStage) setServing(t *testing.T, name string, serving fleet.SiteServing) {
	t.Helper()
	page, err := s.store.Sites(t.Context(), fleet.Page{First: 1}, fleet.SiteFilter{Search: name}, fleet.SiteOrderBy{Field: fleet.SiteOrderName})
	mustBe(t, err)
	_, actions, err := s.store.SetServing(t.Context(), admin, page.Nodes[0].ID, serving)
	mustBe(t, err)
	for _, a := range actions {
		s.succeeds(t, a.ID)
	}
}

// on runs a script on a proxy as root and returns what it printed.
func (s *proxyStage) on(t *testing.T, proxy fleet.Server, script string) string {
	t.Helper()
	output, err := s.pool.Run(t.Context(), remoteHost(proxy), bench.Command{Name: "script", Argv: []string{"sh", "-euc", script}})
	mustBe(t, err)
	return strings.TrimSpace(string(output.Stdout))
}

// answer is what a proxy says to a visitor.
type answer struct {
	status int
	body   string
	header http.Header
}

// get asks a proxy for a page of a site. Redirects are not followed.
func (s *proxyStage) get(t *testing.T, proxy fleet.Server, scheme, host, path, accept string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, scheme+"://"+host+path, nil)
	mustBe(t, err)
	request.Header.Set("Accept", accept)
	response, err := visitor(proxy, nil).Do(request)
	mustBe(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	mustBe(t, err)
	return answer{response.StatusCode, string(body), response.Header}
}

// visitor is a client that finds every host name at the proxy. Without settings for TLS it trusts everybody.
func visitor(proxy fleet.Server, settings *tls.Config) *http.Client {
	if settings == nil {
		settings = &tls.Config{InsecureSkipVerify: true}
	}
	return &http.Client{
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			TLSClientConfig: settings, DisableKeepAlives: true,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				_, port, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				var dialer net.Dialer
				return dialer.DialContext(ctx, network, net.JoinHostPort(proxy.Address, port))
			},
		},
	}
}

func mustBe(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
