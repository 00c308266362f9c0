package store

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// Notes of an action on one site that belongs to a bulk change.
const (
	NoteServing       = "serving"
	NoteConfiguration = "configuration" // the secret that has the changes, where that is not the action's own
)

// bulkChange is what a BULK_CHANGE action was asked for.
type bulkChange struct {
	ActionID       uint `gorm:"primaryKey"`
	Deed           fleet.BulkDeed
	Input          fleet.BulkInput `gorm:"serializer:json"`
	IdempotencyKey string
	InputDigest    string
	RetryOfID      *uint
}

// BulkMeans is what bulk changes need of those who call for them.
type BulkMeans struct {
	Seal         func([]byte) ([]byte, error) // encrypts what may be secret of a configuration
	LookUp       LookUpDomain                 // says where names point
	Certificates CertificateNeed
}

// BulkPlan says what a change of many sites would do and what stands in its way.
func (s *Store) BulkPlan(ctx context.Context, actor fleet.Actor, in fleet.BulkInput, means BulkMeans) (fleet.BulkPlan, error) {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return fleet.BulkPlan{}, err
	}
	in.IdempotencyKey = "plan"
	if err := prepareBulk(&in); err != nil {
		return fleet.BulkPlan{}, err
	}
	looks, err := s.lookUpNames(ctx, in, means.LookUp)
	if err != nil {
		return fleet.BulkPlan{}, err
	}
	subjects, err := bulkSubjects(s.db.WithContext(ctx), in, looks)
	if err != nil {
		return fleet.BulkPlan{}, err
	}
	return fleet.PlanBulk(in, subjects, s.names), nil
}

// BeginBulk queues a change of exactly the chosen sites, as one action with a part for each. What its plan shows as BLOCKING is an
// error here, and nothing is queued. The same key with the same input returns the action that is there; with another input it
// errs with CodeKeyReused.
func (s *Store) BeginBulk(ctx context.Context, actor fleet.Actor, in fleet.BulkInput, means BulkMeans) (fleet.Action, error) {
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return fleet.Action{}, err
	}
	if err := prepareBulk(&in); err != nil {
		return fleet.Action{}, err
	}
	var sealed []byte
	if in.Deed == fleet.BulkConfigure {
		values, err := configurationValues(in.Changes)
		if err != nil {
			return fleet.Action{}, err
		}
		if sealed, _, err = sealConfiguration(values, nil, means.Seal); err != nil {
			return fleet.Action{}, err
		}
		in.Changes = openForInput(in.Changes)
	}
	return s.startBulk(ctx, actor, bulkStart{in: in, means: means, sealed: sealed})
}

// RetryBulk queues a change again for exactly those of its sites for which it did not succeed. It errs with CodeNotReady while
// it runs, and with CodeNoSites when nothing is left.
func (s *Store) RetryBulk(ctx context.Context, actor fleet.Actor, actionID uint, key string, means BulkMeans) (fleet.Action, error) {
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return fleet.Action{}, err
	}
	earlier, err := one[fleet.Action](ctx, s.db, "action", actionID)
	if err != nil {
		return earlier, fleet.AtField(err, "input.actionId")
	}
	change, err := gorm.G[bulkChange](s.db).Where("action_id = ?", actionID).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return earlier, fleet.FieldErrorf(fleet.CodeInvalid, "input.actionId", "Action %d is no change of many sites.", actionID)
	}
	if err != nil {
		return earlier, err
	}
	if !earlier.Status.Finished() {
		return earlier, fleet.FieldErrorf(fleet.CodeNotReady, "input.actionId", "“%s” has not ended; retry it when it has.", earlier.Title)
	}
	in := change.Input
	in.SiteIDs, in.IdempotencyKey = nil, key
	if in.Deed == fleet.BulkRestore && in.Before == nil {
		in.Before = &earlier.CreatedAt // a backup that was taken since is not what was asked for
	}
	err = s.db.WithContext(ctx).Model(&fleet.Action{}).Where("parent_id = ? AND status <> ?", actionID, fleet.ActionSucceeded).Order("site_id").Pluck("site_id", &in.SiteIDs).Error
	if err != nil {
		return earlier, err
	}
	if len(in.SiteIDs) == 0 {
		return earlier, fleet.FieldErrorf(fleet.CodeNoSites, "input.actionId", "It succeeded for every site; there is nothing to retry.")
	}
	left := len(in.SiteIDs)
	in.ConfirmSites = &left
	if err := prepareBulk(&in); err != nil {
		return earlier, err
	}
	var sealed []byte
	if in.Deed == fleet.BulkConfigure {
		if sealed, err = s.Secret(ctx, SiteConfiguration(actionID)); err != nil {
			return earlier, err
		}
	}
	return s.startBulk(ctx, actor, bulkStart{in: in, means: means, sealed: sealed, retryOf: &actionID})
}

// CancelBulk starts no further part of a change of many sites. What runs is taken back where it still can be.
func (s *Store) CancelBulk(ctx context.Context, actor fleet.Actor, actionID uint) (fleet.Action, error) {
	var root fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return root, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if root, err = one[fleet.Action](ctx, tx, "action", actionID, forUpdate); err != nil {
			return fleet.AtField(err, "input.actionId")
		}
		if root.Kind != fleet.ActionBulkChange {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.actionId", "Action %d is no change of many sites.", actionID)
		}
		if root.Status.Finished() {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.actionId", "“%s” has ended already.", root.Title)
		}
		if err := s.audit(tx, actor, "cancelBulk", root.Title, map[string]any{"actionId": actionID}, &actionID); err != nil {
			return err
		}
		var running, queued []uint
		parts := func(status fleet.ActionStatus, into *[]uint) error {
			return tx.Model(&fleet.Action{}).Where("parent_id = ? AND status = ?", actionID, status).Order("id").Pluck("id", into).Error
		}
		if err := errors.Join(parts(fleet.ActionRunning, &running), parts(fleet.ActionQueued, &queued)); err != nil {
			return err
		}
		if err := s.requestCancel(tx, running...); err != nil {
			return err
		}
		if err := s.cancelQueued(tx, queued...); err != nil {
			return err
		}
		root, err = one[fleet.Action](ctx, tx, "action", actionID)
		return err
	})
	return root, err
}

// prepareBulk checks the input's form and puts its sites in order, each once.
func prepareBulk(in *fleet.BulkInput) error {
	in.SiteIDs = slices.Compact(slices.Sorted(slices.Values(in.SiteIDs)))
	return in.Validate()
}

// configurationValues is what changes of a configuration do, by key; nil removes one.
func configurationValues(changes []fleet.ConfigChange) (map[string]any, error) {
	values := map[string]any{}
	for _, change := range changes {
		values[change.Name] = nil
		if change.Value == nil {
			continue
		}
		value, err := change.Decoded()
		if err != nil {
			return nil, err
		}
		values[change.Name] = value
	}
	return values, nil
}

// openForInput is changes of a configuration as they can be asked for again: secrets are empty texts.
func openForInput(changes []fleet.ConfigChange) []fleet.ConfigChange {
	open := openForRecord(changes)
	for i, change := range open {
		if change.Value != nil && *change.Value == "" {
			empty := `""`
			open[i].Value = &empty
		}
	}
	return open
}
