package fleet_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// switchFacts is a pair in good order: m-01, the master of epoch 3, and m-02, which has applied everything.
func switchFacts() fleet.SwitchFacts {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	mirrored, lag := now.Add(-90*time.Second), 0
	return fleet.SwitchFacts{
		Pair:       fleet.Pair{Name: "fra", Status: fleet.PairReady, Epoch: 3},
		Master:     fleet.Server{ID: 1, Name: "m-01", Status: fleet.ServerReady},
		Slave:      fleet.Server{ID: 2, Name: "m-02", Status: fleet.ServerReady},
		Sites:      7,
		Places:     []fleet.RevisionPlace{{Bench: "main", Revision: "r1"}},
		MasterLook: fleet.PairLook{Status: &fleet.RoleStatus{Role: "master", Epoch: 3, Open: true, Binlog: "0-1-100"}},
		SlaveLook: fleet.PairLook{FreeBytes: 20 << 30, Status: &fleet.RoleStatus{
			Role: "slave", Epoch: 3, ReadOnly: true, Binlog: "0-1-100", Applied: "0-1-100", Received: "0-1-100", IO: "Yes", SQL: "Yes", Lag: &lag, Mirrored: &mirrored,
		}},
		Now: now,
	}
}

func TestPlanSwitch(t *testing.T) {
	const ok, warning, blocking = fleet.SwitchCheckOK, fleet.SwitchCheckWarning, fleet.SwitchCheckBlocking
	ago := func(f *fleet.SwitchFacts, d time.Duration) *time.Time { at := f.Now.Add(-d); return &at }
	lag := func(seconds int) *int { return &seconds }
	for _, c := range []struct {
		name   string
		kind   fleet.SwitchKind
		change func(*fleet.SwitchFacts)
		check  string
		want   fleet.SwitchCheckState
		says   string
	}{
		{"PlannedOK", fleet.SwitchOver, func(*fleet.SwitchFacts) {}, "Replication", ok, "0 transactions behind"},
		{"PlannedNotSetUp", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.Pair.Status = fleet.PairNew }, "Pair", blocking, "not set up"},
		{"PlannedSwitching", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.Pair.Status = fleet.PairSwitching }, "Pair", blocking, "switching already"},
		{"PlannedFailedOver", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.Pair.Status = fleet.PairFailedOver }, "Pair", blocking, "rebuild"},
		{"PlannedFailed", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.Pair.Status = fleet.PairFailed }, "Pair", blocking, "not in order"},
		{"PlannedSlaveKeyChanged", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.Slave.Status = fleet.ServerKeyChanged }, "Pair", blocking, "host key"},
		{"PlannedActions", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.Unfinished = make([]fleet.Action, 5) }, "Actions", blocking, "and 2 more"},
		{"PlannedMasterGone", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.MasterLook = fleet.PairLook{Trouble: "no answer."} }, "Master", blocking, "fail over"},
		{"PlannedMasterClosed", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.MasterLook.Status.Open = false }, "Master", blocking, "not open"},
		{"PlannedMasterAlone", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.MasterLook.Status.Role = "" }, "Master", blocking, "alone"},
		{"PlannedMasterOfAnotherEpoch", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.MasterLook.Status.Epoch = 2 }, "Master", blocking, "epoch 2"},
		{"PlannedSlaveGone", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook = fleet.PairLook{Trouble: "no answer."} }, "Slave", blocking, "no answer"},
		{"PlannedSlaveOpen", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Open = true }, "Slave", blocking, "not a closed slave"},
		{"PlannedSlaveWritable", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.ReadOnly = false }, "Slave", blocking, "not a closed slave"},
		{"PlannedSlaveFenced", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Role = "fenced" }, "Slave", blocking, "fenced"},
		{"PlannedNotReceiving", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.IO = "Connecting" }, "Replication", blocking, "connecting"},
		{"PlannedNotApplying", fleet.SwitchOver, func(f *fleet.SwitchFacts) {
			f.SlaveLook.Status.SQL, f.SlaveLook.Status.Error = "No", "Duplicate entry"
		}, "Replication", blocking, "Duplicate entry"},
		{"PlannedLagUnknown", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Lag = nil }, "Replication", blocking, "not known"},
		{"PlannedLagging", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Lag = lag(10) }, "Replication", warning, "10 s"},
		{"PlannedFarBehind", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Lag = lag(300) }, "Replication", blocking, "300 s"},
		{"PlannedNeverMirrored", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Mirrored = nil }, "Files", blocking, "never"},
		{"PlannedOldMirror", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Mirrored = ago(f, time.Hour) }, "Files", warning, "1h0m0s"},
		{"PlannedMirrored", fleet.SwitchOver, func(*fleet.SwitchFacts) {}, "Files", ok, "1m30s"},
		{"PlannedCodeMissing", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Missing = []string{"main r1"} }, "Code", blocking, "main r1"},
		{"PlannedDiskFull", fleet.SwitchOver, func(f *fleet.SwitchFacts) { f.SlaveLook.FreeBytes = 200 << 20 }, "Disk", blocking, "200 MiB"},

		{"ForcedMasterGone", fleet.FailOver, func(f *fleet.SwitchFacts) { f.MasterLook = fleet.PairLook{Trouble: "no answer."} }, "Fencing", warning, "cannot be told"},
		{"ForcedMasterUp", fleet.FailOver, func(*fleet.SwitchFacts) {}, "Master", warning, "planned switchover"},
		{"ForcedMasterClosed", fleet.FailOver, func(f *fleet.SwitchFacts) { f.MasterLook.Status.Open = false }, "Master", ok, "closed"},
		{"ForcedWhileAPlannedOneHangs", fleet.FailOver, func(f *fleet.SwitchFacts) { f.Pair.Status = fleet.PairSwitching }, "Pair", ok, ""},
		{"ForcedOfAPairThatFailed", fleet.FailOver, func(f *fleet.SwitchFacts) { f.Pair.Status = fleet.PairFailed }, "Pair", ok, ""},
		{"ForcedOfAPairThatNeverWasOne", fleet.FailOver, func(f *fleet.SwitchFacts) { f.Pair.Status, f.Pair.Epoch = fleet.PairFailed, 0 }, "Pair", blocking, ""},
		{"ForcedTwice", fleet.FailOver, func(f *fleet.SwitchFacts) { f.Pair.Status = fleet.PairFailedOver }, "Pair", blocking, "rebuild"},
		{"ForcedActions", fleet.FailOver, func(f *fleet.SwitchFacts) { f.Unfinished = []fleet.Action{{Title: "Move a"}} }, "Actions", warning, "“Move a”"},
		{"ForcedSlaveGone", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook = fleet.PairLook{Trouble: "no answer."} }, "Slave", blocking, "no answer"},
		{"ForcedSlaveFenced", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Role = "fenced" }, "Slave", blocking, "fenced"},
		{"ForcedSlaveHalfPromoted", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Role, f.SlaveLook.Status.Open = "master", true }, "Slave", ok, ""},
		{"ForcedNotReceiving", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.IO = "Connecting" }, "Replication", ok, "all but 0"},
		{"ForcedNotApplied", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Received = "0-1-104" }, "Replication", ok, "all but 4 transactions"},
		{"ForcedNotApplying", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.SQL = "No" }, "Replication", warning, "applying: no"},
		{"ForcedFarBehind", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Lag = lag(900) }, "Replication", warning, "900 s"},
		{"ForcedNeverMirrored", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Status.Mirrored = nil }, "Files", warning, "never"},
		{"ForcedCodeMissing", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook.Missing = []string{"main r1"} }, "Code", blocking, "main r1"},
		{"ForcedDiskFull", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook.FreeBytes = 200 << 20 }, "Disk", warning, "200 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			facts := switchFacts()
			c.change(&facts)
			plan := fleet.PlanSwitch(c.kind, facts)
			found := false
			for _, check := range plan.Checks {
				if check.Name == c.check {
					found = true
					if check.State != c.want || !strings.Contains(check.Message, c.says) {
						t.Errorf("got %s %q, want %s %q", check.State, check.Message, c.want, c.says)
					}
				} else if check.State == blocking {
					t.Errorf("%s stands in the way too: %s", check.Name, check.Message)
				}
			}
			if !found {
				t.Errorf("no check %s in %+v", c.check, plan.Checks)
			}
			wantCode := fleet.Code("")
			if c.want == blocking {
				wantCode = fleet.CodeNotReady
			}
			if err := plan.Blocking(); fleet.ErrorCode(err) != wantCode || (plan.ExpectedSeconds == nil) != (err != nil) {
				t.Errorf("blocking: %v, expected seconds: %v", err, plan.ExpectedSeconds)
			}
			if plan.Sites != 7 || plan.PossibleLoss == "" {
				t.Errorf("got %+v", plan)
			}
		})
	}
}

func TestPossibleLoss(t *testing.T) {
	gone := func(f *fleet.SwitchFacts) { f.MasterLook = fleet.PairLook{Trouble: "no answer."} }
	seen := func(f *fleet.SwitchFacts, position string) {
		f.LastSeen = &fleet.LastSeen{Position: position, At: f.Now.Add(-20 * time.Second)}
	}
	for _, c := range []struct {
		name   string
		kind   fleet.SwitchKind
		change func(*fleet.SwitchFacts)
		want   string
	}{
		{"Planned", fleet.SwitchOver, func(*fleet.SwitchFacts) {}, "Nothing: m-02 takes over once it has applied everything that m-01 has written, and has every file."},
		{"NothingIsKnown", fleet.FailOver, gone, "Whatever m-01 wrote that had not arrived at m-02; how much that is, is not known. Files changed after 11:58:30 UTC, when the last complete mirroring began, may be missing or old."},
		{"AllThatIsKnownArrived", fleet.FailOver, func(f *fleet.SwitchFacts) { gone(f); seen(f, "0-1-100") }, "Of what m-01 had written by 11:59:40 UTC, nothing: all of it has arrived at m-02. Whatever it wrote after that may be lost. Files changed after 11:58:30 UTC, when the last complete mirroring began, may be missing or old."},
		{"SomeNeverArrived", fleet.FailOver, func(f *fleet.SwitchFacts) { gone(f); seen(f, "0-1-103") }, "Up to 3 transactions known, which m-01 had written by 11:59:40 UTC and m-02 never received, and whatever was written after that. Files changed after 11:58:30 UTC, when the last complete mirroring began, may be missing or old."},
		{"ArrivedCountsToo", fleet.FailOver, func(f *fleet.SwitchFacts) {
			gone(f)
			seen(f, "0-1-103")
			f.SlaveLook.Status.Received, f.SlaveLook.Status.Mirrored = "0-1-102", nil
		}, "Up to 1 transaction known, which m-01 had written by 11:59:40 UTC and m-02 never received, and whatever was written after that. Files were never mirrored in full."},
		{"TheMasterAnswers", fleet.FailOver, func(f *fleet.SwitchFacts) { f.MasterLook.Status.Binlog = "0-1-101"; f.SlaveLook.Status.Mirrored = nil }, "Up to 1 transaction known, which m-01 had written by 12:00:00 UTC and m-02 never received, and whatever was written after that. Files were never mirrored in full."},
		{"TheSlaveIsGone", fleet.FailOver, func(f *fleet.SwitchFacts) { f.SlaveLook = fleet.PairLook{} }, "Not known: m-02 does not answer."},
	} {
		t.Run(c.name, func(t *testing.T) {
			facts := switchFacts()
			c.change(&facts)
			if got := fleet.PossibleLoss(c.kind, facts); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestSwitchInput_Validate(t *testing.T) {
	for name, reason := range map[string]string{"ErrEmpty": " \n", "ErrLong": strings.Repeat("x", 1001)} {
		t.Run(name, func(t *testing.T) {
			in := fleet.SwitchInput{Reason: reason}
			if err := in.Validate(); fleet.ErrorCode(err) != fleet.CodeInvalid {
				t.Errorf("got %v", err)
			}
		})
	}
	in := fleet.SwitchInput{Reason: " new disks "}
	if err := in.Validate(); err != nil || in.Reason != "new disks" {
		t.Errorf("got %v, %q", err, in.Reason)
	}
}

func TestPairSwitch_Returns(t *testing.T) {
	lost := fleet.PairSwitch{Position: "0-0-100"}
	if got := lost.Returns("m-01", fleet.RoleStatus{Binlog: "0-1-100"}); got != "m-01 is back and closed: it has no transaction that did not arrive." {
		t.Errorf("got %q", got)
	}
	if got := lost.Returns("m-01", fleet.RoleStatus{Binlog: "0-1-103"}); got != "m-01 is back and closed: it has exactly 3 transactions that never arrived. Rebuilding it as the slave takes them out of its database, and keeps them in a folder there." {
		t.Errorf("got %q", got)
	}
}

func TestPair_AfterSwitch(t *testing.T) {
	done, failed, broken := fleet.Action{Status: fleet.ActionSucceeded}, fleet.Action{Status: fleet.ActionFailed, ErrorMessage: "No."}, fleet.Action{Status: fleet.ActionFailed, ErrorCode: fleet.CodeUndoFailed, ErrorMessage: "No."}
	for _, c := range []struct {
		name   string
		row    fleet.PairSwitch
		action fleet.Action
		want   fleet.PairStatus
		says   string
	}{
		{"Planned", fleet.PairSwitch{Kind: fleet.SwitchOver, Switched: true}, done, fleet.PairReady, ""},
		{"Forced", fleet.PairSwitch{Kind: fleet.FailOver, Switched: true, Loss: "Little."}, done, fleet.PairFailedOver, "Little."},
		{"TakenBack", fleet.PairSwitch{Kind: fleet.SwitchOver}, failed, fleet.PairReady, "did not happen: No."},
		{"TakenBackAfterTheNewMasterHasWritten", fleet.PairSwitch{Kind: fleet.SwitchOver}, fleet.Action{
			Status: fleet.ActionFailed, ErrorMessage: "No.", Cursor: fleet.Cursor{Notes: map[string]string{fleet.NoteDiverged: "Rebuild it."}},
		}, fleet.PairFailed, "Rebuild it. The switch was taken back: No."},
		{"NotTakenBack", fleet.PairSwitch{Kind: fleet.SwitchOver}, broken, fleet.PairFailed, "No."},
		{"ForcedInVain", fleet.PairSwitch{Kind: fleet.FailOver}, failed, fleet.PairFailed, "No."},
		{"HalfWay", fleet.PairSwitch{Kind: fleet.SwitchOver, Switched: true}, failed, fleet.PairFailedOver, "not all of the switch succeeded: No."},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, reason := fleet.Pair{}.AfterSwitch(c.row, c.action)
			if status != c.want || !strings.Contains(reason, c.says) || c.says == "" && reason != "" {
				t.Errorf("got %s, %q", status, reason)
			}
		})
	}
}
