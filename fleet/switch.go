package fleet

import (
	"fmt"
	"strings"
	"time"
)

// SwitchKind is how the slave of a pair takes over.
type SwitchKind string

// The kinds of switch.
const (
	SwitchOver SwitchKind = "SWITCH_OVER" // planned: both servers are up, and nothing is lost
	FailOver   SwitchKind = "FAIL_OVER"   // forced: the master is gone, and what did not arrive is lost
)

// PairSwitch is one switch of a pair, on record.
type PairSwitch struct {
	ID              uint
	PairID          uint
	Kind            SwitchKind
	FromID          uint // the master until then
	ToID            uint // the slave until then
	ActionID        uint
	ActorName       string
	Reason          string
	StartedAt       time.Time
	FinishedAt      *time.Time
	DowntimeSeconds *float64 // for which no site of the pair answered, of a failover at most; nil when that was not measured
	Loss            string   // what was or may be lost, in words; empty until it is known
	Switched        bool     // whether the slave took over
	Position        string   // of a failover: the last transactions of the old master that the new one has
	Returned        bool     // whether the old master was found again; Loss is exact then
}

// Returns says what an old master that is back has that the new one never got.
func (s PairSwitch) Returns(old string, status RoleStatus) string {
	missing := status.At().Missing(ParsePosition(s.Position))
	if missing == 0 {
		return fmt.Sprintf("%s is back and closed: it has no transaction that did not arrive.", old)
	}
	return fmt.Sprintf("%s is back and closed: it has exactly %s that never arrived. Rebuilding it as the slave takes them out of its database, and keeps them in a folder there.", old, plural(int(missing), "transaction", "transactions"))
}

// SwitchInput is the input of SwitchOver and FailOver.
type SwitchInput struct {
	PairID      uint
	ConfirmName string // the pair's name, typed
	Reason      string // why, for the record
}

// maxSwitchReason is how many bytes a reason may have.
const maxSwitchReason = 1000

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (in *SwitchInput) Validate() error {
	in.Reason = strings.TrimSpace(in.Reason)
	switch {
	case in.Reason == "":
		return FieldErrorf(CodeInvalid, "input.reason", "Say why; the reason is kept on record.")
	case len(in.Reason) > maxSwitchReason:
		return FieldErrorf(CodeInvalid, "input.reason", "The reason is too long; %d characters are enough.", maxSwitchReason)
	}
	return nil
}

// RoleStatus is what the guard of a server of a pair says; docs/hosts.md has its form.
type RoleStatus struct {
	Role     string // master, slave or fenced; empty for a server that is alone
	Epoch    uint64
	Open     bool
	ReadOnly bool
	Binlog   string     // GTID position of what it wrote and applied
	Applied  string     // GTID position of what it applied as a slave
	Received string     // GTID position of what has arrived at it as a slave
	IO, SQL  string     // Yes, No or Connecting; empty when it follows nobody
	Lag      *int       // seconds; nil when not known
	Error    string     // of replication or of MariaDB
	Mirrored *time.Time // when the last complete pass of the mirroring began
}

// At is the position up to which the server has everything.
func (s RoleStatus) At() Position { return ParsePosition(s.Binlog).Later(ParsePosition(s.Applied)) }

// Arrived is the position up to which it has everything, or will have once what arrived is applied.
func (s RoleStatus) Arrived() Position { return s.At().Later(ParsePosition(s.Received)) }

// PairLook is how one server of a pair looked just now. Status is nil when it could not be asked; Trouble says why.
type PairLook struct {
	Status    *RoleStatus
	Trouble   string
	FreeBytes int64    // on its fullest disk; 0 when not known
	Missing   []string // revisions that it should have and has not, such as "main r4"
}

// LastSeen is a position of a master that somebody read before it was gone.
type LastSeen struct {
	Position string
	At       time.Time
}

// SwitchFacts is all that PlanSwitch has to know.
type SwitchFacts struct {
	Pair         Pair
	Master       Server
	Slave        Server
	Sites        int
	Places       []RevisionPlace // that have to be on both
	Unfinished   []Action        // queued or running on the pair or one of its servers, but for the switch itself
	LastDowntime *float64        // seconds of the last switch of the pair that was measured
	LastSeen     *LastSeen       // of the master
	MasterLook   PairLook
	SlaveLook    PairLook
	Now          time.Time
}

// RevisionPlace names a revision by its place on a server.
type RevisionPlace struct {
	Bench    string
	Revision string
}

// SwitchCheckState says what a check means for a switch.
type SwitchCheckState string

// The states of a check.
const (
	SwitchCheckOK       SwitchCheckState = "OK"
	SwitchCheckWarning  SwitchCheckState = "WARNING"  // a person should know
	SwitchCheckBlocking SwitchCheckState = "BLOCKING" // the switch does not start
)

// SwitchCheck is one thing that was looked at before a switch.
type SwitchCheck struct {
	Name    string
	State   SwitchCheckState
	Message string
}

// SwitchPlan is what a switch would meet.
type SwitchPlan struct {
	Pair            Pair
	Kind            SwitchKind
	Checks          []SwitchCheck
	Sites           int
	ExpectedSeconds *float64 // without service
	PossibleLoss    string
}

// Blocking is the first check that stands in the way, as an error; nil when none does.
func (p SwitchPlan) Blocking() error {
	for _, check := range p.Checks {
		if check.State == SwitchCheckBlocking {
			return Errorf(CodeNotReady, "%s", check.Message)
		}
	}
	return nil
}

// NoteDiverged is the note of a switch that was taken back after the new master had written something: a sentence that
// says so. It is the slave again, and has what its master lacks.
const NoteDiverged = "diverged"

// AfterSwitch is the state of a pair whose switch has ended, and the sentence that goes with it.
func (p Pair) AfterSwitch(row PairSwitch, action Action) (PairStatus, string) {
	succeeded := action.Status == ActionSucceeded
	switch {
	case row.Switched && row.Kind == FailOver && succeeded:
		return PairFailedOver, row.Loss
	case row.Switched && succeeded:
		return PairReady, ""
	case row.Switched:
		return PairFailedOver, "The slave has taken over, but not all of the switch succeeded: " + action.ErrorMessage
	case action.Cursor.Notes[NoteDiverged] != "":
		return PairFailed, action.Cursor.Notes[NoteDiverged] + " The switch was taken back: " + action.ErrorMessage
	case action.ErrorCode == CodeUndoFailed, row.Kind == FailOver:
		return PairFailed, action.ErrorMessage
	}
	return PairReady, "The last switch did not happen: " + action.ErrorMessage
}

// SwitchingSentence says why nothing is put on a server now.
func SwitchingSentence(server Server, pair Pair) string {
	if pair.Status == PairDissolving {
		return server.Name + " is part of " + pair.Name + ", which is being taken apart; try again when that is over."
	}
	return server.Name + " is part of " + pair.Name + ", which is switching; try again when that is over."
}
