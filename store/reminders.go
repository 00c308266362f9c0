package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// ClaimReminders takes up to n reminders that are to be sent now, each with what its text is made of. Those that are no longer
// true are put away as OUTDATED, so that there may be fewer than n, or none, though more wait; looked says how many were looked
// at. Of several processes that do so at once, one gets each; one that dies with it lets another try after two minutes.
func (s *Store) ClaimReminders(ctx context.Context, at time.Time, n int) (letters []fleet.ReminderLetter, looked int, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		letters = nil
		waiting, err := gorm.G[fleet.Reminder](tx, skipLocked).Where("mail = ? AND mail_due_at <= ? AND sent_at IS NULL", fleet.ReminderWaiting, at).
			Order("mail_due_at, id").Limit(n).Find(ctx)
		if looked = len(waiting); err != nil || looked == 0 {
			return err
		}
		all, err := lettersOf(tx, waiting)
		if err != nil {
			return err
		}
		claimed, outdated := []uint{}, []uint{}
		for _, letter := range all {
			if !letter.Subscription.StillDue(letter.Reminder, at) {
				outdated = append(outdated, letter.ID)
				continue
			}
			letter.MailTries++
			letters, claimed = append(letters, letter), append(claimed, letter.ID)
		}
		if len(outdated) > 0 {
			if err := tx.Model(&fleet.Reminder{}).Where("id IN ?", outdated).Update("mail", fleet.ReminderOutdated).Error; err != nil {
				return err
			}
		}
		if len(claimed) == 0 {
			return nil
		}
		return tx.Model(&fleet.Reminder{}).Where("id IN ?", claimed).
			Updates(map[string]any{"mail_tries": gorm.Expr("mail_tries + 1"), "mail_due_at": at.Add(mailLease)}).Error
	})
	return letters, looked, err
}

// lettersOf reads what the texts of reminders are made of.
func lettersOf(tx *gorm.DB, reminders []fleet.Reminder) ([]fleet.ReminderLetter, error) {
	ctx := tx.Statement.Context
	ids := make([]uint, len(reminders))
	for i, reminder := range reminders {
		ids[i] = reminder.SubscriptionID
	}
	subscriptions, err := byID(ctx, tx, ids, func(v fleet.CustomerSubscription) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	customerIDs, planIDs, siteIDs := []uint{}, []uint{}, []uint{}
	for _, subscription := range subscriptions {
		customerIDs, planIDs = append(customerIDs, subscription.CustomerID), append(planIDs, subscription.PlanID)
		if subscription.SiteID != nil {
			siteIDs = append(siteIDs, *subscription.SiteID)
		}
	}
	customers, err := byID(ctx, tx, customerIDs, func(v fleet.Customer) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	plans, err := byID(ctx, tx, planIDs, func(v fleet.Plan) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	sites, err := byID(ctx, tx, siteIDs, func(v fleet.Site) uint { return v.ID })
	letters := make([]fleet.ReminderLetter, len(reminders))
	for i, reminder := range reminders {
		subscription := subscriptions[reminder.SubscriptionID]
		letters[i] = fleet.ReminderLetter{
			Reminder: reminder, Subscription: subscription, Customer: customers[subscription.CustomerID], Plan: plans[subscription.PlanID],
		}
		if subscription.SiteID != nil {
			letters[i].SiteName = sites[*subscription.SiteID].Name
		}
	}
	return letters, err
}

// ReminderMailed writes that a claimed reminder was sent or, with a reason, that it was not: then it is tried again later, a
// few times. That a try failed counts only as long as no other process has taken the reminder over.
func (s *Store) ReminderMailed(ctx context.Context, claimed fleet.Reminder, why string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		reminder, err := one[fleet.Reminder](ctx, tx, "reminder", claimed.ID, forUpdate)
		if err != nil || reminder.Mail == fleet.ReminderSent || why != "" && (reminder.Mail != fleet.ReminderWaiting || reminder.MailTries != claimed.MailTries) {
			return err
		}
		columns := map[string]any{"mail": fleet.ReminderSent, "mail_error": "", "sent_at": now()}
		if why != "" {
			columns = map[string]any{"mail_error": clip(why, 500), "mail_due_at": now().Add(mailPause(reminder.MailTries))}
			if reminder.MailTries >= mailTries {
				columns["mail"] = fleet.ReminderFailed
			}
		}
		return tx.Model(&fleet.Reminder{}).Where("id = ?", reminder.ID).Updates(columns).Error
	})
}
