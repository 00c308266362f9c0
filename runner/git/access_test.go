package git

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"central/fleet"
	"central/practice/sshd"
	"central/runner/remote"
)

// sshServer is a real sshd on loopback that lets in whoever is named in its authorized keys.
type sshServer struct {
	t *testing.T
	*sshd.Server
}

func newSSHServer(t *testing.T) *sshServer {
	t.Helper()
	server, err := sshd.Start(t.Context(), t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, server.Stop()) })
	return &sshServer{t, server}
}

// agent lends a new key, which the server lets in from now on when welcome is set.
func (s *sshServer) agent(welcome bool) (socket, line string) {
	s.t.Helper()
	key, err := remote.GenerateKey()
	must(s.t, err)
	agent := remote.NewAgent(remote.OneKey(key))
	ctx, stop := context.WithCancel(context.Background())
	dir, err := os.MkdirTemp("", "central-test-")
	must(s.t, err)
	socket, ended, err := agent.Serve(ctx, dir)
	must(s.t, err)
	s.t.Cleanup(func() {
		stop()
		ended()
		must(s.t, os.RemoveAll(dir))
	})
	line, err = agent.Lend(ctx, remote.Host{})
	must(s.t, err)
	if welcome {
		must(s.t, s.LetIn(line))
	}
	return socket, line
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const oneRelease = `echo '__version__ = "1.0.0"' > shop/__init__.py`

// headOf is what a repository's branch holds.
func headOf(t *testing.T, dir string) string {
	t.Helper()
	out, err := exec.Command("git", "-C", dir, "rev-parse", "refs/heads/main").Output()
	must(t, err)
	return strings.TrimSpace(string(out))
}

func TestMirror_DeployKey(t *testing.T) {
	server, dir := newSSHServer(t), repository(t, oneRelease)
	mirror := &Mirror{
		Dir: filepath.Join(t.TempDir(), "shop.git"), App: "shop", Branch: "main", Repository: server.URL(dir),
	}
	right, _ := server.agent(true)
	wrong, _ := server.agent(false)
	for name, socket := range map[string]string{"no key": "", "another key": wrong} {
		mirror.Credential.AgentSocket = socket
		if _, err := mirror.Head(t.Context()); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			t.Errorf("with %s: %v", name, err)
		}
	}
	mirror.Credential.AgentSocket = right
	head, err := mirror.Head(t.Context())
	must(t, err)
	must(t, mirror.Fetch(t.Context()))
	if head != headOf(t, dir) || !mirror.Has(t.Context(), head) || mirror.Has(t.Context(), strings.Repeat("a", 40)) {
		t.Errorf("it has %s", head)
	}
	mirror.Branch = "nowhere"
	if _, err := mirror.Head(t.Context()); fleet.ErrorCode(err) != fleet.CodeNotFound {
		t.Errorf("a branch that is not there: %v", err)
	}
}

func TestMirror_Token(t *testing.T) {
	dir := repository(t, oneRelease)
	backend, err := exec.Command("git", "--exec-path").Output()
	must(t, err)
	handler := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(backend)), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + filepath.Dir(dir), "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=ci"},
	}
	const token = "canary-token-0815"
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, password, _ := r.BasicAuth(); name != "ci" || password != token {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	authorities := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(authorities, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	t.Setenv("GIT_SSL_CAINFO", authorities)

	mirror := &Mirror{Dir: filepath.Join(t.TempDir(), "shop.git"), App: "shop", Branch: "main", Repository: server.URL + "/" + filepath.Base(dir) + "/.git"}
	if _, err := mirror.Head(t.Context()); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
		t.Errorf("without a token: %v", err)
	}
	for given, want := range map[string]bool{"wrong-" + token: false, token: true} {
		name, release, err := HoldToken([]byte("username=ci\npassword=" + given + "\n"))
		must(t, err)
		mirror.Credential.TokenFile = name
		err = mirror.Fetch(t.Context())
		release()
		if (err == nil) != want {
			t.Errorf("with %s: %v", given, err)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("the error tells the token: %v", err)
		}
		if _, err := os.ReadFile(name); err == nil {
			t.Error("the token can be read after it was let go")
		}
	}
	if !mirror.Has(t.Context(), headOf(t, dir)) {
		t.Error("nothing was fetched")
	}
	config, err := os.ReadFile(filepath.Join(mirror.Dir, "config"))
	must(t, err)
	if strings.Contains(string(config), "canary") || strings.Contains(string(config), "credential") {
		t.Errorf("the mirror keeps the token: %s", config)
	}
}

func TestMirror_Push(t *testing.T) {
	server, dir := newSSHServer(t), repository(t, oneRelease)
	mirror, head := mirrorOf(t, dir), headOf(t, dir)
	at := filepath.Join(t.TempDir(), "shop.git")
	if out, err := exec.Command("git", "init", "-q", "--bare", at).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	socket, line := server.agent(true)
	files := t.TempDir()
	to := Destination{
		User: server.User, Host: "127.0.0.1", Port: server.Port, Path: at, ReceivePack: "git-receive-pack",
		AgentSocket: socket, PublicKey: filepath.Join(files, "it's a key.pub"), KnownHosts: filepath.Join(files, "known hosts"),
	}
	must(t, os.WriteFile(to.PublicKey, []byte(line+"\n"), 0o600))
	pin := func(key string) {
		t.Helper()
		known, err := remote.KnownHosts([]remote.Host{{Name: "h", Address: to.Host, Port: to.Port, User: to.User, HostKey: key}})
		must(t, err)
		must(t, os.WriteFile(to.KnownHosts, []byte(known), 0o600))
	}
	other, err := remote.GenerateKey()
	must(t, err)
	pin(strings.TrimSuffix(remote.PublicKey(other), " central"))
	if err := mirror.Push(t.Context(), to, head); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
		t.Errorf("to a server with another key: %v", err)
	}
	pin(server.HostKey)
	for range 2 { // again, it changes nothing
		must(t, mirror.Push(t.Context(), to, head))
	}
	got, err := exec.Command("git", "-C", at, "rev-parse", "refs/central/"+head).Output()
	must(t, err)
	if strings.TrimSpace(string(got)) != head {
		t.Errorf("the server has %s", got)
	}
}
