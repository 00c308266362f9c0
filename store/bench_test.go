package store_test

import (
	"fmt"
	"testing"
	"time"

	"central/fleet"
)

// BenchmarkStore_Deploy takes a deploy of 5,000 sites from its plan to its cancellation, and one whose build
// fails.
func BenchmarkStore_Deploy(b *testing.B) {
	w := newWorld(b)
	sites := w.manySites(w.bench, 1, 5000)

	b.Run("Plan", func(b *testing.B) {
		for b.Loop() {
			_, err := w.DeployPlan(b.Context(), operator, deployInput(1, sites...))
			w.must(err)
		}
	})

	b.Run("Queue", func(b *testing.B) {
		for b.Loop() {
			deploy := w.deploy(1, sites...)
			b.StopTimer()
			w.cancel(deploy)
			b.StartTimer()
		}
	})

	b.Run("Cancel", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			deploy := w.deploy(1, sites...)
			b.StartTimer()
			w.cancel(deploy)
		}
	})

	b.Run("BuildFails", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			w.work() // what earlier rounds left to be removed
			w.deploy(1, sites...)
			_, ref := w.claim(fleet.ActionBuildRevision)
			b.StartTimer()
			w.finish(ref, &fleet.Failure{Code: fleet.CodePlayFailed, Message: "no"})
		}
	})

	b.Run("MoveOne", func(b *testing.B) { // claim, five steps, end: one site among 5,000
		w.work()
		in := deployInput(1, sites...)
		in.SitesAtOnce = 32
		deploy, err := w.DeploySites(b.Context(), operator, in)
		w.must(err)
		_, build := w.claim(fleet.ActionBuildRevision)
		w.finish(build, nil)
		for b.Loop() {
			_, ref := w.claim(fleet.ActionMoveSite)
			for step := range 5 {
				w.must(w.DeploySiteStep(b.Context(), ref, fmt.Sprintf("Step %d", step), "", 20*step))
			}
			w.finish(ref, nil)
		}
		b.StopTimer()
		w.cancel(deploy)
	})
}

// BenchmarkStore_Sites reads pages of 20,000 sites.
func BenchmarkStore_Sites(b *testing.B) {
	w := newWorld(b)
	w.manySites(w.bench, 1, 20_000)
	for _, field := range []fleet.SiteOrder{fleet.SiteOrderName, fleet.SiteOrderVersion, fleet.SiteOrderCreated} {
		order := fleet.SiteOrderBy{Field: field}
		page := fleet.Page{First: 100}
		for range 100 { // to the middle of the list
			got, err := w.Sites(b.Context(), page, fleet.SiteFilter{}, order)
			w.must(err)
			page.After = *got.PageInfo.EndCursor
		}
		for name, p := range map[string]fleet.Page{"First": {First: 100}, "Middle": page} {
			b.Run(fmt.Sprintf("%s/%s", field, name), func(b *testing.B) {
				for b.Loop() {
					_, err := w.Sites(b.Context(), p, fleet.SiteFilter{}, order)
					w.must(err)
				}
			})
		}
	}
	b.Run("Search", func(b *testing.B) {
		for b.Loop() {
			_, err := w.Sites(b.Context(), fleet.Page{First: 100}, fleet.SiteFilter{Search: "777"}, fleet.SiteOrderBy{Field: fleet.SiteOrderName})
			w.must(err)
		}
	})
	b.Run("AllIDs", func(b *testing.B) {
		for b.Loop() {
			_, err := w.SiteIDs(b.Context(), fleet.SiteFilter{})
			w.must(err)
		}
	})
}

// BenchmarkStore_Subscriptions has 50,000 of them: a pass for which all are due, pages of the list and the figures.
func BenchmarkStore_Subscriptions(b *testing.B) {
	w := newEmptyWorld(b)
	const many = 50_000
	w.manySubscriptions(b, w.plan("Pro"), many)
	page := fleet.Page{First: 100}
	for _, field := range []fleet.SubscriptionOrder{fleet.SubscriptionOrderCreated, fleet.SubscriptionOrderEnds} {
		for name, filter := range map[string]fleet.SubscriptionFilter{"All": {}, "Search": {Search: "777"}, "Active": {States: []fleet.SubscriptionState{fleet.SubscriptionActive}}} {
			b.Run(fmt.Sprintf("Page/%s/%s", field, name), func(b *testing.B) {
				for b.Loop() {
					_, err := w.Subscriptions(b.Context(), page, filter, fleet.SubscriptionOrderBy{Field: field})
					w.must(err)
				}
			})
		}
	}
	b.Run("Customers", func(b *testing.B) {
		for b.Loop() {
			_, err := w.Customers(b.Context(), page, fleet.CustomerFilter{Search: "777"}, fleet.CustomerOrderBy{Field: fleet.CustomerOrderName})
			w.must(err)
		}
	})
	b.Run("Figures", func(b *testing.B) {
		for b.Loop() {
			_, err := w.Figures(b.Context(), fleet.FigureSpan{Days: 90, Months: 12})
			w.must(err)
		}
	})
	b.Run("Pass", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			mustDB(b, w.Store, "UPDATE customer_subscriptions SET state = 'TRIAL', state_ends_at = trial_ends_at, due_at = trial_ends_at, reminded_until = created_at")
			mustDB(b, w.Store, "DELETE FROM reminders")
			b.StartTimer()
			done, err := w.AdvanceSubscriptions(b.Context(), time.Now().UTC().AddDate(0, 0, 40))
			w.must(err)
			if done.Changed != many {
				b.Fatalf("%+v", done)
			}
		}
	})
}
