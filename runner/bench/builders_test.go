package bench_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/runner/bench"
)

func site(t *testing.T) bench.Site {
	t.Helper()
	s, err := revision(t, "r1").Site("acme.example.com")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func revision(t *testing.T, name string) bench.Revision {
	t.Helper()
	r, err := bench.At("main", name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// must takes what a builder returns and fails the test at an error.
func must(t *testing.T) func(bench.Command, error) bench.Command {
	return func(c bench.Command, err error) bench.Command {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// inBench is the line of a Frappe command after its fixed beginning.
func inBench(t *testing.T, c bench.Command) string {
	t.Helper()
	line, err := c.Line("root")
	if err != nil {
		t.Fatal(err)
	}
	const before = "runuser -u frappe -- env --chdir=/home/frappe/benches/main/r1/sites HOME=/home/frappe LC_ALL=C.UTF-8 PATH=/home/frappe/benches/main/r1/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PYTHONUNBUFFERED=1 /home/frappe/benches/main/r1/env/bin/python "
	rest, ok := strings.CutPrefix(line, before)
	if !ok {
		t.Fatalf("the line starts in another way:\n got %s\nwant %s", line, before)
	}
	return rest
}

func TestFrappeCommands(t *testing.T) {
	s, ok := site(t), must(t)
	for want, c := range map[string]bench.Command{
		"--site acme.example.com migrate":                                      bench.Migrate(s, bench.MigrateOptions{}),
		"--site acme.example.com migrate --skip-failing":                       bench.Migrate(s, bench.MigrateOptions{SkipFailing: true}),
		"--site acme.example.com migrate --skip-failing --skip-search-index":   bench.Migrate(s, bench.MigrateOptions{SkipFailing: true, SkipSearchIndex: true}),
		"--site acme.example.com ready-for-migration":                          bench.ReadyForMigration(s),
		"--site acme.example.com build-search-index":                           bench.BuildSearchIndex(s),
		"--site acme.example.com clear-cache":                                  bench.ClearCache(s),
		"--site acme.example.com install-app shop":                             ok(bench.InstallApp(s, "shop")),
		"--site acme.example.com uninstall-app shop --no-backup --yes --force": ok(bench.UninstallApp(s, "shop")),
		"--site acme.example.com scheduler pause":                              ok(bench.SetScheduler(s, "pause")),
		"version --format json":                                                bench.Version(s.Revision()),
	} {
		if got := inBench(t, c); got != "-m frappe.utils.bench_helper frappe "+want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
		if c.Stdin != nil {
			t.Errorf("%s: an input that it does not need", want)
		}
	}
}

func TestSecretCommands(t *testing.T) {
	s, ok := site(t), must(t)
	account := bench.Account{Name: "central_tmp_7", Password: "r00t-canary"}
	const run = `-c 'import json,runpy,sys; sys.argv[:]=json.load(sys.stdin); runpy.run_module("frappe.utils.bench_helper",run_name="__main__",alter_sys=True)'`
	for want, c := range map[string]bench.Command{
		`["bench","frappe","new-site","acme.example.com","--db-name","see276db020c72e66","--mariadb-root-username","central_tmp_7","--mariadb-root-password","r00t-canary","--admin-password","4dmin-canary","--install-app","shop","--install-app","crm"]`: ok(bench.NewSite(s, bench.NewSiteOptions{AdminPassword: "4dmin-canary", Apps: []string{"frappe", "shop", "crm"}, Account: account})),
		`["bench","frappe","new-site","acme.example.com","--db-name","s76ad144737f2adaa","--mariadb-root-username","central_tmp_7","--mariadb-root-password","r00t-canary","--admin-password","4dmin-canary"]`:                                              ok(bench.NewSite(s, bench.NewSiteOptions{AdminPassword: "4dmin-canary", Account: account, Database: "again-2.acme.example.com"})),
		`["bench","frappe","drop-site","acme.example.com","--no-backup","--force","--archived-sites-path","/home/frappe/archived","--root-login","central_tmp_7","--root-password","r00t-canary"]`:                                                          ok(bench.DropSite(s, account)),
	} {
		if got := inBench(t, c); got != run {
			t.Errorf("\n got %s\nwant %s", got, run)
		}
		if string(c.Stdin) != want {
			t.Errorf("\n got %s\nwant %s", c.Stdin, want)
		}
		if strings.Contains(c.String(), "canary") {
			t.Errorf("a password in the name %q", c)
		}
	}
}

// A link for signing in works for as long as is asked for, and no longer.
func TestAllowLogin(t *testing.T) {
	c, err := bench.AllowLogin(site(t), "canary0123456789ABCDEF", 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if string(c.Stdin) != `{"key":"canary0123456789ABCDEF","seconds":300}` {
		t.Errorf("got %s", c.Stdin)
	}
	if strings.Contains(c.String(), "canary") || strings.Contains(strings.Join(c.Argv, " "), "canary") {
		t.Errorf("the key is among the arguments of %q", c)
	}
	if script := strings.Join(c.Argv, " "); !strings.Contains(script, `expires_in_sec=asked["seconds"]`) {
		t.Error("the framework is not told when it ends")
	}
}

func TestAccountCommands(t *testing.T) {
	ok := must(t)
	account := bench.Account{Name: "central_tmp_7", Password: "r00t-canary"}
	for want, c := range map[string]bench.Command{
		"CREATE OR REPLACE USER 'central_tmp_7'@'localhost' IDENTIFIED BY 'r00t-canary';\n" +
			"GRANT ALL PRIVILEGES ON `see276db020c72e66`.* TO 'central_tmp_7'@'localhost' WITH GRANT OPTION;\n" +
			"GRANT CREATE USER, RELOAD ON *.* TO 'central_tmp_7'@'localhost';\n" +
			"CREATE OR REPLACE USER 'central_tmp_7'@'127.0.0.1' IDENTIFIED BY 'r00t-canary';\n" +
			"GRANT ALL PRIVILEGES ON `see276db020c72e66`.* TO 'central_tmp_7'@'127.0.0.1' WITH GRANT OPTION;\n" +
			"GRANT CREATE USER, RELOAD ON *.* TO 'central_tmp_7'@'127.0.0.1';\n": ok(bench.CreateAccount("acme.example.com", account)),
		"DROP USER IF EXISTS 'central_tmp_7'@'localhost';\nDROP USER IF EXISTS 'central_tmp_7'@'127.0.0.1';\n": ok(bench.DropAccount("central_tmp_7")),
		"DROP DATABASE IF EXISTS `see276db020c72e66`;\nDROP USER IF EXISTS 'see276db020c72e66'@'localhost';\n" +
			"DROP USER IF EXISTS 'see276db020c72e66'@'127.0.0.1';\nDROP USER IF EXISTS 'see276db020c72e66'@'%';\n": ok(bench.DropDatabase("acme.example.com")),
	} {
		line, err := c.Line("deploy")
		if err != nil || line != "sudo -n -- mariadb --no-defaults --batch --protocol=socket --user=root" {
			t.Errorf("%v %s", err, line)
		}
		if string(c.Stdin) != want {
			t.Errorf("\n got %s\nwant %s", c.Stdin, want)
		}
	}
}

// scripts run as "INTERPRETER TEXT NAME ARGUMENTS": the text is a constant, so only what follows it is compared.
func TestScripts(t *testing.T) {
	s, ok := site(t), must(t)
	r2 := revision(t, "r2")
	const sites = "/home/frappe/benches/main/r1/sites/acme.example.com"
	for want, c := range map[string]bench.Command{
		"frappe: set_config " + sites: bench.SetMaintenanceMode(s, true),
		"frappe: dump_tables " + sites + " /home/frappe/backups/acme.example.com/7":                           bench.DumpTables(s, 7),
		"frappe: restore_tables " + sites + " /home/frappe/backups/acme.example.com/7 touched":                bench.RestoreTables(s, 7, false),
		"frappe: restore_tables " + sites + " /home/frappe/backups/acme.example.com/7 all":                    bench.RestoreTables(s, 7, true),
		"frappe: remove_tree /home/frappe/backups/acme.example.com/7":                                         bench.RemoveBackups(s, 7),
		"frappe: remove_tree /home/frappe/backups/acme.example.com/7 /home/frappe/backups/acme.example.com/5": bench.RemoveBackups(s, 7, 5),
		"frappe: remove_tree " + sites:     bench.RemoveSiteDir(s),
		"frappe: digest " + sites:          bench.DumpDigest(s),
		"frappe: skipped_patches " + sites: bench.SkippedPatches(s),
		"frappe: move_site " + sites + " /home/frappe/benches/main/r2/sites/acme.example.com":                          bench.MoveSite(s, r2),
		"frappe: rename_site /home/frappe/backups " + sites + " /home/frappe/benches/main/r1/sites/b.example.com":      ok(bench.RenameSites(bench.Renaming{From: s, To: another(t, s.Revision(), "b.example.com")})),
		"frappe: configure " + sites + " 7 apply":                                                                      bench.Configure(s, 7, []byte(`{"a":"canary"}`)),
		"frappe: configure " + sites + " 7 undo":                                                                       bench.UndoConfigure(s, 7),
		"frappe: configure " + sites + " 7 forget":                                                                     bench.ForgetConfigure(s, 7),
		"frappe: app_tables " + sites + " /home/frappe/benches/main/r1 shop":                                           ok(bench.AppTables(s, "shop")),
		": nginx_domains acme.example.com":                                                                             ok(bench.WriteNginxDomains("acme.example.com")),
		": nginx_domains acme.example.com www.acme.org acme.org":                                                       ok(bench.WriteNginxDomains("acme.example.com", "www.acme.org", "acme.org")),
		"frappe: preflight acme.example.com /home/frappe/benches/main/r1 /home/frappe/benches/main/r2 central-main-r2": bench.Preflight(s, r2),
		"frappe: site_location acme.example.com":                                                                       ok(bench.SiteLocation("acme.example.com")),
		": nginx_map acme.example.com 8001 ''":                                                                         ok(bench.WriteNginxMap("acme.example.com", 8001)),
		": nginx_map acme.example.com 8001 old.example.com b.example.com 8002 c.example.com": ok(bench.SwapNginxMaps(
			bench.Swap{Host: "acme.example.com", Port: 8001, Forgotten: "old.example.com"}, bench.Swap{Host: "b.example.com", Port: 8002, Forgotten: "c.example.com"})),
		": nginx_map acme.example.com '' ''":                   ok(bench.RemoveNginxMap("acme.example.com")),
		"frappe: answering 2.5 acme.example.com b.example.com": ok(bench.Answering(2500*time.Millisecond, "acme.example.com", "b.example.com")),
		"frappe: health_check acme.example.com 1.5 200":        ok(bench.HealthCheck("acme.example.com", 1500*time.Millisecond, 200)),
		"frappe: health_check acme.example.com 0 503 404":      ok(bench.HealthCheck("acme.example.com", 0, 503, 404)),
	} {
		var argv []string
		switch c.Argv[0] {
		case "bash":
			argv = c.Argv[len([]string{"bash", "--norc", "-euo", "pipefail", "-c", "TEXT"}):]
			if strings.Join(c.Argv[:5], " ") != "bash --norc -euo pipefail -c" {
				t.Errorf("%q", c.Argv[:5])
			}
		case "/usr/bin/python3":
			argv = c.Argv[len([]string{"python3", "-I", "-c", "TEXT"}):]
			if strings.Join(c.Argv[:3], " ") != "/usr/bin/python3 -I -c" {
				t.Errorf("%q", c.Argv[:3])
			}
		}
		if got := c.User + ": " + bench.QuoteAll(argv); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	if got := string(bench.SetMaintenanceMode(s, true).Stdin) + string(bench.SetMaintenanceMode(s, false).Stdin); got != `{"maintenance_mode":1}{"maintenance_mode":0}` {
		t.Errorf("got %s", got)
	}
	if got := string(bench.SetConfig(s, map[string]any{"b": nil, "a": "x"}).Stdin); got != `{"a":"x","b":null}` {
		t.Errorf("got %s", got)
	}
}

// another is another site in a revision.
func another(t *testing.T, in bench.Revision, host string) bench.Site {
	t.Helper()
	s, err := in.Site(host)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBuildersRefuse(t *testing.T) {
	s := site(t)
	good := bench.Account{Name: "central_tmp_7", Password: "r00t-canary"}
	options := func(change func(*bench.NewSiteOptions)) bench.NewSiteOptions {
		o := bench.NewSiteOptions{AdminPassword: "4dmin-canary", Account: good}
		change(&o)
		return o
	}
	second := func(_ any, err error) error { return err }
	for _, bad := range []string{"", "-x", "--help", "a b", "a'b", "a;id", "$(id)", "a\nb", "a\x00", "../x", "a/b", "é", "`x`", "{{x}}", "a\\"} {
		for name, err := range map[string]error{
			"bench":          second(bench.At(bad, "r1")),
			"revision":       second(bench.At("main", bad)),
			"site":           second(s.Revision().Site(bad)),
			"install":        second(bench.InstallApp(s, bad)),
			"uninstall":      second(bench.UninstallApp(s, bad)),
			"scheduler":      second(bench.SetScheduler(s, bad)),
			"account":        second(bench.CreateAccount("acme.example.com", bench.Account{Name: bad, Password: good.Password})),
			"password":       second(bench.CreateAccount("acme.example.com", bench.Account{Name: good.Name, Password: bad})),
			"account's site": second(bench.CreateAccount(bad, good)),
			"drop account":   second(bench.DropAccount(bad)),
			"drop database":  second(bench.DropDatabase(bad)),
			"drop site":      second(bench.DropSite(s, bench.Account{Name: good.Name, Password: bad})),
			"new site":       second(bench.NewSite(s, options(func(o *bench.NewSiteOptions) { o.AdminPassword = bad }))),
			"new site's app": second(bench.NewSite(s, options(func(o *bench.NewSiteOptions) { o.Apps = []string{bad} }))),
			"new site's by":  second(bench.NewSite(s, options(func(o *bench.NewSiteOptions) { o.Account.Name = bad }))),
			"location":       second(bench.SiteLocation(bad)),
			"map":            second(bench.WriteNginxMap(bad, 8000)),
			"swap":           second(bench.SwapNginxMaps(bench.Swap{Host: bad, Port: 8000, Forgotten: "acme.example.com"})),
			"swapped":        second(bench.SwapNginxMaps(bench.Swap{Host: "acme.example.com", Port: 8000, Forgotten: bad})),
			"unmap":          second(bench.RemoveNginxMap(bad)),
			"domains of":     second(bench.WriteNginxDomains(bad)),
			"domain":         second(bench.WriteNginxDomains("acme.example.com", bad)),
			"tables of":      second(bench.AppTables(s, bad)),
			"login key":      second(bench.AllowLogin(s, bad, time.Minute)),
			"health":         second(bench.HealthCheck(bad, time.Second, 200)),
		} {
			if fleet.ErrorCode(err) != fleet.CodeInvalid {
				t.Errorf("%s %q: %v", name, bad, err)
			}
			if err != nil && strings.Contains(name, "password") && bad != "" && len(bad) > 3 && strings.Contains(err.Error(), bad) {
				t.Errorf("%s: the message repeats the password: %v", name, err)
			}
		}
	}
	for name, err := range map[string]error{
		"rename":    second(bench.RenameSites(bench.Renaming{From: s, To: s.In(revision(t, "r2"))})),
		"port":      second(bench.WriteNginxMap("acme.example.com", 0)),
		"status":    second(bench.HealthCheck("acme.example.com", time.Second, 20)),
		"no status": second(bench.HealthCheck("acme.example.com", time.Second)),
		"root":      second(bench.DropAccount("root")),
	} {
		if fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDatabaseName(t *testing.T) {
	if got := bench.DatabaseName("acme.example.com"); got != "see276db020c72e66" {
		t.Errorf("got %s", got)
	}
}

// No script holds a part of another language's quoting that a formatter or an editor may have broken.
func TestScriptsAreText(t *testing.T) {
	entries, err := os.ReadDir("scripts")
	if err != nil || len(entries) == 0 {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile("scripts/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsAny(text, "\r\x00") || !bytes.HasPrefix(text, []byte("# ")) || !bytes.HasSuffix(text, []byte("\n")) {
			t.Errorf("%s: no plain text, or it does not start by saying what it is for", e.Name())
		}
	}
}
