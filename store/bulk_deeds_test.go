package store_test

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// bulkMeans is what changes of many sites need; every name points to the fleet.
var bulkMeans = store.BulkMeans{Seal: mustSeal, LookUp: pointsTo(hereAddress)}

// begin queues a change of many sites.
func (w *world) begin(in fleet.BulkInput, means store.BulkMeans) fleet.Action {
	w.t.Helper()
	in.IdempotencyKey = newKey()
	root, err := w.BeginBulk(w.t.Context(), operator, in, means)
	w.must(err)
	return root
}

func (w *world) parts(root uint) []fleet.Action {
	w.t.Helper()
	children, err := w.ChildrenOfActions(w.t.Context(), []uint{root})
	w.must(err)
	return children[root]
}

func TestStore_BulkMove(t *testing.T) {
	w, first, near, second := twoMasters(t)
	other := w.site(near, "b.example.com")[0]
	w.work()
	in := fleet.BulkInput{SiteIDs: []uint{first.ID, other.ID}, Deed: fleet.BulkMove, BenchID: second.ID}
	root := w.begin(in, bulkMeans)
	entry := w.audited(operator, "changeSites", "Move 2 sites to another bench", &root.ID)
	want(t, "where they go", entry.Input["benchId"], any(float64(second.ID)))
	for i, part := range w.parts(root.ID) {
		row, err := w.Relocation(t.Context(), part.ID)
		w.must(err)
		want(t, "what a part is about", []any{row.SiteID, row.ToBenchID, row.Far(), part.Kind}, []any{in.SiteIDs[i], second.ID, true, fleet.ActionRelocateSite})
		want(t, "what it holds", *w.getSite(in.SiteIDs[i]).BusyActionID, part.ID)
	}
	for range 2 {
		_, ref := w.claim(fleet.ActionRelocateSite)
		w.must(w.SiteRelocated(t.Context(), ref, true))
		w.finish(ref, nil)
	}
	ended, err := w.Action(t.Context(), root.ID)
	w.must(err)
	want(t, "how it ended", ended.Status, fleet.ActionSucceeded)
	want(t, "where they are", []uint{w.getSite(first.ID).BenchID, w.getSite(other.ID).BenchID}, []uint{second.ID, second.ID})

	plan, err := w.BulkPlan(t.Context(), operator, in, bulkMeans)
	w.must(err)
	if len(plan.Sites) != 0 || len(plan.Notes) != 2 || !strings.Contains(plan.Notes[0].Message, "lives on second") {
		t.Errorf("once more it would be %+v", plan)
	}
	in.IdempotencyKey = newKey()
	w.refuses(fleet.CodeNotReady, "input.siteIds", func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })
	in.BenchID = 0
	w.refuses(fleet.CodeInvalid, "input.benchId", func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })
	in.BenchID = 99
	w.refuses(fleet.CodeNotFound, "input.benchId", func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })
}

func TestStore_BulkBackUp(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "a.example.com", "b.example.com", "c.example.com")
	root := w.begin(fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkBackUp}, bulkMeans)
	w.audited(operator, "changeSites", "Back up 3 sites", &root.ID)
	for i, part := range w.parts(root.ID) {
		backup := w.getBackup(noteID(t, part))
		want(t, "the backup of a part", []any{backup.SiteID, backup.ActionID, backup.Kind, backup.State}, []any{sites[i].ID, part.ID, fleet.BackupManual, fleet.BackupTaking})
		want(t, "what it holds", *w.getSite(sites[i].ID).BusyActionID, part.ID)
	}
	refs := []store.LeaseRef{}
	for range 2 {
		part, ref := w.claim(fleet.ActionBackUpSite)
		w.must(w.BackupWritten(t.Context(), ref, noteID(t, *part), taken(w.master.ID, time.Now())))
		refs = append(refs, ref)
	}
	mustNotClaim(t, w.Store) // the third waits in the lane of backups
	for _, ref := range refs {
		w.finish(ref, nil)
	}
	w.workWith(func(*fleet.Action) *fleet.Failure {
		return &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "no room"}
	})
	ended, err := w.Action(t.Context(), root.ID)
	w.must(err)
	want(t, "how it ended", []any{ended.Status, ended.ErrorMessage}, []any{fleet.ActionFailed, "2 of 3 sites were changed, 1 was not."})

	again, err := w.RetryBulk(t.Context(), operator, root.ID, newKey(), bulkMeans)
	w.must(err)
	retried := w.parts(again.ID)
	if len(retried) != 1 || *retried[0].SiteID != sites[2].ID || noteID(t, retried[0]) == noteID(t, w.parts(root.ID)[2]) {
		t.Errorf("the retry is %+v", retried)
	}
}

// noteID is the backup that an action is about.
func noteID(t testing.TB, action fleet.Action) uint {
	t.Helper()
	id, err := strconv.ParseUint(action.Cursor.Notes[store.NoteBackup], 10, 64)
	if err != nil {
		t.Fatalf("the notes of %s: %v", action.Title, err)
	}
	return uint(id)
}

func TestStore_BulkArchive(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "a.example.com", "b.example.com")
	in := fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkArchive}
	plan, err := w.BulkPlan(t.Context(), viewer, in, bulkMeans)
	w.must(err)
	want(t, "what the plan asks for", plan.Notes[0].Field, "input.confirmSites")
	if said := strings.Join(plan.Does, " "); !strings.Contains(said, "databases and the files of 2 sites are removed from 1 server") || !strings.Contains(said, "365 days") {
		t.Errorf("it does not say what is removed and kept: %s", said)
	}
	in.IdempotencyKey, in.ConfirmSites = newKey(), ptr(3)
	w.refuses(fleet.CodeInvalid, "input.confirmSites", func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })
	if w.getSite(sites[0].ID).BusyActionID != nil {
		t.Error("a site is held by what was refused")
	}
	in.ConfirmSites = ptr(2)
	root := w.begin(in, bulkMeans)
	for range sites {
		part, ref := w.claim(fleet.ActionArchiveSite)
		id := noteID(t, *part)
		w.must(w.BackupWritten(t.Context(), ref, id, taken(w.master.ID, time.Now())))
		w.finish(ref, nil)
		want(t, "its last backup", []any{w.getBackup(id).Kind, w.getBackup(id).State}, []any{fleet.BackupFinal, fleet.BackupComplete})
		want(t, "the site", w.getSite(*part.SiteID).Status, fleet.SiteArchived)
	}
	wantStatus(t, w.Store, root.ID, fleet.ActionSucceeded)
}

func TestStore_BulkDomains(t *testing.T) {
	pattern := fleet.BulkInput{Deed: fleet.BulkAddDomain, Pattern: "{name}.customers.org"}

	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		w.work()
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		in, asked := pattern, atomic.Int32{}
		in.SiteIDs, in.Certificate = ids(sites), true
		root := w.begin(in, store.BulkMeans{LookUp: func(ctx context.Context, name string) fleet.DomainLook {
			asked.Add(1)
			return pointsTo(hereAddress)(ctx, name)
		}})
		want(t, "names that DNS was asked about", asked.Load(), 2)
		w.audited(operator, "changeSites", "Add {name}.customers.org to 2 sites", &root.ID)
		w.claim(fleet.ActionRouteProxy)
		mustNotClaim(t, w.Store) // until the proxies know the domains
		domains, err := w.DomainsOfSites(t.Context(), ids(sites))
		w.must(err)
		want(t, "a domain meanwhile", []any{domains[sites[0].ID][0].Name, domains[sites[0].ID][0].State}, []any{"a.customers.org", fleet.DomainAdding})
		certificates, err := w.Certificates(t.Context())
		w.must(err)
		want(t, "certificates that are ordered", len(certificates), 2)
	})

	t.Run("WhatFailedIsTakenBack", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		in := pattern
		in.SiteIDs = ids(sites)
		root := w.begin(in, bulkMeans)
		w.workWith(func(a *fleet.Action) *fleet.Failure {
			if a.SiteID != nil && *a.SiteID == sites[1].ID {
				return &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "It failed."}
			}
			return nil
		})
		wantStatus(t, w.Store, root.ID, fleet.ActionFailed)
		domains, err := w.DomainsOfSites(t.Context(), ids(sites))
		w.must(err)
		want(t, "domains afterwards", []any{domains[sites[0].ID][0].State, len(domains[sites[1].ID])}, []any{fleet.DomainActive, 0})
		again, err := w.RetryBulk(t.Context(), operator, root.ID, newKey(), bulkMeans)
		w.must(err)
		w.work()
		wantStatus(t, w.Store, again.ID, fleet.ActionSucceeded)
	})

	// One name that cannot be is named with its site, and nothing is queued.
	t.Run("ErrOneIsTaken", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com", "c.example.com", "b.customers.org")
		in := pattern
		in.SiteIDs, in.IdempotencyKey = ids(sites[:3]), newKey()
		said := w.refuses(fleet.CodeConflict, "input.pattern", func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })
		if !strings.Contains(said, "b.customers.org, for b.example.com") {
			t.Errorf("it says %q", said)
		}
		domains, err := w.DomainsOfSites(t.Context(), ids(sites))
		w.must(err)
		mustNotClaim(t, w.Store)
		want(t, "domains", len(domains), 0)
	})

	t.Run("ErrOnePointsElsewhere", func(t *testing.T) {
		w := newWorld(t)
		sites := w.site(w.bench, "a.example.com", "b.example.com")
		in := pattern
		in.SiteIDs, in.IdempotencyKey = ids(sites), newKey()
		means := store.BulkMeans{LookUp: func(ctx context.Context, name string) fleet.DomainLook {
			if name == "a.customers.org" {
				return pointsTo(hereAddress)(ctx, name)
			}
			return fleet.DomainLook{}
		}}
		said := w.refuses(fleet.CodeInvalid, "input.pattern", func() error { _, err := w.BeginBulk(t.Context(), operator, in, means); return err })
		if !strings.Contains(said, "for b.example.com: b.customers.org has no address") {
			t.Errorf("it says %q", said)
		}
		in.Elsewhere = true
		w.begin(in, means)
	})
}

func TestStore_BulkRename(t *testing.T) {
	w := newWorld(t)
	sites := w.site(w.bench, "a.example.com", "b.example.com")
	root := w.begin(fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkRename, Pattern: "{name}.eu.example.com"}, bulkMeans)
	want(t, "its second name meanwhile", *w.getSite(sites[0].ID).OtherName, "a.eu.example.com")
	w.workWith(func(a *fleet.Action) *fleet.Failure {
		if a.SiteID == nil || *a.SiteID == sites[1].ID {
			return &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "It failed."}
		}
		w.must(w.SiteRenamed(t.Context(), store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}, a.Cursor.Notes[store.NoteNameAfter]))
		return nil
	})
	wantStatus(t, w.Store, root.ID, fleet.ActionFailed)
	for i, name := range []string{"a.eu.example.com", "b.example.com"} {
		site := w.getSite(sites[i].ID)
		want(t, "a name afterwards", []any{site.Name, site.OtherName == nil, site.BusyActionID == nil}, []any{name, true, true})
	}
	in := fleet.BulkInput{SiteIDs: ids(sites), Deed: fleet.BulkRename, Pattern: "{name}.eu.example.com", IdempotencyKey: newKey()}
	w.refuses(fleet.CodeConflict, "input.pattern", func() error { _, err := w.BeginBulk(t.Context(), operator, in, bulkMeans); return err })
}
