package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// scopedPolicy is a row of scoped_backup_policies.
type scopedPolicy struct {
	ID uint
	fleet.ScopedBackupPolicy
	UpdatedAt time.Time
}

func (scopedPolicy) TableName() string { return "scoped_backup_policies" }

// siteEvery is SQL for the hours between two scheduled backups of the site s, as fleet.PolicyFor decides. @every are the
// fleet's.
const siteEvery = `COALESCE(
	(SELECT p.every_hours FROM scoped_backup_policies p WHERE p.plan_id = (SELECT c.plan_id FROM customer_subscriptions c WHERE c.site_id = s.id ORDER BY c.id DESC LIMIT 1)),
	(SELECT p.every_hours FROM scoped_backup_policies p WHERE p.bench_id = s.bench_id), @every)`

// ScopedBackupPolicies lists the policies of plans and benches.
func (s *Store) ScopedBackupPolicies(ctx context.Context) ([]fleet.ScopedBackupPolicy, error) {
	rows, err := gorm.G[scopedPolicy](s.db).Order("plan_id IS NULL, id").Find(ctx)
	policies := make([]fleet.ScopedBackupPolicy, len(rows))
	for i, row := range rows {
		policies[i] = row.ScopedBackupPolicy
	}
	return policies, err
}

// SitePolicies is the policy that holds for each of these sites, and why.
func (s *Store) SitePolicies(ctx context.Context, siteIDs []uint) (map[uint]fleet.SitePolicy, error) {
	sites, err := byID(ctx, s.db, siteIDs, func(v fleet.Site) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	return sitePolicies(s.db.WithContext(ctx), sites)
}

// sitePolicies is the policy that holds for each of these sites.
func sitePolicies(db *gorm.DB, sites map[uint]fleet.Site) (map[uint]fleet.SitePolicy, error) {
	row, err := policyRow(db)
	if err != nil {
		return nil, err
	}
	scoped, err := gorm.G[scopedPolicy](db).Find(db.Statement.Context)
	if err != nil {
		return nil, err
	}
	names, err := scopeNames(db, scoped)
	if err != nil {
		return nil, err
	}
	plans, err := newestPlans(db, sites)
	if err != nil {
		return nil, err
	}
	policies := make(map[uint]fleet.SitePolicy, len(sites))
	for id, site := range sites {
		facts := fleet.PolicyFacts{Fleet: row.BackupPolicy}
		for i := range scoped {
			policy := &scoped[i].ScopedBackupPolicy
			if policy.PlanID != nil && *policy.PlanID == plans[id] {
				facts.Plan, facts.PlanName = policy, names[i]
			}
			if policy.BenchID != nil && *policy.BenchID == site.BenchID {
				facts.Bench, facts.BenchName = policy, names[i]
			}
		}
		policies[id] = fleet.PolicyFor(facts)
	}
	return policies, nil
}

// scopeNames is what the plans and benches of policies are called, in their order.
func scopeNames(db *gorm.DB, scoped []scopedPolicy) ([]string, error) {
	var planIDs, benchIDs []uint
	for _, policy := range scoped {
		if policy.PlanID != nil {
			planIDs = append(planIDs, *policy.PlanID)
		} else {
			benchIDs = append(benchIDs, *policy.BenchID)
		}
	}
	ctx := db.Statement.Context
	plans, err := byID(ctx, db, planIDs, func(v fleet.Plan) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	benches, err := byID(ctx, db, benchIDs, func(v fleet.Bench) uint { return v.ID })
	names := make([]string, len(scoped))
	for i, policy := range scoped {
		if policy.PlanID != nil {
			names[i] = plans[*policy.PlanID].Name
		} else {
			names[i] = benches[*policy.BenchID].Name
		}
	}
	return names, err
}

// newestPlans is the plan of the newest subscription of each of these sites that has one.
func newestPlans(db *gorm.DB, sites map[uint]fleet.Site) (map[uint]uint, error) {
	ids := make([]uint, 0, len(sites))
	for id := range sites {
		ids = append(ids, id)
	}
	var rows []struct{ SiteID, PlanID uint }
	err := db.Model(&fleet.CustomerSubscription{}).Select("site_id, plan_id").Where("site_id IN ?", ids).Order("id").Scan(&rows).Error
	plans := make(map[uint]uint, len(rows))
	for _, row := range rows {
		plans[row.SiteID] = row.PlanID
	}
	return plans, err
}

// SetScopedBackupPolicy gives a plan or a bench a policy of its own, or changes it. It errs with CodeInvalid for a policy that
// makes no sense and with CodeNotFound for a plan or bench that is not there.
func (s *Store) SetScopedBackupPolicy(ctx context.Context, actor fleet.Actor, in fleet.ScopedBackupPolicy) (fleet.ScopedBackupPolicy, error) {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return in, err
	}
	if err := in.Validate(); err != nil {
		return in, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		name, err := scopeName(tx, in.PolicyScope)
		if err != nil {
			return err
		}
		row, err := scopedRow(tx, in.PolicyScope)
		if err != nil {
			return err
		}
		before := row
		row.ScopedBackupPolicy, row.UpdatedAt = in, now()
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		if err := s.scheduleAnew(tx); err != nil {
			return err
		}
		asked := map[string]any{"after": in}
		if before.ID != 0 {
			asked["before"] = before.ScopedBackupPolicy
		}
		return s.audit(tx, actor, "setScopedBackupPolicy", fmt.Sprintf("%s: every %d hours", name, in.EveryHours), asked, nil)
	})
	return in, err
}

// RemoveScopedBackupPolicy takes the policy of a plan or a bench away: what holds without it holds again. It returns those that
// are left, and errs with CodeNotFound when there is none.
func (s *Store) RemoveScopedBackupPolicy(ctx context.Context, actor fleet.Actor, scope fleet.PolicyScope) ([]fleet.ScopedBackupPolicy, error) {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return nil, err
	}
	if err := scope.Validate(); err != nil {
		return nil, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		name, err := scopeName(tx, scope)
		if err != nil {
			return err
		}
		row, err := scopedRow(tx, scope)
		if err != nil {
			return err
		}
		if row.ID == 0 {
			return fleet.FieldErrorf(fleet.CodeNotFound, scopeField(scope), "%s has no policy of its own.", name)
		}
		if err := tx.Delete(&scopedPolicy{}, row.ID).Error; err != nil {
			return err
		}
		if err := s.scheduleAnew(tx); err != nil {
			return err
		}
		return s.audit(tx, actor, "removeScopedBackupPolicy", name, map[string]any{"before": row.ScopedBackupPolicy}, nil)
	})
	if err != nil {
		return nil, err
	}
	return s.ScopedBackupPolicies(ctx)
}

// scopedRow locks the policy of a scope; the zero row when there is none.
func scopedRow(tx *gorm.DB, scope fleet.PolicyScope) (scopedPolicy, error) {
	row, err := gorm.G[scopedPolicy](tx, forUpdate).Where("plan_id <=> ? AND bench_id <=> ?", scope.PlanID, scope.BenchID).First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return scopedPolicy{}, nil
	}
	return row, err
}

// scopeName locks the plan or bench of a scope and says what it is called.
func scopeName(tx *gorm.DB, scope fleet.PolicyScope) (string, error) {
	ctx := tx.Statement.Context
	if scope.PlanID != nil {
		plan, err := one[fleet.Plan](ctx, tx, "plan", *scope.PlanID, forUpdate)
		return plan.Name, fleet.AtField(err, "input.planId")
	}
	bench, err := one[fleet.Bench](ctx, tx, "bench", *scope.BenchID, forUpdate)
	return bench.Name, fleet.AtField(err, "input.benchId")
}

func scopeField(scope fleet.PolicyScope) string {
	if scope.PlanID != nil {
		return "input.planId"
	}
	return "input.benchId"
}

// scheduleAnew says of each site when its policy wants the next backup, counted from its last one on.
func (s *Store) scheduleAnew(tx *gorm.DB) error {
	row, err := policyRow(tx)
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE sites s SET s.backup_due_at = s.last_backup_at + INTERVAL "+siteEvery+" HOUR WHERE s.last_backup_at IS NOT NULL",
		map[string]any{"every": row.EveryHours}).Error
}
