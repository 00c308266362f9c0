package remote

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"golang.org/x/crypto/ssh"

	"central/fleet"
)

// connection is one SSH connection of the pool. Its counters belong to the pool's lock.
type connection struct {
	client *ssh.Client
	gone   chan struct{} // closed when the connection is over

	limit int         // sessions it may hold
	inUse int         // sessions it holds, abandoned ones included
	lost  int         // sessions that were abandoned while their command still ran; sshd counts them to the end
	dead  bool        // takes no new session
	idle  *time.Timer // closes it; nil while a session is open
}

// handshake connects and checks the host key as config says. The client is nil when err is not.
func handshake(ctx context.Context, h Host, config *ssh.ClientConfig) (*ssh.Client, error) {
	conn, err := (&net.Dialer{KeepAlive: -1}).DialContext(ctx, "tcp", h.endpoint())
	if err != nil {
		return nil, err
	}
	// The handshake knows no context: closing the connection is what ends it.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	c, channels, requests, err := ssh.NewClientConn(conn, h.endpoint(), config)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	return ssh.NewClient(c, channels, requests), nil
}

// dial opens a connection to h with its pinned key. The error is an *fleet.Error for the user.
func (p *Pool) dial(ctx context.Context, h Host) (*connection, error) {
	key, err := h.check()
	if err != nil {
		return nil, err
	}
	pin := &pinned{host: h, key: key}
	ctx, cancel := context.WithTimeout(ctx, p.limits.DialTimeout)
	defer cancel()
	signer, err := p.agent.signer(ctx, h)
	if err != nil {
		return nil, keyNotRead(h, err)
	}
	client, err := p.logIn(ctx, pin, ssh.PublicKeys(signer))
	if err != nil {
		return nil, pin.explain(err)
	}
	c := &connection{client: client, gone: make(chan struct{}), limit: p.limits.Sessions}
	go func() {
		_ = client.Wait()
		close(c.gone)
	}()
	go c.keepAlive(p.limits.KeepAlive, p.limits.KeepAliveMisses)
	return c, nil
}

// keyNotRead is why Central has no key for a host. That the database did not answer passes like a server that does not,
// so callers try again.
func keyNotRead(h Host, err error) error {
	var known *fleet.Error
	if errors.As(err, &known) {
		return err
	}
	slog.Warn("Central's key could not be read", "host", h.Name, "error", err)
	return fleet.Errorf(fleet.CodeUnreachable, "%s cannot be logged in to: Central's key for it could not be read", h)
}

// keepAlive asks the server for a sign of life at each interval and closes the connection when misses of
// them in a row stay without an answer, so that whoever waits on it learns that the line is dead.
func (c *connection) keepAlive(interval time.Duration, misses int) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	answers := make(chan struct{}, 1)
	waiting, missed := false, 0
	for {
		select {
		case <-c.gone:
			return
		case <-answers:
			waiting, missed = false, 0
		case <-ticker.C:
			if waiting {
				if missed++; missed >= misses {
					_ = c.client.Close()
					return
				}
				continue
			}
			waiting = true
			go func() { // ends at the latest when the connection is closed
				if _, _, err := c.client.SendRequest("keepalive@openssh.com", true, nil); err == nil {
					answers <- struct{}{}
				}
			}()
		}
	}
}
