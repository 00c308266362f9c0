// Package adoption tests that Central takes over benches which somebody made by hand: a real host whose bench, processes,
// nginx and MariaDB are nobody's but their maker's, and a real runner.
package adoption

import (
	_ "embed"
	"net/netip"
	"testing"

	"central/e2e/stage"
	"central/practice/apps"
	"central/store/storetest"
)

//go:embed testdata/by-hand.sh
var byHand string

// host has a bench made by hand.
type host struct {
	*stage.Stage
	repositories map[string]apps.Repository
}

func newHost(t *testing.T) *host {
	t.Helper()
	s := &host{Stage: stage.New(t, "adoption", netip.MustParsePrefix("10.90.6.0/24")), repositories: map[string]apps.Repository{}}
	built, err := apps.Build(t.Context(), s.Repositories)
	stage.Must(t, err)
	for _, repository := range built {
		s.repositories[repository.Name] = repository
	}
	return s
}

// make puts the bench on the host, as somebody did years ago.
func (s *host) make() {
	s.T.Helper()
	s.SSH(byHand, s.Machines.GitURL("frappe"), s.Machines.GitURL("shop"))
}

func TestMain(m *testing.M) { storetest.Main(m) }
