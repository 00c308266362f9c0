package fleet_test

import (
	"errors"
	"strings"
	"testing"

	"central/fleet"
)

// movable is a site on the bench main of m-1, and the benches it could go to: second on m-2, which has newer code, and others
// that it may not go to.
func movable() fleet.RelocationFacts {
	apps := func(frappe, shop string) []fleet.RevisionApp {
		return []fleet.RevisionApp{{App: "frappe", Commit: frappe, Version: frappe}, {App: "shop", Commit: shop, Version: shop}}
	}
	room := func(id uint, name string, server fleet.Server) fleet.BenchRoom {
		return fleet.BenchRoom{Bench: fleet.Bench{ID: id, Name: name, ServerID: server.ID}, Server: server}
	}
	m1 := fleet.Server{ID: 1, Name: "m-1", Role: fleet.RoleMaster, Status: fleet.ServerReady}
	m2 := fleet.Server{ID: 2, Name: "m-2", Role: fleet.RoleMaster, Status: fleet.ServerReady}
	down := fleet.Server{ID: 3, Name: "m-3", Role: fleet.RoleMaster, Status: fleet.ServerFailed}
	closed := m2
	closed.ID, closed.Name, closed.ClosedToSites, closed.ClosedWhy = 4, "m-4", true, "it is old"
	switching := room(15, "fifth", fleet.Server{ID: 5, Name: "m-5", Role: fleet.RoleMaster, Status: fleet.ServerReady})
	switching.Pair = &fleet.Pair{Name: "west", Status: fleet.PairSwitching}
	return fleet.RelocationFacts{
		Site: fleet.Site{ID: 7, Name: "a.example.com", Status: fleet.SiteActive, BenchID: 10, ServerID: 1, RevisionID: 100},
		From: fleet.Revision{ID: 100, BenchID: 10, ServerID: 1, Apps: apps("f1", "s1")},
		Rooms: []fleet.BenchRoom{
			room(10, "main", m1), room(11, "near", m1), room(12, "second", m2), room(13, "down", down), room(14, "closed", closed), switching,
			room(16, "unbuilt", m2), room(17, "older", m2), room(18, "strange", m2), room(19, "few", m2),
		},
		Newest: map[uint]fleet.Revision{
			10: {ID: 100, Apps: apps("f1", "s1")}, 11: {ID: 110, Apps: apps("f1", "s1")}, 12: {ID: 120, Apps: apps("f1", "s2")},
			13: {ID: 130}, 14: {ID: 140}, 15: {ID: 150}, 17: {ID: 170, Apps: apps("f1", "s0")}, 18: {ID: 180, Apps: apps("f1", "s9")},
			19: {ID: 190, Apps: apps("f1", "s1")[:1]},
		},
		Releases: map[string][]fleet.Release{"shop": {
			{Commit: "s0", Position: 0}, {Commit: "s1", Position: 1}, {Commit: "s2", Position: 2}, {Commit: "s9", Position: fleet.OffBranch},
		}},
		Usage: fleet.SiteUsage{DatabaseBytes: 150 << 20},
	}
}

func TestRelocationTargets(t *testing.T) {
	found := map[string]fleet.RelocationTarget{}
	targets := fleet.RelocationTargets(movable())
	for i, target := range targets {
		found[target.Bench.Name] = target
		if i > 0 && target.Refused == "" && targets[i-1].Refused != "" {
			t.Errorf("%s stands behind one that is refused", target.Bench.Name)
		}
	}
	for name, want := range map[string]string{
		"near": "", "second": "", "few": "", "main": "lives on main", "down": "m-3 is FAILED", "closed": "closed to new sites: it is old",
		"fifth": "pair west is SWITCHING", "unbuilt": "no revision", "older": "shop on older is older (s0) than the site's (s1)", "strange": "cannot be compared",
	} {
		got, ok := found[name]
		if !ok || (want == "") != (got.Refused == "") || !strings.Contains(got.Refused, want) {
			t.Errorf("%s: got %q, want %q", name, got.Refused, want)
		}
	}
	near, second := found["near"], found["second"]
	if !near.SameServer || near.Migrates || second.SameServer || !second.Migrates {
		t.Errorf("near %+v, second %+v", near, second)
	}
	if second.Seconds < near.Seconds+10 {
		t.Errorf("150 MiB of tables to another server take %v s, another directory %v s", second.Seconds, near.Seconds)
	}
	if lacks := found["few"].Lacks; len(lacks) != 1 || lacks[0] != "shop" {
		t.Errorf("few lacks %v", lacks)
	}
}

func TestCheckRelocation(t *testing.T) {
	pool := uint(3)
	for name, c := range map[string]struct {
		alter func(*fleet.RelocationFacts)
		bench uint
		code  fleet.Code
		field string
	}{
		"OK":         {func(*fleet.RelocationFacts) {}, 12, "", ""},
		"ErrHere":    {func(*fleet.RelocationFacts) {}, 10, fleet.CodeNotReady, "input.benchId"},
		"ErrNone":    {func(*fleet.RelocationFacts) {}, 99, fleet.CodeNotFound, "input.benchId"},
		"ErrOlder":   {func(*fleet.RelocationFacts) {}, 17, fleet.CodeNotReady, "input.benchId"},
		"ErrBroken":  {func(f *fleet.RelocationFacts) { f.Site.Status = fleet.SiteBroken }, 12, fleet.CodeNotReady, "input.siteId"},
		"ErrAdopted": {func(f *fleet.RelocationFacts) { f.From.Path = "/srv/bench" }, 12, fleet.CodeNotReady, "input.siteId"},
		"ErrStandby": {func(f *fleet.RelocationFacts) { f.Site.StandbyPoolID = &pool }, 12, fleet.CodeNotReady, "input.siteId"},
	} {
		t.Run(name, func(t *testing.T) {
			facts := movable()
			c.alter(&facts)
			target, err := fleet.CheckRelocation(facts, c.bench)
			var known *fleet.Error
			if fleet.ErrorCode(err) != c.code || errors.As(err, &known) && known.Field != c.field {
				t.Fatalf("got %v", err)
			}
			if err == nil && target.Revision.ID != 120 {
				t.Errorf("it gets %+v", target.Revision)
			}
		})
	}
}

func TestCheckInstalled(t *testing.T) {
	to := fleet.Revision{Apps: []fleet.RevisionApp{{App: "frappe"}, {App: "shop"}}}
	if err := fleet.CheckInstalled("a", []string{"frappe"}, to, "second"); err != nil {
		t.Error(err)
	}
	err := fleet.CheckInstalled("a", []string{"frappe", "crm", "hr"}, to, "second")
	if fleet.ErrorCode(err) != fleet.CodeNotReady || !strings.Contains(err.Error(), "crm, hr") {
		t.Errorf("got %v", err)
	}
}
