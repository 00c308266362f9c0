package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"central/fleet"
	"central/store"
)

func TestStore_Bulk(t *testing.T) {
	three := []string{"a.example.com", "b.example.com", "c.example.com"}

	t.Run("OneTreeOneBarExactRetry", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, three...)
		root := w.begin(fleet.BulkInput{SiteIDs: append(ids(sites), sites[0].ID), Deed: fleet.BulkInstallApp, App: "shop"}, bulkMeans)
		w.audited(operator, "changeSites", "Install shop on 3 sites", &root.ID)
		children := w.parts(root.ID)
		want(t, "parts", []string{children[0].Title, children[1].Title, children[2].Title},
			[]string{"Install shop on a.example.com", "Install shop on b.example.com", "Install shop on c.example.com"})
		for i, site := range sites {
			if busy := w.getSite(site.ID).BusyActionID; busy == nil || *busy != children[i].ID {
				t.Errorf("%s is busy with %v", site.Name, busy)
			}
		}
		_, ref := w.claim(fleet.ActionInstallApp)
		wantStatus(t, w.Store, root.ID, fleet.ActionRunning)
		w.finish(ref, nil)
		half, err := w.Action(t.Context(), root.ID)
		w.must(err)
		want(t, "the bar", []any{half.Percent, half.Step}, []any{33, "1 of 3 sites"})
		w.workWith(func(a *fleet.Action) *fleet.Failure {
			if *a.SiteID == sites[1].ID {
				return &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "It failed."}
			}
			return nil
		})
		ended, err := w.Action(t.Context(), root.ID)
		w.must(err)
		want(t, "how it ended", []any{ended.Status, ended.Percent, ended.ErrorMessage}, []any{fleet.ActionFailed, 100, "2 of 3 sites were changed, 1 was not."})
		events, err := w.Events(t.Context(), root.ID, 0, 100)
		w.must(err)
		last := events[len(events)-1]
		want(t, "its last event", []any{last.Kind, last.Body.Status}, []any{fleet.EventStatus, fleet.ActionFailed})

		again, err := w.RetryBulk(t.Context(), operator, root.ID, newKey(), bulkMeans)
		w.must(err)
		w.audited(operator, "retryBulk", "Install shop on 1 site", &again.ID)
		want(t, "the retry is of", w.parts(again.ID)[0].SiteID, &sites[1].ID)
		w.work()
		wantStatus(t, w.Store, again.ID, fleet.ActionSucceeded)
		w.refuses(fleet.CodeNoSites, "input.actionId", func() error { _, err := w.RetryBulk(t.Context(), operator, again.ID, newKey(), bulkMeans); return err })
	})

	t.Run("Serve", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		sites := w.site(w.bench, three...)
		suspended := fleet.ServingSuspended
		_, _, err := w.SetServing(t.Context(), operator, sites[2].ID, suspended)
		w.must(err)
		w.work()
		w.begin(fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkServe, Serving: &suspended}, bulkMeans)
		for {
			a, err := w.ClaimAction(t.Context(), "runner-1", ttl)
			w.must(err)
			if a == nil {
				break
			}
			ref := store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}
			if a.Kind == fleet.ActionServeSite {
				w.must(w.ServeSite(t.Context(), ref, fleet.SiteServing(a.Cursor.Notes[store.NoteServing])))
			}
			w.finish(ref, nil)
		}
		routes, err := w.Routes(t.Context())
		w.must(err)
		for _, route := range routes {
			want(t, route.Host, route.State, fleet.RouteSuspended)
		}
	})

	t.Run("ConfigureKeepsSecrets", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, three...)
		value, key := "7", `"canary-key"`
		root := w.begin(fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkConfigure, Changes: []fleet.ConfigChange{{Name: "acme_limit", Value: &value}, {Name: "acme_api_key", Value: &key}}}, bulkMeans)
		sealed, err := w.Secret(t.Context(), store.SiteConfiguration(root.ID))
		w.must(err)
		want(t, "what is done", string(sealed), `sealed {"acme_api_key":"canary-key","acme_limit":7}`)
		for _, part := range w.parts(root.ID) {
			want(t, "where its values are", part.Cursor.Notes[store.NoteConfiguration], store.SiteConfiguration(root.ID))
		}
		for _, table := range []string{"SELECT CAST(input AS CHAR) FROM bulk_changes", "SELECT GROUP_CONCAT(`cursor`) FROM actions", "SELECT GROUP_CONCAT(CAST(input AS CHAR)) FROM audit_entries"} {
			var text string
			w.must(w.DB().QueryRowContext(t.Context(), table).Scan(&text))
			if strings.Contains(text, "canary") {
				t.Errorf("%s holds the secret: %s", table, text)
			}
		}
		w.workWith(func(a *fleet.Action) *fleet.Failure {
			if *a.SiteID == sites[0].ID {
				return &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "It failed."}
			}
			return nil
		})
		again, err := w.RetryBulk(t.Context(), operator, root.ID, newKey(), bulkMeans)
		w.must(err)
		kept, err := w.Secret(t.Context(), store.SiteConfiguration(again.ID))
		w.must(err)
		want(t, "the retry does the same", string(kept), string(sealed))
		w.work()
		keys, err := w.ConfigKeysOfSites(t.Context(), ids(sites))
		w.must(err)
		for _, site := range sites {
			text, err := json.Marshal(keys[site.ID])
			w.must(err)
			if len(keys[site.ID]) != 2 || strings.Contains(string(text), "canary") {
				t.Errorf("%s has %s", site.Name, text)
			}
		}
	})

	t.Run("Cancelled", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, three...)
		root := w.begin(fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkInstallApp, App: "shop"}, bulkMeans)
		_, ref := w.claim(fleet.ActionInstallApp)
		_, err := w.CancelBulk(t.Context(), operator, root.ID)
		w.must(err)
		w.audited(operator, "cancelBulk", root.Title, &root.ID)
		mustNotClaim(t, w.Store)
		if wanted, err := w.RenewLease(t.Context(), ref, ttl); err != nil || !wanted {
			t.Errorf("what runs is not asked to stop: %v", err)
		}
		w.finish(ref, nil)
		wantStatus(t, w.Store, root.ID, fleet.ActionCancelled)
		for _, site := range sites {
			if busy := w.getSite(site.ID).BusyActionID; busy != nil {
				t.Errorf("%s is busy", site.Name)
			}
		}
		w.refuses(fleet.CodeNotReady, "input.actionId", func() error { _, err := w.CancelBulk(t.Context(), operator, root.ID); return err })
	})

	t.Run("SameKeySameChange", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, three...)
		in := fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkInstallApp, App: "shop", IdempotencyKey: newKey()}
		first, err := w.BeginBulk(t.Context(), operator, in, bulkMeans)
		w.must(err)
		second, err := w.BeginBulk(t.Context(), operator, in, bulkMeans)
		w.must(err)
		want(t, "the second", second.ID, first.ID)
		in.SiteIDs = in.SiteIDs[:1]
		w.refuses(fleet.CodeKeyReused, "input.idempotencyKey", func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })
		w.refuses(fleet.CodeNotReady, "input.actionId", func() error { _, err := w.RetryBulk(t.Context(), operator, first.ID, newKey(), bulkMeans); return err })
	})

	w := newWorld(t)
	sites := w.site(w.bench, three...)
	busy := w.begin(fleet.BulkInput{SiteIDs: ids(sites[:1]), Deed: fleet.BulkInstallApp, App: "shop"}, bulkMeans)
	for _, test := range []struct {
		name  string
		in    fleet.BulkInput
		code  fleet.Code
		field string
	}{
		{"ErrNoSites", fleet.BulkInput{Deed: fleet.BulkInstallApp, App: "shop"}, fleet.CodeNoSites, "input.siteIds"},
		{"ErrUnknownSite", fleet.BulkInput{SiteIDs: []uint{sites[1].ID, 99}, Deed: fleet.BulkInstallApp, App: "shop"}, fleet.CodeNotFound, "input.siteIds"},
		{"ErrBusy", fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkInstallApp, App: "shop"}, fleet.CodeSiteBusy, "input.siteIds"},
		{"ErrNotOnTheBench", fleet.BulkInput{SiteIDs: ids(sites[1:]), Deed: fleet.BulkInstallApp, App: "crm"}, fleet.CodeInvalid, "input.siteIds"},
		{"ErrRemoveUnconfirmed", fleet.BulkInput{SiteIDs: ids(sites[1:]), Deed: fleet.BulkRemoveApp, App: "shop"}, fleet.CodeInvalid, "input.confirmSites"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			test.in.IdempotencyKey = newKey()
			w.refuses(test.code, test.field, func() error { _, err := w.BeginBulk(t.Context(), operator, test.in, bulkMeans); return err })
		})
	}
	t.Run("ErrRetryOfSomethingElse", func(t *testing.T) {
		w.t = t
		child := w.parts(busy.ID)[0].ID
		w.refuses(fleet.CodeInvalid, "input.actionId", func() error { _, err := w.RetryBulk(t.Context(), operator, child, newKey(), bulkMeans); return err })
		w.refuses(fleet.CodeInvalid, "input.actionId", func() error { _, err := w.CancelBulk(t.Context(), operator, child); return err })
	})
	t.Run("Plan", func(t *testing.T) {
		w.t = t
		plan, err := w.BulkPlan(t.Context(), viewer, fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkInstallApp, App: "shop"}, bulkMeans)
		w.must(err)
		want(t, "plan", []any{plan.Title, len(plan.Sites), len(plan.Notes)}, []any{"Install shop on 3 sites", 2, 1})
	})
}

// Thousands of sites are queued in a moment.
func TestStore_BulkOfThousands(t *testing.T) {
	w := newWorld(t)
	all := w.manySites(w.bench, 1, 3000)
	suspended := fleet.ServingSuspended
	root, err := w.BeginBulk(t.Context(), operator, fleet.BulkInput{SiteIDs: all, Deed: fleet.BulkServe, Serving: &suspended, IdempotencyKey: newKey()}, bulkMeans)
	w.must(err)
	want(t, "title", root.Title, fmt.Sprintf("Suspend %d sites", len(all)))
	children, err := w.ChildrenOfActions(t.Context(), []uint{root.ID})
	w.must(err)
	want(t, "parts", len(children[root.ID]), len(all))
}
