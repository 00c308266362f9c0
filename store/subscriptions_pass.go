package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// subscriptionsAtOnce is how many subscriptions one transaction of the pass moves.
const subscriptionsAtOnce = 500

// SubscriptionPass is what one pass over the subscriptions did.
type SubscriptionPass struct {
	Changed   int // changes of state
	Reminders int
}

// AdvanceSubscriptions moves every subscription whose time has come by then: its state, the site with it, and the reminders
// that are due. It works in batches. Of several processes that do so at once, one gets each subscription, and none waits
// for another.
func (s *Store) AdvanceSubscriptions(ctx context.Context, at time.Time) (SubscriptionPass, error) {
	done := SubscriptionPass{}
	for {
		batch, n, err := s.advanceBatch(ctx, at)
		done.Changed += batch.Changed
		done.Reminders += batch.Reminders
		if err != nil || n == 0 {
			return done, err
		}
	}
}

// advanceBatch moves up to subscriptionsAtOnce subscriptions, and says how many it looked at.
func (s *Store) advanceBatch(ctx context.Context, at time.Time) (done SubscriptionPass, n int, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		done = SubscriptionPass{}
		var due []fleet.CustomerSubscription
		err := tx.Raw("SELECT * FROM customer_subscriptions WHERE due_at <= ? ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED", at, subscriptionsAtOnce).Scan(&due).Error
		if n = len(due); err != nil || n == 0 {
			return err
		}
		plans, err := plansOf(tx, due)
		if err != nil {
			return err
		}
		changes, reminders, moved := []fleet.SubscriptionChange{}, []fleet.Reminder{}, make([]*fleet.CustomerSubscription, 0, n)
		for i, before := range due {
			after, event, reminder := before.Advance(plans[before.PlanID], at)
			due[i] = after
			moved = append(moved, &due[i])
			if event != "" {
				changes = append(changes, changeOf(centralItself, before, after, event, "", ""))
			}
			if reminder != nil {
				reminder.CreatedAt, reminder.Mail, reminder.MailDueAt = now(), fleet.ReminderWaiting, now()
				reminders = append(reminders, *reminder)
			}
		}
		queued, err := s.serveSites(tx, centralItself, moved...)
		if err != nil {
			return err
		}
		if err := putSubscriptions(tx, due); err != nil {
			return err
		}
		if len(reminders) > 0 {
			if err := tx.Create(&reminders).Error; err != nil {
				return err
			}
		}
		done = SubscriptionPass{Changed: len(changes), Reminders: len(reminders)}
		if len(changes) == 0 {
			return nil
		}
		if err := tx.Create(&changes).Error; err != nil {
			return err
		}
		to := map[string]any{}
		for _, change := range changes {
			count, _ := to[string(change.ToState)].(int)
			to[string(change.ToState)] = count + 1
		}
		return s.audit(tx, centralItself, "advanceSubscriptions", fmt.Sprintf("%d subscriptions by their dates", len(changes)), to, firstID(queued))
	})
	return done, n, err
}

// plansOf reads the plans of subscriptions.
func plansOf(tx *gorm.DB, subscriptions []fleet.CustomerSubscription) (map[uint]fleet.Plan, error) {
	seen, ids := map[uint]bool{}, []uint{}
	for _, subscription := range subscriptions {
		if !seen[subscription.PlanID] {
			seen[subscription.PlanID] = true
			ids = append(ids, subscription.PlanID)
		}
	}
	return byID(tx.Statement.Context, tx, ids, func(v fleet.Plan) uint { return v.ID })
}

// dateOf is a day as people read it.
func dateOf(t time.Time) string { return t.Format(time.DateOnly) }
