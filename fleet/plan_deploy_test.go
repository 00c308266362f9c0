package fleet_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"central/fleet"
)

// commit is a full commit that reads as n.
func commit(n int) string { return fmt.Sprintf("%040x", n) }

// Commits of the two apps in planFacts, oldest first.
var (
	frappe = []string{commit(0xf0), commit(0xf1), commit(0xf2)}
	shop   = []string{commit(0xa0), commit(0xa1), commit(0xa2), commit(0xa3)}
	gone   = commit(0xdead) // of shop, on its branch once
)

func releasesOf(commits []string, patches ...int) []fleet.Release {
	releases := []fleet.Release{}
	for i, c := range commits {
		release := fleet.Release{ID: uint(i + 1), Commit: c, Version: fmt.Sprintf("1.%d.0", i), Position: i}
		for p := range patches[i] {
			release.Patches = append(release.Patches, fmt.Sprintf("patch_%d_%d", i, p))
		}
		releases = append(releases, release)
	}
	return releases
}

func revision(id, bench, server uint, status fleet.RevisionStatus, apps ...fleet.RevisionApp) fleet.Revision {
	return fleet.Revision{
		ID: id, BenchID: bench, ServerID: server, Name: fmt.Sprintf("r%d", id), Status: status,
		Apps: apps, Version: fleet.VersionOf(apps), Fingerprint: fleet.Fingerprint(apps),
	}
}

func at(app, commit, version string) fleet.RevisionApp {
	return fleet.RevisionApp{App: app, Commit: commit, Version: version}
}

func site(id, bench, revision uint, name string) fleet.Site {
	return fleet.Site{ID: id, Name: name, BenchID: bench, ServerID: bench, RevisionID: revision, Status: fleet.SiteActive}
}

// planFacts is two benches on two servers. alpha has sites 1 to 3: 1 and 2 on r11 (the oldest commits), 3 on
// r12 (newer shop). beta has site 4 on r21 (the oldest commits), and 5 lives there without being chosen.
func planFacts() fleet.PlanFacts {
	oldest := []fleet.RevisionApp{at("frappe", frappe[0], "1.0.0"), at("shop", shop[0], "1.0.0")}
	newer := []fleet.RevisionApp{at("frappe", frappe[0], "1.0.0"), at("shop", shop[1], "1.1.0")}
	return fleet.PlanFacts{
		Sites: []fleet.Site{
			site(1, 1, 11, "c.example.com"), site(2, 1, 11, "a.example.com"), site(3, 1, 12, "b.example.com"), site(4, 2, 21, "d.example.com"),
		},
		Benches: map[uint]fleet.Bench{1: {ID: 1, Name: "alpha", ServerID: 1}, 2: {ID: 2, Name: "beta", ServerID: 2}},
		Servers: map[uint]fleet.Server{
			1: {ID: 1, Name: "m-1", Status: fleet.ServerReady}, 2: {ID: 2, Name: "m-2", Status: fleet.ServerReady},
		},
		Revisions: map[uint]fleet.Revision{
			11: revision(11, 1, 1, fleet.RevisionReady, oldest...),
			12: revision(12, 1, 1, fleet.RevisionReady, newer...),
			21: revision(21, 2, 2, fleet.RevisionReady, oldest...),
		},
		Releases: map[string][]fleet.Release{
			"frappe": releasesOf(frappe, 0, 1, 0),
			"shop":   append([]fleet.Release{{ID: 9, Commit: gone, Version: "0.9.9", Position: fleet.OffBranch}}, releasesOf(shop, 5, 2, 0, 1)...),
		},
		BenchSites: map[uint]int{1: 3, 2: 2},
	}
}

func planInput(ids ...uint) fleet.DeployInput {
	return fleet.DeployInput{SiteIDs: ids, Releases: []fleet.AppCommit{{App: "shop", Commit: shop[2]}}, SitesAtOnce: 4}
}

// note is what a test says of a PlanNote.
type note struct {
	Severity fleet.PlanSeverity
	Code     fleet.Code
	Field    string
	Site     uint
	Says     string // part of the message
}

// matches also holds Says against the message.
func (n note) matches(got fleet.PlanNote) bool {
	var site uint
	if got.SiteID != nil {
		site = *got.SiteID
	}
	return n.Severity == got.Severity && n.Code == got.Code && n.Field == got.Field && n.Site == site && strings.Contains(got.Message, n.Says)
}

func wantNotes(t *testing.T, plan fleet.DeployPlan, want []note) {
	t.Helper()
	ok := len(plan.Notes) == len(want)
	for i := 0; ok && i < len(want); i++ {
		ok = want[i].matches(plan.Notes[i])
	}
	if !ok {
		t.Errorf("notes are\n%+v\nwant\n%+v", plan.Notes, want)
	}
}

func TestPlanDeploy_Notes(t *testing.T) {
	const blocking, warning = fleet.PlanBlocking, fleet.PlanWarning
	busy := uint(70)
	setSite := func(change func(*fleet.Site)) func(*fleet.DeployInput, *fleet.PlanFacts) {
		return func(_ *fleet.DeployInput, facts *fleet.PlanFacts) { change(&facts.Sites[0]) }
	}
	setServer := func(status fleet.ServerStatus) func(*fleet.DeployInput, *fleet.PlanFacts) {
		return func(_ *fleet.DeployInput, facts *fleet.PlanFacts) {
			facts.Servers[2] = fleet.Server{ID: 2, Name: "m-2", Status: status}
		}
	}
	setReleases := func(releases ...fleet.AppCommit) func(*fleet.DeployInput, *fleet.PlanFacts) {
		return func(in *fleet.DeployInput, _ *fleet.PlanFacts) { in.Releases = releases }
	}
	for _, test := range []struct {
		name   string
		change func(*fleet.DeployInput, *fleet.PlanFacts)
		want   []note
	}{
		{"OK", func(*fleet.DeployInput, *fleet.PlanFacts) {}, nil},
		{"ErrUnknownSite",
			func(in *fleet.DeployInput, _ *fleet.PlanFacts) { in.SiteIDs = append(in.SiteIDs, 99) },
			[]note{{blocking, fleet.CodeNotFound, "input.siteIds", 0, "no site with the id 99"}}},
		{"ErrUnknownSiteTwice",
			func(in *fleet.DeployInput, _ *fleet.PlanFacts) { in.SiteIDs = append(in.SiteIDs, 99, 99) },
			[]note{{blocking, fleet.CodeNotFound, "input.siteIds", 0, "99"}}},
		{"ErrArchived", setSite(func(s *fleet.Site) { s.Status = fleet.SiteArchived }),
			[]note{{blocking, fleet.CodeSiteArchived, "input.siteIds", 1, "c.example.com is archived"}}},
		{"ErrArchivedAndItsRevisionGone", setSite(func(s *fleet.Site) { s.Status, s.RevisionID = fleet.SiteArchived, 1 }),
			[]note{{blocking, fleet.CodeSiteArchived, "input.siteIds", 1, ""}}},
		{"ErrBusy",
			func(_ *fleet.DeployInput, facts *fleet.PlanFacts) {
				facts.Sites[0].BusyActionID = &busy
				facts.Holders = map[uint]fleet.Holder{busy: {Title: "shop 1.1.0 to 3 sites", ActorName: "grace"}}
			},
			[]note{{blocking, fleet.CodeSiteBusy, "input.siteIds", 1, "c.example.com is busy with “shop 1.1.0 to 3 sites”, asked for by grace"}}},
		{"ErrBusyBeingCreated",
			func(_ *fleet.DeployInput, facts *fleet.PlanFacts) {
				facts.Sites[0].BusyActionID, facts.Sites[0].Status = &busy, fleet.SiteCreating
				facts.Holders = map[uint]fleet.Holder{busy: {Title: "Create c.example.com", ActorName: "ada"}}
			},
			[]note{{blocking, fleet.CodeSiteBusy, "input.siteIds", 1, "Create c.example.com"}}},
		{"ErrCreating", setSite(func(s *fleet.Site) { s.Status = fleet.SiteCreating }),
			[]note{{blocking, fleet.CodeNotReady, "input.siteIds", 1, "CREATING"}}},
		{"ErrFailed", setSite(func(s *fleet.Site) { s.Status = fleet.SiteFailed }),
			[]note{{blocking, fleet.CodeNotReady, "input.siteIds", 1, "FAILED"}}},
		{"ErrBroken", setSite(func(s *fleet.Site) { s.Status = fleet.SiteBroken }),
			[]note{{blocking, fleet.CodeNotReady, "input.siteIds", 1, "BROKEN"}}},
		{"ErrHostKeyChanged", setServer(fleet.ServerKeyChanged),
			[]note{{blocking, fleet.CodeHostKeyChanged, "input.siteIds", 4, "d.example.com is on m-2, whose host key has changed"}}},
		{"ErrServerBeingSetUp", setServer(fleet.ServerSettingUp),
			[]note{{blocking, fleet.CodeNotReady, "input.siteIds", 4, "m-2, which is not ready (SETTING_UP)"}}},
		{"ErrServerFailed", setServer(fleet.ServerFailed),
			[]note{{blocking, fleet.CodeNotReady, "input.siteIds", 4, "FAILED"}}},
		{"ErrFinding",
			func(in *fleet.DeployInput, _ *fleet.PlanFacts) {
				in.Findings = []fleet.ServerFinding{
					{ServerID: 2, Code: fleet.CodeUnreachable, Message: "m-2 does not answer."},
					{ServerID: 7, Code: fleet.CodeUnreachable, Message: "of no concern"},
				}
			},
			[]note{{blocking, fleet.CodeUnreachable, "input.siteIds", 0, "m-2 does not answer."}}},
		{"ErrAppOnNoSite", setReleases(fleet.AppCommit{App: "shop", Commit: shop[2]}, fleet.AppCommit{App: "crm", Commit: shop[2]}),
			[]note{{blocking, fleet.CodeInvalid, "input.releases.1.app", 0, "None of the chosen sites has the app crm"}}},
		{"ErrUnknownCommit", setReleases(fleet.AppCommit{App: "shop", Commit: frappe[0]}),
			[]note{{blocking, fleet.CodeUnknownCommit, "input.releases.0.commit", 0, "shop has no release with the commit 0000000000"}}},
		{"ErrCommitLeftItsBranch", setReleases(fleet.AppCommit{App: "shop", Commit: gone}),
			[]note{{blocking, fleet.CodeUnknownCommit, "input.releases.0.commit", 0, "shop has no release"}}},
		{"ErrNothingToDo", setReleases(fleet.AppCommit{App: "frappe", Commit: frappe[0]}),
			[]note{
				{warning, fleet.CodeNotReady, "", 0, "4 sites are on these commits already"},
				{blocking, fleet.CodeNoSites, "input.siteIds", 0, "nothing to deploy"},
			}},
		{"AlreadyThere", setReleases(fleet.AppCommit{App: "shop", Commit: shop[1]}),
			[]note{{warning, fleet.CodeNotReady, "", 0, "1 site is on these commits already"}}},
		{"Backwards",
			func(in *fleet.DeployInput, facts *fleet.PlanFacts) {
				facts.Sites[0].RevisionID = 13
				apps := []fleet.RevisionApp{at("frappe", frappe[1], "1.1.0"), at("shop", shop[3], "1.3.0")}
				facts.Revisions[13] = revision(13, 1, 1, fleet.RevisionReady, apps...)
			},
			[]note{{warning, fleet.CodeInvalid, "", 0, "1 site would move to older code"}}},
		{"FromOffTheBranch",
			func(in *fleet.DeployInput, facts *fleet.PlanFacts) {
				facts.Revisions[11] = revision(11, 1, 1, fleet.RevisionReady, at("frappe", frappe[0], "1.0.0"), at("shop", gone, "0.9.9"))
			},
			[]note{{warning, fleet.CodeUnknownCommit, "", 0, "2 sites are on a commit that its app's branch does not hold any more"}}},
		{"EachReasonOnce",
			func(in *fleet.DeployInput, facts *fleet.PlanFacts) {
				facts.Sites[0].Status = fleet.SiteArchived
				facts.Sites[1].BusyActionID = &busy
				in.Releases[0].Commit = gone
			},
			[]note{
				{blocking, fleet.CodeSiteArchived, "input.siteIds", 1, ""},
				{blocking, fleet.CodeSiteBusy, "input.siteIds", 2, ""},
				{blocking, fleet.CodeUnknownCommit, "input.releases.0.commit", 0, ""},
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			in, facts := planInput(1, 2, 3, 4), planFacts()
			test.change(&in, &facts)
			plan := fleet.PlanDeploy(in, facts)
			wantNotes(t, plan, test.want)
			var first fleet.Code
			for _, n := range slices.Backward(test.want) {
				if n.Severity == blocking {
					first = n.Code
				}
			}
			if got := fleet.ErrorCode(plan.Blocking()); got != first {
				t.Errorf("blocking with %q, want %q", got, first)
			}
		})
	}
}

func TestPlanDeploy_Groups(t *testing.T) {
	// summary is a group without what the test is not about.
	type summary struct {
		Bench       string
		Sites       []string
		Shop        string
		Revision    uint
		Built       bool
		StaysBehind int
	}
	summarise := func(plan fleet.DeployPlan) []summary {
		groups := []summary{}
		for _, g := range plan.Groups {
			s := summary{Bench: g.BenchName, Shop: g.Apps[1].Commit, Revision: g.RevisionID, Built: g.Built, StaysBehind: g.StaysBehind}
			for _, site := range g.Sites {
				s.Sites = append(s.Sites, site.SiteName)
			}
			groups = append(groups, s)
		}
		return groups
	}

	t.Run("OneForEachBench", func(t *testing.T) {
		plan := fleet.PlanDeploy(planInput(1, 2, 3, 4), planFacts())
		want := []summary{
			{Bench: "alpha", Sites: []string{"a.example.com", "b.example.com", "c.example.com"}, Shop: shop[2]},
			{Bench: "beta", Sites: []string{"d.example.com"}, Shop: shop[2], StaysBehind: 1},
		}
		if diff := cmp.Diff(want, summarise(plan)); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
		if plan.SiteCount != 4 {
			t.Errorf("%d sites", plan.SiteCount)
		}
	})

	t.Run("OtherAppsStayWhereEachSiteHasThem", func(t *testing.T) {
		in := planInput(1, 2, 3)
		in.Releases = []fleet.AppCommit{{App: "frappe", Commit: frappe[1]}}
		facts := planFacts()
		facts.Sites = facts.Sites[:3]
		want := []summary{
			{Bench: "alpha", Sites: []string{"a.example.com", "c.example.com"}, Shop: shop[0]},
			{Bench: "alpha", Sites: []string{"b.example.com"}, Shop: shop[1]},
		}
		if diff := cmp.Diff(want, summarise(fleet.PlanDeploy(in, facts))); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
	})

	t.Run("AlreadyThereStaysAndIsNotBehind", func(t *testing.T) {
		in := planInput(1, 2, 3)
		in.Releases[0].Commit = shop[1]
		facts := planFacts()
		facts.Sites = facts.Sites[:3]
		plan := fleet.PlanDeploy(in, facts)
		want := []summary{{Bench: "alpha", Sites: []string{"a.example.com", "c.example.com"}, Shop: shop[1], Revision: 12, Built: true}}
		if diff := cmp.Diff(want, summarise(plan)); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"b.example.com"}, plan.AlreadyThere); diff != "" {
			t.Errorf("already there (-want +got):\n%s", diff)
		}
	})

	t.Run("OnAnotherNodeIsNotThere", func(t *testing.T) { // nor is the revision with these commits one for those that move
		in := planInput(1, 2, 3)
		in.Releases[0].Commit = shop[1]
		facts := planFacts()
		facts.Sites = facts.Sites[:3]
		bench := facts.Benches[1]
		bench.Node = "node20"
		facts.Benches[1] = bench
		plan := fleet.PlanDeploy(in, facts)
		want := []summary{{Bench: "alpha", Sites: []string{"a.example.com", "b.example.com", "c.example.com"}, Shop: shop[1]}}
		if diff := cmp.Diff(want, summarise(plan)); diff != "" || len(plan.AlreadyThere) > 0 {
			t.Errorf("already there: %v, groups (-want +got):\n%s", plan.AlreadyThere, diff)
		}
	})

	t.Run("RevisionWithTheseCommits", func(t *testing.T) {
		target := []fleet.RevisionApp{at("frappe", frappe[0], "1.0.0"), at("shop", shop[2], "1.2.0")}
		for _, test := range []struct {
			name  string
			there []fleet.Revision
			want  uint
			built bool
		}{
			{"Ready", []fleet.Revision{revision(14, 1, 1, fleet.RevisionReady, target...)}, 14, true},
			{"Building", []fleet.Revision{revision(14, 1, 1, fleet.RevisionBuilding, target...)}, 14, false},
			{"ReadyBeforeBuilding", []fleet.Revision{revision(14, 1, 1, fleet.RevisionBuilding, target...), revision(15, 1, 1, fleet.RevisionReady, target...)}, 15, true},
			{"NotFailed", []fleet.Revision{revision(14, 1, 1, fleet.RevisionFailed, target...)}, 0, false},
			{"NotRemoved", []fleet.Revision{revision(14, 1, 1, fleet.RevisionRemoved, target...)}, 0, false},
			{"NotAnotherBench", []fleet.Revision{revision(14, 2, 2, fleet.RevisionReady, target...)}, 0, false},
		} {
			t.Run(test.name, func(t *testing.T) {
				facts := planFacts()
				facts.Sites = facts.Sites[:1]
				for _, r := range test.there {
					facts.Revisions[r.ID] = r
				}
				got := summarise(fleet.PlanDeploy(planInput(1), facts))
				want := []summary{{Bench: "alpha", Sites: []string{"c.example.com"}, Shop: shop[2], Revision: test.want, Built: test.built, StaysBehind: 2}}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("groups (-want +got):\n%s", diff)
				}
			})
		}
	})

	t.Run("ArchivedIsInNone", func(t *testing.T) {
		facts := planFacts()
		facts.Sites = facts.Sites[:2]
		facts.Sites[0].Status = fleet.SiteArchived
		facts.BenchSites[1] = 2
		want := []summary{{Bench: "alpha", Sites: []string{"a.example.com"}, Shop: shop[2], StaysBehind: 1}}
		if diff := cmp.Diff(want, summarise(fleet.PlanDeploy(planInput(1, 2), facts))); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
	})
}

func TestPlanDeploy_Sites(t *testing.T) {
	plan := fleet.PlanDeploy(planInput(1, 3), func() fleet.PlanFacts {
		facts := planFacts()
		facts.Sites = []fleet.Site{facts.Sites[0], facts.Sites[2]}
		return facts
	}())
	want := []fleet.PlanSite{
		{SiteID: 3, SiteName: "b.example.com", FromRevisionID: 12, FromVersion: "shop 1.1.0", ToVersion: "shop 1.2.0", Patches: 0, ExpectedSeconds: 12},
		{SiteID: 1, SiteName: "c.example.com", FromRevisionID: 11, FromVersion: "shop 1.0.0", ToVersion: "shop 1.2.0", Patches: 2, ExpectedSeconds: 12.6},
	}
	if diff := cmp.Diff(want, plan.Groups[0].Sites); diff != "" {
		t.Errorf("sites (-want +got):\n%s", diff)
	}
	apps := []fleet.RevisionApp{at("frappe", frappe[0], "1.0.0"), at("shop", shop[2], "1.2.0")}
	if diff := cmp.Diff(apps, plan.Groups[0].Apps); diff != "" {
		t.Errorf("apps (-want +got):\n%s", diff)
	}
	if plan.Patches != 2 {
		t.Errorf("%d patches in all, want 2", plan.Patches)
	}
}

func TestPlanDeploy_Patches(t *testing.T) {
	for _, test := range []struct {
		name string
		from string
		to   []fleet.AppCommit
		want int
	}{
		{"FromTheNextToTheTarget", shop[0], []fleet.AppCommit{{App: "shop", Commit: shop[3]}}, 3},
		{"NoneOfItsOwn", shop[2], []fleet.AppCommit{{App: "shop", Commit: shop[3]}}, 1},
		{"OfSeveralApps", shop[0], []fleet.AppCommit{{App: "shop", Commit: shop[1]}, {App: "frappe", Commit: frappe[2]}}, 3},
		{"Backwards", shop[3], []fleet.AppCommit{{App: "shop", Commit: shop[0]}}, 0},
		{"FromOffTheBranch", gone, []fleet.AppCommit{{App: "shop", Commit: shop[3]}}, 0},
		{"OffTheBranchAndUnchanged", gone, []fleet.AppCommit{{App: "frappe", Commit: frappe[1]}}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			facts := planFacts()
			facts.Sites = facts.Sites[:1]
			facts.Revisions[11] = revision(11, 1, 1, fleet.RevisionReady, at("frappe", frappe[0], "1.0.0"), at("shop", test.from, "x"))
			in := planInput(1)
			in.Releases = test.to
			plan := fleet.PlanDeploy(in, facts)
			if err := plan.Blocking(); err != nil {
				t.Fatal(err)
			}
			if plan.Patches != test.want || plan.Groups[0].Sites[0].Patches != test.want {
				t.Errorf("%d patches, %d of the site; want %d", plan.Patches, plan.Groups[0].Sites[0].Patches, test.want)
			}
		})
	}
}

func TestPlanDeploy_Estimate(t *testing.T) {
	const build = 1.5 // minutes, where there is no history
	for _, test := range []struct {
		name   string
		change func(*fleet.DeployInput, *fleet.PlanFacts)
		groups []float64 // in minutes
		all    float64
	}{
		{"ServersSideBySide", func(*fleet.DeployInput, *fleet.PlanFacts) {}, []float64{build + 1.0/60*12.6, build + 1.0/60*12.6}, build + 1.0/60*12.6},
		{"OneAfterTheOther",
			func(in *fleet.DeployInput, _ *fleet.PlanFacts) { in.SitesAtOnce = 1 },
			[]float64{build + 1.0/60*(12.6+12+12.6), build + 1.0/60*12.6}, build + 1.0/60*37.2},
		{"History",
			func(in *fleet.DeployInput, facts *fleet.PlanFacts) {
				in.SitesAtOnce = 1
				facts.SiteSeconds = map[uint]float64{1: 30}
			},
			[]float64{build + 1.5, build + 1.0/60*12.6}, build + 1.5},
		{"Built",
			func(in *fleet.DeployInput, facts *fleet.PlanFacts) {
				for id, bench := range map[uint]uint{14: 1, 24: 2} {
					facts.Revisions[id] = revision(id, bench, bench, fleet.RevisionReady, at("frappe", frappe[0], "1.0.0"), at("shop", shop[2], "1.2.0"))
				}
				facts.SiteSeconds = map[uint]float64{1: 60, 2: 120}
			},
			[]float64{1, 2}, 2},
		{"GroupsOfOneServerInTurn",
			func(in *fleet.DeployInput, facts *fleet.PlanFacts) {
				in.Releases = []fleet.AppCommit{{App: "frappe", Commit: frappe[2]}}
				facts.Sites = facts.Sites[:3]
				facts.SiteSeconds = map[uint]float64{1: 60}
			},
			[]float64{build + 1, build + 1}, 2*build + 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			in, facts := planInput(1, 2, 3, 4), planFacts()
			test.change(&in, &facts)
			plan := fleet.PlanDeploy(in, facts)
			got := []float64{}
			for _, g := range plan.Groups {
				got = append(got, round(g.ExpectedMinutes))
			}
			want := []float64{}
			for _, minutes := range test.groups {
				want = append(want, round(minutes))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("minutes of the groups (-want +got):\n%s", diff)
			}
			if round(plan.ExpectedMinutes) != round(test.all) {
				t.Errorf("%v minutes in all, want %v", plan.ExpectedMinutes, test.all)
			}
		})
	}
}

func round(minutes float64) float64 { return float64(int(minutes*1e6+0.5)) / 1e6 }

// drawFacts is any fleet of up to 4 benches on up to 3 servers with revisions at any commits.
func drawFacts(t *rapid.T) fleet.PlanFacts {
	facts := fleet.PlanFacts{
		Benches: map[uint]fleet.Bench{}, Servers: map[uint]fleet.Server{}, Revisions: map[uint]fleet.Revision{}, BenchSites: map[uint]int{},
		Releases: map[string][]fleet.Release{"frappe": releasesOf(frappe, 0, 1, 0), "shop": releasesOf(shop, 5, 2, 0, 1)},
	}
	servers := rapid.IntRange(1, 3).Draw(t, "servers")
	for id := uint(1); id <= uint(servers); id++ {
		facts.Servers[id] = fleet.Server{ID: id, Name: fmt.Sprintf("m-%d", id), Status: fleet.ServerReady}
	}
	siteID := uint(0)
	for id := range uint(rapid.IntRange(1, 4).Draw(t, "benches")) {
		bench := fleet.Bench{ID: id + 1, Name: fmt.Sprintf("bench-%d", id), ServerID: uint(rapid.IntRange(1, servers).Draw(t, "server"))}
		facts.Benches[bench.ID] = bench
		for n := range uint(rapid.IntRange(1, 3).Draw(t, "revisions")) {
			r := revision(bench.ID*10+n, bench.ID, bench.ServerID, fleet.RevisionReady,
				at("frappe", rapid.SampledFrom(frappe).Draw(t, "frappe"), "1"), at("shop", rapid.SampledFrom(shop).Draw(t, "shop"), "1"))
			facts.Revisions[r.ID] = r
			for range rapid.IntRange(0, 3).Draw(t, "sites") {
				siteID++
				s := site(siteID, bench.ID, r.ID, fmt.Sprintf("s%d.example.com", siteID))
				s.ServerID = bench.ServerID
				s.Status = rapid.SampledFrom([]fleet.SiteStatus{fleet.SiteActive, fleet.SiteActive, fleet.SiteActive, fleet.SiteActive, fleet.SiteBroken, fleet.SiteArchived}).Draw(t, "status")
				facts.Sites = append(facts.Sites, s)
				if !s.Status.Gone() {
					facts.BenchSites[bench.ID]++
				}
			}
		}
	}
	return facts
}

// Whatever the fleet looks like: no site is lost or doubled, and none is moved to where nobody asked.
func TestPlanDeploy_Properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := drawFacts(t)
		in := fleet.DeployInput{SitesAtOnce: rapid.IntRange(1, 32).Draw(t, "at once")}
		for app, commits := range map[string][]string{"frappe": frappe, "shop": shop} {
			if rapid.Bool().Draw(t, "deploy "+app) {
				in.Releases = append(in.Releases, fleet.AppCommit{App: app, Commit: rapid.SampledFrom(commits).Draw(t, app)})
			}
		}
		byID := map[uint]fleet.Site{}
		for _, s := range facts.Sites {
			in.SiteIDs = append(in.SiteIDs, s.ID)
			byID[s.ID] = s
		}
		plan := fleet.PlanDeploy(in, facts)

		seen := map[string]int{}
		for _, name := range plan.AlreadyThere {
			seen[name]++
		}
		moved, patches, stays := 0, 0, map[uint]int{}
		for _, g := range plan.Groups {
			stays[g.BenchID] = g.StaysBehind
			if len(g.Sites) == 0 {
				t.Fatalf("an empty group of %s", g.BenchName)
			}
			if r := facts.Revisions[g.RevisionID]; g.RevisionID != 0 && (r.BenchID != g.BenchID || r.Fingerprint != fleet.Fingerprint(g.Apps)) {
				t.Fatalf("the group of %s gets revision %d, which is something else", g.BenchName, g.RevisionID)
			}
			for _, s := range g.Sites {
				seen[s.SiteName]++
				moved++
				patches += s.Patches
				was := byID[s.SiteID]
				if was.Name != s.SiteName || was.BenchID != g.BenchID || was.RevisionID != s.FromRevisionID || was.ServerID != g.ServerID {
					t.Fatalf("%+v is in the group of %s", s, g.BenchName)
				}
				for i, app := range facts.Revisions[was.RevisionID].Apps {
					want := app.Commit
					for _, release := range in.Releases {
						if release.App == app.App {
							want = release.Commit
						}
					}
					if g.Apps[i].App != app.App || g.Apps[i].Commit != want {
						t.Fatalf("%s would get %+v, want %s at %s", s.SiteName, g.Apps[i], app.App, want)
					}
				}
			}
		}
		for name, times := range seen {
			if times != 1 {
				t.Fatalf("%s is in the plan %d times", name, times)
			}
		}
		if moved != plan.SiteCount || patches != plan.Patches {
			t.Fatalf("says %d sites and %d patches, has %d and %d", plan.SiteCount, plan.Patches, moved, patches)
		}
		for bench, n := range stays {
			if n != 0 { // every site is chosen
				t.Fatalf("%d sites of bench %d stay behind", n, bench)
			}
		}
		if plan.Blocking() == nil && len(seen) != len(in.SiteIDs) {
			t.Fatalf("%d sites were chosen, %d are in the plan: %v", len(in.SiteIDs), len(seen), slices.Sorted(maps.Keys(seen)))
		}
		if plan.Blocking() == nil && plan.SiteCount == 0 {
			t.Fatal("nothing blocks a deploy of no site")
		}
	})
}
