package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// afterClaim does what the start of an action means for the things around it.
func (s *Store) afterClaim(tx *gorm.DB, action *fleet.Action) error {
	if action.DeployID == nil {
		return nil
	}
	deploy, err := one[fleet.Deploy](tx.Statement.Context, tx, "deploy", *action.DeployID, forUpdate)
	if err != nil {
		return err
	}
	if deploy.Status == fleet.DeployQueued {
		if err := tx.Model(&deploy).Updates(map[string]any{"status": fleet.DeployRunning, "started_at": now()}).Error; err != nil {
			return err
		}
		err := tx.Model(&fleet.Action{}).Where("id = ?", deploy.ActionID).
			Updates(map[string]any{"status": fleet.ActionRunning, "started_at": now()}).Error
		if err != nil {
			return err
		}
	}
	if action.Kind == fleet.ActionBuildRevision {
		build := buildOf(*action)
		return s.deployChanged(tx, deploy.ID, nil, &build)
	}
	return s.updateDeploySite(tx, action, func(site *fleet.DeploySite) {
		site.Status = fleet.DeploySiteRunning
		if site.StartedAt == nil {
			started := now()
			site.StartedAt = &started
		}
	})
}

// afterFinish does what the end of an action, whichever, means for the things around it.
func (s *Store) afterFinish(tx *gorm.DB, action *fleet.Action) error {
	succeeded := action.Status == fleet.ActionSucceeded
	switch action.Kind {
	case fleet.ActionSetUpServer:
		return serverSetUp(tx, action, succeeded)
	case fleet.ActionBuildRevision:
		return s.revisionBuilt(tx, action, succeeded)
	case fleet.ActionRemoveRevision:
		if !succeeded {
			return setRevisionStatus(tx, *action.RevisionID, fleet.RevisionRemoved, "Its directory could not be removed: "+action.ErrorMessage)
		}
		return tx.Model(&fleet.Revision{}).Where("id = ?", *action.RevisionID).Updates(map[string]any{"slot": nil, "status_reason": ""}).Error
	case fleet.ActionCreateSite:
		return s.siteCreated(tx, action, succeeded)
	case fleet.ActionMoveSite:
		return s.siteMoveEnded(tx, action)
	case fleet.ActionRouteProxy, fleet.ActionFetchReleases, fleet.ActionDeploy:
	}
	return nil
}

func serverSetUp(tx *gorm.DB, action *fleet.Action, succeeded bool) error {
	status := fleet.ServerReady
	if !succeeded {
		status = fleet.ServerFailed
	}
	return tx.Model(&fleet.Server{}).Where("id = ? AND status <> ?", *action.ServerID, fleet.ServerKeyChanged).
		Updates(map[string]any{"status": status, "status_reason": action.ErrorMessage, "updated_at": now()}).Error
}

func (s *Store) revisionBuilt(tx *gorm.DB, action *fleet.Action, succeeded bool) error {
	status := fleet.RevisionReady
	if !succeeded {
		status = fleet.RevisionFailed
	}
	if err := setRevisionStatus(tx, *action.RevisionID, status, action.ErrorMessage); err != nil {
		return err
	}
	if action.DeployID == nil {
		return nil
	}
	build := buildOf(*action)
	return s.deployChanged(tx, *action.DeployID, nil, &build)
}

func (s *Store) siteCreated(tx *gorm.DB, action *fleet.Action, succeeded bool) error {
	status := fleet.SiteActive
	if !succeeded {
		status = fleet.SiteFailed
	}
	err := tx.Model(&fleet.Site{}).Where("id = ?", *action.SiteID).Updates(map[string]any{
		"status": status, "status_reason": action.ErrorMessage, "busy_action_id": nil, "updated_at": now(),
	}).Error
	if err != nil || succeeded {
		return err
	}
	_, err = s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
	return err
}

// siteMoveEnded gives the site free, counts it, and ends the deploy with its last site.
func (s *Store) siteMoveEnded(tx *gorm.DB, action *fleet.Action) error {
	ctx := tx.Statement.Context
	outcome, column := moveOutcome(action)
	site := map[string]any{"busy_action_id": nil, "updated_at": now()}
	if outcome == fleet.DeploySiteBroken {
		site["status"], site["status_reason"] = fleet.SiteBroken, action.ErrorMessage
	}
	if err := tx.Model(&fleet.Site{}).Where("id = ?", *action.SiteID).Updates(site).Error; err != nil {
		return err
	}
	deploy, err := one[fleet.Deploy](ctx, tx, "deploy", *action.DeployID, forUpdate)
	if err != nil {
		return err
	}
	if err := tx.Model(&fleet.Deploy{}).Where("id = ?", deploy.ID).Update(column, gorm.Expr(column+" + 1")).Error; err != nil {
		return err
	}
	if deploy, err = one[fleet.Deploy](ctx, tx, "deploy", deploy.ID); err != nil {
		return err
	}
	last := deploy.Ended() == deploy.Total
	if last {
		if err := s.endDeploy(tx, &deploy); err != nil {
			return err
		}
	}
	err = s.updateDeploySite(tx, action, func(row *fleet.DeploySite) {
		ended := now()
		row.Status, row.FinishedAt, row.ErrorCode, row.ErrorMessage = outcome, &ended, action.ErrorCode, action.ErrorMessage
		if outcome == fleet.DeploySiteDone {
			row.Percent = 100
		}
	})
	if err != nil || !last {
		return err
	}
	return s.finishRoot(tx, deploy)
}

func moveOutcome(action *fleet.Action) (fleet.DeploySiteStatus, string) {
	switch {
	case action.Status == fleet.ActionSucceeded:
		return fleet.DeploySiteDone, "done"
	case action.Status == fleet.ActionCancelled:
		return fleet.DeploySiteCancelled, "cancelled"
	case action.Status == fleet.ActionSkipped:
		return fleet.DeploySiteNotStarted, "not_started"
	case action.ErrorCode == fleet.CodeUndoFailed:
		return fleet.DeploySiteBroken, "broken"
	}
	return fleet.DeploySiteRolledBack, "rolled_back"
}

// endDeploy settles a deploy all of whose sites have ended.
func (s *Store) endDeploy(tx *gorm.DB, deploy *fleet.Deploy) error {
	ended := now()
	deploy.Status, deploy.FinishedAt = deploy.Outcome(), &ended
	return tx.Model(&fleet.Deploy{}).Where("id = ?", deploy.ID).Updates(map[string]any{"status": deploy.Status, "finished_at": ended}).Error
}

// finishRoot ends the root action after the deploy's last event, so that whoever follows it sees that event,
// and clears away revisions that nobody is on.
func (s *Store) finishRoot(tx *gorm.DB, deploy fleet.Deploy) error {
	ctx := tx.Statement.Context
	root, err := one[fleet.Action](ctx, tx, "action", deploy.ActionID, forUpdate)
	if err != nil {
		return err
	}
	status, failure := fleet.ActionSucceeded, (*fleet.Failure)(nil)
	switch deploy.Status {
	case fleet.DeployCancelled:
		status = fleet.ActionCancelled
	case fleet.DeployFailed:
		status, failure = fleet.ActionFailed, &fleet.Failure{Code: fleet.CodeMigrationFailed, Message: "Not every site is on the new code."}
	case fleet.DeploySucceeded, fleet.DeployQueued, fleet.DeployRunning, fleet.DeployCancelling:
	}
	if err := tx.Model(&fleet.Action{}).Where("id = ?", root.ID).Update("percent", 100).Error; err != nil {
		return err
	}
	if err := s.finish(tx, &root, status, failure); err != nil {
		return err
	}
	var benchIDs []uint
	err = tx.Model(&fleet.Action{}).Where("deploy_id = ? AND bench_id IS NOT NULL", deploy.ID).Distinct().Pluck("bench_id", &benchIDs).Error
	if err != nil {
		return err
	}
	for _, id := range benchIDs {
		if err := s.removeEmptyRevisions(tx, id, deploy.ActorName); err != nil {
			return err
		}
	}
	return nil
}

// updateDeploySite changes the row of an action's site and tells the deploy's followers.
func (s *Store) updateDeploySite(tx *gorm.DB, action *fleet.Action, change func(*fleet.DeploySite)) error {
	ctx := tx.Statement.Context
	row, err := gorm.G[fleet.DeploySite](tx, forUpdate).Where("action_id = ?", action.ID).First(ctx)
	if err != nil {
		return err
	}
	percent := row.Percent
	change(&row)
	row.Percent = max(row.Percent, percent)
	if err := tx.Select("*").Omit("id").Updates(&row).Error; err != nil {
		return err
	}
	return s.deployChanged(tx, row.DeployID, &row, nil)
}

// deployChanged writes one event of a deploy: its figures now, and the site or build that changed.
func (s *Store) deployChanged(tx *gorm.DB, deployID uint, site *fleet.DeploySite, build *fleet.DeployBuild) error {
	ctx := tx.Statement.Context
	deploy, err := one[fleet.Deploy](ctx, tx, "deploy", deployID, forUpdate)
	if err != nil {
		return err
	}
	progress, err := deployProgress(ctx, tx, deploy)
	if err != nil {
		return err
	}
	return s.appendEvents(tx, deploy.ActionID, []fleet.ActionEvent{{
		At: now(), Kind: fleet.EventDeploy, Body: fleet.EventBody{Deploy: &progress, Site: site, Build: build},
	}})
}

func deployProgress(ctx context.Context, db *gorm.DB, deploy fleet.Deploy) (fleet.DeployProgress, error) {
	running, err := gorm.G[fleet.DeploySite](db).Where("deploy_id = ? AND status = ?", deploy.ID, fleet.DeploySiteRunning).Count(ctx, "id")
	return deploy.ProgressOf(int(running), now()), err
}

func buildOf(action fleet.Action) fleet.DeployBuild {
	return fleet.DeployBuild{
		ActionID: action.ID, RevisionID: *action.RevisionID, ServerID: *action.ServerID,
		Status: action.Status, Percent: action.Percent, Task: action.Step,
	}
}
