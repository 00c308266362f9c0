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

// BulkPlan says what a change of many sites would do and what stands in its way.
func (s *Store) BulkPlan(ctx context.Context, actor fleet.Actor, in fleet.BulkInput) (fleet.BulkPlan, error) {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return fleet.BulkPlan{}, err
	}
	in.IdempotencyKey = "plan"
	if err := prepareBulk(&in); err != nil {
		return fleet.BulkPlan{}, err
	}
	subjects, err := bulkSubjects(ctx, s.db.WithContext(ctx), in.SiteIDs)
	if err != nil {
		return fleet.BulkPlan{}, err
	}
	return fleet.PlanBulk(in, subjects), nil
}

// BeginBulk queues a change of exactly the chosen sites, as one action with a part for each. What its plan shows as BLOCKING is an
// error here, and nothing is queued. The same key with the same input returns the action that is there; with another input it
// errs with CodeKeyReused. seal encrypts what may be secret of a configuration.
func (s *Store) BeginBulk(ctx context.Context, actor fleet.Actor, in fleet.BulkInput, seal func([]byte) ([]byte, error)) (fleet.Action, error) {
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
		if sealed, _, err = sealConfiguration(values, nil, seal); err != nil {
			return fleet.Action{}, err
		}
		in.Changes = openForInput(in.Changes)
	}
	return s.startBulk(ctx, actor, in, sealed, nil)
}

// RetryBulk queues a change again for exactly those of its sites for which it did not succeed. It errs with CodeNotReady while
// it runs, and with CodeNoSites when nothing is left.
func (s *Store) RetryBulk(ctx context.Context, actor fleet.Actor, actionID uint, key string) (fleet.Action, error) {
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
	return s.startBulk(ctx, actor, in, sealed, &actionID)
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

// ServeSite says what the proxies do with the visitors of an action's site, and queues the routes that bring it about. A site
// that is served so already is left alone.
func (s *Store) ServeSite(ctx context.Context, ref LeaseRef, serving fleet.SiteServing) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		site, err := one[fleet.Site](ctx, tx, "site", *action.SiteID, forUpdate)
		if err != nil {
			return err
		}
		if err := fleet.CheckServing(site, serving); fleet.ErrorCode(err) == fleet.CodeConflict {
			return nil
		} else if err != nil {
			return err
		}
		if err := tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Updates(map[string]any{"serving": serving, "updated_at": now()}).Error; err != nil {
			return err
		}
		_, err = s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
		return err
	})
}

// bulkStarted lets a bulk change run from the first of its parts that is claimed.
func (s *Store) bulkStarted(tx *gorm.DB, part *fleet.Action) error {
	if part.ParentID == nil {
		return nil
	}
	started := tx.Model(&fleet.Action{}).Where("id = ? AND kind = ? AND status = ?", *part.ParentID, fleet.ActionBulkChange, fleet.ActionQueued).
		Updates(map[string]any{"status": fleet.ActionRunning, "started_at": now()})
	if started.Error != nil || started.RowsAffected == 0 {
		return started.Error
	}
	return s.appendEvents(tx, *part.ParentID, []fleet.ActionEvent{{Kind: fleet.EventStatus, Body: fleet.EventBody{Status: fleet.ActionRunning}}})
}

// bulkPartEnded tells those who watch a bulk change how far it is, and ends it with its last part.
func (s *Store) bulkPartEnded(tx *gorm.DB, part *fleet.Action) error {
	if part.ParentID == nil {
		return nil
	}
	ctx := tx.Statement.Context
	root, err := one[fleet.Action](ctx, tx, "action", *part.ParentID, forUpdate)
	if err != nil || root.Kind != fleet.ActionBulkChange || root.Status.Finished() {
		return err
	}
	var counts []struct {
		Status fleet.ActionStatus
		Count  int
	}
	if err := tx.Model(&fleet.Action{}).Select("status, COUNT(*) AS count").Where("parent_id = ?", root.ID).Group("status").Scan(&counts).Error; err != nil {
		return err
	}
	total, ended, by := 0, 0, map[fleet.ActionStatus]int{}
	for _, row := range counts {
		by[row.Status] = row.Count
		total += row.Count
		if row.Status.Finished() {
			ended += row.Count
		}
	}
	percent := 100 * ended / max(total, 1)
	event := fleet.ActionEvent{Kind: fleet.EventProgress, Body: fleet.EventBody{Percent: &percent, Text: fmt.Sprintf("%d of %d sites", ended, total)}}
	if err := tx.Model(&fleet.Action{}).Where("id = ?", root.ID).Updates(map[string]any{"percent": percent, "step": event.Body.Text}).Error; err != nil {
		return err
	}
	if err := s.appendEvents(tx, root.ID, []fleet.ActionEvent{event}); err != nil || ended < total {
		return err
	}
	if root, err = one[fleet.Action](ctx, tx, "action", root.ID, forUpdate); err != nil {
		return err
	}
	status, failure := bulkOutcome(by, total)
	if status == fleet.ActionSucceeded {
		if _, err := gorm.G[secret](tx).Where("name = ?", SiteConfiguration(root.ID)).Delete(ctx); err != nil {
			return err
		}
	}
	return s.finish(tx, &root, status, failure)
}

// bulkOutcome is how a bulk change ends whose parts ended so.
func bulkOutcome(by map[fleet.ActionStatus]int, total int) (fleet.ActionStatus, *fleet.Failure) {
	done, cancelled := by[fleet.ActionSucceeded], by[fleet.ActionCancelled]
	switch {
	case done == total:
		return fleet.ActionSucceeded, nil
	case done+cancelled == total:
		return fleet.ActionCancelled, &fleet.Failure{Code: fleet.CodeCancelled, Message: fmt.Sprintf("Cancelled: %d of %d sites were changed.", done, total)}
	}
	return fleet.ActionFailed, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: fmt.Sprintf("%d of %d sites were changed, %d were not.", done, total, total-done)}
}
