package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"gorm.io/gorm"

	"central/fleet"
)

// bulkAtOnce is how many sites of one bulk change are worked on together on each server.
const bulkAtOnce = 4

// bulkStart is a bulk change that is about to be queued.
type bulkStart struct {
	in      fleet.BulkInput
	means   BulkMeans
	digest  string // of the input
	sealed  []byte // what is done to a configuration, encrypted
	retryOf *uint
}

func (s *Store) startBulk(ctx context.Context, actor fleet.Actor, start bulkStart) (fleet.Action, error) {
	text, err := json.Marshal(start.in)
	if err != nil {
		return fleet.Action{}, err
	}
	sum := sha256.Sum256(text)
	start.digest = hex.EncodeToString(sum[:])
	in, digest := start.in, start.digest
	looks, err := s.lookUpNames(ctx, in, start.means.LookUp)
	if err != nil {
		return fleet.Action{}, err
	}
	var root fleet.Action
	err = s.tx(ctx, func(tx *gorm.DB) (err error) {
		if root, err = bulkWithKey(tx, in.IdempotencyKey, digest); err != nil || root.ID != 0 {
			return err
		}
		subjects, err := bulkSubjects(tx, in, looks, forUpdate)
		if err != nil {
			return err
		}
		// Whoever sent the same at the same moment held the sites until it was queued.
		if root, err = bulkWithKey(tx, in.IdempotencyKey, digest); err != nil || root.ID != 0 {
			return err
		}
		plan := fleet.PlanBulk(in, subjects, s.names)
		if err := plan.Blocking(); err != nil {
			return err
		}
		root, err = s.queueBulk(tx, actor, start, plan, subjects)
		return err
	})
	if duplicate(err) { // the same key at the same moment, for other sites
		taken, keyErr := bulkWithKey(s.db.WithContext(ctx), in.IdempotencyKey, digest)
		if keyErr != nil || taken.ID != 0 {
			return taken, keyErr
		}
	}
	return root, err
}

// bulkWithKey is the action that this key made, or the zero Action.
func bulkWithKey(tx *gorm.DB, key, digest string) (fleet.Action, error) {
	change, err := gorm.G[bulkChange](tx).Where("idempotency_key = ?", key).First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fleet.Action{}, nil
	}
	if err == nil && change.InputDigest != digest {
		err = fleet.FieldErrorf(fleet.CodeKeyReused, "input.idempotencyKey", "This key belongs to action %d, which asked for something else; choose a new key.", change.ActionID)
	}
	if err != nil {
		return fleet.Action{}, err
	}
	return one[fleet.Action](tx.Statement.Context, tx, "action", change.ActionID)
}

// queueBulk writes the action that holds all parts together, and a part for each site, with few statements for thousands.
func (s *Store) queueBulk(tx *gorm.DB, actor fleet.Actor, start bulkStart, plan fleet.BulkPlan, subjects []fleet.BulkSubject) (fleet.Action, error) {
	ctx, in := tx.Statement.Context, start.in
	root := fleet.Action{Kind: fleet.ActionBulkChange, Title: clip(plan.Title, maxTitle), ActorName: actor.Name}
	if err := s.enqueue(tx, &root); err != nil {
		return root, err
	}
	change := bulkChange{ActionID: root.ID, Deed: in.Deed, Input: in, IdempotencyKey: in.IdempotencyKey, InputDigest: start.digest, RetryOfID: start.retryOf}
	if err := gorm.G[bulkChange](tx).Create(ctx, &change); err != nil {
		return root, err
	}
	if start.sealed != nil {
		kept := secret{Name: SiteConfiguration(root.ID), Sealed: start.sealed, CreatedAt: now()}
		if err := gorm.G[secret](tx).Create(ctx, &kept); err != nil {
			return root, err
		}
	}
	if err := s.queueParts(tx, actor, start, root.ID, subjects); err != nil {
		return root, err
	}
	afterTx(tx).wake = true
	operation := "changeSites"
	if start.retryOf != nil {
		operation = "retryBulk"
	}
	return root, s.audit(tx, actor, operation, root.Title, bulkAsked(in, start.retryOf), &root.ID)
}

// bulkAsked is what the audit keeps of a bulk change: no value of a configuration that may be secret.
func bulkAsked(in fleet.BulkInput, retryOf *uint) map[string]any {
	asked := map[string]any{"siteIds": in.SiteIDs, "deed": in.Deed, "retryOf": retryOf}
	switch in.Deed {
	case fleet.BulkServe:
		asked["serving"] = in.Serving
	case fleet.BulkConfigure:
		shown := map[string]string{}
		for _, change := range in.Changes {
			shown[change.Name] = change.Shown()
		}
		asked["changes"] = shown
	case fleet.BulkInstallApp, fleet.BulkRemoveApp:
		asked["app"] = in.App
	case fleet.BulkAddDomain:
		asked["pattern"], asked["elsewhere"], asked["certificate"] = in.Pattern, in.Elsewhere, in.Certificate
	case fleet.BulkRename, fleet.BulkRemoveDomain:
		asked["pattern"] = in.Pattern
	case fleet.BulkRestore:
		asked["before"] = in.Before
	case fleet.BulkMove:
		asked["benchId"] = in.BenchID
	case fleet.BulkBackUp, fleet.BulkArchive:
	}
	return asked
}
