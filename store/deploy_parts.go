package store

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// deployParts are actions of one deploy that have ended: what it built, and what it moved.
type deployParts struct {
	builds []*fleet.Action
	moves  []*fleet.Action
}

func (p *deployParts) add(action *fleet.Action) {
	if action.Kind == fleet.ActionBuildRevision {
		p.builds = append(p.builds, action)
	} else {
		p.moves = append(p.moves, action)
	}
}

// partsEnded gives the sites of a deploy's parts free, counts them, tells the deploy's followers of each, and
// ends the deploy with its last part.
func (s *Store) partsEnded(tx *gorm.DB, deployID uint, parts deployParts) error {
	ctx := tx.Statement.Context
	for _, build := range parts.builds {
		if err := revisionBuilt(tx, build); err != nil {
			return err
		}
	}
	outcomes, err := releaseSites(tx, parts.moves)
	if err != nil {
		return err
	}
	deploy, err := one[fleet.Deploy](ctx, tx, "deploy", deployID, forUpdate)
	if err != nil {
		return err
	}
	running, err := runningSites(ctx, tx, []uint{deployID})
	if err != nil {
		return err
	}
	events := []fleet.ActionEvent{}
	for _, build := range parts.builds {
		part := buildOf(*build)
		events = append(events, deployEvent(&deploy, running[deployID], nil, &part))
	}
	rows, err := endDeploySites(tx, parts.moves, outcomes)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.wasRunning {
			running[deployID]--
		}
		deploy.Count(row.Status)
		events = append(events, deployEvent(&deploy, running[deployID], &row.DeploySite, nil))
	}
	ended, err := s.settle(tx, &deploy)
	if err != nil {
		return err
	}
	if ended { // the last event says so
		progress := deploy.ProgressOf(running[deployID], now())
		events[len(events)-1].Body.Deploy = &progress
	}
	if err := s.appendEvents(tx, deploy.ActionID, events); err != nil || !ended {
		return err
	}
	return s.finishRoot(tx, deploy)
}

// outcome is how a site's move ended.
type outcome struct {
	status fleet.DeploySiteStatus
	reason string // why it is broken
}

// releaseSites lets other actions have the sites of moves that have ended, and says how each ended.
func releaseSites(tx *gorm.DB, moves []*fleet.Action) (map[uint]outcome, error) {
	outcomes := make(map[uint]outcome, len(moves))
	for chunk := range slices.Chunk(moves, idsPerStatement) {
		ids := sitesOf(chunk)
		err := tx.Model(&fleet.Site{}).Where("id IN ?", ids).Updates(map[string]any{"busy_action_id": nil, "updated_at": now()}).Error
		if err != nil {
			return nil, fmt.Errorf("give sites free: %w", err)
		}
		var closed []uint
		if err := tx.Model(&fleet.Site{}).Where("id IN ? AND maintenance_since IS NOT NULL", ids).Pluck("id", &closed).Error; err != nil {
			return nil, fmt.Errorf("look for sites in maintenance: %w", err)
		}
		for _, move := range chunk {
			outcomes[move.ID] = outcomeOf(move, slices.Contains(closed, *move.SiteID))
		}
	}
	for _, move := range moves {
		if o := outcomes[move.ID]; o.status == fleet.DeploySiteBroken {
			err := tx.Model(&fleet.Site{}).Where("id = ?", *move.SiteID).Updates(map[string]any{"status": fleet.SiteBroken, "status_reason": o.reason}).Error
			if err != nil {
				return nil, fmt.Errorf("mark a site as broken: %w", err)
			}
		}
	}
	return outcomes, nil
}

// outcomeOf is how a move that has ended left its site. A site that was taken back is out of maintenance;
// one that is not needs a person, whatever its runner said.
func outcomeOf(move *fleet.Action, inMaintenance bool) outcome {
	switch {
	case succeeded(move):
		return outcome{status: fleet.DeploySiteDone}
	case move.ErrorCode == fleet.CodeUndoFailed:
		return outcome{fleet.DeploySiteBroken, move.ErrorMessage}
	case inMaintenance:
		return outcome{fleet.DeploySiteBroken, "Its move ended while it was in maintenance: " + move.ErrorMessage}
	case move.Status == fleet.ActionCancelled:
		return outcome{status: fleet.DeploySiteCancelled}
	case move.Status == fleet.ActionSkipped:
		return outcome{status: fleet.DeploySiteNotStarted}
	}
	return outcome{status: fleet.DeploySiteRolledBack}
}

// endedSite is the row of a site whose move has ended.
type endedSite struct {
	fleet.DeploySite
	wasRunning bool
}

// endDeploySites writes how the moves ended and returns the rows in the order of their sites' names. All of
// them ended at the same moment for the same reason, as finishAll has it.
func endDeploySites(tx *gorm.DB, moves []*fleet.Action, outcomes map[uint]outcome) ([]endedSite, error) {
	var ended []endedSite
	for chunk := range slices.Chunk(moves, idsPerStatement) {
		var rows []fleet.DeploySite
		if err := tx.Clauses(forUpdate).Where("action_id IN ?", ids(chunk)).Order("id").Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("end sites of a deploy: %w", err)
		}
		why, byStatus := chunk[0], map[fleet.DeploySiteStatus][]uint{}
		for _, row := range rows {
			end := endedSite{DeploySite: row, wasRunning: row.Status == fleet.DeploySiteRunning}
			end.Status, end.FinishedAt, end.ErrorCode, end.ErrorMessage = outcomes[row.ActionID].status, why.FinishedAt, why.ErrorCode, why.ErrorMessage
			if end.Status == fleet.DeploySiteDone {
				end.Percent = 100
			}
			ended = append(ended, end)
			byStatus[end.Status] = append(byStatus[end.Status], row.ID)
		}
		for status, rows := range byStatus {
			columns := map[string]any{"status": status, "finished_at": why.FinishedAt, "error_code": why.ErrorCode, "error_message": why.ErrorMessage}
			if status == fleet.DeploySiteDone {
				columns["percent"] = 100
			}
			if err := tx.Model(&fleet.DeploySite{}).Where("id IN ?", rows).Updates(columns).Error; err != nil {
				return nil, fmt.Errorf("end sites of a deploy: %w", err)
			}
		}
	}
	slices.SortFunc(ended, func(a, b endedSite) int { return cmp.Compare(a.SiteName, b.SiteName) })
	return ended, nil
}

// sitesOf is the ids of the sites that are moved.
func sitesOf(moves []*fleet.Action) []uint {
	list := make([]uint, len(moves))
	for i, move := range moves {
		list[i] = *move.SiteID
	}
	return list
}

// settle writes a deploy's counts and how far its root action is, and ends it when all its sites and builds have ended. It brings deploy,
// which must be locked, up to date.
func (s *Store) settle(tx *gorm.DB, deploy *fleet.Deploy) (ended bool, err error) {
	columns := map[string]any{
		"done": deploy.Done, "rolled_back": deploy.RolledBack, "broken": deploy.Broken,
		"cancelled": deploy.Cancelled, "not_started": deploy.NotStarted,
	}
	if deploy.Ended() == deploy.Total {
		builds, err := unfinishedBuilds(tx, deploy.ID)
		if err != nil {
			return false, err
		}
		ended = builds == 0
	}
	if ended {
		at := now()
		deploy.Status, deploy.FinishedAt = deploy.Outcome(), &at
		columns["status"], columns["finished_at"] = deploy.Status, at
	}
	if err := tx.Model(&fleet.Deploy{}).Where("id = ?", deploy.ID).Updates(columns).Error; err != nil {
		return false, err
	}
	percent := deploy.Ended() * 100 / deploy.Total
	return ended, tx.Model(&fleet.Action{}).Where("id = ? AND percent < ?", deploy.ActionID, percent).Update("percent", percent).Error
}

// unfinished are the states of actions that have not ended.
var unfinished = []fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning}

func unfinishedBuilds(tx *gorm.DB, deployID uint) (int64, error) {
	return gorm.G[fleet.Action](tx).
		Where("deploy_id = ? AND kind = ? AND status IN ?", deployID, fleet.ActionBuildRevision, unfinished).
		Count(tx.Statement.Context, "id")
}

// finishRoot ends the root action after the deploy's last event, so that whoever follows it sees that event,
// and clears away revisions that nobody is on.
func (s *Store) finishRoot(tx *gorm.DB, deploy fleet.Deploy) error {
	root, err := one[fleet.Action](tx.Statement.Context, tx, "action", deploy.ActionID, forUpdate)
	if err != nil {
		return err
	}
	status, failure := rootOutcome(deploy)
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
	return s.removeEmptyRevisions(tx, benchIDs, deploy.ActorName)
}

// rootOutcome is how a deploy that has ended shows in the list of actions.
func rootOutcome(deploy fleet.Deploy) (fleet.ActionStatus, *fleet.Failure) {
	switch deploy.Status {
	case fleet.DeployCancelled:
		return fleet.ActionCancelled, nil
	case fleet.DeploySucceeded:
		return fleet.ActionSucceeded, nil
	case fleet.DeployFailed, fleet.DeployQueued, fleet.DeployRunning, fleet.DeployCancelling:
	}
	code := fleet.CodePlayFailed // nothing could be built
	switch {
	case deploy.Broken > 0:
		code = fleet.CodeUndoFailed
	case deploy.RolledBack > 0:
		code = fleet.CodeMigrationFailed
	}
	return fleet.ActionFailed, &fleet.Failure{
		Code: code, Message: fmt.Sprintf("Not on the new code: %d of %d sites.", deploy.Total-deploy.Done, deploy.Total),
	}
}
