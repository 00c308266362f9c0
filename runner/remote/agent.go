package remote

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Keyring finds the private key of Central's with which it logs in to a server: the one that is called name, or when
// that is empty the one that the server lets in now. Server 0 is a machine that is not in the fleet yet. It is asked at
// each new connection, so that a key that was replaced is used no longer.
type Keyring func(ctx context.Context, server uint, name string) (ed25519.PrivateKey, error)

// Agent signs with Central's private keys: for the pool, and over a Unix socket for programs that bring their own ssh.
// Keys are in the clear in its memory only.
type Agent struct {
	find Keyring
	lent agent.ExtendedAgent // what the socket signs with

	mu   sync.Mutex
	held map[string]bool // lines of the keys that are lent
}

// NewAgent makes an agent that finds its keys with find.
func NewAgent(find Keyring) *Agent {
	return &Agent{find: find, lent: agent.NewKeyring().(agent.ExtendedAgent), held: map[string]bool{}}
}

// OneKey is the keyring of a Central that has a single key.
func OneKey(key ed25519.PrivateKey) Keyring {
	return func(context.Context, uint, string) (ed25519.PrivateKey, error) { return key, nil }
}

const keyComment = "central"

// PublicKey is the line for authorized_keys that lets a private key in, without a newline. It is empty for what is no key.
func PublicKey(key ed25519.PrivateKey) string {
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public))) + " " + keyComment
}

// PublicKey is the line for the authorized_keys of a host, by which it lets Central in.
func (a *Agent) PublicKey(ctx context.Context, h Host) (string, error) {
	key, err := a.find(ctx, h.ID, h.Key)
	if err != nil {
		return "", err
	}
	return PublicKey(key), nil
}

// signer is what the pool logs in to a host with.
func (a *Agent) signer(ctx context.Context, h Host) (ssh.Signer, error) {
	key, err := a.find(ctx, h.ID, h.Key)
	if err != nil {
		return nil, err
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return nil, fmt.Errorf("use the key: %w", err)
	}
	return signer, nil
}

// Lend lets the socket sign with the key of a host from now on, and returns its public key's line.
func (a *Agent) Lend(ctx context.Context, h Host) (string, error) {
	key, err := a.find(ctx, h.ID, h.Key)
	if err != nil {
		return "", err
	}
	line := PublicKey(key)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held[line] {
		return line, nil
	}
	if err := a.lent.Add(agent.AddedKey{PrivateKey: key, Comment: keyComment}); err != nil {
		return "", fmt.Errorf("lend the key: %w", err)
	}
	a.held[line] = true
	return line, nil
}

// Serve lends the keys of Lend to whoever may open the socket DIR/agent.sock, until ctx ends; only this user and root
// may (directory 0700, socket 0600). It returns the socket's path once the socket can be used, and a function that
// waits until it is gone. A socket that a killed process left behind is replaced.
func (a *Agent) Serve(ctx context.Context, dir string) (socket string, wait func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, fmt.Errorf("serve the agent: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return "", nil, fmt.Errorf("serve the agent: %w", err)
	}
	socket = filepath.Join(dir, "agent.sock")
	if len(socket) > 100 {
		return "", nil, fmt.Errorf("serve the agent: %s is too long for the path of a socket", socket)
	}
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", nil, fmt.Errorf("serve the agent: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", socket)
	if err != nil {
		return "", nil, fmt.Errorf("serve the agent: %w", err)
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		_ = listener.Close()
		return "", nil, fmt.Errorf("serve the agent: %w", err)
	}
	var running sync.WaitGroup
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				if ctx.Err() == nil {
					slog.Error("the agent's socket failed", "err", err)
				}
				return
			}
			running.Go(func() {
				stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
				defer stop()
				defer func() { _ = conn.Close() }()
				_ = agent.ServeAgent(lent{a.lent}, conn) // ends with the client, whatever it sent
			})
		}
	})
	return socket, running.Wait, nil
}

// lent is an agent that lists and signs, and refuses everything that would change it.
type lent struct{ keyring agent.ExtendedAgent }

var errLent = errors.New("this agent only lists and signs")

func (l lent) List() ([]*agent.Key, error) { return l.keyring.List() }

func (l lent) Sign(key ssh.PublicKey, data []byte) (*ssh.Signature, error) {
	return l.keyring.Sign(key, data)
}

func (l lent) SignWithFlags(key ssh.PublicKey, data []byte, flags agent.SignatureFlags) (*ssh.Signature, error) {
	return l.keyring.SignWithFlags(key, data, flags)
}

func (l lent) Add(agent.AddedKey) error                 { return errLent }
func (l lent) Remove(ssh.PublicKey) error               { return errLent }
func (l lent) RemoveAll() error                         { return errLent }
func (l lent) Lock([]byte) error                        { return errLent }
func (l lent) Unlock([]byte) error                      { return errLent }
func (l lent) Signers() ([]ssh.Signer, error)           { return nil, errLent }
func (l lent) Extension(string, []byte) ([]byte, error) { return nil, agent.ErrExtensionUnsupported }
