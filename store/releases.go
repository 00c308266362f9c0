package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// How many characters of a release are kept.
const (
	maxVersion = 100
	maxSubject = 500
	maxAuthor  = 200
)

// ReleasesSince counts, for commits that their app's branch holds, how many releases it has had since.
func (s *Store) ReleasesSince(ctx context.Context, commits []fleet.AppCommit) (map[fleet.AppCommit]*int, error) {
	pairs := make([][]any, len(commits))
	for i, commit := range commits {
		pairs[i] = []any{commit.App, commit.Commit}
	}
	var rows []struct {
		fleet.AppCommit
		Since int
	}
	err := s.db.WithContext(ctx).Raw("SELECT apps.name AS app, releases.`commit`, "+
		"(SELECT MAX(newest.position) FROM releases AS newest WHERE newest.app_id = apps.id) - releases.position AS since "+
		"FROM releases JOIN apps ON apps.id = releases.app_id WHERE releases.position >= 0 AND (apps.name, releases.`commit`) IN ?", pairs).Scan(&rows).Error
	since := make(map[fleet.AppCommit]*int, len(rows))
	for i := range rows {
		since[rows[i].AppCommit] = &rows[i].Since
	}
	return since, err
}

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
		return tx.Clauses(clause.OnConflict{DoUpdates: clause.AssignmentColumns([]string{"position", "version", "patches", "schema", "hooks"})}).
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
