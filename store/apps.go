package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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

// Releases lists the newest releases of one app, or of all when app is empty, newest first. Those that have
// left their branch are not among them.
func (s *Store) Releases(ctx context.Context, app string, first int) ([]fleet.Release, error) {
	if err := (fleet.Page{First: first}).Within(200); err != nil {
		return nil, err
	}
	query := gorm.G[fleet.Release](s.db).Where("position >= 0").Order("authored_at DESC, position DESC").Limit(first)
	if app != "" {
		found, err := gorm.G[fleet.App](s.db).Where("name = ?", app).First(ctx)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, fleet.FieldErrorf(fleet.CodeNotFound, "app", "There is no app called %s.", app)
		}
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
		app = fleet.App{Name: in.Name, Repository: in.Repository, Branch: in.Branch, CreatedAt: now()}
		if err := gorm.G[fleet.App](tx).Create(ctx, &app); err != nil {
			return err
		}
		if action, err = s.enqueueFetch(tx, actor, app); err != nil {
			return err
		}
		return s.audit(tx, actor, "addApp", in.Name, map[string]any{"name": in.Name, "repository": in.Repository, "branch": in.Branch}, &action.ID)
	})
	if duplicate(err) {
		err = fleet.FieldErrorf(fleet.CodeConflict, "input.name", "There is already an app called %s.", in.Name)
	}
	return app, action, err
}

// FetchReleases queues the fetching of new releases of an app.
func (s *Store) FetchReleases(ctx context.Context, actor fleet.Actor, appID uint) (fleet.App, fleet.Action, error) {
	var app fleet.App
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return app, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if app, err = one[fleet.App](ctx, tx, "app", appID); err != nil {
			return fleet.AtField(err, "input.appId")
		}
		if action, err = s.enqueueFetch(tx, actor, app); err != nil {
			return err
		}
		return s.audit(tx, actor, "fetchReleases", app.Name, map[string]any{"appId": app.ID}, &action.ID)
	})
	return app, action, err
}

func (s *Store) enqueueFetch(tx *gorm.DB, actor fleet.Actor, app fleet.App) (fleet.Action, error) {
	action := fleet.Action{
		Kind: fleet.ActionFetchReleases, Title: "Fetch releases of " + app.Name, AppID: &app.ID, ActorName: actor.Name,
		Lane: "fetch", LaneLimit: 4, WantsKey: fmt.Sprintf("app:%d", app.ID),
	}
	err := s.enqueue(tx, &action)
	return action, err
}

// How many characters of a release are kept.
const (
	maxVersion = 100
	maxSubject = 500
	maxAuthor  = 200
)

// SaveReleases puts the newest commits of an app's branch on record. Commits that are known keep their row;
// positions are brought up to date, and what a rewritten branch no longer holds becomes fleet.OffBranch.
func (s *Store) SaveReleases(ctx context.Context, ref LeaseRef, releases []fleet.Release) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		if len(releases) == 0 {
			return nil
		}
		rows, commits, lowest := make([]fleet.Release, len(releases)), make([]string, len(releases)), releases[0].Position
		for i, release := range releases {
			rows[i], commits[i], lowest = storedRelease(release, *action.AppID), release.Commit, min(lowest, release.Position)
		}
		err := tx.Model(&fleet.Release{}).Where("app_id = ? AND position >= ? AND `commit` NOT IN ?", *action.AppID, lowest, commits).
			Update("position", fleet.OffBranch).Error
		if err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{DoUpdates: clause.AssignmentColumns([]string{"position", "version", "patches", "schema"})}).
			CreateInBatches(&rows, 500).Error
	})
}

// storedRelease is a release as its columns take it, whatever its author has made of it.
func storedRelease(release fleet.Release, appID uint) fleet.Release {
	release.ID, release.AppID, release.CreatedAt = 0, appID, now()
	release.Version, release.Subject, release.Author = clip(release.Version, maxVersion), clip(release.Subject, maxSubject), clip(release.Author, maxAuthor)
	if year := release.AuthoredAt.Year(); year < 1000 || year > 9999 {
		release.AuthoredAt = time.Unix(0, 0).UTC()
	}
	if release.Patches == nil {
		release.Patches = []string{}
	}
	return release
}
