package apps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// benchUser is who runs benches when the tests run as root, which the bench command refuses. It needs no
// entry in the password file.
const benchUser = 61200

const rootPassword = "root-of-practice"

// host is a machine's worth of services in one folder: MariaDB, two Redis servers, the bench command and
// the benches, all on the loopback address and all gone when the test ends.
type host struct {
	t          *testing.T // of the part that runs now
	life       *testing.T // of the whole: what is started goes when it ends
	dir        string
	repos      map[string]Repository
	socket     string // of MariaDB
	dbPort     int
	cachePort  int
	queuePort  int
	webPorts   map[string]int // by bench
	socketPort int
}

// result is how a command ended.
type result struct {
	code           int
	stdout, stderr string
}

func newHost(t *testing.T) *host {
	t.Helper()
	// Not t.TempDir, whose parents only its owner can enter.
	dir, err := os.MkdirTemp("", "practice-apps-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/local/sbin:/usr/sbin:/sbin") // where mariadbd may be
	ports := freePorts(t, 4)
	h := &host{
		t: t, life: t, dir: dir, repos: make(map[string]Repository), socket: filepath.Join(dir, "db.sock"),
		dbPort: ports[0], cachePort: ports[1], queuePort: ports[2], socketPort: ports[3],
		webPorts: make(map[string]int),
	}
	for _, repository := range mustBuild(t, filepath.Join(dir, "repos")) {
		h.repos[repository.Name] = repository
	}
	h.giveToBenchUser(dir)
	h.mustRun("", findPython(), "-m", "venv", filepath.Join(dir, "tool"))
	install := h.start("", h.tool("pip"), "install", "--quiet", "frappe-bench==5.31.1")
	h.startDatabase()
	h.startRedis(h.cachePort)
	h.startRedis(h.queuePort)
	<-install.ended
	if !install.command.ProcessState.Success() {
		t.Fatalf("pip: %s", install.output)
	}
	return h
}

// part runs a subtest with a host whose failures are that subtest's.
func (h *host) part(name string, run func(*testing.T, *host)) {
	h.t.Helper()
	h.t.Run(name, func(t *testing.T) {
		inner := *h
		inner.t = t
		run(t, &inner)
	})
}

func findPython() string {
	if _, err := os.Stat("/usr/bin/python3"); err == nil {
		return "/usr/bin/python3" // one in a home directory is out of another user's reach
	}
	return "python3"
}

func freePorts(t *testing.T, count int) []int {
	t.Helper()
	var ports []int
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

func (h *host) giveToBenchUser(dir string) {
	h.t.Helper()
	if os.Getuid() != 0 {
		return
	}
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, benchUser, benchUser))
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *host) tool(name string) string { return filepath.Join(h.dir, "tool", "bin", name) }

func (h *host) bench(name string) string { return filepath.Join(h.dir, "benches", name) }

func (h *host) site(bench, site string, parts ...string) string {
	return filepath.Join(append([]string{h.bench(bench), "sites", site}, parts...)...)
}

// command prepares a program that runs as the bench user, in a process group of its own.
func (h *host) command(ctx context.Context, dir string, argv ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, argv[0], argv[1:]...)
	command.Dir = dir
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		command.SysProcAttr.Credential = &syscall.Credential{Uid: benchUser, Gid: benchUser}
	}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.Env = slices.Concat(os.Environ(), []string{
		"HOME=" + h.dir, "USER=practice", "LOGNAME=practice", "BENCH_DEVELOPER=1", "LC_ALL=C.UTF-8",
		"PATH=" + filepath.Join(h.dir, "tool", "bin") + ":/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
		"UV_LINK_MODE=copy", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
	})
	return command
}

// run runs a program to its end and returns how it went; only a program that cannot start fails the test.
func (h *host) run(dir string, argv ...string) result {
	h.t.Helper()
	return h.runWith(nil, dir, argv...)
}

// runWith is run with more environment, as KEY=VALUE.
func (h *host) runWith(environment []string, dir string, argv ...string) result {
	h.t.Helper()
	command := h.command(h.t.Context(), dir, argv...)
	command.Env = append(command.Env, environment...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		h.t.Fatalf("%s: %v", strings.Join(argv, " "), err)
	}
	return result{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func (h *host) mustRun(dir string, argv ...string) string {
	h.t.Helper()
	r := h.run(dir, argv...)
	if r.code != 0 {
		h.t.Fatalf("%s: status %d\n%s\n%s", strings.Join(argv, " "), r.code, r.stdout, r.stderr)
	}
	return r.stdout
}

// benchRun runs the bench command in a bench.
func (h *host) benchRun(bench string, args ...string) result {
	h.t.Helper()
	return h.run(h.bench(bench), append([]string{h.tool("bench")}, args...)...)
}

func (h *host) mustBench(bench string, args ...string) string {
	h.t.Helper()
	return h.mustRun(h.bench(bench), append([]string{h.tool("bench")}, args...)...)
}

// frappe runs what the bench command would execute, without its half second of thinking.
func (h *host) frappe(bench string, args ...string) result {
	h.t.Helper()
	return h.run(filepath.Join(h.bench(bench), "sites"),
		append([]string{"../env/bin/python", "-m", "frappe.utils.bench_helper", "frappe"}, args...)...)
}

func (h *host) mustFrappe(bench string, args ...string) string {
	h.t.Helper()
	r := h.frappe(bench, args...)
	if r.code != 0 {
		h.t.Fatalf("%s: status %d\n%s\n%s", strings.Join(args, " "), r.code, r.stdout, r.stderr)
	}
	return r.stdout
}

// background is a process that runs until it is stopped or the test ends.
type background struct {
	command *exec.Cmd
	output  *syncBuffer
	ended   chan struct{}
}

// start starts a process and sees to it that it is gone when the test ends: asked first, killed if need be.
func (h *host) start(dir string, argv ...string) *background {
	h.t.Helper()
	command := h.command(context.WithoutCancel(h.t.Context()), dir, argv...)
	command.SysProcAttr.Pdeathsig = syscall.SIGKILL // should the test itself be killed
	p := &background{command: command, output: &syncBuffer{}, ended: make(chan struct{})}
	command.Stdout, command.Stderr = p.output, p.output
	if err := command.Start(); err != nil {
		h.t.Fatalf("%s: %v", strings.Join(argv, " "), err)
	}
	go func() {
		_ = command.Wait() // how it ended is no matter: tests look at what it said
		close(p.ended)
	}()
	h.life.Cleanup(func() { p.stop() })
	return p
}

// signal reaches the whole process group.
func (p *background) signal(signal syscall.Signal) {
	_ = syscall.Kill(-p.command.Process.Pid, signal) // it may be gone already
}

func (p *background) stop() {
	select {
	case <-p.ended:
		return
	default:
	}
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		p.signal(syscall.SIGKILL)
		<-p.ended
	}
}

// eventually polls until the condition holds, and fails the test when it does not in time.
func eventually(t *testing.T, what string, timeout time.Duration, condition func() bool) {
	t.Helper()
	deadline := time.After(timeout)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-deadline:
			t.Fatalf("not within %s: %s", timeout, what)
		case <-tick.C:
		}
	}
}

func listening(port int) bool {
	connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	connection.Close()
	return true
}

func (h *host) startDatabase() {
	h.t.Helper()
	data := filepath.Join(h.dir, "db")
	// Its own: a MariaDB that starts removes the temporary tables of any other in the same folder.
	tmp := filepath.Join(h.dir, "tmp")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		h.t.Fatal(err)
	}
	h.giveToBenchUser(tmp)
	h.mustRun("", "env", "TMPDIR="+tmp, "mariadb-install-db", "--no-defaults", "--datadir="+data, "--skip-test-db",
		"--auth-root-authentication-method=normal")
	h.start("", "mariadbd", "--no-defaults", "--datadir="+data, "--tmpdir="+tmp, "--socket="+h.socket, "--bind-address=127.0.0.1",
		fmt.Sprintf("--port=%d", h.dbPort), "--pid-file="+filepath.Join(h.dir, "db.pid"))
	eventually(h.t, "MariaDB answers", 30*time.Second, func() bool {
		return h.run("", "mariadb-admin", "--no-defaults", "--socket="+h.socket, "--user=root", "ping").code == 0
	})
	h.mustRun("", "mariadb", "--no-defaults", "--socket="+h.socket, "--user=root", "--execute",
		"ALTER USER root@localhost IDENTIFIED BY '"+rootPassword+"'")
}

func (h *host) startRedis(port int) {
	h.t.Helper()
	h.start(h.dir, "redis-server", "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
	eventually(h.t, "Redis listens", 10*time.Second, func() bool { return listening(port) })
}

// sql runs statements as MariaDB's root and returns the rows, without a header and separated by tabs.
func (h *host) sql(database, statements string) string {
	h.t.Helper()
	return strings.TrimSpace(h.mustRun("", "mariadb", "--no-defaults", "--socket="+h.socket, "--user=root",
		"--password="+rootPassword, "--skip-column-names", "--batch", "--execute", statements, database))
}

// build makes a bench directory with both apps at given versions, as a revision is built on a host.
func (h *host) build(name, frappe, shop string) {
	h.t.Helper()
	dir := h.bench(name)
	h.mustRun("", "mkdir", "-p", dir+"/apps", dir+"/sites", dir+"/config/pids", dir+"/logs")
	for app, version := range map[string]string{"frappe": frappe, "shop": shop} {
		checkout := filepath.Join(dir, "apps", app)
		h.mustRun("", "git", "clone", "--quiet", h.repos[app].Path, checkout)
		release, _ := h.repos[app].Release(version)
		h.mustRun(checkout, "git", "checkout", "--quiet", "--detach", release.Commit)
	}
	h.mustRun("", h.tool("uv"), "venv", "--quiet", "--python", findPython(), dir+"/env")
	h.mustRun("", h.tool("uv"), "pip", "install", "--quiet", "--python", dir+"/env/bin/python",
		"-e", dir+"/apps/frappe", "-e", dir+"/apps/shop")
	h.write(filepath.Join(dir, "sites", "apps.txt"), []byte("frappe\nshop"))
	h.configure(name)
}

// initialize makes a bench directory with the bench command alone, out of what git serves: each app at the
// head of its branch.
func (h *host) initialize(name string) {
	h.t.Helper()
	port := freePorts(h.t, 1)[0]
	h.start("", "git", "daemon", "--reuseaddr", "--listen=127.0.0.1", fmt.Sprintf("--port=%d", port),
		"--base-path="+h.dir)
	eventually(h.t, "git serves", 10*time.Second, func() bool { return listening(port) })
	url := fmt.Sprintf("git://127.0.0.1:%d/repos/", port)
	h.mustRun(filepath.Join(h.dir, "benches"), h.tool("bench"), "init", name, "--frappe-path", url+"frappe.git",
		"--frappe-branch", Branch, "--python", findPython(), "--no-procfile", "--no-backups", "--skip-assets",
		"--skip-redis-config-generation")
	h.mustBench(name, "get-app", url+"shop.git", "--branch", Branch)
	h.configure(name)
}

// configure gives a bench its ports and its services.
func (h *host) configure(name string) {
	h.t.Helper()
	h.webPorts[name] = freePorts(h.t, 1)[0]
	config, err := json.Marshal(map[string]any{
		"db_host": "127.0.0.1", "db_port": h.dbPort,
		"redis_cache":    fmt.Sprintf("redis://127.0.0.1:%d", h.cachePort),
		"redis_queue":    fmt.Sprintf("redis://127.0.0.1:%d", h.queuePort),
		"webserver_port": h.webPorts[name], "socketio_port": h.socketPort,
		"worker_heartbeat_seconds": 1, "scheduler_tick_interval": 0.1,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.write(filepath.Join(h.bench(name), "sites", "common_site_config.json"), config)
}

func (h *host) write(path string, content []byte) {
	h.t.Helper()
	if err := os.WriteFile(path, content, 0o640); err != nil {
		h.t.Fatal(err)
	}
	h.giveToBenchUser(path)
}

// serve starts a bench's web process.
func (h *host) serve(bench string) {
	h.t.Helper()
	h.start(filepath.Join(h.bench(bench), "sites"), "../env/bin/gunicorn", "--preload", "--workers", "2",
		"--bind", fmt.Sprintf("127.0.0.1:%d", h.webPorts[bench]), "frappe.app:application")
	eventually(h.t, "the web listens", 20*time.Second, func() bool { return listening(h.webPorts[bench]) })
}

// move puts a site's directory under another bench: one rename, as a deploy does it.
func (h *host) move(site, from, to string) {
	h.t.Helper()
	if err := os.Rename(h.site(from, site), h.site(to, site)); err != nil {
		h.t.Fatal(err)
	}
}
