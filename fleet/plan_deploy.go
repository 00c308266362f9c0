package fleet

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// PlanFacts is all that PlanDeploy has to know of the fleet.
type PlanFacts struct {
	Sites       []Site               // the chosen ones that exist
	Benches     map[uint]Bench       // of those sites
	Servers     map[uint]Server      // of those benches
	Switching   map[uint]Pair        // by server: its pair, when that is switching
	Revisions   map[uint]Revision    // that the sites are on, and every ready or building one of the benches
	Releases    map[string][]Release // of every app concerned, oldest first
	BenchSites  map[uint]int         // how many sites live on each bench
	Holders     map[uint]Holder      // the root action that holds a busy site, by its id
	SiteSeconds map[uint]float64     // usual seconds in maintenance, by bench; from history
}

// Holder is what keeps a site busy, in words for the person who has to wait.
type Holder struct {
	Title     string
	ActorName string
}

// What to expect where there is no history yet: rough figures from practice.
const (
	defaultSiteSeconds  = 12.0
	secondsPerPatch     = 0.3
	defaultBuildMinutes = 1.5
)

// PlanDeploy decides what a deploy would do. It changes nothing and never errs: what stands in the way
// is a BLOCKING note. Each app that is not among the releases stays at the commit that each site has now,
// so sites of one bench that are on different revisions may move to different new ones.
func PlanDeploy(in DeployInput, facts PlanFacts) DeployPlan {
	plan := DeployPlan{Groups: []PlanGroup{}, AlreadyThere: []string{}, Notes: []PlanNote{}}
	p := planner{in: in, facts: facts, plan: &plan}
	p.checkSites()
	p.checkServers()
	p.checkReleases()
	p.group()
	p.estimate()
	return plan
}

// Blocking is the first blocking note as an error, nil when nothing stands in the way.
func (p *DeployPlan) Blocking() error {
	for _, n := range p.Notes {
		if n.Severity == PlanBlocking {
			return &Error{Code: n.Code, Message: n.Message, Field: n.Field}
		}
	}
	return nil
}

type planner struct {
	in    DeployInput
	facts PlanFacts
	plan  *DeployPlan
}

func (p *planner) block(code Code, field string, site *uint, format string, args ...any) {
	p.plan.Notes = append(p.plan.Notes, PlanNote{Severity: PlanBlocking, Code: code, Field: field, SiteID: site, Message: fmt.Sprintf(format, args...)})
}

func (p *planner) warn(code Code, site *uint, format string, args ...any) {
	p.plan.Notes = append(p.plan.Notes, PlanNote{Severity: PlanWarning, Code: code, SiteID: site, Message: fmt.Sprintf(format, args...)})
}

func (p *planner) checkSites() {
	found := map[uint]bool{}
	for _, site := range p.facts.Sites {
		found[site.ID] = true
	}
	for _, id := range p.in.SiteIDs {
		if !found[id] {
			found[id] = true // said once
			p.block(CodeNotFound, "input.siteIds", nil, "There is no site with the id %d.", id)
		}
	}
	for _, site := range p.facts.Sites {
		id := site.ID
		switch server := p.facts.Servers[site.ServerID]; {
		case site.Status == SiteArchived:
			p.block(CodeSiteArchived, "input.siteIds", &id, "%s is archived; leave it out.", site.Name)
		case site.BusyActionID != nil:
			holder := p.facts.Holders[*site.BusyActionID]
			p.block(CodeSiteBusy, "input.siteIds", &id, "%s is busy with “%s”, asked for by %s; wait for it or leave the site out.", site.Name, holder.Title, holder.ActorName)
		case site.Status != SiteActive:
			p.block(CodeNotReady, "input.siteIds", &id, "%s is %s; only active sites can be deployed to.", site.Name, site.Status)
		case server.Status == ServerKeyChanged:
			p.block(CodeHostKeyChanged, "input.siteIds", &id, "%s is on %s, whose host key has changed; everything on that server is stopped.", site.Name, server.Name)
		case server.Status != ServerReady:
			p.block(CodeNotReady, "input.siteIds", &id, "%s is on %s, which is not ready (%s).", site.Name, server.Name, server.Status)
		case p.facts.Switching[server.ID].ID != 0:
			p.block(CodeNotReady, "input.siteIds", &id, "%s is to wait: %s", site.Name, SwitchingSentence(server, p.facts.Switching[server.ID]))
		}
	}
}

// checkServers repeats what a look at the servers of the chosen sites found.
func (p *planner) checkServers() {
	for _, finding := range p.in.Findings {
		if _, concerned := p.facts.Servers[finding.ServerID]; concerned {
			p.block(finding.Code, "input.siteIds", nil, "%s", finding.Message)
		}
	}
}

func (p *planner) checkReleases() {
	onAny := map[string]bool{}
	for _, site := range p.facts.Sites {
		for _, app := range slices.Concat(p.facts.Revisions[site.RevisionID].Apps, p.newest(site.BenchID).Apps) {
			onAny[app.App] = true
		}
	}
	for i, want := range p.in.Releases {
		if len(p.facts.Sites) > 0 && !onAny[want.App] {
			p.block(CodeInvalid, fmt.Sprintf("input.releases.%d.app", i), nil, "None of the chosen sites has the app %s.", want.App)
			continue
		}
		if _, ok := p.release(want.App, want.Commit); !ok {
			p.block(CodeUnknownCommit, fmt.Sprintf("input.releases.%d.commit", i), nil, "%s has no release with the commit %s; fetch its releases and choose one of them.", want.App, ShortCommit(want.Commit))
		}
	}
}

// release finds a commit on its app's branch.
func (p *planner) release(app, commit string) (Release, bool) {
	releases := p.facts.Releases[app]
	i := slices.IndexFunc(releases, func(r Release) bool { return r.Commit == commit && r.OnBranch() })
	if i < 0 {
		return Release{}, false
	}
	return releases[i], true
}

// newest is the newest revision of a bench that can be used; none has no apps.
func (p *planner) newest(bench uint) Revision {
	newest := Revision{}
	for _, r := range p.facts.Revisions {
		if r.BenchID == bench && r.ID > newest.ID && (r.Status == RevisionReady || r.Status == RevisionBuilding) {
			newest = r
		}
	}
	return newest
}

// target is the list of apps that a site on revision from gets: those that it has and, where they are named, those that
// its bench has got since.
func (p *planner) target(from Revision) []RevisionApp {
	apps := slices.Clone(from.Apps)
	for _, app := range p.newest(from.BenchID).Apps {
		named := slices.ContainsFunc(p.in.Releases, func(want AppCommit) bool { return want.App == app.App })
		if named && !slices.ContainsFunc(apps, func(has RevisionApp) bool { return has.App == app.App }) {
			apps = append(apps, app)
		}
	}
	for i, app := range apps {
		for _, want := range p.in.Releases {
			if want.App == app.App {
				release, _ := p.release(want.App, want.Commit)
				apps[i].Commit, apps[i].Version, apps[i].Local = want.Commit, release.Version, false
			}
		}
	}
	return apps
}

// way is what lies between two lists of apps.
type way struct {
	patches   int
	backwards bool // to an older commit of some app
	unknown   bool // from a commit that is not on its app's branch, so that patches are not counted in full
}

func (p *planner) between(from, to []RevisionApp) way {
	w := way{}
	for i := range to {
		if i >= len(from) || from[i].Commit == to[i].Commit {
			continue // what is new on the bench is installed on no site yet
		}
		old, okOld := p.release(from[i].App, from[i].Commit)
		next, okNext := p.release(to[i].App, to[i].Commit)
		if !okOld || !okNext {
			w.unknown = w.unknown || okNext // a target that is not there is an error of its own
			continue
		}
		w.backwards = w.backwards || next.Position < old.Position
		for _, r := range p.facts.Releases[to[i].App] {
			if r.Position > old.Position && r.Position <= next.Position {
				w.patches += len(r.Patches)
			}
		}
	}
	return w
}

func (p *planner) group() {
	type key struct {
		bench       uint
		fingerprint string
	}
	groups := map[key]*PlanGroup{}
	chosen := map[uint]int{}
	backwards, unknown := 0, 0
	for _, site := range p.facts.Sites {
		from, ok := p.facts.Revisions[site.RevisionID]
		if !ok || site.Status.Gone() {
			continue // it blocks the deploy
		}
		bench := p.facts.Benches[site.BenchID]
		to := p.target(from)
		fingerprint := Fingerprint(to)
		chosen[bench.ID]++
		if fingerprint == from.Fingerprint && from.MadeFor(bench) && !from.Adopted() {
			p.plan.AlreadyThere = append(p.plan.AlreadyThere, site.Name)
			continue
		}
		g := groups[key{bench.ID, fingerprint}]
		if g == nil {
			server := p.facts.Servers[bench.ServerID]
			g = &PlanGroup{BenchID: bench.ID, BenchName: bench.Name, ServerID: server.ID, ServerName: server.Name, Apps: to, Moves: []PlanMove{}}
			p.checkLocal(bench, to)
			if built, ok := p.revisionWith(bench, fingerprint); ok {
				g.RevisionID, g.Built = built.ID, built.Status == RevisionReady
			}
			groups[key{bench.ID, fingerprint}] = g
		}
		g.Moves = p.addMoves(g.Moves, from.Apps, to)
		w := p.between(from.Apps, to)
		if w.backwards {
			backwards++
		}
		if w.unknown {
			unknown++
		}
		seconds := p.facts.SiteSeconds[bench.ID]
		if seconds == 0 {
			seconds = defaultSiteSeconds + secondsPerPatch*float64(w.patches)
		}
		g.Sites = append(g.Sites, PlanSite{
			SiteID: site.ID, SiteName: site.Name, FromRevisionID: site.RevisionID,
			FromVersion: from.Version, ToVersion: VersionOf(to), Patches: w.patches, ExpectedSeconds: seconds,
		})
		p.plan.Patches += w.patches
		p.plan.SiteCount++
	}
	for _, g := range groups {
		g.StaysBehind = p.facts.BenchSites[g.BenchID] - chosen[g.BenchID]
		sortMoves(g.Moves, g.Apps)
		slices.SortFunc(g.Sites, func(a, b PlanSite) int { return cmp.Compare(a.SiteName, b.SiteName) })
		p.plan.Groups = append(p.plan.Groups, *g)
	}
	slices.SortFunc(p.plan.Groups, func(a, b PlanGroup) int {
		return cmp.Or(cmp.Compare(a.BenchName, b.BenchName), cmp.Compare(a.Sites[0].SiteName, b.Sites[0].SiteName))
	})
	slices.Sort(p.plan.AlreadyThere)
	if n := len(p.plan.AlreadyThere); n > 0 {
		p.warn(CodeNotReady, nil, "%s on these commits already and will be left alone.", plural(n, "site is", "sites are"))
	}
	if backwards > 0 {
		p.warn(CodeInvalid, nil, "%s would move to older code; patches that ran are not undone.", plural(backwards, "site", "sites"))
	}
	if unknown > 0 {
		p.warn(CodeUnknownCommit, nil, "%s on a commit that its app's branch does not hold any more; how many patches lie between is not known.", plural(unknown, "site is", "sites are"))
	}
	if p.plan.SiteCount == 0 && p.plan.Blocking() == nil {
		p.block(CodeNoSites, "input.siteIds", nil, "Every chosen site is on these commits already; there is nothing to deploy.")
	}
}

// checkLocal refuses to build what only an adopted bench has: commits that their app's repository did not hold.
func (p *planner) checkLocal(bench Bench, to []RevisionApp) {
	for _, app := range to {
		if app.Local {
			p.block(CodeUnknownCommit, "input.releases", nil, "%s has a local commit of %s (%s), which its repository does not hold: choose a release of %s too.", bench.Name, app.App, ShortCommit(app.Commit), app.App)
		}
	}
}

// revisionWith finds a revision of the bench that has exactly these commits, is made as a new one would be, and can be used.
func (p *planner) revisionWith(bench Bench, fingerprint string) (Revision, bool) {
	best, ok := Revision{}, false
	for _, r := range p.facts.Revisions {
		usable := (r.Status == RevisionReady || r.Status == RevisionBuilding) && !r.Adopted()
		if r.BenchID == bench.ID && r.Fingerprint == fingerprint && r.MadeFor(bench) && usable && (!ok || r.Status == RevisionReady && best.Status != RevisionReady) {
			best, ok = r, true
		}
	}
	return best, ok
}

// estimate fills in the minutes: groups of one server share its places, servers work side by side.
func (p *planner) estimate() {
	atOnce := float64(max(p.in.SitesAtOnce, 1))
	servers := map[uint]float64{}
	for i := range p.plan.Groups {
		g := &p.plan.Groups[i]
		seconds, longest := 0.0, 0.0
		for _, s := range g.Sites {
			seconds += s.ExpectedSeconds
			longest = math.Max(longest, s.ExpectedSeconds)
		}
		g.ExpectedMinutes = math.Max(seconds/atOnce, longest) / 60
		if !g.Built {
			g.ExpectedMinutes += defaultBuildMinutes
		}
		servers[g.ServerID] += g.ExpectedMinutes
	}
	for _, minutes := range servers {
		p.plan.ExpectedMinutes = math.Max(p.plan.ExpectedMinutes, minutes)
	}
}
