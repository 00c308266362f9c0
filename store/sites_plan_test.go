package store_test

import (
	"testing"

	"central/fleet"
)

func TestStore_CreateSiteWithAPlan(t *testing.T) {
	const name = "acme.example.com"
	t.Run("OK", func(t *testing.T) {
		w := threeMasters(t)
		plan, customer := w.plan("Pro"), w.customer("ada")
		site, action, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: name, PlanID: plan.ID, CustomerID: customer.ID})
		w.must(err)
		w.audited(operator, "createSite", name, &action.ID)
		server, err := w.Server(t.Context(), site.ServerID)
		w.must(err)
		want(t, "where it goes", server.Name, "m-3")
		of, err := w.SubscriptionsOfSites(t.Context(), []uint{site.ID})
		w.must(err)
		began := of[site.ID]
		want(t, "its subscription", []any{began.PlanID, began.CustomerID, began.State}, []any{plan.ID, customer.ID, fleet.SubscriptionTrial})
		w.work()
		want(t, "the site", w.getSite(site.ID).Status, fleet.SiteActive)
	})

	// Nothing begins when the site goes nowhere: no subscription, no site.
	for _, c := range []struct {
		name   string
		before func(*world, *fleet.Plan, fleet.Customer)
		region string
		code   fleet.Code
		field  string
	}{
		{"ErrNoRoom", func(w *world, _ *fleet.Plan, _ fleet.Customer) {
			_, err := w.CloseServer(t.Context(), operator, fleet.CloseInput{ServerID: w.master.ID, Closed: true, Why: "being replaced"})
			w.must(err)
		}, "", fleet.CodeNotReady, "input.planId"},
		{"ErrNoRoomInTheRegion", func(*world, *fleet.Plan, fleet.Customer) {}, "nowhere1", fleet.CodeNotReady, "input.region"},
		{"ErrClosedPlan", func(w *world, plan *fleet.Plan, _ fleet.Customer) {
			_, err := w.ClosePlan(t.Context(), admin, plan.ID, true)
			w.must(err)
		}, "", fleet.CodeNotReady, "input.planId"},
		{"ErrQuota", func(w *world, plan *fleet.Plan, ada fleet.Customer) {
			*plan = w.plan("One", func(in *fleet.PlanInput) { in.Limits = fleet.PlanLimits{Sites: ptr(1)} })
			w.subscribe(ada, *plan, 0)
		}, "", fleet.CodeQuotaReached, "input.planId"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			plan, customer := w.plan("Pro"), w.customer("ada")
			c.before(w, &plan, customer)
			var before, after int
			count := func(into *int) {
				w.must(w.DB().QueryRowContext(t.Context(), "SELECT (SELECT COUNT(*) FROM sites) + (SELECT COUNT(*) FROM customer_subscriptions)").Scan(into))
			}
			count(&before)
			w.refuses(c.code, c.field, func() error {
				_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: name, PlanID: plan.ID, CustomerID: customer.ID, Region: c.region})
				return err
			})
			count(&after)
			want(t, "sites and subscriptions", after, before)
		})
	}
}
