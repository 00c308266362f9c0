package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// limitAlertKey names the alert about the limits of a site.
func limitAlertKey(siteID uint) string { return fmt.Sprintf("limits:site:%d", siteID) }

// UsageOfSites is what these sites use, as it was last collected; a site of which nobody knows is missing.
func (s *Store) UsageOfSites(ctx context.Context, siteIDs []uint) (map[uint]fleet.SiteUsage, error) {
	return usageOfSites(ctx, s.db, siteIDs)
}

func usageOfSites(ctx context.Context, db *gorm.DB, siteIDs []uint) (map[uint]fleet.SiteUsage, error) {
	rows, err := gorm.G[usageRow](db).Where("site_id IN ?", siteIDs).Find(ctx)
	found := make(map[uint]fleet.SiteUsage, len(rows))
	for _, row := range rows {
		found[row.SiteID] = fleet.SiteUsage(row)
	}
	return found, err
}

// UsageDays is what a site used on the last days, newest first.
func (s *Store) UsageDays(ctx context.Context, siteID uint, first int) ([]fleet.UsageDay, error) {
	if err := (fleet.Page{First: first}).Within(maxPage); err != nil {
		return nil, err
	}
	rows, err := gorm.G[usageDayRow](s.db).Where("site_id = ?", siteID).Order("day DESC").Limit(first).Find(ctx)
	days := make([]fleet.UsageDay, len(rows))
	for i, row := range rows {
		days[i] = fleet.UsageDay(row)
	}
	return days, err
}

// OverLimits is, for each of these subscriptions that uses more than its plan allows, of what. One that has ended has no
// limits any more.
func (s *Store) OverLimits(ctx context.Context, ids []uint) (map[uint][]fleet.LimitExcess, error) {
	subscriptions, err := gorm.G[fleet.CustomerSubscription](s.db).Where("id IN ? AND state NOT IN ?", ids, endedStates).Find(ctx)
	if err != nil {
		return nil, err
	}
	return overLimits(ctx, s.db.WithContext(ctx), subscriptions)
}

func overLimits(ctx context.Context, db *gorm.DB, subscriptions []fleet.CustomerSubscription) (map[uint][]fleet.LimitExcess, error) {
	over := map[uint][]fleet.LimitExcess{}
	if len(subscriptions) == 0 {
		return over, nil
	}
	siteIDs, planIDs, customerIDs := []uint{}, []uint{}, []uint{}
	for _, subscription := range subscriptions {
		if subscription.SiteID != nil {
			siteIDs = append(siteIDs, *subscription.SiteID)
		}
		planIDs, customerIDs = append(planIDs, subscription.PlanID), append(customerIDs, subscription.CustomerID)
	}
	usage, err := usageOfSites(ctx, db, siteIDs)
	if err != nil {
		return nil, err
	}
	plans, err := byID(ctx, db, unique(planIDs), func(v fleet.Plan) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	running, err := runningOnPlans(db, unique(customerIDs))
	if err != nil {
		return nil, err
	}
	for _, subscription := range subscriptions {
		var used *fleet.SiteUsage
		if subscription.SiteID != nil {
			if u, ok := usage[*subscription.SiteID]; ok {
				used = &u
			}
		}
		excess := plans[subscription.PlanID].Limits.Exceeded(used, running[onPlan{subscription.CustomerID, subscription.PlanID}])
		if len(excess) > 0 {
			over[subscription.ID] = excess
		}
	}
	return over, nil
}

// subscriptionForSite locks a subscription that a new site is for; nil for the id 0. It errs with CodeNotReady when it is not
// served, with CodeConflict when it has a site, and with CodeQuotaReached when its customer has as many sites as its plan
// allows, which may have allowed more once.
func subscriptionForSite(tx *gorm.DB, id uint) (*fleet.CustomerSubscription, error) {
	if id == 0 {
		return nil, nil
	}
	ctx := tx.Statement.Context
	subscription, plan, err := lockSubscription(tx, id)
	if err != nil {
		return nil, err
	}
	if !subscription.State.Served() {
		return nil, fleet.FieldErrorf(fleet.CodeNotReady, "input.subscriptionId", "Subscription %d is %s.", id, subscription.State)
	}
	if subscription.SiteID != nil {
		return nil, fleet.FieldErrorf(fleet.CodeConflict, "input.subscriptionId", "Subscription %d has a site already.", id)
	}
	if plan.Limits.Sites == nil {
		return &subscription, nil
	}
	customer, err := one[fleet.Customer](ctx, tx, "customer", subscription.CustomerID, forUpdate)
	if err != nil {
		return nil, err
	}
	sites, err := gorm.G[fleet.CustomerSubscription](tx).
		Where("customer_id = ? AND plan_id = ? AND site_id IS NOT NULL AND state NOT IN ?", customer.ID, plan.ID, endedStates).Count(ctx, "id")
	if err == nil && sites >= int64(*plan.Limits.Sites) {
		err = fleet.FieldErrorf(fleet.CodeQuotaReached, "input.subscriptionId", "%s allows %d sites to a customer, and %s has %d.", plan.Name, *plan.Limits.Sites, customer.Name, sites)
	}
	return &subscription, err
}

// putOnSubscription makes a new site that of a subscription whose row is locked.
func (s *Store) putOnSubscription(tx *gorm.DB, actor fleet.Actor, before fleet.CustomerSubscription, site fleet.Site) error {
	ctx := tx.Statement.Context
	plan, err := one[fleet.Plan](ctx, tx, "plan", before.PlanID)
	if err != nil {
		return err
	}
	after, err := before.Apply(fleet.EventSiteChanged, plan, now())
	if err != nil {
		return fleet.AtField(err, "input.subscriptionId")
	}
	name, _, err := s.giveSite(tx, actor, &after, &site.ID)
	if err != nil {
		return err
	}
	if err := putSubscriptions(tx, []fleet.CustomerSubscription{after}); err != nil {
		return err
	}
	change := changeOf(actor, before, after, fleet.EventSiteChanged, detailOf("", name), "")
	return gorm.G[fleet.SubscriptionChange](tx).Create(ctx, &change)
}

// onPlan is a customer and a plan.
type onPlan struct{ CustomerID, PlanID uint }

// runningOnPlans counts the subscriptions of customers that run, by plan.
func runningOnPlans(db *gorm.DB, customerIDs []uint) (map[onPlan]int, error) {
	var rows []struct {
		CustomerID uint
		PlanID     uint
		Count      int
	}
	err := db.Model(&fleet.CustomerSubscription{}).Select("customer_id, plan_id, COUNT(*) AS count").
		Where("customer_id IN ? AND state NOT IN ?", customerIDs, endedStates).Group("customer_id, plan_id").Scan(&rows).Error
	counts := make(map[onPlan]int, len(rows))
	for _, row := range rows {
		counts[onPlan{row.CustomerID, row.PlanID}] = row.Count
	}
	return counts, err
}

// overLimitIDs is the ids of all subscriptions that use more than their plans allow. It begins with what was collected and
// with plans that limit sites, which are few.
func (s *Store) overLimitIDs(ctx context.Context) ([]uint, error) {
	ids := []uint{}
	err := s.db.WithContext(ctx).Raw(`SELECT c.id FROM site_usage u
			STRAIGHT_JOIN customer_subscriptions c ON c.site_id = u.site_id AND c.state NOT IN @ended JOIN plans p ON p.id = c.plan_id
			WHERE u.users > p.limit_users OR u.database_bytes + u.files_bytes > p.limit_storage_bytes
		UNION SELECT c.id FROM customer_subscriptions c JOIN (
			SELECT o.customer_id, o.plan_id FROM plans p JOIN customer_subscriptions o ON o.plan_id = p.id AND o.state NOT IN @ended
			WHERE p.limit_sites IS NOT NULL GROUP BY o.customer_id, o.plan_id, p.limit_sites HAVING COUNT(*) > p.limit_sites
		) many ON many.customer_id = c.customer_id AND many.plan_id = c.plan_id WHERE c.state NOT IN @ended`,
		map[string]any{"ended": endedStates}).Scan(&ids).Error
	return ids, err
}
