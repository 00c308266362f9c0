package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"central/fleet"
)

// CancelDeploy starts no further site of a deploy. Sites that have not moved yet are taken back by their
// runner, the others finish. It errs with CodeNotReady when the deploy has ended.
func (s *Store) CancelDeploy(ctx context.Context, actor fleet.Actor, deployID uint) (fleet.Deploy, error) {
	var deploy fleet.Deploy
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return deploy, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if deploy, err = one[fleet.Deploy](ctx, tx, "deploy", deployID, forUpdate); err != nil {
			return fleet.AtField(err, "input.deployId")
		}
		if deploy.Status.Finished() {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.deployId", "Deploy %d has ended already (%s).", deploy.ID, strings.ToLower(string(deploy.Status)))
		}
		if err := s.audit(tx, actor, "cancelDeploy", deploy.Title, map[string]any{"deployId": deploy.ID}, &deploy.ActionID); err != nil {
			return err
		}
		if deploy.Status == fleet.DeployCancelling {
			return nil
		}
		if err := tx.Model(&fleet.Deploy{}).Where("id = ?", deploy.ID).Update("status", fleet.DeployCancelling).Error; err != nil {
			return err
		}
		if err := s.deployChanged(tx, deploy.ID, nil, nil); err != nil {
			return err
		}
		if err := s.cancelParts(tx, deploy.ID); err != nil {
			return err
		}
		deploy, err = one[fleet.Deploy](ctx, tx, "deploy", deployID)
		return err
	})
	return deploy, err
}

// cancelParts cancels what waits of a deploy and asks what runs to come to an end.
func (s *Store) cancelParts(tx *gorm.DB, deployID uint) error {
	if err := s.handBuildsOver(tx, deployID); err != nil {
		return err
	}
	ids := map[fleet.ActionStatus][]uint{}
	for _, status := range []fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning} {
		var found []uint
		err := tx.Model(&fleet.Action{}).Where("deploy_id = ? AND kind <> ? AND status = ?", deployID, fleet.ActionDeploy, status).
			Order("id").Clauses(forUpdate).Pluck("id", &found).Error
		if err != nil {
			return err
		}
		ids[status] = found
	}
	if err := s.requestCancel(tx, ids[fleet.ActionRunning]...); err != nil {
		return err
	}
	// Nobody else should wait for a build that is coming to an end.
	err := tx.Model(&fleet.Revision{}).
		Where("status = ? AND id IN (SELECT revision_id FROM actions WHERE deploy_id = ? AND kind = ? AND status = ?)", fleet.RevisionBuilding, deployID, fleet.ActionBuildRevision, fleet.ActionRunning).
		Updates(map[string]any{"status": fleet.RevisionFailed, "status_reason": "Its build is being cancelled."}).Error
	if err != nil {
		return err
	}
	return s.cancelQueued(tx, ids[fleet.ActionQueued]...)
}

// handBuildsOver gives the unfinished builds of a deploy that another deploy waits for to that one.
func (s *Store) handBuildsOver(tx *gorm.DB, deployID uint) error {
	var builds []fleet.Action
	err := tx.Clauses(forUpdate).Where("deploy_id = ? AND kind = ? AND status IN ?", deployID, fleet.ActionBuildRevision, unfinished).Order("id").Find(&builds).Error
	if err != nil {
		return err
	}
	for _, build := range builds {
		for heirID, handed := uint(0), false; !handed; {
			var next *uint
			err := tx.Raw(`SELECT MIN(a.deploy_id) FROM action_needs n JOIN actions a ON a.id = n.action_id
				WHERE n.needs_id = ? AND a.status = 'QUEUED' AND a.deploy_id <> ? AND a.deploy_id > ?`, build.ID, deployID, heirID).Scan(&next).Error
			if err != nil {
				return err
			}
			if next == nil {
				break
			}
			heirID = *next
			if handed, err = s.handBuildOver(tx, build, heirID); err != nil {
				return err
			}
		}
	}
	return nil
}

// handBuildOver makes a build another deploy's, unless that has ended: who cancels it just now may have been first.
func (s *Store) handBuildOver(tx *gorm.DB, build fleet.Action, heirID uint) (handed bool, err error) {
	heir, err := one[fleet.Deploy](tx.Statement.Context, tx, "deploy", heirID, forUpdate)
	if err != nil || heir.Status.Finished() {
		return false, err
	}
	if heir.Status == fleet.DeployQueued && build.Status == fleet.ActionRunning {
		if err := deployStarted(tx, heir); err != nil {
			return false, err
		}
	}
	err = tx.Model(&fleet.Action{}).Where("id = ?", build.ID).Updates(map[string]any{"deploy_id": heir.ID, "parent_id": heir.ActionID}).Error
	if err != nil {
		return false, err
	}
	part := buildOf(build)
	return true, s.deployChanged(tx, heir.ID, nil, &part)
}
