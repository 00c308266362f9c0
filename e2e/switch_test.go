package e2e

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSwitch lets the slave of a pair take over, planned and forced, while its sites are read and written.
func TestSwitch(t *testing.T) {
	checkPromotion := takenBackPromotion(t)
	for _, part := range []struct {
		name string
		test func(*testing.T)
	}{
		{"RehearsalChangesNothing", rehearsalChangesNothing},
		{"Planned", plannedSwitch},
		{"FailsMidway", failedSwitch},
		{"CentralIsKilledMidway", killedSwitch},
		{"NewPassword", newPassword},
		{"RestartedMasterOpensAgain", restartedMasterOpensAgain},
		{"ServicesAreRestarted", servicesAreRestarted},
		{"RebootIsAnnounced", rebootIsAnnounced},
		{"Forced", forcedSwitch},
		{"MasterIsHiddenFromCentral", hiddenFromCentral},
		{"PromotionIsTakenBack", checkPromotion},
		{"MasterIsCutOff", cutOffMaster},
		{"MasterIsHiddenFromPartner", hiddenFromPartner},
	} {
		if !t.Run(part.name, part.test) {
			t.FailNow()
		}
	}
}

// pairState is what the tests know of a pair.
type pairState struct {
	ID, Name, Status, StatusReason string
	Epoch                          int
	Master, Slave                  struct{ ID, Name, Role string }
	Switches                       []struct {
		Kind, Loss, Reason string
		Switched           bool
		DowntimeSeconds    *float64
		To                 struct{ Name string }
	}
}

func allPairs(t *testing.T) []pairState {
	t.Helper()
	return ask[struct{ Pairs []pairState }](t, `{ pairs { id name status statusReason epoch master { id name role } slave { id name role }
		switches { kind loss reason switched downtimeSeconds to { name } } } }`, nil).Pairs
}

// pairOfSite is the pair that the second site lives on.
func pairOfSite(t *testing.T) pairState {
	t.Helper()
	master := sites(t)[siteName(2)].Server.Name
	for _, pair := range allPairs(t) {
		if pair.Master.Name == master {
			return pair
		}
	}
	t.Fatalf("%s is the master of no pair", master)
	panic("unreachable")
}

// role is a word of a server's guard.
func role(t *testing.T, host, key string) string {
	t.Helper()
	return onConsole(t, host, "/usr/local/lib/central/role status | sed -n 's/^"+key+"=//p'")
}

// switchPair starts a switch and waits for its end.
func switchPair(t *testing.T, mutation string, pair pairState) {
	t.Helper()
	waitForAction(t, startSwitch(t, mutation, pair))
}

// startSwitch starts a switch, and returns its action.
func startSwitch(t *testing.T, mutation string, pair pairState) string {
	t.Helper()
	answer := ask[map[string]struct{ Action struct{ ID string } }](t,
		fmt.Sprintf(`mutation($id: ID!, $name: String!) { %s(input: {pairId: $id, confirmName: $name, reason: "to see it"}) { action { id } } }`, mutation),
		map[string]any{"id": pair.ID, "name": pair.Name})
	return answer[mutation].Action.ID
}

func waitForAction(t *testing.T, id string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	if err := fleet.Client.Wait(ctx, []string{id}, nil); err != nil {
		t.Fatal(err)
	}
}

// onlyOneIsOpen holds that exactly the pair's master may be written to.
func onlyOneIsOpen(t *testing.T, pair pairState) {
	t.Helper()
	for host, want := range map[string][2]string{pair.Master.Name: {"yes", "0"}, pair.Slave.Name: {"no", "1"}} {
		if open, readOnly := role(t, host, "open"), role(t, host, "read_only"); open != want[0] || readOnly != want[1] {
			t.Errorf("%s: open=%s read_only=%s, want %q", host, open, readOnly, want)
		}
	}
}

func rehearsalChangesNothing(t *testing.T) {
	before := pairOfSite(t)
	for _, kind := range []string{"SWITCH_OVER", "FAIL_OVER"} {
		plan := ask[struct {
			SwitchPlan struct {
				Checks          []struct{ Name, State, Message string }
				ExpectedSeconds *float64
				PossibleLoss    string
			}
		}](t, `query($id: ID!, $kind: SwitchKind!) { switchPlan(pairId: $id, kind: $kind) { checks { name state message } expectedSeconds possibleLoss } }`,
			map[string]any{"id": before.ID, "kind": kind}).SwitchPlan
		if plan.ExpectedSeconds == nil || plan.PossibleLoss == "" {
			t.Errorf("%s: %+v", kind, plan)
		}
		answer := ask[struct {
			RehearseSwitch struct{ Action struct{ ID string } }
		}](t, `mutation($id: ID!, $kind: SwitchKind!) { rehearseSwitch(input: {pairId: $id, kind: $kind}) { action { id } } }`,
			map[string]any{"id": before.ID, "kind": kind})
		waitForAction(t, answer.RehearseSwitch.Action.ID)
	}
	after := pairOfSite(t)
	if after.Status != before.Status || after.Epoch != before.Epoch || after.Master != before.Master || len(after.Switches) != len(before.Switches) {
		t.Errorf("the pair is %+v, was %+v", after, before)
	}
	onlyOneIsOpen(t, after)
}

// plannedSwitch loses no acknowledged write, and no job that waits.
func plannedSwitch(t *testing.T) {
	before := pairOfSite(t)
	waiting(t, before.Master.Name, siteName(2), "kept over the switch")
	databases := watchWritable(t, before)
	visitors := startLoad(t, siteName(2), "planned")
	visitors.writes(20)
	switchPair(t, "switchOver", before)
	visitors.writes(20)
	visitors.end()
	databases.neverBoth(before.Master.Name, before.Slave.Name)
	after := pairOfSite(t)
	if after.Status != "READY" || after.Master.Name != before.Slave.Name || after.Master.Role != "MASTER" || after.Slave.Role != "SLAVE" || after.Epoch <= before.Epoch {
		t.Errorf("the pair is %+v", after)
	}
	onlyOneIsOpen(t, after)
	if missing := visitors.missing(); len(missing) > 0 {
		t.Errorf("%d of %d acknowledged writes are lost: %q", len(missing), len(visitors.written), missing)
	}
	until(t, time.Minute, "the job has run on the new master", func() bool {
		return database(t, sites(t)[siteName(2)], "SELECT COUNT(*) FROM `tabError Log` WHERE error LIKE '%kept over the switch%'") == "1"
	})
	newest := after.Switches[0]
	if newest.Kind != "SWITCH_OVER" || !newest.Switched || newest.DowntimeSeconds == nil || newest.Reason != "to see it" {
		t.Fatalf("the record is %+v", newest)
	}
	t.Logf("%d writes acknowledged, %d refused; Central measured %.1f s without service, the visitor %.1f s",
		len(visitors.written), visitors.refused, *newest.DowntimeSeconds, visitors.gap.Seconds())
	if status := role(t, after.Slave.Name, "io") + role(t, after.Slave.Name, "sql"); status != "YesYes" {
		t.Errorf("the old master does not follow: %s", status)
	}
}

// newPassword renews the access to a pair's master: the password of the replication is another one, in no log, and the
// slave goes on with it.
func newPassword(t *testing.T) {
	pair := pairOfSite(t)
	const settings = "sed -n 's/^password=//p' /etc/central/replication.cnf"
	before := strings.TrimSpace(onHost(t, pair.Master.Name, settings))
	answer := ask[struct {
		RotateCredentials struct{ Action struct{ ID string } }
	}](t, `mutation($id: ID!) { rotateCredentials(input: {serverId: $id}) { action { id } } }`,
		map[string]any{"id": pair.Master.ID})
	waitForAction(t, answer.RotateCredentials.Action.ID)
	after := strings.TrimSpace(onHost(t, pair.Master.Name, settings))
	if before == "" || after == "" || before == after || after != strings.TrimSpace(onHost(t, pair.Slave.Name, settings)) {
		t.Fatal("the password is the same, or not the same on both")
	}
	// What follows with the old password is not let in again; what follows with the new one is.
	onHost(t, pair.Slave.Name, "mariadb -e 'STOP SLAVE; START SLAVE' && /usr/local/lib/central/follow verify 30")
	for _, host := range []string{pair.Master.Name, pair.Slave.Name} {
		found := onHost(t, host, "password=$("+settings+"); grep -rlF --include='*binlog*' --include='*relay*' -- \"$password\" /var/lib/mysql/ || true")
		if found != "" {
			t.Errorf("%s has the password in %s", host, found)
		}
	}
	visitors := startLoad(t, siteName(2), "renewed")
	visitors.writes(5)
	visitors.end()
	if got := pairOfSite(t); got.Status != "READY" || got.Epoch != pair.Epoch {
		t.Errorf("the pair is %+v", got)
	}
}

// waiting leaves a job in a site's queue that no worker has taken. It will fail, and log that under its message.
func waiting(t *testing.T, host, site, message string) {
	t.Helper()
	onHost(t, host, fmt.Sprintf(`
		cd /home/frappe/benches/*/r*/sites/%[1]s/..
		revision=$(dirname "$PWD")
		systemctl stop "central-$(basename "$(dirname "$revision")")-$(basename "$revision")-worker.service"
		runuser -u frappe -- ../env/bin/python -m frappe.utils.bench_helper frappe --site %[1]s execute frappe.jobs.enqueue --kwargs "{'method': 'frappe.jobs.fail', 'message': '%[2]s'}" </dev/null`,
		site, message))
}

// restartedMasterOpensAgain takes the power from a master whose partner is there: nobody was promoted, so it may open.
func restartedMasterOpensAgain(t *testing.T) {
	pair := pairOfSite(t)
	for _, do := range []func(context.Context, string) error{fleet.Fleet.PullPlug, fleet.Fleet.SwitchOn} {
		if err := do(t.Context(), pair.Master.Name); err != nil {
			t.Fatal(err)
		}
	}
	visitors := startLoad(t, siteName(2), "restarted")
	visitors.writes(5)
	visitors.end()
	onlyOneIsOpen(t, pair)
}

// forcedSwitch takes the power from the master under load, with transactions that have arrived at the slave and are not
// applied there, fails over, and gives the power back: the old master stays closed, says what was lost, and becomes the
// slave when it is rebuilt.
func forcedSwitch(t *testing.T) {
	before := pairOfSite(t)
	follows(t, before) // the master's MariaDB may have been started anew a moment ago
	databases := watchWritable(t, before)
	visitors := startLoad(t, siteName(2), "forced")
	visitors.writes(20)
	onHost(t, before.Slave.Name, "mariadb -e 'STOP SLAVE SQL_THREAD'")
	visitors.writes(30)
	until(t, 10*time.Second, "something waits to be applied", func() bool {
		return role(t, before.Slave.Name, "received") != role(t, before.Slave.Name, "slave_pos")
	})
	if err := fleet.Fleet.PullPlug(t.Context(), before.Master.Name); err != nil {
		t.Fatal(err)
	}
	arrived, applied := role(t, before.Slave.Name, "received"), role(t, before.Slave.Name, "slave_pos")
	switchPair(t, "failOver", before)
	visitors.writes(20)
	visitors.end()
	databases.neverBoth(before.Master.Name, before.Slave.Name)
	if now := role(t, before.Slave.Name, "slave_pos"); now != arrived {
		t.Errorf("applied are %s, arrived had %s, and before it was %s", now, arrived, applied)
	}
	after := pairOfSite(t)
	if after.Status != "FAILED_OVER" || after.Master.Name != before.Slave.Name || after.Switches[0].Loss == "" {
		t.Fatalf("the pair is %+v", after)
	}
	if err := fleet.Fleet.SwitchOn(t.Context(), after.Slave.Name); err != nil {
		t.Fatal(err)
	}
	after, lost := whatWasLost(t, before.Name)
	onlyOneIsOpen(t, after)
	if got := role(t, after.Slave.Name, "role"); got != "fenced" {
		t.Errorf("the old master calls itself %s", got)
	}
	missing := visitors.missing()
	t.Logf("%d writes acknowledged, %d of them missing, %d transactions said to be lost; %.1f s without service: %s",
		len(visitors.written), len(missing), lost, visitors.gap.Seconds(), after.StatusReason)
	if len(missing) > lost {
		t.Errorf("%d acknowledged writes are missing, and %d transactions are said to be lost", len(missing), lost)
	}
	after = rebuilt(t, after)
	lostIsKept(t, after.Slave.Name, after.Slave.ID, lost)
}

var exactly = regexp.MustCompile(`exactly ([0-9]+) transactions? that never arrived|(no) transaction that did not arrive`)

// whatWasLost waits until a pair says how many transactions of its old master were lost.
func whatWasLost(t *testing.T, name string) (after pairState, lost int) {
	t.Helper()
	until(t, 3*time.Minute, "what was lost is said", func() bool {
		after = pairOf(t, name)
		return exactly.MatchString(after.StatusReason)
	})
	if words := exactly.FindStringSubmatch(after.StatusReason); words[1] != "" {
		lost, _ = strconv.Atoi(words[1])
	}
	return after, lost
}

// startRebuild begins to make the old master of a pair the slave, and returns the action.
func startRebuild(t *testing.T, pair pairState) string {
	t.Helper()
	answer := ask[struct {
		RebuildSlave struct{ Action struct{ ID string } }
	}](t, `mutation($id: ID!, $name: String!) { rebuildSlave(input: {pairId: $id, confirmName: $name}) { action { id } } }`,
		map[string]any{"id": pair.ID, "name": pair.Name})
	return answer.RebuildSlave.Action.ID
}

// rebuilt makes the old master of a pair the slave, and returns the pair as it is then.
func rebuilt(t *testing.T, pair pairState) pairState {
	t.Helper()
	waitForAction(t, startRebuild(t, pair))
	after := pairOf(t, pair.Name)
	if after.Status != "READY" {
		t.Errorf("the pair is %+v", after)
	}
	onlyOneIsOpen(t, after)
	return after
}

// lostIsKept holds that what an old master had, and the new one never got, can still be read there after the rebuild.
func lostIsKept(t *testing.T, host, serverID string, lost int) {
	t.Helper()
	if lost == 0 {
		return
	}
	found := onHost(t, host, "stat -c %a /var/lib/central/kept/*; cat /var/lib/central/kept/*/binlog.* >/dev/null; "+
		"mariadb-binlog /var/lib/central/kept/*/binlog.* | grep -c 'GTID 0-"+serverID+"-'")
	mode, count, _ := strings.Cut(strings.TrimSpace(found), "\n")
	if n, err := strconv.Atoi(count); mode != "700" || err != nil || n < lost {
		t.Errorf("kept with mode %s: %s of %d lost transactions", mode, count, lost)
	}
}
