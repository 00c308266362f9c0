package store

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// lostDomains adds the domain that each subject would lose, of those that lead to it. With forUpdate it locks them.
func lostDomains(db *gorm.DB, in fleet.BulkInput, subjects []fleet.BulkSubject, lock ...clause.Expression) error {
	names := make([]string, len(subjects))
	for i, subject := range subjects {
		names[i] = in.NameFor(subject.Site)
	}
	domains, err := gorm.G[fleet.SiteDomain](db, lock...).Where("name IN ?", names).Find(db.Statement.Context)
	if err != nil {
		return err
	}
	of := make(map[string]fleet.SiteDomain, len(domains))
	for _, domain := range domains {
		of[domain.Name] = domain
	}
	for i, subject := range subjects {
		if domain := of[names[i]]; domain.SiteID == subject.Site.ID {
			subjects[i].Domain = &domain
		}
	}
	return nil
}

// removeDomains puts on record that each site loses a domain.
func (p *bulkParts) removeDomains(tx *gorm.DB, subjects []fleet.BulkSubject) error {
	p.notes = make(map[uint]map[string]string, len(subjects))
	ids := make([]uint, len(subjects))
	for i, subject := range subjects {
		notes, err := removedDomainNotes(tx, *subject.Domain)
		if err != nil {
			return err
		}
		ids[i], p.notes[subject.Site.ID] = subject.Domain.ID, notes
	}
	return tx.Model(&fleet.SiteDomain{}).Where("id IN ?", ids).Update("state", fleet.DomainRemoving).Error
}

// removedDomainNotes is what an action that removes a domain is told: its name, and what its site calls its address by it.
func removedDomainNotes(tx *gorm.DB, domain fleet.SiteDomain) (notes map[string]string, err error) {
	notes = map[string]string{NoteDomainRemoved: domain.Name}
	if domain.Main {
		notes[NoteAddressAfter] = ""
		notes[NoteAddressBefore], err = addressOf(tx, domain.Name)
	}
	return notes, err
}
