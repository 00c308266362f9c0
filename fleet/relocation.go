package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// RelocateSite is the input of the method that moves a site to another bench.
type RelocateSite struct {
	SiteID  uint
	BenchID uint
}

// Relocation is one site on its way to another bench, and on record ever after. Its action is its number.
type Relocation struct {
	ActionID       uint `gorm:"primaryKey;autoIncrement:false"`
	SiteID         uint
	FromBenchID    uint
	FromServerID   uint
	FromRevisionID uint
	ToBenchID      uint
	ToServerID     uint
	ToRevisionID   uint
	CreatedAs      *string    // of the site before; see Site
	DatabaseHost   string     // what its database on another server is named after; empty when it stays on its server
	EndedAt        *time.Time // nil while it is queued or under way
}

// Far says whether the site goes to another server, with its tables and files, or only to another directory of the same.
func (r Relocation) Far() bool { return r.FromServerID != r.ToServerID }

// RelocationTarget is a bench that a site may be moved to, or why not.
type RelocationTarget struct {
	Bench      Bench
	Server     Server
	Revision   *Revision // the newest of the bench, which the site gets; nil when there is none
	SameServer bool
	Sites      int      // that live on the server
	Room       *float64 // free share of what the server has least of, 0 to 1; nil when nobody knows
	Migrates   bool     // the code is another one, so the site is migrated
	Lacks      []string // apps of the site's revision that the bench has not; a site that has one installed is refused when it is looked at
	Seconds    float64  // for which the site will be closed, roughly
	Refused    string   // a sentence; empty when the site may go there
}

// RelocationFacts is all that decides where a site may go.
type RelocationFacts struct {
	Site     Site
	From     Revision
	Rooms    []BenchRoom
	Newest   map[uint]Revision    // of each bench, by its number; none without a revision that Central has built
	Releases map[string][]Release // of the apps that are in question, by app
	Usage    SiteUsage            // zero when nobody knows
}

// What a relocation takes, roughly: until the proxies know the way, and for each byte of tables that goes to another server.
const (
	relocationSeconds  = 5.0
	tablesBytesSeconds = 15 << 20
)

// RelocationTargets is every bench with whether the site may go there: those it may first, by the room of their server.
func RelocationTargets(facts RelocationFacts) []RelocationTarget {
	targets := make([]RelocationTarget, 0, len(facts.Rooms))
	for _, room := range facts.Rooms {
		targets = append(targets, facts.target(room))
	}
	slices.SortStableFunc(targets, func(a, b RelocationTarget) int {
		return cmp.Or(
			cmp.Compare(boolInt(a.Refused != ""), boolInt(b.Refused != "")),
			cmp.Compare(roomOf(b), roomOf(a)),
			cmp.Compare(a.Bench.Name, b.Bench.Name),
		)
	})
	return targets
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func roomOf(t RelocationTarget) float64 {
	if t.Room == nil {
		return -1
	}
	return *t.Room
}

func (f RelocationFacts) target(room BenchRoom) RelocationTarget {
	to, built := f.Newest[room.Bench.ID]
	t := RelocationTarget{
		Bench: room.Bench, Server: room.Server, Sites: room.Sites,
		SameServer: room.Server.ID == f.Site.ServerID, Lacks: []string{}, Seconds: relocationSeconds,
	}
	if built {
		t.Revision = &to
	}
	if room.Health.Latest != nil {
		free, _ := room.room()
		t.Room = &free
	}
	older := ""
	for _, app := range f.From.Apps {
		i := slices.IndexFunc(to.Apps, func(other RevisionApp) bool { return other.App == app.App })
		switch {
		case i < 0:
			t.Lacks = append(t.Lacks, app.App)
		case to.Apps[i].Commit != app.Commit:
			t.Migrates = true
			older = cmp.Or(older, f.older(app, to.Apps[i], room.Bench.Name))
		}
	}
	if t.Migrates {
		t.Seconds += defaultSiteSeconds
	}
	if !t.SameServer {
		t.Seconds += float64(f.Usage.DatabaseBytes) / tablesBytesSeconds
	}
	t.Refused = cmp.Or(f.refused(), f.here(room), room.closed(), room.unready(), unbuilt(room.Bench, built), older)
	return t
}

// refused is why the site goes nowhere, whichever bench.
func (f RelocationFacts) refused() string {
	if err := CheckChangeable(f.Site, f.From); err != nil {
		return err.Error()
	}
	if f.Site.Standby() {
		return f.Site.Name + " stands ready for whoever signs up; change its pool instead."
	}
	return ""
}

func (f RelocationFacts) here(room BenchRoom) string {
	if room.Bench.ID == f.Site.BenchID {
		return fmt.Sprintf("%s lives on %s.", f.Site.Name, room.Bench.Name)
	}
	return ""
}

func unbuilt(bench Bench, built bool) string {
	if !built {
		return fmt.Sprintf("%s has no revision that Central has built.", bench.Name)
	}
	return ""
}

// older says that an app of the bench is older than the site's, whose patches nobody can undo; empty when it is not, or
// when that cannot be told.
func (f RelocationFacts) older(has, gets RevisionApp, bench string) string {
	at := func(commit string) int {
		i := slices.IndexFunc(f.Releases[has.App], func(r Release) bool { return r.Commit == commit && r.OnBranch() })
		if i < 0 {
			return OffBranch
		}
		return f.Releases[has.App][i].Position
	}
	from, to := at(has.Commit), at(gets.Commit)
	if from == OffBranch || to == OffBranch {
		return fmt.Sprintf("%s on %s is at a commit that cannot be compared with the site's; deploy both to releases of its branch first.", has.App, bench)
	}
	if to < from {
		return fmt.Sprintf("%s on %s is older (%s) than the site's (%s): deploy the bench first.", has.App, bench, gets.Version, has.Version)
	}
	return ""
}

// CheckRelocation errs with CodeNotReady about the bench when the site may not go there, or about the site when it may not
// go anywhere.
func CheckRelocation(facts RelocationFacts, benchID uint) (RelocationTarget, error) {
	if reason := facts.refused(); reason != "" {
		return RelocationTarget{}, FieldErrorf(CodeNotReady, "input.siteId", "%s", reason)
	}
	for _, room := range facts.Rooms {
		if room.Bench.ID != benchID {
			continue
		}
		target := facts.target(room)
		if target.Refused != "" {
			return target, FieldErrorf(CodeNotReady, "input.benchId", "%s", target.Refused)
		}
		return target, nil
	}
	return RelocationTarget{}, FieldErrorf(CodeNotFound, "input.benchId", "There is no bench %d.", benchID)
}

// CheckInstalled errs with CodeNotReady when a site has apps that the revision which it is to go to has not.
func CheckInstalled(site string, installed []string, to Revision, bench string) error {
	missing := slices.DeleteFunc(slices.Clone(installed), func(name string) bool {
		return slices.ContainsFunc(to.Apps, func(app RevisionApp) bool { return app.App == name })
	})
	if len(missing) == 0 {
		return nil
	}
	return Errorf(CodeNotReady, "%s has %s installed, which %s has not: add it to the bench, or remove it from the site.", site, strings.Join(missing, ", "), bench)
}
