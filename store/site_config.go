package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// SiteConfiguration is the name of the secret with what an action changes in a site's configuration, as JSON. It is gone when
// the action has ended.
func SiteConfiguration(actionID uint) string { return fmt.Sprintf("configuration-%d", actionID) }

// noteKeys holds what may be shown of the changes, as JSON: each key with its value, but for secrets.
const noteKeys = "keys"

// ConfigureSite queues a change of a site's configuration. The values travel encrypted by seal, and those that look like
// secrets are in no record. It errs with CodeInvalid for a key that a site may not have and for a value of another kind than
// its key's, with CodeSiteBusy and with CodeNotReady.
func (s *Store) ConfigureSite(ctx context.Context, actor fleet.Actor, in fleet.ConfigureSite, seal func([]byte) ([]byte, error)) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, action, err
	}
	if err := in.Validate(); err != nil {
		return site, action, err
	}
	values, err := configurationValues(in.Changes)
	if err != nil {
		return site, action, err
	}
	shown, names := map[string]string{}, []string{}
	for _, change := range in.Changes {
		shown[change.Name] = change.Shown()
		names = append(names, change.Name)
	}
	sealed, keys, err := sealConfiguration(values, in.Changes, seal)
	if err != nil {
		return site, action, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) (err error) {
		title := "Set " + strings.Join(names, ", ") + " of "
		if action, err = s.enqueueOnSite(tx, actor, in.SiteID, fleet.ActionConfigureSite, &site, func(site fleet.Site) string { return clip(title+site.Name, maxTitle) },
			map[string]string{noteKeys: keys}); err != nil {
			return err
		}
		kept := secret{Name: SiteConfiguration(action.ID), Sealed: sealed, CreatedAt: now()}
		if err := gorm.G[secret](tx).Create(ctx, &kept); err != nil {
			return err
		}
		return s.audit(tx, actor, "configureSite", site.Name+": "+strings.Join(names, ", "), map[string]any{"siteId": site.ID, "changes": shown}, &action.ID)
	})
	return site, action, err
}

// maxTitle is how many characters are kept of an action's title.
const maxTitle = 400

// sealConfiguration gives the changes encrypted, and what may be shown of them.
func sealConfiguration(values map[string]any, changes []fleet.ConfigChange, seal func([]byte) ([]byte, error)) (sealed []byte, shown string, err error) {
	text, err := json.Marshal(values)
	if err != nil {
		return nil, "", err
	}
	if sealed, err = seal(text); err != nil {
		return nil, "", err
	}
	text, err = json.Marshal(openForRecord(changes))
	return sealed, string(text), err
}

// openForRecord is changes of a configuration as they are kept on record: secrets without a value.
func openForRecord(changes []fleet.ConfigChange) []fleet.ConfigChange {
	open := []fleet.ConfigChange{}
	for _, change := range changes {
		if change.Value != nil && fleet.SecretKey(change.Name) {
			nothing := ""
			change.Value = &nothing
		}
		open = append(open, change)
	}
	return open
}

// enqueueOnSite locks a site that is free, ACTIVE and on a revision of Central's, queues an action on it and lets that hold it.
func (s *Store) enqueueOnSite(tx *gorm.DB, actor fleet.Actor, id uint, kind fleet.ActionKind, site *fleet.Site, title func(fleet.Site) string, notes map[string]string) (fleet.Action, error) {
	var action fleet.Action
	ctx := tx.Statement.Context
	found, err := freeSite(tx, id)
	if err != nil {
		return action, err
	}
	*site = found
	revision, err := one[fleet.Revision](ctx, tx, "revision", site.RevisionID)
	if err != nil {
		return action, err
	}
	if err := fleet.CheckChangeable(*site, revision); err != nil {
		return action, err
	}
	if _, err := readyMaster(ctx, tx, site.ServerID, "input.siteId"); err != nil {
		return action, err
	}
	action = siteAction(actor, kind, *site, title(*site))
	action.Cursor.Notes = notes
	if err := s.enqueue(tx, &action); err != nil {
		return action, err
	}
	return action, holdSite(tx, site, action.ID)
}

// configurationEnded forgets what was to be changed, and keeps on record what was.
func (s *Store) configurationEnded(tx *gorm.DB, action *fleet.Action) error {
	if _, err := letSiteGo(tx, action); err != nil {
		return err
	}
	if _, err := gorm.G[secret](tx).Where("name = ?", SiteConfiguration(action.ID)).Delete(tx.Statement.Context); err != nil || !succeeded(action) {
		return err
	}
	var changes []fleet.ConfigChange
	if err := json.Unmarshal([]byte(action.Cursor.Notes[noteKeys]), &changes); err != nil {
		return err
	}
	for _, change := range changes {
		if change.Value == nil {
			err := tx.Where("site_id = ? AND name = ?", *action.SiteID, change.Name).Delete(&fleet.ConfigKey{}).Error
			if err != nil {
				return err
			}
			continue
		}
		row := fleet.ConfigKey{
			SiteID: *action.SiteID, Name: change.Name, Value: *change.Value, Secret: fleet.SecretKey(change.Name), ActorName: action.ActorName, UpdatedAt: now(),
		}
		update := clause.OnConflict{DoUpdates: clause.AssignmentColumns([]string{"value", "secret", "actor_name", "updated_at"})}
		if err := tx.Clauses(update).Create(&row).Error; err != nil {
			return err
		}
	}
	return nil
}

// ConfigKeysOfSites lists the keys that Central has set in the configuration of many sites, by name.
func (s *Store) ConfigKeysOfSites(ctx context.Context, siteIDs []uint) (map[uint][]fleet.ConfigKey, error) {
	rows, err := gorm.G[fleet.ConfigKey](s.db).Where("site_id IN ?", siteIDs).Order("name").Find(ctx)
	keys := map[uint][]fleet.ConfigKey{}
	for _, row := range rows {
		keys[row.SiteID] = append(keys[row.SiteID], row)
	}
	return keys, err
}
