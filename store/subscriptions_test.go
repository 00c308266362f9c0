package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

const aDay = 24 * time.Hour

func TestStore_CreateSubscription(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	one := 1
	pro, small := w.plan("Pro"), w.plan("Small", func(p *fleet.PlanInput) { p.Limits.Sites = &one })
	ana := w.customer("ana")
	site := w.site(w.bench, "a.example.com")[0]
	s := w.subscribe(ana, pro, site.ID)
	w.audited(operator, "createSubscription", "ana <ana@example.com>: Pro", nil)
	want(t, "as it is read", w.subscription(s.ID), s)
	want(t, "history", w.history(s.ID), []string{"grace CREATED >TRIAL"})
	of, err := w.SubscriptionsOfSites(ctx, []uint{site.ID})
	w.must(err)
	want(t, "of its site", of[site.ID].ID, s.ID)

	w.subscribe(ana, small, 0)
	gone, none := w.site(w.bench, "gone.example.com")[0], uint(99)
	mustDB(t, w.Store, "UPDATE sites SET status = 'ARCHIVED' WHERE id = ?", gone.ID)
	for _, test := range []struct {
		name  string
		in    fleet.CreateSubscriptionInput
		code  fleet.Code
		field string
	}{
		{"ErrUnknownCustomer", fleet.CreateSubscriptionInput{CustomerID: none, PlanID: pro.ID}, fleet.CodeNotFound, "input.customerId"},
		{"ErrUnknownPlan", fleet.CreateSubscriptionInput{CustomerID: ana.ID, PlanID: none}, fleet.CodeNotFound, "input.planId"},
		{"ErrUnknownSite", fleet.CreateSubscriptionInput{CustomerID: ana.ID, PlanID: pro.ID, SiteID: &none}, fleet.CodeNotFound, "input.siteId"},
		{"ErrSiteTaken", fleet.CreateSubscriptionInput{CustomerID: ana.ID, PlanID: pro.ID, SiteID: &site.ID}, fleet.CodeConflict, "input.siteId"},
		{"ErrSiteGone", fleet.CreateSubscriptionInput{CustomerID: ana.ID, PlanID: pro.ID, SiteID: &gone.ID}, fleet.CodeNotReady, "input.siteId"},
		{"ErrAsManyAsThePlanAllows", fleet.CreateSubscriptionInput{CustomerID: ana.ID, PlanID: small.ID}, fleet.CodeQuotaReached, "input.planId"},
		{"ErrWhyTooLong", fleet.CreateSubscriptionInput{CustomerID: ana.ID, PlanID: pro.ID, Why: strings.Repeat("x", 501)}, fleet.CodeInvalid, "input.why"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error { _, err := w.CreateSubscription(ctx, operator, test.in); return err })
		})
	}
	w.t = t
	w.refuses(fleet.CodeQuotaReached, "input.planId", func() error {
		_, err := w.ChangePlan(ctx, operator, fleet.ChangePlanInput{SubscriptionRef: ref(s), PlanID: small.ID})
		return err
	})
}

func TestStore_ChangeSubscription(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	pro, basic := w.plan("Pro"), w.plan("Basic", func(p *fleet.PlanInput) { p.Price.Amount = 900 })
	s := w.subscribe(w.customer("ana"), pro, 0)
	stale := ref(s)

	s, err := w.ChangePlan(ctx, operator, fleet.ChangePlanInput{SubscriptionRef: ref(s), PlanID: basic.ID})
	w.must(err)
	want(t, "plan and price", []any{s.PlanID, s.Price.Amount}, []any{basic.ID, int64(900)})
	entry := w.audited(operator, "changePlan", "ana <ana@example.com>: Pro", nil)
	want(t, "why", entry.Input["why"], any("asked by phone"))

	t.Run("ErrChangedMeanwhile says who did what", func(t *testing.T) {
		for name, call := range map[string]func() error{
			"ChangePlan": func() error {
				_, err := w.ChangePlan(ctx, admin, fleet.ChangePlanInput{SubscriptionRef: stale, PlanID: pro.ID})
				return err
			},
			"ExtendTrial": func() error {
				_, err := w.ExtendTrial(ctx, admin, fleet.ExtendTrialInput{SubscriptionRef: stale, Days: 3})
				return err
			},
			"AssignSite": func() error {
				_, err := w.AssignSite(ctx, admin, fleet.AssignSiteInput{SubscriptionRef: stale})
				return err
			},
			"CancelSubscription": func() error {
				_, err := w.CancelSubscription(ctx, admin, fleet.CancelSubscriptionInput{SubscriptionRef: stale})
				return err
			},
			"ResumeSubscription": func() error { _, err := w.ResumeSubscription(ctx, admin, stale); return err },
		} {
			message := w.refuses(fleet.CodeConflict, "input.version", call)
			if !strings.Contains(message, "grace") || !strings.Contains(message, "plan Pro → Basic") {
				t.Errorf("%s says %q", name, message)
			}
		}
	})

	before := s.TrialEndsAt
	s, err = w.ExtendTrial(ctx, operator, fleet.ExtendTrialInput{SubscriptionRef: ref(s), Days: 10})
	w.must(err)
	want(t, "trial", s.TrialEndsAt.Sub(before), 10*aDay)
	s, err = w.CancelSubscription(ctx, operator, fleet.CancelSubscriptionInput{SubscriptionRef: ref(s), AtEnd: true})
	w.must(err)
	s, err = w.ResumeSubscription(ctx, operator, ref(s))
	w.must(err)
	s, err = w.CancelSubscription(ctx, operator, fleet.CancelSubscriptionInput{SubscriptionRef: ref(s)})
	w.must(err)
	s, err = w.ResumeSubscription(ctx, operator, ref(s))
	w.must(err)
	want(t, "history", w.history(s.ID), []string{
		"grace CREATED >TRIAL", "grace PLAN_CHANGED TRIAL>TRIAL", "grace TRIAL_EXTENDED TRIAL>TRIAL", "grace END_CHOSEN TRIAL>TRIAL",
		"grace END_TAKEN_BACK TRIAL>TRIAL", "grace CANCELLED TRIAL>CANCELLED", "grace RESUMED_TRIAL CANCELLED>TRIAL",
	})

	t.Run("two people at the same moment: one of them", func(t *testing.T) {
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wait.Go(func() {
				_, errs[i] = w.ExtendTrial(ctx, operator, fleet.ExtendTrialInput{SubscriptionRef: ref(s), Days: i + 1})
			})
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("got %v and %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil && fleet.ErrorCode(err) != fleet.CodeConflict {
				t.Errorf("the second got %v", err)
			}
		}
	})
	t.Run("ErrUnknown", func(t *testing.T) {
		w.refuses(fleet.CodeNotFound, "input.subscriptionId", func() error {
			_, err := w.ResumeSubscription(ctx, operator, fleet.SubscriptionRef{SubscriptionID: 99, Version: 1})
			return err
		})
	})
}

// The site of a subscription follows its state, through the routes of the proxies.
func TestStore_SubscriptionServesItsSite(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.server("p-1", fleet.RoleProxy)
	pro := w.plan("Pro")
	sites := w.site(w.bench, "a.example.com", "b.example.com")
	a, b := w.subscribe(w.customer("ana"), pro, sites[0].ID), w.subscribe(w.customer("bob"), pro, sites[1].ID)
	_, _, err := w.SetServing(ctx, admin, sites[1].ID, fleet.ServingSuspended) // by a person, for another reason
	w.must(err)
	w.work()
	served := func() []fleet.SiteServing {
		return []fleet.SiteServing{w.getSite(sites[0].ID).Serving, w.getSite(sites[1].ID).Serving}
	}
	start := time.Now().UTC()

	w.pass(start.Add(15 * aDay)) // past due
	want(t, "while there are days to pay", served(), []fleet.SiteServing{fleet.ServingOpen, fleet.ServingSuspended})
	want(t, "queued", len(w.queued(fleet.ActionRouteProxy)), 0)
	w.pass(start.Add(23 * aDay)) // suspended
	want(t, "suspended", served(), []fleet.SiteServing{fleet.ServingSuspended, fleet.ServingSuspended})
	want(t, "queued", len(w.queued(fleet.ActionRouteProxy)), 1)
	routes, err := w.Routes(ctx)
	w.must(err)
	want(t, "route", routes[0].State, fleet.RouteSuspended)

	a, b = w.pay(a, 4900), w.pay(b, 4900)
	want(t, "states", []fleet.SubscriptionState{a.State, b.State}, []fleet.SubscriptionState{fleet.SubscriptionActive, fleet.SubscriptionActive})
	want(t, "paid: what a person suspended stays so", served(), []fleet.SiteServing{fleet.ServingOpen, fleet.ServingSuspended})

	a, err = w.CancelSubscription(ctx, operator, fleet.CancelSubscriptionInput{SubscriptionRef: ref(a)})
	w.must(err)
	want(t, "cancelled", served()[0], fleet.ServingSuspended)
	if routed := w.queued(fleet.ActionRouteProxy); len(routed) != 1 {
		t.Errorf("queued %+v", routed)
	} else {
		w.audited(operator, "cancelSubscription", "ana <ana@example.com>: Pro", &routed[0].ID)
	}
	w.refuses(fleet.CodeNotReady, "input.subscriptionId", func() error {
		_, err := w.AssignSite(ctx, operator, fleet.AssignSiteInput{SubscriptionRef: ref(a)})
		return err
	})
	again := w.subscribe(w.customer("eve"), pro, sites[0].ID)
	want(t, "taken over by a new one", served()[0], fleet.ServingOpen)
	want(t, "and no more of the old one", w.subscription(a.ID).SiteID == nil && !w.subscription(a.ID).ClosedSite, true)
	again, err = w.AssignSite(ctx, operator, fleet.AssignSiteInput{SubscriptionRef: ref(again)})
	w.must(err)
	want(t, "given back", again.SiteID == nil, true)
}

func TestStore_AdvanceSubscriptions(t *testing.T) {
	w := newWorld(t)
	pro := w.plan("Pro")
	start := time.Now().UTC()
	s := w.subscribe(w.customer("ana"), pro, 0)
	type done struct{ Changed, Reminders int }
	at := func(days float64) done {
		changed, reminders := w.pass(start.Add(time.Duration(days*24) * time.Hour))
		return done{changed, reminders}
	}
	got := []done{at(1), at(7.5), at(7.6), at(13.5), at(14.5), at(14.6), at(22)}
	want(t, "passes", got, []done{{0, 0}, {0, 1}, {0, 0}, {0, 1}, {1, 1}, {0, 0}, {1, 1}})
	want(t, "history", w.history(s.ID), []string{"grace CREATED >TRIAL", "central TRIAL_ENDED TRIAL>PAST_DUE", "central GRACE_ENDED PAST_DUE>SUSPENDED"})
	want(t, "audit entries", w.audits("advanceSubscriptions"), 2)
	reminders, err := w.RemindersOf(t.Context(), s.ID, 10)
	w.must(err)
	kinds := []fleet.ReminderKind{}
	for _, reminder := range reminders {
		kinds = append(kinds, reminder.Kind)
	}
	want(t, "outbox", kinds, []fleet.ReminderKind{fleet.ReminderSuspended, fleet.ReminderPastDue, fleet.ReminderTrialEnds, fleet.ReminderTrialEnds})
	t.Run("a person who looked before the pass is told", func(t *testing.T) {
		message := w.refuses(fleet.CodeConflict, "input.version", func() error {
			_, err := w.ExtendTrial(t.Context(), operator, fleet.ExtendTrialInput{SubscriptionRef: ref(s), Days: 1})
			return err
		})
		if !strings.Contains(message, "central") || !strings.Contains(message, "SUSPENDED") {
			t.Errorf("told %q", message)
		}
	})
}

// Several processes that pass at once do each subscription once.
func TestStore_AdvanceSubscriptions_atOnce(t *testing.T) {
	w := newEmptyWorld(t)
	w.manySubscriptions(t, w.plan("Pro"), 3000)
	at := time.Now().UTC().Add(30 * aDay) // all are due
	var wait sync.WaitGroup
	passes := make([]store.SubscriptionPass, 4)
	errs := make([]error, len(passes))
	for i := range passes {
		wait.Go(func() { passes[i], errs[i] = w.AdvanceSubscriptions(t.Context(), at) })
	}
	wait.Wait()
	total := store.SubscriptionPass{}
	for i, pass := range passes {
		w.must(errs[i])
		total.Changed += pass.Changed
		total.Reminders += pass.Reminders
	}
	want(t, "changes of state", total, store.SubscriptionPass{Changed: 3000, Reminders: 3000})
	var changes, twice int
	w.must(w.DB().QueryRowContext(t.Context(), "SELECT COUNT(*), COUNT(*) - COUNT(DISTINCT subscription_id) FROM subscription_changes").Scan(&changes, &twice))
	want(t, "rows of history, and twice", []int{changes, twice}, []int{3000, 0})
}

func TestStore_Subscriptions(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	pro, basic := w.plan("Pro"), w.plan("Basic", func(p *fleet.PlanInput) { p.TrialDays = 30 })
	site := w.site(w.bench, "shop.example.com")[0]
	ana, bob, eve := w.customer("ana"), w.customer("bob"), w.customer("eve")
	a, b, e := w.subscribe(ana, pro, site.ID), w.subscribe(bob, basic, 0), w.subscribe(eve, pro, 0)
	b = w.pay(b, 4900)
	mustDB(t, w.Store, "UPDATE customer_subscriptions SET state = 'ARCHIVED', state_ends_at = NULL, due_at = NULL WHERE id = ?", e.ID)
	yes, no, weeks := true, false, 20
	type filter = fleet.SubscriptionFilter
	for name, test := range map[string]struct {
		filter filter
		by     fleet.SubscriptionOrderBy
		want   []uint
	}{
		"in the order of their beginning": {filter{}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{a.ID, b.ID}},
		"newest first":                    {filter{}, fleet.SubscriptionOrderBy{Field: "CREATED", Descending: true}, []uint{b.ID, a.ID}},
		"by their ends":                   {filter{}, fleet.SubscriptionOrderBy{Field: "ENDS"}, []uint{a.ID, b.ID}},
		"archived":                        {filter{States: []fleet.SubscriptionState{"ARCHIVED"}}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{e.ID}},
		"active":                          {filter{States: []fleet.SubscriptionState{"ACTIVE"}}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{b.ID}},
		"by the site's name":              {filter{Search: "SHOP"}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{a.ID}},
		"by the address":                  {filter{Search: "bob@"}, fleet.SubscriptionOrderBy{Field: "ENDS"}, []uint{b.ID}},
		"by customer and site":            {filter{Search: "a"}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{a.ID, b.ID}},
		"of a plan":                       {filter{PlanIDs: []uint{basic.ID}}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{b.ID}},
		"of a customer":                   {filter{CustomerID: &ana.ID}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{a.ID}},
		"without a site":                  {filter{WithoutSite: &yes}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{b.ID}},
		"with a site":                     {filter{WithoutSite: &no}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{a.ID}},
		"soon over":                       {filter{EndsWithin: &weeks}, fleet.SubscriptionOrderBy{Field: "CREATED"}, []uint{a.ID}},
	} {
		t.Run(name, func(t *testing.T) {
			got := []uint{}
			page := fleet.Page{First: 1}
			for {
				list, err := w.Subscriptions(ctx, page, test.filter, test.by)
				w.must(err)
				want(t, "total", list.TotalCount, len(test.want))
				for _, s := range list.Nodes {
					got = append(got, s.ID)
				}
				if !list.PageInfo.HasNextPage {
					break
				}
				page.After = *list.PageInfo.EndCursor
			}
			want(t, "ids", got, test.want)
		})
	}
	for field, call := range map[string]func() error{
		"after": func() error {
			_, err := w.Subscriptions(ctx, fleet.Page{First: 1, After: "x"}, filter{}, fleet.SubscriptionOrderBy{Field: "ENDS"})
			return err
		},
		"first": func() error {
			_, err := w.Subscriptions(ctx, fleet.Page{}, filter{}, fleet.SubscriptionOrderBy{Field: "ENDS"})
			return err
		},
		"orderBy.field": func() error {
			_, err := w.Subscriptions(ctx, fleet.Page{First: 1}, filter{}, fleet.SubscriptionOrderBy{Field: "PRICE"})
			return err
		},
	} {
		w.refuses(fleet.CodeInvalid, field, call)
	}
}
