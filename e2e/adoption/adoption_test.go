package adoption

import (
	"net/http"
	"strings"
	"testing"

	"central/e2e/stage"
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
	s := newHost(t)
	s.make()
	for _, name := range []string{"frappe", "shop"} {
		_, action, err := s.Store.AddApp(t.Context(), stage.Admin, fleet.NewApp{Name: name, Repository: s.Machines.GitURL(name), Branch: "main"})
		stage.Must(t, err)
		s.Ends(action, fleet.ActionSucceeded)
	}
	server, err := s.Store.AddServer(t.Context(), stage.Admin, fleet.NewServer{Name: "m-01", Address: s.Host.Address, Role: fleet.RoleMaster, HostKey: s.Host.HostKey})
	stage.Must(t, err)

	before := s.SSH(byHandState)
	scan := s.scan(server)
	if after := s.SSH(byHandState); after != before {
		t.Errorf("the scan changed something:\n%s\n%s", before, after)
	}
	s.adopt(server, scan, before)
	if t.Failed() {
		return
	}
	sites := s.sites()
	s.deployed(sites)
	s.takenBack(sites)
	s.givenNode(sites[one])
	s.privateApp(sites[one].BenchID, sites[one])
	s.hasNode(sites[one])
	s.twoNodes(server)
	s.configured(sites[one].BenchID, sites[one])
	s.nothingSecret()
}

// scan looks at the host and holds that it found what is there.
func (s *host) scan(server fleet.Server) fleet.Scan {
	s.T.Helper()
	scan, action, err := s.Store.ScanServer(s.T.Context(), stage.Admin, server.ID)
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	scan, err = s.Store.Scan(s.T.Context(), scan.ID)
	stage.Must(s.T, err)
	report, err := s.Store.ScanReport(s.T.Context(), scan)
	stage.Must(s.T, err)
	if len(report.Benches) != 1 || report.Benches[0].Path != path || len(report.Benches[0].Sites) != 2 {
		s.T.Fatalf("found %+v", report.Benches)
	}
	bench := report.Benches[0]
	if bench.Owner != "erp" || bench.WebPort != 8000 || bench.Python != "python3.11" || len(bench.Processes) == 0 {
		s.T.Errorf("the bench is %+v", bench)
	}
	for _, app := range bench.Apps {
		release, _ := s.repositories[app.App].Release("1.0.0")
		if app.Standing != fleet.AppReleased || app.Commit != release.Commit || len(app.Notes) > 0 {
			s.T.Errorf("an app is %+v", app)
		}
	}
	for _, site := range bench.Sites {
		if site.Status != http.StatusOK || !site.DatabaseFound || len(site.Notes) > 0 {
			s.T.Errorf("a site is %+v", site)
		}
	}
	// Its maker gave the database's root a password.
	if len(report.Notes) != 1 || report.Notes[0].Severity != fleet.PlanWarning || !strings.Contains(report.Notes[0].Message, "without a password") {
		s.T.Errorf("notes on the server: %+v", report.Notes)
	}
	return scan
}

// adopt takes the bench with both sites over while they are asked all the time, and holds that nothing of it was touched.
func (s *host) adopt(server fleet.Server, scan fleet.Scan, before string) {
	s.T.Helper()
	found := scan.Found.Benches[0]
	wanted := fleet.AdoptBench{Path: path, Name: "old", Sites: []string{one, two}}
	for _, app := range found.Apps {
		wanted.Apps = append(wanted.Apps, fleet.AppCommit{App: app.App, Commit: app.Commit})
	}
	stopOne, stopTwo := s.Trickle(one), s.Trickle(two)
	_, action, err := s.Store.AdoptBenches(s.T.Context(), stage.Admin, fleet.AdoptInput{ServerID: server.ID, ScanID: scan.ID, Benches: []fleet.AdoptBench{wanted}})
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	for site, wrong := range map[string][]string{one: stopOne(), two: stopTwo()} {
		if len(wrong) > 0 {
			s.T.Errorf("%s failed %d times during the adoption: %s", site, len(wrong), wrong[0])
		}
	}
	if after := s.SSH(byHandState); after != before {
		s.T.Errorf("the adoption changed something:\n%s\n%s", before, after)
	}
	server, err = s.Store.Server(s.T.Context(), server.ID)
	stage.Must(s.T, err)
	if server.Status != fleet.ServerReady || !server.Adopted || len(server.TakenSlots) == 0 || server.TakenSlots[0] != 0 {
		s.T.Errorf("the server is %+v", server)
	}
}

// sites are the adopted ones by name.
func (s *host) sites() map[string]fleet.Site {
	s.T.Helper()
	ids, err := s.Store.SiteIDs(s.T.Context(), fleet.SiteFilter{})
	stage.Must(s.T, err)
	byID, err := s.Store.SitesByID(s.T.Context(), ids)
	stage.Must(s.T, err)
	sites := map[string]fleet.Site{}
	for _, site := range byID {
		sites[site.Name] = site
		revision, err := s.Store.Revision(s.T.Context(), site.RevisionID)
		stage.Must(s.T, err)
		if site.Status != fleet.SiteActive || revision.Path != path || revision.Slot != nil {
			s.T.Errorf("%+v is on %+v", site, revision)
		}
	}
	if len(sites) != 2 {
		s.T.Fatalf("sites on record: %v", sites)
	}
	return sites
}

// release is the one of shop with this version.
func (s *host) release(version string) fleet.AppCommit {
	s.T.Helper()
	release, ok := s.repositories["shop"].Release(version)
	if !ok {
		s.T.Fatalf("there is no shop %s", version)
	}
	return fleet.AppCommit{App: "shop", Commit: release.Commit}
}

// shop is the version of shop that a site answers with.
func (s *host) shop(site string) string {
	s.T.Helper()
	status, text, err := s.Get(s.T.Context(), site, "/api/method/version")
	stage.Must(s.T, err)
	if status != http.StatusOK {
		s.T.Errorf("%s answers %d: %s", site, status, text)
	}
	return text
}

// deployed moves one site to a release of Central's building, while the other serves from the old bench without a gap.
func (s *host) deployed(sites map[string]fleet.Site) {
	s.T.Helper()
	stop := s.Trickle(two)
	s.Deploy(s.release("1.1.0"), fleet.DeploySucceeded, sites[one])
	if wrong := stop(); len(wrong) > 0 {
		s.T.Errorf("%s failed %d times while %s moved: %s", two, len(wrong), one, wrong[0])
	}
	if got := s.shop(one); !strings.Contains(got, "1.1.0") {
		s.T.Errorf("%s answers %s", one, got)
	}
	if got := s.shop(two); strings.Contains(got, "1.1.0") {
		s.T.Errorf("%s answers %s", two, got)
	}
	for command, want := range map[string]string{
		"stat -c '%U:%G' /home/frappe/benches/old/r2/sites/" + one + "/site_config.json": "frappe:frappe",
		"ls " + path + "/sites | grep -c example.com":                                    "1",
		"cat /etc/nginx/central/names.d/*.conf":                                          "server_name " + one + ";",
		"systemctl is-active erp-web erp-worker erp-schedule":                            "active\nactive\nactive",
		"find /home/frappe ! -user frappe | wc -l":                                       "0",
	} {
		if got := s.SSH(command); got != want {
			s.T.Errorf("%s: got %q, want %q", command, got, want)
		}
	}
}

// takenBack tries a release that fails on the other site: it is back in the old bench, every byte as it was.
func (s *host) takenBack(sites map[string]fleet.Site) {
	s.T.Helper()
	s.SSH("cd "+path+"/sites && runuser -u erp -- ../env/bin/python -m frappe.utils.bench_helper frappe --site $1 execute shop.seed.plant_item_without_uom", two)
	state := func() string { return s.SSH(siteState, two) + "\n" + s.SSH(databaseState, two) }
	before := state()
	if deploy := s.Deploy(s.release("1.3.0"), fleet.DeployFailed, sites[two]); deploy.RolledBack != 1 {
		s.T.Errorf("rolled back: %d", deploy.RolledBack)
	}
	if after := state(); after != before {
		s.T.Errorf("%s is not as it was:\n%s\n\n%s", two, before, after)
	}
	if got := s.shop(two); !strings.Contains(got, "1.0.0") {
		s.T.Errorf("%s answers %s", two, got)
	}
	if got := s.SSH("ls /etc/nginx/central/names.d"); got != one+".conf" {
		s.T.Errorf("nginx knows %s", got)
	}
}

// databaseState is a digest of all that is in a site's database, asked with the site's own password.
const databaseState = `
	config=/home/erp/frappe-bench/sites/$1/site_config.json
	read -r name password < <(python3 -c 'import json,sys; c=json.load(open(sys.argv[1])); print(c["db_name"], c["db_password"])' "$config")
	MYSQL_PWD=$password mariadb-dump --no-defaults --host=127.0.0.1 --user="$name" --skip-dump-date --single-transaction --no-tablespaces "$name" | sha256sum
`

// nothingSecret holds that no password of the host reached Central's database.
func (s *host) nothingSecret() {
	s.T.Helper()
	secrets := append(strings.Fields(s.SSH(`python3 -c '
import glob, json
for path in glob.glob("/home/*/*/sites/*/site_config.json") + glob.glob("/home/frappe/benches/*/*/sites/*/site_config.json"):
    print(json.load(open(path))["db_password"])'`)), "by-hand-root")
	if len(secrets) != 3 {
		s.T.Fatalf("%d secrets to look for", len(secrets))
	}
	for _, column := range []string{"scans.found", "action_events.body", "actions.error_detail", "audit_entries.input", "actions.error_message"} {
		table, name, _ := strings.Cut(column, ".")
		for _, secret := range secrets {
			var n int
			stage.Must(s.T, s.Store.DB().QueryRowContext(s.T.Context(), "SELECT COUNT(*) FROM "+table+" WHERE "+name+" LIKE ?", "%"+secret+"%").Scan(&n))
			if n > 0 {
				s.T.Errorf("a password is in %s", column)
			}
		}
	}
}
