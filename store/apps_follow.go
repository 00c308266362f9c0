package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// maxLookError is how many characters are kept of why a look at a branch failed.
const maxLookError = 1000

// fetchAgainAfter is when a branch that has moved is fetched once more although an earlier fetch of it is on record:
// that one failed.
const fetchAgainAfter = 30 * time.Minute

// AppsToLookAt are the apps whose branch nobody has looked at for every, or that were announced. Of several processes
// that ask at once, one gets each.
func (s *Store) AppsToLookAt(ctx context.Context, every time.Duration) ([]fleet.App, error) {
	var due []fleet.App
	err := s.tx(ctx, func(tx *gorm.DB) error {
		due = nil
		err := tx.Raw("SELECT * FROM apps WHERE looked_at IS NULL OR looked_at < ? ORDER BY id FOR UPDATE SKIP LOCKED", now().Add(-every)).Scan(&due).Error
		if err != nil || len(due) == 0 {
			return err
		}
		ids := make([]uint, len(due))
		for i, app := range due {
			ids[i] = app.ID
		}
		return tx.Model(&fleet.App{}).Where("id IN ?", ids).Update("looked_at", now()).Error
	})
	return due, err
}

// AppLooked records what a look at an app's branch found: its newest commit, or why it could not be looked at. When
// that commit is not the app's newest release, the fetching of its releases is queued.
func (s *Store) AppLooked(ctx context.Context, appID uint, head string, failure *fleet.Failure) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		app, err := one[fleet.App](ctx, tx, "app", appID, forUpdate)
		if err != nil {
			return err
		}
		said := ""
		if failure != nil {
			said = clip(failure.Message, maxLookError)
		}
		if said != app.LookError {
			if err := tx.Model(&app).Update("look_error", said).Error; err != nil {
				return err
			}
		}
		if failure != nil {
			return nil
		}
		newest, err := gorm.G[fleet.Release](tx).Where("app_id = ? AND position >= 0", app.ID).Order("position DESC").First(ctx)
		if err == nil && newest.Commit == head {
			return nil
		}
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		tried, err := gorm.G[fleet.Action](tx).
			Where("app_id = ? AND kind = ? AND (finished_at IS NULL OR status <> ? AND finished_at > ?)", app.ID, fleet.ActionFetchReleases, fleet.ActionSucceeded, now().Add(-fetchAgainAfter)).
			Count(ctx, "id")
		if err != nil || tried > 0 {
			return err
		}
		_, err = s.enqueueFetch(tx, centralItself, app)
		return err
	})
}

// AnnounceReleases has the branch of an app looked at without waiting for its turn.
func (s *Store) AnnounceReleases(ctx context.Context, appID uint) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&fleet.App{}).Where("id = ?", appID).Update("looked_at", nil).Error
	})
}
