package store

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// idsPerStatement keeps the lists in IN (…) short.
const idsPerStatement = 1000

// How many characters are kept of a failure.
const (
	maxMessage = 10_000
	maxDetail  = 1_000_000
)

// finish ends an action whose row the transaction has locked, and everything that follows from it: its
// STATUS event, its running key and lease, the actions that need it, and the deploy it is part of. It
// brings a up to date.
func (s *Store) finish(tx *gorm.DB, a *fleet.Action, status fleet.ActionStatus, failure *fleet.Failure) error {
	return s.finishAll(tx, []*fleet.Action{a}, status, failure)
}

// finishAll ends many locked actions the same way. All of them have ended before the first afterFinish, and
// what needs them follows last, level by level.
func (s *Store) finishAll(tx *gorm.DB, actions []*fleet.Action, status fleet.ActionStatus, failure *fleet.Failure) error {
	if !status.Finished() {
		return fmt.Errorf("finish: %s is no final state", status)
	}
	for _, a := range actions {
		if a.Status.Finished() {
			return fmt.Errorf("finish: action %d has ended before, as %s", a.ID, a.Status)
		}
	}
	for chunk := range slices.Chunk(actions, idsPerStatement) {
		if err := s.end(tx, chunk, status, failure); err != nil {
			return err
		}
	}
	if err := s.afterFinish(tx, actions); err != nil {
		return err
	}
	afterTx(tx).wake = true
	if status == fleet.ActionSucceeded {
		return startDependents(tx, actions)
	}
	return s.skipDependents(tx, actions, failure)
}

// end writes the final state and its event for each action.
func (s *Store) end(tx *gorm.DB, actions []*fleet.Action, status fleet.ActionStatus, failure *fleet.Failure) error {
	finished := now()
	reason := fleet.Failure{}
	if failure != nil {
		reason = *failure
	}
	columns := map[string]any{
		"status": status, "finished_at": finished, "last_seq": gorm.Expr("last_seq + 1"),
		"error_code": reason.Code, "error_message": clip(reason.Message, maxMessage), "error_detail": clip(reason.Detail, maxDetail),
		"running_key": nil, "lease_owner": "", "lease_until": nil,
	}
	if status == fleet.ActionSucceeded {
		columns["percent"] = 100
	}
	if err := tx.Model(&fleet.Action{}).Where("id IN ?", ids(actions)).Updates(columns).Error; err != nil {
		return fmt.Errorf("finish actions: %w", err)
	}
	var ended []fleet.Action
	if err := tx.Where("id IN ?", ids(actions)).Find(&ended).Error; err != nil {
		return fmt.Errorf("finish actions: %w", err)
	}
	rows := make([]eventRow, 0, len(ended))
	fresh := make(map[uint]fleet.Action, len(ended))
	for _, a := range ended {
		fresh[a.ID] = a
		row, err := newEventRow(fleet.ActionEvent{
			ActionID: a.ID, Seq: a.LastSeq, At: finished, Kind: fleet.EventStatus,
			Body: fleet.EventBody{Status: status, Text: reason.Message},
		})
		if err != nil {
			return err
		}
		rows = append(rows, row)
		delete(afterTx(tx).needs, a.ID)
		afterTx(tx).changed[a.ID] = true
	}
	for _, a := range actions {
		*a = fresh[a.ID]
	}
	return insertEvents(tx, rows)
}

// startDependents counts down what needs the actions.
func startDependents(tx *gorm.DB, actions []*fleet.Action) error {
	for _, a := range actions {
		err := tx.Exec(`UPDATE action_needs n JOIN actions a ON a.id = n.action_id
			SET a.pending_needs = a.pending_needs - 1
			WHERE n.needs_id = ? AND a.status = 'QUEUED' AND a.pending_needs > 0`, a.ID).Error
		if err != nil {
			return fmt.Errorf("start what needs action %d: %w", a.ID, err)
		}
	}
	return nil
}

// skipDependents ends as SKIPPED every queued action that needs one of the actions.
func (s *Store) skipDependents(tx *gorm.DB, actions []*fleet.Action, failure *fleet.Failure) error {
	waiting := map[uint][]uint{} // what needs each of them
	for chunk := range slices.Chunk(actions, idsPerStatement) {
		var needs []actionNeed
		if err := tx.Where("needs_id IN ?", ids(chunk)).Find(&needs).Error; err != nil {
			return fmt.Errorf("skip what needs actions: %w", err)
		}
		for _, need := range needs {
			waiting[need.NeedsID] = append(waiting[need.NeedsID], need.ActionID)
		}
	}
	for _, a := range actions {
		if err := s.skip(tx, waiting[a.ID], a, failure); err != nil {
			return err
		}
	}
	return nil
}

// skip ends as SKIPPED those of the actions that are queued, because a, which they need, did not succeed.
func (s *Store) skip(tx *gorm.DB, actionIDs []uint, a *fleet.Action, failure *fleet.Failure) error {
	dependents, err := lockQueued(tx, actionIDs)
	if err != nil || len(dependents) == 0 {
		return err
	}
	reason := &fleet.Failure{Code: fleet.CodeCancelled, Message: fmt.Sprintf("Not started: %q came first and ended as %s.", a.Title, a.Status)}
	if failure != nil && failure.Code != "" {
		reason.Code = failure.Code
	}
	return s.finishAll(tx, dependents, fleet.ActionSkipped, reason)
}

// cancelQueued ends as CANCELLED those of the actions that are still queued. An action that a runner is
// claiming just now is waited for and left alone; requestCancel reaches it.
func (s *Store) cancelQueued(tx *gorm.DB, actionIDs ...uint) error {
	queued, err := lockQueued(tx, actionIDs)
	if err != nil {
		return err
	}
	if len(queued) == 0 {
		return nil
	}
	return s.finishAll(tx, queued, fleet.ActionCancelled, &fleet.Failure{Code: fleet.CodeCancelled, Message: "Cancelled before it started."})
}

// requestCancel asks the runners of those actions that are running to stop and undo.
func (s *Store) requestCancel(tx *gorm.DB, actionIDs ...uint) error {
	for chunk := range slices.Chunk(actionIDs, idsPerStatement) {
		err := tx.Model(&fleet.Action{}).Where("id IN ? AND status = ?", chunk, fleet.ActionRunning).Update("cancel_requested", true).Error
		if err != nil {
			return fmt.Errorf("ask runners to cancel: %w", err)
		}
	}
	return nil
}

// lockQueued locks and reads those of the actions that are queued, by id. The index is forced so that no
// other row, which a runner may have locked, is looked at.
func lockQueued(tx *gorm.DB, actionIDs []uint) ([]*fleet.Action, error) {
	var queued []*fleet.Action
	for chunk := range slices.Chunk(slices.Sorted(slices.Values(actionIDs)), idsPerStatement) {
		var locked []*fleet.Action
		err := tx.Raw("SELECT * FROM actions FORCE INDEX (PRIMARY) WHERE id IN ? AND status = 'QUEUED' ORDER BY id FOR UPDATE", chunk).Scan(&locked).Error
		if err != nil {
			return nil, fmt.Errorf("lock queued actions: %w", err)
		}
		queued = append(queued, locked...)
	}
	return queued, nil
}

func ids(actions []*fleet.Action) []uint {
	list := make([]uint, len(actions))
	for i, a := range actions {
		list[i] = a.ID
	}
	return list
}
