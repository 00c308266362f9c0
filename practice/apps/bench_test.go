package apps

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	good   = "good.example.test"   // its data suit every release
	broken = "broken.example.test" // it gets an item without a unit
)

// TestBench drives the apps with the real bench command, from an empty bench to the last release. Each
// part goes on from where the one before it left the sites.
func TestBench(t *testing.T) {
	h := newHost(t)
	h.build("r1", "1.0.0", "1.0.0")
	h.build("r2", "1.1.0", "1.2.0")
	h.build("r3", "1.1.0", "1.3.0")
	h.initialize("r4") // 1.1.0 and 1.5.0

	h.part("PythonTests", testPython)
	h.part("Entrances", testEntrances)
	h.part("NewSite", testNewSite)
	h.part("NewSiteFails", testNewSiteFails)
	h.part("Commands", testCommands)
	h.part("Web", testWeb)
	h.part("Jobs", testJobs)
	h.part("Realtime", testRealtime)
	h.part("MigrateRefused", testMigrateRefused)
	h.part("MigrateKilled", testMigrateKilled)
	h.part("MigrateToSchema", testMigrateToSchema)
	h.part("MigrateFails", testMigrateFails)
	h.part("SkipFailing", testSkipFailing)
	h.part("MigrateToFix", testMigrateToFix)
	h.part("DropSite", testDropSite)
}

func testPython(t *testing.T, h *host) {
	for _, app := range []string{"frappe", "shop"} {
		checkout := filepath.Join(h.bench("r4"), "apps", app)
		python := filepath.Join(h.bench("r4"), "env", "bin", "python")
		h.mustRun(checkout, python, "-m", "unittest", "discover", "-s", app+"/tests", "-t", ".")
	}
}

func testEntrances(t *testing.T, h *host) {
	sites := filepath.Join(h.bench("r1"), "sites")
	helper := []string{"../env/bin/python", "-m", "frappe.utils.bench_helper"}
	h.part("FrappeCommands", func(t *testing.T, h *host) {
		var names []string
		if err := json.Unmarshal([]byte(h.mustRun(sites, append(helper, "get-frappe-commands")...)), &names); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"new-site", "install-app", "uninstall-app", "list-apps", "drop-site", "migrate", "set-maintenance-mode",
			"ready-for-migration", "backup", "restore", "set-config", "clear-cache", "set-admin-password",
			"build-search-index", "scheduler", "doctor", "version", "build", "worker", "schedule", "execute",
		} {
			if !slices.Contains(names, want) {
				t.Errorf("no command %s", want)
			}
		}
	})
	h.part("FrappeHelp", func(t *testing.T, h *host) {
		if help := h.mustRun(sites, append(helper, "get-frappe-help")...); !strings.Contains(help, "Commands:") {
			t.Errorf("help is %q", help)
		}
		if help := h.mustBench("r1", "--help"); !strings.Contains(help, "ready-for-migration") {
			t.Error("bench does not list the framework's commands")
		}
	})
	h.part("Version", func(t *testing.T, h *host) {
		shop, _ := h.repos["shop"].Release("1.0.0")
		want := fmt.Sprintf("shop 1.0.0 HEAD (%.7s)", shop.Commit)
		if got := h.mustBench("r1", "version", "-f", "plain"); !strings.Contains(got, want) {
			t.Errorf("versions are %q, want %q", got, want)
		}
	})
	h.part("UnknownCommand", func(t *testing.T, h *host) {
		r := h.benchRun("r1", "--site", good, "no-such-command")
		if r.code != 2 || !strings.Contains(r.stderr, "No such command 'no-such-command'.") {
			t.Errorf("status %d: %s", r.code, r.stderr)
		}
	})
	h.part("Build", func(t *testing.T, h *host) {
		h.mustBench("r1", "build", "--production")
		if _, err := os.Stat(filepath.Join(sites, "assets", "shop", "shop.css")); err != nil {
			t.Error(err)
		}
	})
}

func testNewSite(t *testing.T, h *host) {
	// The account that a deploy lends to new-site: it may make users, and owns one database's name.
	h.sql("", "CREATE USER lent@localhost IDENTIFIED BY 'lent-password';"+
		"GRANT CREATE USER, RELOAD ON *.* TO lent@localhost;"+
		"GRANT ALL ON `goodsite`.* TO lent@localhost WITH GRANT OPTION")
	output := h.mustBench("r1", "new-site", good, "--db-name", "goodsite", "--admin-password", "admin-1",
		"--install-app", "shop", "--db-root-username", "lent", "--db-root-password", "lent-password")
	h.mustBench("r1", "set-config", "-g", "practice_orders", "500")
	h.mustBench("r1", "new-site", broken, "--db-name", "brokensite", "--admin-password", "admin-1",
		"--install-app", "shop", "--mariadb-root-password", rootPassword)

	h.part("Output", func(t *testing.T, h *host) {
		for _, want := range []string{
			"Installing frappe...", "Installing shop...",
			"\rUpdating DocTypes for shop          : [========================================] 100%",
			"*** Scheduler is disabled ***",
		} {
			if !strings.Contains(output, want) {
				t.Errorf("output lacks %q:\n%s", want, output)
			}
		}
	})
	h.part("OwnsItsDatabaseOnly", func(t *testing.T, h *host) {
		grants := h.sql("", "SHOW GRANTS FOR goodsite@localhost")
		want := "GRANT ALL PRIVILEGES ON `goodsite`.* TO `goodsite`@`localhost`"
		if lines := strings.Split(grants, "\n"); len(lines) != 2 || lines[1] != want {
			t.Errorf("grants are\n%s", grants)
		}
	})
	h.part("ListApps", func(t *testing.T, h *host) {
		got := strings.TrimSpace(h.mustBench("r1", "--site", good, "list-apps", "-f", "json"))
		if want := fmt.Sprintf(`{"%s": []}`, good); got != want { // nothing was migrated yet
			t.Errorf("apps are %s, want %s", got, want)
		}
		got = h.sql("goodsite", "SELECT defvalue FROM tabDefaultValue WHERE parent = '__global' AND defkey = 'installed_apps'")
		if want := `["frappe", "shop"]`; got != want {
			t.Errorf("apps are %s, want %s", got, want)
		}
	})
	h.part("Rows", func(t *testing.T, h *host) {
		if got := h.sql("goodsite", "SELECT COUNT(*) FROM `tabSales Order`"); got != "20000" {
			t.Errorf("%s orders, want 20000", got)
		}
		if got := h.sql("brokensite", "SELECT COUNT(*) FROM `tabSales Order`"); got != "500" {
			t.Errorf("%s orders, want 500", got)
		}
	})
}

func testNewSiteFails(t *testing.T, h *host) {
	h.part("NoRollbackWithoutTerminal", func(t *testing.T, h *host) {
		h.sql("", "CREATE DATABASE taken")
		r := h.benchRun("r1", "new-site", "taken.example.test", "--db-name", "taken", "--admin-password", "x",
			"--db-root-password", rootPassword)
		if r.code != 1 || !strings.Contains(r.stderr, "Database taken already exists") {
			t.Errorf("status %d:\n%s", r.code, r.stderr)
		}
		if _, err := os.Stat(h.site("r1", "taken.example.test", "site_config.json")); err != nil {
			t.Errorf("the directory should have stayed: %v", err)
		}
		if err := os.RemoveAll(h.site("r1", "taken.example.test")); err != nil {
			t.Fatal(err)
		}
	})
	h.part("SiteExists", func(t *testing.T, h *host) {
		r := h.benchRun("r1", "new-site", good, "--db-name", "other")
		if r.code != 1 || !strings.Contains(r.stdout, "already exists") {
			t.Errorf("status %d: %s", r.code, r.stdout)
		}
	})
	h.part("NobodyToAsk", func(t *testing.T, h *host) {
		r := h.benchRun("r1", "new-site", "asks.example.test", "--db-name", "asks", "--admin-password", "x")
		if r.code != 1 || !strings.Contains(r.stderr, "MySQL root password is needed") {
			t.Errorf("status %d:\n%s", r.code, r.stderr)
		}
		if err := os.RemoveAll(h.site("r1", "asks.example.test")); err != nil {
			t.Fatal(err)
		}
	})
	h.part("DatabaseMadeBefore", func(t *testing.T, h *host) {
		h.sql("", "CREATE DATABASE ready; CREATE USER ready@localhost IDENTIFIED BY 'pw';"+
			"GRANT ALL ON ready.* TO ready@localhost")
		h.mustBench("r1", "new-site", "ready.example.test", "--no-setup-db", "--db-name", "ready",
			"--db-password", "pw", "--admin-password", "x")
		h.mustBench("r1", "--site", "ready.example.test", "install-app", "shop")
		h.mustBench("r1", "--site", "ready.example.test", "uninstall-app", "shop", "--yes", "--no-backup", "--force")
		if got := h.sql("ready", "SHOW TABLES LIKE '%Order'"); got != "" {
			t.Errorf("tables of the app that stayed: %s", got)
		}
	})
}

func testCommands(t *testing.T, h *host) {
	h.part("SetConfig", func(t *testing.T, h *host) {
		h.mustBench("r1", "--site", good, "set-config", "greeting", "hello")
		text, err := os.ReadFile(h.site("r1", good, "site_config.json"))
		if err != nil || !strings.Contains(string(text), `"greeting": "hello"`) {
			t.Errorf("configuration is %s, %v", text, err)
		}
	})
	h.part("SearchIndex", func(t *testing.T, h *host) {
		output := h.mustBench("r1", "--site", good, "build-search-index")
		if !strings.Contains(output, "\rBuilding search index               : [========================================] 100%") {
			t.Errorf("output is %q", output)
		}
		if got := h.sql("goodsite", "SELECT COUNT(*) FROM __global_search WHERE doctype = 'Sales Order'"); got != "20000" {
			t.Errorf("%s orders in the index, want 20000", got)
		}
	})
	h.part("ClearCache", func(t *testing.T, h *host) {
		cli := func(args ...string) string {
			return strings.TrimSpace(h.mustRun("", append([]string{"redis-cli", "-p", fmt.Sprint(h.cachePort)}, args...)...))
		}
		cli("SET", "goodsite|user", "1")
		cli("SET", "brokensite|user", "1")
		h.mustBench("r1", "--site", good, "clear-cache")
		if got := cli("KEYS", "*"); got != "brokensite|user" {
			t.Errorf("keys left are %q", got)
		}
	})
	h.part("BackupWithFiles", func(t *testing.T, h *host) {
		h.write(h.site("r1", broken, "public", "files", "photo.txt"), []byte("a photo"))
		dir := filepath.Join(h.dir, "with-files")
		output := h.mustBench("r1", "--site", broken, "backup", "--with-files", "--backup-path-db", dir+"/db.sql.gz",
			"--backup-path-files", dir+"/files.tar", "--backup-path-private-files", dir+"/private.tar",
			"--backup-path-conf", dir+"/conf.json")
		want := fmt.Sprintf("Backup for Site %s has been successfully completed with files", broken)
		if !strings.Contains(output, want) {
			t.Errorf("output is %s", output)
		}
		if err := os.Remove(h.site("r1", broken, "public", "files", "photo.txt")); err != nil {
			t.Fatal(err)
		}
		h.mustBench("r1", "--site", broken, "--force", "restore", dir+"/db.sql.gz", "--with-public-files", dir+"/files.tar",
			"--db-root-password", rootPassword)
		if text, err := os.ReadFile(h.site("r1", broken, "public", "files", "photo.txt")); string(text) != "a photo" {
			t.Errorf("file is %q, %v", text, err)
		}
	})
	h.part("RestoreAsksFirst", func(t *testing.T, h *host) {
		r := h.benchRun("r1", "--site", broken, "restore", filepath.Join(h.dir, "with-files", "db.sql.gz"))
		if r.code != 1 {
			t.Errorf("status %d: %s", r.code, r.stdout)
		}
	})
}

func testWeb(t *testing.T, h *host) {
	h.serve("r1")
	h.part("Ping", func(t *testing.T, h *host) {
		if got := message[string](t, h.request("r1", good, "/api/method/ping", "")); got != "pong" {
			t.Errorf("answer is %q", got)
		}
	})
	h.part("UnknownHost", func(t *testing.T, h *host) {
		wantStatus(t, h.request("r1", "unknown.example.test", "/api/method/ping", ""), http.StatusNotFound)
	})
	h.part("Version", func(t *testing.T, h *host) {
		type app struct{ Version, Commit string }
		got := message[struct {
			Site string
			Apps map[string]app
		}](t, h.request("r1", good, "/api/method/version", ""))
		shop, _ := h.repos["shop"].Release("1.0.0")
		if want := (app{"1.0.0", shop.Commit}); got.Site != good || got.Apps["shop"] != want {
			t.Errorf("answer is %+v", got)
		}
	})
	h.part("Home", func(t *testing.T, h *host) {
		if a := h.request("r1", good, "/", ""); a.status != http.StatusOK || !strings.Contains(a.body, good) {
			t.Errorf("status %d: %s", a.status, a.body)
		}
	})
	h.part("Notes", func(t *testing.T, h *host) {
		type count struct{ Count int }
		for range 3 {
			message[struct{ Name string }](t, h.request("r1", good, "/api/method/note", `{"title": "hello"}`))
		}
		if got := message[count](t, h.request("r1", good, "/api/method/note", "")); got.Count != 3 {
			t.Errorf("%d notes, want 3", got.Count)
		}
		if got := message[count](t, h.request("r1", broken, "/api/method/note", "")); got.Count != 0 {
			t.Errorf("%d notes on the other site, want none", got.Count)
		}
	})
	h.part("Counts", func(t *testing.T, h *host) {
		got := message[map[string]int](t, h.request("r1", good, "/api/method/counts", ""))
		if got["Sales Order"] != 20000 || got["Item"] != 400 || got["Note"] != 3 {
			t.Errorf("counts are %v", got)
		}
	})
	h.part("Refused", func(t *testing.T, h *host) {
		for path, want := range map[string]int{
			"/api/method/no_such_method":         http.StatusNotFound,
			"/api/method/frappe.routes.dispatch": http.StatusNotFound,
			"/api/method/login":                  http.StatusMethodNotAllowed,
			"/api/method/ping?unknown=1":         http.StatusBadRequest,
			"/elsewhere":                         http.StatusNotFound,
		} {
			wantStatus(t, h.request("r1", good, path, ""), want)
		}
	})
	h.part("AdminPassword", func(t *testing.T, h *host) {
		h.mustBench("r1", "--site", good, "set-admin-password", "admin-2")
		login := func(password string) answer {
			return h.request("r1", good, "/api/method/login", `{"usr": "Administrator", "pwd": "`+password+`"}`)
		}
		wantStatus(t, login("admin-1"), http.StatusForbidden)
		wantStatus(t, login("admin-2"), http.StatusOK)
	})
	h.part("Maintenance", func(t *testing.T, h *host) {
		h.mustBench("r1", "--site", good, "set-maintenance-mode", "on")
		a := h.request("r1", good, "/api/method/ping", "")
		if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "Updating") || a.header.Get("Retry-After") == "" {
			t.Errorf("status %d, header %v: %s", a.status, a.header, a.body)
		}
		wantStatus(t, h.request("r1", broken, "/api/method/ping", ""), http.StatusOK)

		h.mustBench("r1", "--site", good, "set-config", "allow_reads_during_maintenance", "1")
		wantStatus(t, h.request("r1", good, "/api/method/ping", ""), http.StatusOK)
		wantStatus(t, h.request("r1", good, "/api/method/note", `{"title": "no"}`), http.StatusServiceUnavailable)

		h.mustBench("r1", "--site", good, "set-config", "allow_reads_during_maintenance", "None")
		h.mustBench("r1", "--site", good, "set-maintenance-mode", "off")
		wantStatus(t, h.request("r1", good, "/api/method/ping", ""), http.StatusOK)
	})
	h.part("ItemWithoutUnit", func(t *testing.T, h *host) {
		wantStatus(t, h.request("r1", broken, "/api/method/shop.api.add_item", `{"item_code": "LOOSE-1"}`), http.StatusOK)
		wantStatus(t, h.request("r1", broken, "/api/method/shop.api.add_item", `{"item_code": "LOOSE-1"}`), http.StatusBadRequest)
	})
}

// ready asks whether a site of r1 has no jobs.
func (h *host) ready(site string) result {
	h.t.Helper()
	return h.frappe("r1", "ready-for-migration", "--site", site)
}

func (h *host) wantNotReady(site string) {
	h.t.Helper()
	if r := h.ready(site); r.code != 1 || !strings.Contains(r.stdout, "NOT READY for migration: site "+site) {
		h.t.Fatalf("status %d: %s", r.code, r.stdout)
	}
}

// enqueue queues a job for the good site; arguments are a Python dictionary.
func (h *host) enqueue(arguments string) {
	h.t.Helper()
	h.mustFrappe("r1", "--site", good, "execute", "frappe.jobs.enqueue", "--kwargs", arguments)
}

func (h *host) worker() *background {
	h.t.Helper()
	return h.start(h.bench("r1"), h.tool("bench"), "worker", "--queue", "default")
}

func testJobs(_ *testing.T, h *host) {
	h.part("Waiting", func(t *testing.T, h *host) {
		h.mustBench("r1", "ready-for-migration", "--site", good)
		h.mustBench("r1", "--site", good, "execute", "frappe.jobs.enqueue",
			"--args", "['frappe.jobs.pause', 'short']", "--kwargs", "{'seconds': 0.1}")
		h.wantNotReady(good)
		if r := h.ready(broken); r.code != 0 {
			t.Errorf("the other site: status %d: %s", r.code, r.stdout)
		}
		h.mustBench("r1", "worker", "--burst")
		if r := h.ready(good); r.code != 0 {
			t.Errorf("status %d: %s", r.code, r.stdout)
		}
	})
	h.part("FinishesWhatItHas", func(t *testing.T, h *host) {
		w := h.worker()
		h.enqueue("{'method': 'frappe.jobs.pause', 'seconds': 3}")
		eventually(t, "the job runs", 10*time.Second, func() bool { return w.output.Contains("frappe.jobs.pause") })
		h.wantNotReady(good)
		if got := h.mustFrappe("r1", "doctor"); !strings.Contains(got, "Workers online: 1\n") {
			t.Errorf("doctor says %s", got)
		}
		w.stop()
		if !w.output.Contains("Job OK") {
			t.Errorf("the job did not end:\n%s", w.output)
		}
		if r := h.ready(good); r.code != 0 {
			t.Errorf("status %d: %s", r.code, r.stdout)
		}
	})
	h.part("KilledWorkersJobRunsAgain", func(t *testing.T, h *host) {
		w := h.worker()
		h.enqueue("{'method': 'frappe.jobs.pause', 'seconds': 2}")
		eventually(t, "the job runs", 10*time.Second, func() bool { return w.output.Contains("frappe.jobs.pause") })
		w.signal(syscall.SIGKILL)
		<-w.ended
		h.wantNotReady(good)
		eventually(t, "another worker has run it", 20*time.Second, func() bool {
			return strings.Contains(h.mustFrappe("r1", "worker", "--burst"), "Job OK")
		})
	})
	h.part("Failure", func(t *testing.T, h *host) {
		h.enqueue("{'method': 'frappe.jobs.fail', 'message': 'no paper'}")
		if r := h.frappe("r1", "worker", "--burst"); r.code != 0 || !strings.Contains(r.stderr, "RuntimeError: no paper") {
			t.Errorf("status %d: %s", r.code, r.stderr)
		}
		if got := h.sql("goodsite", "SELECT COUNT(*) FROM `tabError Log` WHERE error LIKE '%no paper%'"); got != "1" {
			t.Errorf("%s entries in the error log", got)
		}
	})
	h.part("Scheduler", func(t *testing.T, h *host) {
		h.mustBench("r1", "--site", good, "scheduler", "enable")
		if got := h.mustFrappe("r1", "--site", good, "scheduler", "status"); !strings.Contains(got, "Scheduler is enabled for site "+good) {
			t.Errorf("status is %s", got)
		}
		s := h.start(h.bench("r1"), h.tool("bench"), "schedule")
		eventually(t, "a periodic job waits", 20*time.Second, func() bool { return h.ready(good).code == 1 })
		s.stop()
		h.mustFrappe("r1", "worker", "--burst", "--quiet")
		h.mustBench("r1", "--site", good, "scheduler", "pause")
		if got := h.mustFrappe("r1", "--site", good, "scheduler", "status"); !strings.Contains(got, "paused") {
			t.Errorf("status is %s", got)
		}
	})
}

func testRealtime(t *testing.T, h *host) {
	h.start(h.bench("r1"), h.tool("bench"), "socketio")
	eventually(t, "the realtime process listens", 10*time.Second, func() bool { return listening(h.socketPort) })
	h.webPorts["realtime"] = h.socketPort
	wantStatus(t, h.request("realtime", good, "/health", ""), http.StatusOK)
}

func testMigrateRefused(t *testing.T, h *host) {
	h.part("NoCache", func(t *testing.T, h *host) {
		r := h.runWith([]string{"FRAPPE_REDIS_CACHE=redis://127.0.0.1:1"}, h.bench("r1"),
			h.tool("bench"), "--site", good, "migrate")
		if r.code != 1 || !strings.Contains(r.stdout, "Service redis_cache is not running.") {
			t.Errorf("status %d: %s", r.code, r.stdout)
		}
	})
	h.part("AlreadyRunning", func(t *testing.T, h *host) {
		path := h.site("r1", good, "locks", "bench_migrate.lock")
		h.write(path, nil)
		lock, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer lock.Close()
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		r := h.benchRun("r1", "--site", good, "migrate")
		if r.code != 1 || !strings.Contains(r.stderr, "LockTimeout: Failed to acquire lock: bench_migrate") {
			t.Errorf("status %d:\n%s", r.code, r.stderr)
		}
		if waited := time.Since(started); waited < time.Second {
			t.Errorf("it gave up after %s, before a second had passed", waited)
		}
	})
}

// touched is the list that a migration leaves behind.
func (h *host) touched(bench, site string) ([]string, error) {
	text, err := os.ReadFile(h.site(bench, site, "touched_tables.json"))
	if err != nil {
		return nil, err
	}
	var tables []string
	return tables, json.Unmarshal(text, &tables)
}

func testMigrateKilled(t *testing.T, h *host) {
	h.mustBench("r1", "--site", good, "migrate", "--skip-search-index")
	if _, err := h.touched("r1", good); err != nil {
		t.Fatal(err)
	}
	h.move(good, "r1", "r2")
	wantStatus(t, h.request("r1", good, "/api/method/ping", ""), http.StatusNotFound)

	m := h.start(h.bench("r2"), h.tool("bench"), "--site", good, "migrate", "--skip-search-index")
	eventually(t, "the long patch runs", 30*time.Second, func() bool {
		return m.output.Contains("Executing shop.patches.v1_2.fill_order_amounts in " + good + " (goodsite)")
	})
	m.signal(syscall.SIGKILL)
	<-m.ended
	if _, err := h.touched("r2", good); !os.IsNotExist(err) {
		t.Errorf("a killed migration left touched_tables.json behind: %v", err)
	}
}

func testMigrateToSchema(t *testing.T, h *host) {
	output := h.mustBench("r2", "--site", good, "migrate", "--skip-search-index")
	h.part("Output", func(t *testing.T, h *host) {
		for _, want := range []string{
			"Migrating " + good + "\n",
			"Executing shop.patches.v1_2.fill_order_amounts in " + good + " (goodsite)\n",
			"\rFilling amounts of orders           : [====================                    ] 50%",
			"Success: Done in ",
			"\rUpdating DocTypes for shop          : [",
			"Updating customizations for Item\n",
		} {
			if !strings.Contains(output, want) {
				t.Errorf("output lacks %q", want)
			}
		}
		if strings.Contains(output, "remove_orphan_orders") {
			t.Error("a patch that was committed before the kill ran again")
		}
	})
	h.part("Rows", func(t *testing.T, h *host) {
		got := h.sql("goodsite", "SELECT COUNT(*), MIN(total) > 0, SUM(ABS(total - net_amount - tax_amount)) = 0 FROM `tabSales Order`")
		if got != "20000\t1\t1" {
			t.Errorf("orders: %q", got)
		}
		if got := h.sql("goodsite", "SELECT COUNT(*) FROM `tabSales Order Line`"); got != "20000" {
			t.Errorf("%s lines", got)
		}
	})
	h.part("NothingLeftToDo", func(t *testing.T, h *host) {
		if output := h.mustBench("r2", "--site", good, "migrate"); strings.Contains(output, "Executing shop.") ||
			!strings.Contains(output, "Queued rebuilding of search index for "+good) {
			t.Errorf("output is %s", output)
		}
		h.mustBench("r2", "worker", "--burst")
	})
	h.part("Answers", func(t *testing.T, h *host) {
		h.serve("r2")
		a := h.request("r2", good, "/api/method/version", "")
		if !strings.Contains(a.body, `"version": "1.2.0"`) {
			t.Errorf("answer is %s", a.body)
		}
	})
}

// dump is the site's database as bytes.
func (h *host) dump(bench, site, name string) (path, content string) {
	h.t.Helper()
	path = filepath.Join(h.dir, "dumps", name+".sql")
	h.mustBench(bench, "--site", site, "backup", "--backup-path-db", path)
	text, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return path, string(text)
}

func testMigrateFails(t *testing.T, h *host) {
	h.move(broken, "r1", "r2")
	h.mustBench("r2", "--site", broken, "migrate", "--skip-search-index")
	backup, before := h.dump("r2", broken, "before")
	h.move(broken, "r2", "r3")
	r := h.benchRun("r3", "--site", broken, "migrate", "--skip-search-index")

	h.part("Traceback", func(t *testing.T, h *host) {
		lines := strings.Split(strings.TrimSpace(r.stderr), "\n")
		if r.code != 1 || lines[0] != "Traceback (most recent call last):" || lines[len(lines)-1] != "KeyError: 'uom'" {
			t.Errorf("status %d:\n%s", r.code, r.stderr)
		}
		if !strings.Contains(r.stderr, "move_units_to_column.py") {
			t.Error("the traceback does not name the patch")
		}
	})
	h.part("NamesThePatch", func(t *testing.T, h *host) {
		output := strings.TrimSpace(r.stdout)
		last := output[strings.LastIndex(output, "\n")+1:]
		if want := "Executing shop.patches.v1_3.move_units_to_column in " + broken + " (brokensite)"; last != want {
			t.Errorf("last line is %q, want %q", last, want)
		}
	})
	h.part("Damage", func(t *testing.T, h *host) {
		for query, want := range map[string]string{
			"SELECT COUNT(*) FROM `tabStock Balance`":                                       "400",
			"SELECT COUNT(*) FROM tabItem WHERE uom IS NOT NULL":                            "400",
			"SHOW COLUMNS FROM `tabSales Order` LIKE 'remarks'":                             "",
			"SELECT COUNT(region) FROM tabCustomer":                                         "250",
			"SELECT COUNT(*) FROM tabUnit":                                                  "4",
			"SELECT COUNT(*) FROM `tabPatch Log` WHERE patch LIKE '%v1_3%' AND skipped = 0": "3",
		} {
			if got := h.sql("brokensite", query); got != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
	})
	h.part("TouchedTables", func(t *testing.T, h *host) {
		got, err := h.touched("r3", broken)
		want := []string{
			"tabCustomer", "tabDocType", "tabItem", "tabPatch Log", "tabSales Order", "tabStock Balance", "tabUnit",
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v, touched (-want +got):\n%s", err, diff)
		}
	})
	h.part("Restored", func(t *testing.T, h *host) {
		h.move(broken, "r3", "r2")
		h.mustBench("r2", "--site", broken, "--force", "restore", backup, "--db-root-password", rootPassword)
		if _, after := h.dump("r2", broken, "after"); before != after {
			t.Errorf("the dump differs after the restore: %d bytes, %d before", len(after), len(before))
		}
		wantStatus(t, h.request("r2", broken, "/api/method/ping", ""), http.StatusOK)
	})
}

func testSkipFailing(t *testing.T, h *host) {
	h.move(broken, "r2", "r3")
	output := h.mustBench("r3", "--site", broken, "migrate", "--skip-search-index", "--skip-failing")
	if !strings.Contains(output, "Failed to execute patch") || !strings.Contains(output, "KeyError: 'uom'") {
		t.Errorf("output is %s", output)
	}
	got := h.sql("brokensite", "SELECT patch, traceback LIKE '%KeyError%' FROM `tabPatch Log` WHERE skipped = 1")
	if want := "shop.patches.v1_3.move_units_to_column\t1"; got != want {
		t.Errorf("skipped: %q, want %q", got, want)
	}
	if got := h.sql("brokensite", "SELECT COUNT(*) FROM `tabPatch Log` WHERE patch LIKE '%complete_old_orders'"); got != "1" {
		t.Error("the patch after the failing one did not run")
	}
}

func testMigrateToFix(t *testing.T, h *host) {
	for site, from := range map[string]string{good: "r2", broken: "r3"} {
		h.move(site, from, "r4")
		h.mustBench("r4", "--site", site, "migrate", "--skip-search-index")
	}
	if got := h.sql("brokensite", "SELECT uom FROM tabItem WHERE name = 'LOOSE-1'"); got != "Nos" {
		t.Errorf("unit of the loose item is %q, want Nos", got)
	}
	h.part("SameAsNew", func(t *testing.T, h *host) {
		h.mustBench("r4", "new-site", "new.example.test", "--db-name", "newsite", "--admin-password", "x",
			"--install-app", "shop", "--db-root-password", rootPassword)
		query := func(database string) string {
			return h.sql(database, "SELECT name, customer, BINARY item, qty, total FROM `tabSales Order` ORDER BY name;"+
				"SELECT name, uom, attributes FROM tabItem ORDER BY name; SELECT name, region FROM tabCustomer ORDER BY name;"+
				"SELECT name, item, qty, net_amount FROM `tabSales Order Line` ORDER BY name")
		}
		if diff := cmp.Diff(query("newsite"), query("goodsite")); diff != "" {
			t.Errorf("a site made on 1.5.0 and one migrated to it differ (-new +migrated):\n%.2000s", diff)
		}
	})
	h.part("Answers", func(t *testing.T, h *host) {
		h.serve("r4")
		for _, site := range []string{good, broken} {
			if a := h.request("r4", site, "/api/method/version", ""); !strings.Contains(a.body, `"version": "1.5.0"`) {
				t.Errorf("%s answers %s", site, a.body)
			}
			wantStatus(t, h.request("r4", site, "/api/method/shop.api.order_totals", ""), http.StatusOK)
		}
	})
}

func testDropSite(t *testing.T, h *host) {
	archive := filepath.Join(h.dir, "archived")
	for range 2 {
		h.mustBench("r4", "drop-site", broken, "--no-backup", "--force", "--archived-sites-path", archive,
			"--db-root-password", rootPassword)
		if err := os.Mkdir(h.site("r4", broken), 0o755); err != nil {
			t.Fatal(err)
		}
		h.write(h.site("r4", broken, "site_config.json"), []byte(`{"db_name": "brokensite", "db_password": "x"}`))
		h.giveToBenchUser(h.site("r4", broken))
	}
	entries, err := os.ReadDir(archive)
	if err != nil || len(entries) != 2 || entries[1].Name() != broken+"1" {
		t.Errorf("archived: %v, %v", entries, err)
	}
	if got := h.sql("", "SHOW DATABASES LIKE 'broken%'; SELECT User FROM mysql.user WHERE User LIKE 'broken%'"); got != "" {
		t.Errorf("left behind: %s", got)
	}
}
