package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// Plans lists all plans by name, the closed ones last.
func (s *Store) Plans(ctx context.Context) ([]fleet.Plan, error) {
	return gorm.G[fleet.Plan](s.db).Order("closed, name").Find(ctx)
}

// PlansByID reads many plans at once.
func (s *Store) PlansByID(ctx context.Context, ids []uint) (map[uint]fleet.Plan, error) {
	return byID(ctx, s.db, ids, func(v fleet.Plan) uint { return v.ID })
}

// SubscriptionCounts counts the subscriptions of many plans that have not ended.
func (s *Store) SubscriptionCounts(ctx context.Context, planIDs []uint) (map[uint]int, error) {
	var rows []struct {
		ID    uint
		Count int
	}
	err := s.db.WithContext(ctx).Model(&fleet.CustomerSubscription{}).Select("plan_id AS id, COUNT(*) AS count").
		Where("plan_id IN ? AND state NOT IN ?", planIDs, endedStates).Group("plan_id").Scan(&rows).Error
	counts := map[uint]int{}
	for _, row := range rows {
		counts[row.ID] = row.Count
	}
	return counts, err
}

// CreatePlan offers a new plan. It errs with CodeConflict when its name is taken.
func (s *Store) CreatePlan(ctx context.Context, actor fleet.Actor, in fleet.PlanInput) (fleet.Plan, error) {
	var plan fleet.Plan
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return plan, err
	}
	if err := in.Validate(); err != nil {
		return plan, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		plan = fleet.Plan{Interval: fleet.IntervalMonth, Version: 1, CreatedAt: now(), UpdatedAt: now()}
		fillPlan(&plan, in)
		if err := gorm.G[fleet.Plan](tx).Create(ctx, &plan); err != nil {
			return err
		}
		return s.audit(tx, actor, "createPlan", fmt.Sprintf("%s: %s", plan.Name, plan.Price), planInput(in), nil)
	})
	return plan, planTaken(err, in.Name)
}

// UpdatePlan changes a plan. Its price counts for subscriptions that begin from now on, its limits and days for all. It
// errs with CodeConflict, about input.version, when somebody else has changed it meanwhile.
func (s *Store) UpdatePlan(ctx context.Context, actor fleet.Actor, in fleet.PlanInput) (fleet.Plan, error) {
	var plan fleet.Plan
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return plan, err
	}
	if err := in.Validate(); err != nil {
		return plan, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if plan, err = one[fleet.Plan](ctx, tx, "plan", in.PlanID, forUpdate); err != nil {
			return fleet.AtField(err, "input.planId")
		}
		if in.Version != plan.Version {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.version", "%s was changed while you looked at it; look at it again.", plan.Name)
		}
		fillPlan(&plan, in)
		if err := putPlan(tx, &plan); err != nil {
			return err
		}
		return s.audit(tx, actor, "updatePlan", fmt.Sprintf("%s: %s", plan.Name, plan.Price), planInput(in), nil)
	})
	return plan, planTaken(err, in.Name)
}

// ClosePlan closes a plan for new subscriptions, or opens it again. It errs with CodeConflict when it is so already.
func (s *Store) ClosePlan(ctx context.Context, actor fleet.Actor, planID uint, closed bool) (fleet.Plan, error) {
	var plan fleet.Plan
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return plan, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if plan, err = one[fleet.Plan](ctx, tx, "plan", planID, forUpdate); err != nil {
			return fleet.AtField(err, "input.planId")
		}
		word := "open"
		if closed {
			word = "closed"
		}
		if plan.Closed == closed {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.closed", "%s is %s already.", plan.Name, word)
		}
		plan.Closed = closed
		if err := putPlan(tx, &plan); err != nil {
			return err
		}
		return s.audit(tx, actor, "closePlan", plan.Name+": "+word, map[string]any{"planId": planID, "closed": closed}, nil)
	})
	return plan, err
}

// RemovePlan forgets a plan that nobody ever subscribed to. It errs with CodeConflict for any other.
func (s *Store) RemovePlan(ctx context.Context, actor fleet.Actor, planID uint) error {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		plan, err := one[fleet.Plan](ctx, tx, "plan", planID, forUpdate)
		if err != nil {
			return fleet.AtField(err, "input.planId")
		}
		// Whoever subscribes locks the plan first, so this count stays.
		used, err := gorm.G[fleet.CustomerSubscription](tx).Where("plan_id = ?", planID).Count(ctx, "id")
		if err != nil {
			return err
		}
		if used > 0 {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.planId", "%s is in use by %d subscriptions, those that have ended among them; close it for new ones.", plan.Name, used)
		}
		asked, err := gorm.G[fleet.SignUp](tx).Where("plan_id = ?", planID).Count(ctx, "id")
		if err != nil {
			return err
		}
		if asked > 0 {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.planId", "%d people have signed up for %s; close it for new ones.", asked, plan.Name)
		}
		pools, err := gorm.G[fleet.StandbyPool](tx).Where("plan_id = ?", planID).Count(ctx, "id")
		if err != nil {
			return err
		}
		if pools > 0 {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.planId", "Sites stand ready for %s, or did; close it for new ones.", plan.Name)
		}
		if err := tx.Exec("DELETE FROM plans WHERE id = ?", planID).Error; err != nil {
			return err
		}
		return s.audit(tx, actor, "removePlan", plan.Name, map[string]any{"planId": planID}, nil)
	})
}

func fillPlan(plan *fleet.Plan, in fleet.PlanInput) {
	plan.Name, plan.Price, plan.TrialDays, plan.GraceDays, plan.Limits = in.Name, in.Price, in.TrialDays, in.GraceDays, in.Limits
}

// putPlan writes all of a plan that is there, as its next version.
func putPlan(tx *gorm.DB, plan *fleet.Plan) error {
	plan.Version++
	plan.UpdatedAt = now()
	return tx.Model(&fleet.Plan{}).Where("id = ?", plan.ID).Select("*").Omit("id", "created_at").UpdateColumns(plan).Error
}

func planInput(in fleet.PlanInput) map[string]any {
	return map[string]any{
		"planId": in.PlanID, "name": in.Name, "price": in.Price.String(), "trialDays": in.TrialDays, "graceDays": in.GraceDays,
		"users": in.Limits.Users, "storageBytes": in.Limits.StorageBytes, "sites": in.Limits.Sites,
	}
}

func planTaken(err error, name string) error {
	if duplicate(err) {
		return fleet.FieldErrorf(fleet.CodeConflict, "input.name", "There is already a plan called %s.", name)
	}
	return err
}
