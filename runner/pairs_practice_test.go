package runner

import (
	"strings"
	"testing"

	"central/fleet"
)

// TestPairsOnRealHosts goes through the life of a pair; its parts build on each other.
func TestPairsOnRealHosts(t *testing.T) {
	g := newGround(t, "m-01", "s-01")
	p := pairOnHosts{g, g.root("m-01", fleet.RoleMaster), g.root("s-01", fleet.RoleSlave), 0}
	p.makePair("north")
	if t.Failed() {
		return
	}
	t.Run("Preview", func(t *testing.T) { p.in(t).preview() })
	t.Run("Dissolve", func(t *testing.T) { p.in(t).dissolve() })
	t.Run("PairTheOtherWay", func(t *testing.T) { p.in(t).pairTheOtherWay() })
}

// pairOnHosts is a pair of two real hosts.
type pairOnHosts struct {
	*ground
	master, slave fleet.Server
	id            uint
}

// in is the pair in the hands of a part of the test.
func (p *pairOnHosts) in(t *testing.T) *pairOnHosts {
	here := *p
	here.ground = p.ground.in(t)
	return &here
}

// makePair makes a pair of the two servers, and sets up what is not.
func (p *pairOnHosts) makePair(name string) {
	p.t.Helper()
	pair, action, err := p.store.CreatePair(p.t.Context(), admin, fleet.NewPair{Name: name, MasterID: p.master.ID, SlaveID: p.slave.ID})
	p.must(err)
	p.id = pair.ID
	children, err := p.store.ChildrenOfActions(p.t.Context(), []uint{action.ID})
	p.must(err)
	for _, child := range children[action.ID] {
		p.does(child)
	}
	p.does(action)
}

// preview shows what somebody changed of the pair as a diff, by the server's preview and by the pair's, and changes
// nothing. The pair is set up again by what was seen, and nothing differs any more.
func (p *pairOnHosts) preview() {
	const settings = "/etc/mysql/mariadb.conf.d/92-central-pair.cnf"
	p.inside("s-01", "sed -i 's/^slave_net_timeout = .*/slave_net_timeout = 3600/' "+settings, "")
	shows := func(action fleet.Action, words string) {
		p.t.Helper()
		ended := p.does(action)
		diff, said := strings.Join(p.said(ended.ID, "diff"), "\n"), strings.Join(p.said(ended.ID, "central"), " ")
		if !strings.Contains(diff, "-slave_net_timeout = 3600") || !strings.Contains(diff, "+slave_net_timeout = 20") || !strings.Contains(said, words) {
			p.t.Errorf("%s says %s and shows %s", ended.Title, said, diff)
		}
		if got := p.inside("s-01", "grep -c '^slave_net_timeout = 3600$' "+settings, ""); got != "1" {
			p.t.Error("the preview changed it")
		}
	}
	const differs = "Setting up the pair north again would change something in 1 task on s-01."
	shows(p.act(p.slave, fleet.ServerActionInput{Kind: fleet.ActionPreviewServer}), "s-01 is as its role says")
	shows(p.act(p.master, fleet.ServerActionInput{Kind: fleet.ActionPreviewServer}), differs)
	_, action, err := p.store.PreviewPair(p.t.Context(), admin, p.id)
	p.must(err)
	shows(action, differs)

	_, again, err := p.store.SetUpPair(p.t.Context(), admin, p.id, &action.ID)
	p.must(err)
	p.does(again)
	_, action, err = p.store.PreviewPair(p.t.Context(), admin, p.id)
	p.must(err)
	if said := strings.Join(p.said(p.does(action).ID, "central"), " "); !strings.Contains(said, "north again would change nothing") {
		p.t.Errorf("after it was set up again: %s", said)
	}

	// A partner that cannot be reached keeps nobody from setting up a server again.
	p.must(p.CutNetwork(p.t.Context(), "s-01"))
	ended := p.does(p.act(p.master, fleet.ServerActionInput{Kind: fleet.ActionPreviewServer}))
	if said := strings.Join(p.said(ended.ID, "central"), " "); !strings.Contains(said, "s-01 cannot be reached, so what belongs to the pair north was not looked at") {
		p.t.Errorf("without its partner: %s", said)
	}
	p.must(p.RestoreNetwork(p.t.Context(), "s-01"))
}

// dissolve takes the pair apart: nothing of it is left on either server, a run that is repeated changes nothing, and both
// databases are written to.
func (p *pairOnHosts) dissolve() {
	const left = `ls -A /etc/central
		ls -d /root/.ssh/central-partner* /etc/mysql/central /etc/mysql/mariadb.conf.d/9[25]-* /etc/systemd/system/central-mirror.* \
			/usr/local/lib/central/follow /usr/local/lib/central/partner /var/lib/central/role 2>/dev/null || true
		grep central-partner /root/.ssh/authorized_keys || true
		systemctl list-units --plain --no-legend --all 'central-mirror*'
		mariadb -BNe "SELECT User FROM mysql.user WHERE User LIKE 'central%'; SHOW SLAVE STATUS; SELECT @@bind_address, @@read_only"
		nft list table inet central | grep -c 3306 || true`
	_, action, err := p.store.DissolvePair(p.t.Context(), admin, fleet.PairActionInput{PairID: p.id, ConfirmName: "north"})
	p.must(err)
	p.does(action)
	for _, server := range []fleet.Server{p.master, p.slave} {
		if got := p.inside(server.Name, left, ""); got != "127.0.0.1\t0\n0" {
			p.t.Errorf("left on %s: %s", server.Name, got)
		}
		p.inside(server.Name, "mariadb -e 'CREATE DATABASE written; DROP DATABASE written'", "")
		stored, err := p.store.Server(p.t.Context(), server.ID)
		p.must(err)
		if stored.Role != fleet.RoleMaster || stored.Status != fleet.ServerReady {
			p.t.Errorf("%s is %s, %s", server.Name, stored.Role, stored.Status)
		}
	}
}

// pairTheOtherWay makes the slave of before the master of a new pair, takes that apart while its slave is gone, and
// retires both.
func (p *pairOnHosts) pairTheOtherWay() {
	p.master, p.slave = p.slave, p.master
	p.makePair("north")
	p.inside(p.master.Name, "mariadb -e 'CREATE DATABASE seen'", "")
	p.inside(p.slave.Name, "for i in $(seq 100); do mariadb -BNe 'SHOW DATABASES' | grep -qx seen && exit; sleep 0.1; done; exit 1", "")
	p.inside(p.master.Name, "mariadb -e 'DROP DATABASE seen'", "")

	p.must(p.CutNetwork(p.t.Context(), p.slave.Name))
	_, action, err := p.store.DissolvePair(p.t.Context(), admin, fleet.PairActionInput{PairID: p.id, ConfirmName: "north"})
	p.must(err)
	if failed := p.carryOut(action.ID); failed.Status != fleet.ActionFailed || failed.ErrorCode != fleet.CodeUnreachable {
		p.t.Errorf("with a server that is gone it ended as %s: %s", failed.Status, failed.ErrorMessage)
	}
	_, action, err = p.store.DissolvePair(p.t.Context(), admin, fleet.PairActionInput{PairID: p.id, GoneServerID: &p.slave.ID, ConfirmName: "north"})
	p.must(err)
	p.does(action)
	p.does(p.act(p.slave, fleet.ServerActionInput{Kind: fleet.ActionRetireServer}))
	p.does(p.act(p.master, fleet.ServerActionInput{Kind: fleet.ActionRetireServer, CleanUp: true}))
	p.must(p.RestoreNetwork(p.t.Context(), p.slave.Name)) // so that it can be asked to power off
}
