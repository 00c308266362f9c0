package store

import (
	"encoding/json"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"central/fleet"
)

// bulkParts is what the parts of a bulk change are made of.
type bulkParts struct {
	start   bulkStart
	actor   fleet.Actor
	rootID  uint
	backups map[uint]uint              // the one that each site's part takes, by site
	notes   map[uint]map[string]string // of each site's part, by site
	needs   []uint                     // what has to succeed before any of them begins
}

// queueParts writes a part for each site, lets it hold the site, and puts on record what it is about.
func (s *Store) queueParts(tx *gorm.DB, actor fleet.Actor, start bulkStart, rootID uint, subjects []fleet.BulkSubject) error {
	parts := bulkParts{start: start, actor: actor, rootID: rootID}
	if err := s.prepareParts(tx, &parts, subjects); err != nil {
		return err
	}
	pending, err := pendingNeeds(tx, parts.needs)
	if err != nil {
		return err
	}
	rows := make([]fleet.Action, len(subjects))
	for i, subject := range subjects {
		if rows[i], err = parts.part(subject); err != nil {
			return err
		}
		prepare(&rows[i], len(pending))
	}
	if err := tx.CreateInBatches(&rows, actionsPerInsert).Error; err != nil {
		return fmt.Errorf("queue the parts of action %d: %w", rootID, err)
	}
	// The ids are read back: how those of one INSERT follow each other depends on the server's settings.
	var queued []fleet.Action
	if err := tx.Select("id", "site_id").Where("parent_id = ?", rootID).Find(&queued).Error; err != nil {
		return err
	}
	bySite, needs := make(map[uint]uint, len(queued)), []actionNeed{}
	for _, part := range queued {
		bySite[*part.SiteID] = part.ID
		for _, need := range pending {
			needs = append(needs, actionNeed{ActionID: part.ID, NeedsID: need})
		}
	}
	if len(needs) > 0 {
		if err := tx.CreateInBatches(&needs, idsPerStatement).Error; err != nil {
			return err
		}
	}
	return s.partsQueued(tx, parts, subjects, bySite)
}

// prepareParts puts on record what parts are about, before they are there.
func (s *Store) prepareParts(tx *gorm.DB, parts *bulkParts, subjects []fleet.BulkSubject) (err error) {
	in := parts.start.in
	switch in.Deed {
	case fleet.BulkBackUp, fleet.BulkArchive:
		kind := fleet.BackupManual
		if in.Deed == fleet.BulkArchive {
			kind = fleet.BackupFinal
		}
		parts.backups, err = bulkBackups(tx, parts.rootID, kind, subjects)
	case fleet.BulkAddDomain:
		domains := make([]fleet.SiteDomain, len(subjects))
		for i, subject := range subjects {
			domains[i] = fleet.SiteDomain{SiteID: subject.Site.ID, Name: in.NameFor(subject.Site), State: fleet.DomainAdding, CreatedAt: now()}
		}
		if err := tx.CreateInBatches(&domains, actionsPerInsert).Error; err != nil {
			return err
		}
		parts.needs, err = s.routeProxies(tx, parts.actor)
	case fleet.BulkRemoveDomain:
		err = parts.removeDomains(tx, subjects)
	case fleet.BulkRestore:
		err = s.prepareRestores(tx, parts, subjects)
	case fleet.BulkRename:
		for _, subject := range subjects {
			if err := tx.Model(&fleet.Site{}).Where("id = ?", subject.Site.ID).Update("other_name", in.NameFor(subject.Site)).Error; err != nil {
				return err
			}
		}
		parts.needs, err = s.routeProxies(tx, parts.actor)
	case fleet.BulkServe, fleet.BulkConfigure, fleet.BulkInstallApp, fleet.BulkRemoveApp, fleet.BulkMove:
	}
	return err
}

// bulkBackups puts a backup of each site on record that is yet to be taken. Until their parts are there, they belong to the
// action that holds these together.
func bulkBackups(tx *gorm.DB, rootID uint, kind fleet.BackupKind, subjects []fleet.BulkSubject) (map[uint]uint, error) {
	rows := make([]fleet.Backup, len(subjects))
	for i, subject := range subjects {
		rows[i] = backupToTake(subject.Site, subject.Revision, kind)
		rows[i].ActionID = rootID
	}
	if err := tx.CreateInBatches(&rows, actionsPerInsert).Error; err != nil {
		return nil, err
	}
	var made []fleet.Backup
	err := tx.Select("id", "site_id").Where("action_id = ?", rootID).Find(&made).Error
	bySite := make(map[uint]uint, len(made))
	for _, backup := range made {
		bySite[backup.SiteID] = backup.ID
	}
	return bySite, err
}

// partsQueued lets parts hold their sites, and tells what they are about which part it belongs to.
func (s *Store) partsQueued(tx *gorm.DB, parts bulkParts, subjects []fleet.BulkSubject, bySite map[uint]uint) error {
	in := parts.start.in
	if in.Deed != fleet.BulkServe {
		err := tx.Exec("UPDATE sites s JOIN actions a ON a.site_id = s.id AND a.parent_id = ? SET s.busy_action_id = a.id, s.updated_at = ?", parts.rootID, now()).Error
		if err != nil {
			return err
		}
	}
	if parts.backups != nil {
		err := tx.Exec("UPDATE backups b JOIN actions a ON a.site_id = b.site_id AND a.parent_id = ? SET b.action_id = a.id WHERE b.action_id = ?", parts.rootID, parts.rootID).Error
		if err != nil {
			return err
		}
	}
	if in.Deed == fleet.BulkMove {
		rows := make([]fleet.Relocation, len(subjects))
		for i, subject := range subjects {
			rows[i] = relocationRow(bySite[subject.Site.ID], subject.Site, subject.Target)
		}
		return tx.CreateInBatches(&rows, actionsPerInsert).Error
	}
	if in.Deed != fleet.BulkAddDomain || !in.Certificate {
		return nil
	}
	after := make(map[string]uint, len(subjects))
	for _, subject := range subjects {
		after[in.NameFor(subject.Site)] = bySite[subject.Site.ID]
	}
	return fleet.AtField(s.orderCertificates(tx, parts.actor, after, parts.start.means.Certificates), "input.certificate")
}

// part is the action on one site.
func (p bulkParts) part(subject fleet.BulkSubject) (fleet.Action, error) {
	var part fleet.Action
	actor, in, site := p.actor, p.start.in, subject.Site
	lane, atOnce := fmt.Sprintf("bulk:%d:server:%d", p.rootID, site.ServerID), bulkAtOnce
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
		part.Cursor.Notes[noteKeys], part.Cursor.Notes[NoteConfiguration] = string(keys), SiteConfiguration(p.rootID)
	case fleet.BulkInstallApp:
		part = siteAction(actor, fleet.ActionInstallApp, site, "Install "+in.App+" on "+site.Name)
		part.Cursor.Notes[NoteApp] = in.App
	case fleet.BulkRemoveApp:
		part = siteAction(actor, fleet.ActionRemoveApp, site, "Remove "+in.App+" from "+site.Name)
		part.Cursor.Notes[NoteApp] = in.App
	case fleet.BulkBackUp, fleet.BulkArchive:
		part = siteAction(actor, fleet.ActionBackUpSite, site, "Back up "+site.Name)
		if in.Deed == fleet.BulkArchive {
			part.Kind, part.Title = fleet.ActionArchiveSite, "Archive "+site.Name
		}
		part.Cursor.Notes[NoteBackup] = strconv.FormatUint(uint64(p.backups[site.ID]), 10)
		lane, atOnce = backupLane(site.ServerID), backupsAtOnce
	case fleet.BulkAddDomain:
		name := in.NameFor(site)
		part = siteAction(actor, fleet.ActionChangeDomains, site, fmt.Sprintf("Add %s to %s", name, site.Name))
		part.Cursor.Notes[NoteDomainAdded] = name
	case fleet.BulkRemoveDomain:
		part = siteAction(actor, fleet.ActionChangeDomains, site, fmt.Sprintf("Remove %s from %s", in.NameFor(site), site.Name))
		part.Cursor.Notes = p.notes[site.ID]
	case fleet.BulkRestore:
		part = backupAction(actor, fleet.ActionRestoreSite, site, fleet.PlanRestore(*subject.Restore).Title)
		part.Cursor.Notes = p.notes[site.ID]
		lane, atOnce = part.Lane, part.LaneLimit
	case fleet.BulkRename:
		name := in.NameFor(site)
		part = siteAction(actor, fleet.ActionRenameSite, site, fmt.Sprintf("Rename %s to %s", site.Name, name))
		part.Cursor.Notes[NoteNameBefore], part.Cursor.Notes[NoteNameAfter] = site.Name, name
	case fleet.BulkMove:
		part = relocationAction(actor, site, subject.Target)
		lane, atOnce = part.Lane, part.LaneLimit
	}
	part.ParentID, part.Lane, part.LaneLimit = &p.rootID, lane, atOnce
	return part, nil
}
