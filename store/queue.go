package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// LeaseRef names one runner's hold on an action. Attempt grows with every claim, so that a runner whose
// lease ran out cannot write over what its successor does.
type LeaseRef struct {
	ActionID uint
	Attempt  int
}

// Change is what Record alters on the action besides adding events; nil leaves a field as it is.
type Change struct {
	Percent *int // never lowers what is there
	Step    *string
	Cursor  *fleet.Cursor
}

// maxStep is how many characters of a step's name are kept.
const maxStep = 200

// enqueue writes a queued action and fills in its ID. Lane and LaneLimit have defaults: the actions of one
// server share a lane of fleet.DefaultActionsAtOnce. All actions of a lane must be on one server, or on none.
// The action starts when everything it needs has succeeded; enqueue errs with CodeNotReady when one of
// them has already ended otherwise.
func (s *Store) enqueue(tx *gorm.DB, a *fleet.Action, needs ...uint) error {
	pending, err := pendingNeeds(tx, slices.Compact(slices.Sorted(slices.Values(needs))))
	if err != nil {
		return err
	}
	prepare(a, len(pending))
	if err := tx.Create(a).Error; err != nil {
		return fmt.Errorf("queue %s: %w", a.Title, err)
	}
	rows := make([]actionNeed, len(pending))
	for i, need := range pending {
		rows[i] = actionNeed{ActionID: a.ID, NeedsID: need}
	}
	if len(rows) > 0 {
		if err := tx.Create(&rows).Error; err != nil {
			return fmt.Errorf("queue %s: %w", a.Title, err)
		}
	}
	afterTx(tx).wake = true
	return nil
}

// prepare makes a an action that waits for pending others, and fills in what has a default.
func prepare(a *fleet.Action, pending int) {
	a.ID, a.Status, a.PendingNeeds = 0, fleet.ActionQueued, pending
	if a.CreatedAt.IsZero() {
		a.CreatedAt = now()
	}
	switch {
	case a.Kind == fleet.ActionDeploy || a.Kind == fleet.ActionBulkChange:
		a.Lane = "" // nobody claims it, so it stands in no lane
	case a.Lane == "" && a.ServerID != nil:
		a.Lane = fmt.Sprintf("server:%d", *a.ServerID)
	case a.Lane == "":
		a.Lane = "central"
	}
	if a.LaneLimit == 0 {
		a.LaneLimit = fleet.DefaultActionsAtOnce
	}
}

// actionsPerInsert is how many actions one INSERT holds; each takes about a kilobyte of it.
const actionsPerInsert = 200

// enqueueMoves writes the actions that move the sites of one deploy to one revision, like enqueue, with few
// statements for thousands of them. It returns the id of each by its site.
func (s *Store) enqueueMoves(tx *gorm.DB, deployID, revisionID uint, moves []fleet.Action, needs ...uint) (map[uint]uint, error) {
	pending, err := pendingNeeds(tx, needs)
	if err != nil {
		return nil, err
	}
	for i := range moves {
		prepare(&moves[i], len(pending))
	}
	if err := tx.CreateInBatches(&moves, actionsPerInsert).Error; err != nil {
		return nil, fmt.Errorf("queue the moves of deploy %d: %w", deployID, err)
	}
	// The ids are read back: how those of one INSERT follow each other depends on the server's settings.
	var queued []fleet.Action
	err = tx.Select("id", "site_id").Where("deploy_id = ? AND revision_id = ? AND kind = ?", deployID, revisionID, fleet.ActionMoveSite).Find(&queued).Error
	if err != nil {
		return nil, fmt.Errorf("queue the moves of deploy %d: %w", deployID, err)
	}
	bySite := make(map[uint]uint, len(queued))
	rows := []actionNeed{}
	for _, move := range queued {
		bySite[*move.SiteID] = move.ID
		for _, need := range pending {
			rows = append(rows, actionNeed{ActionID: move.ID, NeedsID: need})
		}
	}
	if len(rows) > 0 {
		if err := tx.CreateInBatches(&rows, idsPerStatement).Error; err != nil {
			return nil, fmt.Errorf("queue the moves of deploy %d: %w", deployID, err)
		}
	}
	afterTx(tx).wake = true
	return bySite, nil
}

// actionNeed is a row of action_needs: NeedsID has to succeed before ActionID starts.
type actionNeed struct {
	ActionID uint
	NeedsID  uint
}

// pendingNeeds is those of needs that have not succeeded yet. It locks them, because one that ended
// between this look and our commit would not count down an action it cannot see.
func pendingNeeds(tx *gorm.DB, needs []uint) ([]uint, error) {
	known := afterTx(tx).needs
	unknown := slices.DeleteFunc(slices.Clone(needs), func(id uint) bool { return known[id] })
	if len(unknown) == 0 {
		return needs, nil
	}
	var found []fleet.Action
	err := tx.Clauses(forUpdate).Select("id", "status", "title").Where("id IN ?", unknown).Order("id").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("look at what must come first: %w", err)
	}
	if len(found) != len(unknown) {
		return nil, fleet.Errorf(fleet.CodeNotFound, "One of the actions that must come first does not exist.")
	}
	succeeded := map[uint]bool{}
	for _, need := range found {
		switch {
		case need.Status == fleet.ActionSucceeded:
			succeeded[need.ID] = true
		case need.Status.Finished():
			return nil, fleet.Errorf(fleet.CodeNotReady, "%q must come first, but it has ended as %s.", need.Title, need.Status)
		default:
			known[need.ID] = true
		}
	}
	return slices.DeleteFunc(needs, func(id uint) bool { return succeeded[id] }), nil
}

// fence locks the action that ref holds and reads it. It errs with CodeLeaseLost when the hold has ended:
// the lease ran out by the database's clock, another runner has claimed it, or it is finished.
func (s *Store) fence(tx *gorm.DB, ref LeaseRef) (*fleet.Action, error) {
	var a fleet.Action
	err := tx.Clauses(forUpdate).
		Where("id = ? AND attempt = ? AND status = ? AND lease_until > UTC_TIMESTAMP(6)", ref.ActionID, ref.Attempt, fleet.ActionRunning).
		Take(&a).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, leaseLost(ref)
	}
	if err != nil {
		return nil, fmt.Errorf("check the lease of action %d: %w", ref.ActionID, err)
	}
	return &a, nil
}

func leaseLost(ref LeaseRef) error {
	return fleet.Errorf(fleet.CodeLeaseLost, "Attempt %d no longer holds action %d.", ref.Attempt, ref.ActionID)
}

// RenewLease makes the lease last ttl from now, and says whether somebody has asked to cancel the action.
// It errs with CodeLeaseLost when the hold has ended; the runner must then stop at once.
func (s *Store) RenewLease(ctx context.Context, ref LeaseRef, ttl time.Duration) (cancelRequested bool, err error) {
	err = s.tx(ctx, func(tx *gorm.DB) error {
		a, err := s.fence(tx, ref)
		if err != nil {
			return err
		}
		cancelRequested = a.CancelRequested
		return tx.Exec("UPDATE actions SET lease_until = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND WHERE id = ?", ttl.Microseconds(), ref.ActionID).Error
	})
	return cancelRequested, err
}

// Record stores what happened in an action that the caller holds: its events, numbered here, and its
// change. It errs with CodeLeaseLost, having stored nothing, when the hold has ended.
func (s *Store) Record(ctx context.Context, ref LeaseRef, events []fleet.ActionEvent, change Change) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		a, err := s.fence(tx, ref)
		if err != nil {
			return err
		}
		if err := changeAction(tx, a, change); err != nil {
			return err
		}
		return s.appendEvents(tx, a.ID, events)
	})
}

func changeAction(tx *gorm.DB, a *fleet.Action, change Change) error {
	var columns []string
	if change.Percent != nil && *change.Percent > a.Percent {
		a.Percent = min(*change.Percent, 100)
		columns = append(columns, "percent")
	}
	if change.Step != nil {
		a.Step = clip(*change.Step, maxStep)
		columns = append(columns, "step")
	}
	if change.Cursor != nil {
		a.Cursor = *change.Cursor
		columns = append(columns, "cursor")
	}
	if len(columns) == 0 {
		return nil
	}
	if err := tx.Model(a).Select(columns).Updates(a).Error; err != nil {
		return fmt.Errorf("change action %d: %w", a.ID, err)
	}
	return nil
}

// clip is the first n characters of text, which is what a column of that length takes, without the bytes
// that are no UTF-8, which no column takes.
func clip(text string, n int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= n {
		return text
	}
	runes := []rune(text)
	return string(runes[:min(n, len(runes))])
}

// ReleaseAction gives an action up without finishing it, for a runner that shuts down. The action stays
// RUNNING with its cursor and its running key, since the thing it works on may be half done; its lease is
// over, so the next claim takes it. It errs with CodeLeaseLost when the hold had ended already.
func (s *Store) ReleaseAction(ctx context.Context, ref LeaseRef) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.fence(tx, ref); err != nil {
			return err
		}
		afterTx(tx).wake = true
		return tx.Exec("UPDATE actions SET lease_owner = '', lease_until = UTC_TIMESTAMP(6) WHERE id = ?", ref.ActionID).Error
	})
}

// FinishAction ends an action that the caller holds: status is final, failure says why unless it is
// SUCCEEDED. What needed it becomes claimable, or is skipped. It errs with CodeLeaseLost when the hold has
// ended.
func (s *Store) FinishAction(ctx context.Context, ref LeaseRef, status fleet.ActionStatus, failure *fleet.Failure) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		a, err := s.fence(tx, ref)
		if err != nil {
			return err
		}
		return s.finish(tx, a, status, failure)
	})
}
