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

// Agent holds Central's private key in memory and signs with it: for the pool, and over a Unix socket for
// programs that bring their own ssh.
type Agent struct {
	signer  ssh.Signer
	keyring agent.ExtendedAgent
}

// NewAgent makes an agent for key.
func NewAgent(key ed25519.PrivateKey) (*Agent, error) {
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return nil, fmt.Errorf("use the key: %w", err)
	}
	keyring := agent.NewKeyring()
	if err := keyring.Add(agent.AddedKey{PrivateKey: key, Comment: keyComment}); err != nil {
		return nil, fmt.Errorf("use the key: %w", err)
	}
	return &Agent{signer: signer, keyring: keyring.(agent.ExtendedAgent)}, nil
}

const keyComment = "central"

// PublicKey is the line for a server's authorized_keys, without a newline.
func (a *Agent) PublicKey() string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(a.signer.PublicKey()))) + " " + keyComment
}

// Serve lends the key to whoever may open the socket DIR/agent.sock, until ctx ends; only this user and root
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
				_ = agent.ServeAgent(lent{a.keyring}, conn) // ends with the client, whatever it sent
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
