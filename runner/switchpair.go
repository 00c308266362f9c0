package runner

import (
	"context"
	"time"

	"central/fleet"
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
	noteSeen     = "seen"     // when a master that is gone was last seen to work, in RFC 3339
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

func (s *switching) forced() bool { return s.row.Kind == fleet.FailOver }
