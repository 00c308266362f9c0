package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/graph"
	"central/server"
	"central/store"
	"central/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// The recheck is short, so that tests of sessions that end need not wait.
const recheck = 20 * time.Millisecond

// paymentsSecret is what the payment provider signs with.
const paymentsSecret = "whsec-canary-4711"

// patience bounds every wait of a test.
const patience = 10 * time.Second

// central is a Central without runners, served on a real socket.
type central struct {
	t      *testing.T
	store  *store.Store
	server *server.Server
	web    *httptest.Server
	log    *lockedBuffer

	scan      func(address string) ([]fleet.HostKey, error)     // what a machine shows before a login
	enter     func(fleet.ServerEntry) (fleet.ServerLook, error) // what a login to a new machine finds
	inspect   func([]fleet.Server) []fleet.ServerFinding        // what a look before a deploy finds
	candidate func(fleet.Server) (fleet.PairCandidate, error)   // what a look at a server for a new pair finds

	installed []string // what any site's server says that the site has
}

func newCentral(t *testing.T) *central {
	t.Helper()
	c := &central{t: t, store: storetest.Open(t), log: &lockedBuffer{}}
	c.inspect = func([]fleet.Server) []fleet.ServerFinding { return nil }
	c.scan = func(address string) ([]fleet.HostKey, error) { return []fleet.HostKey{keyAt(address)}, nil }
	c.enter = func(entry fleet.ServerEntry) (fleet.ServerLook, error) {
		return fleet.ServerLook{HostKey: keyAt(entry.Address).Line, Facts: fittingFacts()}, nil
	}
	c.candidate = func(server fleet.Server) (fleet.PairCandidate, error) {
		return fleet.PairCandidate{PairSide: fleet.PairSide{Name: server.Name, Address: server.Address, Look: fleet.DatabaseLook{RoomBytes: 40 << 30}}}, nil
	}
	var err error
	c.server, err = server.New(server.Config{
		Store: c.store, Log: slog.New(slog.NewTextHandler(c.log, nil)), Recheck: recheck, KeepAlive: time.Second,
		PaymentsSecret: []byte(paymentsSecret),
		Open:           func(sealed []byte) ([]byte, error) { return bytes.TrimPrefix(sealed, []byte("sealed ")), nil },
		Resolver: graph.Resolver{
			Inspect:     func(_ context.Context, servers []fleet.Server) []fleet.ServerFinding { return c.inspect(servers) },
			Scan:        func(_ context.Context, address string, _ int) ([]fleet.HostKey, error) { return c.scan(address) },
			Enter:       func(_ context.Context, entry fleet.ServerEntry) (fleet.ServerLook, error) { return c.enter(entry) },
			InspectPair: func(_ context.Context, facts fleet.SwitchFacts) fleet.SwitchFacts { return facts },
			LookAtCandidates: func(_ context.Context, master, slave fleet.Server) (fleet.PairCandidate, fleet.PairCandidate, error) {
				of, err := c.candidate(master)
				if err != nil {
					return of, of, fleet.AtField(err, "input.masterId")
				}
				to, err := c.candidate(slave)
				return of, to, fleet.AtField(err, "input.slaveId")
			},
			LookUpDomain:    func(context.Context, string) fleet.DomainLook { return fleet.DomainLook{} },
			AllowLogin:      func(context.Context, fleet.Site) (string, error) { return "/app", nil },
			InstalledApps:   func(context.Context, fleet.Site) ([]string, error) { return c.installed, nil },
			LookAtAppTables: func(context.Context, fleet.Site, string) ([]fleet.AppTable, error) { return nil, nil },
			Fingerprint:     func(key string) string { return "SHA256:of " + key },
			PublicKey:       func(context.Context) (string, error) { return "ssh-ed25519 CENTRAL", nil },
			NewKey:          func() (string, []byte, error) { return "ssh-ed25519 DEPLOY", []byte("sealed key"), nil },
			Seal:            func(secret []byte) ([]byte, error) { return append([]byte("sealed "), secret...), nil },
			SignUpLinks:     signUpLinks,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.web = httptest.NewServer(c.server)
	t.Cleanup(c.web.Close)
	return c
}

// keyAt is the host key of the machine at an address.
func keyAt(address string) fleet.HostKey {
	line := "ssh-ed25519 AAAA" + address
	return fleet.HostKey{Type: "ssh-ed25519", Fingerprint: "SHA256:of " + line, Line: line}
}

// fittingFacts are those of a machine that fits every role.
func fittingFacts() fleet.ServerFacts {
	return fleet.ServerFacts{
		OS: "Debian GNU/Linux 12 (bookworm)", Distribution: "debian", Version: "12", Architecture: "x86_64", Kernel: "6.1.0", Python: true,
		CPUs: 4, MemoryBytes: 8 << 30, Disks: []fleet.ServerDisk{{Mount: "/", SizeBytes: 80 << 30, FreeBytes: 60 << 30}},
	}
}

// admin is an actor with all rights, as the command line has.
var admin = fleet.Actor{UserID: 0, Name: "test", Role: fleet.RoleAdmin, RemoteAddress: "test"}

// firstAdmin makes the first administrator and returns the one-time password.
func (c *central) firstAdmin() string {
	c.t.Helper()
	_, password, _, err := c.store.CreateFirstAdmin(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	return password
}

// token makes an API token with a role, of somebody who has all.
func (c *central) token(role fleet.Role) string {
	c.t.Helper()
	owner := "owner-of-" + strings.ToLower(string(role))
	if _, err := c.store.AddUser(c.t.Context(), admin, owner, fleet.RoleAdmin); err != nil && fleet.ErrorCode(err) != fleet.CodeConflict {
		c.t.Fatal(err)
	}
	secret, err := c.store.CreateTokenFor(c.t.Context(), owner, fleet.NewAPIToken{Name: "test " + string(role), Role: role})
	if err != nil {
		c.t.Fatal(err)
	}
	return secret
}

// person is a browser of somebody called name, signed in with a password of their own.
func (c *central) person(name string, role fleet.Role) *client {
	c.t.Helper()
	oneTime, err := c.store.AddUser(c.t.Context(), admin, name, role)
	if err != nil {
		c.t.Fatal(err)
	}
	browser := c.browser()
	browser.must(`mutation($name: String!, $password: String!) { logIn(input: {name: $name, password: $password}) { me { name } } }`,
		vars{"name": name, "password": oneTime})
	browser.must(`mutation($old: String!) { changePassword(input: {current: $old, new: "`+ownPassword+`"}) { me { name } } }`, vars{"old": oneTime})
	return browser
}

const ownPassword = "correct horse battery"

// client sends GraphQL the way a page or a script does.
type client struct {
	t      *testing.T
	url    string
	http   *http.Client
	header http.Header
}

// browser keeps cookies and sends X-Central.
func (c *central) browser() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return &client{t: c.t, url: c.web.URL, http: &http.Client{Jar: jar, Timeout: patience}, header: http.Header{"X-Central": {"1"}}}
}

// script sends an API token.
func (c *central) script(token string) *client {
	return &client{t: c.t, url: c.web.URL, http: &http.Client{Timeout: patience}, header: http.Header{"Authorization": {"Bearer " + token}}}
}

// stranger sends nothing to prove who it is.
func (c *central) stranger() *client {
	return &client{t: c.t, url: c.web.URL, http: &http.Client{Timeout: patience}, header: http.Header{}}
}

type vars map[string]any

// result is an answer.
type result struct {
	Status int
	Header http.Header
	Body   string
	Data   json.RawMessage `json:"data"`
	Errors []fault         `json:"errors"`
}

type fault struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		Code  string `json:"code"`
		Field string `json:"field"`
	} `json:"extensions"`
}

// code is the code of the first error, "" when there is none.
func (r result) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Extensions.Code
}

// do sends one operation.
func (c *client) do(query string, variables vars) result {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.send(http.MethodPost, "/graphql", "application/json", string(body), nil)
}

// must sends one operation that has to succeed and decodes its data.
func (c *client) must(query string, variables vars) map[string]any {
	c.t.Helper()
	r := c.do(query, variables)
	if len(r.Errors) > 0 || r.Status != http.StatusOK {
		c.t.Fatalf("%s\nanswered %d %s", query, r.Status, r.Body)
	}
	var data map[string]any
	if err := json.Unmarshal(r.Data, &data); err != nil {
		c.t.Fatal(err)
	}
	return data
}

// send sends any request; header is added to the client's own.
func (c *client) send(method, path, contentType, body string, header http.Header) result {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, h := range []http.Header{c.header, header} {
		for key, values := range h {
			request.Header[key] = values
		}
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := c.http.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	r := result{Status: response.StatusCode, Header: response.Header, Body: string(text)}
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, &r); err != nil {
			c.t.Fatalf("%v in %s", err, text)
		}
	}
	return r
}

// lockedBuffer is a log that many goroutines write.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// claim claims the one queued action.
func (c *central) claim() (store.LeaseRef, *fleet.Action) {
	c.t.Helper()
	action, err := c.store.ClaimAction(c.t.Context(), "test", time.Minute)
	if err == nil && action == nil {
		err = errors.New("nothing to claim")
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return store.LeaseRef{ActionID: action.ID, Attempt: action.Attempt}, action
}

// record adds lines of output to a claimed action.
func (c *central) record(ref store.LeaseRef, lines ...string) {
	c.t.Helper()
	events := make([]fleet.ActionEvent, len(lines))
	for i, line := range lines {
		events[i] = fleet.ActionEvent{Kind: fleet.EventLine, Body: fleet.EventBody{Text: line, Stream: "stdout"}}
	}
	if err := c.store.Record(c.t.Context(), ref, events, store.Change{}); err != nil {
		c.t.Fatal(err)
	}
}

// serve serves on another address with Server.Serve, until stop is called.
func (c *central) serve() (address string, stop func(), served <-chan error) {
	c.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.t.Cleanup(cancel)
	done := make(chan error, 1)
	go func() { done <- c.server.Serve(ctx, listener) }()
	return listener.Addr().String(), cancel, done
}
