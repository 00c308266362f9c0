package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// What tests of the queue reach besides the API.

// Supported is supported.
var Supported = supported

// Tx is Store.tx.
func (s *Store) Tx(ctx context.Context, fn func(tx *gorm.DB) error) error { return s.tx(ctx, fn) }

// Enqueue is enqueue in a transaction of its own.
func (s *Store) Enqueue(ctx context.Context, a *fleet.Action, needs ...uint) error {
	return s.tx(ctx, func(tx *gorm.DB) error { return s.enqueue(tx, a, needs...) })
}

// AppendEvents is appendEvents in a transaction of its own.
func (s *Store) AppendEvents(ctx context.Context, actionID uint, events []fleet.ActionEvent) error {
	return s.tx(ctx, func(tx *gorm.DB) error { return s.appendEvents(tx, actionID, events) })
}

// CancelQueued is cancelQueued in a transaction of its own.
func (s *Store) CancelQueued(ctx context.Context, actionIDs ...uint) error {
	return s.tx(ctx, func(tx *gorm.DB) error { return s.cancelQueued(tx, actionIDs...) })
}

// RequestCancel is requestCancel in a transaction of its own.
func (s *Store) RequestCancel(ctx context.Context, actionIDs ...uint) error {
	return s.tx(ctx, func(tx *gorm.DB) error { return s.requestCancel(tx, actionIDs...) })
}

// Fenced runs fn in a transaction while ref holds its action.
func (s *Store) Fenced(ctx context.Context, ref LeaseRef, fn func(tx *gorm.DB) error) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.fence(tx, ref); err != nil {
			return err
		}
		return fn(tx)
	})
}

// EnqueueIn is enqueue.
func (s *Store) EnqueueIn(tx *gorm.DB, a *fleet.Action) error { return s.enqueue(tx, a) }
