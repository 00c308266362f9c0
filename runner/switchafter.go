package runner

import (
	"context"
	"fmt"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/pair"
)

func (s *switching) record(ctx context.Context) error {
	return s.w.stored(s.r.Store.Promote(ctx, s.w.ref))
}

// repoint sends the visitors to the new master, and ends the time without service.
func (s *switching) repoint(ctx context.Context) error {
	if err := s.proxies(ctx); err != nil {
		return err
	}
	seconds, words := s.downtime(time.Now())
	if words == "" {
		return nil
	}
	s.w.say(words)
	if err := s.r.Store.SwitchDowntime(ctx, s.w.ref, seconds); err != nil || s.forced() {
		return s.w.stored(err)
	}
	return s.w.stored(s.r.Store.SwitchLoss(ctx, s.w.ref, "Nothing was lost."))
}

// downtime is for how long the sites did not answer until now, in seconds and in words, which are empty when nobody can
// tell. Of a failover the beginning is when the master was last seen to work: it went away some time after that.
func (s *switching) downtime(now time.Time) (seconds float64, words string) {
	note, more := noteClosed, ""
	if s.forced() {
		note, more = noteSeen, fmt.Sprintf(", at most: since %s was last seen to work", s.from.name)
	}
	began, err := time.Parse(time.RFC3339Nano, s.w.note(note))
	if err != nil {
		return 0, ""
	}
	seconds = max(0, now.Sub(began).Seconds())
	return seconds, fmt.Sprintf("The sites did not answer for %.1f s%s.", seconds, more)
}

// proxies gives every proxy the routes as they are on record now. A failover goes on without any: they learn them later.
func (s *switching) proxies(ctx context.Context) error {
	if err := s.r.routeAll(ctx, s.w); err != nil && (!s.forced() || interrupted(ctx)) {
		return err
	}
	return nil
}

// follow makes the old master the slave of the new one.
func (s *switching) follow(ctx context.Context) error {
	epoch, err := s.promotedEpoch(ctx)
	if err != nil {
		return err
	}
	for _, command := range []bench.Command{pair.CloseServer(pair.AsSlave, epoch), pair.FollowStart()} {
		if _, err := s.from.run(ctx, command); err != nil {
			return err
		}
	}
	return s.from.follows(ctx)
}

// follows waits until both threads of replication run.
func (h switchHost) follows(ctx context.Context) error {
	for until := time.Now().Add(followPatience); ; {
		status, err := h.status(ctx)
		if err != nil || status.IO == "Yes" && status.SQL == "Yes" {
			return err
		}
		if time.Now().After(until) {
			return fleet.Errorf(fleet.CodeCommandFailed, "%s does not follow (receiving: %s, applying: %s): %s", h.name, status.IO, status.SQL, status.Error)
		}
		if err := pause(ctx, h.r.pace.first); err != nil {
			return err
		}
	}
}

func (s *switching) mirrorBack(ctx context.Context) error {
	return s.from.repeatable(ctx, unitMirrorBack, "The mirroring", pair.Mirror(), pair.Mirror())
}

func (s *switching) cleanUp(ctx context.Context) error {
	if s.forced() {
		return nil
	}
	if err := s.to.forgetUnits(ctx, unitMirrorFirst, unitMirrorLast); err != nil {
		return err
	}
	return s.from.forgetUnits(ctx, unitMirrorBack)
}
