package adoption

import (
	"os"
	"strings"

	"central/e2e/stage"
	"central/fleet"
)

// liveUpdates is the program that a revision's live updates run.
const liveUpdates = `readlink /proc/$(systemctl show --property=MainPID --value "central-$1-socketio")/exe`

// nodeCalled is one of the versions that a bench may choose.
func (s *host) nodeCalled(name string) fleet.NodeVersion {
	s.T.Helper()
	for _, v := range fleet.NodeVersions() {
		if v.Name == name {
			return v
		}
	}
	s.T.Fatalf("there is no %s", name)
	return fleet.NodeVersion{}
}

// givenNode chooses another Node for the bench: what runs there goes on as it is.
func (s *host) givenNode(site fleet.Site) {
	s.T.Helper()
	before := s.revisionOf(site)
	chosen := "node20"
	bench, action, err := s.Store.ConfigureBench(s.T.Context(), stage.Admin, fleet.BenchSettings{BenchID: site.BenchID, Workers: 1, WebWorkers: 1, Node: &chosen})
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	if now := s.revisionOf(site); now.Node != "" || now.MadeFor(bench) {
		s.T.Errorf("the revision is said to have Node %q", now.Node)
	}
	if program := s.SSH(liveUpdates, "old-"+before.Name); program != "/usr/bin/node" {
		s.T.Errorf("its live updates run %s", program)
	}
}

// hasNode holds that the revision that was built then has the Node that was chosen, for its assets and for its live updates, and
// that the one before it goes on with the server's own.
func (s *host) hasNode(site fleet.Site) {
	s.T.Helper()
	want, revision := s.nodeCalled("node20"), s.revisionOf(site)
	if revision.Node != want.Version {
		s.T.Errorf("the revision is said to have Node %q", revision.Node)
	}
	if program := s.SSH(liveUpdates, "old-"+revision.Name); program != "/opt/central-node/"+want.Version+"/bin/node" {
		s.T.Errorf("its live updates run %s", program)
	}
	if built := s.SSH("cat /home/frappe/benches/old/$1/apps/crm/built-with.txt", revision.Name); built != "v"+want.Version {
		s.T.Errorf("its assets were built with Node %s", built)
	}
	if program := s.SSH(liveUpdates, "old-r3"); program != "/usr/bin/node" {
		s.T.Errorf("the live updates of an earlier revision run %s", program)
	}
}

// twoNodes makes a bench with another Node beside the one of the first, and holds that this one goes with it. What a registry
// gives that is not what was published stays out.
func (s *host) twoNodes(server fleet.Server) {
	s.T.Helper()
	release, _ := s.repositories["frappe"].Release("1.0.0")
	bench, action, err := s.Store.CreateBench(s.T.Context(), stage.Admin, fleet.NewBench{
		Name: "second", ServerID: server.ID, Node: "node22", Apps: []fleet.AppCommit{{App: "frappe", Commit: release.Commit}},
	})
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	first, second := s.nodeCalled("node20").Version, s.nodeCalled("node22").Version
	if program := s.SSH(liveUpdates, "second-r1"); program != "/opt/central-node/"+second+"/bin/node" {
		s.T.Errorf("its live updates run %s", program)
	}
	if there := strings.Fields(s.SSH("ls /opt/central-node")); !equal(there, first, second, "lock") {
		s.T.Errorf("on the server are %v", there)
	}

	script, err := os.ReadFile("../../playbooks/roles/revision/files/node.sh")
	stage.Must(s.T, err)
	other := fleet.NodePackages(first)
	said := s.SSH(`if said=$(bash -c "$1" node "${@:2}" 2>&1); then echo "taken: $said"; else echo "refused: $said"; fi`,
		string(script), "/home/frappe/benches/second/r1", s.nodeCalled("node18").Version, other["x64"], other["arm64"])
	if !strings.HasPrefix(said, "refused: ") || !strings.Contains(said, "is not the one that was published") {
		s.T.Errorf("a package with another digest: %s", said)
	}

	_, err = s.Store.RetireBench(s.T.Context(), stage.Admin, bench.ID, bench.Name)
	stage.Must(s.T, err)
	stage.Eventually(s.T, "the Node of the second bench goes with it", func() bool {
		return equal(strings.Fields(s.SSH("ls /opt/central-node")), first, "lock")
	})
}

func equal(got []string, want ...string) bool {
	return strings.Join(got, " ") == strings.Join(want, " ")
}
