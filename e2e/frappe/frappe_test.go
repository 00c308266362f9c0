//go:build frappe

// Package frappe runs Central's work on a bench against the real framework, where the other tests have apps that stand
// in for it. `make e2e-frappe` runs it; README says what it needs.
package frappe

import (
	"os"
	"path/filepath"
	"testing"

	"central/fleet"
	"central/store/storetest"
)

const (
	one    = "one.example.com"
	two    = "two.example.com"
	copied = "copy.example.com"
)

// TestFrappe is the life of two sites of the real framework: they are made, signed in to, configured, suspended, backed up
// and restored, moved to the next version, archived and brought back; and both are moved to a release that one of them refuses.
func TestFrappe(t *testing.T) {
	repository, from, to := os.Getenv("FRAPPE_REPO"), os.Getenv("FRAPPE_FROM"), os.Getenv("FRAPPE_TO")
	if repository == "" || from == "" || to == "" {
		t.Fatal("Say which framework: make e2e-frappe FRAPPE_REPO=(git address or directory) FRAPPE_FROM=v15.43.0 FRAPPE_TO=v15.44.2; FRAPPE_NODE=node20 for another Node than the host's own")
	}
	s := newHost(t)
	s.history = newHistory(t, filepath.Join(s.Repositories, "frappe.git"), repository, from, to)
	t.Logf("%s to %s", s.history.from.version, s.to.version)

	first, second := s.sites(s.bench(s.servers()))
	s.serves(one, s.history.from)
	s.serves(two, s.history.from)

	s.signsIn(first)
	s.configures(first)
	s.suspends(first)
	s.restores(first)

	s.Deploy(s.to.of(), fleet.DeploySucceeded, first)
	s.migrated(one, s.to)
	s.serves(two, s.history.from)
	s.archives(first)
	s.migrated(one, s.to)

	s.refuses(first, second)
}

func TestMain(m *testing.M) { storetest.Main(m) }
