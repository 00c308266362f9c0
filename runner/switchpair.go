package runner

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/runner/bench"
	"central/runner/pair"
	"central/store"
)

// The steps of a switch, as people read them.
const (
	stepSwitchCheck   = "Check both servers"
	stepSwitchFiles   = "Bring the files along"
	stepSwitchMark    = "See a transaction arrive"
	stepSwitchClose   = "Close the master"
	stepSwitchWait    = "Wait for the last transaction"
	stepSwitchLast    = "Bring the last files along"
	stepSwitchPromote = "Open the new master"
	stepSwitchAsk     = "Ask the sites there"
	stepSwitchRecord  = "Put the new roles on record"
	stepSwitchProxies = "Repoint the proxies"
	stepSwitchFollow  = "Let the old master follow"
	stepSwitchBack    = "Mirror the files the other way"
	stepSwitchAway    = "Turn the proxies away from the old master"
	stepSwitchFence   = "Fence the old master"
	stepSwitchDrain   = "Apply what has arrived"
	stepSwitchAgain   = "Fence the old master again"
)

// How long each part of a switch may take.
const (
	markPatience    = time.Minute      // until a transaction has arrived at a slave that was hardly behind
	lastPatience    = 2 * time.Minute  // until the last one has, while no site answers
	backlogPatience = 10 * time.Minute // until what has arrived is applied; nothing else is left of it
	drainRound      = 20 * time.Second // between two words about that
	openPatience    = 2 * time.Minute  // until a site answers from the new master: its processes start
	fencePatience   = 30 * time.Second // for each way to the old master
	followPatience  = time.Minute      // until the threads of replication run
)

// Units on the servers, and notes that a later step or the next runner needs.
const (
	unitMirrorFirst = "mirror-first"
	unitMirrorLast  = "mirror-last"
	unitMirrorBack  = "mirror-back"

	noteEpoch    = "epoch"    // that the new master is opened with
	noteClosed   = "closed"   // when the master was closed, in RFC 3339
	notePosition = "position" // the last one of the master
)

// switching is a switch on its way. from and to stay what they were when it began.
type switching struct {
	r        *Runner
	w        *work
	row      fleet.PairSwitch
	epoch    uint64 // of the pair when this runner began
	from, to switchHost
	sites    []fleet.Site
}

// switchHost is one server of the pair, and how commands are run there.
type switchHost struct {
	*siteWork
	server fleet.Server
}

// switchPair lets the slave of a pair take over. Up to the moment when the new roles are on record a
// failure takes everything back; after that there is only forward.
func (r *Runner) switchPair(ctx context.Context, w *work) error {
	s, err := r.newSwitching(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	if !s.row.Switched {
		if err := w.perform(ctx, s.takeOver()); err != nil {
			return err
		}
	}
	return w.perform(ctx, s.goOn())
}

func (r *Runner) newSwitching(ctx context.Context, w *work) (*switching, error) {
	s := &switching{r: r, w: w}
	var err error
	if s.row, err = r.Store.SwitchOf(ctx, w.action.ID); err != nil {
		return nil, err
	}
	current, err := r.Store.Pair(ctx, s.row.PairID)
	if err != nil {
		return nil, err
	}
	s.epoch = current.Epoch
	if s.from, err = r.newSwitchHost(ctx, w, s.row.FromID); err != nil {
		return nil, err
	}
	if s.to, err = r.newSwitchHost(ctx, w, s.row.ToID); err != nil {
		return nil, err
	}
	s.sites, err = r.Store.SitesOfServer(ctx, current.MasterID)
	return s, err
}

func (r *Runner) newSwitchHost(ctx context.Context, w *work, id uint) (switchHost, error) {
	server, err := r.Store.Server(ctx, id)
	return switchHost{siteWork: &siteWork{r: r, w: w, name: server.Name, host: remoteHost(server)}, server: server}, err
}

func (s *switching) begin(_ context.Context, name string, percent int) error {
	s.w.progress(percent, name)
	return nil
}

// takeOver is what can still be taken back, and ends with the new roles on record.
func (s *switching) takeOver() story {
	if s.row.Kind == fleet.FailOver {
		return story{begin: s.begin, steps: []step{
			{name: stepSwitchCheck, percent: 5, apply: s.check, cancel: true},
			{name: stepSwitchAway, percent: 10, apply: s.proxies},
			{name: stepSwitchFence, percent: 20, apply: s.fence},
			{name: stepSwitchDrain, percent: 45, apply: s.drain},
			{name: stepSwitchPromote, percent: 60, apply: s.promote},
			{name: stepSwitchAgain, percent: 65, apply: s.fence},
			{name: stepSwitchRecord, percent: 70, apply: s.record},
		}}
	}
	return story{begin: s.begin, verify: s.opened, steps: []step{
		{name: stepSwitchCheck, percent: 5, apply: s.check, cancel: true},
		{name: stepSwitchFiles, percent: 20, apply: s.mirror(unitMirrorFirst), cancel: true},
		{name: stepSwitchMark, percent: 25, apply: s.mark, cancel: true},
		{name: stepSwitchClose, percent: 35, apply: s.close, undo: s.reopen},
		{name: stepSwitchWait, percent: 45, apply: s.wait},
		{name: stepSwitchLast, percent: 50, apply: s.mirror(unitMirrorLast)},
		{name: stepSwitchPromote, percent: 60, apply: s.promote, undo: s.demote},
		{name: stepSwitchAsk, percent: 65, apply: s.ask},
		{name: stepSwitchRecord, percent: 70, apply: s.record},
	}}
}

// goOn is what follows once the new roles are on record. Nothing of it is taken back.
func (s *switching) goOn() story {
	steps := []step{{name: stepSwitchProxies, percent: 80, apply: s.repoint}}
	if s.row.Kind == fleet.FailOver {
		steps = append(steps, step{name: stepSwitchAsk, percent: 95, apply: s.ask})
	} else {
		steps = append(steps,
			step{name: stepSwitchFollow, percent: 90, apply: s.follow},
			step{name: stepSwitchBack, percent: 95, apply: s.mirrorBack})
	}
	return story{begin: s.begin, steps: append(steps, step{name: stepCleanUp, percent: 100, apply: s.cleanUp, extra: true})}
}

// check looks at both servers and errs when something stands in the way. It changes nothing.
func (s *switching) check(ctx context.Context) error {
	facts, err := s.look(ctx)
	if err != nil {
		return err
	}
	facts.Pair.Status = fleet.PairReady // as it was before this switch
	return s.w.tellPlan(fleet.PlanSwitch(s.row.Kind, facts))
}

func (s *switching) look(ctx context.Context) (fleet.SwitchFacts, error) {
	facts, err := s.r.Store.SwitchFacts(ctx, s.row.PairID, s.w.action.ID)
	if err != nil {
		return facts, err
	}
	facts.Master, facts.Slave = s.from.server, s.to.server
	return LookAtPair(ctx, s.r.Pool, facts), nil
}

// tellPlan says what was found, and errs when something of it stands in the way.
func (w *work) tellPlan(plan fleet.SwitchPlan) error {
	for _, check := range plan.Checks {
		w.say(fmt.Sprintf("%s: %s: %s", strings.ToLower(string(check.State)), check.Name, check.Message))
	}
	w.say("What would be lost: " + plan.PossibleLoss)
	return plan.Blocking()
}

// rehearseSwitch runs every check of a switch and changes nothing.
func (r *Runner) rehearseSwitch(ctx context.Context, w *work) error {
	facts, err := r.Store.SwitchFacts(ctx, *w.action.PairID, w.action.ID)
	if err != nil {
		return err
	}
	w.progress(10, stepSwitchCheck)
	plan := fleet.PlanSwitch(fleet.SwitchKind(w.note(store.NoteSwitchKind)), LookAtPair(ctx, r.Pool, facts))
	if plan.ExpectedSeconds != nil {
		w.say(fmt.Sprintf("%d sites would not answer for about %.0f s.", plan.Sites, *plan.ExpectedSeconds))
	}
	return w.tellPlan(plan)
}

// mirror makes one complete pass of the mirroring on the slave.
func (s *switching) mirror(unit string) func(context.Context) error {
	return func(ctx context.Context) error {
		return s.to.repeatable(ctx, unit, "The mirroring", pair.Mirror(), pair.Mirror())
	}
}

func (s *switching) mirrorBack(ctx context.Context) error {
	return s.from.repeatable(ctx, unitMirrorBack, "The mirroring", pair.Mirror(), pair.Mirror())
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

func (s *switching) record(ctx context.Context) error {
	return s.w.stored(s.r.Store.Promote(ctx, s.w.ref))
}

// repoint sends the visitors to the new master, and ends the time without service.
func (s *switching) repoint(ctx context.Context) error {
	if err := s.proxies(ctx); err != nil {
		return err
	}
	closed, err := time.Parse(time.RFC3339Nano, s.w.note(noteClosed))
	if err != nil {
		return nil // of a failover nobody knows when it began
	}
	seconds := max(0, time.Since(closed).Seconds())
	s.w.say(fmt.Sprintf("The sites did not answer for %.1f s.", seconds))
	if err := s.r.Store.SwitchDowntime(ctx, s.w.ref, seconds); err != nil {
		return s.w.stored(err)
	}
	return s.w.stored(s.r.Store.SwitchLoss(ctx, s.w.ref, "Nothing was lost."))
}

// proxies gives every proxy the routes as they are on record now, all at once. One that cannot be reached learns them
// when it is back; it is only an error when none can.
func (s *switching) proxies(ctx context.Context) error {
	proxies, err := s.r.Store.ReadyProxies(ctx)
	if err != nil {
		return err
	}
	failed := make([]error, len(proxies))
	var all errgroup.Group
	for i, proxy := range proxies {
		all.Go(func() error {
			failed[i] = s.r.safely(ctx, func(ctx context.Context) error { return s.r.installRoutes(ctx, s.w, proxy) })
			return nil
		})
	}
	_ = all.Wait() // each has its error in failed
	worked := 0
	for i, err := range failed {
		if err == nil {
			worked++
			continue
		}
		s.w.say(fmt.Sprintf("%s has the old routes: %s", proxies[i].Name, failureOf(err).Message))
	}
	if worked == 0 && len(proxies) > 0 && !s.forced() {
		return fmt.Errorf("no proxy could be reached: %w", failed[0])
	}
	return nil
}

func (s *switching) forced() bool { return s.row.Kind == fleet.FailOver }

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

func (s *switching) cleanUp(ctx context.Context) error {
	if s.forced() {
		return nil
	}
	if err := s.to.forgetUnits(ctx, unitMirrorFirst, unitMirrorLast); err != nil {
		return err
	}
	return s.from.forgetUnits(ctx, unitMirrorBack)
}
