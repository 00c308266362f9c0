package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"central/fleet"
)

// StandbyPools lists all pools of sites that stand ready, by plan and region.
func (s *Store) StandbyPools(ctx context.Context) ([]fleet.StandbyPool, error) {
	return gorm.G[fleet.StandbyPool](s.db).Order("plan_id, region").Find(ctx)
}

// StandbyCounts counts the sites of many pools.
func (s *Store) StandbyCounts(ctx context.Context, poolIDs []uint) (map[uint]fleet.StandbyCount, error) {
	return standbyCounts(s.db.WithContext(ctx), poolIDs)
}

func standbyCounts(db *gorm.DB, poolIDs []uint) (map[uint]fleet.StandbyCount, error) {
	var rows []struct {
		ID     uint
		Ready  int
		Making int
	}
	err := db.Raw(`SELECT standby_pool_id AS id, CAST(SUM(status = 'ACTIVE') AS SIGNED) AS ready, CAST(SUM(status = 'CREATING') AS SIGNED) AS making
		FROM sites WHERE standby_pool_id IN ? GROUP BY standby_pool_id`, poolIDs).Scan(&rows).Error
	counts := make(map[uint]fleet.StandbyCount, len(rows))
	for _, row := range rows {
		counts[row.ID] = fleet.StandbyCount{Ready: row.Ready, Making: row.Making}
	}
	return counts, err
}

// SetStandbyPool says how many sites are to stand ready for a plan in a region; with the size 0 the pool is forgotten when its
// last site is gone. It errs with CodeNotReady for a plan that is closed, and where no domain for sites is set.
func (s *Store) SetStandbyPool(ctx context.Context, actor fleet.Actor, in fleet.StandbyPoolInput) (fleet.StandbyPool, error) {
	var pool fleet.StandbyPool
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return pool, err
	}
	if err := in.Validate(); err != nil {
		return pool, err
	}
	if len(s.names.Domains) == 0 {
		return pool, fleet.Errorf(fleet.CodeNotReady, "Tell Central first below which domain sites are (--site-domains).")
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		plan, err := one[fleet.Plan](ctx, tx, "plan", in.PlanID, forUpdate)
		if err != nil {
			return fleet.AtField(err, "input.planId")
		}
		if plan.Closed && in.Size > 0 {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.planId", "%s is closed for new subscriptions.", plan.Name)
		}
		if err := knownRegion(tx, in.Region); err != nil {
			return err
		}
		if pool, err = gorm.G[fleet.StandbyPool](tx, forUpdate).Where("plan_id = ? AND region = ?", in.PlanID, in.Region).First(ctx); err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		if pool.Size == in.Size {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.size", "%d sites are wanted already.", in.Size)
		}
		before := pool.Size
		pool.Size, pool.Reason, pool.UpdatedAt = in.Size, "", now()
		if pool.ID == 0 {
			pool.PlanID, pool.Region, pool.CreatedAt = in.PlanID, in.Region, now()
			err = gorm.G[fleet.StandbyPool](tx).Create(ctx, &pool)
		} else {
			err = tx.Model(&pool).Select("size", "reason", "updated_at").Updates(&pool).Error
		}
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "setStandbyPool", fmt.Sprintf("%s %s: %d", plan.Name, in.Region, in.Size), map[string]any{
			"planId": in.PlanID, "region": in.Region, "before": before, "size": in.Size,
		}, nil)
	})
	return pool, err
}

const (
	// standbyAtOnce is how many sites one pass begins for one pool.
	standbyAtOnce = 10
	// standbyFailures is how many sites of a pool may fail within ten minutes before no more are begun for a while.
	standbyFailures = 3
)

// StandbyPass is what one pass over the pools did.
type StandbyPass struct {
	Begun   int // sites that are being made
	Dropped int // sites that were too many
}

// FillPools begins as many sites as pools lack, and drops those that they have too many. Of several processes that do so at
// once, one gets each pool.
func (s *Store) FillPools(ctx context.Context) (StandbyPass, error) {
	done := StandbyPass{}
	pools, err := s.StandbyPools(ctx)
	if err != nil {
		return done, err
	}
	for _, pool := range pools {
		err := s.tx(ctx, func(tx *gorm.DB) error {
			locked, err := gorm.G[fleet.StandbyPool](tx, skipLocked).Where("id = ?", pool.ID).Find(ctx)
			if err != nil || len(locked) == 0 {
				return err
			}
			pass, err := s.fillPool(tx, locked[0])
			if err == nil {
				done.Begun += pass.Begun
				done.Dropped += pass.Dropped
			}
			return err
		})
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// fillPool goes on with a pool whose row is locked.
func (s *Store) fillPool(tx *gorm.DB, pool fleet.StandbyPool) (StandbyPass, error) {
	done := StandbyPass{}
	counts, err := standbyCounts(tx, []uint{pool.ID})
	if err != nil {
		return done, err
	}
	plan, err := one[fleet.Plan](tx.Statement.Context, tx, "plan", pool.PlanID)
	if err != nil {
		return done, err
	}
	wanted := pool.Size
	if plan.Closed { // nobody can sign up for it any more
		wanted = 0
	}
	has := counts[pool.ID]
	if surplus := has.Ready + has.Making - wanted; surplus > 0 {
		done.Dropped, err = s.dropStandby(tx, pool, min(surplus, has.Ready))
		return done, err
	}
	if handing, err := handingOut(tx); err != nil || handing {
		return done, err
	}
	reason := ""
	for missing := min(wanted-has.Ready-has.Making, standbyAtOnce); done.Begun < missing; done.Begun++ {
		if reason, err = s.addStandby(tx, pool); err != nil || reason != "" {
			break
		}
	}
	if err != nil || reason == pool.Reason {
		return done, err
	}
	return done, tx.Model(&fleet.StandbyPool{}).Where("id = ?", pool.ID).Updates(map[string]any{"reason": clip(reason, maxSignUpReason), "updated_at": now()}).Error
}

// handingOut says whether sites are being handed out just now. What would make new ones waits meanwhile, a minute at most: it
// would take the servers' processors from those who wait for theirs.
func handingOut(tx *gorm.DB) (bool, error) {
	var n int64
	err := tx.Model(&fleet.Action{}).Where("kind = ? AND status IN ? AND created_at > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE", fleet.ActionHandOutSite,
		[]fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning}).Limit(1).Count(&n).Error
	return n > 0, err
}

// addStandby begins one site of a pool, or says why it cannot be begun now.
func (s *Store) addStandby(tx *gorm.DB, pool fleet.StandbyPool) (reason string, err error) {
	ctx := tx.Statement.Context
	if len(s.names.Domains) == 0 {
		return "No domain for sites is set.", nil
	}
	failed, err := gorm.G[fleet.Site](tx).Where("standby_pool_id = ? AND status = ? AND updated_at > UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE", pool.ID, fleet.SiteFailed).Order("id DESC").Find(ctx)
	if err != nil {
		return "", err
	}
	if len(failed) >= standbyFailures {
		return fmt.Sprintf("The last sites could not be made, so none is begun for ten minutes: %s", failed[0].StatusReason), nil
	}
	name := fleet.StandbyName(rand.Text()[:12], s.names.Domains[0])
	_, _, err = s.addSite(tx, centralItself, fleet.NewSite{Name: name, Region: pool.Region, StandbyPoolID: &pool.ID})
	var hindered *fleet.Error // before anything was written
	if errors.As(err, &hindered) {
		return hindered.Message, nil
	}
	return "", err
}

// What comes first of the sites that stand ready.
const (
	oldestStandby = "id"
	newestStandby = "id DESC"
)

// freeStandby locks up to n sites of pools that stand ready; others that are being taken at the moment are passed over.
func freeStandby(tx *gorm.DB, n int, order string, pools ...uint) ([]fleet.Site, error) {
	return gorm.G[fleet.Site](tx, skipLocked).
		Where("standby_pool_id IN ? AND status = ? AND serving = ? AND busy_action_id IS NULL AND maintenance_since IS NULL", pools, fleet.SiteActive, fleet.ServingOpen).
		Where("EXISTS (SELECT 1 FROM servers v WHERE v.id = sites.server_id AND v.status = 'READY')").
		Where("NOT EXISTS (SELECT 1 FROM server_health h WHERE h.server_id = sites.server_id AND h.state = 'DOWN')").
		Where("NOT EXISTS (SELECT 1 FROM pairs p WHERE p.status = 'SWITCHING' AND sites.server_id IN (p.master_id, p.slave_id))").
		Order(order).Limit(n).Find(tx.Statement.Context)
}

// dropStandby removes up to n sites of a pool that nobody ever had.
func (s *Store) dropStandby(tx *gorm.DB, pool fleet.StandbyPool, n int) (int, error) {
	sites, err := freeStandby(tx, n, oldestStandby, pool.ID)
	if err != nil {
		return 0, err
	}
	for i := range sites {
		action := fleet.Action{
			Kind: fleet.ActionDropStandby, Title: "Drop " + sites[i].Name, ServerID: &sites[i].ServerID, BenchID: &sites[i].BenchID,
			RevisionID: &sites[i].RevisionID, SiteID: &sites[i].ID, ActorName: centralItself.Name, WantsKey: fmt.Sprintf("site:%d", sites[i].ID),
		}
		if err := s.enqueue(tx, &action); err != nil {
			return 0, err
		}
		if err := holdSite(tx, &sites[i], action.ID); err != nil {
			return 0, err
		}
		if err := s.audit(tx, centralItself, "dropStandby", sites[i].Name, map[string]any{"siteId": sites[i].ID, "poolId": pool.ID}, &action.ID); err != nil {
			return 0, err
		}
	}
	return len(sites), nil
}

// standbyDropped takes a site that was dropped out of the routes; one that could not be dropped is free again.
func (s *Store) standbyDropped(tx *gorm.DB, action *fleet.Action) error {
	columns := map[string]any{"busy_action_id": nil, "updated_at": now()}
	if succeeded(action) {
		columns["status"], columns["status_reason"], columns["standby_pool_id"] = fleet.SiteArchived, "It stood ready and was not needed.", nil
	} else {
		columns["status"], columns["status_reason"] = fleet.SiteBroken, action.ErrorMessage
	}
	if err := tx.Model(&fleet.Site{}).Where("id = ?", *action.SiteID).Updates(columns).Error; err != nil {
		return err
	}
	_, err := s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
	return err
}

// handOutsAtOnce is how many sites are handed out on a server at the same moment. It is more than a server's limit of actions, which
// they do not count towards: a runner does them together, in a few commands for all of them.
const handOutsAtOnce = 64

// notePool is the note of an action that hands a site out which says what pool it goes back to when that fails.
const notePool = "pool"

// takeStandby hands a site that stands ready out to a sign-up, and says whether there was one. Each is locked by one
// transaction, so none is handed out twice.
func (s *Store) takeStandby(tx *gorm.DB, actor fleet.Actor, signUp *fleet.SignUp) (bool, error) {
	ctx := tx.Statement.Context
	var pools []uint
	of := tx.Model(&fleet.StandbyPool{}).Where("plan_id = ?", signUp.PlanID)
	if signUp.Region != "" {
		of = of.Where("region = ?", signUp.Region)
	}
	if err := of.Pluck("id", &pools).Error; err != nil || len(pools) == 0 {
		return false, err
	}
	order := oldestStandby
	if signUp.Tries > 0 { // the oldest may be the one that could not be handed out
		order = newestStandby
	}
	found, err := freeStandby(tx, 1, order, pools...)
	if err != nil || len(found) == 0 {
		return false, err
	}
	site, pool := found[0], *found[0].StandbyPoolID
	routes, err := s.takeSecondName(tx, actor, &site, signUp.SiteName)
	var taken *fleet.Error // before anything was written: a site made anew may have the name of one that failed
	if errors.As(err, &taken) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	action := fleet.Action{
		Kind: fleet.ActionHandOutSite, Title: "Hand out " + signUp.SiteName, ServerID: &site.ServerID, BenchID: &site.BenchID,
		RevisionID: &site.RevisionID, SiteID: &site.ID, ActorName: actor.Name, WantsKey: fmt.Sprintf("site:%d", site.ID),
		Cursor: fleet.Cursor{Notes: map[string]string{NoteNameBefore: site.Name, NoteNameAfter: signUp.SiteName, notePool: strconv.FormatUint(uint64(pool), 10)}},
		Lane:   fmt.Sprintf("server:%d:hand-out", site.ServerID), LaneLimit: handOutsAtOnce,
	}
	if err := s.enqueue(tx, &action, routes...); err != nil {
		return false, err
	}
	kept := secret{Name: AdministratorPassword(action.ID), Sealed: signUp.SealedPassword, CreatedAt: now()}
	if err := gorm.G[secret](tx).Create(ctx, &kept); err != nil {
		return false, err
	}
	if err := holdSite(tx, &site, action.ID); err != nil {
		return false, err
	}
	if err := tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Update("standby_pool_id", nil).Error; err != nil {
		return false, err
	}
	signUp.SiteID, signUp.ActionID, signUp.StateReason = &site.ID, &action.ID, ""
	return true, s.audit(tx, actor, "handOutSite", site.Name+" to "+signUp.SiteName, map[string]any{"siteId": site.ID, "signUpId": signUp.ID}, &action.ID)
}

// siteHandedOut gives a site to the sign-up that it was handed out to. One that was taken back stands ready again.
func (s *Store) siteHandedOut(tx *gorm.DB, action *fleet.Action) error {
	if _, err := gorm.G[secret](tx).Where("name = ?", AdministratorPassword(action.ID)).Delete(tx.Statement.Context); err != nil {
		return err
	}
	if err := s.renameEnded(tx, action); err != nil {
		return err
	}
	if !succeeded(action) {
		pool, err := strconv.ParseUint(action.Cursor.Notes[notePool], 10, 64)
		if err != nil {
			return fmt.Errorf("the pool of action %d: %w", action.ID, err)
		}
		err = tx.Exec("UPDATE sites SET standby_pool_id = (SELECT id FROM standby_pools WHERE id = ?) WHERE id = ? AND status = ?", pool, *action.SiteID, fleet.SiteActive).Error
		if err != nil {
			return err
		}
	}
	return s.signUpEnded(tx, action)
}
