package runner

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
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

// How long a site may take to answer as expected after its route or mode has changed, and how long when its
// server may have been started anew: web processes and databases come up after SSH.
const (
	healthPatience = 30 * time.Second
	bootPatience   = 3 * time.Minute
)

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

// as is the same site under another host name.
func (s *siteWork) as(name string) *siteWork {
	other := *s
	other.name = name
	return &other
}

// at is the site in a revision of its bench, as commands need it.
func (s *siteWork) at(revision fleet.Revision) (bench.Site, error) {
	place, err := bench.Of(s.bench.Name, revision)
	if err != nil {
		return bench.Site{}, err
	}
	return place.Site(s.name)
}

// run runs a short command to its end, stores what it says, and returns its standard output. It goes on when
// somebody cancels, and for a while when the runner stops: a command that was only turned away from might
// still act while the next one already looks.
func (s *siteWork) run(ctx context.Context, command bench.Command) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	ctx, done := outlast(s.w.life, s.r.pace.grace)
	defer done()
	output, err := s.r.Pool.RunLines(ctx, s.host, command, func(line remote.Line) {
		if !line.Redraw {
			s.w.line("stdout", s.host.Name, line.Text)
		}
	})
	return output.Stdout, err
}

// unit runs long work that outlives the connection, or goes on following it. Its lines are stored with how
// far they were read, so that none is lost and none is stored twice. onLine, which may be nil, sees them too.
// It errs with CodeUnreachable when the server stays out of reach for long after the unit must have ended.
func (s *siteWork) unit(ctx context.Context, name string, command bench.Command, limit time.Duration, onLine func(remote.Line)) (remote.Result, error) {
	unit := remote.Unit{
		Name: remote.UnitName(s.w.action.ID, name), Command: command, Timeout: limit, Reconnecting: s.goesOn(name),
	}
	ctx, done := context.WithTimeoutCause(ctx, limit+s.r.pace.patience,
		fleet.Errorf(fleet.CodeUnreachable, "%s could not be reached to learn how %s ended.", s.host.Name, unit.Name))
	defer done()
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

// sayAgainAfter is how often it is said that a unit's server is still out of reach.
const sayAgainAfter = time.Minute

// goesOn says now and then that a unit goes on although nobody can follow it.
func (s *siteWork) goesOn(name string) func(error) {
	var said time.Time
	return func(err error) {
		s.w.lostServer()
		if time.Since(said) >= sayAgainAfter {
			said = time.Now()
			s.w.say(fmt.Sprintf("%s goes on by itself: %s", name, failureOf(err).Message))
		}
	}
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
// next try starts anew. When the server went down under it, afterLoss is run in its place. It errs with
// CodeCommandFailed when this one did not succeed.
func (s *siteWork) repeatable(ctx context.Context, name, what string, command, afterLoss bench.Command) error {
	result, err := s.unit(ctx, name, command, unitPatience, nil)
	if err == nil && result.Lost {
		s.w.lostServer()
		if err = s.forgetUnit(ctx, name); err == nil {
			result, err = s.unit(ctx, name, afterLoss, unitPatience, nil)
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

// forgetUnits removes what units of this action left behind, once nobody needs it any more. That one is not
// there is no error.
func (s *siteWork) forgetUnits(ctx context.Context, names ...string) error {
	var failed []error
	for _, name := range names {
		failed = append(failed, s.r.Pool.RemoveUnit(ctx, s.host, remote.UnitName(s.w.action.ID, name)))
	}
	return errors.Join(failed...)
}

// setMaintenance closes a site to its visitors or opens it again, and records since when, or how long that was.
func (s *siteWork) setMaintenance(ctx context.Context, site bench.Site, on bool) error {
	if on {
		if err := s.inMaintenance(); err != nil {
			return err
		}
	}
	if _, err := s.run(ctx, bench.SetMaintenanceMode(site, on)); err != nil || on {
		return err
	}
	return s.outOfMaintenance()
}

func (s *siteWork) inMaintenance() error {
	return s.w.stored(s.r.Store.SiteInMaintenance(s.w.write, s.w.ref, time.Now().UTC()))
}

func (s *siteWork) outOfMaintenance() error {
	return s.w.stored(s.r.Store.SiteOutOfMaintenance(s.w.write, s.w.ref, time.Now().UTC()))
}

// drain waits until no background job of the site is queued or running.
func (s *siteWork) drain(ctx context.Context, site bench.Site) error {
	giveUp := time.Now().Add(drainPatience)
	for {
		_, err := s.run(ctx, bench.ReadyForMigration(site))
		if err == nil || fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			return err
		}
		if time.Now().After(giveUp) {
			return fmt.Errorf("%w (%w)", fleet.Errorf(fleet.CodeNotReady, "Background jobs of %s were still at work after %s; try again when they are done.", s.name, drainPatience), err)
		}
		if err := pause(ctx, drainPause); err != nil {
			return err
		}
	}
}

// route makes the server's nginx send the site's visitors to a revision.
func (s *siteWork) route(ctx context.Context, to fleet.Revision) error {
	port, err := s.webPort(to)
	if err != nil {
		return err
	}
	command, err := bench.WriteNginxMap(s.name, port)
	if err != nil {
		return err
	}
	_, err = s.run(ctx, command)
	return err
}

// webPort is where the web processes of a revision listen.
func (s *siteWork) webPort(of fleet.Revision) (int, error) {
	if of.Slot == nil {
		return 0, fmt.Errorf("revision %s of %s has no slot", of.Name, s.bench.Name)
	}
	return fleet.PortsOf(*of.Slot).Web, nil
}

// unroute makes the server's nginx forget the site's name.
func (s *siteWork) unroute(ctx context.Context) error {
	command, err := bench.RemoveNginxMap(s.name)
	if err != nil {
		return err
	}
	_, err = s.run(ctx, command)
	return err
}

// locate asks in which revisions of a server the site's directory is, those that were adopted included;
// bench.ParseSiteLocation reads the answer.
func (s *siteWork) locate(ctx context.Context, serverID uint) ([]byte, error) {
	rows, err := s.r.Store.AdoptedRevisions(ctx, serverID)
	if err != nil {
		return nil, err
	}
	benchIDs := make([]uint, len(rows))
	for i, row := range rows {
		benchIDs[i] = row.BenchID
	}
	names, err := s.r.Store.BenchesByID(ctx, benchIDs)
	if err != nil {
		return nil, err
	}
	adopted := make([]bench.Revision, len(rows))
	for i, row := range rows {
		if adopted[i], err = bench.Of(names[row.BenchID].Name, row); err != nil {
			return nil, err
		}
	}
	command, err := bench.SiteLocation(s.name, adopted...)
	if err != nil {
		return nil, err
	}
	return s.run(ctx, command)
}

// expectStatus asks for the site through the server's nginx until it answers with one of the statuses.
func (s *siteWork) expectStatus(ctx context.Context, statuses ...int) error {
	patience := healthPatience
	if s.w.serverWasLost() {
		patience = bootPatience
	}
	return s.expectWithin(ctx, patience, statuses...)
}

func (s *siteWork) expectWithin(ctx context.Context, patience time.Duration, statuses ...int) error {
	command, err := bench.HealthCheck(s.name, patience, statuses...)
	if err != nil {
		return err
	}
	answer, err := s.run(ctx, command)
	if fleet.ErrorCode(err) == fleet.CodeCommandFailed {
		return fmt.Errorf("%w (%w)", wrongAnswer(s.name, bench.ParseValues(answer).Int("status"), statuses, patience), err)
	}
	return err
}

// wrongAnswer says how a site answered in place of what was expected; a status of 0 is no answer at all.
func wrongAnswer(site string, got int64, wanted []int, patience time.Duration) error {
	words := make([]string, len(wanted))
	for i, status := range wanted {
		words[i] = strconv.Itoa(status)
	}
	expected := strings.Join(words, " or ")
	if got == 0 {
		return fleet.Errorf(fleet.CodeCommandFailed, "%s gave no answer through nginx for %s; %s was expected.", site, patience, expected)
	}
	return fleet.Errorf(fleet.CodeCommandFailed, "%s answered %d through nginx, not %s, for %s.", site, got, expected, patience)
}
