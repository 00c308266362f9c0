package store_test

import (
	"fmt"
	"strings"
	"testing"

	"central/fleet"
)

func TestStore_ReleasesBetween(t *testing.T) {
	w := newEmptyWorld(t)
	commits := make([]string, 6)
	for i := range commits {
		commits[i] = strings.Repeat(fmt.Sprint(i+1), 40)
	}
	app, action, err := w.AddApp(t.Context(), admin, fleet.NewApp{Name: "crm", Repository: "https://git.example.com/crm", Branch: "main"})
	w.must(err)
	_, ref := mustClaim(t, w.Store, action.ID)
	list := releases(commits) // patches: 0, 2, 1, 0, 0, 2
	list[2].Hooks, list[4].Schema = true, true
	list[5].Position = fleet.OffBranch
	w.must(w.SaveReleases(t.Context(), ref, list[:5]))
	w.must(w.SaveFoundReleases(t.Context(), ref, app.ID, list[5:]))
	w.finish(ref, nil)
	w.app("shop", shop)

	type totals struct {
		from, to       string
		count, patches int
		schema, hooks  bool
		listed         []string
	}
	for name, test := range map[string]struct {
		from, to string
		first    int
		want     totals
	}{
		"AllOfThem":        {commits[0], commits[4], 50, totals{"1.0.0", "1.4.0", 4, 3, true, true, []string{"1.4.0", "1.3.0", "1.2.0", "1.1.0"}}},
		"NotTheFirst":      {commits[1], commits[2], 50, totals{"1.1.0", "1.2.0", 1, 1, false, true, []string{"1.2.0"}}},
		"UpToTheNewest":    {commits[2], "", 50, totals{"1.2.0", "1.4.0", 2, 0, true, false, []string{"1.4.0", "1.3.0"}}},
		"TotalsAreOfAll":   {commits[0], commits[4], 1, totals{"1.0.0", "1.4.0", 4, 3, true, true, []string{"1.4.0"}}},
		"NothingInBetween": {commits[3], commits[3], 50, totals{from: "1.3.0", to: "1.3.0", listed: []string{}}},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			got, err := w.ReleasesBetween(t.Context(), "crm", test.from, test.to, test.first)
			w.must(err)
			listed := []string{}
			for _, release := range got.Releases {
				listed = append(listed, release.Version)
			}
			if diff := fmt.Sprint(totals{got.From.Version, got.To.Version, got.Count, got.Patches, got.Schema, got.Hooks, listed}); diff != fmt.Sprint(test.want) {
				t.Errorf("got %s, want %s", diff, fmt.Sprint(test.want))
			}
		})
	}
	for name, test := range map[string]struct {
		app, from, to string
		first         int
		code          fleet.Code
		field         string
	}{
		"ErrUnknownApp":      {"hrms", commits[0], commits[1], 50, fleet.CodeNotFound, "app"},
		"ErrNoCommit":        {"crm", "HEAD", commits[1], 50, fleet.CodeInvalid, "from"},
		"ErrUnknownFrom":     {"crm", shop[0], commits[1], 50, fleet.CodeUnknownCommit, "from"},
		"ErrUnknownTo":       {"crm", commits[0], shop[0], 50, fleet.CodeUnknownCommit, "to"},
		"ErrLeftTheBranch":   {"crm", commits[5], commits[4], 50, fleet.CodeUnknownCommit, "from"},
		"ErrTheOtherWay":     {"crm", commits[4], commits[1], 50, fleet.CodeInvalid, "to"},
		"ErrTooManyAtOnce":   {"crm", commits[0], commits[1], 201, fleet.CodeInvalid, "first"},
		"ErrNoneOfThemAsked": {"crm", commits[0], commits[1], 0, fleet.CodeInvalid, "first"},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error {
				_, err := w.ReleasesBetween(t.Context(), test.app, test.from, test.to, test.first)
				return err
			})
		})
	}
}
