package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// RelocationDatabaseKey is the name of the secret with the password of the database that a site gets on another server. It is
// gone when the action has ended.
func RelocationDatabaseKey(actionID uint) string { return fmt.Sprintf("relocation-%d", actionID) }

// Relocation reads what the action of a relocation is about. It errs with CodeNotFound.
func (s *Store) Relocation(ctx context.Context, actionID uint) (fleet.Relocation, error) {
	return relocationOf(s.db.WithContext(ctx), actionID)
}

func relocationOf(db *gorm.DB, actionID uint) (fleet.Relocation, error) {
	return gorm.G[fleet.Relocation](db).Where("action_id = ?", actionID).First(db.Statement.Context)
}

// SiteRelocated records where the site of an action lives from now on: at the end of its way, or, when there is false, at
// its beginning again.
func (s *Store) SiteRelocated(ctx context.Context, ref LeaseRef, there bool) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		r, err := relocationOf(tx, action.ID)
		if err != nil {
			return err
		}
		columns := map[string]any{
			"bench_id": r.FromBenchID, "server_id": r.FromServerID, "revision_id": r.FromRevisionID, "created_as": r.CreatedAs, "updated_at": now(),
		}
		if there {
			columns["bench_id"], columns["server_id"], columns["revision_id"] = r.ToBenchID, r.ToServerID, r.ToRevisionID
			if r.Far() {
				columns["created_as"] = r.DatabaseHost
			}
		}
		return tx.Model(&fleet.Site{}).Where("id = ?", r.SiteID).Updates(columns).Error
	})
}

// relocationEnded lets the site go, and gives the proxies the way to it once more.
func (s *Store) relocationEnded(tx *gorm.DB, action *fleet.Action) error {
	if err := tx.Model(&fleet.Relocation{}).Where("action_id = ?", action.ID).Update("ended_at", now()).Error; err != nil {
		return err
	}
	if err := dropSecret(tx, RelocationDatabaseKey(action.ID)); err != nil {
		return err
	}
	if _, err := letSiteGo(tx, action); err != nil {
		return err
	}
	_, err := s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
	return err
}

// Parts of queries about what relocations hold that have not ended. The first is a condition on revisions.
const (
	notOnTheWay = "NOT EXISTS (SELECT 1 FROM relocations r WHERE r.ended_at IS NULL AND revisions.id IN (r.from_revision_id, r.to_revision_id))"
	comingTo    = "SELECT r.action_id FROM relocations r WHERE r.ended_at IS NULL AND r.to_server_id IN ?"
)
