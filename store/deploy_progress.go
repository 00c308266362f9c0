package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// updateDeploySite changes the row of an action's site and tells the deploy's followers. Its percentage
// never falls.
func (s *Store) updateDeploySite(tx *gorm.DB, action *fleet.Action, change func(*fleet.DeploySite)) error {
	row, err := gorm.G[fleet.DeploySite](tx, forUpdate).Where("action_id = ?", action.ID).First(tx.Statement.Context)
	if err != nil {
		return err
	}
	percent := row.Percent
	change(&row)
	row.Percent = min(max(row.Percent, percent), 100)
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
	running, err := runningSites(ctx, tx, []uint{deployID})
	if err != nil {
		return err
	}
	return s.appendEvents(tx, deploy.ActionID, []fleet.ActionEvent{deployEvent(&deploy, running[deployID], site, build)})
}

func deployEvent(deploy *fleet.Deploy, running int, site *fleet.DeploySite, build *fleet.DeployBuild) fleet.ActionEvent {
	at := now()
	progress := deploy.ProgressOf(running, at)
	return fleet.ActionEvent{At: at, Kind: fleet.EventDeploy, Body: fleet.EventBody{Deploy: &progress, Site: site, Build: build}}
}

// runningSites counts the sites that each of these deploys is working on now; a deploy without one is missing
// from the answer.
func runningSites(ctx context.Context, db *gorm.DB, deployIDs []uint) (map[uint]int, error) {
	var rows []struct {
		DeployID uint
		Running  int
	}
	err := db.WithContext(ctx).Model(&fleet.DeploySite{}).Select("deploy_id, COUNT(*) AS running").
		Where("deploy_id IN ? AND status = ?", deployIDs, fleet.DeploySiteRunning).Group("deploy_id").Scan(&rows).Error
	counts := make(map[uint]int, len(rows))
	for _, row := range rows {
		counts[row.DeployID] = row.Running
	}
	return counts, err
}

func buildOf(action fleet.Action) fleet.DeployBuild {
	return fleet.DeployBuild{
		ActionID: action.ID, RevisionID: *action.RevisionID, ServerID: *action.ServerID,
		Status: action.Status, Percent: action.Percent, Task: action.Step,
	}
}
