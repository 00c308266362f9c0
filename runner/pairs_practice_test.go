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
