package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"central/fleet"
)

// readAll follows the cursors to the end; between is called after each page but the last.
func (w *world) readAll(first int, filter fleet.SiteFilter, order fleet.SiteOrderBy, between func(page int)) []fleet.Site {
	w.t.Helper()
	sites := []fleet.Site{}
	page := fleet.Page{First: first}
	for n := 1; ; n++ {
		got, err := w.Sites(w.t.Context(), page, filter, order)
		w.must(err)
		if len(got.Nodes) > first || got.PageInfo.HasNextPage && len(got.Nodes) != first {
			w.t.Fatalf("page %d has %d sites, and says there are more: %v", n, len(got.Nodes), got.PageInfo.HasNextPage)
		}
		sites = append(sites, got.Nodes...)
		if !got.PageInfo.HasNextPage {
			return sites
		}
		page.After = *got.PageInfo.EndCursor
		between(n)
	}
}

func TestStore_Sites(t *testing.T) {
	w := newWorld(t)
	second := w.newBenchOn("second", "m-2")
	w.manySites(w.bench, 1, 5000)
	w.manySites(second, 5001, 5010)
	moved := w.site(w.bench, "moved-1.example.com", "moved-2.example.com")
	w.deploy(1, ids(moved)...)
	w.work()
	mustDB(t, w.Store, "UPDATE sites SET status = 'BROKEN' WHERE name IN ('s00017.example.com', 's05001.example.com')")
	mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE name = 's00018.example.com'")
	mustDB(t, w.Store, "UPDATE sites SET status = 'FAILED' WHERE name = 's00019.example.com'")
	const living = 5000 + 10 + 2 - 2
	byName := fleet.SiteOrderBy{Field: fleet.SiteOrderName}

	versions := map[uint]string{}
	for _, bench := range []fleet.Bench{w.bench, second} {
		for _, revision := range w.revisions(bench) {
			versions[revision.ID] = revision.Version
		}
	}
	compare := map[fleet.SiteOrder]func(a, b fleet.Site) int{
		fleet.SiteOrderName:    func(a, b fleet.Site) int { return strings.Compare(a.Name, b.Name) },
		fleet.SiteOrderVersion: func(a, b fleet.Site) int { return strings.Compare(versions[a.RevisionID], versions[b.RevisionID]) },
		fleet.SiteOrderCreated: func(a, b fleet.Site) int { return a.CreatedAt.Compare(b.CreatedAt) },
	}
	for field, less := range compare {
		for _, descending := range []bool{false, true} {
			t.Run(fmt.Sprintf("EveryOneOnce by %s, descending %v", field, descending), func(t *testing.T) {
				sites := w.readAll(777, fleet.SiteFilter{}, fleet.SiteOrderBy{Field: field, Descending: descending}, func(int) {})
				want(t, "how many", len(sites), living)
				seen := map[uint]bool{}
				for i, site := range sites {
					if seen[site.ID] {
						t.Fatalf("%s comes twice", site.Name)
					}
					seen[site.ID] = true
					if i == 0 {
						continue
					}
					order := cmp.Or(less(sites[i-1], site), cmp.Compare(sites[i-1].ID, site.ID))
					if (order > 0) != descending {
						t.Fatalf("%s comes before %s", sites[i-1].Name, site.Name)
					}
				}
			})
		}
	}

	for _, test := range []struct {
		name   string
		filter fleet.SiteFilter
		want   int
	}{
		{"All", fleet.SiteFilter{}, living},
		{"Search", fleet.SiteFilter{Search: "0123"}, 11}, // s00123, and s01230 to s01239
		{"SearchInAnyCase", fleet.SiteFilter{Search: "MOVED-"}, 2},
		{"SearchTakesNoWildcard", fleet.SiteFilter{Search: "s%.example"}, 0},
		{"SearchTakesNoPlaceholder", fleet.SiteFilter{Search: "s_0123"}, 0},
		{"SearchTakesNoEscape", fleet.SiteFilter{Search: `s\00123`}, 0},
		{"SearchTakesNoQuote", fleet.SiteFilter{Search: `' OR 1=1 -- `}, 0},
		{"Bench", fleet.SiteFilter{BenchIDs: []uint{second.ID}}, 10},
		{"NoBench", fleet.SiteFilter{BenchIDs: []uint{}}, 0},
		{"Server", fleet.SiteFilter{ServerIDs: []uint{w.master.ID}}, living - 10},
		{"BothServers", fleet.SiteFilter{ServerIDs: []uint{w.master.ID, second.ServerID}}, living},
		{"NoServer", fleet.SiteFilter{ServerIDs: []uint{}}, 0},
		{"Version", fleet.SiteFilter{Versions: []string{"shop 1.1.0"}}, 2},
		{"NoVersion", fleet.SiteFilter{Versions: []string{}}, 0},
		{"Status", fleet.SiteFilter{Statuses: []fleet.SiteStatus{fleet.SiteBroken}}, 2},
		{"GoneOnesWhenAskedFor", fleet.SiteFilter{Statuses: []fleet.SiteStatus{fleet.SiteArchived, fleet.SiteFailed}}, 2},
		{"NoStatus", fleet.SiteFilter{Statuses: []fleet.SiteStatus{}}, 0},
		{"Several", fleet.SiteFilter{Search: "s0", BenchIDs: []uint{w.bench.ID}, Statuses: []fleet.SiteStatus{fleet.SiteBroken}}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := w.Sites(t.Context(), fleet.Page{First: 5}, test.filter, byName)
			w.must(err)
			want(t, "total", got.TotalCount, test.want)
			want(t, "on the page", len(got.Nodes), min(test.want, 5))
			want(t, "more", got.PageInfo.HasNextPage, test.want > 5)
			want(t, "a cursor", got.PageInfo.EndCursor != nil, test.want > 0)
			list, err := w.SiteIDs(t.Context(), test.filter)
			w.must(err)
			want(t, "ids", len(list), test.want)
			want(t, "ids begin", list[:len(got.Nodes)], ids(got.Nodes))
		})
	}

	t.Run("Versions", func(t *testing.T) {
		got, err := w.SiteVersions(t.Context())
		w.must(err)
		want(t, "versions", got, []string{"shop 1.0.0", "shop 1.1.0"})
	})

	t.Run("StableWhileTheListChanges", func(t *testing.T) {
		filter := fleet.SiteFilter{Search: "s049"} // s04900 to s04999, and s00490 to s00499
		before := w.readAll(1000, filter, byName, nil)
		got := w.readAll(10, filter, byName, func(page int) {
			switch page {
			case 2: // one before the cursor goes, one comes
				mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE name = 's04900.example.com'")
				w.site(w.bench, "as049.example.com")
			case 3: // the one at the cursor goes
				mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE name = 's04929.example.com'")
			}
		})
		want(t, "sites", ids(got), ids(before))
	})

	t.Run("ErrPage", func(t *testing.T) {
		for _, first := range []int{0, -1, 1001} {
			_, err := w.Sites(t.Context(), fleet.Page{First: first}, fleet.SiteFilter{}, byName)
			wantCode(t, err, fleet.CodeInvalid)
		}
	})

	t.Run("ErrOrder", func(t *testing.T) {
		_, err := w.Sites(t.Context(), fleet.Page{First: 1}, fleet.SiteFilter{}, fleet.SiteOrderBy{Field: "name; DROP TABLE sites"})
		wantCode(t, err, fleet.CodeInvalid)
	})

	t.Run("ErrCursor", func(t *testing.T) {
		got, err := w.Sites(t.Context(), fleet.Page{First: 1}, fleet.SiteFilter{}, byName)
		w.must(err)
		for _, after := range []string{"x", "e30", *got.PageInfo.EndCursor + "x", "eyJmIjoiQ1JFQVRFRCJ9"} {
			for _, field := range []fleet.SiteOrder{fleet.SiteOrderVersion, fleet.SiteOrderCreated} {
				_, err := w.Sites(t.Context(), fleet.Page{First: 1, After: after}, fleet.SiteFilter{}, fleet.SiteOrderBy{Field: field})
				wantCode(t, err, fleet.CodeInvalid)
			}
		}
		_, err = w.Sites(t.Context(), fleet.Page{First: 1, After: *got.PageInfo.EndCursor}, fleet.SiteFilter{}, fleet.SiteOrderBy{Field: fleet.SiteOrderCreated})
		wantCode(t, err, fleet.CodeInvalid)
	})
}

// Pages of the lists that are newest first.
func TestStore_Pages(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "a.example.com", "b.example.com", "c.example.com")
	for _, site := range sites {
		w.deploy(1, site.ID)
	}
	w.work()
	ctx := t.Context()
	lists := map[string]func(fleet.Page) ([]uint, int, fleet.PageInfo, error){
		"Deploys": func(p fleet.Page) (list []uint, total int, info fleet.PageInfo, err error) {
			got, err := w.Deploys(ctx, p)
			for _, d := range got.Nodes {
				list = append(list, d.ID)
			}
			return list, got.TotalCount, got.PageInfo, err
		},
		"Actions": func(p fleet.Page) (list []uint, total int, info fleet.PageInfo, err error) {
			got, err := w.Actions(ctx, p, fleet.ActionFilter{})
			for _, a := range got.Nodes {
				list = append(list, a.ID)
			}
			return list, got.TotalCount, got.PageInfo, err
		},
		"AuditLog": func(p fleet.Page) (list []uint, total int, info fleet.PageInfo, err error) {
			got, err := w.AuditLog(ctx, p)
			for _, e := range got.Nodes {
				list = append(list, e.ID)
			}
			return list, got.TotalCount, got.PageInfo, err
		},
	}
	for _, name := range sorted(lists) {
		list := lists[name]
		t.Run(name, func(t *testing.T) {
			all, total, info, err := list(fleet.Page{First: 1000})
			w.must(err)
			if len(all) != total || len(all) < 3 || info.HasNextPage {
				t.Fatalf("%d of %d, more: %v", len(all), total, info.HasNextPage)
			}
			if !slices.IsSortedFunc(all, func(a, b uint) int { return cmp.Compare(b, a) }) {
				t.Errorf("not newest first: %v", all)
			}
			paged, page := []uint{}, fleet.Page{First: 2}
			for {
				got, gotTotal, info, err := list(page)
				w.must(err)
				want(t, "total on every page", gotTotal, total)
				paged = append(paged, got...)
				if !info.HasNextPage {
					break
				}
				page.After = *info.EndCursor
			}
			want(t, "page by page", paged, all)
			for _, bad := range []fleet.Page{{}, {First: -1}, {First: 1001}, {First: 1, After: "x"}, {First: 1, After: "-1"}, {First: 1, After: "1 OR 1=1"}} {
				_, _, _, err := list(bad)
				wantCode(t, err, fleet.CodeInvalid)
			}
			none, _, info, err := list(fleet.Page{First: 1, After: "1"})
			w.must(err)
			if len(none) != 0 && name != "Actions" || info.HasNextPage {
				t.Errorf("after the first there is %v", none)
			}
		})
	}

	t.Run("ActionFilter", func(t *testing.T) {
		for _, test := range []struct {
			name   string
			filter fleet.ActionFilter
			want   int
		}{
			{"Kinds", fleet.ActionFilter{Kinds: []fleet.ActionKind{fleet.ActionMoveSite, fleet.ActionCreateSite}}, 6},
			{"NoKind", fleet.ActionFilter{Kinds: []fleet.ActionKind{}}, 0},
			{"Statuses", fleet.ActionFilter{Statuses: []fleet.ActionStatus{fleet.ActionQueued}}, 0},
			{"Site", fleet.ActionFilter{SiteID: &sites[0].ID}, 2},
			{"Server", fleet.ActionFilter{ServerID: ptr(uint(99))}, 0},
			{"RootsOfASite", fleet.ActionFilter{SiteID: &sites[0].ID, RootsOnly: true}, 1},
		} {
			got, err := w.Actions(ctx, fleet.Page{First: 100}, test.filter)
			w.must(err)
			want(t, test.name, got.TotalCount, test.want)
		}
	})
}
