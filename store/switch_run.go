package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"central/fleet"
)

// SwitchFacts gathers what Central itself knows for the plan of a switch; how the servers look is yet to be asked.
// besides is the switch itself, 0 when there is none.
func (s *Store) SwitchFacts(ctx context.Context, pairID, besides uint) (fleet.SwitchFacts, error) {
	facts := fleet.SwitchFacts{Now: now()}
	var err error
	if facts.Pair, err = s.Pair(ctx, pairID); err != nil {
		return facts, err
	}
	if facts.Master, err = s.Server(ctx, facts.Pair.MasterID); err != nil {
		return facts, err
	}
	if facts.Slave, err = s.Server(ctx, facts.Pair.SlaveID); err != nil {
		return facts, err
	}
	db := s.db.WithContext(ctx)
	if facts.Unfinished, err = unfinishedOnPair(db, facts.Pair, besides); err != nil {
		return facts, err
	}
	if facts.Pair.SeenAt != nil {
		facts.LastSeen = &fleet.LastSeen{Position: facts.Pair.SeenPosition, At: *facts.Pair.SeenAt}
	}
	counts, err := s.SiteCounts(ctx, SitesByServer, []uint{facts.Master.ID})
	if err != nil {
		return facts, err
	}
	facts.Sites = counts[facts.Master.ID]
	if facts.LastDowntime, err = lastDowntime(ctx, db, pairID); err != nil {
		return facts, err
	}
	err = db.Table("revisions").Joins("JOIN benches ON benches.id = revisions.bench_id").
		Where("revisions.server_id = ? AND revisions.status = ?", facts.Master.ID, fleet.RevisionReady).
		Order("benches.name, revisions.id").Select("benches.name AS bench, revisions.name AS revision").Scan(&facts.Places).Error
	return facts, err
}

// lastDowntime is that of the pair's latest planned switch that was measured, nil when there is none.
func lastDowntime(ctx context.Context, db *gorm.DB, pairID uint) (*float64, error) {
	rows, err := gorm.G[fleet.PairSwitch](db).Where("pair_id = ? AND kind = ? AND downtime_seconds IS NOT NULL", pairID, fleet.SwitchOver).
		Order("id DESC").Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0].DowntimeSeconds, nil
}

// SwitchPlanFacts is SwitchFacts for a person who wants to see the plan. It errs with CodeForbidden for viewers.
func (s *Store) SwitchPlanFacts(ctx context.Context, actor fleet.Actor, pairID uint) (fleet.SwitchFacts, error) {
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return fleet.SwitchFacts{}, err
	}
	return s.SwitchFacts(ctx, pairID, 0)
}

// SwitchesOfPair lists the latest switches of a pair, newest first.
func (s *Store) SwitchesOfPair(ctx context.Context, pairID uint, first int) ([]fleet.PairSwitch, error) {
	return gorm.G[fleet.PairSwitch](s.db).Where("pair_id = ?", pairID).Order("id DESC").Limit(max(1, min(first, 100))).Find(ctx)
}

// SwitchOf is the row of a switch by its action.
func (s *Store) SwitchOf(ctx context.Context, actionID uint) (fleet.PairSwitch, error) {
	return gorm.G[fleet.PairSwitch](s.db).Where("action_id = ?", actionID).First(ctx)
}

// SitesOfServer lists the sites that visitors find on a server, by name.
func (s *Store) SitesOfServer(ctx context.Context, serverID uint) ([]fleet.Site, error) {
	return gorm.G[fleet.Site](s.db).Where("server_id = ? AND status = ?", serverID, fleet.SiteActive).Order("name").Find(ctx)
}

// ReadyProxies lists the proxies in use.
func (s *Store) ReadyProxies(ctx context.Context) ([]fleet.Server, error) {
	return gorm.G[fleet.Server](s.db).Where("role = ? AND status = ?", fleet.RoleProxy, fleet.ServerReady).Order("id").Find(ctx)
}

// RaiseEpoch counts the openings of a pair's servers up and returns the new number: whatever is opened or closed
// with it overrules every earlier order, also one that is still on its way.
func (s *Store) RaiseEpoch(ctx context.Context, ref LeaseRef) (epoch uint64, err error) {
	err = s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		pair, err := one[fleet.Pair](ctx, tx, "pair", *action.PairID, forUpdate)
		if err != nil {
			return err
		}
		epoch = pair.Epoch + 1
		return tx.Model(&fleet.Pair{}).Where("id = ?", pair.ID).Updates(map[string]any{"epoch": epoch, "updated_at": now()}).Error
	})
	return epoch, err
}

// Promote makes the slave of a switch's pair its master, with everything that lives there: benches, revisions and
// sites name the new master from the next moment on, and so do the routes. It may be repeated.
func (s *Store) Promote(ctx context.Context, ref LeaseRef) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		row, err := gorm.G[fleet.PairSwitch](tx, forUpdate).Where("action_id = ?", action.ID).First(ctx)
		if err != nil || row.Switched {
			return err
		}
		pair, master, slave, err := lockPair(tx, row.PairID)
		if err != nil {
			return err
		}
		if master.ID != row.FromID || slave.ID != row.ToID {
			return fleet.Errorf(fleet.CodeNotReady, "%s has other roles than when this switch began.", pair.Name)
		}
		for _, table := range []any{&fleet.Bench{}, &fleet.Revision{}, &fleet.Site{}} {
			if err := tx.Model(table).Where("server_id = ?", master.ID).Update("server_id", slave.ID).Error; err != nil {
				return err
			}
		}
		if err := handRemovalsOver(tx, master.ID, slave.ID); err != nil {
			return err
		}
		for id, role := range map[uint]fleet.ServerRole{master.ID: fleet.RoleSlave, slave.ID: fleet.RoleMaster} {
			if err := tx.Model(&fleet.Server{}).Where("id = ?", id).Updates(map[string]any{"role": role, "updated_at": now()}).Error; err != nil {
				return err
			}
		}
		pair.MasterID, pair.SlaveID = slave.ID, master.ID
		if err := setPair(tx, pair); err != nil {
			return err
		}
		if err := tx.Model(&fleet.Pair{}).Where("id = ?", pair.ID).Updates(map[string]any{"seen_position": "", "seen_at": nil}).Error; err != nil {
			return err
		}
		return tx.Model(&fleet.PairSwitch{}).Where("id = ?", row.ID).Update("switched", true).Error
	})
}

// handRemovalsOver lets revisions that wait for their removal be removed from where they are used now.
func handRemovalsOver(tx *gorm.DB, fromID, toID uint) error {
	return tx.Model(&fleet.Action{}).Where("server_id = ? AND status = ? AND kind = ?", fromID, fleet.ActionQueued, fleet.ActionRemoveRevision).
		Updates(map[string]any{"server_id": toID, "lane": fmt.Sprintf("server:%d", toID)}).Error
}

// MasterSeen records how far the master of a pair has come, for the day when it cannot be asked any more. A server
// that is not the master any more is passed over.
func (s *Store) MasterSeen(ctx context.Context, pairID, masterID uint, position string) error {
	return s.db.WithContext(ctx).Model(&fleet.Pair{}).Where("id = ? AND master_id = ?", pairID, masterID).
		Updates(map[string]any{"seen_position": clip(position, maxPosition), "seen_at": now()}).Error
}

// SwitchDowntime records for how long no site of the pair answered, in seconds.
func (s *Store) SwitchDowntime(ctx context.Context, ref LeaseRef, seconds float64) error {
	return s.changeSwitch(ctx, ref, map[string]any{"downtime_seconds": seconds})
}

// SwitchLost records what a failover may have lost, in words, and the position up to which nothing is.
func (s *Store) SwitchLost(ctx context.Context, ref LeaseRef, loss, position string) error {
	return s.changeSwitch(ctx, ref, map[string]any{"loss": loss, "position": clip(position, maxPosition)})
}

// maxPosition is how many characters are kept of a position.
const maxPosition = 1000

// OldMasterBack records, once, what the old master of a pair that failed over has that the new one never got: words
// says it, given the failover.
func (s *Store) OldMasterBack(ctx context.Context, pairID uint, words func(fleet.PairSwitch) string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		pair, err := one[fleet.Pair](ctx, tx, "pair", pairID, forUpdate)
		if err != nil || pair.Status != fleet.PairFailedOver {
			return err
		}
		rows, err := gorm.G[fleet.PairSwitch](tx, forUpdate).Where("pair_id = ? AND switched", pairID).Order("id DESC").Limit(1).Find(ctx)
		if err != nil || len(rows) == 0 || rows[0].Kind != fleet.FailOver || rows[0].Returned {
			return err
		}
		loss := strings.TrimSpace(rows[0].Loss + " " + words(rows[0]))
		err = tx.Model(&fleet.PairSwitch{}).Where("id = ?", rows[0].ID).Updates(map[string]any{"loss": loss, "returned": true}).Error
		if err != nil {
			return err
		}
		pair.StatusReason = loss
		return setPair(tx, pair)
	})
}

// SwitchLoss records what a switch has lost, or may have, in words.
func (s *Store) SwitchLoss(ctx context.Context, ref LeaseRef, loss string) error {
	return s.changeSwitch(ctx, ref, map[string]any{"loss": loss})
}

func (s *Store) changeSwitch(ctx context.Context, ref LeaseRef, columns map[string]any) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		return tx.Model(&fleet.PairSwitch{}).Where("action_id = ?", action.ID).Updates(columns).Error
	})
}

// switchEnded does what the end of a switch means for its pair.
func switchEnded(tx *gorm.DB, action *fleet.Action) error {
	ctx := tx.Statement.Context
	row, err := gorm.G[fleet.PairSwitch](tx, forUpdate).Where("action_id = ?", action.ID).First(ctx)
	if err != nil {
		return err
	}
	if err := tx.Model(&fleet.PairSwitch{}).Where("id = ?", row.ID).Update("finished_at", now()).Error; err != nil {
		return err
	}
	pair, err := one[fleet.Pair](ctx, tx, "pair", row.PairID, forUpdate)
	if err != nil || pair.BusyActionID == nil || *pair.BusyActionID != action.ID {
		return err // a failover has taken its place
	}
	pair.Status, pair.StatusReason = pair.AfterSwitch(row, *action)
	pair.BusyActionID = nil
	return setPair(tx, pair)
}
