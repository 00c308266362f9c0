package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"central/fleet"
	"central/practice"
	"central/runner/remote"
)

// newcomer is a machine that no Central knows yet, and a Central that is told of it.
type newcomer struct {
	t       *testing.T
	machine *practice.Fleet
	address string
	key     string // fingerprint of the host key that it shows
	central *served
	data    string
	token   string
}

// canary is the password of everybody on the newcomer.
const canary = "correct-horse-canary-4711"

func newNewcomer(t *testing.T) *newcomer {
	t.Helper()
	n := &newcomer{t: t, data: filepath.Join(t.TempDir(), "data")}
	var err error
	n.machine, err = practice.New(practice.Config{
		Name: "enter", Dir: filepath.Join(os.TempDir(), "central-test-enter"), Network: netip.MustParsePrefix("10.90.8.0/24"),
	})
	n.must(err)
	n.must(n.machine.Down(t.Context())) // what a killed run left behind
	t.Cleanup(func() { n.must(n.machine.Down(context.Background())) })
	hosts, err := n.machine.Up(t.Context(), "h-01")
	n.must(err)
	n.address = hosts[0].Address.String()
	key, err := n.machine.HostKey("h-01")
	n.must(err)
	n.key = remote.Fingerprint(key)
	n.console(`for user in visitor keeper; do useradd --create-home --shell /bin/bash $user; done
		echo 'keeper ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/keeper
		for user in root visitor keeper; do echo "$user:` + canary + `"; done | chpasswd`)
	n.central = serve(t, n.data)
	n.token = mustRun(t, "user", "token", "--data", n.data, "--name", "test", "--role", "ADMIN")
	return n
}

func (n *newcomer) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

// console runs a script there as root, past sshd.
func (n *newcomer) console(script string) string {
	n.t.Helper()
	said, err := n.machine.Console(n.t.Context(), "h-01", "", "bash", "-euo", "pipefail", "-c", script)
	n.must(err)
	return strings.TrimSpace(said)
}

// add asks Central to add the machine, and returns the code, the field and the sentence of its refusal: empty when it did.
func (n *newcomer) add(user, password, fingerprint string) (code, field, message string) {
	n.t.Helper()
	text := n.central.ask(n.token, fmt.Sprintf(`mutation { addServer(input: {name: "h-01", address: %q, role: PROXY, user: %q, password: %q, hostKeyFingerprint: %q}) { server { name } } }`,
		n.address, user, password, fingerprint))
	var answer struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code, Field string }
		}
	}
	n.must(json.Unmarshal([]byte(text), &answer))
	if strings.Contains(text, canary) {
		n.t.Errorf("the password is in the answer: %s", text)
	}
	if len(answer.Errors) == 0 {
		return "", "", ""
	}
	first := answer.Errors[0]
	if known := n.central.ask(n.token, `{ servers { name } }`); !strings.Contains(known, `"servers":[]`) {
		n.t.Errorf("it was refused, and is on record: %s", known)
	}
	return first.Extensions.Code, first.Extensions.Field, first.Message
}

// TestAddServer has a real Central add a real machine, with everything that may be wrong with its login.
func TestAddServer(t *testing.T) {
	n := newNewcomer(t)
	const passwords = "journalctl --quiet --unit=ssh | grep -cE '(Accepted|Failed) password' || true"
	for _, test := range []struct {
		name, user, password, fingerprint string
		code, field, says                 string
		tried                             bool // whether the password has reached the machine
	}{
		{"NoKeyAndNoPassword", "keeper", "", n.key, "LOGIN_REFUSED", "input.user", "does not take Central's key for keeper", false},
		{"WrongPassword", "keeper", "wrong", n.key, "LOGIN_REFUSED", "input.password", "does not take this password for keeper", true},
		{"RootWithAPassword", "root", canary, n.key, "LOGIN_REFUSED", "input.password", "root may not log in with one", true},
		{"OtherHostKeyThanConfirmed", "keeper", canary, "SHA256:" + strings.Repeat("A", 43), "HOST_KEY_CHANGED", "input.hostKeyFingerprint", "shows a host key with the fingerprint " + n.key, false},
		{"UserWithoutSudo", "visitor", canary, n.key, "NO_SUDO", "input.user", "visitor ALL=(ALL) NOPASSWD: ALL", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := n.console(passwords)
			code, field, message := n.add(test.user, test.password, test.fingerprint)
			if code != test.code || field != test.field || !strings.Contains(message, test.says) {
				t.Errorf("got %s %s: %s", code, field, message)
			}
			if tried := n.console(passwords) != before; tried != test.tried {
				t.Errorf("the password was given to the machine: %v", tried)
			}
		})
	}
	t.Run("PasswordIsUsedOnce", func(t *testing.T) {
		if code, field, message := n.add("keeper", canary, n.key); code != "" {
			t.Fatalf("got %s %s: %s", code, field, message)
		}
		got := n.console(`grep -c ' central$' /home/keeper/.ssh/authorized_keys; stat -c '%U %a' /home/keeper/.ssh /home/keeper/.ssh/authorized_keys; ! test -e /root/.ssh/authorized_keys`)
		if got != "1\nkeeper 700\nkeeper 600" {
			t.Errorf("on the machine: %s", got)
		}
		known := n.central.ask(n.token, `{ servers { name user hostKeyFingerprint facts { distribution } } }`)
		if !strings.Contains(known, `"user":"keeper"`) || !strings.Contains(known, n.key) || !strings.Contains(known, `"distribution":"debian"`) {
			t.Errorf("on record is %s", known)
		}
	})
	t.Run("PasswordIsKeptNowhere", func(t *testing.T) {
		if err := n.central.end(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if strings.Contains(n.central.log.String()+n.central.stdout.String(), canary) {
			t.Error("Central has said it")
		}
		files := 0
		n.must(filepath.WalkDir(n.data, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			files++
			content, err := os.ReadFile(path)
			if strings.Contains(string(content), canary) {
				t.Errorf("%s has it", path)
			}
			return err
		}))
		if files == 0 {
			t.Error("Central has left no file")
		}
	})
}

func TestEnterAClosedPort(t *testing.T) {
	key, err := remote.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	pool := remote.NewPool(remote.NewAgent(remote.OneKey(key)), remote.DefaultLimits)
	t.Cleanup(pool.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = enter(pool)(t.Context(), fleet.ServerEntry{Address: "127.0.0.1", Port: port, User: "root"})
	var e *fleet.Error
	if fleet.ErrorCode(err) != fleet.CodeUnreachable {
		t.Fatalf("got %v", err)
	}
	if !errors.As(err, &e) || e.Field != "input.address" {
		t.Errorf("got %v", err)
	}
}
