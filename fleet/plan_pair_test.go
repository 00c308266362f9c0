package fleet

import (
	"errors"
	"strings"
	"testing"
)

func TestPlanSlave(t *testing.T) {
	const debian = "10.11.6-MariaDB-0+deb12u1-log"
	ours, theirs := "192.0.2.1", "192.0.2.9"
	master := PairSide{Name: "m-01", Address: ours, Look: DatabaseLook{Answers: true, Version: debian, DataBytes: 8 << 30, RoomBytes: 20 << 30, Databases: []string{"_1"}, Open: true}}
	slave := PairSide{Name: "s-01", Address: "192.0.2.2", Look: DatabaseLook{Answers: true, Version: debian, RoomBytes: 20 << 30, Open: true}}
	for _, test := range []struct {
		name    string
		alter   func(master, slave *DatabaseLook)
		rebuild bool
		anew    bool
		code    Code
		words   string
	}{
		{name: "AnEmptySlaveIsCopiedTo", anew: true},
		{name: "OneThatFollowsStaysAsItIs", alter: func(_, s *DatabaseLook) {
			s.Follows, s.Receiving, s.Applying, s.Seeding, s.SeededFrom, s.Databases = ours, "Yes", "Yes", "done", ours, []string{"_1"}
		}},
		{name: "OneWhoseMasterIsAwayStaysAsItIs", alter: func(_, s *DatabaseLook) {
			s.Follows, s.Receiving, s.Applying, s.Seeding, s.SeededFrom = ours, "Connecting", "Yes", "done", ours
		}},
		{name: "ACopyThatBrokeOffIsMadeAgain", alter: func(_, s *DatabaseLook) { *s = DatabaseLook{RoomBytes: 20 << 30, Seeding: "begun", SeededFrom: ours} }, anew: true},
		{name: "ARebuildReplacesWhatever", alter: func(_, s *DatabaseLook) { s.Follows, s.Databases = theirs, []string{"accounts"} }, rebuild: true, anew: true},
		{name: "ARebuildNeedsNoDatabaseThatAnswers", alter: func(_, s *DatabaseLook) { s.Answers, s.Version = false, "" }, rebuild: true, anew: true},

		{name: "ErrMasterDown", alter: func(m, _ *DatabaseLook) { m.Answers = false }, code: CodeNotReady, words: "m-01"},
		{name: "ErrMasterIsASlave", alter: func(m, _ *DatabaseLook) { m.Follows = theirs }, code: CodeConflict, words: "slave of 192.0.2.9"},
		{name: "ErrMasterIsASlaveRebuilding", alter: func(m, _ *DatabaseLook) { m.Follows = theirs }, rebuild: true, code: CodeConflict, words: "slave of 192.0.2.9"},
		{name: "ErrMasterClosed", alter: func(m, _ *DatabaseLook) { m.Open, m.Role = false, "fenced 3" }, code: CodeNotReady, words: "fenced 3"},
		{name: "ErrSlaveFollowsAnother", alter: func(_, s *DatabaseLook) { s.Follows = theirs }, code: CodeConflict, words: "192.0.2.9"},
		{name: "ErrOtherRelease", alter: func(_, s *DatabaseLook) { s.Version = "11.4.2-MariaDB" }, code: CodeNotReady, words: "11.4.2"},
		{name: "ErrDiskTooSmall", alter: func(_, s *DatabaseLook) { s.RoomBytes = 7 << 30 }, code: CodeInvalid, words: "8192 MiB"},
		{name: "ErrDiskTooSmallRebuilding", alter: func(_, s *DatabaseLook) { s.RoomBytes = 7 << 30 }, rebuild: true, code: CodeInvalid, words: "7168 MiB"},
		{name: "ErrOtherData", alter: func(_, s *DatabaseLook) { s.Databases = []string{"a", "b", "c", "d", "e", "f"} }, code: CodeConflict, words: "a, b, c, d, e, …"},
		{name: "ErrBrokenReplication", alter: func(_, s *DatabaseLook) {
			s.Follows, s.Applying, s.Error, s.Seeding, s.SeededFrom = ours, "No", "Duplicate entry.", "done", ours
		}, code: CodeNotReady, words: "Duplicate entry. Rebuild the slave."},
		{name: "ErrNoLongerFollows", alter: func(_, s *DatabaseLook) { s.Seeding, s.SeededFrom = "done", ours }, code: CodeNotReady, words: "Rebuild the slave."},
		{name: "ErrSlaveDown", alter: func(_, s *DatabaseLook) { s.Answers = false }, code: CodeNotReady, words: "s-01"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, s := master, slave
			if test.alter != nil {
				test.alter(&m.Look, &s.Look)
			}
			anew, err := PlanSlave(m, s, test.rebuild)
			if ErrorCode(err) != test.code || anew != test.anew || err != nil && !strings.Contains(err.Error(), test.words) {
				t.Errorf("got %v, %v", anew, err)
			}
		})
	}
}

func TestFitsNewPair(t *testing.T) {
	const debian = "10.11.6-MariaDB-0+deb12u1-log"
	ours, theirs := "192.0.2.1", "192.0.2.9"
	master := PairCandidate{SetUp: true, PairSide: PairSide{Name: "m-01", Address: ours, Look: DatabaseLook{Answers: true, Version: debian, DataBytes: 8 << 30, RoomBytes: 20 << 30, Databases: []string{"_1"}, Open: true}}}
	slave := PairCandidate{PairSide: PairSide{Name: "s-01", Address: "192.0.2.2", Look: DatabaseLook{RoomBytes: 20 << 30, Open: true}}}
	bare := DatabaseLook{RoomBytes: 20 << 30, Open: true}
	for _, test := range []struct {
		name  string
		alter func(master, slave *PairCandidate)
		code  Code
		field string
		words string
	}{
		{name: "MasterAndABareMachine"},
		{name: "TwoBareMachines", alter: func(m, _ *PairCandidate) { m.SetUp, m.Look = false, bare }},
		{name: "TwoThatAreSetUp", alter: func(_, s *PairCandidate) { s.SetUp, s.Look.Answers, s.Look.Version = true, true, debian }},
		{name: "OneThatWasItsSlave", alter: func(_, s *PairCandidate) {
			s.SetUp, s.Look.Databases, s.Look.Seeding, s.Look.SeededFrom = true, []string{"_1"}, "done", ours
		}},

		{"ErrMasterDown", func(m, _ *PairCandidate) { m.Look.Answers = false }, CodeNotReady, "input.masterId", "m-01 does not answer"},
		{"ErrMasterFollows", func(m, _ *PairCandidate) { m.Look.Follows = theirs }, CodeConflict, "input.masterId", "slave of 192.0.2.9"},
		{"ErrBareMasterFollows", func(m, _ *PairCandidate) { m.SetUp, m.Look.Databases, m.Look.Follows = false, nil, theirs }, CodeConflict, "input.masterId", "slave of 192.0.2.9"},
		{"ErrMasterHoldsOtherData", func(m, _ *PairCandidate) { m.SetUp, m.Look.Databases = false, []string{"shop"} }, CodeConflict, "input.masterId", `did not make ("shop")`},
		{"ErrSlaveHoldsOtherData", func(_, s *PairCandidate) { s.Look.Databases = []string{"shop"} }, CodeConflict, "input.slaveId", "other data (shop)"},
		{"ErrSlaveThatIsSetUpHoldsOtherData", func(_, s *PairCandidate) {
			s.SetUp, s.Look.Answers, s.Look.Version, s.Look.Databases = true, true, debian, []string{"_7"}
		}, CodeConflict, "input.slaveId", "other data (_7)"},
		{"ErrSlaveIsTooSmall", func(_, s *PairCandidate) { s.Look.RoomBytes = 7 << 30 }, CodeInvalid, "input.slaveId", "takes 8192 MiB, but there is room for 7168 MiB on s-01"},
		{"ErrSlaveFollowsAnother", func(_, s *PairCandidate) { s.Look.Follows = theirs }, CodeConflict, "input.slaveId", "slave of 192.0.2.9"},
		{"ErrOtherRelease", func(_, s *PairCandidate) { s.Look.Answers, s.Look.Version = true, "11.4.2-MariaDB" }, CodeNotReady, "input.slaveId", "11.4.2"},
		{"ErrSlaveDown", func(_, s *PairCandidate) { s.SetUp = true }, CodeNotReady, "input.slaveId", "s-01 does not answer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, s := master, slave
			if test.alter != nil {
				test.alter(&m, &s)
			}
			err := FitsNewPair(m, s)
			if test.code == "" && err == nil {
				return
			}
			var known *Error
			if !errors.As(err, &known) || known.Code != test.code || known.Field != test.field || !strings.Contains(known.Message, test.words) {
				t.Errorf("got %v", err)
			}
		})
	}
}
