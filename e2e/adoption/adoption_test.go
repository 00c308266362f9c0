package adoption

import (
	"net/http"
	"strings"
	"testing"

	"central/fleet"
)

const (
	one  = "one.example.com"
	two  = "two.example.com"
	path = "/home/erp/frappe-bench"
)

// byHandState is everything of the host's maker that an adoption must not touch: files with owner, mode and time of change,
// settings, and the processes with the moment they started. Sites write logs and caches while they serve.
const byHandState = `
	find /home/erp/frappe-bench /etc/mysql /etc/nginx/nginx.conf /etc/nginx/sites-enabled /etc/nginx/conf.d/frappe-bench.conf /etc/ssh /etc/nftables.conf \
		-not -type d -not -path '*/logs/*' -not -path '*/locks*' -not -name '*.pyc' -not -path '*/sites/*' -printf '%p %u:%g %m %T@ %l\n' | sort
	systemctl show --property=Id,MainPID,ActiveEnterTimestampMonotonic erp-web erp-worker erp-schedule erp-redis-cache erp-redis-queue mariadb nginx
	nft list ruleset
`

// siteState is every file of a site with its owner and content. Of site_config.json the form may change, and that the site is
// in no maintenance is said in another way; a migration leaves word of the tables that it touched.
const siteState = `
	cd "/home/erp/frappe-bench/sites/$1"
	find . -not -path './logs*' -not -path './locks*' -not -name touched_tables.json -printf '%P %u:%g %m %y\n' | sort
	find . -type f -not -path './logs/*' -not -path './locks/*' -not -name touched_tables.json -not -name site_config.json | sort | xargs -r -d '\n' sha256sum
	python3 -c 'import json; c = json.load(open("site_config.json")); print(sorted((k, v) for k, v in c.items() if k != "maintenance_mode" or v))'
`

// TestAdoption goes from a host that knows nothing of Central to a site on new code, and one that could not be moved.
func TestAdoption(t *testing.T) {
	s := newStage(t)
	s.make()
	for _, name := range []string{"frappe", "shop"} {
		_, action, err := s.store.AddApp(t.Context(), admin, fleet.NewApp{Name: name, Repository: s.machines.GitURL(name), Branch: "main"})
		must(t, err)
		s.ends(action, fleet.ActionSucceeded)
	}
	server, err := s.store.AddServer(t.Context(), admin, fleet.NewServer{Name: "m-01", Address: s.host.Address, Role: fleet.RoleMaster, HostKey: s.host.HostKey})
	must(t, err)

	before := s.ssh(byHandState)
	scan := s.scan(server)
	if after := s.ssh(byHandState); after != before {
		t.Errorf("the scan changed something:\n%s\n%s", before, after)
	}
	s.adopt(server, scan, before)
	if t.Failed() {
		return
	}
	sites := s.sites()
	s.deployed(sites)
	s.takenBack(sites)
	s.nothingSecret()
}

// scan looks at the host and holds that it found what is there.
func (s *stage) scan(server fleet.Server) fleet.Scan {
	s.t.Helper()
	scan, action, err := s.store.ScanServer(s.t.Context(), admin, server.ID)
	must(s.t, err)
	s.ends(action, fleet.ActionSucceeded)
	scan, err = s.store.Scan(s.t.Context(), scan.ID)
	must(s.t, err)
	report, err := s.store.ScanReport(s.t.Context(), scan)
	must(s.t, err)
	if len(report.Benches) != 1 || report.Benches[0].Path != path || len(report.Benches[0].Sites) != 2 {
		s.t.Fatalf("found %+v", report.Benches)
	}
	bench := report.Benches[0]
	if bench.Owner != "erp" || bench.WebPort != 8000 || bench.Python != "python3.11" || len(bench.Processes) == 0 {
		s.t.Errorf("the bench is %+v", bench)
	}
	for _, app := range bench.Apps {
		release, _ := s.repositories[app.App].Release("1.0.0")
		if app.Standing != fleet.AppReleased || app.Commit != release.Commit || len(app.Notes) > 0 {
			s.t.Errorf("an app is %+v", app)
		}
	}
	for _, site := range bench.Sites {
		if site.Status != http.StatusOK || !site.DatabaseFound || len(site.Notes) > 0 {
			s.t.Errorf("a site is %+v", site)
		}
	}
	// Its maker gave the database's root a password.
	if len(report.Notes) != 1 || report.Notes[0].Severity != fleet.PlanWarning || !strings.Contains(report.Notes[0].Message, "without a password") {
		s.t.Errorf("notes on the server: %+v", report.Notes)
	}
	return scan
}

// adopt takes the bench with both sites over while they are asked all the time, and holds that nothing of it was touched.
func (s *stage) adopt(server fleet.Server, scan fleet.Scan, before string) {
	s.t.Helper()
	found := scan.Found.Benches[0]
	wanted := fleet.AdoptBench{Path: path, Name: "old", Sites: []string{one, two}}
	for _, app := range found.Apps {
		wanted.Apps = append(wanted.Apps, fleet.AppCommit{App: app.App, Commit: app.Commit})
	}
	stopOne, stopTwo := s.trickle(one), s.trickle(two)
	_, action, err := s.store.AdoptBenches(s.t.Context(), admin, fleet.AdoptInput{ServerID: server.ID, ScanID: scan.ID, Benches: []fleet.AdoptBench{wanted}})
	must(s.t, err)
	s.ends(action, fleet.ActionSucceeded)
	for site, wrong := range map[string][]string{one: stopOne(), two: stopTwo()} {
		if len(wrong) > 0 {
			s.t.Errorf("%s failed %d times during the adoption: %s", site, len(wrong), wrong[0])
		}
	}
	if after := s.ssh(byHandState); after != before {
		s.t.Errorf("the adoption changed something:\n%s\n%s", before, after)
	}
	server, err = s.store.Server(s.t.Context(), server.ID)
	must(s.t, err)
	if server.Status != fleet.ServerReady || !server.Adopted || len(server.TakenSlots) == 0 || server.TakenSlots[0] != 0 {
		s.t.Errorf("the server is %+v", server)
	}
}

// sites are the adopted ones by name.
func (s *stage) sites() map[string]fleet.Site {
	s.t.Helper()
	ids, err := s.store.SiteIDs(s.t.Context(), fleet.SiteFilter{})
	must(s.t, err)
	byID, err := s.store.SitesByID(s.t.Context(), ids)
	must(s.t, err)
	sites := map[string]fleet.Site{}
	for _, site := range byID {
		sites[site.Name] = site
		revision, err := s.store.Revision(s.t.Context(), site.RevisionID)
		must(s.t, err)
		if site.Status != fleet.SiteActive || revision.Path != path || revision.Slot != nil {
			s.t.Errorf("%+v is on %+v", site, revision)
		}
	}
	if len(sites) != 2 {
		s.t.Fatalf("sites on record: %v", sites)
	}
	return sites
}

// deploy moves a site to a release of shop, and waits for its end.
func (s *stage) deploy(site fleet.Site, version string) fleet.Deploy {
	s.t.Helper()
	release, ok := s.repositories["shop"].Release(version)
	if !ok {
		s.t.Fatalf("there is no shop %s", version)
	}
	deploy, err := s.store.DeploySites(s.t.Context(), admin, fleet.DeployInput{
		SiteIDs: []uint{site.ID}, Releases: []fleet.AppCommit{{App: "shop", Commit: release.Commit}}, IdempotencyKey: version + " for " + site.Name,
	})
	must(s.t, err)
	eventually(s.t, deploy.Title, func() bool {
		deploy, err = s.store.Deploy(s.t.Context(), deploy.ID)
		must(s.t, err)
		return deploy.Status.Finished()
	})
	return deploy
}

func (s *stage) why(deploy fleet.Deploy) string {
	rows, err := s.store.DeploySitesOf(s.t.Context(), deploy.ID)
	must(s.t, err)
	text := ""
	for _, row := range rows {
		text += row.SiteName + " " + string(row.Status) + " " + row.ErrorMessage + "\n"
		events, err := s.store.Events(s.t.Context(), row.ActionID, 0, 10_000)
		must(s.t, err)
		for _, e := range events {
			text += e.Body.Step + " " + e.Body.Text + "\n"
		}
	}
	return text
}

// shop is the version of shop that a site answers with.
func (s *stage) shop(site string) string {
	s.t.Helper()
	status, text, err := s.get(s.t.Context(), site, "/api/method/version")
	must(s.t, err)
	if status != http.StatusOK {
		s.t.Errorf("%s answers %d: %s", site, status, text)
	}
	return text
}

// deployed moves one site to a release of Central's building, while the other serves from the old bench without a gap.
func (s *stage) deployed(sites map[string]fleet.Site) {
	s.t.Helper()
	stop := s.trickle(two)
	deploy := s.deploy(sites[one], "1.1.0")
	if deploy.Status != fleet.DeploySucceeded {
		s.t.Fatalf("deploy: %s\n%s", deploy.Status, s.why(deploy))
	}
	if wrong := stop(); len(wrong) > 0 {
		s.t.Errorf("%s failed %d times while %s moved: %s", two, len(wrong), one, wrong[0])
	}
	if got := s.shop(one); !strings.Contains(got, "1.1.0") {
		s.t.Errorf("%s answers %s", one, got)
	}
	if got := s.shop(two); strings.Contains(got, "1.1.0") {
		s.t.Errorf("%s answers %s", two, got)
	}
	for command, want := range map[string]string{
		"stat -c '%U:%G' /home/frappe/benches/old/r2/sites/" + one + "/site_config.json": "frappe:frappe",
		"ls " + path + "/sites | grep -c example.com":                                    "1",
		"cat /etc/nginx/central/names.d/*.conf":                                          "server_name " + one + ";",
		"systemctl is-active erp-web erp-worker erp-schedule":                            "active\nactive\nactive",
		"find /home/frappe ! -user frappe | wc -l":                                       "0",
	} {
		if got := s.ssh(command); got != want {
			s.t.Errorf("%s: got %q, want %q", command, got, want)
		}
	}
}

// takenBack tries a release that fails on the other site: it is back in the old bench, every byte as it was.
func (s *stage) takenBack(sites map[string]fleet.Site) {
	s.t.Helper()
	s.ssh("cd "+path+"/sites && runuser -u erp -- ../env/bin/python -m frappe.utils.bench_helper frappe --site $1 execute shop.seed.plant_item_without_uom", two)
	state := func() string { return s.ssh(siteState, two) + "\n" + s.ssh(databaseState, two) }
	before := state()
	deploy := s.deploy(sites[two], "1.3.0")
	if deploy.Status != fleet.DeployFailed || deploy.RolledBack != 1 {
		s.t.Fatalf("deploy: %s\n%s", deploy.Status, s.why(deploy))
	}
	if after := state(); after != before {
		s.t.Errorf("%s is not as it was:\n%s\n\n%s", two, before, after)
	}
	if got := s.shop(two); !strings.Contains(got, "1.0.0") {
		s.t.Errorf("%s answers %s", two, got)
	}
	if got := s.ssh("ls /etc/nginx/central/names.d"); got != one+".conf" {
		s.t.Errorf("nginx knows %s", got)
	}
}

// databaseState is a digest of all that is in a site's database, asked with the site's own password.
const databaseState = `
	config=/home/erp/frappe-bench/sites/$1/site_config.json
	read -r name password < <(python3 -c 'import json,sys; c=json.load(open(sys.argv[1])); print(c["db_name"], c["db_password"])' "$config")
	MYSQL_PWD=$password mariadb-dump --no-defaults --host=127.0.0.1 --user="$name" --skip-dump-date --single-transaction --no-tablespaces "$name" | sha256sum
`

// nothingSecret holds that no password of the host reached Central's database.
func (s *stage) nothingSecret() {
	s.t.Helper()
	secrets := append(strings.Fields(s.ssh(`python3 -c '
import glob, json
for path in glob.glob("/home/*/*/sites/*/site_config.json") + glob.glob("/home/frappe/benches/*/*/sites/*/site_config.json"):
    print(json.load(open(path))["db_password"])'`)), "by-hand-root")
	if len(secrets) != 3 {
		s.t.Fatalf("%d secrets to look for", len(secrets))
	}
	for _, column := range []string{"scans.found", "action_events.body", "actions.error_detail", "audit_entries.input", "actions.error_message"} {
		table, name, _ := strings.Cut(column, ".")
		for _, secret := range secrets {
			var n int
			must(s.t, s.store.DB().QueryRowContext(s.t.Context(), "SELECT COUNT(*) FROM "+table+" WHERE "+name+" LIKE ?", "%"+secret+"%").Scan(&n))
			if n > 0 {
				s.t.Errorf("a password is in %s", column)
			}
		}
	}
}
