package store_test

import (
	"fmt"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// usageEvery is an interval that no test lives through.
const usageEvery = 24 * time.Hour

// claimUsage claims the one server whose sites are due.
func (w *world) claimUsage() store.UsageClaim {
	w.t.Helper()
	w.must(w.EnrolUsage(w.t.Context()))
	mustDB(w.t, w.Store, "UPDATE server_usage SET due_at = UTC_TIMESTAMP(6)")
	claims, err := w.ClaimUsage(w.t.Context(), 10, usageEvery)
	w.must(err)
	if len(claims) != 1 {
		w.t.Fatalf("claimed %d servers", len(claims))
	}
	return claims[0]
}

// uses collects that sites use so much.
func (w *world) uses(usage ...fleet.SiteUsage) {
	w.t.Helper()
	w.must(w.SaveUsage(w.t.Context(), []store.UsageResult{{UsageClaim: w.claimUsage(), At: time.Now().UTC(), Usage: usage}}))
}

func users(n int) *int { return &n }

func TestStore_ClaimUsage(t *testing.T) {
	t.Run("WithWhereTheSitesLie", func(t *testing.T) {
		w := newWorld(t)
		w.site(w.bench, "b.example.com", "a.example.com")
		w.server("p-1", fleet.RoleProxy)
		claim := w.claimUsage()
		want(t, "server", claim.Server.Name, "m-1")
		places := []string{}
		for _, place := range claim.Sites {
			places = append(places, place.Site.Name+" "+place.Bench.Name+" "+place.Revision.Name)
		}
		want(t, "sites", places, []string{"a.example.com main r1", "b.example.com main r1"})
		again, err := w.ClaimUsage(t.Context(), 10, usageEvery)
		w.must(err)
		want(t, "claims right after it", len(again), 0)
	})

	t.Run("OnceByTwoProcesses", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.fakeServers(50)
		w.must(w.EnrolUsage(t.Context()))
		mustDB(t, w.Store, "UPDATE server_usage SET due_at = UTC_TIMESTAMP(6)")
		other := storetest.OpenOn(t, w.dsn)
		claimed := make(chan uint, 200)
		atOnce(4, func(i int) error {
			s := []*store.Store{w.Store, other}[i%2]
			for {
				claims, err := s.ClaimUsage(t.Context(), 7, usageEvery)
				for _, c := range claims {
					claimed <- c.Server.ID
				}
				if err != nil || len(claims) == 0 {
					return err
				}
			}
		})
		close(claimed)
		seen := map[uint]bool{}
		for id := range claimed {
			if seen[id] {
				t.Errorf("server %d was claimed twice", id)
			}
			seen[id] = true
		}
		want(t, "servers claimed", len(seen), 50)
	})

	t.Run("OnDemand", func(t *testing.T) {
		w := newWorld(t)
		w.must(w.EnrolUsage(t.Context()))
		mustDB(t, w.Store, "UPDATE server_usage SET due_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR")
		_, err := w.CollectUsage(t.Context(), operator, w.master.ID)
		w.must(err)
		w.audited(operator, "collectUsage", "m-1", nil)
		claims, err := w.ClaimUsage(t.Context(), 10, usageEvery)
		w.must(err)
		want(t, "claims", len(claims), 1)
	})

	t.Run("ErrProxy", func(t *testing.T) {
		w := newEmptyWorld(t)
		proxy := w.server("p-1", fleet.RoleProxy)
		w.refuses(fleet.CodeNotReady, "input.serverId", func() error { _, err := w.CollectUsage(t.Context(), operator, proxy.ID); return err })
		w.refuses(fleet.CodeNotFound, "input.serverId", func() error { _, err := w.CollectUsage(t.Context(), operator, 99); return err })
	})
}

func TestStore_SaveUsage(t *testing.T) {
	t.Run("AsItIsAndByDay", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		w.uses(fleet.SiteUsage{SiteID: site.ID, DatabaseBytes: 100, FilesBytes: 20, Users: users(3)})
		w.uses(fleet.SiteUsage{SiteID: site.ID, DatabaseBytes: 200, FilesBytes: 30})
		usage, err := w.UsageOfSites(t.Context(), []uint{site.ID})
		w.must(err)
		got := usage[site.ID]
		want(t, "usage", []any{got.DatabaseBytes, got.FilesBytes, got.Users == nil, got.StorageBytes()}, []any{int64(200), int64(30), true, int64(230)})
		mustDB(t, w.Store, "UPDATE site_usage_days SET day = day - INTERVAL 1 DAY")
		w.uses(fleet.SiteUsage{SiteID: site.ID, DatabaseBytes: 300, FilesBytes: 30, Users: users(4)})
		days, err := w.UsageDays(t.Context(), site.ID, 10)
		w.must(err)
		sizes := []int64{}
		for _, day := range days {
			sizes = append(sizes, day.DatabaseBytes)
		}
		want(t, "the last of each day, newest first", sizes, []int64{300, 200})
		mustDB(t, w.Store, "UPDATE site_usage_days SET day = day - INTERVAL 2 YEAR")
		w.must(w.EnrolUsage(t.Context()))
		days, err = w.UsageDays(t.Context(), site.ID, 10)
		w.must(err)
		want(t, "days that are kept", len(days), 0)
	})

	t.Run("ALateResultIsPassedOver", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		late := w.claimUsage()
		w.uses(fleet.SiteUsage{SiteID: site.ID, DatabaseBytes: 200})
		w.must(w.SaveUsage(t.Context(), []store.UsageResult{{UsageClaim: late, At: time.Now().UTC(), Usage: []fleet.SiteUsage{{SiteID: site.ID, DatabaseBytes: 1}}}}))
		usage, err := w.UsageOfSites(t.Context(), []uint{site.ID})
		w.must(err)
		want(t, "usage", usage[site.ID].DatabaseBytes, int64(200))
	})

	t.Run("AFailureIsTriedAgainWithinTheHour", func(t *testing.T) {
		w := newWorld(t)
		claim := w.claimUsage()
		w.must(w.SaveUsage(t.Context(), []store.UsageResult{{UsageClaim: claim, At: time.Now().UTC(), Why: "It does not answer."}}))
		var soon int
		w.must(w.DB().QueryRowContext(t.Context(), "SELECT due_at < UTC_TIMESTAMP(6) + INTERVAL 61 MINUTE FROM server_usage").Scan(&soon))
		want(t, "due within the hour", soon, 1)
	})
}

func TestStore_OverLimits(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	plan := w.plan("Small", func(in *fleet.PlanInput) {
		limit := int64(1000)
		in.Limits = fleet.PlanLimits{Users: users(5), StorageBytes: &limit}
	})
	sites := w.site(w.bench, "a.example.com", "b.example.com")
	ana, bea := w.customer("ana"), w.customer("bea")
	over, within := w.subscribe(ana, plan, sites[0].ID), w.subscribe(bea, plan, sites[1].ID)
	list := func() []uint {
		t.Helper()
		page, err := w.Subscriptions(ctx, fleet.Page{First: 10}, fleet.SubscriptionFilter{OverLimit: true}, fleet.SubscriptionOrderBy{Field: fleet.SubscriptionOrderCreated})
		w.must(err)
		ids := []uint{}
		for _, s := range page.Nodes {
			ids = append(ids, s.ID)
		}
		want(t, "total count", page.TotalCount, len(ids))
		return ids
	}
	use := func(users1 int) {
		t.Helper()
		w.uses(fleet.SiteUsage{SiteID: sites[0].ID, DatabaseBytes: 600, FilesBytes: 300, Users: users(users1)},
			fleet.SiteUsage{SiteID: sites[1].ID, DatabaseBytes: 700, FilesBytes: 300, Users: users(5)})
	}

	want(t, "before anything was collected", list(), []uint{})
	use(6)
	want(t, "over a limit", list(), []uint{over.ID})
	found, err := w.OverLimits(ctx, []uint{over.ID, within.ID})
	w.must(err)
	want(t, "of what", found, map[uint][]fleet.LimitExcess{over.ID: {{Limit: fleet.LimitUsers, Used: 6, Allowed: 5}}})
	want(t, "alerts", w.openAlerts(), []string{"a.example.com WARNING It has 6 users; its plan allows 5."})
	use(7)
	want(t, "alerts when it is more", w.openAlerts(), []string{"a.example.com WARNING It has 7 users; its plan allows 5."})
	use(5)
	want(t, "alerts when it is within", w.openAlerts(), []string{})
	want(t, "over a limit when it is within", list(), []uint{})

	use(9)
	w.must(endSubscription(w, over))
	want(t, "over a limit when it has ended", list(), []uint{})
	use(9)
	want(t, "alerts when it has ended", w.openAlerts(), []string{})

	t.Run("Sites", func(t *testing.T) {
		w.t = t
		pair := w.plan("Pair", func(in *fleet.PlanInput) { in.Limits.Sites = users(2) })
		one, two := w.subscribe(ana, pair, 0), w.subscribe(ana, pair, 0)
		want(t, "as many as the plan allows", list(), []uint{})
		_, err := w.UpdatePlan(ctx, admin, fleet.PlanInput{PlanID: pair.ID, Version: pair.Version, Name: pair.Name, Price: pair.Price, Limits: fleet.PlanLimits{Sites: users(1)}})
		w.must(err)
		want(t, "more than it allows now", list(), []uint{one.ID, two.ID})
	})
}

func endSubscription(w *world, s fleet.CustomerSubscription) error {
	_, err := w.CancelSubscription(w.t.Context(), operator, fleet.CancelSubscriptionInput{SubscriptionRef: ref(w.subscription(s.ID))})
	return err
}

func TestStore_CreateSite_ForASubscription(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	plan := w.plan("Pair", func(in *fleet.PlanInput) { in.Limits.Sites = users(2) })
	ana := w.customer("ana")
	first, second := w.subscribe(ana, plan, 0), w.subscribe(ana, plan, 0)
	create := func(name string, subscriptionID uint) error {
		_, _, err := w.CreateSite(ctx, operator, fleet.NewSite{Name: name, BenchID: w.bench.ID, SubscriptionID: subscriptionID})
		return err
	}
	w.must(create("a.example.com", first.ID))
	after := w.subscription(first.ID)
	if after.SiteID == nil || w.getSite(*after.SiteID).Name != "a.example.com" || after.Version != first.Version+1 {
		t.Errorf("it is %+v", after)
	}
	want(t, "history", w.history(first.ID), []string{"grace CREATED >TRIAL", "grace SITE_CHANGED TRIAL>TRIAL"})

	w.refuses(fleet.CodeConflict, "input.subscriptionId", func() error { return create("b.example.com", first.ID) })
	w.refuses(fleet.CodeNotFound, "input.subscriptionId", func() error { return create("b.example.com", 99) })
	_, err := w.UpdatePlan(ctx, admin, fleet.PlanInput{PlanID: plan.ID, Version: plan.Version, Name: plan.Name, Price: plan.Price, Limits: fleet.PlanLimits{Sites: users(1)}})
	w.must(err)
	message := w.refuses(fleet.CodeQuotaReached, "input.subscriptionId", func() error { return create("b.example.com", second.ID) })
	want(t, "it says", message, "Pair allows 1 sites to a customer, and ana has 1.")
	w.must(endSubscription(w, second))
	w.refuses(fleet.CodeNotReady, "input.subscriptionId", func() error { return create("b.example.com", second.ID) })
}

// 5,000 sites tell what they use, and 50,000 subscriptions are looked through for those over a limit.
func BenchmarkStore_OverLimits(b *testing.B) {
	w := newWorld(b)
	plan := w.plan("Small", func(in *fleet.PlanInput) { in.Limits = fleet.PlanLimits{Users: users(5), Sites: users(1)} })
	w.manySubscriptions(b, plan, 50_000)
	w.manySites(w.bench, 1, 5000)
	mustDB(b, w.Store, "UPDATE customer_subscriptions SET site_id = id WHERE id <= 5000")
	usage := []fleet.SiteUsage{}
	for id := range uint(5000) {
		usage = append(usage, fleet.SiteUsage{SiteID: id + 1, DatabaseBytes: 100, Users: users(int(id % 60 / 10))})
	}
	w.uses(usage...)
	for b.Loop() {
		page, err := w.Subscriptions(b.Context(), fleet.Page{First: 50}, fleet.SubscriptionFilter{OverLimit: true}, fleet.SubscriptionOrderBy{Field: fleet.SubscriptionOrderCreated, Descending: true})
		w.must(err)
		if page.TotalCount != 0 {
			b.Fatal(fmt.Sprint(page.TotalCount, " are over a limit"))
		}
	}
}
