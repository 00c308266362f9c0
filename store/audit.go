package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// maxAuditSubject is how many characters are kept of what an audit entry is about.
const maxAuditSubject = 500

// audit writes one entry of the append-only record, in the transaction of what it records. input must
// hold no secret. actionID is the action that was queued, nil when there is none.
func (s *Store) audit(tx *gorm.DB, actor fleet.Actor, operation, subject string, input map[string]any, actionID *uint) error {
	if input == nil {
		input = map[string]any{}
	}
	return gorm.G[fleet.AuditEntry](tx).Create(tx.Statement.Context, &fleet.AuditEntry{
		At: now(), ActorName: actor.Name, UserID: actor.UserID, TokenID: actor.TokenID,
		RemoteAddress: actor.RemoteAddress, Operation: operation, Subject: clip(subject, maxAuditSubject), Input: input, ActionID: actionID,
	})
}

// AuditLog is a page of the audit log, newest first.
func (s *Store) AuditLog(ctx context.Context, page fleet.Page) (fleet.AuditConnection, error) {
	nodes, total, info, err := newestFirst(ctx, s.db, page, func(e fleet.AuditEntry) uint { return e.ID })
	return fleet.AuditConnection{Nodes: nodes, TotalCount: total, PageInfo: info}, err
}
