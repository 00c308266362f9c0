package store_test

import (
	"testing"
	"time"

	"central/fleet"
)

// every is a policy that backs up so often and keeps the newest backup alone.
func every(hours int) fleet.ScopedBackupPolicy {
	return fleet.ScopedBackupPolicy{EveryHours: hours, KeepLast: 1, ManualDays: 1, BeforeRestoreDays: 1, FinalDays: 10}
}

func (w *world) setScoped(scope fleet.PolicyScope, policy fleet.ScopedBackupPolicy) {
	w.t.Helper()
	policy.PolicyScope = scope
	_, err := w.SetScopedBackupPolicy(w.t.Context(), admin, policy)
	w.must(err)
}

func (w *world) policyOf(siteID uint) fleet.SitePolicy {
	w.t.Helper()
	policies, err := w.SitePolicies(w.t.Context(), []uint{siteID})
	w.must(err)
	return policies[siteID]
}

func TestStore_ScopedBackupPolicies(t *testing.T) {
	w := newWorld(t)
	plan := w.plan("Gold")
	sites := w.site(w.bench, "gold.example.com", "other.example.com")
	w.subscribe(w.customer("ada"), plan, sites[0].ID)
	ofPlan, ofBench := fleet.PolicyScope{PlanID: &plan.ID}, fleet.PolicyScope{BenchID: &w.bench.ID}
	holds := func(what string, gold, other fleet.PolicySource) {
		t.Helper()
		want(t, what, []fleet.PolicySource{w.policyOf(sites[0].ID).Source, w.policyOf(sites[1].ID).Source}, []fleet.PolicySource{gold, other})
	}

	holds("without any", fleet.PolicyOfFleet, fleet.PolicyOfFleet)
	w.setScoped(ofBench, every(12))
	w.audited(admin, "setScopedBackupPolicy", w.bench.Name+": every 12 hours", nil)
	holds("with the bench's", fleet.PolicyOfBench, fleet.PolicyOfBench)
	w.setScoped(ofPlan, every(6))
	w.setScoped(ofPlan, every(4)) // changes it
	holds("with the plan's", fleet.PolicyOfPlan, fleet.PolicyOfBench)
	want(t, "how often", w.policyOf(sites[0].ID).EveryHours, 4)

	// The schedule goes by them, from the last backup on.
	w.age(2)
	at := time.Now().UTC()
	for _, site := range sites {
		w.backUp(site, at)
	}
	w.setScoped(ofPlan, every(4))
	want(t, "due after three hours", w.queueBackups(at.Add(3*time.Hour)), 0)
	want(t, "due after five hours", w.queueBackups(at.Add(5*time.Hour)), 1)
	want(t, "due after thirteen hours", w.queueBackups(at.Add(13*time.Hour)), 1)
	for range 2 {
		_, ref := w.claim(fleet.ActionBackUpSite)
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "no room"})
	}
	overdue, err := w.BackupsOverdue(t.Context(), at.Add(9*time.Hour))
	w.must(err)
	want(t, "missed by more than twice their own time", overdue, 1)

	// What is kept goes by them, too: the bench's keeps one by schedule, and those by hand for a day.
	want(t, "expired after two days", w.expired(at.AddDate(0, 0, 2)), 0) // the newest of each stays
	w.backUp(sites[1], at.AddDate(0, 0, 2))
	want(t, "expired when there is a newer one", w.expired(at.AddDate(0, 0, 4)), 1)

	left, err := w.RemoveScopedBackupPolicy(t.Context(), admin, ofPlan)
	w.must(err)
	w.audited(admin, "removeScopedBackupPolicy", "Gold", nil)
	want(t, "left", len(left), 1)
	holds("without the plan's again", fleet.PolicyOfBench, fleet.PolicyOfBench)

	gone := uint(999)
	w.refuses(fleet.CodeNotFound, "input.planId", func() error { _, err := w.RemoveScopedBackupPolicy(t.Context(), admin, ofPlan); return err })
	w.refuses(fleet.CodeNotFound, "input.benchId", func() error {
		_, err := w.RemoveScopedBackupPolicy(t.Context(), admin, fleet.PolicyScope{BenchID: &gone})
		return err
	})
	w.refuses(fleet.CodeNotFound, "input.planId", func() error {
		policy := every(6)
		policy.PlanID = &gone
		_, err := w.SetScopedBackupPolicy(t.Context(), admin, policy)
		return err
	})
	w.refuses(fleet.CodeInvalid, "input.benchId", func() error { _, err := w.SetScopedBackupPolicy(t.Context(), admin, every(6)); return err })
}

// A plan of 0 hours wants no backups by schedule, whatever the fleet does; and the other way around.
func TestStore_ScheduleOfAPartOfTheFleet(t *testing.T) {
	w := newWorld(t)
	w.site(w.bench, "acme.example.com")
	w.age(2)
	at := time.Now().UTC()
	ofBench := fleet.PolicyScope{BenchID: &w.bench.ID}
	w.setScoped(ofBench, every(0))
	want(t, "queued for a bench without a schedule", w.queueBackups(at), 0)
	none := fleet.DefaultBackupPolicy
	none.EveryHours = 0
	_, err := w.SetBackupPolicy(t.Context(), admin, none)
	w.must(err)
	w.setScoped(ofBench, every(24))
	want(t, "queued for a bench in a fleet without one", w.queueBackups(at), 1)
}

// A plan's policy that is older than a bench's does not hide that.
func TestStore_SitePolicies(t *testing.T) {
	w := newWorld(t)
	plan := w.plan("Gold")
	site := w.site(w.bench, "acme.example.com")[0]
	w.setScoped(fleet.PolicyScope{PlanID: &plan.ID}, every(4))
	w.setScoped(fleet.PolicyScope{BenchID: &w.bench.ID}, every(12))
	got := w.policyOf(site.ID)
	want(t, "the policy", []any{got.Source, got.EveryHours}, []any{fleet.PolicyOfBench, 12})
}
