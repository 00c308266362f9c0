package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// Apps lists all apps by name.
func (s *Store) Apps(ctx context.Context) ([]fleet.App, error) {
	return gorm.G[fleet.App](s.db).Order("name").Find(ctx)
}

// App reads one app.
func (s *Store) App(ctx context.Context, id uint) (fleet.App, error) {
	return one[fleet.App](ctx, s.db, "app", id)
}

// appNamed reads an app by its name, which stands at a field.
func appNamed(ctx context.Context, db *gorm.DB, name, field string) (fleet.App, error) {
	app, err := gorm.G[fleet.App](db).Where("name = ?", name).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = fleet.FieldErrorf(fleet.CodeNotFound, field, "There is no app called %s.", name)
	}
	return app, err
}

// Releases lists the newest releases of one app, or of all when app is empty, newest first. Those that have
// left their branch are not among them.
func (s *Store) Releases(ctx context.Context, app string, first int) ([]fleet.Release, error) {
	if err := (fleet.Page{First: first}).Within(200); err != nil {
		return nil, err
	}
	query := gorm.G[fleet.Release](s.db).Where("position >= 0").Order("authored_at DESC, position DESC").Limit(first)
	if app != "" {
		found, err := appNamed(ctx, s.db, app, "app")
		if err != nil {
			return nil, err
		}
		query = gorm.G[fleet.Release](s.db).Where("app_id = ? AND position >= 0", found.ID).Order("position DESC").Limit(first)
	}
	return query.Find(ctx)
}

// AddApp puts an app on record and queues the fetching of its releases. It errs with CodeConflict when
// the name is taken.
func (s *Store) AddApp(ctx context.Context, actor fleet.Actor, in fleet.NewApp) (fleet.App, fleet.Action, error) {
	var app fleet.App
	var action fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return app, action, err
	}
	if err := in.Validate(); err != nil {
		return app, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		app = fleet.App{Name: in.Name, Repository: in.Repository, Branch: in.Branch, Access: in.Access, PublicKey: in.PublicKey, CreatedAt: now()}
		if err := gorm.G[fleet.App](tx).Create(ctx, &app); err != nil {
			return err
		}
		if err := putAppSecret(tx, AppCredential(app.ID), in.Sealed); err != nil {
			return err
		}
		if action, err = s.enqueueFetch(tx, actor, app); err != nil {
			return err
		}
		return s.audit(tx, actor, "addApp", in.Name, map[string]any{
			"name": in.Name, "repository": in.Repository, "branch": in.Branch, "access": in.Access,
		}, &action.ID)
	})
	if duplicate(err) {
		err = fleet.FieldErrorf(fleet.CodeConflict, "input.name", "There is already an app called %s.", in.Name)
	}
	return app, action, err
}

// FetchReleases queues the fetching of new releases of an app; one that waits already is returned instead.
func (s *Store) FetchReleases(ctx context.Context, actor fleet.Actor, appID uint) (fleet.App, fleet.Action, error) {
	var app fleet.App
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return app, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if app, err = one[fleet.App](ctx, tx, "app", appID, forUpdate); err != nil {
			return fleet.AtField(err, "input.appId")
		}
		if action, err = s.enqueueFetch(tx, actor, app); err != nil {
			return err
		}
		return s.audit(tx, actor, "fetchReleases", app.Name, map[string]any{"appId": app.ID}, &action.ID)
	})
	return app, action, err
}

// enqueueFetch queues the fetching of an app's releases. The app's row must be locked or new.
func (s *Store) enqueueFetch(tx *gorm.DB, actor fleet.Actor, app fleet.App) (fleet.Action, error) {
	waiting, err := gorm.G[fleet.Action](tx).Where("app_id = ? AND kind = ? AND status = ?", app.ID, fleet.ActionFetchReleases, fleet.ActionQueued).First(tx.Statement.Context)
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return waiting, err
	}
	action := fleet.Action{
		Kind: fleet.ActionFetchReleases, Title: "Fetch releases of " + app.Name, AppID: &app.ID, ActorName: actor.Name,
		Lane: "fetch", LaneLimit: 4, WantsKey: fmt.Sprintf("app:%d", app.ID),
	}
	err = s.enqueue(tx, &action)
	return action, err
}
