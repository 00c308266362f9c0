package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// CreateSubscription begins a trial of a plan for a customer. It errs with CodeNotReady for a plan that is closed, with
// CodeQuotaReached when the customer has as many on this plan as it allows, and with CodeConflict when the site has a
// subscription that runs.
func (s *Store) CreateSubscription(ctx context.Context, actor fleet.Actor, in fleet.CreateSubscriptionInput) (fleet.CustomerSubscription, error) {
	var subscription fleet.CustomerSubscription
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return subscription, err
	}
	if err := in.Validate(); err != nil {
		return subscription, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		subscription, err = s.addSubscription(tx, actor, in)
		return err
	})
	return subscription, err
}

// addSubscription is CreateSubscription for an actor who may, with input whose form is right.
func (s *Store) addSubscription(tx *gorm.DB, actor fleet.Actor, in fleet.CreateSubscriptionInput) (fleet.CustomerSubscription, error) {
	var subscription fleet.CustomerSubscription
	ctx := tx.Statement.Context
	customer, err := one[fleet.Customer](ctx, tx, "customer", in.CustomerID, forUpdate)
	if err != nil {
		return subscription, fleet.AtField(err, "input.customerId")
	}
	plan, err := one[fleet.Plan](ctx, tx, "plan", in.PlanID, forUpdate)
	if err != nil {
		return subscription, fleet.AtField(err, "input.planId")
	}
	if plan.Closed {
		return subscription, fleet.FieldErrorf(fleet.CodeNotReady, "input.planId", "%s is closed for new subscriptions.", plan.Name)
	}
	if err := withinSites(tx, customer, plan); err != nil {
		return subscription, err
	}
	subscription = fleet.NewSubscription(customer.ID, plan, now())
	site, actions, err := s.giveSite(tx, actor, &subscription, in.SiteID)
	if err != nil {
		return subscription, err
	}
	if err := gorm.G[fleet.CustomerSubscription](tx).Create(ctx, &subscription); err != nil {
		return subscription, err
	}
	change := changeOf(actor, fleet.CustomerSubscription{}, subscription, fleet.EventCreated, detailOf("plan "+plan.Name, site), in.Why)
	if err := gorm.G[fleet.SubscriptionChange](tx).Create(ctx, &change); err != nil {
		return subscription, err
	}
	return subscription, s.audit(tx, actor, "createSubscription", customerSubject(customer)+": "+plan.Name, map[string]any{
		"customerId": in.CustomerID, "planId": in.PlanID, "siteId": in.SiteID, "why": in.Why, "subscriptionId": subscription.ID,
	}, firstID(actions))
}

// withinSites errs with CodeQuotaReached when a customer, whose row is locked, has as many subscriptions of a plan that run as
// its limit of sites allows.
func withinSites(tx *gorm.DB, customer fleet.Customer, plan fleet.Plan) error {
	if plan.Limits.Sites == nil {
		return nil
	}
	running, err := gorm.G[fleet.CustomerSubscription](tx).
		Where("customer_id = ? AND plan_id = ? AND state NOT IN ?", customer.ID, plan.ID, endedStates).Count(tx.Statement.Context, "id")
	if err == nil && running >= int64(*plan.Limits.Sites) {
		err = fleet.FieldErrorf(fleet.CodeQuotaReached, "input.planId", "%s allows %d sites to a customer, and %s has %d.", plan.Name, *plan.Limits.Sites, customer.Name, running)
	}
	return err
}

// giveSite makes a site that of a subscription, nil for none, and serves it as the subscription's state wants. A site whose
// earlier subscription has ended is taken over. It returns the site's name and what was queued.
func (s *Store) giveSite(tx *gorm.DB, actor fleet.Actor, subscription *fleet.CustomerSubscription, siteID *uint) (string, []uint, error) {
	if siteID == nil {
		subscription.SiteID = nil
		return "", nil, nil
	}
	ctx := tx.Statement.Context
	site, err := one[fleet.Site](ctx, tx, "site", *siteID, forUpdate)
	if err != nil {
		return "", nil, fleet.AtField(err, "input.siteId")
	}
	if site.StandbyPoolID != nil {
		return "", nil, fleet.FieldErrorf(fleet.CodeNotReady, "input.siteId", "%s stands ready for whoever signs up.", site.Name)
	}
	if site.Status.Gone() {
		return "", nil, fleet.FieldErrorf(fleet.CodeNotReady, "input.siteId", "%s is %s.", site.Name, site.Status)
	}
	earlier, err := gorm.G[fleet.CustomerSubscription](tx, forUpdate).Where("site_id = ? AND id <> ?", site.ID, subscription.ID).Order("id").Find(ctx)
	if err != nil {
		return "", nil, err
	}
	for _, other := range earlier {
		if !other.State.Ended() {
			return "", nil, fleet.FieldErrorf(fleet.CodeConflict, "input.siteId", "%s belongs to subscription %d, which is %s.", site.Name, other.ID, other.State)
		}
		subscription.ClosedSite = subscription.ClosedSite || other.ClosedSite
		if err := tx.Model(&fleet.CustomerSubscription{}).Where("id = ?", other.ID).Updates(map[string]any{"site_id": nil, "closed_site": false}).Error; err != nil {
			return "", nil, err
		}
	}
	subscription.SiteID = &site.ID
	actions, err := s.serveSites(tx, actor, subscription)
	return site.Name, actions, err
}

// serveSites suspends the sites of subscriptions that are not served, and opens those again that were suspended because of
// theirs. A site that somebody else suspended stays so. It returns what was queued.
func (s *Store) serveSites(tx *gorm.DB, actor fleet.Actor, subscriptions ...*fleet.CustomerSubscription) ([]uint, error) {
	ctx := tx.Statement.Context
	ids := []uint{}
	for _, subscription := range subscriptions {
		if subscription.SiteID != nil && subscription.State.Served() == subscription.ClosedSite {
			ids = append(ids, *subscription.SiteID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	sites, err := byID(ctx, tx, ids, func(v fleet.Site) uint { return v.ID }, forUpdate)
	if err != nil {
		return nil, err
	}
	change := map[fleet.SiteServing][]uint{}
	for _, subscription := range subscriptions {
		if subscription.SiteID == nil || subscription.State.Served() != subscription.ClosedSite {
			continue
		}
		site := sites[*subscription.SiteID]
		serving := fleet.ServingSuspended
		if subscription.ClosedSite {
			serving = fleet.ServingOpen
		}
		// What is suspended by somebody else stays theirs; what somebody else has opened already needs no more.
		mine := fleet.CheckServing(site, serving) == nil && (serving == fleet.ServingSuspended || site.Serving == fleet.ServingSuspended)
		subscription.ClosedSite = mine && serving == fleet.ServingSuspended
		if mine {
			change[serving] = append(change[serving], site.ID)
		}
	}
	for serving, ids := range change {
		if err := tx.Model(&fleet.Site{}).Where("id IN ?", ids).Updates(map[string]any{"serving": serving, "updated_at": now()}).Error; err != nil {
			return nil, err
		}
	}
	if len(change) == 0 {
		return nil, nil
	}
	return s.routeProxies(tx, actor)
}

// ChangePlan gives a subscription another plan, with the price that it has now.
func (s *Store) ChangePlan(ctx context.Context, actor fleet.Actor, in fleet.ChangePlanInput) (fleet.CustomerSubscription, error) {
	return s.changeSubscription(ctx, actor, "changePlan", in.SubscriptionRef, map[string]any{"planId": in.PlanID}, func(c *subscriptionChange) error {
		customer, err := one[fleet.Customer](ctx, c.tx, "customer", c.before.CustomerID, forUpdate)
		if err != nil {
			return err
		}
		plan, err := one[fleet.Plan](ctx, c.tx, "plan", in.PlanID, forUpdate)
		if err != nil {
			return fleet.AtField(err, "input.planId")
		}
		if c.after, err = c.before.ChangePlan(plan, now()); err != nil {
			return err
		}
		c.event, c.detail = fleet.EventPlanChanged, fmt.Sprintf("plan %s → %s, %s → %s", c.plan.Name, plan.Name, c.before.Price, plan.Price)
		return withinSites(c.tx, customer, plan)
	})
}

// ExtendTrial gives a trial more days.
func (s *Store) ExtendTrial(ctx context.Context, actor fleet.Actor, in fleet.ExtendTrialInput) (fleet.CustomerSubscription, error) {
	return s.changeSubscription(ctx, actor, "extendTrial", in.SubscriptionRef, map[string]any{"days": in.Days}, func(c *subscriptionChange) (err error) {
		c.after, err = c.before.ExtendTrial(in.Days, c.plan, now())
		c.event, c.detail = fleet.EventTrialExtended, fmt.Sprintf("trial ends %s → %s", dateOf(c.before.TrialEndsAt), dateOf(c.after.TrialEndsAt))
		return err
	})
}

// AssignSite gives a subscription another site, or none.
func (s *Store) AssignSite(ctx context.Context, actor fleet.Actor, in fleet.AssignSiteInput) (fleet.CustomerSubscription, error) {
	return s.changeSubscription(ctx, actor, "assignSite", in.SubscriptionRef, map[string]any{"siteId": in.SiteID}, func(c *subscriptionChange) (err error) {
		if c.before.ClosedSite {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.subscriptionId", "Its site is suspended because of it; resume it first.")
		}
		if c.after, err = c.before.Apply(fleet.EventSiteChanged, c.plan, now()); err != nil {
			return fleet.AtField(err, "input.subscriptionId")
		}
		site, actions, err := s.giveSite(c.tx, actor, &c.after, in.SiteID)
		c.event, c.detail, c.queued = fleet.EventSiteChanged, detailOf("", site), actions
		return err
	})
}

// CancelSubscription ends a subscription, at once or when what runs has ended.
func (s *Store) CancelSubscription(ctx context.Context, actor fleet.Actor, in fleet.CancelSubscriptionInput) (fleet.CustomerSubscription, error) {
	return s.changeSubscription(ctx, actor, "cancelSubscription", in.SubscriptionRef, map[string]any{"atEnd": in.AtEnd}, func(c *subscriptionChange) (err error) {
		c.after, c.event, err = c.before.Cancel(in.AtEnd, c.plan, now())
		if c.after.CancelAt != nil {
			c.detail = "ends " + dateOf(*c.after.CancelAt)
		}
		return err
	})
}

// ResumeSubscription goes on with a subscription that is suspended, cancelled or about to end.
func (s *Store) ResumeSubscription(ctx context.Context, actor fleet.Actor, in fleet.SubscriptionRef) (fleet.CustomerSubscription, error) {
	return s.changeSubscription(ctx, actor, "resumeSubscription", in, nil, func(c *subscriptionChange) (err error) {
		c.after, c.event, err = c.before.Resume(c.plan, now())
		return err
	})
}

// subscriptionChange is a change of a subscription in the making.
type subscriptionChange struct {
	tx            *gorm.DB
	plan          fleet.Plan // before
	before, after fleet.CustomerSubscription
	event         fleet.SubscriptionEvent
	detail        string
	queued        []uint
}

// changeSubscription locks a subscription, holds that nobody changed it since it was looked at, lets decide fill in what
// follows, and writes that with its effect on the site, its history and the audit entry.
func (s *Store) changeSubscription(ctx context.Context, actor fleet.Actor, operation string, ref fleet.SubscriptionRef, input map[string]any, decide func(*subscriptionChange) error) (fleet.CustomerSubscription, error) {
	var after fleet.CustomerSubscription
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return after, err
	}
	if err := ref.Validate(); err != nil {
		return after, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		before, plan, err := lockSubscription(tx, ref.SubscriptionID)
		if err != nil {
			return err
		}
		if err := unchanged(tx, before, ref.Version); err != nil {
			return err
		}
		c := &subscriptionChange{tx: tx, plan: plan, before: before}
		if err := decide(c); err != nil {
			return err
		}
		queued, err := s.serveSites(tx, actor, &c.after)
		if err != nil {
			return err
		}
		if err := putSubscriptions(tx, []fleet.CustomerSubscription{c.after}); err != nil {
			return err
		}
		change := changeOf(actor, before, c.after, c.event, c.detail, ref.Why)
		if err := gorm.G[fleet.SubscriptionChange](tx).Create(ctx, &change); err != nil {
			return err
		}
		customer, err := one[fleet.Customer](ctx, tx, "customer", before.CustomerID)
		if err != nil {
			return err
		}
		entry := map[string]any{"subscriptionId": ref.SubscriptionID, "why": ref.Why, "before": before.State, "after": c.after.State}
		for key, value := range input {
			entry[key] = value
		}
		after = c.after
		return s.audit(tx, actor, operation, customerSubject(customer)+": "+plan.Name, entry, firstID(append(c.queued, queued...)))
	})
	return after, err
}

// lockSubscription reads a subscription for a change, with its plan.
func lockSubscription(tx *gorm.DB, id uint) (fleet.CustomerSubscription, fleet.Plan, error) {
	ctx := tx.Statement.Context
	subscription, err := one[fleet.CustomerSubscription](ctx, tx, "subscription", id, forUpdate)
	if err != nil {
		return subscription, fleet.Plan{}, fleet.AtField(err, "input.subscriptionId")
	}
	plan, err := one[fleet.Plan](ctx, tx, "plan", subscription.PlanID)
	return subscription, plan, err
}

// unchanged errs with CodeConflict, and says who did what, when a subscription is not as it was looked at.
func unchanged(tx *gorm.DB, subscription fleet.CustomerSubscription, version int) error {
	if version == subscription.Version {
		return nil
	}
	change, err := gorm.G[fleet.SubscriptionChange](tx).Where("subscription_id = ? AND version > ?", subscription.ID, version).Order("id DESC").First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fleet.FieldErrorf(fleet.CodeConflict, "input.version", "This subscription has no version %d; look at it again.", version)
	}
	if err != nil {
		return err
	}
	what := strings.ToLower(strings.ReplaceAll(string(change.Event), "_", " "))
	if change.Detail != "" {
		what += ": " + change.Detail
	}
	return fleet.FieldErrorf(fleet.CodeConflict, "input.version", "%s changed this subscription while you looked at it (%s); it is %s now. Look at it again.", change.ActorName, what, subscription.State)
}

// putSubscriptions writes all of subscriptions that are there.
func putSubscriptions(tx *gorm.DB, subscriptions []fleet.CustomerSubscription) error {
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&subscriptions).Error
}

// changeOf is a line of a subscription's history.
func changeOf(actor fleet.Actor, before, after fleet.CustomerSubscription, event fleet.SubscriptionEvent, detail, why string) fleet.SubscriptionChange {
	change := fleet.SubscriptionChange{
		SubscriptionID: after.ID, At: after.UpdatedAt, ActorName: actor.Name, Event: event, ToState: after.State,
		Detail: detail, Why: why, Version: after.Version,
	}
	if before.State != "" {
		change.FromState = &before.State
	}
	return change
}

func detailOf(what, site string) string {
	if site == "" {
		return what
	}
	return strings.TrimPrefix(what+", site "+site, ", ")
}

func firstID(ids []uint) *uint {
	if len(ids) == 0 {
		return nil
	}
	return &ids[0]
}
