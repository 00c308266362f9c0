//go:build frappe

// Package frappe runs Central's work on a bench against the real framework, where the other tests have apps that stand
// in for it. `make e2e-frappe` runs it; README says what it needs.
package frappe

import (
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"central/e2e/stage"
	"central/fleet"
	"central/store/storetest"
)

const (
	one = "one.example.com"
	two = "two.example.com"
)

// host is a master with a bench of the real framework.
type host struct {
	*stage.Stage
	history
}

// TestFrappe builds a bench at one revision, moves a site of two to the next, and then both to a release that one of
// them refuses.
func TestFrappe(t *testing.T) {
	repository, from, to := os.Getenv("FRAPPE_REPO"), os.Getenv("FRAPPE_FROM"), os.Getenv("FRAPPE_TO")
	if repository == "" || from == "" || to == "" {
		t.Fatal("Say which framework: make e2e-frappe FRAPPE_REPO=(git address or directory) FRAPPE_FROM=v15.43.0 FRAPPE_TO=v15.44.2")
	}
	s := &host{Stage: stage.New(t, "frappe", netip.MustParsePrefix("10.90.7.0/24"))}
	s.history = newHistory(t, filepath.Join(s.Repositories, "frappe.git"), repository, from, to)
	t.Logf("%s to %s", s.history.from.version, s.to.version)

	first, second := s.sites(s.bench(s.master()))
	s.serves(one, s.history.from)
	s.serves(two, s.history.from)

	s.Deploy(s.to.of(), fleet.DeploySucceeded, first)
	s.serves(one, s.to)
	s.serves(two, s.history.from)

	s.refuses(first, second)
}

func (r release) of() fleet.AppCommit { return fleet.AppCommit{App: "frappe", Commit: r.commit} }

func (s *host) master() fleet.Server {
	s.T.Helper()
	server, err := s.Store.AddServer(s.T.Context(), stage.Admin,
		fleet.NewServer{Name: "m-01", Address: s.Host.Address, Role: fleet.RoleMaster, HostKey: s.Host.HostKey})
	stage.Must(s.T, err)
	_, action, err := s.Store.SetUpServer(s.T.Context(), stage.Admin, server.ID)
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	return server
}

func (s *host) bench(server fleet.Server) fleet.Bench {
	s.T.Helper()
	_, action, err := s.Store.AddApp(s.T.Context(), stage.Admin,
		fleet.NewApp{Name: "frappe", Repository: s.Machines.GitURL("frappe"), Branch: branch})
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	bench, action, err := s.Store.CreateBench(s.T.Context(), stage.Admin,
		fleet.NewBench{Name: "trial", ServerID: server.ID, Apps: []fleet.AppCommit{s.history.from.of()}})
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	return bench
}

func (s *host) sites(bench fleet.Bench) (first, second fleet.Site) {
	s.T.Helper()
	created := []fleet.Site{}
	for _, name := range []string{one, two} {
		site, action, err := s.Store.CreateSite(s.T.Context(), stage.Admin, fleet.NewSite{Name: name, BenchID: bench.ID})
		stage.Must(s.T, err)
		s.Ends(action, fleet.ActionSucceeded)
		created = append(created, site)
	}
	return created[0], created[1]
}

// serves holds that a site answers, and was migrated to the version of a release.
func (s *host) serves(site string, r release) {
	s.T.Helper()
	status, text, err := s.Get(s.T.Context(), site, "/api/method/ping")
	stage.Must(s.T, err)
	if status != http.StatusOK {
		s.T.Errorf("%s answers %d %s", site, status, text)
	}
	if version := s.SSH(openDatabase+migratedTo, site); version != r.version {
		s.T.Errorf("%s is at %s, want %s", site, version, r.version)
	}
}

// refuses moves both sites to the release with the patch that two refuses: one is on it, two back where it was with
// every table as it was.
func (s *host) refuses(first, second fleet.Site) {
	s.T.Helper()
	s.SSH(`cd /home/frappe/benches/trial/*/sites/"$1"/../ && runuser -u frappe -- ../env/bin/python -m frappe.utils.bench_helper frappe --site "$1" set-config trial_refuses 1`, two)
	before := s.SSH(databaseState, two)
	deploy := s.Deploy(s.refusing.of(), fleet.DeployFailed, first, second)
	if deploy.Done != 1 || deploy.RolledBack != 1 {
		s.T.Errorf("done %d, rolled back %d", deploy.Done, deploy.RolledBack)
	}
	if after := s.SSH(databaseState, two); after != before {
		s.T.Errorf("%s is not as it was:\n%s\n\n%s", two, before, after)
	}
	s.serves(two, s.history.from)
	s.serves(one, s.refusing)
}

// openDatabase makes the name of a site's database, and a login to it, known to what follows.
const openDatabase = `
	config=$(echo /home/frappe/benches/trial/*/sites/"$1"/site_config.json)
	read -r name password < <(python3 -c 'import json,sys; c=json.load(open(sys.argv[1])); print(c["db_name"], c["db_password"])' "$config")
	export MYSQL_PWD=$password
	login=(--no-defaults --host=127.0.0.1 --user="$name")
`

// migratedTo is the version that the last migration of a site wrote down.
const migratedTo = "mariadb \"${login[@]}\" --batch --skip-column-names --execute \"SELECT app_version FROM \\`tabInstalled Application\\` WHERE app_name = 'frappe'\" \"$name\""

// databaseState is a digest of every table of a site.
const databaseState = openDatabase + `
	mariadb "${login[@]}" --batch --skip-column-names --execute 'SHOW TABLES' "$name" | while IFS= read -r table; do
		printf '%s ' "$table"
		mariadb-dump "${login[@]}" --skip-dump-date --single-transaction --no-tablespaces "$name" "$table" | sha256sum
	done
`

func TestMain(m *testing.M) { storetest.Main(m) }
