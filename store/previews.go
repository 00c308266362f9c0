package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// previewOf is what a preview of a server's set-up has to show, with the newest set-up of it.
func previewOf(ctx context.Context, db *gorm.DB, server fleet.Server) (fleet.SetUpAgain, error) {
	of := fleet.SetUpAgain{Name: server.Name, Preview: fleet.ActionPreviewServer, ServerID: server.ID}
	var err error
	of.Later, err = newest(ctx, db, "server_id", server.ID, fleet.ActionSetUpServer)
	return of, err
}

// previewOfPair is what a preview of a pair's set-up has to show, with what was done to the whole pair last.
func previewOfPair(ctx context.Context, db *gorm.DB, pair fleet.Pair) (fleet.SetUpAgain, error) {
	of := fleet.SetUpAgain{Name: pair.Name, Preview: fleet.ActionPreviewPair, PairID: pair.ID}
	var err error
	of.Later, err = newest(ctx, db, "pair_id", pair.ID, fleet.ActionSetUpPair, fleet.ActionRebuildSlave, fleet.ActionSwitchOver, fleet.ActionFailOver)
	return of, err
}

// newest is the newest action of these kinds on a server or a pair; nil when there is none.
func newest(ctx context.Context, db *gorm.DB, column string, id uint, kinds ...fleet.ActionKind) (*fleet.Action, error) {
	action, err := gorm.G[fleet.Action](db).Where(column+" = ? AND kind IN ?", id, kinds).Order("id DESC").First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	return &action, err
}

// previewSeen errs, as fleet.SetUpAgain.Accepts does, unless the preview of this number shows what a set-up would change,
// and with CodeNotFound when there is no action of that number.
func previewSeen(ctx context.Context, tx *gorm.DB, of fleet.SetUpAgain, previewID *uint) error {
	if previewID == nil {
		return of.Accepts(nil, now())
	}
	preview, err := one[fleet.Action](ctx, tx, "action", *previewID)
	if err != nil {
		return fleet.AtField(err, "input.previewId")
	}
	return of.Accepts(&preview, now())
}

// usablePreview is the newest preview, when a set-up may go by it; nil otherwise.
func usablePreview(ctx context.Context, db *gorm.DB, of fleet.SetUpAgain) (*fleet.Action, error) {
	column, id := "server_id", of.ServerID
	if of.PairID != 0 {
		column, id = "pair_id", of.PairID
	}
	preview, err := newest(ctx, db, column, id, of.Preview)
	if err != nil || preview == nil || of.Accepts(preview, now()) != nil {
		return nil, err
	}
	return preview, nil
}

// withPreview adds the preview that was looked at to what the audit log keeps of an input.
func withPreview(asked map[string]any, previewID *uint) map[string]any {
	if previewID != nil {
		asked["previewId"] = *previewID
	}
	return asked
}

// PairActionPlan says what an action on a pair would do and what stands in its way. It errs with CodeInvalid for a kind
// that is not one of those that fleet.PlanPairAction knows.
func (s *Store) PairActionPlan(ctx context.Context, actor fleet.Actor, in fleet.PairActionInput) (fleet.PairActionPlan, error) {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return fleet.PairActionPlan{}, err
	}
	db := s.db.WithContext(ctx)
	subject, err := pairSubject(ctx, db, in.PairID)
	if err != nil {
		return fleet.PairActionPlan{}, err
	}
	plan, err := fleet.PlanPairAction(subject, in)
	if err != nil || !plan.NeedsPreview {
		return plan, err
	}
	of, err := previewOfPair(ctx, db, subject.Pair)
	if err == nil {
		plan.Preview, err = usablePreview(ctx, db, of)
	}
	return plan, err
}

// PreviewPair queues a look at what setting a pair up again would change on its servers. It changes nothing and does not
// hold the pair. It errs as the first note of its plan that blocks.
func (s *Store) PreviewPair(ctx context.Context, actor fleet.Actor, pairID uint) (fleet.Pair, fleet.Action, error) {
	var pair fleet.Pair
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return pair, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		subject, err := pairSubject(ctx, tx, pairID, forUpdate)
		if err != nil {
			return err
		}
		pair = subject.Pair
		plan, err := fleet.PlanPairAction(subject, fleet.PairActionInput{PairID: pairID, Kind: fleet.ActionPreviewPair})
		if err != nil {
			return err
		}
		if err := fleet.Blocking(plan.Notes); err != nil {
			return err
		}
		action = fleet.Action{Kind: fleet.ActionPreviewPair, Title: plan.Title, PairID: &pair.ID, ActorName: actor.Name, WantsKey: fmt.Sprintf("pair:%d", pair.ID)}
		if err := s.enqueue(tx, &action); err != nil {
			return err
		}
		return s.audit(tx, actor, "previewPair", pair.Name, map[string]any{"pairId": pair.ID}, &action.ID)
	})
	return pair, action, err
}
