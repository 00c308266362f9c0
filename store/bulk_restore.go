package store

import (
	"slices"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// restoreFactsOf adds the backup that each subject gets back, with what that is judged by: the newest that is complete, of those
// that were taken until the input's time. What was taken of a site before it was restored is what it is to be rid of.
func restoreFactsOf(db *gorm.DB, in fleet.BulkInput, subjects []fleet.BulkSubject, lock ...clause.Expression) error {
	ids := make([]uint, len(subjects))
	for i, subject := range subjects {
		ids[i] = subject.Site.ID
	}
	newest := db.Model(&fleet.Backup{}).Select("site_id, MAX(id) AS id").Group("site_id").
		Where("site_id IN ? AND state = ? AND kind <> ?", ids, fleet.BackupComplete, fleet.BackupBeforeRestore)
	if in.Before != nil {
		newest = newest.Where("created_at <= ?", *in.Before)
	}
	var rows []struct{ SiteID, ID uint }
	if err := newest.Scan(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		i := slices.Index(ids, row.SiteID)
		facts, err := restoreFacts(db, fleet.RestoreInput{BackupID: row.ID, SiteID: &row.SiteID}, lock...)
		if err != nil {
			return err
		}
		subjects[i].Restore = &facts
	}
	return nil
}

// prepareRestores puts on record what a restore of each site begins with: a fresh backup of what it replaces, or the site that
// it brings back.
func (s *Store) prepareRestores(tx *gorm.DB, parts *bulkParts, subjects []fleet.BulkSubject) (err error) {
	replaced := []fleet.BulkSubject{}
	parts.notes = make(map[uint]map[string]string, len(subjects))
	for i, subject := range subjects {
		notes := map[string]string{NoteBackup: strconv.FormatUint(uint64(subject.Restore.Backup.ID), 10)}
		parts.notes[subject.Site.ID] = notes
		if !subject.Site.Status.Gone() {
			replaced = append(replaced, subject)
			continue
		}
		if subjects[i].Site, err = s.siteToMake(tx, *subject.Restore); err != nil {
			return err
		}
		if err := nameDatabase(tx, subjects[i].Site, notes); err != nil {
			return err
		}
	}
	if len(replaced) < len(subjects) {
		if parts.needs, err = s.routeProxies(tx, parts.actor); err != nil {
			return err
		}
	}
	if len(replaced) == 0 {
		return nil
	}
	parts.backups, err = bulkBackups(tx, parts.rootID, fleet.BackupBeforeRestore, replaced)
	for siteID, backupID := range parts.backups {
		parts.notes[siteID][NoteFresh] = strconv.FormatUint(uint64(backupID), 10)
	}
	return err
}
