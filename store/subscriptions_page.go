package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// endedStates are those of subscriptions of which nothing more is expected.
var endedStates = []fleet.SubscriptionState{fleet.SubscriptionCancelled, fleet.SubscriptionArchived}

// Subscription reads one subscription.
func (s *Store) Subscription(ctx context.Context, id uint) (fleet.CustomerSubscription, error) {
	return one[fleet.CustomerSubscription](ctx, s.db, "subscription", id)
}

// SubscriptionsByID reads many subscriptions at once.
func (s *Store) SubscriptionsByID(ctx context.Context, ids []uint) (map[uint]fleet.CustomerSubscription, error) {
	return byID(ctx, s.db, ids, func(v fleet.CustomerSubscription) uint { return v.ID })
}

// SubscriptionsOfCustomers lists all subscriptions of many customers, newest first.
func (s *Store) SubscriptionsOfCustomers(ctx context.Context, customerIDs []uint) (map[uint][]fleet.CustomerSubscription, error) {
	rows, err := gorm.G[fleet.CustomerSubscription](s.db).Where("customer_id IN ?", customerIDs).Order("id DESC").Find(ctx)
	of := map[uint][]fleet.CustomerSubscription{}
	for _, row := range rows {
		of[row.CustomerID] = append(of[row.CustomerID], row)
	}
	return of, err
}

// SubscriptionsOfSites gives the newest subscription of each site that has one.
func (s *Store) SubscriptionsOfSites(ctx context.Context, siteIDs []uint) (map[uint]fleet.CustomerSubscription, error) {
	rows, err := gorm.G[fleet.CustomerSubscription](s.db).Where("site_id IN ?", siteIDs).Order("id").Find(ctx)
	of := map[uint]fleet.CustomerSubscription{}
	for _, row := range rows {
		of[*row.SiteID] = row
	}
	return of, err
}

// subscriptionOrders are what a list of subscriptions can be ordered by.
var subscriptionOrders = map[fleet.SubscriptionOrder]listOrder{
	fleet.SubscriptionOrderCreated: {expr: "customer_subscriptions.created_at", time: true},
	fleet.SubscriptionOrderEnds:    {expr: "customer_subscriptions.state_ends_at", time: true},
}

// Subscriptions is one page of the subscriptions that match. Archived ones, which have no end, are not in a list by ends.
func (s *Store) Subscriptions(ctx context.Context, page fleet.Page, filter fleet.SubscriptionFilter, by fleet.SubscriptionOrderBy) (fleet.SubscriptionConnection, error) {
	connection := fleet.SubscriptionConnection{Nodes: []fleet.CustomerSubscription{}}
	if err := page.Within(maxPage); err != nil {
		return connection, err
	}
	order, known := subscriptionOrders[by.Field]
	if !known {
		return connection, fleet.FieldErrorf(fleet.CodeInvalid, "orderBy.field", "Subscriptions cannot be ordered by this.")
	}
	order.field, order.desc = string(by.Field), by.Descending
	var found []uint
	if filter.Search != "" {
		var err error
		if found, err = s.foundSubscriptions(ctx, filter.Search); err != nil || len(found) == 0 {
			return connection, err
		}
	}
	query := s.matchingSubscriptions(ctx, filter, found, by.Field)
	if filter.OverLimit {
		over, err := s.overLimitIDs(ctx)
		if err != nil || len(over) == 0 {
			return connection, err
		}
		query = query.Where("customer_subscriptions.id IN ?", over)
	}
	var total int64
	if err := query.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return connection, err
	}
	ids, info, err := keysetPage(query.Session(&gorm.Session{}), page, "customer_subscriptions.id", order)
	if err != nil {
		return connection, err
	}
	rows, err := s.SubscriptionsByID(ctx, ids)
	connection.Nodes, connection.TotalCount, connection.PageInfo = inOrder(ids, rows), int(total), info
	return connection, err
}

// foundSubscriptions is the ids of the subscriptions whose customer or site has a text in it. Looking through both lists
// first, whatever the database would rather do, is faster than joining every subscription with them.
func (s *Store) foundSubscriptions(ctx context.Context, search string) ([]uint, error) {
	ids := []uint{}
	err := s.db.WithContext(ctx).Raw(`SELECT mine.id FROM customers STRAIGHT_JOIN customer_subscriptions AS mine ON mine.customer_id = customers.id WHERE customers.search LIKE ?
		UNION SELECT its.id FROM sites STRAIGHT_JOIN customer_subscriptions AS its ON its.site_id = sites.id WHERE sites.name LIKE ?`,
		contains(search), contains(strings.ToLower(search))).Scan(&ids).Error
	return ids, err
}

// matchingSubscriptions is the subscriptions that match; found are those that its search has found.
func (s *Store) matchingSubscriptions(ctx context.Context, filter fleet.SubscriptionFilter, found []uint, order fleet.SubscriptionOrder) *gorm.DB {
	query := s.db.WithContext(ctx).Table("customer_subscriptions")
	if filter.States != nil {
		query = query.Where("customer_subscriptions.state IN ?", filter.States)
	} else {
		query = query.Where("customer_subscriptions.state <> ?", fleet.SubscriptionArchived)
	}
	if filter.Search != "" {
		query = query.Where("customer_subscriptions.id IN ?", found)
	}
	if filter.PlanIDs != nil {
		query = query.Where("customer_subscriptions.plan_id IN ?", filter.PlanIDs)
	}
	if filter.CustomerID != nil {
		query = query.Where("customer_subscriptions.customer_id = ?", *filter.CustomerID)
	}
	if filter.EndsWithin != nil {
		query = query.Where("customer_subscriptions.state_ends_at <= ?", now().Add(time.Duration(*filter.EndsWithin)*24*time.Hour))
	}
	if filter.WithoutSite != nil && *filter.WithoutSite {
		query = query.Where("customer_subscriptions.site_id IS NULL")
	} else if filter.WithoutSite != nil {
		query = query.Where("customer_subscriptions.site_id IS NOT NULL")
	}
	if order == fleet.SubscriptionOrderEnds {
		query = query.Where("customer_subscriptions.state_ends_at IS NOT NULL")
	}
	return query
}

// SubscriptionChanges is the newest changes of a subscription, newest first.
func (s *Store) SubscriptionChanges(ctx context.Context, subscriptionID uint, first int) ([]fleet.SubscriptionChange, error) {
	return newestOf[fleet.SubscriptionChange](ctx, s.db, subscriptionID, first)
}

// PaymentsOf is the newest payments for a subscription, newest first.
func (s *Store) PaymentsOf(ctx context.Context, subscriptionID uint, first int) ([]fleet.Payment, error) {
	return newestOf[fleet.Payment](ctx, s.db, subscriptionID, first)
}

// RemindersOf is the newest reminders of a subscription, newest first.
func (s *Store) RemindersOf(ctx context.Context, subscriptionID uint, first int) ([]fleet.Reminder, error) {
	return newestOf[fleet.Reminder](ctx, s.db, subscriptionID, first)
}

func newestOf[T any](ctx context.Context, db *gorm.DB, subscriptionID uint, first int) ([]T, error) {
	if err := (fleet.Page{First: first}).Within(maxPage); err != nil {
		return nil, err
	}
	return gorm.G[T](db).Where("subscription_id = ?", subscriptionID).Order("id DESC").Limit(first).Find(ctx)
}
