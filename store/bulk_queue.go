package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// bulkAtOnce is how many sites of one bulk change are worked on together on each server.
const bulkAtOnce = 4

func (s *Store) startBulk(ctx context.Context, actor fleet.Actor, in fleet.BulkInput, sealed []byte, retryOf *uint) (fleet.Action, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return fleet.Action{}, err
	}
	sum := sha256.Sum256(text)
	digest := hex.EncodeToString(sum[:])
	var root fleet.Action
	err = s.tx(ctx, func(tx *gorm.DB) (err error) {
		if root, err = bulkWithKey(tx, in.IdempotencyKey, digest); err != nil || root.ID != 0 {
			return err
		}
		subjects, err := bulkSubjects(ctx, tx, in.SiteIDs, forUpdate)
		if err != nil {
			return err
		}
		// Whoever sent the same at the same moment held the sites until it was queued.
		if root, err = bulkWithKey(tx, in.IdempotencyKey, digest); err != nil || root.ID != 0 {
			return err
		}
		plan := fleet.PlanBulk(in, subjects)
		if err := plan.Blocking(); err != nil {
			return err
		}
		root, err = s.queueBulk(tx, actor, in, plan, subjects, digest, sealed, retryOf)
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

// bulkSubjects reads the chosen sites with what the decision about them needs, in the order of their ids.
func bulkSubjects(ctx context.Context, tx *gorm.DB, ids []uint, lock ...clause.Expression) ([]fleet.BulkSubject, error) {
	sites, err := byID(ctx, tx, ids, func(v fleet.Site) uint { return v.ID }, lock...)
	if err != nil {
		return nil, err
	}
	var revisionIDs, serverIDs, holderIDs []uint
	for _, site := range sites {
		revisionIDs, serverIDs = append(revisionIDs, site.RevisionID), append(serverIDs, site.ServerID)
		if site.BusyActionID != nil {
			holderIDs = append(holderIDs, *site.BusyActionID)
		}
	}
	once := func(ids []uint) []uint { return slices.Compact(slices.Sorted(slices.Values(ids))) }
	revisions, err := byID(ctx, tx, once(revisionIDs), func(v fleet.Revision) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	servers, err := byID(ctx, tx, once(serverIDs), func(v fleet.Server) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	holders, err := byID(ctx, tx, once(holderIDs), func(v fleet.Action) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	subjects := []fleet.BulkSubject{}
	for _, id := range ids {
		site, there := sites[id]
		if !there {
			continue
		}
		subject := fleet.BulkSubject{Site: site, Revision: revisions[site.RevisionID], Server: servers[site.ServerID]}
		if site.BusyActionID != nil {
			holder := holders[*site.BusyActionID]
			subject.Holder = &holder
		}
		subjects = append(subjects, subject)
	}
	return subjects, nil
}

// queueBulk writes the action that holds all parts together, and a part for each site, with few statements for thousands.
func (s *Store) queueBulk(tx *gorm.DB, actor fleet.Actor, in fleet.BulkInput, plan fleet.BulkPlan, subjects []fleet.BulkSubject, digest string, sealed []byte, retryOf *uint) (fleet.Action, error) {
	ctx := tx.Statement.Context
	root := fleet.Action{Kind: fleet.ActionBulkChange, Title: clip(plan.Title, maxTitle), ActorName: actor.Name}
	if err := s.enqueue(tx, &root); err != nil {
		return root, err
	}
	change := bulkChange{ActionID: root.ID, Deed: in.Deed, Input: in, IdempotencyKey: in.IdempotencyKey, InputDigest: digest, RetryOfID: retryOf}
	if err := gorm.G[bulkChange](tx).Create(ctx, &change); err != nil {
		return root, err
	}
	if sealed != nil {
		kept := secret{Name: SiteConfiguration(root.ID), Sealed: sealed, CreatedAt: now()}
		if err := gorm.G[secret](tx).Create(ctx, &kept); err != nil {
			return root, err
		}
	}
	parts := make([]fleet.Action, len(subjects))
	for i, subject := range subjects {
		part, err := bulkPart(actor, in, root.ID, subject.Site)
		if err != nil {
			return root, err
		}
		prepare(&part, 0)
		parts[i] = part
	}
	if err := tx.CreateInBatches(&parts, actionsPerInsert).Error; err != nil {
		return root, fmt.Errorf("queue the parts of %s: %w", root.Title, err)
	}
	if in.Deed != fleet.BulkServe {
		err := tx.Exec("UPDATE sites s JOIN actions a ON a.site_id = s.id AND a.parent_id = ? SET s.busy_action_id = a.id, s.updated_at = ?", root.ID, now()).Error
		if err != nil {
			return root, err
		}
	}
	afterTx(tx).wake = true
	operation := "changeSites"
	if retryOf != nil {
		operation = "retryBulk"
	}
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
	}
	return root, s.audit(tx, actor, operation, root.Title, asked, &root.ID)
}

// bulkPart is the action on one site of a bulk change.
func bulkPart(actor fleet.Actor, in fleet.BulkInput, rootID uint, site fleet.Site) (fleet.Action, error) {
	var part fleet.Action
	switch in.Deed {
	case fleet.BulkServe:
		part = siteAction(actor, fleet.ActionServeSite, site, "Serve "+site.Name+" otherwise")
		part.WantsKey, part.Cursor.Notes[NoteServing] = "", string(*in.Serving)
	case fleet.BulkConfigure:
		part = siteAction(actor, fleet.ActionConfigureSite, site, "Configure "+site.Name)
		keys, err := json.Marshal(openForRecord(in.Changes))
		if err != nil {
			return part, err
		}
		part.Cursor.Notes[noteKeys], part.Cursor.Notes[NoteConfiguration] = string(keys), SiteConfiguration(rootID)
	case fleet.BulkInstallApp:
		part = siteAction(actor, fleet.ActionInstallApp, site, "Install "+in.App+" on "+site.Name)
		part.Cursor.Notes[NoteApp] = in.App
	case fleet.BulkRemoveApp:
		part = siteAction(actor, fleet.ActionRemoveApp, site, "Remove "+in.App+" from "+site.Name)
		part.Cursor.Notes[NoteApp] = in.App
	}
	part.ParentID = &rootID
	part.Lane, part.LaneLimit = fmt.Sprintf("bulk:%d:server:%d", rootID, site.ServerID), bulkAtOnce
	return part, nil
}
