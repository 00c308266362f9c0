// Package sshd runs a real SSH server on this machine's loopback, that lets in the user who runs it: where practice needs
// a host that offers repositories by ssh.
package sshd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"central/practice/machine"
)

// Server is a running SSH server. Its address is 127.0.0.1.
type Server struct {
	Port    int
	User    string // who may log in
	HostKey string // as `ssh-ed25519 BASE64`

	authorized string // file
	daemon     *exec.Cmd
}

// Start starts a server that lets nobody in yet, with its files in dir. End it with Stop.
func Start(ctx context.Context, dir string) (*Server, error) {
	me, err := user.Current()
	if err != nil {
		return nil, err
	}
	s := &Server{User: me.Username, authorized: filepath.Join(dir, "authorized_keys")}
	if s.Port, err = freePort(ctx); err != nil {
		return nil, err
	}
	key, config := filepath.Join(dir, "host_key"), filepath.Join(dir, "sshd_config")
	if out, err := exec.CommandContext(ctx, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make a host key: %w: %s", err, out)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		return nil, err
	}
	s.HostKey = strings.Join(strings.Fields(string(public))[:2], " ")
	settings := fmt.Sprintf("Port %d\nListenAddress 127.0.0.1\nHostKey %s\nAuthorizedKeysFile %s\n", s.Port, key, s.authorized) +
		"StrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n"
	if err := errors.Join(os.MkdirAll("/run/sshd", 0o755), os.WriteFile(config, []byte(settings), 0o600), s.LetIn()); err != nil {
		return nil, err
	}
	s.daemon = exec.Command("/usr/sbin/sshd", "-D", "-e", "-f", config)
	if err := s.daemon.Start(); err != nil {
		return nil, err
	}
	err = machine.Until(ctx, 10*time.Second, func() bool {
		conn, err := net.DialTimeout("tcp", s.Address(), time.Second)
		return err == nil && conn.Close() == nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sshd does not answer: %w", err), s.Stop())
	}
	return s, nil
}

// Address is where the server listens, with its port.
func (s *Server) Address() string { return fmt.Sprintf("127.0.0.1:%d", s.Port) }

// URL is the address of a repository on this machine, by way of the server.
func (s *Server) URL(dir string) string {
	return fmt.Sprintf("ssh://%s@%s%s", s.User, s.Address(), dir)
}

// LetIn lets in whoever has one of these keys, given as lines of authorized_keys, and nobody else.
func (s *Server) LetIn(keys ...string) error {
	return os.WriteFile(s.authorized, []byte(strings.Join(keys, "\n")+"\n"), 0o600)
}

// Stop ends the server.
func (s *Server) Stop() error {
	if err := s.daemon.Process.Kill(); err != nil {
		return err
	}
	_ = s.daemon.Wait() // it was killed
	return nil
}

func freePort(ctx context.Context) (int, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
