package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// servicesAreRestarted has Central restart the database and the benches of a master, and systemd the database after a
// crash: the processes are others afterwards, and the sites can be written to and have what they had.
func servicesAreRestarted(t *testing.T) {
	pair := pairOfSite(t)
	visitors := startLoad(t, siteName(2), "services")
	for service, unit := range map[string]string{"MARIADB": "mariadb.service", "BENCHES": "'central-*-r*-web.service' 'central-*-r*-worker.service'"} {
		processes := "systemctl show --property MainPID --value " + unit
		before := strings.Fields(onConsole(t, pair.Master.Name, processes))
		waitForAction(t, queue(t, "restartService", map[string]any{"serverId": pair.Master.ID, "service": service, "confirmName": pair.Master.Name}))
		after := strings.Fields(onConsole(t, pair.Master.Name, processes))
		if len(before) == 0 || len(after) != len(before) {
			t.Errorf("%s: the processes are %q, and were %q", service, after, before)
		}
		for _, pid := range after {
			if pid == "0" || strings.Contains(" "+strings.Join(before, " ")+" ", " "+pid+" ") {
				t.Errorf("%s: process %s of %q was not started anew: %q", service, pid, after, before)
			}
		}
		visitors.writes(5)
	}
	// It starts read-only when nobody at Central has anything to do with it, too. The guard opens it when the partner agrees,
	// Central when the partner cannot be asked.
	const crash = "systemctl kill --signal=KILL mariadb.service"
	onConsole(t, pair.Master.Name, crash)
	visitors.writes(5)
	partner, err := fleet.Fleet.Host(pair.Slave.Name)
	if err != nil {
		t.Fatal(err)
	}
	if err := fleet.Fleet.HideFrom(t.Context(), pair.Master.Name, partner.Address); err != nil {
		t.Fatal(err)
	}
	onConsole(t, pair.Master.Name, crash)
	visitors.writes(5)
	if err := fleet.Fleet.RestoreNetwork(t.Context(), pair.Master.Name); err != nil {
		t.Fatal(err)
	}
	follows(t, pair)
	visitors.end()
	if missing := visitors.missing(); len(missing) > 0 {
		t.Errorf("%d of %d acknowledged writes are lost: %q", len(missing), len(visitors.written), missing)
	}
	onlyOneIsOpen(t, pair)
}

// rebootIsAnnounced has Central reboot a master with its sites: a visitor gets the site or the page that says it is being
// maintained, nothing else, and the site again afterwards.
func rebootIsAnnounced(t *testing.T) {
	pair := pairOfSite(t)
	const started = "stat -c %Y /proc/1"
	before := onConsole(t, pair.Master.Name, started)
	id := queue(t, "rebootServer", map[string]any{"serverId": pair.Master.ID, "withSites": true, "confirmName": pair.Master.Name})
	pages, others, end := 0, map[int]int{}, actionEnd{}
	look := func() {
		status, body := visit(t, siteName(2), "/api/method/version")
		switch {
		case status == http.StatusServiceUnavailable && strings.Contains(body, "maintained"):
			pages++
		case status != http.StatusOK:
			others[status]++
			t.Logf("%d: %.200s", status, body)
		}
	}
	until(t, 3*time.Minute, "the server is back", func() bool {
		for range 20 {
			look()
		}
		end = lookAtAction(t, id)
		return end.Status != "QUEUED" && end.Status != "RUNNING"
	})
	if end.Status != "SUCCEEDED" {
		t.Errorf("it ended as %s: %s", end.Status, end.ErrorMessage)
	}
	until(t, 30*time.Second, "the site is served again", func() bool {
		status, _ := visit(t, siteName(2), "/api/method/version")
		return status == http.StatusOK
	})
	if pages == 0 || len(others) > 0 {
		t.Errorf("the visitor saw the page %d times, and answers of other kinds by status: %v", pages, others)
	}
	if after := onConsole(t, pair.Master.Name, started); after == before {
		t.Errorf("%s was not started anew", pair.Master.Name)
	}
	onlyOneIsOpen(t, pair)
}
