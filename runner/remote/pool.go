package remote

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"central/fleet"
)

// Limits bounds what a Pool does. A zero field takes the value of DefaultLimits.
type Limits struct {
	Sessions        int           // at once on one connection; sshd refuses more than its MaxSessions, 10
	Connections     int           // to one host; past Sessions × Connections, commands wait for their turn
	Dials           int           // to one host at the same moment; sshd drops logins past MaxStartups, 10
	DialTimeout     time.Duration // for connecting and logging in
	KeepAlive       time.Duration // between two signs of life
	KeepAliveMisses int           // unanswered ones in a row after which a connection is dead
	Idle            time.Duration // after which a connection without sessions is closed
}

// DefaultLimits suit a server with Debian's sshd_config.
var DefaultLimits = Limits{
	Sessions: 8, Connections: 12, Dials: 4, DialTimeout: 10 * time.Second,
	KeepAlive: 15 * time.Second, KeepAliveMisses: 3, Idle: time.Minute,
}

// Pool keeps SSH connections to hosts and shares them out. All methods are safe for concurrent use.
type Pool struct {
	agent  *Agent
	limits Limits
	ctx    context.Context // ends with Close; dials live in it, not in the context of whoever waits for them
	cancel context.CancelFunc

	mu    sync.Mutex
	hosts map[Host]*hostPool
}

// hostPool is the connections to one host. Another name, user or pinned key is another host.
type hostPool struct {
	host    Host
	conns   []*connection
	dialing int
	waiting []*waiter
	limit   int // sessions on each connection; less than Limits.Sessions once the server refused one
}

// waiter is a caller that waits for a place on a connection. Exactly one grant is sent to it, unless it
// takes itself off the queue first.
type waiter struct{ granted chan grant }

type grant struct {
	conn *connection
	err  error
}

// NewPool makes a pool that logs in with the agent's key. Close it in the end.
func NewPool(agent *Agent, limits Limits) *Pool {
	fill := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	fillTime := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	fill(&limits.Sessions, DefaultLimits.Sessions)
	fill(&limits.Connections, DefaultLimits.Connections)
	fill(&limits.Dials, DefaultLimits.Dials)
	fill(&limits.KeepAliveMisses, DefaultLimits.KeepAliveMisses)
	fillTime(&limits.DialTimeout, DefaultLimits.DialTimeout)
	fillTime(&limits.KeepAlive, DefaultLimits.KeepAlive)
	fillTime(&limits.Idle, DefaultLimits.Idle)
	ctx, cancel := context.WithCancel(context.Background())
	return &Pool{agent: agent, limits: limits, ctx: ctx, cancel: cancel, hosts: map[Host]*hostPool{}}
}

// PublicKey is the line by which a host lets this pool in.
func (p *Pool) PublicKey(ctx context.Context, h Host) (string, error) {
	return p.agent.PublicKey(ctx, h)
}

// Lend lets the agent's socket sign with the key of a host, and returns its public key's line.
func (p *Pool) Lend(ctx context.Context, h Host) (string, error) { return p.agent.Lend(ctx, h) }

var errClosed = errors.New("the connection pool is closed")

// Close closes every connection. Commands that still run lose theirs; what runs in a unit goes on.
func (p *Pool) Close() {
	p.cancel()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.hosts {
		h.refuse(errClosed)
		for _, c := range slices.Clone(h.conns) {
			p.drop(h, c)
		}
	}
}

// Forget closes the connections to every host with that address and port, whatever was pinned for it. Call it when a
// server was removed or its pinned key was replaced.
func (p *Pool) Forget(address string, port int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, h := range p.hosts {
		if key.Address == address && key.Port == port {
			for _, c := range slices.Clone(h.conns) {
				p.drop(h, c)
			}
		}
	}
}

// Connections tells how many connections to the host are open.
func (p *Pool) Connections(host Host) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if h := p.hosts[host]; h != nil {
		return len(h.conns)
	}
	return 0
}

// ErrBusy says that a host's places for sessions are all taken, or that others wait for one already.
var ErrBusy = errors.New("all connections to the server are busy")

// acquire reserves a place for one session. The caller releases it, or abandons it. With noQueue it errs with ErrBusy
// where it would have to wait for somebody else's session to end.
func (p *Pool) acquire(ctx context.Context, host Host, noQueue bool) (*connection, error) {
	p.mu.Lock()
	if p.ctx.Err() != nil {
		p.mu.Unlock()
		return nil, errClosed
	}
	h := p.hosts[host]
	if h == nil {
		h = &hostPool{host: host, limit: p.limits.Sessions}
		p.hosts[host] = h
	}
	if full := h.free() == nil && len(h.conns)+h.dialing >= p.limits.Connections; noQueue && (full || len(h.waiting) > 0) {
		p.mu.Unlock()
		return nil, ErrBusy
	}
	w := &waiter{granted: make(chan grant, 1)}
	h.waiting = append(h.waiting, w)
	p.serve(h)
	p.mu.Unlock()

	select {
	case g := <-w.granted:
		return g.conn, g.err
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(h.waiting, w); i >= 0 {
		h.waiting = slices.Delete(h.waiting, i, i+1)
	} else if g := <-w.granted; g.conn != nil { // granted at the same moment
		p.giveBack(h, g.conn)
	}
	return nil, context.Cause(ctx)
}

// serve gives free places to those who wait, in their order, and dials when more of them wait than the
// dials under way will have places for. The lock is held.
func (p *Pool) serve(h *hostPool) {
	for len(h.waiting) > 0 {
		c := h.free()
		if c == nil {
			break
		}
		c.inUse++
		if c.idle != nil {
			c.idle.Stop()
			c.idle = nil
		}
		h.waiting[0].granted <- grant{conn: c}
		h.waiting = h.waiting[1:]
	}
	for h.dialing*h.limit < len(h.waiting) && h.dialing < p.limits.Dials && len(h.conns)+h.dialing < p.limits.Connections {
		h.dialing++
		go p.connect(h)
	}
}

// free is the fullest connection that has a place left, so that the others can become idle and close.
func (h *hostPool) free() *connection {
	var best *connection
	for _, c := range h.conns {
		// A connection with lost sessions takes no new ones: it is closed as soon as the others have ended.
		if !c.dead && c.lost == 0 && c.inUse < min(c.limit, h.limit) && (best == nil || c.inUse > best.inUse) {
			best = c
		}
	}
	return best
}

// connect dials once and serves those who wait with the outcome.
func (p *Pool) connect(h *hostPool) {
	c, err := p.dial(p.ctx, h.host)
	p.mu.Lock()
	defer p.mu.Unlock()
	h.dialing--
	switch {
	case err != nil:
		slog.Debug("no SSH connection", "host", h.host.Name, "err", err)
		h.refuse(err)
		return
	case p.ctx.Err() != nil:
		_ = c.client.Close()
		h.refuse(errClosed)
		return
	}
	h.conns = append(h.conns, c)
	p.rest(h, c)
	p.serve(h)
	go func() {
		<-c.gone
		p.mu.Lock()
		defer p.mu.Unlock()
		p.drop(h, c)
		p.serve(h)
	}()
}

func (h *hostPool) refuse(err error) {
	for _, w := range h.waiting {
		w.granted <- grant{err: err}
	}
	h.waiting = nil
}

// release gives a place back whose session has ended. sshd frees its side of a session a moment after both sides have
// closed it, and until then counts it; it has done so once it answers what was asked after that.
func (p *Pool) release(host Host, c *connection) {
	go func() {
		_, _, _ = c.client.SendRequest("keepalive@openssh.com", true, nil)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.giveBack(p.hosts[host], c)
	}()
}

// abandon gives up a place whose command may still run. sshd counts its session until the command ends, and
// says nobody when that is, so the connection is closed once its other sessions have ended.
func (p *Pool) abandon(host Host, c *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.hosts[host]
	c.lost++
	p.rest(h, c)
	p.serve(h)
}

// refused lowers the number of sessions on a connection after the server refused one, and gives the place back.
// It tells whether trying again makes sense.
func (p *Pool) refused(host Host, c *connection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.hosts[host]
	open := c.inUse - 1
	if open >= 1 {
		c.limit = min(c.limit, open)
		h.limit = min(h.limit, open)
	}
	p.giveBack(h, c)
	return open >= 1
}

func (p *Pool) giveBack(h *hostPool, c *connection) {
	c.inUse--
	p.rest(h, c)
	p.serve(h)
}

// rest closes a connection that only abandoned sessions are left on, and lets an unused one become idle.
func (p *Pool) rest(h *hostPool, c *connection) {
	switch {
	case c.dead || c.inUse > c.lost:
	case c.lost > 0:
		p.drop(h, c)
	case c.idle == nil:
		c.idle = time.AfterFunc(p.limits.Idle, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			if c.inUse == 0 {
				p.drop(h, c)
			}
		})
	}
}

// drop takes a connection out of the pool and closes it.
func (p *Pool) drop(h *hostPool, c *connection) {
	if c.dead {
		return
	}
	c.dead = true
	if c.idle != nil {
		c.idle.Stop()
	}
	h.conns = slices.DeleteFunc(h.conns, func(o *connection) bool { return o == c })
	go func() { _ = c.client.Close() }() // writes to the network: not under the lock
}

// session is an open SSH session with the place it takes.
type session struct {
	*ssh.Session
	conn *connection
}

// open reserves a place and opens a session on it. Errors are *fleet.Error, the context's, or with noQueue ErrBusy.
func (p *Pool) open(ctx context.Context, host Host, noQueue bool) (*session, error) {
	for {
		c, err := p.acquire(ctx, host, noQueue)
		if err != nil {
			return nil, err
		}
		type opened struct {
			session *ssh.Session
			err     error
		}
		done := make(chan opened, 1)
		go func() {
			s, err := c.client.NewSession()
			done <- opened{s, err}
		}()
		select {
		case <-ctx.Done():
			go func() {
				if o := <-done; o.session != nil {
					_ = o.session.Close()
				}
				p.release(host, c) // no command was started, so sshd forgets the session at once
			}()
			return nil, context.Cause(ctx)
		case o := <-done:
			if o.err == nil {
				return &session{o.session, c}, nil
			}
			var refusal *ssh.OpenChannelError
			if errors.As(o.err, &refusal) {
				if p.refused(host, c) {
					continue
				}
				return nil, fleet.Errorf(fleet.CodeUnreachable, "%s lets Central log in but opens no session: %s", host, plain(refusal.Message))
			}
			p.release(host, c)
			return nil, lostConnection(host)
		}
	}
}

func lostConnection(host Host) error {
	return fleet.Errorf(fleet.CodeUnreachable, "the connection to %s was lost", host)
}
