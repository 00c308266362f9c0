package fleet

import (
	"fmt"
	"strings"
	"time"
)

// What a planned switch may begin with, and how little room on a disk is too little.
const (
	switchLagWarning  = 10      // seconds
	switchLagBlocking = 300     // seconds
	switchLeastFree   = 1 << 30 // bytes
	mirrorAgeWarning  = 15 * time.Minute
)

// What to expect of a switch where none was measured yet, in seconds: rough figures from practice.
const (
	defaultSwitchOverSeconds = 15.0
	defaultFailOverSeconds   = 30.0
)

// PlanSwitch decides from what both servers say whether the slave of a pair may take over, and what that costs. It
// changes nothing and never errs: what stands in the way is a BLOCKING check.
func PlanSwitch(kind SwitchKind, facts SwitchFacts) SwitchPlan {
	p := switchPlanner{kind: kind, facts: facts}
	p.checkPair()
	p.checkActions()
	p.checkMaster()
	if p.checkSlave() {
		p.checkReplication()
		p.checkMirror()
		p.checkRevisions()
		p.checkDisk()
	}
	return SwitchPlan{
		Pair: facts.Pair, Kind: kind, Checks: p.checks, Sites: facts.Sites,
		ExpectedSeconds: p.expected(), PossibleLoss: PossibleLoss(kind, facts),
	}
}

type switchPlanner struct {
	kind   SwitchKind
	facts  SwitchFacts
	checks []SwitchCheck
}

func (p *switchPlanner) add(name string, state SwitchCheckState, format string, args ...any) {
	p.checks = append(p.checks, SwitchCheck{Name: name, State: state, Message: fmt.Sprintf(format, args...)})
}

// planned is what a finding means that only stands in the way of a planned switch.
func (p *switchPlanner) planned(state SwitchCheckState) SwitchCheckState {
	if p.kind == FailOver && state == SwitchCheckBlocking {
		return SwitchCheckWarning
	}
	return state
}

func (p *switchPlanner) checkPair() {
	const name = "Pair"
	switch err := p.facts.Pair.MaySwitch(p.kind); {
	case err != nil:
		p.add(name, SwitchCheckBlocking, "%s", err.Message)
	case p.facts.Slave.Status == ServerKeyChanged:
		p.add(name, SwitchCheckBlocking, "%s shows another host key than the pinned one; everything on it is stopped.", p.facts.Slave.Name)
	default:
		p.add(name, SwitchCheckOK, "%s follows %s.", p.facts.Slave.Name, p.facts.Master.Name)
	}
}

// MaySwitch errs with CodeNotReady when a pair in this state does not switch.
func (p Pair) MaySwitch(kind SwitchKind) *Error {
	switch {
	case p.Status == PairReady:
		return nil
	case kind == FailOver && (p.Status == PairFailed || p.Status == PairSwitching) && p.Epoch > 0:
		return nil // a planned switch whose master died under it
	case p.Status == PairFailedOver:
		return Errorf(CodeNotReady, "%s has failed over and has no slave now; rebuild it first.", p.Name)
	case p.Status == PairFailed:
		return Errorf(CodeNotReady, "%s is not in order: %s Set it up again, or rebuild its slave.", p.Name, p.StatusReason)
	case p.Status == PairSwitching:
		return Errorf(CodeNotReady, "%s is switching already.", p.Name)
	}
	return Errorf(CodeNotReady, "%s is not set up yet.", p.Name)
}

func (p *switchPlanner) checkActions() {
	const name = "Actions"
	titles := make([]string, 0, len(p.facts.Unfinished))
	for _, action := range p.facts.Unfinished {
		titles = append(titles, "“"+action.Title+"”")
	}
	switch n := len(titles); {
	case n == 0:
		p.add(name, SwitchCheckOK, "Nothing runs or waits on the pair.")
	case p.kind == SwitchOver:
		p.add(name, SwitchCheckBlocking, "%s on the pair: %s. Wait for the end, or cancel.", plural(n, "action is unfinished", "actions are unfinished"), few(titles))
	default:
		p.add(name, SwitchCheckWarning, "%s on the pair; what runs or waits on %s is ended: %s.", plural(n, "action is unfinished", "actions are unfinished"), p.facts.Master.Name, few(titles))
	}
}

// few joins the first of many words.
func few(words []string) string {
	const most = 3
	if len(words) > most {
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", len(words)-most)
	}
	return strings.Join(words, ", ")
}

func (p *switchPlanner) checkMaster() {
	name, server, status := "Master", p.facts.Master.Name, p.facts.MasterLook.Status
	switch {
	case p.kind == FailOver && status == nil:
		p.add(name, SwitchCheckOK, "%s is gone: %s", server, p.facts.MasterLook.Trouble)
		p.add("Fencing", SwitchCheckWarning, "%s cannot be told that it is out. The proxies stop sending visitors to it, %s tells it as soon as it answers, and it stays closed when it comes back.", server, p.facts.Slave.Name)
	case p.kind == FailOver && status.Open:
		p.add(name, SwitchCheckWarning, "%s answers and is open; a planned switchover would lose nothing.", server)
	case p.kind == FailOver:
		p.add(name, SwitchCheckOK, "%s answers and is closed.", server)
	case status == nil:
		p.add(name, SwitchCheckBlocking, "%s does not answer: %s If it does not come back, fail over.", server, p.facts.MasterLook.Trouble)
	case status.Role != "master" || !status.Open || status.ReadOnly:
		p.add(name, SwitchCheckBlocking, "%s is not open as master; its guard calls it %s.", server, orNone(status.Role))
	case status.Epoch != p.facts.Pair.Epoch:
		p.add(name, SwitchCheckBlocking, "%s is master of epoch %d, but the pair is at epoch %d.", server, status.Epoch, p.facts.Pair.Epoch)
	default:
		p.add(name, SwitchCheckOK, "%s answers and is open.", server)
	}
}

func orNone(role string) string {
	if role == "" {
		return "a server alone"
	}
	return role
}

// checkSlave says whether the slave could be asked at all.
func (p *switchPlanner) checkSlave() bool {
	name, server, status := "Slave", p.facts.Slave.Name, p.facts.SlaveLook.Status
	switch {
	case status == nil:
		p.add(name, SwitchCheckBlocking, "%s does not answer: %s", server, p.facts.SlaveLook.Trouble)
		return false
	case p.kind == SwitchOver && (status.Role != "slave" || status.Open || !status.ReadOnly), status.Role == "fenced", status.Role == "":
		p.add(name, SwitchCheckBlocking, "%s is not a closed slave; its guard calls it %s. Rebuild it.", server, orNone(status.Role))
	default:
		p.add(name, SwitchCheckOK, "%s answers and is closed.", server)
	}
	return true
}

func (p *switchPlanner) checkReplication() {
	const name = "Replication"
	slave := p.facts.SlaveLook.Status
	// Of a master that is gone nothing can be received.
	receiving := slave.IO == "Yes" || p.kind == FailOver
	switch {
	case slave.SQL != "Yes" || !receiving:
		p.add(name, p.planned(SwitchCheckBlocking), "%s does not follow (receiving: %s, applying: %s). %s", p.facts.Slave.Name, orWord(slave.IO), orWord(slave.SQL), slave.Error)
	case p.kind == SwitchOver && slave.Lag == nil:
		p.add(name, SwitchCheckBlocking, "How far %s is behind is not known.", p.facts.Slave.Name)
	case slave.Lag != nil && *slave.Lag >= switchLagBlocking:
		p.add(name, p.planned(SwitchCheckBlocking), "%s is %d s behind; wait until it has caught up.", p.facts.Slave.Name, *slave.Lag)
	case slave.Lag != nil && *slave.Lag >= switchLagWarning:
		p.add(name, SwitchCheckWarning, "%s is %d s behind; the sites are down until it has caught up.", p.facts.Slave.Name, *slave.Lag)
	default:
		p.add(name, SwitchCheckOK, "%s", p.behind())
	}
}

func orWord(state string) string {
	if state == "" {
		return "not set up"
	}
	return strings.ToLower(state)
}

// behind says how far the slave is, as exactly as it is known.
func (p *switchPlanner) behind() string {
	slave := p.facts.SlaveLook.Status
	if waiting := slave.Arrived().Missing(slave.At()); p.kind == FailOver {
		return fmt.Sprintf("%s has applied all but %s of what arrived.", p.facts.Slave.Name, plural(int(waiting), "transaction", "transactions"))
	}
	if master := p.facts.MasterLook.Status; master != nil {
		return fmt.Sprintf("%s is %s behind.", p.facts.Slave.Name, plural(int(master.At().Missing(slave.At())), "transaction", "transactions"))
	}
	return fmt.Sprintf("%s follows.", p.facts.Slave.Name)
}

func (p *switchPlanner) checkMirror() {
	const name = "Files"
	mirrored := p.facts.SlaveLook.Status.Mirrored
	switch {
	case mirrored == nil:
		p.add(name, p.planned(SwitchCheckBlocking), "The files were never mirrored to %s in full.", p.facts.Slave.Name)
	case p.facts.Now.Sub(*mirrored) > mirrorAgeWarning:
		p.add(name, SwitchCheckWarning, "The files were last mirrored %s ago.", p.facts.Now.Sub(*mirrored).Round(time.Second))
	default:
		p.add(name, SwitchCheckOK, "The files were mirrored %s ago.", max(0, p.facts.Now.Sub(*mirrored)).Round(time.Second))
	}
}

func (p *switchPlanner) checkRevisions() {
	const name = "Code"
	if missing := p.facts.SlaveLook.Missing; len(missing) > 0 {
		p.add(name, SwitchCheckBlocking, "%s has no %s; set the pair up again, which builds what is missing.", p.facts.Slave.Name, few(missing))
		return
	}
	p.add(name, SwitchCheckOK, "%s has the code of every bench (%s).", p.facts.Slave.Name, plural(len(p.facts.Places), "revision", "revisions"))
}

func (p *switchPlanner) checkDisk() {
	const name = "Disk"
	if free := p.facts.SlaveLook.FreeBytes; free > 0 && free < switchLeastFree {
		p.add(name, p.planned(SwitchCheckBlocking), "%s has only %d MiB free.", p.facts.Slave.Name, free>>20)
		return
	}
	p.add(name, SwitchCheckOK, "%s has room.", p.facts.Slave.Name)
}

// expected is the seconds without service; nil when a check stands in the way.
func (p *switchPlanner) expected() *float64 {
	if (SwitchPlan{Checks: p.checks}).Blocking() != nil {
		return nil
	}
	seconds := defaultSwitchOverSeconds
	if p.kind == FailOver {
		seconds = defaultFailOverSeconds
	}
	if p.facts.LastDowntime != nil && p.kind == SwitchOver {
		seconds = *p.facts.LastDowntime
	}
	if lag := p.facts.SlaveLook.Status.Lag; lag != nil {
		seconds += float64(*lag)
	}
	return &seconds
}

// PossibleLoss says in words what a switch would lose as things stand.
func PossibleLoss(kind SwitchKind, facts SwitchFacts) string {
	master, slave := facts.Master.Name, facts.Slave.Name
	if kind == SwitchOver {
		return fmt.Sprintf("Nothing: %s takes over once it has applied everything that %s has written, and has every file.", slave, master)
	}
	if facts.SlaveLook.Status == nil {
		return fmt.Sprintf("Not known: %s does not answer.", slave)
	}
	arrived := facts.SlaveLook.Status.Arrived()
	words := fmt.Sprintf("Whatever %s wrote that had not arrived at %s; how much that is, is not known.", master, slave)
	if seen := facts.lastSeen(); seen != nil {
		words = lossSince(master, slave, ParsePosition(seen.Position).Missing(arrived), seen.At)
	}
	if mirrored := facts.SlaveLook.Status.Mirrored; mirrored != nil {
		return words + fmt.Sprintf(" Files changed after %s, when the last complete mirroring began, may be missing or old.", clock(*mirrored))
	}
	return words + " Files were never mirrored in full."
}

// lastSeen is the newest word of the master's own position: that of now, when it answers.
func (f SwitchFacts) lastSeen() *LastSeen {
	if status := f.MasterLook.Status; status != nil {
		return &LastSeen{Position: status.Binlog, At: f.Now}
	}
	return f.LastSeen
}

func lossSince(master, slave string, known uint64, at time.Time) string {
	if known == 0 {
		return fmt.Sprintf("Of what %s had written by %s, nothing: all of it has arrived at %s. Whatever it wrote after that may be lost.", master, clock(at), slave)
	}
	return fmt.Sprintf("Up to %s known, which %s had written by %s and %s never received, and whatever was written after that.", plural(int(known), "transaction", "transactions"), master, clock(at), slave)
}

// clock is a moment as people read it during an outage.
func clock(at time.Time) string { return at.UTC().Format("15:04:05") + " UTC" }
