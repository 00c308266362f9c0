package e2e

import (
	"context"
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// hasClosed and hasOpened wait, on the console of a server of a pair, until its guard has closed or opened it.
const (
	hasClosed = `for i in {1..6000}; do [ -e /run/central-role/open ] || exit 0; sleep 0.01; done; exit 1`
	hasOpened = `for i in {1..6000}; do [ ! -e /run/central-role/open ] || exit 0; sleep 0.01; done; exit 1`
)

// failedSwitch takes the slave's database away when the master has been closed for it: everything is taken back, the
// sites are served as before, and the action says what happened.
func failedSwitch(t *testing.T) {
	before := pairOfSite(t)
	databases := watchWritable(t, before)
	visitors := startLoad(t, siteName(2), "failed")
	visitors.writes(5)
	id := startSwitch(t, "switchOver", before)
	onConsole(t, before.Master.Name, hasClosed)
	onConsole(t, before.Slave.Name, "systemctl stop mariadb")
	end := endOfAction(t, id)
	visitors.writes(10)
	visitors.end()
	onConsole(t, before.Slave.Name, "systemctl start mariadb")
	databases.neverBoth(before.Master.Name)
	if end.Status != "FAILED" || !strings.Contains(end.ErrorMessage, "MariaDB") {
		t.Errorf("it ended as %s: %s", end.Status, end.ErrorMessage)
	}
	after := pairOfSite(t)
	if after.Master != before.Master || after.Status != "READY" || !strings.Contains(after.StatusReason, "The last switch did not happen") || after.Switches[0].Switched {
		t.Errorf("the pair is %+v", after)
	}
	onlyOneIsOpen(t, after)
	if missing := visitors.missing(); len(missing) > 0 {
		t.Errorf("%d of %d acknowledged writes are lost: %q", len(missing), len(visitors.written), missing)
	}
	follows(t, after)
}

// killedSwitch kills Central twice on the way: when the old master has closed, and when the new one has opened.
func killedSwitch(t *testing.T) {
	before := pairOfSite(t)
	databases := watchWritable(t, before)
	visitors := startLoad(t, siteName(2), "killed")
	visitors.writes(5)
	id := startSwitch(t, "switchOver", before)
	for _, moment := range []struct{ host, comes string }{{before.Master.Name, hasClosed}, {before.Slave.Name, hasOpened}} {
		onConsole(t, moment.host, moment.comes)
		for _, do := range []func(context.Context) error{fleet.KillCentral, fleet.StartCentral} {
			if err := do(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	waitForAction(t, id)
	visitors.writes(10)
	visitors.end()
	databases.neverBoth(before.Master.Name, before.Slave.Name)
	after := pairOfSite(t)
	if after.Master.Name != before.Slave.Name || after.Status != "READY" || !after.Switches[0].Switched || after.Switches[0].Loss != "Nothing was lost." {
		t.Errorf("the pair is %+v", after)
	}
	onlyOneIsOpen(t, after)
	if missing := visitors.missing(); len(missing) > 0 {
		t.Errorf("%d of %d acknowledged writes are lost: %q", len(missing), len(visitors.written), missing)
	}
	follows(t, after)
}

// follows waits until the slave of a pair receives and applies.
func follows(t *testing.T, pair pairState) {
	t.Helper()
	until(t, time.Minute, pair.Slave.Name+" follows", func() bool {
		return role(t, pair.Slave.Name, "io")+role(t, pair.Slave.Name, "sql") == "YesYes"
	})
}

// hiddenFromCentral hides a living master from Central alone: its partner fences it, before anybody else is written to.
func hiddenFromCentral(t *testing.T) {
	before := pairOfSite(t)
	after := failOverHidden(t, before, fleet.Fleet.Gateway(), "hidden",
		before.Master.Name+" could not be fenced by Central", before.Master.Name+" was fenced by "+before.Slave.Name)
	startRebuild(t, after) // for hiddenFromPartner, which comes later
}

// hiddenFromPartner hides a living master from its slave alone: Central fences it.
func hiddenFromPartner(t *testing.T) {
	before := pairOfSite(t)
	until(t, 5*time.Minute, before.Name+" is rebuilt", func() bool {
		before = pairOfSite(t)
		return before.Status == "READY"
	})
	partner, err := fleet.Fleet.Host(before.Slave.Name)
	if err != nil {
		t.Fatal(err)
	}
	failOverHidden(t, before, partner.Address, "partner",
		before.Master.Name+" was fenced by Central", before.Master.Name+" could not be fenced by "+before.Slave.Name)
}

// failOverHidden fails a pair over while its living master is hidden from an address: it is fenced on the path that
// still works, which the action says in these words, and never open together with the new one. It returns the pair.
func failOverHidden(t *testing.T, before pairState, from netip.Addr, tag string, words ...string) pairState {
	t.Helper()
	databases := watchWritable(t, before)
	visitors := startLoad(t, siteName(2), tag)
	visitors.writes(5)
	if err := fleet.Fleet.HideFrom(t.Context(), before.Master.Name, from); err != nil {
		t.Fatal(err)
	}
	id := startSwitch(t, "failOver", before)
	waitForAction(t, id)
	if got := role(t, before.Master.Name, "role"); got != "fenced" {
		t.Errorf("%s, which is hidden from %s, calls itself %s", before.Master.Name, from, got)
	}
	said := strings.Join(linesOf(t, id), "\n")
	for _, sentence := range words {
		if !strings.Contains(said, sentence) {
			t.Errorf("it does not say %q: %s", sentence, said)
		}
	}
	visitors.writes(10)
	visitors.end()
	databases.neverBoth(before.Master.Name, before.Slave.Name)
	return returns(t, before, visitors)
}

// cutOffMaster takes the network from a living master: nobody reaches it, so it goes on and knows of nothing. When its
// network is back it closes, and no visitor gets to it.
func cutOffMaster(t *testing.T) {
	before := otherPair(t)
	visitors := startLoad(t, siteOn(t, before.Master.Name), "cut")
	visitors.writes(5)
	if err := fleet.Fleet.CutNetwork(t.Context(), before.Master.Name); err != nil {
		t.Fatal(err)
	}
	waitForAction(t, startSwitch(t, "failOver", before))
	visitors.writes(10)
	if open := role(t, before.Master.Name, "open"); open != "yes" {
		t.Errorf("%s was reached: open=%s", before.Master.Name, open)
	}
	if err := fleet.Fleet.RestoreNetwork(t.Context(), before.Master.Name); err != nil {
		t.Fatal(err)
	}
	until(t, time.Minute, before.Master.Name+" is closed", func() bool { return role(t, before.Master.Name, "read_only") == "1" })
	databases := watchWritable(t, before)
	visitors.writes(10)
	visitors.end()
	databases.neverBoth(before.Slave.Name)
	returns(t, before, visitors)
}

// otherPair is the one that the second site does not live on.
func otherPair(t *testing.T) pairState {
	t.Helper()
	busy := pairOfSite(t)
	for _, pair := range allPairs(t) {
		if pair.ID != busy.ID {
			return pair
		}
	}
	t.Fatal("there is one pair only")
	panic("unreachable")
}

// siteOn is the first, by name, of the sites that a master serves.
func siteOn(t *testing.T, master string) string {
	t.Helper()
	all := sites(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name].Server.Name == master && all[name].Status == "ACTIVE" {
			return name
		}
	}
	t.Fatalf("%s serves no site", master)
	panic("unreachable")
}

// returns gives an old master its network back, and holds that it stays closed, and that what it never sent is told
// exactly. It returns the pair as it is then.
func returns(t *testing.T, before pairState, visitors *load) pairState {
	t.Helper()
	old := before.Master.Name
	if err := fleet.Fleet.RestoreNetwork(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	after, lost := whatWasLost(t, before.Name)
	if after.Status != "FAILED_OVER" || after.Master.Name != before.Slave.Name {
		t.Errorf("the pair is %+v", after)
	}
	onlyOneIsOpen(t, after)
	if got := role(t, old, "role"); got != "fenced" {
		t.Errorf("the old master calls itself %s", got)
	}
	if missing := visitors.missing(); len(missing) > lost {
		t.Errorf("%d acknowledged writes are missing, and %d transactions are said to be lost: %q", len(missing), lost, missing)
	}
	return after
}

// linesOf is what Central has said in an action that has ended.
func linesOf(t *testing.T, id string) []string {
	t.Helper()
	lines := []string{}
	err := subscribe(t, `subscription($id: ID!) { actionOutput(actionId: $id) { kind stream text } }`, map[string]any{"id": id}, func(data json.RawMessage) bool {
		var answer struct {
			ActionOutput struct{ Kind, Stream, Text string }
		}
		if err := json.Unmarshal(data, &answer); err != nil {
			t.Fatal(err)
		}
		if e := answer.ActionOutput; e.Kind == "LINE" && e.Stream == "central" {
			lines = append(lines, e.Text)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// takenBackPromotion promotes a slave whose nginx is off, while the other parts go on: its sites do not answer there, so
// it becomes the slave again before the old master opens.
func takenBackPromotion(t *testing.T) (check func(*testing.T)) {
	before := otherPair(t)
	onConsole(t, before.Slave.Name, "systemctl mask --runtime nginx && systemctl stop nginx")
	databases := watchWritable(t, before)
	id := startSwitch(t, "switchOver", before)
	return func(t *testing.T) {
		end := endOfAction(t, id)
		onConsole(t, before.Slave.Name, "systemctl unmask --runtime nginx && systemctl start nginx")
		databases.neverBoth(before.Master.Name, before.Slave.Name)
		if end.Status != "FAILED" || end.ErrorMessage == "" {
			t.Errorf("it ended as %s: %s", end.Status, end.ErrorMessage)
		}
		after := pairOf(t, before.Name)
		if after.Master != before.Master || after.Switches[0].Switched {
			t.Errorf("the pair is %+v", after)
		}
		onlyOneIsOpen(t, after)
		servedVersion(t, siteOn(t, after.Master.Name))
		// What the benches there wrote in the meantime keeps it from following; that is said, and not left to be found.
		if own := strings.Contains(after.StatusReason, "transactions of its own"); own != (after.Status == "FAILED") {
			t.Errorf("the pair is %s: %s", after.Status, after.StatusReason)
		}
		t.Logf("%s: %s", after.Status, after.StatusReason)
		if after.Status == "FAILED" {
			rebuilt(t, after)
		}
	}
}
