package practice_test

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"central/practice"
)

var ctx = context.Background()

func TestMain(m *testing.M) {
	// A second process that raises a fleet, for the tests in which it is killed.
	if dir := os.Getenv("PRACTICE_TEST_RAISE"); dir != "" {
		raise(dir)
		return
	}
	os.Exit(m.Run())
}

func raise(dir string) {
	cfg := config(dir)
	cfg.Log = func(format string, args ...any) { fmt.Printf(format+"\n", args...) }
	f, err := practice.New(cfg)
	if err == nil {
		_, err = f.Up(ctx, "one", "two")
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func config(dir string) practice.Config {
	return practice.Config{Name: "self", Dir: dir, Network: netip.MustParsePrefix("10.90.0.0/24")}
}

func TestUp(t *testing.T) {
	f, key := mustFleet(t, nil)
	hosts := mustUp(t, f, "one", "two")

	t.Run("HostsAreRealAndDistinct", func(t *testing.T) {
		seen := map[string]bool{}
		for _, h := range hosts {
			got := mustSSH(t, f, key, h.Name, "systemctl is-system-running; hostname; cat /etc/machine-id; cat /etc/debian_version")
			lines := strings.Fields(got)
			if len(lines) != 4 || lines[0] != "running" || lines[1] != h.Name || len(lines[2]) != 32 || !strings.HasPrefix(lines[3], "12.") {
				t.Errorf("%s says %q", h.Name, lines)
			}
			hostKey, err := f.HostKey(h.Name)
			if err != nil {
				t.Fatal(err)
			}
			for _, own := range []string{hostKey, lines[2], h.Address.String()} {
				if seen[own] {
					t.Errorf("both hosts have %s", own)
				}
				seen[own] = true
			}
		}
	})

	t.Run("ServicesOfOneHostAreNotTheOthers", func(t *testing.T) {
		mustSSH(t, f, key, "one", "systemd-run --unit=central-1-1 sleep 1000")
		if got := mustSSH(t, f, key, "two", "systemctl is-active central-1-1 || true"); got != "inactive\n" {
			t.Errorf("the unit of one is %q on two", got)
		}
		// The unit of the same name on two takes nothing from one when it is stopped.
		mustSSH(t, f, key, "two", "systemd-run --unit=central-1-1 sleep 1000; systemctl stop central-1-1")
		if got := mustSSH(t, f, key, "one", "systemctl is-active central-1-1"); got != "active\n" {
			t.Errorf("the unit of one is %q", got)
		}
	})

	t.Run("HostsReachEachOther", func(t *testing.T) {
		mustSSH(t, f, key, "one", "timeout 5 bash -c '</dev/tcp/"+hosts[1].Address.String()+"/22'")
	})

	t.Run("HostsTakePackagesAndRules", func(t *testing.T) {
		mustSSH(t, f, key, "one", "apt-get install -q -y --no-download rsync >/dev/null 2>&1; rsync --version >/dev/null")
		mustSSH(t, f, key, "one", "nft add table inet central; nft list table inet central")
	})

	t.Run("HostsReachTheArchives", func(t *testing.T) {
		mustSSH(t, f, key, "one", "apt-get -q update && apt-get install -q -y --no-install-recommends python3-venv && python3 -m venv /tmp/env && /tmp/env/bin/pip download -q --no-deps -d /tmp six")
	})

	t.Run("AgainLeavesThemRunning", func(t *testing.T) {
		before := mustSSH(t, f, key, "one", "cat /proc/sys/kernel/random/boot_id; systemctl show -P ActiveEnterTimestampMonotonic ssh")
		again, err := practice.New(config(f.Dir()))
		if err != nil {
			t.Fatal(err)
		}
		if got := mustUp(t, again, "two", "one"); got[0] != hosts[1] || got[1] != hosts[0] {
			t.Errorf("got %v, want the same hosts as %v", got, hosts)
		}
		if after := mustSSH(t, f, key, "one", "cat /proc/sys/kernel/random/boot_id; systemctl show -P ActiveEnterTimestampMonotonic ssh"); after != before {
			t.Errorf("the host was booted again: %q, was %q", after, before)
		}
	})

	t.Run("WithoutNamesIsForAll", func(t *testing.T) {
		must(t, f.PullPlug(ctx, "two"))
		if got := mustUp(t, f); len(got) != 2 || !f.Running("two") {
			t.Errorf("got %v, two runs: %v", got, f.Running("two"))
		}
	})

	t.Run("AnotherRecipeMakesNoImageForOldDisks", func(t *testing.T) {
		cfg := config(f.Dir())
		cfg.CacheDir = t.TempDir()
		other, err := practice.New(cfg)
		must(t, err)
		mustUp(t, other, "one", "two")
		if made, err := os.ReadDir(cfg.CacheDir); err != nil || len(made) > 0 {
			t.Errorf("made %v, error %v", made, err)
		}
	})

	t.Run("NetworkOfAnotherIsRefused", func(t *testing.T) {
		cfg := config(t.TempDir())
		cfg.Name = "selftoo"
		other, err := practice.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Up(ctx, "one"); err == nil || !strings.Contains(err.Error(), "10.90.0.0/24 is taken") {
			t.Errorf("got error %v", err)
		}
		if left, err := os.ReadDir(cfg.Dir); err != nil || len(left) > 0 {
			t.Errorf("the refused fleet left %v, error %v", left, err)
		}
	})
}

func TestFaults(t *testing.T) {
	f, key := mustFleet(t, nil)
	mustUp(t, f, "one", "two")
	one, err := f.Host("one")
	if err != nil {
		t.Fatal(err)
	}

	t.Run("PullPlug", func(t *testing.T) {
		mustSSH(t, f, key, "one", "echo kept >/root/file; sync")
		hostKey, err := f.HostKey("one")
		if err != nil {
			t.Fatal(err)
		}
		must(t, f.PullPlug(ctx, "one"))
		if f.Running("one") || reachable(one) {
			t.Error("the host runs on without power")
		}
		if !f.Running("two") {
			t.Error("the other host went down too")
		}
		must(t, f.SwitchOn(ctx, "one"))
		if got := mustSSH(t, f, key, "one", "cat /root/file; systemctl is-system-running"); got != "kept\nrunning\n" {
			t.Errorf("after the power cut the host says %q", got)
		}
		if after, err := f.HostKey("one"); err != nil || after != hostKey {
			t.Errorf("host key %s, error %v; want %s as before", after, err, hostKey)
		}
	})

	t.Run("CutNetwork", func(t *testing.T) {
		must(t, f.CutNetwork(ctx, "one"))
		if reachable(one) {
			t.Error("the host is reached without a cable")
		}
		if !f.Running("one") {
			t.Error("the host went down")
		}
		must(t, f.RestoreNetwork(ctx, "one"))
		mustSSH(t, f, key, "one", "true")
	})

	t.Run("HideFrom", func(t *testing.T) {
		must(t, f.HideFrom(ctx, "one", f.Gateway()))
		if reachable(one) {
			t.Error("the host is reached by whom it is hidden from")
		}
		mustSSH(t, f, key, "two", "timeout 5 bash -c '</dev/tcp/"+one.Address.String()+"/22'")
		must(t, f.RestoreNetwork(ctx, "one"))
		mustSSH(t, f, key, "one", "true")
	})

	t.Run("UpConnectsAgain", func(t *testing.T) {
		must(t, f.CutNetwork(ctx, "one"))
		mustUp(t, f, "one")
		mustSSH(t, f, key, "one", "true")
	})

	t.Run("Slow", func(t *testing.T) {
		must(t, f.Slow(ctx, "one", "1mbit"))
		began := time.Now()
		if got := mustSSHIn(t, f, key, "one", strings.Repeat("x", 100_000), "wc -c"); got != "100000\n" {
			t.Errorf("%q bytes arrived", got)
		}
		// 100 kB take at least 0.8 s at a million bits a second, however busy the machine is.
		if took := time.Since(began); took < 700*time.Millisecond {
			t.Errorf("sent in %s over a slow line", took)
		}
		must(t, f.RestoreNetwork(ctx, "one"))
		if shaped := mustRun(t, "tc", "qdisc", "show"); strings.Contains(shaped, "tbf") {
			t.Errorf("the line is still slow: %s", shaped)
		}
	})

	t.Run("Lose", func(t *testing.T) {
		must(t, f.Lose(ctx, "one", 100))
		if reachable(one) {
			t.Error("the host is reached though all it sends is lost")
		}
		must(t, f.Lose(ctx, "one", 5))
		mustSSH(t, f, key, "one", "true")
		must(t, f.RestoreNetwork(ctx, "one"))
		if rules := mustRun(t, "nft", "list", "ruleset"); strings.Contains(rules, "numgen") {
			t.Errorf("the line still loses packets: %s", rules)
		}
		must(t, f.RestoreNetwork(ctx, "one"))
		if err := f.Lose(ctx, "one", 101); err == nil {
			t.Error("more packets than there are were lost")
		}
	})

	t.Run("Netem", func(t *testing.T) {
		err := f.Netem(ctx, "one", "delay", "300ms")
		if !kernelHasNetem(t) {
			if err == nil || !strings.Contains(err.Error(), "no netem") {
				t.Errorf("got error %v", err)
			}
			return
		}
		must(t, err)
		began := time.Now()
		if !reachable(one) || time.Since(began) < 300*time.Millisecond {
			t.Errorf("reached in %s over a line that takes 300 ms", time.Since(began))
		}
		must(t, f.RestoreNetwork(ctx, "one"))
		if !reachable(one) {
			t.Error("a good line does not reach the host")
		}
	})

	t.Run("RebootComesBack", func(t *testing.T) {
		boot := mustSSH(t, f, key, "one", "cut -d' ' -f22 /proc/1/stat")
		// The answer may be lost in the reboot.
		_, _ = ssh(t, f, key, "one", "systemctl reboot")
		eventually(t, "the host is booted anew", func() bool {
			now, err := ssh(t, f, key, "one", "cut -d' ' -f22 /proc/1/stat")
			return err == nil && now != boot
		})
		must(t, f.SwitchOn(ctx, "one"))
	})

	t.Run("PoweroffStaysOff", func(t *testing.T) {
		_, _ = ssh(t, f, key, "one", "systemctl poweroff")
		eventually(t, "the host is off", func() bool { return !f.Running("one") })
		must(t, f.SwitchOn(ctx, "one"))
		mustSSH(t, f, key, "one", "true")
	})

	t.Run("Reset", func(t *testing.T) {
		before, err := f.HostKey("one")
		if err != nil {
			t.Fatal(err)
		}
		mustSSH(t, f, key, "one", "touch /root/file")
		must(t, f.Reset(ctx, "one"))
		if got := mustSSH(t, f, key, "one", "ls /root; stat -c %a / /root"); got != "755\n700\n" {
			t.Errorf("the fresh host says %q", got)
		}
		if after, err := f.HostKey("one"); err != nil || after == before {
			t.Errorf("host key %s, error %v; want a new one", after, err)
		}
	})

	t.Run("UnknownHost", func(t *testing.T) {
		for name, err := range map[string]error{
			"PullPlug": f.PullPlug(ctx, "three"), "SwitchOn": f.SwitchOn(ctx, "three"),
			"CutNetwork": f.CutNetwork(ctx, "three"), "Reset": f.Reset(ctx, "three"),
		} {
			if err == nil || !strings.Contains(err.Error(), `no host "three"`) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := len(f.Hosts()); got != 2 {
			t.Errorf("the fleet has %d hosts, want 2", got)
		}
	})
}

func TestServeGit(t *testing.T) {
	f, key := mustFleet(t, nil)
	mustUp(t, f, "one")
	repos := t.TempDir()
	mustRun(t, "git", "init", "-q", "--bare", filepath.Join(repos, "app.git"))
	work := t.TempDir()
	mustRun(t, "git", "clone", "-q", filepath.Join(repos, "app.git"), work)
	must(t, os.WriteFile(filepath.Join(work, "file"), []byte("content\n"), 0o644))
	mustRun(t, "git", "-C", work, "add", "file")
	mustRun(t, "git", "-C", work, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "First")
	mustRun(t, "git", "-C", work, "push", "-q", "origin", "HEAD")
	// As it is when an ordinary user made them and root serves them.
	must(t, filepath.WalkDir(repos, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, 65534, 65534)
	}))
	must(t, f.ServeGit(ctx, repos))
	mustSSH(t, f, key, "one", "apt-get install -q -y git >/dev/null 2>&1; git clone -q "+f.GitURL("app")+" app && grep -q content app/file")

	t.Run("IsReadOnly", func(t *testing.T) {
		out, err := ssh(t, f, key, "one", "cd app && git push origin HEAD:refs/heads/other 2>&1")
		if err == nil {
			t.Errorf("a host pushed: %s", out)
		}
	})

	t.Run("AgainWithAnotherDirectory", func(t *testing.T) {
		empty := t.TempDir()
		must(t, f.ServeGit(ctx, empty))
		if out, err := ssh(t, f, key, "one", "git ls-remote "+f.GitURL("app")+" 2>&1"); err == nil {
			t.Errorf("the first directory is still served: %s", out)
		}
	})
}

func TestDown(t *testing.T) {
	t.Run("LeavesNothing", func(t *testing.T) {
		f, _ := mustFleet(t, nil)
		mustUp(t, f, "one", "two")
		must(t, f.ServeGit(ctx, t.TempDir()))
		must(t, f.Slow(ctx, "one", "1mbit"))
		must(t, f.Lose(ctx, "one", 1))
		must(t, f.CutNetwork(ctx, "one"))
		must(t, f.Down(ctx))
		nothingIsLeft(t, f)
	})

	t.Run("WhereNothingIs", func(t *testing.T) {
		f, _ := mustFleet(t, nil)
		must(t, f.Down(ctx))
		must(t, f.Down(ctx))
		nothingIsLeft(t, f)
	})

	t.Run("WithoutItsDirectory", func(t *testing.T) {
		f, _ := mustFleet(t, nil)
		mustUp(t, f, "one")
		for _, file := range []string{"fleet.json", "hosts/one/pid", "hosts/one/base"} {
			must(t, os.Remove(filepath.Join(f.Dir(), file)))
		}
		again, err := practice.New(config(f.Dir()))
		if err != nil {
			t.Fatal(err)
		}
		must(t, again.Down(ctx))
		nothingIsLeft(t, f)
	})

	t.Run("LeavesFilesOfOthers", func(t *testing.T) {
		f, _ := mustFleet(t, nil)
		mustUp(t, f, "one")
		file := filepath.Join(f.Dir(), "notes")
		must(t, os.WriteFile(file, nil, 0o644))
		must(t, f.Down(ctx))
		must(t, os.Remove(file))
		must(t, os.Remove(f.Dir()))
	})

	t.Run("LeavesOtherFleets", func(t *testing.T) {
		f, key := mustFleet(t, nil)
		mustUp(t, f, "one")
		other, _ := mustFleet(t, func(cfg *practice.Config) {
			cfg.Name, cfg.Network = "selfselfself", netip.MustParsePrefix("10.90.1.0/24")
		})
		mustUp(t, other, "one")
		must(t, other.Down(ctx))
		nothingIsLeft(t, other)
		mustSSH(t, f, key, "one", "apt-get -q update 2>&1 && systemctl is-system-running")
	})
}

func TestKilledWhileRaising(t *testing.T) {
	// Each of these is a moment in which the raising process is killed.
	for _, moment := range []string{"booting", "one", "two"} {
		for _, then := range []string{"Down", "Up"} {
			t.Run(moment+"Then"+then, func(t *testing.T) {
				f, key := mustFleet(t, nil)
				killWhileRaising(t, f, moment)
				if then == "Up" {
					mustUp(t, f, "one", "two")
					mustSSH(t, f, key, "two", "systemctl is-system-running")
				}
				must(t, f.Down(ctx))
				nothingIsLeft(t, f)
			})
		}
	}
}

// killWhileRaising raises a fleet in another process and kills that: when it says that the hosts boot,
// or as soon as a host of that name has a directory.
func killWhileRaising(t *testing.T, f *practice.Fleet, moment string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PRACTICE_TEST_RAISE="+f.Dir())
	said, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	if moment == "booting" {
		for lines := bufio.NewScanner(said); lines.Scan() && !strings.HasPrefix(lines.Text(), "booting"); {
		}
	} else {
		eventually(t, "the host's directory", func() bool {
			_, err := os.Stat(filepath.Join(f.Dir(), "hosts", moment))
			return err == nil
		})
	}
	must(t, cmd.Process.Kill())
	if err := cmd.Wait(); err == nil {
		t.Fatal("the fleet was up before it could be interrupted")
	}
}

// mustFleet returns a fleet that is not up, and the file of a private key that may log in. It is taken
// down at the end of the test.
func mustFleet(t *testing.T, change func(*practice.Config)) (*practice.Fleet, string) {
	t.Helper()
	must(t, practice.Check())
	key := filepath.Join(t.TempDir(), "key")
	mustRun(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
	public, err := os.ReadFile(key + ".pub")
	must(t, err)
	cfg := config(filepath.Join(t.TempDir(), "fleet"))
	cfg.AuthorizedKeys = []string{string(public)}
	cfg.Log = t.Logf
	if change != nil {
		change(&cfg)
	}
	f, err := practice.New(cfg)
	must(t, err)
	t.Cleanup(func() { must(t, f.Down(ctx)) })
	return f, key
}

func mustUp(t *testing.T, f *practice.Fleet, names ...string) []practice.Host {
	t.Helper()
	hosts, err := f.Up(ctx, names...)
	must(t, err)
	return hosts
}

// mustSSH runs a command on a host as root, accepting only the host key the fleet knows.
func mustSSH(t *testing.T, f *practice.Fleet, key, host, command string) string {
	t.Helper()
	out, err := ssh(t, f, key, host, command)
	if err != nil {
		t.Fatalf("%s: %s: %v: %s", host, command, err, out)
	}
	return out
}

func mustSSHIn(t *testing.T, f *practice.Fleet, key, host, input, command string) string {
	t.Helper()
	cmd := sshCommand(t, f, key, host, command)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.Output()
	must(t, err)
	return string(out)
}

func ssh(t *testing.T, f *practice.Fleet, key, host, command string) (string, error) {
	t.Helper()
	out, err := sshCommand(t, f, key, host, command).Output()
	return string(out), err
}

func sshCommand(t *testing.T, f *practice.Fleet, key, host, command string) *exec.Cmd {
	t.Helper()
	h, err := f.Host(host)
	must(t, err)
	hostKey, err := f.HostKey(host)
	must(t, err)
	known := filepath.Join(t.TempDir(), "known_hosts")
	must(t, os.WriteFile(known, []byte(h.Address.String()+" "+hostKey+"\n"), 0o600))
	return exec.Command("ssh", "-F", "none", "-i", key, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
		"-o", "UserKnownHostsFile="+known, "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=5", "-o", "LogLevel=ERROR",
		"root@"+h.Address.String(), command)
}

// kernelHasNetem tries it on an interface of its own.
func kernelHasNetem(t *testing.T) bool {
	t.Helper()
	mustRun(t, "ip", "link", "add", "cp-netem", "type", "bridge")
	defer mustRun(t, "ip", "link", "del", "cp-netem")
	return exec.Command("tc", "qdisc", "add", "dev", "cp-netem", "root", "netem", "delay", "1ms").Run() == nil
}

func reachable(h practice.Host) bool {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(h.Address.String(), "22"), time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// nothingIsLeft looks for traces of a fleet everywhere on the machine.
func nothingIsLeft(t *testing.T, f *practice.Fleet) {
	t.Helper()
	traces := []string{
		f.Dir() + "/", "central-" + f.Name() + "-", "central_practice_" + f.Name() + " ", "central-practice-" + f.Name() + "\n",
		f.Gateway().String() + "/", f.Bridge() + ":", f.Bridge() + "-", `"` + f.Bridge() + `"`,
	}
	look := func(where, text string) {
		for line := range strings.Lines(text) {
			for _, trace := range traces {
				if strings.Contains(line, trace) {
					t.Errorf("left in %s: %s", where, line)
				}
			}
		}
	}
	look("links", mustRun(t, "ip", "addr"))
	look("namespaces", mustRun(t, "ip", "netns", "list"))
	look("rules", mustRun(t, "nft", "list", "ruleset"))
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	must(t, err)
	look("mounts", string(mounts))
	commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(t, err)
	for _, file := range commands {
		// A process may end meanwhile.
		if text, err := os.ReadFile(file); err == nil && file != fmt.Sprintf("/proc/%d/cmdline", os.Getpid()) {
			look(file, strings.ReplaceAll(string(text), "\x00", " ")+"\n")
		}
	}
	groups, err := filepath.Glob("/sys/fs/cgroup/*")
	must(t, err)
	more, err := filepath.Glob("/sys/fs/cgroup/*/*")
	must(t, err)
	propagated, err := filepath.Glob("/run/systemd/nspawn/propagate/" + f.Name() + "-*")
	must(t, err)
	look("control groups", strings.Join(append(groups, more...), "\n")+"\n")
	if len(propagated) > 0 {
		t.Errorf("left: %v", propagated)
	}
	// The kernel's limits stay raised while another fleet is there.
	if limits, _ := filepath.Glob("/run/central-practice-*"); len(limits) > 0 && !strings.Contains(mustRun(t, "nft", "list", "tables"), "central_practice_") {
		t.Errorf("left: %v", limits)
	}
	if _, err := os.Lstat(f.Dir()); !os.IsNotExist(err) {
		t.Errorf("left: %s, error %v", f.Dir(), err)
	}
}

// eventually waits until something is so, for at most two minutes.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

func mustRun(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
