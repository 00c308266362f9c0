package runner

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/runner/bench"
	"central/runner/pair"
)

// fence closes the old master on every path that still works: over SSH from here, and by its partner. That none does
// is no error: it starts closed when it comes back, and its partner and Central tell it as soon as it answers.
func (s *switching) fence(ctx context.Context) error {
	// A connection to a machine that is gone would be waited for; a new one tells at once.
	s.r.Pool.Forget(s.from.host.Address, s.from.host.Port)
	ctx, cancel := context.WithTimeoutCause(ctx, fencePatience, fleet.Errorf(fleet.CodeUnreachable, "It did not answer within %s.", fencePatience))
	defer cancel()
	ways := []struct {
		words   string
		on      switchHost
		command bench.Command
	}{
		{"by Central", s.from, pair.CloseServer(pair.AsFenced, s.epoch)},
		{"by " + s.to.name, s.to, pair.FencePartner(s.epoch)},
	}
	said := make([]string, len(ways))
	var all errgroup.Group
	for i, way := range ways {
		all.Go(func() error {
			said[i] = fmt.Sprintf("%s was fenced %s.", s.from.name, way.words)
			if _, err := s.r.Pool.Run(ctx, way.on.host, way.command); err != nil {
				said[i] = fmt.Sprintf("%s could not be fenced %s: %s", s.from.name, way.words, failureOf(err).Message)
			}
			return nil
		})
	}
	_ = all.Wait() // nothing in it errs
	for _, sentence := range said {
		s.w.say(sentence)
	}
	return nil
}

// drain has the slave apply what has arrived, and puts on record what could be lost.
func (s *switching) drain(ctx context.Context) error {
	for until := time.Now().Add(backlogPatience); ; {
		answer, err := s.to.run(ctx, pair.Drained(drainRound))
		if err != nil {
			return err
		}
		values := bench.ParseValues(answer)
		if values["drained"] == "yes" {
			break
		}
		if values["error"] != "" || time.Now().After(until) {
			s.w.say(fmt.Sprintf("Not all that arrived could be applied: %s", values["error"]))
			break
		}
	}
	facts, err := s.look(ctx)
	if err != nil {
		return err
	}
	if facts.SlaveLook.Status == nil {
		return fleet.Errorf(fleet.CodeUnreachable, "%s does not answer: %s", s.to.name, facts.SlaveLook.Trouble)
	}
	if facts.LastSeen != nil {
		s.w.change(func(c *fleet.Cursor) { c.Notes[noteSeen] = facts.LastSeen.At.UTC().Format(time.RFC3339Nano) })
	}
	loss := fleet.PossibleLoss(fleet.FailOver, facts)
	s.w.say("What may be lost: " + loss)
	return s.w.stored(s.r.Store.SwitchLost(ctx, s.w.ref, loss, facts.SlaveLook.Status.At().String()))
}
