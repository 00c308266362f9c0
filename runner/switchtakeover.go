package runner

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/pair"
)

// mirror makes one complete pass of the mirroring on the slave.
func (s *switching) mirror(unit string) func(context.Context) error {
	return func(ctx context.Context) error {
		return s.to.repeatable(ctx, unit, "The mirroring", pair.Mirror(), pair.Mirror())
	}
}

// mark proves that what the master writes arrives, before any site is closed for it.
func (s *switching) mark(ctx context.Context) error {
	answer, err := s.from.run(ctx, pair.Mark())
	if err != nil {
		return err
	}
	return s.arrived(ctx, bench.ParseValues(answer)["binlog_pos"], markPatience)
}

// arrived waits until the slave has applied a position.
func (s *switching) arrived(ctx context.Context, position string, patience time.Duration) error {
	answer, err := s.to.run(ctx, pair.Applied(position, patience))
	if err == nil && bench.ParseValues(answer)["applied"] != "yes" {
		err = fleet.Errorf(fleet.CodeNotReady, "%s has not applied %s of %s within %s.", s.to.name, position, s.from.name, patience)
	}
	return err
}

// close begins the time without service.
func (s *switching) close(ctx context.Context) error {
	if s.w.note(noteClosed) == "" {
		s.w.change(func(c *fleet.Cursor) { c.Notes[noteClosed] = time.Now().UTC().Format(time.RFC3339Nano) })
		if err := s.w.flush(); err != nil {
			return err
		}
	}
	_, err := s.from.run(ctx, pair.CloseServer(pair.AsSlave, s.epoch))
	return err
}

// reopen opens the master again, with an epoch that overrules whatever order is still on its way.
func (s *switching) reopen(ctx context.Context) error {
	epoch, err := s.r.Store.RaiseEpoch(ctx, s.w.ref)
	if err != nil {
		return s.w.stored(err)
	}
	_, err = s.from.run(ctx, pair.OpenServer(epoch))
	return err
}

// opened proves that the old master is the master again.
func (s *switching) opened(ctx context.Context) error {
	status, err := s.from.status(ctx)
	if err == nil && (status.Role != "master" || !status.Open) {
		err = fleet.Errorf(fleet.CodeUndoFailed, "%s is not open.", s.from.name)
	}
	return err
}

func (h switchHost) status(ctx context.Context) (fleet.RoleStatus, error) {
	answer, err := h.r.Pool.Run(ctx, h.host, pair.Status())
	if err != nil {
		return fleet.RoleStatus{}, err
	}
	return pair.ParseStatus(answer.Stdout)
}

// wait holds the switch until the slave has applied exactly what the closed master has.
func (s *switching) wait(ctx context.Context) error {
	master, err := s.from.status(ctx)
	if err != nil {
		return err
	}
	if master.Open || !master.ReadOnly {
		return fleet.Errorf(fleet.CodeNotReady, "%s is not closed.", s.from.name)
	}
	if err := s.arrived(ctx, master.Binlog, lastPatience); err != nil {
		return err
	}
	slave, err := s.to.status(ctx)
	if err != nil {
		return err
	}
	if missing := master.At().Missing(slave.At()); missing > 0 {
		return fleet.Errorf(fleet.CodeNotReady, "%s lacks %d transactions of %s.", s.to.name, missing, s.from.name)
	}
	s.w.change(func(c *fleet.Cursor) { c.Notes[notePosition] = master.Binlog })
	s.w.say(fmt.Sprintf("%s has applied everything up to %s.", s.to.name, master.Binlog))
	return nil
}

// promote opens the new master, whose benches start by themselves. Its epoch is noted before it is used, so that
// the next runner opens with the same.
func (s *switching) promote(ctx context.Context) error {
	epoch, err := s.promotedEpoch(ctx)
	if err != nil {
		return err
	}
	if _, err := s.to.run(ctx, pair.FollowStop()); err != nil {
		return err
	}
	_, err = s.to.run(ctx, pair.OpenServer(epoch))
	return err
}

func (s *switching) promotedEpoch(ctx context.Context) (uint64, error) {
	if epoch, err := strconv.ParseUint(s.w.note(noteEpoch), 10, 64); err == nil {
		return epoch, nil
	}
	epoch, err := s.r.Store.RaiseEpoch(ctx, s.w.ref)
	if err != nil {
		return 0, s.w.stored(err)
	}
	s.w.change(func(c *fleet.Cursor) { c.Notes[noteEpoch] = strconv.FormatUint(epoch, 10) })
	return epoch, s.w.flush()
}

// demote makes the new master the slave that it was. The old one has written nothing since; if the new one has, it
// cannot follow any more, and the pair says so until it is rebuilt.
func (s *switching) demote(ctx context.Context) error {
	epoch, err := strconv.ParseUint(s.w.note(noteEpoch), 10, 64)
	if err != nil {
		return nil // it was never opened
	}
	if _, err := s.to.run(ctx, pair.CloseServer(pair.AsSlave, epoch)); err != nil {
		return err
	}
	status, err := s.to.status(ctx)
	if err != nil {
		return err
	}
	if own := status.At().Missing(fleet.ParsePosition(s.w.note(notePosition))); own > 0 {
		sentence := fmt.Sprintf("%s has written %d transactions of its own while it was open, which %s lacks, so it follows no more: rebuild the slave.", s.to.name, own, s.from.name)
		s.w.say(sentence)
		s.w.change(func(c *fleet.Cursor) { c.Notes[fleet.NoteDiverged] = sentence })
		return s.w.flush()
	}
	_, err = s.to.run(ctx, pair.FollowStart())
	return err
}

// ask asks one site of each revision, through the nginx of the new master.
func (s *switching) ask(ctx context.Context) error {
	asked := map[uint]bool{}
	for _, site := range s.sites {
		if asked[site.RevisionID] || site.MaintenanceSince != nil {
			continue
		}
		asked[site.RevisionID] = true
		on := *s.to.siteWork
		on.name = site.Name
		if err := on.expectWithin(ctx, openPatience, 200); err != nil {
			return err
		}
	}
	return nil
}
