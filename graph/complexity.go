package graph

import (
	"central/fleet"
	"central/graph/generated"
)

// How many elements a list without pages is counted as.
const (
	manyServers   = 50
	manyBenches   = 50
	manyRevisions = 5
	manyActions   = 20
	manyNeeds     = 2
	manySites     = 100
	manyPoints    = 300
	manyAlerts    = 3
	manyBackups   = 50
)

// complexity counts fields: each costs one, and a list as many times its element as it may hold. Pages
// cost what was asked for with first.
func complexity() generated.ComplexityRoot {
	list := func(many int) func(int) int {
		return func(child int) int { return 1 + many*child }
	}
	page := func(child, first int, _ *string) int { return 1 + max(first, 1)*child }

	var c generated.ComplexityRoot
	c.Query.Sites = func(child, first int, _ *string, _ *fleet.SiteFilter, _ *fleet.SiteOrderBy) int {
		return page(child, first, nil)
	}
	c.Query.Actions = func(child, first int, _ *string, _ *fleet.ActionFilter) int { return page(child, first, nil) }
	c.Query.Deploys = page
	c.Query.AuditLog = page
	c.Query.Releases = func(child int, _ *string, first int) int { return page(child, first, nil) }
	c.Query.ReleasesBetween = func(child int, _, _ string, _ *string, first int) int { return page(child, first, nil) }
	c.Query.Servers = func(child int, _ bool) int { return list(manyServers)(child) }
	c.Query.Benches = list(manyBenches)
	c.Query.Apps = list(manyBenches)
	c.Placement.Benches = list(manyBenches)
	c.Query.MoveTargets = func(child int, _ uint) int { return list(manyBenches)(child) }
	c.Query.StandbyPools = list(manyBenches)
	c.Query.SignUps = func(child, first int, _ *string, _ *fleet.SignUpFilter) int { return page(child, first, nil) }
	c.Customer.SignUps = list(manyRevisions)
	c.Site.UsageDays = func(child, first int) int { return page(child, first, nil) }
	c.Server.Benches = list(manyRevisions)
	c.Server.Samples = func(child int, _ fleet.SampleRange) int { return 1 + manyPoints*child }
	c.Server.Changes = func(child, first int) int { return page(child, first, nil) }
	c.Server.Alerts = list(manyAlerts)
	c.Site.Changes = func(child, first int) int { return page(child, first, nil) }
	c.Query.Alerts = func(child int, _ bool, first int) int { return page(child, first, nil) }
	c.ScanReport.Benches = list(manyRevisions)
	c.ScanBench.Apps = list(manyRevisions)
	c.ScanBench.Sites = list(manyActions)
	c.Bench.Revisions = list(manyRevisions)
	c.Action.Children = list(manyActions)
	c.Action.WaitsFor = list(manyNeeds)
	c.Deploy.Sites = list(manySites)
	c.Pair.Switches = func(child, first int) int { return page(child, first, nil) }
	c.SwitchPlan.Checks = list(manyActions)
	c.Deploy.Builds = list(manyActions)
	c.Query.Backups = func(child int, _ uint, _ bool) int { return list(manyBackups)(child) }
	c.Query.Plans = list(manyBenches)
	c.Query.Customers = func(child, first int, _ *string, _ *fleet.CustomerFilter, _ *fleet.CustomerOrderBy) int {
		return page(child, first, nil)
	}
	c.Query.Subscriptions = func(child, first int, _ *string, _ *fleet.SubscriptionFilter, _ *fleet.SubscriptionOrderBy) int {
		return page(child, first, nil)
	}
	c.Query.Figures = func(child, days, months int) int { return 1 + max(days, months, 1)*child }
	c.Customer.Subscriptions = list(manyAlerts)
	c.CustomerSubscription.Changes = func(child, first int) int { return page(child, first, nil) }
	c.CustomerSubscription.Payments = func(child, first int) int { return page(child, first, nil) }
	c.CustomerSubscription.Reminders = func(child, first int) int { return page(child, first, nil) }
	return c
}
