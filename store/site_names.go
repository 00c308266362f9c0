package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// UseNameRules says what names new sites may have. It is called before anything else is.
func (s *Store) UseNameRules(rules fleet.NameRules) error {
	if err := rules.Validate(); err != nil {
		return err
	}
	s.names = rules
	return nil
}

// lockNames lets transactions that take a host name take turns until they end, for no index spans all the columns that
// hold one.
func lockNames(tx *gorm.DB) error {
	return tx.Exec("INSERT INTO gates (name, claims) VALUES ('names', 1) ON DUPLICATE KEY UPDATE claims = claims + 1").Error
}

// nameFree errs with CodeConflict about field when a host name leads to a site besides being one's own name. The names are
// locked.
func nameFree(tx *gorm.DB, name, field string) error {
	ctx := tx.Statement.Context
	site, err := gorm.G[fleet.Site](tx).Where("other_name = ?", name).First(ctx)
	if err == nil {
		return fleet.FieldErrorf(fleet.CodeConflict, field, "%s is being renamed just now and has the name %s meanwhile.", site.Name, name)
	}
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return err
	}
	domain, err := gorm.G[fleet.SiteDomain](tx).Where("name = ?", name).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if site, err = one[fleet.Site](ctx, tx, "site", domain.SiteID); err != nil {
		return err
	}
	return fleet.FieldErrorf(fleet.CodeConflict, field, "%s is a domain of %s.", name, site.Name)
}

// takeName makes sure that nothing else has a host name, and keeps it so until the transaction ends. It errs with
// CodeConflict.
func takeName(tx *gorm.DB, name, field string) error {
	if err := lockNames(tx); err != nil {
		return err
	}
	if err := nameFree(tx, name, field); err != nil {
		return err
	}
	site, err := gorm.G[fleet.Site](tx).Where("name = ?", name).First(tx.Statement.Context)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil
	case err != nil:
		return err
	case site.Status == fleet.SiteFailed:
		return fleet.FieldErrorf(fleet.CodeConflict, field, "The creation of a site called %s has failed, and the name is kept for another try.", name)
	case site.Status == fleet.SiteArchived:
		return fleet.FieldErrorf(fleet.CodeConflict, field, "An archived site is called %s.", name)
	}
	return fleet.FieldErrorf(fleet.CodeConflict, field, "There is already a site called %s.", name)
}

// freeSite locks a site that no action holds. It errs with CodeNotFound or CodeSiteBusy.
func freeSite(tx *gorm.DB, id uint) (fleet.Site, error) {
	ctx := tx.Statement.Context
	site, err := one[fleet.Site](ctx, tx, "site", id, forUpdate)
	if err != nil {
		return site, fleet.AtField(err, "input.siteId")
	}
	if site.BusyActionID == nil {
		return site, nil
	}
	holder, err := one[fleet.Action](ctx, tx, "action", *site.BusyActionID)
	if err != nil {
		return site, err
	}
	return site, fleet.CheckFree(site, holder)
}

// holdSite lets an action hold a site that freeSite has locked.
func holdSite(tx *gorm.DB, site *fleet.Site, actionID uint) error {
	site.BusyActionID, site.UpdatedAt = &actionID, now()
	return tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Updates(map[string]any{"busy_action_id": actionID, "updated_at": site.UpdatedAt}).Error
}

// letSiteGo gives the site of an action that has ended free. A site that its action has left half changed or in maintenance
// is BROKEN; letSiteGo says whether it is not.
func letSiteGo(tx *gorm.DB, action *fleet.Action) (well bool, err error) {
	site, err := one[fleet.Site](tx.Statement.Context, tx, "site", *action.SiteID, forUpdate)
	if err != nil {
		return false, err
	}
	columns := map[string]any{"busy_action_id": nil, "updated_at": now()}
	end := outcomeOf(action, site.MaintenanceSince != nil)
	if end.status == fleet.DeploySiteBroken {
		columns["status"], columns["status_reason"] = fleet.SiteBroken, end.reason
	}
	return end.status != fleet.DeploySiteBroken, tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Updates(columns).Error
}

// Notes of an action that renames a site.
const (
	NoteNameBefore = "nameBefore"
	NoteNameAfter  = "nameAfter"
)

// RenameSite queues that a site gets another host name. Until it has come to its end both names lead to the site. It errs
// with CodeInvalid for a name that no site may have, with CodeConflict for one that is taken, with CodeSiteBusy when an
// action holds the site, and with CodeNotReady when the site cannot be renamed as it is.
func (s *Store) RenameSite(ctx context.Context, actor fleet.Actor, in fleet.RenameSite) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, action, err
	}
	if err := s.names.Check(in.Name); err != nil {
		return site, action, fleet.AtField(err, "input.name")
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if site, err = freeSite(tx, in.SiteID); err != nil {
			return err
		}
		before := site.Name
		if action, err = s.enqueueRename(tx, actor, &site, in.Name); err != nil {
			return err
		}
		return s.audit(tx, actor, "renameSite", before+" to "+in.Name, map[string]any{"siteId": site.ID, "before": before, "name": in.Name}, &action.ID)
	})
	return site, action, err
}

// enqueueRename queues that a site which freeSite has locked gets another name, and lets the action hold it. The proxies
// learn the name before that.
func (s *Store) enqueueRename(tx *gorm.DB, actor fleet.Actor, site *fleet.Site, name string) (fleet.Action, error) {
	var action fleet.Action
	ctx := tx.Statement.Context
	revision, err := one[fleet.Revision](ctx, tx, "revision", site.RevisionID)
	if err != nil {
		return action, err
	}
	if err := fleet.CheckRename(*site, revision, name); err != nil {
		return action, err
	}
	if _, err := readyMaster(ctx, tx, site.ServerID, "input.siteId"); err != nil {
		return action, err
	}
	routes, err := s.takeSecondName(tx, actor, site, name)
	if err != nil {
		return action, err
	}
	action = siteAction(actor, fleet.ActionRenameSite, *site, fmt.Sprintf("Rename %s to %s", site.Name, name))
	action.Cursor.Notes = map[string]string{NoteNameBefore: site.Name, NoteNameAfter: name}
	if err := s.enqueue(tx, &action, routes...); err != nil {
		return action, err
	}
	return action, holdSite(tx, site, action.ID)
}

// takeSecondName gives a site a second name, and returns the actions after which the proxies know it.
func (s *Store) takeSecondName(tx *gorm.DB, actor fleet.Actor, site *fleet.Site, name string) ([]uint, error) {
	if err := takeName(tx, name, "input.name"); err != nil {
		return nil, err
	}
	site.OtherName = &name
	if err := tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Update("other_name", name).Error; err != nil {
		return nil, err
	}
	return s.routeProxies(tx, actor)
}

// SiteRenamed records the name that the directory of an action's site has now; the one that it had leads to the site
// besides, until the action ends.
func (s *Store) SiteRenamed(ctx context.Context, ref LeaseRef, name string) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		site, err := one[fleet.Site](ctx, tx, "site", *action.SiteID, forUpdate)
		if err != nil || site.Name == name {
			return err
		}
		created := site.Name
		if site.CreatedAs != nil {
			created = *site.CreatedAs
		}
		columns := map[string]any{"name": name, "other_name": site.Name, "created_as": created, "updated_at": now()}
		if created == name { // it has the name again that its database is named after
			columns["created_as"] = nil
		}
		return tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Updates(columns).Error
	})
}

// renameEnded takes the site's second name away, and the proxies forget it: the old one after success, the new one
// otherwise. A site that was left half renamed keeps both until a person has looked.
func (s *Store) renameEnded(tx *gorm.DB, action *fleet.Action) error {
	well, err := letSiteGo(tx, action)
	if err != nil || !well {
		return err
	}
	if err := tx.Model(&fleet.Site{}).Where("id = ?", *action.SiteID).Update("other_name", nil).Error; err != nil {
		return err
	}
	_, err = s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
	return err
}
