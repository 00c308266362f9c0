package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// NoteApp is the note of an action that installs or removes an app which says which.
const NoteApp = "app"

// InstallApp queues the installation of an app of the bench on a site. It errs with CodeInvalid for an app that the site's
// revision does not have, with CodeSiteBusy and with CodeNotReady. Whether the site has the app already its server says.
func (s *Store) InstallApp(ctx context.Context, actor fleet.Actor, in fleet.SiteAppInput) (fleet.Site, fleet.Action, error) {
	return s.changeApp(ctx, actor, in, fleet.ActionInstallApp, "installApp", "Install "+in.App+" on ")
}

// RemoveApp queues the removal of an app and its tables from a site. It errs as InstallApp does, and with CodeInvalid for the
// bench's first app and unless ConfirmName is the site's name.
func (s *Store) RemoveApp(ctx context.Context, actor fleet.Actor, in fleet.SiteAppInput) (fleet.Site, fleet.Action, error) {
	return s.changeApp(ctx, actor, in, fleet.ActionRemoveApp, "removeApp", "Remove "+in.App+" from ")
}

func (s *Store) changeApp(ctx context.Context, actor fleet.Actor, in fleet.SiteAppInput, kind fleet.ActionKind, operation, title string) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, action, err
	}
	if err := fleet.ValidAppName(in.App); err != nil {
		return site, action, fleet.AtField(err, "input.app")
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if action, err = s.enqueueOnSite(tx, actor, in.SiteID, kind, &site, func(site fleet.Site) string { return title + site.Name }, map[string]string{NoteApp: in.App}); err != nil {
			return err
		}
		revision, err := one[fleet.Revision](ctx, tx, "revision", site.RevisionID)
		if err != nil {
			return err
		}
		if err := fleet.CheckAppChange(site, revision, kind, in); err != nil {
			return err
		}
		return s.audit(tx, actor, operation, in.App+" on "+site.Name, map[string]any{"siteId": site.ID, "app": in.App}, &action.ID)
	})
	return site, action, err
}

// SiteApps lists the apps of a site's revision in the bench's order. installed asks its server which of them the site has.
func (s *Store) SiteApps(ctx context.Context, actor fleet.Actor, siteID uint, installed func(context.Context, fleet.Site) ([]string, error)) ([]fleet.SiteApp, error) {
	site, revision, err := s.siteToLookAt(ctx, actor, siteID)
	if err != nil {
		return nil, err
	}
	has, err := installed(ctx, site)
	if err != nil {
		return nil, err
	}
	apps := []fleet.SiteApp{}
	for i, app := range revision.Apps {
		apps = append(apps, fleet.SiteApp{App: app.App, Installed: slices.Contains(has, app.App), First: i == 0})
	}
	return apps, nil
}

// AppTables lists the tables that would go with an app. look asks the site's server.
func (s *Store) AppTables(ctx context.Context, actor fleet.Actor, in fleet.SiteAppInput, look func(context.Context, fleet.Site, string) ([]fleet.AppTable, error)) ([]fleet.AppTable, error) {
	site, revision, err := s.siteToLookAt(ctx, actor, in.SiteID)
	if err != nil {
		return nil, err
	}
	if err := fleet.ValidAppName(in.App); err != nil {
		return nil, fleet.AtField(err, "app")
	}
	in.ConfirmName = site.Name
	if err := fleet.CheckAppChange(site, revision, fleet.ActionRemoveApp, in); err != nil {
		return nil, fleet.AtField(err, "app")
	}
	return look(ctx, site, in.App)
}

// siteToLookAt is a site that lives on a server, for somebody who may look at it there.
func (s *Store) siteToLookAt(ctx context.Context, actor fleet.Actor, id uint) (fleet.Site, fleet.Revision, error) {
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return fleet.Site{}, fleet.Revision{}, err
	}
	site, err := s.Site(ctx, id)
	if err != nil {
		return site, fleet.Revision{}, fleet.AtField(err, "siteId")
	}
	if site.Status != fleet.SiteActive && site.Status != fleet.SiteBroken {
		return site, fleet.Revision{}, fleet.FieldErrorf(fleet.CodeNotReady, "siteId", "%s is %s; it lives on no server that could be asked.", site.Name, site.Status)
	}
	revision, err := s.Revision(ctx, site.RevisionID)
	return site, revision, err
}
