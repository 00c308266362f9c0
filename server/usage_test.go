package server_test

import (
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// uses collects what the sites of every server use; a site that is not named uses nothing.
func (y *yard) uses(at time.Time, usage ...fleet.SiteUsage) {
	y.t.Helper()
	ctx := y.t.Context()
	if err := y.store.EnrolUsage(ctx); err != nil {
		y.t.Fatal(err)
	}
	y.sql("UPDATE server_usage SET due_at = UTC_TIMESTAMP(6)")
	claims, err := y.store.ClaimUsage(ctx, 10, time.Hour)
	if err != nil {
		y.t.Fatal(err)
	}
	results := []store.UsageResult{}
	for _, claim := range claims {
		result := store.UsageResult{UsageClaim: claim, At: at}
		for _, u := range usage {
			if claim.Sites[0].Site.ID == u.SiteID {
				result.Usage = append(result.Usage, u)
			}
		}
		results = append(results, result)
	}
	if err := y.store.SaveUsage(ctx, results); err != nil {
		y.t.Fatal(err)
	}
}

func TestUsage_OverTheAPI(t *testing.T) {
	y := newYard(t)
	plan := at(y.admin.call("createPlan", vars{"name": "Small", "price": month(900), "trialDays": 14, "graceDays": 7, "limits": vars{"users": 2, "storageBytes": 1 << 20, "sites": 5}}, "plan { id }"), "plan", "id")
	customer := at(y.operator.call("createCustomer", vars{"name": "Ana", "email": "ana@example.com"}, "customer { id }"), "customer", "id")
	for _, site := range y.sites {
		y.operator.call("createSubscription", vars{"customerId": customer, "planId": plan, "siteId": site}, "subscription { id }")
	}
	yesterday := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	three := 3
	y.uses(yesterday, fleet.SiteUsage{SiteID: number(t, y.sites[0]), DatabaseBytes: 500, FilesBytes: 100})
	y.uses(yesterday.AddDate(0, 0, 1), fleet.SiteUsage{SiteID: number(t, y.sites[0]), DatabaseBytes: 2 << 20, FilesBytes: 1 << 20, Users: &three}, fleet.SiteUsage{SiteID: number(t, y.sites[1]), DatabaseBytes: 1})

	data := y.operator.must(`{ sites { nodes { usage { storageBytes users takenAt } usageDays(first: 5) { day databaseBytes filesBytes users }
		subscription { overLimits { limit used allowed sentence } } } } }`, nil)
	wantJSON(t, "usage", at(data, "sites", "nodes"), `[
		{"usage": {"storageBytes": 3145728, "users": 3, "takenAt": "2026-03-02T12:00:00Z"}, "usageDays": [
			{"day": "2026-03-02T00:00:00Z", "databaseBytes": 2097152, "filesBytes": 1048576, "users": 3}, {"day": "2026-03-01T00:00:00Z", "databaseBytes": 500, "filesBytes": 100, "users": null}],
		 "subscription": {"overLimits": [
			{"limit": "USERS", "used": 3, "allowed": 2, "sentence": "It has 3 users; its plan allows 2."},
			{"limit": "STORAGE", "used": 3145728, "allowed": 1048576, "sentence": "It uses 3 MiB of storage; its plan allows 1 MiB."}]}},
		{"usage": {"storageBytes": 1, "users": null, "takenAt": "2026-03-02T12:00:00Z"}, "usageDays": [{"day": "2026-03-02T00:00:00Z", "databaseBytes": 1, "filesBytes": 0, "users": null}],
		 "subscription": {"overLimits": []}}]`)
	over := y.operator.must(`{ subscriptions(filter: {overLimit: true}) { totalCount nodes { site { name } } } }`, nil)
	wantJSON(t, "over their limits", over, `{"subscriptions": {"totalCount": 1, "nodes": [{"site": {"name": "site-01-01.example.com"}}]}}`)
	wantFault(t, y.operator.do(`query($id: ID!) { site(id: $id) { usageDays(first: 0) { day } } }`, vars{"id": y.sites[0]}), fleet.CodeInvalid, "first")
	y.operator.call("collectUsage", vars{"serverId": y.servers[0]}, "server { name }")
	y.operator.audited(t, "collectUsage", "m-01")
	y.operator.refuses(t, fleet.CodeNotFound, "input.serverId", "collectUsage", vars{"serverId": "99"})
}
