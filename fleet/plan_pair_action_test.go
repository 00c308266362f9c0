package fleet_test

import (
	"strings"
	"testing"

	"central/fleet"
)

func TestPlanPairAction(t *testing.T) {
	slaveID, stranger := uint(2), uint(9)
	subject := func() fleet.PairSubject {
		return fleet.PairSubject{
			Pair:   fleet.Pair{ID: 7, Name: "north", MasterID: 1, SlaveID: 2, Status: fleet.PairReady},
			Master: fleet.Server{ID: 1, Name: "m-01", Role: fleet.RoleMaster, Status: fleet.ServerReady},
			Slave:  fleet.Server{ID: 2, Name: "s-01", Role: fleet.RoleSlave, Status: fleet.ServerReady},
		}
	}
	for _, test := range []struct {
		name    string
		kind    fleet.ActionKind
		gone    *uint
		change  func(*fleet.PairSubject)
		blocked fleet.Code // "" when nothing blocks
		says    string     // in the blocking note, or in what it does and warns of
		confirm bool
		preview bool
	}{
		{name: "Preview", kind: fleet.ActionPreviewPair, says: "Nothing is changed"},
		{name: "SetUpAgain", kind: fleet.ActionSetUpPair, says: "only what differs is changed", preview: true},
		{name: "SetUpAfterAFailure", kind: fleet.ActionSetUpPair, change: func(s *fleet.PairSubject) { s.Pair.Status = fleet.PairFailed }, says: "are copied to s-01"},
		{name: "SetUpWithANewHostKey", kind: fleet.ActionSetUpPair, change: func(s *fleet.PairSubject) { s.Slave.Status = fleet.ServerNew }, says: "goes on following"},
		{name: "Dissolve", kind: fleet.ActionDissolvePair, says: "or be retired", confirm: true},
		{name: "DissolveWithOneGone", kind: fleet.ActionDissolvePair, gone: &slaveID, change: func(s *fleet.PairSubject) { s.Slave.Status = fleet.ServerKeyChanged }, says: "Nothing is done on s-01, which is gone", confirm: true},
		{name: "DissolveAfterAFailover", kind: fleet.ActionDissolvePair, change: func(s *fleet.PairSubject) { s.Pair.Status = fleet.PairFailedOver }, says: "What s-01 has and m-01 never got stays", confirm: true},
		{name: "DissolveWithBackups", kind: fleet.ActionDissolvePair, change: func(s *fleet.PairSubject) { s.OnlyBackups = 3 }, says: "3 backups lie only there", confirm: true},

		{name: "ErrBusy", kind: fleet.ActionSetUpPair, change: func(s *fleet.PairSubject) { s.Holder = &fleet.Action{Title: "Rebuild it", ActorName: "ada"} }, blocked: fleet.CodeConflict, says: `"Rebuild it", asked for by ada`, preview: true},
		{name: "ErrSetUpAfterAFailover", kind: fleet.ActionSetUpPair, change: func(s *fleet.PairSubject) { s.Pair.Status = fleet.PairFailedOver }, blocked: fleet.CodeNotReady, says: "Rebuild the slave"},
		{name: "ErrPreviewOfAnotherMachine", kind: fleet.ActionPreviewPair, change: func(s *fleet.PairSubject) { s.Master.Status = fleet.ServerKeyChanged }, blocked: fleet.CodeHostKeyChanged, says: "m-01 shows another host key"},
		{name: "ErrDissolveBenches", kind: fleet.ActionDissolvePair, change: func(s *fleet.PairSubject) { s.Benches, s.Sites = 2, 12 }, blocked: fleet.CodeNotReady, says: "2 benches and 12 sites", confirm: true},
		{name: "ErrDissolveAtWork", kind: fleet.ActionDissolvePair, change: func(s *fleet.PairSubject) { s.AtWork = []string{"Reboot m-01", "x"} }, blocked: fleet.CodeConflict, says: `"Reboot m-01" is under way on its servers, and 1 more`, confirm: true},
		{name: "ErrDissolveNew", kind: fleet.ActionDissolvePair, change: func(s *fleet.PairSubject) { s.Slave.Status = fleet.ServerNew }, blocked: fleet.CodeNotReady, says: "s-01 was not set up yet", confirm: true},
		{name: "ErrDissolveKeyChanged", kind: fleet.ActionDissolvePair, change: func(s *fleet.PairSubject) { s.Slave.Status = fleet.ServerKeyChanged }, blocked: fleet.CodeHostKeyChanged, says: "If it is gone for good", confirm: true},
		{name: "ErrDissolveBeingSetUp", kind: fleet.ActionDissolvePair, change: func(s *fleet.PairSubject) { s.Master.Status = fleet.ServerSettingUp }, blocked: fleet.CodeConflict, says: "m-01 is being set up", confirm: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			of := subject()
			if test.change != nil {
				test.change(&of)
			}
			plan, err := fleet.PlanPairAction(of, fleet.PairActionInput{PairID: 7, Kind: test.kind, GoneServerID: test.gone})
			if err != nil {
				t.Fatal(err)
			}
			blocked := fleet.Blocking(plan.Notes)
			text := strings.Join(plan.Does, " ")
			for _, note := range plan.Notes {
				text += " " + note.Message
			}
			if blocked != nil {
				text = blocked.Error()
			}
			if fleet.ErrorCode(blocked) != test.blocked || !strings.Contains(text, test.says) || plan.Confirm != test.confirm || plan.NeedsPreview != test.preview {
				t.Errorf("blocked by %v, confirm %v, preview %v: %s", blocked, plan.Confirm, plan.NeedsPreview, text)
			}
		})
	}
	for _, in := range []fleet.PairActionInput{{Kind: fleet.ActionMoveSite}, {Kind: fleet.ActionDissolvePair, GoneServerID: &stranger}} {
		if _, err := fleet.PlanPairAction(subject(), in); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%+v: %v", in, err)
		}
	}
}
