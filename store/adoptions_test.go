package store_test

import (
	"testing"

	"central/fleet"
	"central/store"
)

// foundOn is what a scan of m-1 finds: one bench at the oldest commits, with two sites.
func foundOn() fleet.ScanFound {
	site := func(name string) fleet.FoundSite {
		return fleet.FoundSite{Name: name, Database: "_db", DatabaseType: "mariadb", DatabaseFound: true, Status: 200}
	}
	app := func(name, at string) fleet.FoundApp {
		return fleet.FoundApp{App: name, Version: "1.0.0", Commit: at, Remote: "https://git.example.com/" + name}
	}
	return fleet.ScanFound{
		Web:           fleet.FoundWebServer{Installed: true, Works: true, DefaultChosen: true, Names: []string{"one.example.com", "two.example.com"}},
		DatabaseTools: true, DatabaseRoot: true, RedisFound: true, Ports: []int{8000},
		Benches: []fleet.FoundBench{{
			Path: "/home/erp/frappe-bench", Owner: "erp", Group: "erp", Python: "python3", PythonFound: true, SameDisk: true, WebPort: 8000,
			Workers: 1, WebWorkers: 2, Processes: []fleet.FoundProcess{{Unit: "supervisor.service", Count: 5}},
			Apps:  []fleet.FoundApp{app("frappe", frappe[0]), app("shop", shop[0])},
			Sites: []fleet.FoundSite{site("one.example.com"), site("two.example.com")},
		}},
	}
}

// scanned looks at a server, which answers with found.
func (w *world) scanned(server fleet.Server, found fleet.ScanFound) fleet.Scan {
	w.t.Helper()
	scan, action, err := w.ScanServer(w.t.Context(), admin, server.ID)
	w.must(err)
	_, ref := mustClaim(w.t, w.Store, action.ID)
	w.must(w.SaveScan(w.t.Context(), ref, found))
	w.finish(ref, nil)
	scan, err = w.Scan(w.t.Context(), scan.ID)
	w.must(err)
	return scan
}

// tickAll is an adoption of these sites of the one bench of a scan.
func tickAll(scan fleet.Scan, name string, sites ...string) fleet.AdoptInput {
	bench := fleet.AdoptBench{Path: "/home/erp/frappe-bench", Name: name, Sites: sites}
	for _, app := range scan.Found.Benches[0].Apps {
		bench.Apps = append(bench.Apps, fleet.AppCommit{App: app.App, Commit: app.Commit})
	}
	return fleet.AdoptInput{ServerID: scan.ServerID, ScanID: scan.ID, Benches: []fleet.AdoptBench{bench}}
}

// adopt carries an adoption out on a server that is as it was found.
func (w *world) adopt(in fleet.AdoptInput, found fleet.ScanFound) fleet.Action {
	w.t.Helper()
	_, action, err := w.AdoptBenches(w.t.Context(), admin, in)
	w.must(err)
	_, ref := mustClaim(w.t, w.Store, action.ID)
	w.must(w.RecordAdoption(w.t.Context(), ref, in, found))
	w.must(w.RecordAdoption(w.t.Context(), ref, in, found)) // a second runner
	w.finish(ref, nil)
	return action
}

// newServer is a master that nothing was done to yet.
func (w *world) newServer(name string) fleet.Server {
	w.t.Helper()
	server, err := w.AddServer(w.t.Context(), admin, fleet.NewServer{Name: name, Address: name + ".example.com", Role: fleet.RoleMaster, HostKey: "ssh-ed25519 AAAA " + name})
	w.must(err)
	return server
}

func TestStore_ScanServer(t *testing.T) {
	w := newWorld(t)
	proxy := w.server("p-1", fleet.RoleProxy)
	w.refuses(fleet.CodeInvalid, "input.serverId", func() error { _, _, err := w.ScanServer(t.Context(), admin, proxy.ID); return err })
	w.refuses(fleet.CodeNotFound, "input.serverId", func() error { _, _, err := w.ScanServer(t.Context(), admin, 999); return err })

	server := w.newServer("m-2")
	scan, action, err := w.ScanServer(t.Context(), admin, server.ID)
	w.must(err)
	w.audited(admin, "scanServer", "m-2", &action.ID)
	if report, err := w.ScanReport(t.Context(), scan); report != nil || err != nil {
		t.Errorf("a scan without an answer reports %v, %v", report, err)
	}
	_, ref := mustClaim(t, w.Store, action.ID)
	w.must(w.SaveScan(t.Context(), ref, foundOn()))
	w.finish(ref, nil)
	latest, err := w.LatestScans(t.Context(), []uint{server.ID})
	w.must(err)
	got := latest[server.ID]
	if got.ID != scan.ID || got.FinishedAt == nil {
		t.Errorf("the latest scan is %+v", got)
	}
	want(t, "what was found", got.Found, new(foundOn()))
	report, err := w.ScanReport(t.Context(), got)
	w.must(err)
	if app := report.Benches[0].Apps[1]; app.Standing != fleet.AppReleased {
		t.Errorf("shop is %+v", app)
	}
}

func TestStore_SaveFoundReleases(t *testing.T) {
	w := newWorld(t)
	_, action, err := w.ScanServer(t.Context(), admin, w.master.ID)
	w.must(err)
	_, ref := mustClaim(t, w.Store, action.ID)
	old := fleet.Release{Commit: commit(0xee), Subject: "Long ago"}
	w.must(w.SaveFoundReleases(t.Context(), ref, w.apps["shop"].ID, []fleet.Release{old, {Commit: shop[1], Subject: "Known"}}))
	w.must(w.SaveFoundReleases(t.Context(), ref, w.apps["shop"].ID, nil))
	list, err := w.Releases(t.Context(), "shop", 10)
	w.must(err)
	if len(list) != len(shop) || list[2].Subject != "Release 1" {
		t.Errorf("releases on the branch: %+v", list)
	}
	var position int
	w.must(w.DB().QueryRowContext(t.Context(), "SELECT position FROM releases WHERE `commit` = ?", old.Commit).Scan(&position))
	want(t, "position", position, fleet.OffBranch)
}

func TestStore_AdoptBenches(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		server := w.newServer("m-2")
		in := tickAll(w.scanned(server, foundOn()), "old", "one.example.com")
		_, action, err := w.AdoptBenches(t.Context(), admin, in)
		w.must(err)
		w.audited(admin, "adoptBenches", "m-2", &action.ID)
		want(t, "title", action.Title, "Adopt 1 bench with 1 site on m-2")
		kept, then, err := w.AdoptionOf(t.Context(), action.ID)
		w.must(err)
		want(t, "what was asked for", kept, in)
		want(t, "what was found", then, foundOn())
		w.refuses(fleet.CodeConflict, "input.serverId", func() error { _, _, err := w.AdoptBenches(t.Context(), admin, in); return err })
		if sites, err := w.SiteIDs(t.Context(), fleet.SiteFilter{}); err != nil || len(sites) > 0 {
			t.Errorf("before it is carried out there are sites %v, %v", sites, err)
		}

		_, ref := mustClaim(t, w.Store, action.ID)
		w.must(w.RecordAdoption(t.Context(), ref, in, foundOn()))
		w.must(w.CheckAdoption(t.Context(), in, foundOn())) // it is on record already, for a second runner
		w.finish(ref, nil)
		server, err = w.Server(t.Context(), server.ID)
		w.must(err)
		if server.Status != fleet.ServerReady || !server.Adopted {
			t.Errorf("the server is %+v", server)
		}
		want(t, "taken slots", server.TakenSlots, []int{0})
		routes, err := w.Routes(t.Context())
		w.must(err)
		if len(routes) != 1 || routes[0].Host != "one.example.com" {
			t.Errorf("routes: %+v", routes)
		}
		ids, err := w.SiteIDs(t.Context(), fleet.SiteFilter{})
		w.must(err)
		site := w.getSite(ids[0])
		revision, err := w.Revision(t.Context(), site.RevisionID)
		w.must(err)
		if site.Status != fleet.SiteActive || revision.Path != "/home/erp/frappe-bench" || revision.Owner != "erp" || revision.Slot != nil || revision.Status != fleet.RevisionReady {
			t.Errorf("%+v on %+v", site, revision)
		}
	})

	t.Run("Rules", func(t *testing.T) {
		w := newWorld(t)
		server := w.newServer("m-2")
		first := w.scanned(server, foundOn())
		refuses := func(code fleet.Code, field string, in fleet.AdoptInput) {
			t.Helper()
			w.refuses(code, field, func() error { _, _, err := w.AdoptBenches(t.Context(), admin, in); return err })
		}
		refuses(fleet.CodeNotFound, "input.scanId", fleet.AdoptInput{ServerID: w.master.ID, ScanID: first.ID})
		refuses(fleet.CodeConflict, "input.benches.0.name", tickAll(first, "main", "one.example.com")) // m-1's
		refuses(fleet.CodeNoSites, "input.benches.0.sites", tickAll(first, "old"))
		w.site(w.bench, "two.example.com")
		refuses(fleet.CodeConflict, "input.benches.0.sites.0", tickAll(first, "old", "two.example.com"))
		second := w.scanned(server, foundOn())
		refuses(fleet.CodeConflict, "input.scanId", tickAll(first, "old", "one.example.com"))
		unanswered, action, err := w.ScanServer(t.Context(), admin, server.ID)
		w.must(err)
		unanswered.Found = second.Found
		refuses(fleet.CodeNotReady, "input.scanId", tickAll(unanswered, "old", "one.example.com"))
		_, ref := mustClaim(t, w.Store, action.ID)
		w.finish(ref, nil)
		mustDB(t, w.Store, "UPDATE servers SET status = 'HOST_KEY_CHANGED' WHERE id = ?", server.ID)
		refuses(fleet.CodeHostKeyChanged, "input.serverId", tickAll(second, "old", "one.example.com"))
		mustDB(t, w.Store, "UPDATE servers SET status = 'SETTING_UP' WHERE id = ?", server.ID)
		refuses(fleet.CodeConflict, "input.serverId", tickAll(second, "old", "one.example.com"))
	})

	t.Run("TakenMeanwhile", func(t *testing.T) {
		w := newWorld(t)
		in := tickAll(w.scanned(w.newServer("m-2"), foundOn()), "old", "one.example.com")
		_, action, err := w.AdoptBenches(t.Context(), admin, in)
		w.must(err)
		_, ref := mustClaim(t, w.Store, action.ID)
		created, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "one.example.com", BenchID: w.bench.ID})
		w.must(err)
		if err := w.RecordAdoption(t.Context(), ref, in, foundOn()); fleet.ErrorCode(err) != fleet.CodeConflict {
			t.Errorf("got %v", err)
		}
		want(t, "the site's bench", w.getSite(created.ID).BenchID, w.bench.ID)
	})
}

func TestStore_AdoptedBench(t *testing.T) {
	w := newWorld(t)
	server := w.newServer("m-2")
	found := foundOn()
	w.adopt(tickAll(w.scanned(server, found), "old", "one.example.com"), found)
	w.adopt(tickAll(w.scanned(server, found), "old", "two.example.com"), found)
	benches, err := w.BenchesOfServers(t.Context(), []uint{server.ID})
	w.must(err)
	if len(benches[server.ID]) != 1 {
		t.Fatalf("benches: %+v", benches)
	}
	bench := benches[server.ID][0]
	adopted := w.revisions(bench)[0]
	counts, err := w.SiteCounts(t.Context(), store.SitesByRevision, []uint{adopted.ID})
	w.must(err)
	want(t, "sites of the adopted revision", counts[adopted.ID], 2)

	w.refuses(fleet.CodeNotReady, "input.benchId", func() error {
		_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "new.example.com", BenchID: bench.ID})
		return err
	})

	ids, err := w.SiteIDs(t.Context(), fleet.SiteFilter{BenchIDs: []uint{bench.ID}})
	w.must(err)
	for _, n := range []int{0, 1, 2, 3} { // to its own commits too: that is how sites leave it as they are
		w.deploy(n, ids...)
		w.work()
	}
	var built []int
	for _, revision := range w.revisions(bench) {
		if revision.ID == adopted.ID {
			if revision.Status != fleet.RevisionReady {
				t.Errorf("the adopted revision is %+v", revision)
			}
			continue
		}
		built = append(built, *revision.Slot)
	}
	if len(built) == 0 {
		t.Error("nothing was built beside the adopted bench")
	}
	for _, slot := range built {
		if slot == 0 {
			t.Error("a revision got the ports of the adopted bench")
		}
	}
}

// Others may depend on what is open on it.
func TestStore_AdoptedServerKeepsItsFirewall(t *testing.T) {
	w := newWorld(t)
	server, found := w.newServer("m-2"), foundOn()
	w.adopt(tickAll(w.scanned(server, found), "old", "one.example.com"), found)
	w.work()
	proxy, err := w.AddServer(t.Context(), admin, fleet.NewServer{Name: "p-1", Address: "p-1.example.com", Role: fleet.RoleProxy, HostKey: "ssh-ed25519 AAAA p-1"})
	w.must(err)
	_, _, err = w.SetUpServer(t.Context(), admin, proxy.ID, nil)
	w.must(err)
	concerned := []uint{}
	for _, action := range w.queued(fleet.ActionUpdateFirewall) {
		concerned = append(concerned, *action.ServerID)
	}
	want(t, "servers whose firewall is updated", concerned, []uint{w.master.ID})
}
