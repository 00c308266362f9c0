package store

import (
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// unfinishedOnPair lists what is queued or running on a pair or one of its servers, by number, sites on their way there
// included, but for rehearsals and one action.
func unfinishedOnPair(tx *gorm.DB, pair fleet.Pair, besides uint, lock ...clause.Expression) ([]fleet.Action, error) {
	servers := []uint{pair.MasterID, pair.SlaveID}
	return gorm.G[fleet.Action](tx, lock...).
		Where("(server_id IN ? OR pair_id = ? OR id IN ("+comingTo+")) AND status IN ? AND kind <> ? AND id <> ?",
			servers, pair.ID, servers, unfinished, fleet.ActionRehearseSwitch, besides).
		Order("id").Find(tx.Statement.Context)
}

// endForFailover ends what runs or waits on a master that is taken out, and on the pair itself. Their runners
// notice with the next thing that they write. A site that was being moved, renamed, restored or archived is broken: how much of that reached
// the slave nobody can say. What has not begun has done nothing, and is SKIPPED. What is about the slave alone
// goes on.
func (s *Store) endForFailover(tx *gorm.DB, pair fleet.Pair, master, slave fleet.Server, unfinished []fleet.Action) error {
	var waiting, running, moving []*fleet.Action
	for i := range unfinished {
		action := &unfinished[i]
		switch {
		case action.ServerID != nil && *action.ServerID == slave.ID && !renewsPair(*action):
		case action.Kind == fleet.ActionRemoveRevision && action.Status == fleet.ActionQueued: // waits for the new master
		case action.Status == fleet.ActionQueued:
			waiting = append(waiting, action)
		case slices.Contains(changesSite, action.Kind):
			moving = append(moving, action)
		default:
			running = append(running, action)
		}
	}
	took := fmt.Sprintf("%s was failed over from %s to %s", pair.Name, master.Name, slave.Name)
	for _, end := range []struct {
		actions []*fleet.Action
		status  fleet.ActionStatus
		failure fleet.Failure
	}{
		{running, fleet.ActionFailed, fleet.Failure{Code: fleet.CodeFailedOver, Message: "Ended, because " + took + "."}},
		{moving, fleet.ActionFailed, fleet.Failure{Code: fleet.CodeUndoFailed, Message: took + " while the site was being moved, renamed, restored or archived. Compare its place, its code and its data on " + slave.Name + " before it is used again."}},
		{waiting, fleet.ActionSkipped, fleet.Failure{Code: fleet.CodeFailedOver, Message: "Not started, because " + took + "."}},
	} {
		left, err := stillUnfinished(tx, end.actions)
		if err != nil {
			return err
		}
		if err := s.finishAll(tx, left, end.status, &end.failure); err != nil {
			return err
		}
	}
	return nil
}

// changesSite are the kinds of action that leave a site in between when they are cut off.
var changesSite = []fleet.ActionKind{fleet.ActionMoveSite, fleet.ActionRelocateSite, fleet.ActionRenameSite, fleet.ActionRestoreSite, fleet.ActionArchiveSite}

// renewsPair says whether an action on one server of a pair also renews the password of its replication, on both.
func renewsPair(action fleet.Action) bool {
	return action.Kind == fleet.ActionRotateCredentials && action.PairID != nil
}

// stillUnfinished is those of the actions that the end of others has not ended too.
func stillUnfinished(tx *gorm.DB, actions []*fleet.Action) (left []*fleet.Action, err error) {
	if len(actions) == 0 {
		return nil, nil
	}
	err = tx.Clauses(forUpdate).Where("id IN ? AND status IN ?", ids(actions), unfinished).Order("id").Find(&left).Error
	return left, err
}
