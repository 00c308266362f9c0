package fleet_test

import (
	"strings"
	"testing"

	"central/fleet"
)

// subject is a master that is set up and serves sites.
func subject() fleet.ServerSubject {
	return fleet.ServerSubject{
		Server: fleet.Server{ID: 1, Name: "m-01", User: "root", Role: fleet.RoleMaster, Status: fleet.ServerReady}, Benches: 2, Sites: 12, Proxies: 2,
	}
}

func TestPlanServerAction(t *testing.T) {
	pair := &fleet.Pair{Name: "north", MasterID: 1, SlaveID: 2, Status: fleet.PairReady}
	for _, test := range []struct {
		name    string
		in      fleet.ServerActionInput
		change  func(*fleet.ServerSubject)
		blocked fleet.Code // "" when nothing blocks
		field   string
		says    string // in the blocking note, or in what it does and warns of
		confirm bool
	}{
		{name: "Check", in: fleet.ServerActionInput{Kind: fleet.ActionCheckServer}, says: "Nothing is changed"},
		{name: "Preview", in: fleet.ServerActionInput{Kind: fleet.ActionPreviewServer}, says: "check mode"},
		{name: "CheckAnyNew", in: fleet.ServerActionInput{Kind: fleet.ActionCheckServer}, change: func(s *fleet.ServerSubject) { s.Server.Status = fleet.ServerNew }},
		{name: "SetUp", in: fleet.ServerActionInput{Kind: fleet.ActionSetUpServer}, says: "12 sites cannot be used for about 10 s"},
		{name: "SetUpNewProxy", in: fleet.ServerActionInput{Kind: fleet.ActionSetUpServer}, change: func(s *fleet.ServerSubject) {
			s.Server.Role, s.Server.Status, s.Sites = fleet.RoleProxy, fleet.ServerNew, 0
		}, says: "map of host names"},
		{name: "Update", in: fleet.ServerActionInput{Kind: fleet.ActionUpdateServer}, says: "12 sites may be down"},
		{name: "RestartMariaDB", in: fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: fleet.ServiceMariaDB}, says: "12 sites cannot be used for about 10 s", confirm: true},
		{name: "RestartBenches", in: fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: fleet.ServiceBenches}, says: "processes of 2 benches", confirm: true},
		{name: "RestartNginx", in: fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: fleet.ServiceNginx}, says: "settings are tried first"},
		{name: "RestartSSHWhileAtWork", in: fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: fleet.ServiceSSH}, change: func(s *fleet.ServerSubject) { s.AtWork = []string{"Move a"} }},
		{name: "Reboot", in: fleet.ServerActionInput{Kind: fleet.ActionRebootServer}, says: "12 sites cannot be reached for about 90 s", confirm: true},
		{name: "RebootIsAnnounced", in: fleet.ServerActionInput{Kind: fleet.ActionRebootServer}, says: "the proxies show its visitors the maintenance page", confirm: true},
		{name: "RebootTheOnlyProxy", in: fleet.ServerActionInput{Kind: fleet.ActionRebootServer}, change: func(s *fleet.ServerSubject) { s.Server.Role, s.Sites, s.Proxies = fleet.RoleProxy, 0, 1 }, says: "the only proxy", confirm: true},
		{name: "RebootMasterOfPairWithSites", in: fleet.ServerActionInput{Kind: fleet.ActionRebootServer, WithSites: true}, change: func(s *fleet.ServerSubject) { s.Pair, s.Partner = pair, "s-01" }, says: "switch over to s-01 first, and its sites stay up", confirm: true},
		{name: "UpdateMasterOfPair", in: fleet.ServerActionInput{Kind: fleet.ActionUpdateServer}, change: func(s *fleet.ServerSubject) { s.Pair, s.Partner = pair, "s-01" }, says: "switch over to s-01 first, and its sites stay up"},
		{name: "RestartMariaDBOfAMasterOfPair", in: fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: fleet.ServiceMariaDB}, change: func(s *fleet.ServerSubject) { s.Pair, s.Partner = pair, "s-01" }, says: "switch over to s-01 first, and its sites stay up", confirm: true},
		{name: "RebootSlave", in: fleet.ServerActionInput{Kind: fleet.ActionRebootServer}, change: func(s *fleet.ServerSubject) { s.Server.ID, s.Pair, s.Sites = 2, pair, 0 }, confirm: true},
		{name: "Retire", in: fleet.ServerActionInput{Kind: fleet.ActionRetireServer, CleanUp: true}, change: func(s *fleet.ServerSubject) { s.Sites, s.Benches = 0, 0 }, says: "Central's key last", confirm: true},
		{name: "RetireOneThatIsAnother", in: fleet.ServerActionInput{Kind: fleet.ActionRetireServer}, change: func(s *fleet.ServerSubject) {
			s.Sites, s.Benches, s.Server.Status = 0, 0, fleet.ServerKeyChanged
		}, says: "Nothing is done on the machine", confirm: true},
		{name: "Rotate", in: fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials}, says: "Only then the old key is removed"},
		{name: "RotateOfAPair", in: fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials}, change: func(s *fleet.ServerSubject) { s.Pair, s.Partner = pair, "s-01" }, says: "north gets a new password, on m-01 and s-01"},
		{name: "RotateOfAPairThatFailedOver", in: fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials}, change: func(s *fleet.ServerSubject) {
			s.Pair = &fleet.Pair{Name: "north", Status: fleet.PairFailedOver}
		}, says: "keeps its password"},

		{name: "ErrRotateWhileThePairIsBusy", in: fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials}, change: func(s *fleet.ServerSubject) {
			s.Pair = &fleet.Pair{Name: "north", Status: fleet.PairSwitching, BusyActionID: new(uint)}
		}, blocked: fleet.CodeConflict, field: "input.serverId", says: "north is busy"},
		{name: "ErrRotateAtWork", in: fleet.ServerActionInput{Kind: fleet.ActionRotateCredentials}, change: func(s *fleet.ServerSubject) { s.AtWork = []string{"Move a"} }, blocked: fleet.CodeConflict, field: "input.serverId", says: "Move a"},
		{name: "ErrRebootMasterOfPair", in: fleet.ServerActionInput{Kind: fleet.ActionRebootServer}, change: func(s *fleet.ServerSubject) { s.Pair, s.Partner = pair, "s-01" }, blocked: fleet.CodeNotReady, field: "input.withSites", says: "switch over to s-01 first"},
		{name: "ErrRetireWithSites", in: fleet.ServerActionInput{Kind: fleet.ActionRetireServer}, blocked: fleet.CodeNotReady, field: "input.serverId", says: "2 benches and 12 sites"},
		{name: "ErrRetireOfAPair", in: fleet.ServerActionInput{Kind: fleet.ActionRetireServer}, change: func(s *fleet.ServerSubject) { s.Sites, s.Benches, s.Pair = 0, 0, pair }, blocked: fleet.CodeNotReady, field: "input.serverId", says: "the pair north"},
		{name: "ErrCleanAnotherMachine", in: fleet.ServerActionInput{Kind: fleet.ActionRetireServer, CleanUp: true}, change: func(s *fleet.ServerSubject) {
			s.Sites, s.Benches, s.Server.Status = 0, 0, fleet.ServerKeyChanged
		}, blocked: fleet.CodeHostKeyChanged, field: "input.serverId"},
		{name: "ErrKeyChanged", in: fleet.ServerActionInput{Kind: fleet.ActionCheckServer}, change: func(s *fleet.ServerSubject) { s.Server.Status = fleet.ServerKeyChanged }, blocked: fleet.CodeHostKeyChanged, field: "input.serverId"},
		{name: "ErrSettingUp", in: fleet.ServerActionInput{Kind: fleet.ActionUpdateServer}, change: func(s *fleet.ServerSubject) { s.Server.Status = fleet.ServerSettingUp }, blocked: fleet.CodeConflict, field: "input.serverId"},
		{name: "ErrNew", in: fleet.ServerActionInput{Kind: fleet.ActionRebootServer}, change: func(s *fleet.ServerSubject) { s.Server.Status = fleet.ServerNew }, blocked: fleet.CodeNotReady, field: "input.serverId", says: "set it up first"},
		{name: "ErrRetired", in: fleet.ServerActionInput{Kind: fleet.ActionCheckServer}, change: func(s *fleet.ServerSubject) { s.Server.Status = fleet.ServerRetired }, blocked: fleet.CodeNotReady, field: "input.serverId"},
		{name: "ErrAtWork", in: fleet.ServerActionInput{Kind: fleet.ActionRebootServer}, change: func(s *fleet.ServerSubject) { s.AtWork = []string{"Move a", "Move b"} }, blocked: fleet.CodeConflict, field: "input.serverId", says: "and 1 more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			of := subject()
			if test.change != nil {
				test.change(&of)
			}
			plan, err := fleet.PlanServerAction(of, test.in)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Join(plan.Does, " ")
			for _, note := range plan.Notes {
				text += " " + note.Message
			}
			blocking := fleet.Blocking(plan.Notes)
			wantError(t, blocking, test.blocked, test.field)
			if !strings.Contains(text, test.says) || plan.Title == "" || len(plan.Does) == 0 {
				t.Errorf("it says %q: %s", plan.Title, text)
			}
			if blocking == nil && plan.Confirm != test.confirm {
				t.Errorf("the name is asked for: %v", plan.Confirm)
			}
		})
	}
}

func TestPlanServerActionRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		in    fleet.ServerActionInput
		role  fleet.ServerRole
		field string
	}{
		"Another kind":       {fleet.ServerActionInput{Kind: fleet.ActionMoveSite}, fleet.RoleMaster, "input.kind"},
		"No kind":            {fleet.ServerActionInput{}, fleet.RoleMaster, "input.kind"},
		"A free service":     {fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: "cron; id"}, fleet.RoleMaster, "input.service"},
		"No service":         {fleet.ServerActionInput{Kind: fleet.ActionRestartService}, fleet.RoleMaster, "input.service"},
		"MariaDB of a proxy": {fleet.ServerActionInput{Kind: fleet.ActionRestartService, Service: fleet.ServiceMariaDB}, fleet.RoleProxy, "input.service"},
	} {
		t.Run(name, func(t *testing.T) {
			of := subject()
			of.Server.Role = test.role
			_, err := fleet.PlanServerAction(of, test.in)
			wantError(t, err, fleet.CodeInvalid, test.field)
		})
	}
}
