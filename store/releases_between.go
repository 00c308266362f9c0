package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"central/fleet"
)

// ReleasesBetween is what an app's branch holds after the commit from, up to the commit to, which is the newest of the branch
// when empty. At most first releases are listed, newest first; the totals are of all. It errs with CodeNotFound for an unknown
// app, with CodeUnknownCommit for a commit that the branch does not hold, and with CodeInvalid when to is older than from.
func (s *Store) ReleasesBetween(ctx context.Context, app, from, to string, first int) (fleet.ReleaseRange, error) {
	none := fleet.ReleaseRange{}
	if err := (fleet.Page{First: first}).Within(200); err != nil {
		return none, err
	}
	found, err := appNamed(ctx, s.db, app, "app")
	if err != nil {
		return none, err
	}
	var between fleet.ReleaseRange
	if between.From, err = branchRelease(ctx, s.db, found, from, "from"); err != nil {
		return none, err
	}
	if to == "" {
		between.To, err = gorm.G[fleet.Release](s.db).Where("app_id = ? AND position >= 0", found.ID).Order("position DESC").First(ctx)
	} else {
		between.To, err = branchRelease(ctx, s.db, found, to, "to")
	}
	if err != nil {
		return none, err
	}
	if between.To.Position < between.From.Position {
		return none, fleet.FieldErrorf(fleet.CodeInvalid, "to", "%s is older than %s on the branch %s of %s; ask for them the other way round.",
			fleet.ShortCommit(between.To.Commit), fleet.ShortCommit(between.From.Commit), found.Branch, app)
	}
	inside := s.db.WithContext(ctx).Model(&fleet.Release{}).Where("app_id = ? AND position > ? AND position <= ?", found.ID, between.From.Position, between.To.Position)
	var totals struct {
		Count, Patches int
		Schema, Hooks  bool
	}
	err = inside.Session(&gorm.Session{}).
		Select("COUNT(*) AS count, COALESCE(SUM(JSON_LENGTH(patches)), 0) AS patches, COALESCE(MAX(`schema`), 0) AS `schema`, COALESCE(MAX(hooks), 0) AS hooks").
		Scan(&totals).Error
	if err != nil {
		return none, err
	}
	between.Count, between.Patches, between.Schema, between.Hooks = totals.Count, totals.Patches, totals.Schema, totals.Hooks
	err = inside.Session(&gorm.Session{}).Order("position DESC").Limit(first).Find(&between.Releases).Error
	return between, err
}

// branchRelease finds a commit on its app's branch.
func branchRelease(ctx context.Context, db *gorm.DB, app fleet.App, commit, field string) (fleet.Release, error) {
	if err := fleet.ValidCommit(commit); err != nil {
		return fleet.Release{}, fleet.AtField(err, field)
	}
	release, err := gorm.G[fleet.Release](db).Where("app_id = ? AND `commit` = ? AND position >= 0", app.ID, commit).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = fleet.FieldErrorf(fleet.CodeUnknownCommit, field, "The branch %s of %s does not hold the commit %s.", app.Branch, app.Name, fleet.ShortCommit(commit))
	}
	return release, err
}
