package fleet_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

func TestNodeVersions(t *testing.T) {
	digest := regexp.MustCompile(`\Asha512-[A-Za-z0-9+/]{86}==\z`)
	seen := map[string]bool{}
	for _, v := range fleet.NodeVersions() {
		major, _, _ := strings.Cut(v.Version, ".")
		if v.Name != "node"+major || !regexp.MustCompile(`\A[0-9]+(\.[0-9]+){2}\z`).MatchString(v.Version) {
			t.Errorf("%+v", v)
		}
		packages := fleet.NodePackages(v.Version)
		if len(packages) != 2 {
			t.Errorf("%s has the packages %v", v.Version, packages)
		}
		for machine, found := range packages {
			if !digest.MatchString(found) || seen[found] {
				t.Errorf("%s for %s has the digest %q", v.Version, machine, found)
			}
			seen[found] = true
		}
		if err := fleet.ValidNode(v.Name); err != nil {
			t.Error(err)
		}
	}
	if len(seen) == 0 {
		t.Error("none is offered")
	}
	if err := fleet.ValidNode(fleet.SystemNode); err != nil {
		t.Error(err)
	}
	if packages := fleet.NodePackages(""); packages != nil {
		t.Errorf("the server's own has the packages %v", packages)
	}
	for _, none := range []string{"", "node7", "20.20.2", "node20; id", "Node20"} {
		wantError(t, fleet.ValidNode(none), fleet.CodeInvalid, "")
	}
}

func TestRevision_MadeFor(t *testing.T) {
	bench := fleet.Bench{ID: 1, Python: "python3.11", Node: "node20"}
	apps := []fleet.RevisionApp{at("frappe", frappe[0], "1.0.0")}
	made := bench.NewRevision("r1", 3, apps)
	if made.Python != "python3.11" || !strings.HasPrefix(made.Node, "20.") || *made.Slot != 3 || made.Fingerprint != fleet.Fingerprint(apps) {
		t.Errorf("%+v", made)
	}
	got := map[string]bool{}
	for name, change := range map[string]func(*fleet.Bench, *fleet.Revision){
		"itself":              func(*fleet.Bench, *fleet.Revision) {},
		"an earlier Node 20":  func(_ *fleet.Bench, r *fleet.Revision) { r.Node = "20.1.0" },
		"another Python":      func(b *fleet.Bench, _ *fleet.Revision) { b.Python = "python3.12" },
		"another Node":        func(b *fleet.Bench, _ *fleet.Revision) { b.Node = "node22" },
		"the server's Node":   func(b *fleet.Bench, _ *fleet.Revision) { b.Node = fleet.SystemNode },
		"with the server's":   func(_ *fleet.Bench, r *fleet.Revision) { r.Node = "" },
		"both the server's":   func(b *fleet.Bench, r *fleet.Revision) { b.Node, r.Node = fleet.SystemNode, "" },
		"of before the field": func(b *fleet.Bench, r *fleet.Revision) { b.Node, r.Node = "", "" },
	} {
		b, r := bench, made
		change(&b, &r)
		got[name] = r.MadeFor(b)
	}
	want := map[string]bool{
		"itself": true, "an earlier Node 20": true, "both the server's": true, "of before the field": true,
		"another Python": false, "another Node": false, "the server's Node": false, "with the server's": false,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
