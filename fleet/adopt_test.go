package fleet

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ticked is the whole of foundServer, as a person ticks it.
func ticked() AdoptInput {
	return AdoptInput{ServerID: 7, ScanID: 3, Benches: []AdoptBench{{
		Path: "/home/erp/frappe-bench", Name: "old", Apps: []AppCommit{{"frappe", knownCommit}, {"shop", knownCommit}},
		Sites: []string{"one.example.com"},
	}}}
}

func TestPlanAdoption(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*AdoptInput, *ScanFound, *ScanFacts)
		code   Code
		field  string
	}{
		{"OK", func(*AdoptInput, *ScanFound, *ScanFacts) {}, "", ""},
		{"OKLocalCommit", func(in *AdoptInput, f *ScanFound, _ *ScanFacts) {
			f.Benches[0].Apps[1].Commit, in.Benches[0].Apps[1].Commit = localCommit, localCommit
		}, "", ""},
		{"OKMoreSites", func(in *AdoptInput, _ *ScanFound, k *ScanFacts) {
			k.Adopted["/home/erp/frappe-bench"], k.Benches["old"], k.Sites["two.example.com"] = "old", true, true
		}, "", ""},
		{"OKOddSiteNotTicked", func(_ *AdoptInput, f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[1].Status = 502 }, "", ""},
		{"ErrNothing", func(in *AdoptInput, _ *ScanFound, _ *ScanFacts) { in.Benches = nil }, CodeInvalid, "input.benches"},
		{"ErrNoSites", func(in *AdoptInput, _ *ScanFound, _ *ScanFacts) { in.Benches[0].Sites = nil }, CodeNoSites, "input.benches.0.sites"},
		{"ErrServerBlocks", func(_ *AdoptInput, f *ScanFound, _ *ScanFacts) { f.DatabaseTools = false }, CodeNotReady, "input.serverId"},
		{"ErrNotFound", func(in *AdoptInput, _ *ScanFound, _ *ScanFacts) { in.Benches[0].Path = "/home/erp/other" }, CodeNotFound, "input.benches.0.path"},
		{"ErrTwice", func(in *AdoptInput, _ *ScanFound, _ *ScanFacts) { in.Benches = append(in.Benches, in.Benches[0]) }, CodeInvalid, "input.benches.1"},
		{"ErrName", func(in *AdoptInput, _ *ScanFound, _ *ScanFacts) { in.Benches[0].Name = "$(id)" }, CodeInvalid, "input.benches.0.name"},
		{"ErrNameTaken", func(_ *AdoptInput, _ *ScanFound, k *ScanFacts) { k.Benches["old"] = true }, CodeConflict, "input.benches.0.name"},
		{"ErrOtherName", func(_ *AdoptInput, _ *ScanFound, k *ScanFacts) {
			k.Adopted["/home/erp/frappe-bench"] = "main"
		}, CodeConflict, "input.benches.0.name"},
		{"ErrBenchBlocks", func(_ *AdoptInput, f *ScanFound, _ *ScanFacts) { f.Benches[0].SameDisk = false }, CodeNotReady, "input.benches.0.path"},
		{"ErrAppMissing", func(in *AdoptInput, _ *ScanFound, _ *ScanFacts) { in.Benches[0].Apps = in.Benches[0].Apps[:1] }, CodeConflict, "input.benches.0.apps"},
		{"ErrAppMoved", func(_ *AdoptInput, f *ScanFound, _ *ScanFacts) { f.Benches[0].Apps[1].Commit = localCommit }, CodeConflict, "input.benches.0.apps.1"},
		{"ErrAppUnknown", func(_ *AdoptInput, _ *ScanFound, k *ScanFacts) { k.Apps = k.Apps[:1] }, CodeNotReady, "input.benches.0.apps.1"},
		{"ErrSiteGone", func(in *AdoptInput, _ *ScanFound, _ *ScanFacts) { in.Benches[0].Sites[0] = "three.example.com" }, CodeNotFound, "input.benches.0.sites.0"},
		{"ErrSiteTwice", func(in *AdoptInput, _ *ScanFound, _ *ScanFacts) {
			in.Benches[0].Sites = append(in.Benches[0].Sites, "one.example.com")
		}, CodeInvalid, "input.benches.0.sites.1"},
		{"ErrSiteKnown", func(_ *AdoptInput, _ *ScanFound, k *ScanFacts) { k.Sites["one.example.com"] = true }, CodeConflict, "input.benches.0.sites.0"},
		{"ErrSiteBlocks", func(_ *AdoptInput, f *ScanFound, _ *ScanFacts) { f.Benches[0].Sites[0].Status = 502 }, CodeNotReady, "input.benches.0.sites.0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, found, facts := ticked(), foundServer(), knownFleet()
			c.change(&in, &found, &facts)
			_, err := PlanAdoption(in, JudgeScan(found, facts), facts)
			known := &Error{}
			errors.As(err, &known)
			if known.Code != c.code || known.Field != c.field || (err == nil) != (c.code == "") {
				t.Errorf("got %v, want %s at %s", err, c.code, c.field)
			}
		})
	}
}

func TestPlanAdoption_Plan(t *testing.T) {
	in, found, facts := ticked(), foundServer(), knownFleet()
	found.Benches[0].Apps[1].Commit, in.Benches[0].Apps[1].Commit = localCommit, localCommit
	found.Benches[0].PythonFound, found.Benches[0].WebWorkers = false, 1000
	plan, err := PlanAdoption(in, JudgeScan(found, facts), facts)
	if err != nil {
		t.Fatal(err)
	}
	apps := []RevisionApp{{App: "frappe", Commit: knownCommit, Version: "1.0.0"}, {App: "shop", Commit: localCommit, Version: "1.0.0", Local: true}}
	want := []AdoptedBench{{
		Bench: Bench{Name: "old", ServerID: 7, Python: "python3", Node: SystemNode, Workers: 1, WebWorkers: 64},
		Revision: Revision{
			ServerID: 7, Name: "r1", Status: RevisionReady, Apps: apps, Version: "shop 1.0.0", Fingerprint: Fingerprint(apps),
			Python: "python3", Path: "/home/erp/frappe-bench", Owner: "erp", OwnerGroup: "erp",
		},
		Sites: []string{"one.example.com"},
	}}
	if diff := cmp.Diff(want, plan); diff != "" {
		t.Error(diff)
	}
}

func TestSameAsFound(t *testing.T) {
	for name, change := range map[string]func(*FoundBench){
		"OK":            func(*FoundBench) {},
		"OKNotTicked":   func(b *FoundBench) { b.Sites[1].Database = "_new" },
		"ErrDatabase":   func(b *FoundBench) { b.Sites[0].Database = "_new" },
		"ErrOwner":      func(b *FoundBench) { b.Owner = "mallory" },
		"ErrGroup":      func(b *FoundBench) { b.Group = "mallory" },
		"ErrEverything": func(b *FoundBench) { b.Path = "/home/erp/moved" },
	} {
		now := foundServer()
		change(&now.Benches[0])
		if err := SameAsFound(ticked(), foundServer(), now); (err == nil) != (name[:2] == "OK") || err != nil && ErrorCode(err) != CodeConflict {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
