package remote_test

import (
	"context"
	"crypto/ed25519"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"central/runner/remote"
)

func TestSealKey(t *testing.T) {
	key, err := remote.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	vault := remote.NewVault(identity)
	sealed, err := vault.SealKey(key)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("OK", func(t *testing.T) {
		opened, err := vault.OpenKey(sealed)
		if err != nil || !opened.Equal(key) {
			t.Errorf("%v", err)
		}
		if strings.Contains(string(sealed), string(key.Seed())) {
			t.Error("the key is readable")
		}
	})
	t.Run("ErrOtherIdentity", func(t *testing.T) {
		other, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := remote.NewVault(other).OpenKey(sealed); err == nil {
			t.Error("opened by somebody else")
		}
	})
	t.Run("ErrChanged", func(t *testing.T) {
		sealed[len(sealed)-1] ^= 1
		if _, err := vault.OpenKey(sealed); err == nil {
			t.Error("a changed key was opened")
		}
	})
	t.Run("ErrPlain", func(t *testing.T) {
		if _, err := vault.OpenKey(key.Seed()); err == nil {
			t.Error("a key in the clear was taken")
		}
	})
}

func TestLoadIdentity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "identity")
	made, err := remote.LoadIdentity(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", err, info.Mode())
	}
	again, err := remote.LoadIdentity(path)
	if err != nil || again.String() != made.String() {
		t.Errorf("another identity at the second start: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := remote.LoadIdentity(path); err == nil {
		t.Error("a file that others can read was taken")
	}
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := remote.LoadIdentity(broken); err == nil || strings.Contains(err.Error(), "nonsense") {
		t.Errorf("got %v", err)
	}
}

func TestAgentSocket(t *testing.T) {
	key, err := remote.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	a := remote.NewAgent(remote.OneKey(key))
	dir := filepath.Join(t.TempDir(), "agent")
	ctx, cancel := context.WithCancel(t.Context())
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "agent.sock"), nil, 0o644); err != nil { // left by a killed process
		t.Fatal(err)
	}
	socket, wait, err := a.Serve(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{dir: 0o700, socket: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v %v", path, err, info.Mode())
		}
	}

	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	client := agent.NewClient(conn)
	if keys, err := client.List(); err != nil || len(keys) != 0 {
		t.Errorf("before anything was lent: %v %v", err, keys)
	}
	line := remote.PublicKey(key)
	for range 2 { // the second time it is there already
		if got, err := a.Lend(t.Context(), remote.Host{}); err != nil || got != line {
			t.Errorf("lent %s, %v", got, err)
		}
	}
	keys, err := client.List()
	if err != nil || len(keys) != 1 || keys[0].String() != line {
		t.Fatalf("%v %v, want %s", err, keys, line)
	}
	signature, err := client.Sign(keys[0], []byte("data"))
	if err != nil {
		t.Fatal(err)
	}
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil || public.Verify([]byte("data"), signature) != nil {
		t.Errorf("a signature that does not hold: %v", err)
	}
	_, other, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"Add": client.Add(agent.AddedKey{PrivateKey: other}), "Remove": client.Remove(keys[0]), "RemoveAll": client.RemoveAll(),
		"Lock": client.Lock([]byte("x")), "Unlock": client.Unlock([]byte("x")),
	} {
		if err == nil {
			t.Errorf("%s was allowed", name)
		}
	}
	if keys, err := client.List(); err != nil || len(keys) != 1 {
		t.Errorf("afterwards: %v %v", err, keys)
	}

	// OpenSSH's own client understands it.
	cmd := exec.Command("ssh-add", "-L")
	cmd.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
	if out, err := cmd.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != line {
		t.Errorf("%v: %s", err, out)
	}

	cancel()
	wait()
	if _, err := client.List(); err == nil {
		t.Error("the socket outlives its context")
	}
	if _, err := os.Stat(socket); err == nil {
		t.Error("the socket is still there")
	}
}

func TestAgentLogsInForOthers(t *testing.T) {
	pool, host := practiceHost(t, remote.Limits{})
	mustRun(t, pool, host, "true")
	socket, _, err := fixture.agent.Serve(t.Context(), filepath.Join(t.TempDir(), "a"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fixture.agent.Lend(t.Context(), host); err != nil {
		t.Fatal(err)
	}
	known, err := remote.KnownHosts([]remote.Host{host})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(file, []byte(known), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile="+file,
		"-o", "IdentityAgent="+socket, "root@"+host.Address, "echo hello")
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != "hello\n" {
		t.Errorf("%v: %s", err, out)
	}
}
