package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// Notes of an action that changes the domains of a site: the one that is added or removed, and what the site calls its own
// address before and after, "" for nothing.
const (
	NoteDomainAdded   = "domainAdded"
	NoteDomainRemoved = "domainRemoved"
	NoteAddressBefore = "addressBefore"
	NoteAddressAfter  = "addressAfter"
)

// LookUpDomain says where a domain points, and where it should.
type LookUpDomain func(ctx context.Context, name string) fleet.DomainLook

// AddDomain puts a domain of a site on record and queues what makes it lead there: the proxies, the nginx of its server and, if
// that is asked for, a certificate. lookUp is asked for nothing but a domain, on behalf of somebody who may add one. It errs
// as fleet.NameRules.CheckDomain does, with CodeConflict for a name that leads to a site already and with CodeSiteBusy.
func (s *Store) AddDomain(ctx context.Context, actor fleet.Actor, in fleet.AddDomain, lookUp LookUpDomain, have CertificateNeed) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, action, err
	}
	if err := fleet.ValidDomain(in.Name); err != nil {
		return site, action, fleet.AtField(err, "input.name")
	}
	look := fleet.DomainLook{}
	if !in.Elsewhere {
		look = lookUp(ctx, in.Name)
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if site, err = freeSite(tx, in.SiteID); err != nil {
			return err
		}
		if err := lockNames(tx); err != nil {
			return err
		}
		domains, err := domainsOf(tx, site.ID)
		if err != nil {
			return err
		}
		if err := s.names.CheckDomain(site, len(domains), in, look); err != nil {
			return err
		}
		if err := takeName(tx, in.Name, "input.name"); err != nil {
			return err
		}
		domain := fleet.SiteDomain{SiteID: site.ID, Name: in.Name, State: fleet.DomainAdding, CreatedAt: now()}
		if err := gorm.G[fleet.SiteDomain](tx).Create(ctx, &domain); err != nil {
			return err
		}
		notes := map[string]string{NoteDomainAdded: in.Name}
		if action, err = s.enqueueDomains(tx, actor, &site, fmt.Sprintf("Add %s to %s", in.Name, site.Name), notes); err != nil {
			return err
		}
		if in.Certificate {
			if err := s.orderCertificates(tx, actor, map[string]uint{in.Name: action.ID}, have); err != nil {
				return fleet.AtField(err, "input.certificate")
			}
		}
		asked := map[string]any{"siteId": site.ID, "name": in.Name, "elsewhere": in.Elsewhere, "certificate": in.Certificate}
		return s.audit(tx, actor, "addDomain", in.Name+" to "+site.Name, asked, &action.ID)
	})
	return site, action, err
}

// RemoveDomain queues that a domain leads to its site no longer. What the site called its address by it, it calls by its own
// name from then on.
func (s *Store) RemoveDomain(ctx context.Context, actor fleet.Actor, in fleet.DomainRef) (fleet.Site, fleet.Action, error) {
	return s.changeDomain(ctx, actor, in, "removeDomain", func(tx *gorm.DB, site *fleet.Site, domain fleet.SiteDomain) (fleet.Action, error) {
		err := tx.Model(&fleet.SiteDomain{}).Where("id = ?", domain.ID).Update("state", fleet.DomainRemoving).Error
		if err != nil {
			return fleet.Action{}, err
		}
		notes, err := removedDomainNotes(tx, domain)
		if err != nil {
			return fleet.Action{}, err
		}
		return s.enqueueDomains(tx, actor, site, fmt.Sprintf("Remove %s from %s", domain.Name, site.Name), notes)
	})
}

// SetMainDomain queues that a site calls one of its domains its own address, in its links and mails; its own name when none is
// given. It errs with CodeConflict when it does so already.
func (s *Store) SetMainDomain(ctx context.Context, actor fleet.Actor, in fleet.DomainRef) (fleet.Site, fleet.Action, error) {
	return s.changeDomain(ctx, actor, in, "setMainDomain", func(tx *gorm.DB, site *fleet.Site, domain fleet.SiteDomain) (fleet.Action, error) {
		none := fleet.Action{}
		domains, err := domainsOf(tx, site.ID)
		if err != nil {
			return none, err
		}
		before := ""
		for _, other := range domains {
			if other.Main {
				before = other.Name
			}
		}
		if before == domain.Name {
			return none, fleet.FieldErrorf(fleet.CodeConflict, "input.name", "%s has that address already.", site.Name)
		}
		notes := map[string]string{}
		for note, name := range map[string]string{NoteAddressBefore: before, NoteAddressAfter: domain.Name} {
			if notes[note], err = addressOf(tx, name); err != nil {
				return none, err
			}
		}
		name := domain.Name
		if name == "" {
			name = "its own name"
		}
		return s.enqueueDomains(tx, actor, site, fmt.Sprintf("Make %s the address of %s", name, site.Name), notes)
	})
}

// changeDomain locks a site and one of its domains, queues a change of it and records who asked for it. A domain without a
// name stands for the site's own.
func (s *Store) changeDomain(ctx context.Context, actor fleet.Actor, in fleet.DomainRef, operation string, change func(*gorm.DB, *fleet.Site, fleet.SiteDomain) (fleet.Action, error)) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if site, err = freeSite(tx, in.SiteID); err != nil {
			return err
		}
		if site.Status != fleet.SiteActive {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.siteId", "%s is %s.", site.Name, site.Status)
		}
		domain := fleet.SiteDomain{SiteID: site.ID}
		if in.Name != "" || operation == "removeDomain" {
			domain, err = gorm.G[fleet.SiteDomain](tx, forUpdate).Where("site_id = ? AND name = ?", site.ID, in.Name).First(ctx)
			if errors.Is(err, gorm.ErrRecordNotFound) {
				err = fleet.FieldErrorf(fleet.CodeNotFound, "input.name", "%s has no such domain.", site.Name)
			}
			if err != nil {
				return err
			}
		}
		if action, err = change(tx, &site, domain); err != nil {
			return err
		}
		subject := site.Name
		if in.Name != "" {
			subject = in.Name + " of " + site.Name
		}
		return s.audit(tx, actor, operation, subject, map[string]any{"siteId": site.ID, "name": in.Name}, &action.ID)
	})
	return site, action, err
}

// enqueueDomains queues a change of a site's domains, which begins when the proxies know a domain that is new.
func (s *Store) enqueueDomains(tx *gorm.DB, actor fleet.Actor, site *fleet.Site, title string, notes map[string]string) (fleet.Action, error) {
	var action fleet.Action
	ctx := tx.Statement.Context
	revision, err := one[fleet.Revision](ctx, tx, "revision", site.RevisionID)
	if err != nil {
		return action, err
	}
	if err := fleet.CheckChangeable(*site, revision); err != nil {
		return action, err
	}
	if _, err := readyMaster(ctx, tx, site.ServerID, "input.siteId"); err != nil {
		return action, err
	}
	var routes []uint
	if notes[NoteDomainAdded] != "" {
		if routes, err = s.routeProxies(tx, actor); err != nil {
			return action, err
		}
	}
	action = siteAction(actor, fleet.ActionChangeDomains, *site, title)
	action.Cursor.Notes = notes
	if err := s.enqueue(tx, &action, routes...); err != nil {
		return action, err
	}
	return action, holdSite(tx, site, action.ID)
}

// siteAction is an action on one site where it lives now.
func siteAction(actor fleet.Actor, kind fleet.ActionKind, site fleet.Site, title string) fleet.Action {
	return fleet.Action{
		Kind: kind, Title: title, ServerID: &site.ServerID, BenchID: &site.BenchID, RevisionID: &site.RevisionID, SiteID: &site.ID,
		ActorName: actor.Name, WantsKey: fmt.Sprintf("site:%d", site.ID), Cursor: fleet.Cursor{Notes: map[string]string{}},
	}
}

// addressOf is what a site calls its address by one of its domains: with https where the proxies have a certificate for it.
// "" stays so.
func addressOf(tx *gorm.DB, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	all, err := gorm.G[fleet.Certificate](tx).Find(tx.Statement.Context)
	if err != nil {
		return "", err
	}
	if _, ok := fleet.CertificateOf(name, fleet.ChooseCertificates(all)); ok {
		return "https://" + name, nil
	}
	return "http://" + name, nil
}

// domainsEnded records what came of a change of domains.
func (s *Store) domainsEnded(tx *gorm.DB, action *fleet.Action) error {
	well, err := letSiteGo(tx, action)
	if err != nil || !well {
		return err
	}
	notes, ok := action.Cursor.Notes, succeeded(action)
	added, removed := notes[NoteDomainAdded], notes[NoteDomainRemoved]
	domain := func(name string) *gorm.DB {
		return tx.Model(&fleet.SiteDomain{}).Where("site_id = ? AND name = ?", *action.SiteID, name)
	}
	if _, changed := notes[NoteAddressAfter]; changed && ok {
		err := tx.Model(&fleet.SiteDomain{}).Where("site_id = ?", *action.SiteID).
			Update("main", gorm.Expr("? IN (CONCAT('http://', name), CONCAT('https://', name))", notes[NoteAddressAfter])).Error
		if err != nil {
			return err
		}
	}
	switch {
	case added != "" && ok:
		return domain(added).Update("state", fleet.DomainActive).Error
	case removed != "" && !ok:
		return domain(removed).Update("state", fleet.DomainActive).Error
	case added == "" && removed == "":
		return nil
	}
	if err := domain(added + removed).Delete(&fleet.SiteDomain{}).Error; err != nil {
		return err
	}
	actor := fleet.Actor{Name: action.ActorName}
	if err := s.dropCertificate(tx, actor, added+removed); err != nil {
		return err
	}
	_, err = s.routeProxies(tx, actor)
	return err
}

// orderCertificates queues the issue of a certificate for each name, after the action that it comes with, unless there is one
// that covers it.
func (s *Store) orderCertificates(tx *gorm.DB, actor fleet.Actor, after map[string]uint, have CertificateNeed) error {
	all, err := gorm.G[fleet.Certificate](tx).Find(tx.Statement.Context)
	if err != nil {
		return err
	}
	chosen := fleet.ChooseCertificates(all)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, covered := fleet.CertificateOf(name, chosen); covered {
			continue
		}
		if err := s.orderCertificate(tx, actor, all, name, have, after[name]); err != nil {
			return err
		}
	}
	return nil
}

// orderCertificate queues the issue of a certificate for one name, after another action, unless there is one for it among all.
func (s *Store) orderCertificate(tx *gorm.DB, actor fleet.Actor, all []fleet.Certificate, name string, have CertificateNeed, after uint) error {
	ctx := tx.Statement.Context
	digest := fleet.CertificateNamesDigest(fleet.CertificateACME, []string{name})
	for _, c := range all {
		if c.NamesDigest == digest {
			return nil
		}
	}
	if err := certificateNames(tx, []string{name}, have); err != nil {
		return err
	}
	certificate := fleet.Certificate{
		Names: []string{name}, NamesDigest: digest, Kind: fleet.CertificateACME, Status: fleet.CertificateWaiting, CreatedAt: now(), UpdatedAt: now(),
	}
	if err := gorm.G[fleet.Certificate](tx).Create(ctx, &certificate); err != nil {
		return err
	}
	_, err := s.enqueueIssue(tx, actor, &certificate, after)
	return err
}

// dropCertificate forgets the certificate that was ordered for one name alone, and renews it no more.
func (s *Store) dropCertificate(tx *gorm.DB, actor fleet.Actor, name string) error {
	digest := fleet.CertificateNamesDigest(fleet.CertificateACME, []string{name})
	gone, err := gorm.G[fleet.Certificate](tx).Where("names_digest = ?", digest).Delete(tx.Statement.Context)
	if err != nil || gone == 0 {
		return err
	}
	_, err = s.installCertificates(tx, actor)
	return err
}

func domainsOf(tx *gorm.DB, siteID uint) ([]fleet.SiteDomain, error) {
	return gorm.G[fleet.SiteDomain](tx).Where("site_id = ?", siteID).Order("name").Find(tx.Statement.Context)
}

// SiteDomains lists the domains of a site by name.
func (s *Store) SiteDomains(ctx context.Context, siteID uint) ([]fleet.SiteDomain, error) {
	return domainsOf(s.db.WithContext(ctx), siteID)
}

// DomainsOfSites lists the domains of many sites by name.
func (s *Store) DomainsOfSites(ctx context.Context, siteIDs []uint) (map[uint][]fleet.SiteDomain, error) {
	rows, err := gorm.G[fleet.SiteDomain](s.db).Where("site_id IN ?", siteIDs).Order("name").Find(ctx)
	domains := map[uint][]fleet.SiteDomain{}
	for _, row := range rows {
		domains[row.SiteID] = append(domains[row.SiteID], row)
	}
	return domains, err
}

// CertificatesOfDomains gives the certificate that the proxies show for each domain that has one.
func (s *Store) CertificatesOfDomains(ctx context.Context, domainIDs []uint) (map[uint]fleet.Certificate, error) {
	all, err := s.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := gorm.G[fleet.SiteDomain](s.db).Where("id IN ?", domainIDs).Find(ctx)
	chosen, found := fleet.ChooseCertificates(all), map[uint]fleet.Certificate{}
	for _, row := range rows {
		if c, ok := fleet.CertificateOf(row.Name, chosen); ok {
			found[row.ID] = c
		}
	}
	return found, err
}
