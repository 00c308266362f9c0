package store

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// How often an actor may have Central connect to machines that are not in the fleet, and try passwords on one.
const (
	connectTries  = 200
	passwordTries = 6
	connectWindow = 5 * time.Minute
)

// BeginProbe errs unless the actor may have Central connect to this address now: it needs ADMIN, a right form, and
// few tries so far.
func (s *Store) BeginProbe(actor fleet.Actor, address string, port int) error {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return err
	}
	if err := fleet.ValidAddress(address); err != nil {
		return fleet.AtField(err, "address")
	}
	if err := fleet.ValidPort(port); err != nil {
		return fleet.AtField(err, "port")
	}
	return s.mayConnect(actor, fleet.ServerEntry{Address: address, Port: port})
}

// BeginLook errs unless the actor may have Central log in to this machine now, and brings the input into its form.
func (s *Store) BeginLook(actor fleet.Actor, entry *fleet.ServerEntry) error {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return err
	}
	if err := entry.Validate(); err != nil {
		return err
	}
	if entry.HostKeyFingerprint == "" {
		return fleet.FieldErrorf(fleet.CodeInvalid, "input.hostKeyFingerprint", "Compare the fingerprint of the host key first, and give it here.")
	}
	return s.mayConnect(actor, *entry)
}

// LetCentralIn puts on record that somebody has Central put its key on a machine with a password, which the caller
// does next. The password itself is neither kept nor looked at.
func (s *Store) LetCentralIn(ctx context.Context, actor fleet.Actor, entry *fleet.ServerEntry) error {
	if err := s.BeginLook(actor, entry); err != nil {
		return err
	}
	if entry.Password == "" {
		return fleet.FieldErrorf(fleet.CodeInvalid, "input.password", "Give the password of %s on the machine.", entry.User)
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := serverTaken(tx, "input.address", "address = ? AND port = ?", entry.Address, entry.Port); err != nil {
			return err
		}
		return s.audit(tx, actor, "letCentralIn", fmt.Sprintf("%s@%s", entry.User, net.JoinHostPort(entry.Address, strconv.Itoa(entry.Port))), map[string]any{
			"address": entry.Address, "port": entry.Port, "user": entry.User, "hostKeyFingerprint": entry.HostKeyFingerprint,
		}, nil)
	})
}

// ServerShowing is the server of the fleet that is at an address and port, or shows one of these host keys; nil when
// there is none.
func (s *Store) ServerShowing(ctx context.Context, address string, port int, keys []fleet.HostKey) (*fleet.Server, error) {
	entry := fleet.ServerEntry{Address: address, Port: port}
	if err := entry.Validate(); err != nil {
		return nil, err
	}
	lines := make([]string, len(keys))
	for i, key := range keys {
		lines[i] = key.Line
	}
	return livingServer(s.db.WithContext(ctx), "address = ? AND port = ? OR host_key IN ?", entry.Address, entry.Port, lines)
}

// mayConnect counts one more connection. It errs with CodeRateLimited when there were too many.
func (s *Store) mayConnect(actor fleet.Actor, entry fleet.ServerEntry) error {
	target := net.JoinHostPort(entry.Address, strconv.Itoa(entry.Port))
	if entry.Password != "" && !s.connects.take("password "+target, passwordTries) {
		return fleet.FieldErrorf(fleet.CodeRateLimited, "input.password", "Too many passwords were tried on %s; wait five minutes.", target)
	}
	if !s.connects.take("actor "+actor.Name, connectTries) {
		return fleet.Errorf(fleet.CodeRateLimited, "Central has connected to %d machines for you within five minutes; wait a little.", connectTries)
	}
	return nil
}

// rates counts what may be done only so often, in this process. Its zero value is ready to use.
type rates struct {
	mu    sync.Mutex
	times map[string][]time.Time
}

// take counts one more of what name stands for, and says whether it is among the first limit within connectWindow.
func (r *rates) take(name string, limit int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.times == nil {
		r.times = map[string][]time.Time{}
	}
	if len(r.times) > maxRemembered {
		for other := range r.times {
			r.recent(other)
		}
	}
	if len(r.recent(name)) >= limit {
		return false
	}
	r.times[name] = append(r.times[name], time.Now())
	return true
}

// recent drops what is older than the window and returns the rest.
func (r *rates) recent(name string) []time.Time {
	times := r.times[name]
	for len(times) > 0 && time.Since(times[0]) > connectWindow {
		times = times[1:]
	}
	if len(times) == 0 {
		delete(r.times, name)
		return nil
	}
	r.times[name] = times
	return times
}
