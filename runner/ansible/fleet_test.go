package ansible_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/practice"
	"central/practice/apps"
	"central/runner/ansible"

	"github.com/google/go-cmp/cmp"
)

// machines is a practice fleet with the key to log in to its hosts.
type machines struct {
	*practice.Fleet
	key   string // file of the private key
	line  string // the public key, as authorized_keys has it
	agent string // socket of an SSH agent that holds it
}

func mustMachines(t *testing.T, names ...string) *machines {
	t.Helper()
	must(t, practice.Check())
	dir := t.TempDir()
	m := &machines{key: filepath.Join(dir, "key"), agent: filepath.Join(dir, "agent")}
	mustRun(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", m.key)
	public, err := os.ReadFile(m.key + ".pub")
	must(t, err)
	m.line = strings.TrimSpace(string(public))

	agent := exec.Command("ssh-agent", "-D", "-a", m.agent)
	must(t, agent.Start())
	t.Cleanup(func() {
		_ = agent.Process.Kill()
		_ = agent.Wait()
	})

	m.Fleet, err = practice.New(practice.Config{
		Name: "play", Dir: filepath.Join(dir, "fleet"), Network: netip.MustParsePrefix("10.92.0.0/24"),
		AuthorizedKeys: []string{m.line}, Log: t.Logf,
	})
	must(t, err)
	t.Cleanup(func() { must(t, m.Down(context.Background())) })
	_, err = m.Up(t.Context(), names...)
	must(t, err)

	add := exec.Command("ssh-add", "-q", m.key)
	add.Env = append(os.Environ(), "SSH_AUTH_SOCK="+m.agent)
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("ssh-add: %v: %s", err, out)
	}
	return m
}

// host is one of the machines as a run knows it.
func (m *machines) host(t *testing.T, name string, vars map[string]any) ansible.Host {
	t.Helper()
	h, err := m.Host(name)
	must(t, err)
	key, err := m.HostKey(name)
	must(t, err)
	return ansible.Host{Name: name, Address: h.Address.String(), User: "root", HostKey: key, Vars: vars}
}

func (m *machines) run(t *testing.T, r ansible.Run) ([]ansible.Event, ansible.Result, error) {
	t.Helper()
	r.AgentSocket, r.Dir = m.agent, t.TempDir()
	var events []ansible.Event
	start := time.Now()
	result, err := r.Execute(t.Context(), func(e ansible.Event) { events = append(events, e) })
	t.Logf("play %s took %.1f s", r.Play, time.Since(start).Seconds())
	if left, _ := os.ReadDir(r.Dir); len(left) > 0 {
		t.Errorf("play %s left %v", r.Play, left)
	}
	return events, result, err
}

// play runs a play that has to end well, and returns how many tasks changed something by host.
func (m *machines) play(t *testing.T, r ansible.Run) map[string]int {
	t.Helper()
	events, result, err := m.run(t, r)
	if err != nil {
		for _, e := range events {
			t.Log(e)
		}
		t.Error(err)
	}
	changed := map[string]int{}
	for host, stats := range result.Stats {
		changed[host] = stats.Changed
		if stats.Changed > 0 {
			for _, e := range events {
				if e.Kind == ansible.KindHostResult && e.Status == ansible.StatusChanged && e.Host == host {
					t.Logf("%s: changed: %s", host, e.Task)
				}
			}
		}
	}
	return changed
}

// ssh runs a command on a host and returns what it printed.
func (m *machines) ssh(t *testing.T, host, command string) string {
	t.Helper()
	h := m.host(t, host, nil)
	known := filepath.Join(t.TempDir(), "known")
	must(t, os.WriteFile(known, []byte(h.Address+" "+h.HostKey+"\n"), 0o600))
	return mustRun(t, "ssh", "-F", "/dev/null", "-i", m.key, "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
		"-o", "UserKnownHostsFile="+known, "root@"+h.Address, command)
}

// get asks a host for a page of a site.
func (m *machines) get(t *testing.T, host, site, path string) (status int, body string) {
	t.Helper()
	h, err := m.Host(host)
	must(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+h.Address.String()+path, nil)
	must(t, err)
	request.Host = site
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	must(t, err)
	return response.StatusCode, string(text)
}

// TestPlays goes from bare hosts to a running bench behind a proxy; its parts build on each other.
func TestPlays(t *testing.T) {
	m := mustMachines(t, "m-01", "p-01")
	master := m.host(t, "m-01", map[string]any{"role": "MASTER"})
	proxy := m.host(t, "p-01", map[string]any{"role": "PROXY"})
	both := []ansible.Host{master, proxy}
	serverVars := map[string]any{"server_central_keys": []string{m.line}}
	masterVars := map[string]any{"mariadb_memory_mb": 128, "node_tools": false, "master_build_packages": []string{}}

	t.Run("PreviewOfABareHostChangesNothing", func(t *testing.T) {
		before := m.ssh(t, "m-01", "find /etc /home /opt /var/lib/central -newer /etc/hostname -type f 2>/dev/null | sort | xargs md5sum; dpkg -l | md5sum")
		parallel(
			func() { m.play(t, ansible.Run{Play: "server", Hosts: []ansible.Host{master}, Check: true, Diff: true}) },
			func() {
				m.play(t, ansible.Run{Play: "proxy", Hosts: []ansible.Host{proxy}, Check: true})
			},
		)
		changed := m.play(t, ansible.Run{Play: "master", Hosts: []ansible.Host{master}, Vars: masterVars, Check: true})
		if changed["m-01"] == 0 {
			t.Error("the preview tells of no change")
		}
		after := m.ssh(t, "m-01", "find /etc /home /opt /var/lib/central -newer /etc/hostname -type f 2>/dev/null | sort | xargs md5sum; dpkg -l | md5sum")
		if diff := cmp.Diff(before, after); diff != "" {
			t.Error(diff)
		}
	})
	if t.Failed() {
		return
	}

	t.Run("Interrupted", func(t *testing.T) {
		m.interrupt(t, 2, ansible.Run{Play: "server", Hosts: []ansible.Host{master}, Vars: serverVars})
		m.play(t, ansible.Run{Play: "server", Hosts: []ansible.Host{master}, Vars: serverVars}) // the next play builds on it
		m.interrupt(t, 3, ansible.Run{Play: "master", Hosts: []ansible.Host{master}, Vars: masterVars})
	})
	if t.Failed() {
		return
	}

	t.Run("SetUp", func(t *testing.T) {
		m.play(t, ansible.Run{Play: "server", Hosts: both, Vars: serverVars})
		parallel(
			func() { m.play(t, ansible.Run{Play: "master", Hosts: []ansible.Host{master}, Vars: masterVars}) },
			func() { m.play(t, ansible.Run{Play: "proxy", Hosts: []ansible.Host{proxy}}) },
		)
	})
	if t.Failed() {
		return
	}

	// From here on as the user that the play made, who is not root.
	master.User, proxy.User = "central", "central"
	both = []ansible.Host{master, proxy}
	t.Run("SecondRunChangesNothing", func(t *testing.T) {
		none := func(changed map[string]int) {
			for host, count := range changed {
				if count > 0 {
					t.Errorf("%d tasks changed %s", count, host)
				}
			}
		}
		none(m.play(t, ansible.Run{Play: "server", Hosts: both, Vars: serverVars}))
		parallel(
			func() { none(m.play(t, ansible.Run{Play: "master", Hosts: []ansible.Host{master}, Vars: masterVars})) },
			func() { none(m.play(t, ansible.Run{Play: "proxy", Hosts: []ansible.Host{proxy}})) },
		)
		none(m.play(t, ansible.Run{Play: "master", Hosts: []ansible.Host{master}, Vars: masterVars, Check: true}))
	})

	t.Run("HostsAreAsDocumented", func(t *testing.T) {
		for _, c := range []struct{ host, command, want string }{
			{"m-01", "stat -c '%U %a' /home/frappe/benches /home/frappe/repos", "frappe 750\nfrappe 750"},
			{"m-01", "sudo -l -U frappe | tail -1 | grep -c 'not allowed'", "1"},
			{"m-01", "bench --version", "5.31.1"},
			{"m-01", "systemctl is-active mariadb nginx redis-server || true", "active\nactive\ninactive"},
			{"m-01", "mariadb -BNe 'select @@bind_address, @@innodb_buffer_pool_size >> 20, @@log_bin, @@character_set_server'", "127.0.0.1\t128\t1\tutf8mb4"},
			{"m-01", "ss -ltnH | awk '$4 !~ /^(127|\\[::1\\])/ {print $4}' | sed 's/.*://' | sort -un | tr '\\n' ' '", "22 80 "},
			{"m-01", "nft list chain inet central input | grep -c 'policy drop'", "1"},
			{"p-01", "nft list chain inet central input | grep -c '80, 443'", "1"},
			{"p-01", "sshd -T | grep -E '^(passwordauthentication|permitrootlogin|maxsessions)' | sort", "maxsessions 10\npasswordauthentication no\npermitrootlogin without-password"},
		} {
			if got := m.ssh(t, c.host, c.command); strings.TrimRight(got, "\n") != c.want {
				t.Errorf("%s: %s: got %q, want %q", c.host, c.command, got, c.want)
			}
		}
	})
	t.Run("UnknownHostNameIsNotFound", func(t *testing.T) {
		for _, host := range []string{"m-01", "p-01"} {
			if status, body := m.get(t, host, "nobody.example.com", "/api/method/ping"); status != http.StatusNotFound || !strings.Contains(body, "No site of this name") {
				t.Errorf("%s: %d %s", host, status, body)
			}
		}
	})
	t.Run("FirewallClosesTheRest", func(t *testing.T) {
		m.ssh(t, "m-01", "systemd-run --quiet --unit=listener python3 -m http.server --bind 0.0.0.0 8888")
		m.ssh(t, "m-01", "for i in $(seq 50); do ss -ltn | grep -q :8888 && exit; sleep 0.1; done; exit 1")
		connection, err := net.DialTimeout("tcp", net.JoinHostPort(master.Address, "8888"), time.Second)
		if err == nil {
			_ = connection.Close()
			t.Error("the port is open")
		}
		m.ssh(t, "m-01", "systemctl stop listener")
	})
	t.Run("Revision", func(t *testing.T) { testRevision(t, m, master) })
	t.Run("Trouble", func(t *testing.T) { testTrouble(t, m, master, proxy) })
}

// testRevision builds two revisions beside each other, and removes one.
func testRevision(t *testing.T, m *machines, master ansible.Host) {
	repositories, err := apps.Build(t.Context(), filepath.Join(t.TempDir(), "repositories"))
	must(t, err)
	must(t, m.ServeGit(t.Context(), filepath.Dir(repositories[0].Path)))
	vars := func(revision string, slot, release int) map[string]any {
		var list []map[string]any
		for _, r := range repositories {
			list = append(list, map[string]any{
				"name": r.Name, "repository": m.GitURL(r.Name), "branch": apps.Branch, "commit": r.Releases[min(release, len(r.Releases)-1)].Commit,
			})
		}
		return map[string]any{"bench": "erp", "revision": revision, "slot": slot, "python": "python3", "workers": 2, "web_workers": 1, "apps": list}
	}
	play := func(id string, vars map[string]any) ansible.Run {
		return ansible.Run{Play: id, Hosts: []ansible.Host{master}, Vars: vars}
	}
	preview := play("revision", vars("r1", 0, 0))
	preview.Check = true
	if m.play(t, preview)["m-01"] == 0 {
		t.Error("the preview tells of no change")
	}
	m.play(t, play("revision", vars("r1", 0, 0)))
	if changed := m.play(t, play("revision", vars("r1", 0, 0))); changed["m-01"] > 0 {
		t.Errorf("the second run changed %d tasks", changed["m-01"])
	}
	before := m.ssh(t, "m-01", "systemctl show -p MainPID --value central-erp-r1-web central-erp-r1-worker central-erp-r1-redis-queue")
	m.play(t, play("revision", vars("r2", 1, 1)))
	if after := m.ssh(t, "m-01", "systemctl show -p MainPID --value central-erp-r1-web central-erp-r1-worker central-erp-r1-redis-queue"); after != before {
		t.Errorf("r1 was restarted: %q, then %q", before, after)
	}

	for _, c := range []struct{ command, want string }{
		{"cat /home/frappe/benches/erp/r2/sites/apps.txt", "frappe\nshop"},
		{"cut -d' ' -f2 /home/frappe/benches/erp/r2/.central-built", repositories[0].Releases[1].Commit + "\n" + repositories[1].Releases[1].Commit},
		{"cd /home/frappe/benches/erp/r2/apps/shop && sudo -u frappe git rev-parse HEAD && sudo -u frappe git remote get-url upstream", repositories[1].Releases[1].Commit + "\n" + m.GitURL("shop")},
		{"curl -s -o /dev/null -w '%{http_code}' -H 'Host: nobody.example.com' http://127.0.0.1:8001/api/method/ping", "404"},
		{"redis-cli -p 11001 ping; redis-cli -p 13001 ping", "PONG\nPONG"},
		{"systemctl is-active central-erp-r2.target central-erp-r2-{web,worker,schedule,redis-cache,redis-queue}", strings.TrimSuffix(strings.Repeat("active\n", 6), "\n")},
		{"pgrep -fc 'r2/env/bin/python.* frappe worker'", "3"}, // two and the shell that watches over them
		{"ps -o user= -p $(systemctl show -p MainPID --value central-erp-r2-web)", "frappe"},
		{"find /home/frappe ! -user frappe | head", ""},
		{"nginx -t -q && cat /etc/nginx/central/revisions.d/erp-r2.conf", "8001 /home/frappe/benches/erp/r2/sites;"},
	} {
		if got := strings.TrimRight(m.ssh(t, "m-01", c.command), "\n"); got != c.want {
			t.Errorf("%s: got %q, want %q", c.command, got, c.want)
		}
	}

	refused := func(name string, r ansible.Run, message string) {
		t.Helper()
		_, result, err := m.run(t, r)
		if fleet.ErrorCode(err) != fleet.CodePlayFailed || !strings.Contains(err.Error(), message) || len(result.Failed) != 1 {
			t.Errorf("%s: got %v", name, err)
		}
	}
	refused("TakenSlot", play("revision", vars("r3", 1, 0)), "Port 8001 belongs to another revision")
	other := vars("r2", 1, 0)
	refused("OtherCommitInABuiltRevision", play("revision", other), "already, at another commit")
	unknown := vars("r3", 2, 0)
	unknown["apps"].([]map[string]any)[1]["commit"] = strings.Repeat("ab", 20)
	refused("UnknownCommit", play("revision", unknown), "has no commit abab")
	for _, repository := range []string{"ext::sh -c id", "file:///etc", "-upload-pack=id", "https://user:secret@example.com/x"} {
		hostile := vars("r3", 2, 0)
		hostile["apps"].([]map[string]any)[0]["repository"] = repository
		refused(repository, play("revision", hostile), "is not what it should be")
	}

	m.ssh(t, "m-01", "sudo -u frappe sh -c 'cd /home/frappe/benches/erp/r2/sites && mkdir a.example.com && echo {} > a.example.com/site_config.json'")
	gone := map[string]any{"bench": "erp", "revision": "r2"}
	refused("SitesRemain", play("remove_revision", gone), "Sites remain in erp r2: a.example.com.")
	m.ssh(t, "m-01", "rm -r /home/frappe/benches/erp/r2/sites/a.example.com")
	m.play(t, play("remove_revision", gone))
	if changed := m.play(t, play("remove_revision", gone)); changed["m-01"] > 0 {
		t.Errorf("the second run changed %d tasks", changed["m-01"])
	}
	left := m.ssh(t, "m-01", "ls -d /home/frappe/benches/erp/r2 /etc/systemd/system/central-erp-r2* /etc/nginx/central/revisions.d/erp-r2.conf 2>/dev/null; pgrep -fa 'benches/erp/[r]2/env'; systemctl is-active central-erp-r1-web")
	if left != "active\n" {
		t.Errorf("left: %q", left)
	}
}

// testTrouble tells hosts that are away, hosts that fail and hosts that are others apart.
func testTrouble(t *testing.T, m *machines, master, proxy ansible.Host) {
	t.Run("ChangedHostKey", func(t *testing.T) {
		other := master
		other.HostKey = proxy.HostKey
		_, result, err := m.run(t, ansible.Run{Play: "server", Hosts: []ansible.Host{other}})
		if fleet.ErrorCode(err) != fleet.CodeHostKeyChanged || !strings.Contains(err.Error(), "m-01") {
			t.Errorf("got %v", err)
		}
		if len(result.Failed) != 1 || !result.Failed[0].Unreachable || result.Stats["m-01"].OK > 1 {
			t.Errorf("got %+v", result)
		}
	})
	t.Run("OtherTypeOfHostKey", func(t *testing.T) {
		other := master
		other.HostKey = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQDC"
		_, _, err := m.run(t, ansible.Run{Play: "server", Hosts: []ansible.Host{other}})
		if fleet.ErrorCode(err) != fleet.CodeHostKeyChanged {
			t.Errorf("got %v", err)
		}
	})
	t.Run("WithoutAKey", func(t *testing.T) {
		_, err := ansible.Run{Play: "server", Hosts: []ansible.Host{master}, Dir: t.TempDir()}.Execute(t.Context(), nil)
		if fleet.ErrorCode(err) != fleet.CodeUnreachable || !strings.Contains(err.Error(), "Permission denied") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("OneAwayOneFails", func(t *testing.T) {
		must(t, m.PullPlug(t.Context(), "p-01"))
		m.ssh(t, "m-01", "sudo -u frappe sh -c 'cd /home/frappe/benches/erp/r1/sites && mkdir a.example.com && echo {} > a.example.com/site_config.json'")
		_, result, err := m.run(t, ansible.Run{
			Play: "remove_revision", Hosts: []ansible.Host{master, proxy}, Vars: map[string]any{"bench": "erp", "revision": "r1"},
		})
		if fleet.ErrorCode(err) != fleet.CodePlayFailed || !strings.Contains(err.Error(), `"Look whether sites remain in it" failed on m-01`) || !strings.Contains(err.Error(), "p-01 either") {
			t.Errorf("got %v", err)
		}
		if result.Stats["m-01"].Failed != 1 || result.Stats["p-01"].Unreachable != 1 || result.Stats["p-01"].Failed != 0 {
			t.Errorf("got %+v", result.Stats)
		}
		codes := map[string]fleet.Code{}
		for _, f := range result.Failed {
			codes[f.Host] = f.Code
		}
		if diff := cmp.Diff(map[string]fleet.Code{"m-01": fleet.CodePlayFailed, "p-01": fleet.CodeUnreachable}, codes); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("Cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		r := ansible.Run{Play: "server", Hosts: []ansible.Host{master}, AgentSocket: m.agent, Dir: t.TempDir()}
		_, err := r.Execute(ctx, func(e ansible.Event) {
			if e.Kind == ansible.KindTaskStart && e.Index == 2 {
				cancel(errors.New("no longer wanted"))
			}
		})
		if fleet.ErrorCode(err) != fleet.CodeCancelled || !strings.Contains(err.Error(), "no longer wanted") {
			t.Errorf("got %v", err)
		}
		if left, _ := os.ReadDir(r.Dir); len(left) > 0 {
			t.Errorf("left %v", left)
		}
	})
}

func parallel(all ...func()) {
	var group sync.WaitGroup
	for _, one := range all {
		group.Go(one)
	}
	group.Wait()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustRun(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v: %s%s", strings.Join(cmd.Args, " "), err, out.String(), errs.String())
	}
	return out.String()
}
