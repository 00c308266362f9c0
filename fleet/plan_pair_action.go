package fleet

import "fmt"

// PairActionInput is what is asked for on a pair.
type PairActionInput struct {
	PairID       uint
	Kind         ActionKind // one of those that PlanPairAction knows
	GoneServerID *uint      // of DISSOLVE_PAIR: that one of the two is gone for good, so that nothing is done on it
	ConfirmName  string     // the pair's name, where the plan asks for it
}

// PairSubject is a pair with what an action on it concerns.
type PairSubject struct {
	Pair          Pair
	Master, Slave Server
	Holder        *Action  // that holds the pair
	Benches       int      // on either server
	Sites         int      // on either server
	OnlyBackups   int      // backups that lie on one of the two and nowhere else
	AtWork        []string // titles of actions on either server that have not ended
}

// PairActionPlan is what an action on a pair would do, in words.
type PairActionPlan struct {
	Title        string
	Does         []string // one sentence for each thing, in order
	Confirm      bool     // the pair's name has to be typed
	NeedsPreview bool     // a preview has to be seen first
	Preview      *Action  // the newest one that counts; nil when there is none
	Notes        []ServerNote
}

// PlanPairAction says what an action would do, and what stands in its way. It changes nothing. It errs with CodeInvalid
// for a kind that it does not know, and when a server is gone that is not one of the pair.
func PlanPairAction(of PairSubject, in PairActionInput) (PairActionPlan, error) {
	p := pairPlanner{of: of, plan: PairActionPlan{Does: []string{}, Notes: []ServerNote{}}}
	switch in.Kind {
	case ActionPreviewPair:
		p.preview()
	case ActionSetUpPair:
		p.setUp()
	case ActionDissolvePair:
		if err := p.dissolve(in.GoneServerID); err != nil {
			return PairActionPlan{}, err
		}
	default:
		return p.plan, FieldErrorf(CodeInvalid, "input.kind", "%s is nothing that is planned for a pair.", quoted(string(in.Kind)))
	}
	return p.plan, nil
}

// pairPlanner puts a plan together.
type pairPlanner struct {
	of   PairSubject
	plan PairActionPlan
}

func (p *pairPlanner) does(format string, args ...any) {
	p.plan.Does = append(p.plan.Does, fmt.Sprintf(format, args...))
}

func (p *pairPlanner) note(severity PlanSeverity, code Code, format string, args ...any) {
	p.plan.Notes = append(p.plan.Notes, ServerNote{Severity: severity, Code: code, Field: "input.pairId", Message: fmt.Sprintf(format, args...)})
}

func (p *pairPlanner) blocks(code Code, format string, args ...any) {
	p.note(PlanBlocking, code, format, args...)
}

// free holds the action against what holds the pair.
func (p *pairPlanner) free() {
	if holder := p.of.Holder; holder != nil {
		p.blocks(CodeConflict, "%s is busy: %q, asked for by %s, has not ended.", p.of.Pair.Name, holder.Title, holder.ActorName)
	}
}

// together holds what sets both servers up as a pair against the state that the pair is in.
func (p *pairPlanner) together() {
	if p.of.Pair.Status == PairFailedOver {
		p.blocks(CodeNotReady, "%s has failed over: what the old master holds is replaced when it becomes the slave. Rebuild the slave.", p.of.Pair.Name)
	}
	for _, server := range []Server{p.of.Master, p.of.Slave} {
		if server.Status == ServerKeyChanged {
			p.blocks(CodeHostKeyChanged, "%s shows another host key than the pinned one; everything on it is stopped.", server.Name)
		}
	}
}

func (p *pairPlanner) preview() {
	p.plan.Title = fmt.Sprintf("Preview the set-up of the pair %s", p.of.Pair.Name)
	p.does("The play that makes %s and %s a pair runs in check mode on both: the output shows each difference to what they have now.", p.of.Master.Name, p.of.Slave.Name)
	p.does("Nothing is changed.")
	p.free()
	p.together()
}

func (p *pairPlanner) setUp() {
	master, slave := p.of.Master.Name, p.of.Slave.Name
	p.plan.Title = fmt.Sprintf("Set up the pair %s", p.of.Pair.Name)
	p.plan.NeedsPreview = p.of.Pair.NeedsPreview(p.of.Master, p.of.Slave)
	p.free()
	p.together()
	if p.of.Pair.Status == PairReady {
		p.does("Keys, certificates, firewalls, the database's settings and the mirroring are made what they should be on both; only what differs is changed.")
		p.does("%s goes on following %s. Revisions and files that it lacks are built and copied.", slave, master)
		p.note(PlanWarning, CodeNotReady, "If the database's settings differ on %s, it is restarted there: its sites cannot be used for about 10 s.", master)
		return
	}
	p.does("Both machines are hardened and installed; what is so already stays as it is.")
	p.does("The databases, benches and files of %s are copied to %s, which follows from there. What was done before and still holds is not done again.", master, slave)
	p.does("The database of %s is restarted once, unless an earlier try has done so: its sites cannot be used for about 10 s. Otherwise they go on.", master)
}
