package runner

import (
	"context"
	"fmt"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

// siteWork is an action on one site: where the site lives, and how its commands are run and shown.
type siteWork struct {
	r     *Runner
	w     *work
	name  string // host name of the site
	host  remote.Host
	bench fleet.Bench
}

// healthPatience is how long a site may take to answer as expected after its route or mode has changed.
const healthPatience = 30 * time.Second

func (r *Runner) newSiteWork(ctx context.Context, w *work, siteID uint) (*siteWork, error) {
	site, err := r.Store.Site(ctx, siteID)
	if err != nil {
		return nil, err
	}
	server, err := r.Store.Server(ctx, site.ServerID)
	if err != nil {
		return nil, err
	}
	onBench, err := r.Store.Bench(ctx, site.BenchID)
	return &siteWork{r: r, w: w, name: site.Name, host: remoteHost(server), bench: onBench}, err
}

// at is the site in a revision of its bench, as commands need it.
func (s *siteWork) at(revision fleet.Revision) (bench.Site, error) {
	place, err := bench.At(s.bench.Name, revision.Name)
	if err != nil {
		return bench.Site{}, err
	}
	return place.Site(s.name)
}

// run runs a short command to its end, stores what it says, and returns its standard output.
func (s *siteWork) run(ctx context.Context, command bench.Command) ([]byte, error) {
	output, err := s.r.Pool.RunLines(ctx, s.host, command, func(line remote.Line) {
		if !line.Redraw {
			s.w.line("stdout", s.host.Name, line.Text)
		}
	})
	return output.Stdout, err
}

// unit runs long work that outlives the connection, or goes on following it. Its lines are stored with how
// far they were read, so that none is lost and none is stored twice. onLine, which may be nil, sees them too.
func (s *siteWork) unit(ctx context.Context, name string, command bench.Command, limit time.Duration, onLine func(remote.Line)) (remote.Result, error) {
	unit := remote.Unit{
		Name: remote.UnitName(s.w.action.ID, name), Command: command, Timeout: limit,
		Reconnecting: func(err error) { s.w.say(fmt.Sprintf("%s goes on by itself: %s", name, failureOf(err).Message)) },
	}
	offset := s.w.offset(unit.Name)
	lines := remote.NewLineSplitter(offset, func(line remote.Line) {
		if !line.Redraw {
			s.w.unitLine(unit.Name, s.host.Name, line)
		}
		if onLine != nil {
			onLine(line)
		}
	})
	result, err := s.r.Pool.RunUnit(ctx, s.host, unit, offset, func(chunk []byte, _ int64) { _, _ = lines.Write(chunk) })
	if err != nil {
		return result, err
	}
	lines.Flush()
	return result, s.w.flush()
}

// maxOutput is how much of a unit's output is looked at for the reason of a failure, in bytes.
const maxOutput = 1 << 20

// unitOutput is the last maxOutput bytes that a unit wrote; nothing of it is stored again.
func (s *siteWork) unitOutput(ctx context.Context, name string) (string, error) {
	var text []byte
	_, err := s.r.Pool.AttachUnit(ctx, s.host, remote.UnitName(s.w.action.ID, name), 0, func(chunk []byte, _ int64) {
		text = append(text, chunk...)
		text = text[max(0, len(text)-maxOutput):]
	})
	return string(text), err
}

// unitPatience is how long a unit that may be repeated may take.
const unitPatience = 2 * time.Hour

// repeatable runs long work that may be done again: a unit that did not succeed is forgotten, so that the
// next try starts anew. It errs with CodeCommandFailed when this one did not.
func (s *siteWork) repeatable(ctx context.Context, name, what string, command bench.Command) error {
	result, err := s.unit(ctx, name, command, unitPatience, nil)
	if err == nil && result.Lost { // the server went down under it
		if err = s.forgetUnit(ctx, name); err == nil {
			result, err = s.unit(ctx, name, command, unitPatience, nil)
		}
	}
	if err != nil || result.OK() {
		return err
	}
	if err := s.forgetUnit(ctx, name); err != nil {
		return err
	}
	return s.unitError(what, result)
}

// unitError is how a unit ended as an error, nil when it succeeded.
func (s *siteWork) unitError(what string, result remote.Result) error {
	if result.OK() {
		return nil
	}
	return fleet.Errorf(fleet.CodeCommandFailed, "%s of %s %s; see its output.", what, s.name, result)
}

// stopUnit ends a unit if it runs, and waits until it has.
func (s *siteWork) stopUnit(ctx context.Context, name string) error {
	return s.r.Pool.StopUnit(ctx, s.host, remote.UnitName(s.w.action.ID, name))
}

// forgetUnit removes what a unit left behind, so that the same work can be done again.
func (s *siteWork) forgetUnit(ctx context.Context, name string) error {
	unit := remote.UnitName(s.w.action.ID, name)
	s.w.change(func(c *fleet.Cursor) { delete(c.Offsets, unit) })
	return s.r.Pool.RemoveUnit(ctx, s.host, unit)
}

// route makes the server's nginx send the site's visitors to a revision.
func (s *siteWork) route(ctx context.Context, to fleet.Revision) error {
	if to.Slot == nil {
		return fmt.Errorf("revision %s of %s has no slot", to.Name, s.bench.Name)
	}
	command, err := bench.WriteNginxMap(s.name, fleet.PortsOf(*to.Slot).Web)
	if err != nil {
		return err
	}
	_, err = s.run(ctx, command)
	return err
}

// expectStatus asks for the site through the server's nginx until it answers with this status.
func (s *siteWork) expectStatus(ctx context.Context, status int) error {
	command, err := bench.HealthCheck(s.name, healthPatience, status)
	if err != nil {
		return err
	}
	answer, err := s.run(ctx, command)
	if fleet.ErrorCode(err) == fleet.CodeCommandFailed {
		got := bench.ParseValues(answer).Int("status")
		return fmt.Errorf("%w (%w)", fleet.Errorf(fleet.CodeCommandFailed, "%s answered %d through nginx, not %d, for %s.", s.name, got, status, healthPatience), err)
	}
	return err
}
