package remote_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

// stranger is a pool whose key no host knows yet.
func stranger(t *testing.T) *remote.Pool {
	t.Helper()
	key, err := remote.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	pool := remote.NewPool(remote.NewAgent(remote.OneKey(key)), remote.Limits{})
	t.Cleanup(pool.Close)
	return pool
}

func TestLetIn(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	mustRun(t, pool, host, `id visitor >/dev/null 2>&1 || useradd --create-home visitor; echo 'visitor:right horse' | chpasswd; echo 'root:right horse' | chpasswd`)
	visitor := otherSSHD(t, pool, host, 2301, "PasswordAuthentication yes", "PermitRootLogin prohibit-password")
	visitor.User = "visitor"
	ctx := within(t, time.Minute)
	whoami := bench.Command{Name: "who am I", Argv: []string{"true"}}

	t.Run("WrongPassword", func(t *testing.T) {
		err := stranger(t).LetIn(ctx, visitor, "wrong canary")
		if fleet.ErrorCode(err) != fleet.CodeLoginRefused || !strings.Contains(err.Error(), "does not take this password for visitor") || strings.Contains(err.Error(), "canary") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("RootMayNot", func(t *testing.T) {
		root := visitor
		root.User = "root"
		err := stranger(t).LetIn(ctx, root, "right horse")
		if fleet.ErrorCode(err) != fleet.CodeLoginRefused || !strings.Contains(err.Error(), "root may not log in") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("NoPasswordsAtAll", func(t *testing.T) {
		closed := otherSSHD(t, pool, host, 2302, "PasswordAuthentication no", "KbdInteractiveAuthentication no")
		closed.User = "visitor"
		err := stranger(t).LetIn(ctx, closed, "right horse")
		if fleet.ErrorCode(err) != fleet.CodeLoginRefused || !strings.Contains(err.Error(), "takes no passwords") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("OtherHostKey", func(t *testing.T) {
		other := visitor
		other.HostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		if err := stranger(t).LetIn(ctx, other, "right horse"); fleet.ErrorCode(err) != fleet.CodeHostKeyChanged {
			t.Errorf("got %v", err)
		}
	})
	t.Run("OnceIsEnough", func(t *testing.T) {
		mustRun(t, pool, host, `install -d -m 0700 -o visitor -g visitor /home/visitor/.ssh; printf 'ssh-ed25519 AAAA somebody' >/home/visitor/.ssh/authorized_keys; chown visitor: /home/visitor/.ssh/authorized_keys; chmod 600 /home/visitor/.ssh/authorized_keys`)
		central := stranger(t)
		if _, err := central.Run(ctx, visitor, whoami); !remote.Refused(err) {
			t.Fatalf("before: %v", err)
		}
		for range 2 {
			if err := central.LetIn(ctx, visitor, "right horse"); err != nil {
				t.Fatal(err)
			}
		}
		_, err := central.Run(ctx, visitor, whoami) // logs in, but visitor has no sudo
		if fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			t.Errorf("after: %v", err)
		}
		got := mustRun(t, pool, host, `grep -c . /home/visitor/.ssh/authorized_keys; grep -c 'ssh-ed25519 AAAA somebody' /home/visitor/.ssh/authorized_keys; stat -c '%U %a' /home/visitor/.ssh/authorized_keys`)
		if got != "2\n1\nvisitor 600" {
			t.Errorf("got %q", got)
		}
	})
}

func TestScanHostKeys(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	mustRun(t, pool, host, `for kind in ecdsa rsa; do [ -e "/root/other_$kind" ] || ssh-keygen -q -t "$kind" -N '' -f "/root/other_$kind"; done`)
	other := otherSSHD(t, pool, host, 2303, "HostKey /root/other_rsa", "HostKey /root/other_ecdsa", "HostKey /etc/ssh/ssh_host_ed25519_key")
	keys, err := remote.ScanHostKeys(within(t, time.Minute), other.Address, other.Port)
	if err != nil || len(keys) != 3 || keys[0].Line != host.HostKey || keys[0].Fingerprint != remote.Fingerprint(host.HostKey) {
		t.Errorf("got %+v, %v", keys, err)
	}
	for i, kind := range []string{"ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"} {
		if len(keys) == 3 && keys[i].Type != kind {
			t.Errorf("key %d is %+v", i, keys[i])
		}
	}
}

func TestScanSaysWhatIsWrong(t *testing.T) {
	_, host := practiceHost(t, remote.Limits{})
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = web.Close() })
	go func() {
		for {
			c, err := web.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			_ = c.Close()
		}
	}()
	for name, test := range map[string]struct {
		address string
		port    int
		says    string
	}{
		"ClosedPort":  {host.Address, 2399, "nothing listens on port 2399"},
		"NoMachine":   {"10.93.0.250", 22, "no machine at it"},
		"NoName":      {"nobody.invalid", 22, "not known to the DNS"},
		"NotSSH":      {"127.0.0.1", web.Addr().(*net.TCPAddr).Port, "not as an SSH server"},
		"BadAddress":  {"-oProxyCommand=id", 22, "no address"},
		"JinjaInName": {"{{ x }}", 22, "no address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := remote.ScanHostKeys(within(t, time.Minute), test.address, test.port)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFacts(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	asked := time.Now()
	out, err := pool.Run(within(t, time.Minute), host, bench.Facts())
	if err != nil {
		t.Fatal(err)
	}
	facts := bench.ParseFacts(out.Stdout, asked, time.Now())
	if facts.Distribution != "debian" || facts.Version != "12" || !strings.Contains(facts.OS, "bookworm") || facts.CPUs < 1 || facts.MemoryBytes < 1<<28 ||
		!facts.Container || !facts.Python || facts.RebootNeeded || facts.ClockOffset > 1 || facts.ClockOffset < -1 {
		t.Errorf("got %+v", facts)
	}
	if len(facts.Disks) == 0 || facts.Disks[0].Mount != "/" || facts.Disks[0].FreeBytes == 0 || facts.Disks[0].SizeBytes < facts.Disks[0].FreeBytes {
		t.Errorf("disks %+v", facts.Disks)
	}
	if err := fleet.Blocking(fleet.Fit(facts, fleet.RoleMaster)); err != nil {
		t.Errorf("a practice host does not fit: %v", err)
	}
}
