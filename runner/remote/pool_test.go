package remote_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

// otherSSHD starts a second sshd on the host, with options of its own, and returns the host at its port.
func otherSSHD(t *testing.T, pool *remote.Pool, host remote.Host, port int, options ...string) remote.Host {
	t.Helper()
	other := host
	other.Port = port
	args := []string{strconv.Itoa(port)}
	for _, o := range options {
		args = append(args, "-o", o)
	}
	mustRun(t, pool, host, `port=$1; shift; mkdir -p /run/sshd
		systemd-run --quiet --collect --unit="sshd-$port" /usr/sbin/sshd -D -f /dev/null -p "$port" "$@"
		until ss -Hltn "sport = :$port" | grep -q .; do sleep 0.02; done`, args...)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		fresh := remote.NewPool(fixture.agent, remote.Limits{}) // the test's own pool is closed by now
		defer fresh.Close()
		if _, err := fresh.Run(ctx, host, shell(`systemctl stop "sshd-$1"`, strconv.Itoa(port))); err != nil {
			t.Error(err)
		}
	})
	return other
}

func TestRun(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})

	t.Run("OK", func(t *testing.T) {
		c := shell(`cat; echo "$1"; pwd; echo "$A"; id -un; echo "$HOME"; echo oops >&2`, "it's $HOME")
		c.Stdin, c.Dir, c.User, c.Env = []byte("in\n"), "/tmp", "frappe", map[string]string{"A": "x y"}
		out, err := pool.Run(within(t, time.Minute), host, c)
		want := "in\nit's $HOME\n/tmp\nx y\nfrappe\n/home/frappe\n"
		if err != nil || string(out.Stdout) != want || string(out.Stderr) != "oops\n" || out.ExitCode != 0 {
			t.Errorf("%v %q %q", err, out.Stdout, out.Stderr)
		}
	})

	t.Run("ErrStatus", func(t *testing.T) {
		out, err := pool.Run(within(t, time.Minute), host, shell("echo said; printf 'a\\nb\\033[31m\\nlast \\377\\n' >&2; exit 3"))
		var exit *remote.ExitError
		if !errors.As(err, &exit) || exit.ExitCode != 3 || exit.Host != "h-01" || out.ExitCode != 3 || string(out.Stdout) != "said\n" {
			t.Fatalf("%v %+v", err, out)
		}
		if fleet.ErrorCode(err) != fleet.CodeCommandFailed || err.Error() != "script on h-01 ended with status 3: a | b[31m | last \uFFFD" {
			t.Errorf("got %q", err)
		}
	})

	t.Run("ErrSignal", func(t *testing.T) {
		_, err := pool.Run(within(t, time.Minute), host, shell("kill -KILL $$"))
		var exit *remote.ExitError
		if !errors.As(err, &exit) || exit.ExitCode != 137 {
			t.Errorf("got %v", err)
		}
	})

	t.Run("ErrTooMuch", func(t *testing.T) {
		_, err := pool.Run(within(t, time.Minute), host, shell("exec cat /dev/zero"))
		if fleet.ErrorCode(err) != fleet.CodeCommandFailed || !strings.Contains(err.Error(), "more than 4 MiB") {
			t.Errorf("got %v", err)
		}
	})

	t.Run("MuchInputUnread", func(t *testing.T) {
		c := shell("exit 0")
		c.Stdin = make([]byte, 8<<20)
		if _, err := pool.Run(within(t, time.Minute), host, c); err != nil {
			t.Error(err)
		}
	})

	t.Run("ErrCommand", func(t *testing.T) {
		if _, err := pool.Run(within(t, time.Minute), host, bench.Command{Argv: []string{"a\x00"}}); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("got %v", err)
		}
	})

	t.Run("Cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(within(t, time.Minute))
		why := errors.New("enough")
		lines := make(chan remote.Line, 1)
		go func() {
			<-lines
			cancel(why)
		}()
		_, err := pool.RunLines(ctx, host, shell("echo started; sleep 0.5; echo more"), func(l remote.Line) { lines <- l })
		if !errors.Is(err, why) {
			t.Errorf("got %v", err)
		}
		if pool.Connections(host) != 1 {
			t.Error("the connection was given up although the command ended soon")
		}
	})

	t.Run("CancelledButEndless", func(t *testing.T) {
		ctx, cancel := context.WithCancel(within(t, time.Minute))
		lines := make(chan remote.Line, 1)
		go func() {
			<-lines
			cancel()
		}()
		_, err := pool.RunLines(ctx, host, shell("echo started; exec sleep 10"), func(l remote.Line) { lines <- l })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		// Its session still counts on the server, so its connection is given up in the end.
		eventually(t, "the connection was given up", func() bool { return pool.Connections(host) == 0 })
		if got := mustRun(t, pool, host, "echo fine"); got != "fine" {
			t.Errorf("got %q", got)
		}
	})
}

func TestRunAsAnotherLogin(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	mustRun(t, pool, host, `id deploy 2>/dev/null || useradd --create-home --shell /bin/bash deploy
		install -d -o deploy -m 0700 /home/deploy/.ssh; install -o deploy -m 0600 /root/.ssh/authorized_keys /home/deploy/.ssh/
		echo 'deploy ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/deploy`)
	host.User = "deploy"
	if got := mustRun(t, pool, host, `echo "$(id -un) $1"`, "$x 'y'"); got != "root $x 'y'" {
		t.Errorf("got %q", got)
	}
	unit := newUnit("id -un")
	r := newRecorder(t, 0)
	if result, err := pool.RunUnit(within(t, time.Minute), host, unit, 0, r.take); err != nil || !result.OK() || r.text() != "frappe\n" {
		t.Errorf("%+v %v %q", result, err, r.text())
	}
	if err := pool.Upload(within(t, time.Minute), host, remote.File{Path: "/etc/central-test", Content: []byte("x"), Mode: 0o600}); err != nil {
		t.Error(err)
	}
}

func TestRunLines(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	var lines []string
	out, err := pool.RunLines(within(t, time.Minute), host,
		shell(`printf 'a\nb \377\n'; head -c 100000 /dev/zero | tr '\0' x; echo; printf 'unfinished'`), func(l remote.Line) {
			if !l.Redraw {
				lines = append(lines, l.Text)
			}
		})
	if err != nil || len(lines) != 4 || lines[0] != "a" || lines[1] != "b \uFFFD" || lines[3] != "unfinished" {
		t.Fatalf("%v %.200q", err, lines)
	}
	if want := strings.Repeat("x", remote.MaxLine) + "… (83616 more bytes)"; lines[2] != want {
		t.Errorf("%d bytes: …%s", len(lines[2]), lines[2][len(lines[2])-50:])
	}
	if len(out.Stdout) != 64<<10 || !bytes.HasSuffix(out.Stdout, []byte("x\nunfinished")) {
		t.Errorf("%d bytes kept", len(out.Stdout))
	}
	_, err = pool.RunLines(within(t, time.Minute), host, shell("exit 4"), func(remote.Line) {})
	if fleet.ErrorCode(err) != fleet.CodeCommandFailed {
		t.Errorf("got %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	wire := newLine(t, host)
	const commands = 50
	mustRun(t, pool, host, `rm -rf /tmp/many; mkdir /tmp/many`)
	var all sync.WaitGroup
	for i := range commands {
		all.Go(func() {
			// Each holds its session until all of them are there.
			out, err := pool.Run(within(t, time.Minute), wire.Host,
				shell(`touch "/tmp/many/$1"; until [ "$(ls /tmp/many | wc -l)" -ge 50 ]; do sleep 0.1; done; echo "$1"`, strconv.Itoa(i)))
			if err != nil || string(out.Stdout) != fmt.Sprintln(i) {
				t.Errorf("%d: %v %q", i, err, out.Stdout)
			}
		})
	}
	all.Wait()
	if n := pool.Connections(wire.Host); n != 7 || wire.connections() != 7 {
		t.Errorf("%d connections, %d made, for 50 commands with 8 on each", n, wire.connections())
	}
	refusals(t, pool, host)
}

// refusals fails the test when the server ever had to refuse a session.
func refusals(t *testing.T, pool *remote.Pool, host remote.Host) {
	t.Helper()
	if n := mustRun(t, pool, host, `journalctl -q --no-pager -u ssh | grep -c 'no more sessions' || true`); n != "0" {
		t.Errorf("the server refused %s sessions", n)
	}
}

func TestManyWithFewConnections(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{Connections: 2})
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			if _, err := pool.Run(within(t, time.Minute), host, shell("true")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := pool.Connections(host); n != 2 {
		t.Errorf("%d connections", n)
	}
	refusals(t, pool, host)
}

// What can wait for its next turn never stands in line with what cannot.
func TestRunNow(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{Connections: 1, Sessions: 2})
	if _, err := pool.RunNow(within(t, time.Minute), host, shell("true")); err != nil {
		t.Fatalf("on a host that nobody uses: %v", err)
	}
	mustRun(t, pool, host, "rm -f /run/proceed")
	begun := make(chan struct{}, 2)
	var busy sync.WaitGroup
	for range 2 {
		busy.Go(func() {
			_, err := pool.RunLines(within(t, time.Minute), host, shell("echo begun; until [ -e /run/proceed ]; do sleep 0.05; done"), func(remote.Line) { begun <- struct{}{} })
			if err != nil {
				t.Error(err)
			}
		})
	}
	<-begun
	<-begun
	if _, err := pool.RunNow(within(t, time.Minute), host, shell("true")); !errors.Is(err, remote.ErrBusy) {
		t.Errorf("while all sessions are taken: %v", err)
	}
	other, _ := practiceHost(t, remote.Limits{})
	mustRun(t, other, host, "touch /run/proceed")
	busy.Wait()
	if _, err := pool.RunNow(within(t, time.Minute), host, shell("true")); err != nil {
		t.Errorf("when they have ended: %v", err)
	}
}

// A server that allows fewer sessions than Debian does is used as far as it goes.
func TestServerWithFewSessions(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	few := otherSSHD(t, pool, host, 2201, "MaxSessions=2", "HostKey=/etc/ssh/ssh_host_ed25519_key")
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			if _, err := pool.Run(within(t, time.Minute), few, shell("sleep 0.2")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := mustRun(t, pool, host, `journalctl -q --no-pager -u sshd-2201 | grep -c 'no more sessions' || true`); n == "0" {
		t.Error("the server never refused a session: the test did not test")
	}
	none := otherSSHD(t, pool, host, 2202, "MaxSessions=0", "HostKey=/etc/ssh/ssh_host_ed25519_key")
	if _, err := pool.Run(within(t, time.Minute), none, shell("true")); fleet.ErrorCode(err) != fleet.CodeUnreachable {
		t.Errorf("got %v", err)
	}
}

func TestHostKeys(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	t.Run("ErrChanged", func(t *testing.T) {
		mustRun(t, pool, host, `rm -f /root/other_key*; ssh-keygen -q -t ed25519 -N '' -f /root/other_key`)
		changed := otherSSHD(t, pool, host, 2203, "HostKey=/root/other_key")
		_, err := pool.Run(within(t, time.Minute), changed, shell("touch /tmp/never"))
		if fleet.ErrorCode(err) != fleet.CodeHostKeyChanged || !strings.Contains(err.Error(), remote.Fingerprint(host.HostKey)) || !strings.Contains(err.Error(), "h-01") {
			t.Errorf("got %v", err)
		}
		unit := newUnit("touch /tmp/never")
		if _, err := pool.RunUnit(within(t, time.Minute), changed, unit, 0, newRecorder(t, 0).take); fleet.ErrorCode(err) != fleet.CodeHostKeyChanged {
			t.Errorf("got %v", err)
		}
		if got := mustRun(t, pool, host, "ls /tmp/never 2>/dev/null || true"); got != "" {
			t.Error("a command ran on a server with a changed key")
		}
		// Once a person has confirmed the new key, it is used.
		changed.HostKey, err = remote.ScanHostKey(within(t, time.Minute), changed.Address, changed.Port)
		if err != nil {
			t.Fatal(err)
		}
		mustRun(t, pool, changed, "true")
	})
	t.Run("ErrTypeGone", func(t *testing.T) {
		mustRun(t, pool, host, `rm -f /root/rsa_key*; ssh-keygen -q -t rsa -b 2048 -N '' -f /root/rsa_key`)
		changed := otherSSHD(t, pool, host, 2204, "HostKey=/root/rsa_key")
		_, err := pool.Run(within(t, time.Minute), changed, shell("true"))
		if fleet.ErrorCode(err) != fleet.CodeHostKeyChanged {
			t.Errorf("got %v", err)
		}
		changed.HostKey, err = remote.ScanHostKey(within(t, time.Minute), changed.Address, changed.Port)
		if err != nil || !strings.HasPrefix(changed.HostKey, "ssh-rsa ") {
			t.Fatalf("%v %q", err, changed.HostKey)
		}
		mustRun(t, pool, changed, "true")
	})
	t.Run("AnyOfSeveral", func(t *testing.T) {
		// The pinned key is not the one that the server would choose.
		mustRun(t, pool, host, `rm -f /root/rsa_key*; ssh-keygen -q -t rsa -b 2048 -N '' -f /root/rsa_key`)
		several := otherSSHD(t, pool, host, 2205, "HostKey=/root/rsa_key", "HostKey=/etc/ssh/ssh_host_ed25519_key")
		several.HostKey = mustRun(t, pool, host, `cat /root/rsa_key.pub`)
		mustRun(t, pool, several, "true")
	})
	t.Run("ErrNone", func(t *testing.T) {
		host := host
		host.HostKey = ""
		if _, err := pool.Run(within(t, time.Minute), host, shell("true")); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("got %v", err)
		}
	})
	t.Run("KnownHosts", func(t *testing.T) {
		got, err := remote.KnownHosts([]remote.Host{host, {Address: "::1", Port: 2200, User: "root", HostKey: host.HostKey}})
		key := strings.Join(strings.Fields(host.HostKey)[:2], " ")
		if want := host.Address + " " + key + "\n[::1]:2200 " + key + "\n"; err != nil || got != want {
			t.Errorf("%v\n got %s\nwant %s", err, got, want)
		}
	})
}

func TestUnreachable(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{DialTimeout: 500 * time.Millisecond})
	for name, h := range map[string]remote.Host{
		"NothingListens": {Name: "m-09", Address: host.Address, Port: 9, User: "root", HostKey: host.HostKey},
		"NobodyThere":    {Name: "m-09", Address: "10.93.0.250", Port: 22, User: "root", HostKey: host.HostKey},
		"NoSuchName":     {Name: "m-09", Address: "nowhere.invalid", Port: 22, User: "root", HostKey: host.HostKey},
		"KeyRefused":     {Name: "m-09", Address: host.Address, Port: 22, User: "plain", HostKey: host.HostKey},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pool.Run(within(t, time.Minute), h, shell("true"))
			if fleet.ErrorCode(err) != fleet.CodeUnreachable || !strings.Contains(err.Error(), "m-09") {
				t.Errorf("got %v", err)
			}
			if _, err := pool.RunUnit(within(t, time.Minute), h, newUnit("true"), 0, newRecorder(t, 0).take); fleet.ErrorCode(err) != fleet.CodeUnreachable {
				t.Errorf("a unit: %v", err)
			}
		})
	}
	t.Run("Scan", func(t *testing.T) {
		if _, err := remote.ScanHostKey(within(t, time.Minute), host.Address, 9); fleet.ErrorCode(err) != fleet.CodeUnreachable {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ErrInvalid", func(t *testing.T) {
		for _, h := range []remote.Host{
			{Address: "-oProxyCommand=id", Port: 22, User: "root", HostKey: host.HostKey},
			{Address: host.Address, Port: 0, User: "root", HostKey: host.HostKey},
			{Address: host.Address, Port: 22, User: "root x", HostKey: host.HostKey},
			{Address: host.Address, Port: 22, User: "root", HostKey: "ssh-ed25519 nonsense"},
		} {
			if _, err := pool.Run(within(t, time.Minute), h, shell("true")); fleet.ErrorCode(err) != fleet.CodeInvalid {
				t.Errorf("%+v: %v", h, err)
			}
		}
	})
}

func TestDeadLine(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{KeepAlive: 100 * time.Millisecond})
	lines := make(chan remote.Line, 1)
	done := make(chan error, 1)
	go func() {
		_, err := pool.RunLines(within(t, time.Minute), host, shell("echo started; exec sleep 5"), func(l remote.Line) { lines <- l })
		done <- err
	}()
	<-lines
	if err := fixture.fleet.CutNetwork(within(t, time.Minute), host.Name); err != nil {
		t.Fatal(err)
	}
	err := <-done // after three unanswered signs of life, not after the hours that TCP would take
	if restore := fixture.fleet.RestoreNetwork(within(t, time.Minute), host.Name); restore != nil {
		t.Fatal(restore)
	}
	if fleet.ErrorCode(err) != fleet.CodeUnreachable || !strings.Contains(err.Error(), "was lost") {
		t.Errorf("got %v", err)
	}
	mustRun(t, pool, host, "true")
}

func TestIdleConnectionsClose(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{Idle: 100 * time.Millisecond})
	mustRun(t, pool, host, "sleep 0.3") // longer than that, but not idle
	if pool.Connections(host) != 1 {
		t.Error("no connection right after a command")
	}
	eventually(t, "the connection is closed", func() bool { return pool.Connections(host) == 0 })
	mustRun(t, pool, host, "true")
}

func TestForgetAndClose(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	mustRun(t, pool, host, "true")
	pool.Forget(host.Address, host.Port)
	if n := pool.Connections(host); n != 0 {
		t.Errorf("%d connections", n)
	}
	lines := make(chan remote.Line, 1)
	done := make(chan error, 1)
	go func() {
		_, err := pool.RunLines(within(t, time.Minute), host, shell("echo started; exec sleep 100"), func(l remote.Line) { lines <- l })
		done <- err
	}()
	<-lines
	pool.Close()
	if err := <-done; err == nil {
		t.Error("a command outlived its pool")
	}
	if _, err := pool.Run(within(t, time.Minute), host, shell("true")); err == nil {
		t.Error("a closed pool runs commands")
	}
}

func TestUpload(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	content := []byte("first \x00\xff\nsecond 'line'\n")
	file := remote.File{Path: "/home/frappe/it's a file", Content: content, Mode: 0o640, Owner: "frappe"}
	for range 2 {
		if err := pool.Upload(within(t, time.Minute), host, file); err != nil {
			t.Fatal(err)
		}
		content = append(content, "more\n"...)
		file.Content = content
	}
	got := mustRun(t, pool, host, `stat -c '%a %U %G' "$1"; sha256sum <"$1"; ls -A /home/frappe | grep -c "it's"`, file.Path)
	want := mustRun(t, pool, host, `printf 'first \000\377\nsecond '\''line'\''\nmore\n' | sha256sum`)
	if got != "640 frappe frappe\n"+want+"\n1" {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, p := range []string{"", "x", "/a/../b", "/a\x00", "/a/"} {
		if err := pool.Upload(within(t, time.Minute), host, remote.File{Path: p}); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%q: %v", p, err)
		}
	}
	if err := pool.Upload(within(t, time.Minute), host, remote.File{Path: "/no/such/dir/x"}); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
		t.Errorf("got %v", err)
	}
}

// Debian's bash reads .bashrc when sshd runs it, also without a terminal. What stands there must not get into scripts.
func TestShellSettingsDoNotMatter(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	mustRun(t, pool, host, `printf 'echo revision=noise/r1\nexit 5\n' >/home/frappe/.bashrc`)
	look, err := bench.SiteLocation("acme.example.com")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := pool.Run(within(t, time.Minute), host, look); err != nil || len(out.Stdout) > 0 {
		t.Errorf("%v %q", err, out.Stdout)
	}
}
