package bench_test

import (
	"strings"
	"testing"

	"central/fleet"
	"central/runner/bench"
)

// What works on a bench made by hand runs as its own user, or as root where it also touches what is Central's.
func TestAdoptedScripts(t *testing.T) {
	old, err := bench.Of("main", fleet.Revision{Name: "r1", Path: "/home/erp/frappe-bench", Owner: "erp", OwnerGroup: "staff"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := old.Site("acme.example.com")
	if err != nil {
		t.Fatal(err)
	}
	r2, ok := revision(t, "r2"), must(t)
	const from, to = "/home/erp/frappe-bench/sites/acme.example.com", "/home/frappe/benches/main/r2/sites/acme.example.com"
	for want, c := range map[string]bench.Command{
		"erp: set_config " + from: bench.SetMaintenanceMode(s, true),
		": dump_tables " + from + " /home/frappe/backups/acme.example.com/7 /home/frappe/backups":          bench.DumpTables(s, 7),
		": move_site " + from + " " + to + " erp staff frappe frappe":                                      bench.MoveSite(s, r2),
		": move_site " + to + " " + from + " frappe frappe erp staff":                                      bench.MoveSite(s.In(r2), old),
		": preflight acme.example.com /home/erp/frappe-bench /home/frappe/benches/main/r2 central-main-r2": bench.Preflight(s, r2),
		": site_location acme.example.com main/r1 /home/erp/frappe-bench":                                  ok(bench.SiteLocation("acme.example.com", old)),
		": scan " + bench.QuoteAll([]string{"/home/*", "/opt/*", "/srv/*"}):                                bench.Scan(),
		"frappe: restore_tables " + to + " /home/frappe/backups/acme.example.com/7 all":                    bench.RestoreTables(s.In(r2), 7, true),
		"erp: -m frappe.utils.bench_helper frappe --site acme.example.com ready-for-migration":             bench.ReadyForMigration(s),
		"erp: -m frappe.utils.bench_helper frappe --site acme.example.com clear-cache":                     bench.ClearCache(s),
		"frappe: -m frappe.utils.bench_helper frappe --site acme.example.com migrate":                      bench.Migrate(s.In(r2), bench.MigrateOptions{}),
	} {
		argv := c.Argv[1:]
		switch c.Argv[0] {
		case "bash":
			argv = c.Argv[len([]string{"bash", "--norc", "-euo", "pipefail", "-c", "TEXT"}):]
		case "/usr/bin/python3":
			argv = c.Argv[len([]string{"python3", "-I", "-c", "TEXT"}):]
		}
		if got := c.User + ": " + bench.QuoteAll(argv); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	if c := bench.ReadyForMigration(s); c.Dir != "/home/erp/frappe-bench/sites" || c.Argv[0] != "/home/erp/frappe-bench/env/bin/python" {
		t.Errorf("%q in %s", c.Argv[0], c.Dir)
	}
}

// A bench made by hand of Central's own user needs no change of hands.
func TestAdoptedOfTheSameUser(t *testing.T) {
	old, err := bench.Adopted("main", "r1", "/home/frappe/frappe-bench", "frappe", "frappe")
	if err != nil {
		t.Fatal(err)
	}
	s, err := old.Site("acme.example.com")
	if err != nil {
		t.Fatal(err)
	}
	if c := bench.MoveSite(s, revision(t, "r2")); c.User != "frappe" || strings.HasSuffix(bench.QuoteAll(c.Argv), "frappe frappe") {
		t.Errorf("as %q: %q", c.User, c.Argv[6:])
	}
}

func TestAdoptedRefuses(t *testing.T) {
	for name, place := range map[string][3]string{
		"Path":      {"/home/erp/../root", "erp", "erp"},
		"Relative":  {"bench", "erp", "erp"},
		"Shell":     {"/home/erp/$(id)", "erp", "erp"},
		"Owner":     {"/home/erp/bench", "-x", "erp"},
		"Group":     {"/home/erp/bench", "erp", "a b"},
		"OwnPlaces": {"/home/frappe/benches/main/r1", "frappe", "frappe"},
	} {
		if _, err := bench.Adopted("main", "r1", place[0], place[1], place[2]); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestParseScan(t *testing.T) {
	long := strings.Repeat("x", 600)
	found, err := bench.ParseScan([]byte("a warning\n" + `{"benches": [{"path": "/home/erp/bench", "owner": "erp", "apps": [
		{"app": "shop", "commit": "not a commit", "version": "1\u001b[31m.0", "remote": "` + long + `"}],
		"sites": [{"name": "a.example.com\n", "database": "_1", "databaseBytes": 507904, "status": 200, "redirect": "\u202egnp"}]}],
		"web": {"installed": true, "names": null}, "unknown": 1}` + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	one := found.Benches[0]
	if app := one.Apps[0]; app.Commit != "" || app.Version != "1[31m.0" || len(app.Remote) != 500 {
		t.Errorf("the app is %+v", app)
	}
	if s := one.Sites[0]; s.Name != "a.example.com" || s.DatabaseBytes != 507904 || s.Status != 200 || s.Redirect != "gnp" || s.OtherNames == nil {
		t.Errorf("the site is %+v", s)
	}
	if found.Web.Names == nil || found.Ports == nil || one.Processes == nil {
		t.Error("a list is null")
	}
	for _, bad := range []string{"", "Permission denied", `{"benches": [`, `{"benches": "x"}`} {
		if _, err := bench.ParseScan([]byte(bad)); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}
