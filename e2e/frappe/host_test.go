//go:build frappe

package frappe

import (
	"net/http"
	"net/netip"
	"os"
	"testing"
	"time"

	"central/e2e/stage"
	"central/fleet"
)

// host is a master with a bench of the real framework, behind a proxy.
type host struct {
	*stage.Stage
	history
}

func newHost(t *testing.T) *host {
	t.Helper()
	return &host{Stage: stage.New(t, "frappe", netip.MustParsePrefix("10.90.7.0/24"))}
}

func (r release) of() fleet.AppCommit { return fleet.AppCommit{App: "frappe", Commit: r.commit} }

// servers sets the proxy and the master up.
func (s *host) servers() fleet.Server {
	s.T.Helper()
	s.SetUp("p-01", fleet.RoleProxy)
	return s.SetUp("m-01", fleet.RoleMaster)
}

func (s *host) bench(server fleet.Server) fleet.Bench {
	s.T.Helper()
	_, action, err := s.Store.AddApp(s.T.Context(), stage.Admin,
		fleet.NewApp{Name: "frappe", Repository: s.Machines.GitURL("frappe"), Branch: branch})
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	bench, action, err := s.Store.CreateBench(s.T.Context(), stage.Admin,
		fleet.NewBench{Name: "trial", ServerID: server.ID, Node: os.Getenv("FRAPPE_NODE"), Apps: []fleet.AppCommit{s.history.from.of()}})
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
		s.answers(name, http.StatusOK)
		created = append(created, site)
	}
	return created[0], created[1]
}

// answers waits until a site's visitors get an answer of this kind; the proxy learns of a change by an action of its own.
func (s *host) answers(site string, want int) (text string) {
	s.T.Helper()
	status := 0
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for waiting := true; waiting && status != want; {
		var err error
		status, text, err = s.Get(s.T.Context(), site, "/api/method/ping")
		stage.Must(s.T, err)
		select {
		case <-again.C:
		case <-patience.C:
			waiting = false
		}
	}
	if status != want {
		s.T.Errorf("%s answers %d %s, want %d", site, status, text, want)
	}
	return text
}

// serves holds that a site answers, and lives on the code of a release.
func (s *host) serves(site string, r release) {
	s.T.Helper()
	s.answers(site, http.StatusOK)
	if code := s.SSH(`git -C /home/frappe/benches/trial/*/sites/"$1"/../../apps/frappe -c safe.directory='*' rev-parse HEAD`, site); code != r.commit {
		s.T.Errorf("%s is on the code of %s, want %s", site, code, r.commit)
	}
}

// migrated holds that a site serves, and that its tables were brought to the version of a release. Of a site that was never
// migrated the framework writes down no version.
func (s *host) migrated(site string, r release) {
	s.T.Helper()
	s.serves(site, r)
	if version := s.SSH(openDatabase+migratedTo, site); version != r.version {
		s.T.Errorf("%s was migrated to %s, want %s", site, version, r.version)
	}
}

// command runs one of the framework's own commands on a site, as whoever has a shell there would.
func (s *host) command(site string, args ...string) string {
	s.T.Helper()
	return s.SSH(`site=$1; shift
cd /home/frappe/benches/trial/*/sites/"$site"/..
runuser -u frappe -- ../env/bin/python -m frappe.utils.bench_helper frappe --site "$site" "$@"`, append([]string{site}, args...)...)
}
