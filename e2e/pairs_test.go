package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// onePair is the demo's first pair; site 2 lives on its bench.
const (
	onePair = "one"
	ofPair  = 2
)

// pairsFollow holds what a pair is for: the slave has what its master has, lets nobody else in, and is rebuilt
// with one button when its replication is broken.
func pairsFollow(t *testing.T) {
	here := sites(t)[siteName(ofPair)]
	pair := pairOf(t, onePair)
	master, slave := pair.Master.Name, pair.Slave.Name
	if pair.Status != "READY" || here.Server.Name != master {
		t.Fatalf("%s lives on %s; its pair is %+v", here.Name, here.Server.Name, pair)
	}
	t.Run("AWriteArrives", func(t *testing.T) { writeArrives(t, here, slave, "PAIR-1") })
	t.Run("AFileArrives", func(t *testing.T) {
		path := fmt.Sprintf("/home/frappe/benches/%s/%s/sites/%s/private/files/contract.txt", here.Bench.Name, here.Revision.Name, here.Name)
		onHost(t, master, fmt.Sprintf("runuser -u frappe -- sh -c 'mkdir -p \"$(dirname %s)\" && echo signed >%s'", path, path))
		until(t, 2*time.Minute, "the file is on the slave", func() bool {
			return onHost(t, slave, fmt.Sprintf("stat --format=%%U %s 2>/dev/null || true", path)) == "frappe\n"
		})
	})
	t.Run("BothHaveTheCode", func(t *testing.T) {
		built := "ls -d /home/frappe/benches/*/*/.central-built"
		if onMaster, onSlave := onHost(t, master, built), onHost(t, slave, built); onMaster != onSlave {
			t.Errorf("%s has\n%s%s has\n%s", master, onMaster, slave, onSlave)
		}
	})
	t.Run("TheSlaveIsClosed", func(t *testing.T) {
		if got := onHost(t, slave, "mariadb -N -e 'SELECT @@read_only'; systemctl list-units --no-legend --state=running 'central-*-r*-web.service' | wc -l"); got != "1\n0\n" {
			t.Errorf("read-only and running benches: %q", got)
		}
	})
	t.Run("OpenToWhoNeedsIt", func(t *testing.T) { openToWhoNeedsIt(t, master, slave) })
	t.Run("BrokenAndRebuilt", func(t *testing.T) { brokenAndRebuilt(t, here, slave) })
}

// openToWhoNeedsIt holds which ports of a master its firewall opens: sshd to Central and the partner, the web to the
// proxies, the database to the partner. Central's own way in is what all of these tests come by.
func openToWhoNeedsIt(t *testing.T, master, slave string) {
	address, err := fleet.Fleet.Host(master)
	if err != nil {
		t.Fatal(err)
	}
	stranger := pairOf(t, "two").Master.Name
	try := fmt.Sprintf(`for port in 22 80 3306; do
	{ timeout 3 bash -c "</dev/tcp/%s/$port" 2>/dev/null && echo "$port in" || echo "$port out"; } &
done | sort -n`, address.Address)
	for host, want := range map[string]string{
		slave: "22 in\n80 out\n3306 in\n", "p-02": "22 out\n80 in\n3306 out\n", stranger: "22 out\n80 out\n3306 out\n",
	} {
		if got := onHost(t, host, try); got != want {
			t.Errorf("from %s: %q, want %q", host, got, want)
		}
	}
}

// brokenAndRebuilt drops a site's database on the slave, so that what comes next cannot be applied there.
func brokenAndRebuilt(t *testing.T, here site, slave string) {
	onHost(t, slave, fmt.Sprintf(`db=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["db_name"])' /home/frappe/benches/*/*/sites/%s/site_config.json)
echo "SET sql_log_bin = 0; DROP DATABASE \"$db\"" | mariadb --init-command="SET sql_mode = ANSI_QUOTES"`, here.Name))
	addItem(t, here.Name, "PAIR-2")
	until(t, time.Minute, "replication has stopped", func() bool {
		return strings.Contains(onHost(t, slave, "/usr/local/lib/central/role status"), "\nsql=No\n")
	})
	pair := pairOf(t, onePair)
	rebuild := `mutation($id: ID!, $name: String!) { rebuildSlave(input: {pairId: $id, confirmName: $name}) { action { id } } }`
	wantError(t, fleet.Client.Do(t.Context(), rebuild, map[string]any{"id": pair.ID, "name": "two"}, nil), "INVALID", "input.confirmName")
	queued := ask[struct {
		RebuildSlave struct{ Action struct{ ID string } }
	}](t, rebuild, map[string]any{"id": pair.ID, "name": onePair})
	if err := fleet.Client.Wait(t.Context(), []string{queued.RebuildSlave.Action.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if got := pairOf(t, onePair); got.Status != "READY" || got.StatusReason != "" {
		t.Errorf("the pair is %+v", got)
	}
	writeArrives(t, here, slave, "PAIR-3")
}

// writeArrives writes through the proxy and waits for the row on the slave.
func writeArrives(t *testing.T, here site, slave, item string) {
	t.Helper()
	addItem(t, here.Name, item)
	there := here
	there.Server.Name = slave
	until(t, time.Minute, "the row is on the slave", func() bool {
		return database(t, there, fmt.Sprintf("SELECT COUNT(*) FROM tabItem WHERE name = '%s'", item)) == "1"
	})
}

// addItem adds an item to a site's shop, as one of its customers would.
func addItem(t *testing.T, name, item string) {
	t.Helper()
	proxy, err := fleet.Fleet.Host("p-02")
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"item_code": item, "uom": "Nos"})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+proxy.Address.String()+"/api/method/shop.api.add_item", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = name
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %s to a new item", name, response.Status)
	}
}

func pairOf(t *testing.T, name string) pairState {
	t.Helper()
	for _, p := range allPairs(t) {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("Central has no pair %s", name)
	return pairState{}
}

// until asks again until it is so.
func until(t *testing.T, patience time.Duration, what string, so func() bool) {
	t.Helper()
	for over := time.Now().Add(patience); !so(); {
		if time.Now().After(over) {
			t.Fatalf("after %s it is not so that %s", patience, what)
		}
		select {
		case <-time.After(500 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}
