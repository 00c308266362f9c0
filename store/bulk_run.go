package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// ServeSite says what the proxies do with the visitors of an action's site, and queues the routes that bring it about. A site
// that is served so already is left alone.
func (s *Store) ServeSite(ctx context.Context, ref LeaseRef, serving fleet.SiteServing) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		site, err := one[fleet.Site](ctx, tx, "site", *action.SiteID, forUpdate)
		if err != nil {
			return err
		}
		if err := fleet.CheckServing(site, serving); fleet.ErrorCode(err) == fleet.CodeConflict {
			return nil
		} else if err != nil {
			return err
		}
		if err := tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Updates(map[string]any{"serving": serving, "updated_at": now()}).Error; err != nil {
			return err
		}
		_, err = s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
		return err
	})
}

// bulkStarted lets a bulk change run from the first of its parts that is claimed.
func (s *Store) bulkStarted(tx *gorm.DB, part *fleet.Action) error {
	if part.ParentID == nil {
		return nil
	}
	started := tx.Model(&fleet.Action{}).Where("id = ? AND kind = ? AND status = ?", *part.ParentID, fleet.ActionBulkChange, fleet.ActionQueued).
		Updates(map[string]any{"status": fleet.ActionRunning, "started_at": now()})
	if started.Error != nil || started.RowsAffected == 0 {
		return started.Error
	}
	return s.appendEvents(tx, *part.ParentID, []fleet.ActionEvent{{Kind: fleet.EventStatus, Body: fleet.EventBody{Status: fleet.ActionRunning}}})
}

// bulkPartEnded tells those who watch a bulk change how far it is, and ends it with its last part.
func (s *Store) bulkPartEnded(tx *gorm.DB, part *fleet.Action) error {
	if part.ParentID == nil {
		return nil
	}
	ctx := tx.Statement.Context
	root, err := one[fleet.Action](ctx, tx, "action", *part.ParentID, forUpdate)
	if err != nil || root.Kind != fleet.ActionBulkChange || root.Status.Finished() {
		return err
	}
	var counts []struct {
		Status fleet.ActionStatus
		Count  int
	}
	if err := tx.Model(&fleet.Action{}).Select("status, COUNT(*) AS count").Where("parent_id = ?", root.ID).Group("status").Scan(&counts).Error; err != nil {
		return err
	}
	total, ended, by := 0, 0, map[fleet.ActionStatus]int{}
	for _, row := range counts {
		by[row.Status] = row.Count
		total += row.Count
		if row.Status.Finished() {
			ended += row.Count
		}
	}
	percent := 100 * ended / max(total, 1)
	event := fleet.ActionEvent{Kind: fleet.EventProgress, Body: fleet.EventBody{Percent: &percent, Text: fmt.Sprintf("%d of %d sites", ended, total)}}
	if err := tx.Model(&fleet.Action{}).Where("id = ?", root.ID).Updates(map[string]any{"percent": percent, "step": event.Body.Text}).Error; err != nil {
		return err
	}
	if err := s.appendEvents(tx, root.ID, []fleet.ActionEvent{event}); err != nil || ended < total {
		return err
	}
	if root, err = one[fleet.Action](ctx, tx, "action", root.ID, forUpdate); err != nil {
		return err
	}
	status, failure := bulkOutcome(by, total)
	if status == fleet.ActionSucceeded {
		if _, err := gorm.G[secret](tx).Where("name = ?", SiteConfiguration(root.ID)).Delete(ctx); err != nil {
			return err
		}
	}
	return s.finish(tx, &root, status, failure)
}

// bulkOutcome is how a bulk change ends whose parts ended so.
func bulkOutcome(by map[fleet.ActionStatus]int, total int) (fleet.ActionStatus, *fleet.Failure) {
	done, cancelled := by[fleet.ActionSucceeded], by[fleet.ActionCancelled]
	switch {
	case done == total:
		return fleet.ActionSucceeded, nil
	case done+cancelled == total:
		return fleet.ActionCancelled, &fleet.Failure{Code: fleet.CodeCancelled, Message: fmt.Sprintf("Cancelled: %d of %d sites were changed.", done, total)}
	}
	verb := "were"
	if total-done == 1 {
		verb = "was"
	}
	return fleet.ActionFailed, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: fmt.Sprintf("%d of %d sites were changed, %d %s not.", done, total, total-done, verb)}
}
