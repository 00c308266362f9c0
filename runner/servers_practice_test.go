package runner

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// TestServersOnRealHosts goes through the life of servers; its parts build on each other.
func TestServersOnRealHosts(t *testing.T) {
	g := newGround(t, "p-01")
	proxy := g.root("p-01", fleet.RoleProxy)
	_, action, err := g.store.SetUpServer(t.Context(), admin, proxy.ID)
	g.must(err)
	if g.does(action); t.Failed() {
		return
	}
	t.Run("FirewallThatLocksCentralOutReverts", func(t *testing.T) { g.in(t).lockOut(proxy) })
}

// in is the ground in the hands of a part of the test.
func (g *ground) in(t *testing.T) *ground {
	here := *g
	here.t = t
	return &here
}

// lockOut loads rules that let in somebody else only: they come back by themselves, and a right rule stays.
func (g *ground) lockOut(server fleet.Server) {
	g.finishRoutes()
	const rules = "nft list table inet central; cat /etc/nftables.d/central.nft"
	before := g.inside(server.Name, rules, "")
	g.r.pace.firewall = 24 * time.Second
	g.r.AdminNetworks = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	failed := g.carryOut(g.queue(fleet.ActionUpdateFirewall, server).ID)
	if failed.Status != fleet.ActionFailed || failed.ErrorCode != fleet.CodePlayFailed || !strings.Contains(failed.ErrorMessage, "the old rules are back") {
		g.t.Errorf("it ended as %s: %s %s", failed.Status, failed.ErrorCode, failed.ErrorMessage)
	}
	if after := g.inside(server.Name, rules, ""); after != before {
		g.t.Errorf("the rules are %s, and were %s", after, before)
	}
	g.r.pace.firewall = time.Minute
	g.r.AdminNetworks = []netip.Prefix{netip.MustParsePrefix("10.90.5.0/24")}
	g.does(g.queue(fleet.ActionUpdateFirewall, server))
	after := g.inside(server.Name, rules+"; ls /run/central; systemctl list-timers --all --no-legend 'central*'", "")
	if strings.Count(after, "ip saddr 10.90.5.0/24 tcp dport") != 2 || strings.Contains(after, "trying") || strings.Contains(after, "revert") {
		g.t.Errorf("left: %s", after)
	}
	if got, err := g.on(server, "echo in"); err != nil || got != "in" {
		g.t.Errorf("Central gets in: %q, %v", got, err)
	}
	g.r.AdminNetworks = nil
}

// finishRoutes carries out what the set-up of a proxy has queued besides.
func (g *ground) finishRoutes() {
	for {
		page, err := g.store.Actions(g.t.Context(), fleet.Page{First: 1}, fleet.ActionFilter{Statuses: []fleet.ActionStatus{fleet.ActionQueued}})
		g.must(err)
		if len(page.Nodes) == 0 {
			return
		}
		g.does(page.Nodes[0])
	}
}
