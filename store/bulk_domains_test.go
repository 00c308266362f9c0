package store_test

import (
	"strings"
	"testing"

	"central/fleet"
	"central/store"
)

func TestStore_BulkRemoveDomains(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "a.example.com", "b.example.com", "c.example.com")
	w.begin(fleet.BulkInput{SiteIDs: ids(sites[:2]), Deed: fleet.BulkAddDomain, Pattern: "{name}.customers.org"}, bulkMeans)
	w.work()
	_, _, err := w.SetMainDomain(t.Context(), operator, fleet.DomainRef{SiteID: sites[0].ID, Name: "a.customers.org"})
	w.must(err)
	w.work()
	three, two := 3, 2
	in := fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkRemoveDomain, Pattern: "{name}.customers.org", ConfirmSites: &three, IdempotencyKey: newKey()}
	said := w.refuses(fleet.CodeNotFound, "input.pattern", func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })
	if !strings.Contains(said, "c.customers.org, for c.example.com") {
		t.Errorf("it says %q", said)
	}
	in.SiteIDs = in.SiteIDs[:2]
	w.refuses(fleet.CodeInvalid, "input.confirmSites", func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })

	in.ConfirmSites = &two
	root := w.begin(in, bulkMeans)
	w.audited(operator, "changeSites", "Remove {name}.customers.org from 2 sites", &root.ID)
	parts := w.parts(root.ID)
	want(t, "what a part does", []any{parts[0].Kind, parts[0].Title, parts[0].Cursor.Notes}, []any{
		fleet.ActionChangeDomains, "Remove a.customers.org from a.example.com",
		map[string]string{store.NoteDomainRemoved: "a.customers.org", store.NoteAddressBefore: "http://a.customers.org", store.NoteAddressAfter: ""},
	})
	want(t, "a domain meanwhile", w.domains(sites[1]), []string{"b.customers.org REMOVING"})
	w.workWith(func(a *fleet.Action) *fleet.Failure {
		if a.SiteID != nil && *a.SiteID == sites[1].ID {
			return &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "It failed."}
		}
		return nil
	})
	wantStatus(t, w.Store, root.ID, fleet.ActionFailed)
	want(t, "domains afterwards", [][]string{w.domains(sites[0]), w.domains(sites[1])}, [][]string{{}, {"b.customers.org ACTIVE"}})
	again, err := w.RetryBulk(t.Context(), operator, root.ID, newKey(), bulkMeans)
	w.must(err)
	w.work()
	wantStatus(t, w.Store, again.ID, fleet.ActionSucceeded)
	want(t, "the last", w.domains(sites[1]), []string{})
}
