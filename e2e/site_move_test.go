package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// siteIsMoved takes a site to a bench on the other pair and from there to another one on the same server. Nothing of it is
// lost or left behind, whether a move fails, or Central is killed in the middle of it.
func siteIsMoved(t *testing.T) {
	s := sites(t)[lifeName]
	home := s.Server.Name
	writeFiles(t, s)
	second := otherBench(t, s)
	annex, there := annexOnTheOtherServer(t, s)
	move := func(bench string) string {
		t.Helper()
		return ask[struct {
			MoveSite struct{ Action struct{ ID string } }
		}](t, `mutation($site: ID!, $bench: ID!) { moveSite(input: {siteId: $site, benchId: $bench}) { action { id } } }`,
			map[string]any{"site": s.ID, "bench": bench}).MoveSite.Action.ID
	}
	tables, files := tableDumps(t, s), fileDigests(t, s)
	waitForAction(t, queue(t, "backUpSite", map[string]any{"siteId": s.ID}))
	answers := func() int {
		status, _ := visit(t, lifeName, "/api/method/ping")
		return status
	}

	// What is in the way on the other side is found when the site is closed already: everything is taken back.
	stray := "/home/frappe/benches/annex/r1/sites/" + lifeName + "/private/files"
	onHost(t, there, "install -d -o frappe -g frappe "+stray+" && touch "+stray+"/somebodys.txt")
	failed := endOfAction(t, move(annex))
	if failed.Status != "FAILED" || !strings.Contains(failed.ErrorMessage, "settle") {
		t.Errorf("with something in the way it ended as %s: %s", failed.Status, failed.ErrorMessage)
	}
	if back := sites(t)[lifeName]; back != s || answers() != http.StatusOK {
		t.Errorf("it was not taken back: %+v answers %d", back, answers())
	}
	if tableDumps(t, s) != tables {
		t.Error("its tables are others than before")
	}
	left := onHost(t, there, "mariadb -N -e \"SHOW DATABASES LIKE 's________________'\"; ls /home/frappe/benches/annex/r1/arriving; rm -r /home/frappe/benches/annex/r1/sites/"+lifeName)
	if strings.Contains(left, database(t, s, "SELECT DATABASE()")) {
		t.Errorf("on %s was left\n%s", there, left)
	}

	action := move(annex)
	until(t, 2*time.Minute, "it is on its way", func() bool {
		now := lookAtAction(t, action)
		return strings.HasPrefix(now.Step, "Copy") || now.Status == "SUCCEEDED"
	})
	if err := fleet.KillCentral(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := fleet.StartCentral(t.Context()); err != nil {
		t.Fatal(err)
	}
	waitForAction(t, action)
	moved := sites(t)[lifeName]
	if moved.Server.Name != there || moved.Bench.Name != "annex" || moved.Status != "ACTIVE" || moved.MaintenanceSince != nil || moved.Version != s.Version {
		t.Fatalf("it is %+v", moved)
	}
	if got := answers(); got != http.StatusOK {
		t.Errorf("it answers %d", got)
	}
	if tableDumps(t, moved) != tables {
		t.Error("its tables are not what they were")
	}
	if got := fileDigests(t, moved); got != files {
		t.Errorf("its files were\n%s\nand are\n%s", files, got)
	}
	if left := onHost(t, home, "ls -d /home/frappe/benches/*/*/sites/"+lifeName+" /etc/nginx/central/sites.d/"+lifeName+"* 2>/dev/null || true"); strings.TrimSpace(left) != "" {
		t.Errorf("on %s is still\n%s", home, left)
	}
	t.Logf("it was closed for %.2f s, with Central killed meanwhile", endOfAction(t, action).DownSeconds)

	// Its backup lies on the slave of the pair that it came from.
	addItem(t, lifeName, "AFTER-THE-MOVE")
	waitForAction(t, queue(t, "restoreBackup", map[string]any{"backupId": backupsOf(t, s.ID)[0].ID, "siteId": s.ID}))
	if tableDumps(t, moved) != tables || fileDigests(t, moved) != files {
		t.Error("restored from a backup on the other pair, it is not what it was")
	}

	near := move(second)
	waitForAction(t, near)
	if now := sites(t)[lifeName]; now.Server.Name != there || now.Bench.Name == "annex" || now.Status != "ACTIVE" || answers() != http.StatusOK {
		t.Errorf("it is %+v and answers %d", now, answers())
	}
	t.Logf("on the same server it was closed for %.2f s", endOfAction(t, near).DownSeconds)
	ask[struct {
		RetireBench struct{ Bench struct{ ID string } }
	}](t, `mutation($id: ID!) { retireBench(input: {benchId: $id, confirmName: "annex"}) { bench { id } } }`, map[string]any{"id": annex})
}

// writeFiles gives a site files whose names are not easy.
func writeFiles(t *testing.T, s site) {
	t.Helper()
	onHost(t, s.Server.Name, `cd /home/frappe/benches/*/*/sites/`+s.Name+`
		runuser -u frappe -- sh -euc 'mkdir -p private/files/deep; head -c 3000000 /dev/urandom >private/files/large.bin
		printf x >"private/files/deep/Rechnung Nr. 7 – bezahlt.pdf"; ln -sf large.bin private/files/link'`)
}

// fileDigests is what a site's files are, but for what is only of the moment and what says where its database is.
func fileDigests(t *testing.T, s site) string {
	t.Helper()
	return onHost(t, s.Server.Name, `cd /home/frappe/benches/*/*/sites/`+s.Name+`
		find private public -type f -exec sha256sum {} + | sort; find private public -type l -printf '%p %l\n' | sort`)
}

// annexOnTheOtherServer makes a bench with the commits of a site on the master of the other pair; it gives its number and the
// master's name.
func annexOnTheOtherServer(t *testing.T, s site) (id, server string) {
	t.Helper()
	answer := ask[struct {
		Site struct {
			Server   struct{ ID string }
			Revision struct {
				Apps []struct{ App, Commit string }
			}
		}
		Servers []struct{ ID, Name, Role string }
	}](t, `query($id: ID!) { site(id: $id) { server { id } revision { apps { app commit } } } servers { id name role } }`, map[string]any{"id": s.ID})
	for _, other := range answer.Servers {
		if other.Role != "MASTER" || other.ID == answer.Site.Server.ID {
			continue
		}
		apps := []any{}
		for _, app := range answer.Site.Revision.Apps {
			apps = append(apps, map[string]any{"app": app.App, "commit": app.Commit})
		}
		created := ask[struct {
			CreateBench struct {
				Bench  struct{ ID string }
				Action struct{ ID string }
			}
		}](t, `mutation($in: CreateBenchInput!) { createBench(input: $in) { bench { id } action { id } } }`,
			map[string]any{"in": map[string]any{"name": "annex", "serverId": other.ID, "apps": apps}}).CreateBench
		waitForAction(t, created.Action.ID)
		return created.Bench.ID, other.Name
	}
	t.Fatal("there is no other master")
	return "", ""
}

type actionEnd struct {
	Status, Step, ErrorMessage string
	DownSeconds                float64
}

func lookAtAction(t *testing.T, id string) actionEnd {
	t.Helper()
	return ask[struct{ Action actionEnd }](t, `query($id: ID!) { action(id: $id) { status step errorMessage downSeconds } }`, map[string]any{"id": id}).Action
}

// endOfAction waits until an action has ended, whichever way.
func endOfAction(t *testing.T, id string) (end actionEnd) {
	t.Helper()
	until(t, 5*time.Minute, "the action has ended", func() bool {
		end = lookAtAction(t, id)
		return end.Status != "QUEUED" && end.Status != "RUNNING"
	})
	return end
}
