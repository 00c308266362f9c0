package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// How many names DNS is asked about together, and how long all of them may take.
const (
	looksAtOnce   = 64
	looksPatience = 20 * time.Second
)

// lookUpNames says where the names point that a bulk change would give to its sites, where that matters.
func (s *Store) lookUpNames(ctx context.Context, in fleet.BulkInput, lookUp LookUpDomain) (map[string]fleet.DomainLook, error) {
	looks := map[string]fleet.DomainLook{}
	if in.Deed != fleet.BulkAddDomain || in.Elsewhere {
		return looks, nil
	}
	sites, err := byID(ctx, s.db, in.SiteIDs, func(v fleet.Site) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, looksPatience)
	defer cancel()
	var all sync.WaitGroup
	var mu sync.Mutex
	free := make(chan struct{}, looksAtOnce)
	for _, site := range sites {
		name := in.NameFor(site)
		if fleet.ValidDomain(name) != nil {
			continue
		}
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			look := lookUp(ctx, name)
			mu.Lock()
			defer mu.Unlock()
			looks[name] = look
		})
	}
	all.Wait()
	return looks, nil
}

// bulkSubjects reads the chosen sites with what the decision about them needs, in the order of their ids. With forUpdate it
// locks them, and the names of all sites where the change gives some.
func bulkSubjects(db *gorm.DB, in fleet.BulkInput, looks map[string]fleet.DomainLook, lock ...clause.Expression) ([]fleet.BulkSubject, error) {
	ctx := db.Statement.Context
	sites, err := byID(ctx, db, in.SiteIDs, func(v fleet.Site) uint { return v.ID }, lock...)
	if err != nil {
		return nil, err
	}
	var revisionIDs, serverIDs, holderIDs []uint
	for _, site := range sites {
		revisionIDs, serverIDs = append(revisionIDs, site.RevisionID), append(serverIDs, site.ServerID)
		if site.BusyActionID != nil {
			holderIDs = append(holderIDs, *site.BusyActionID)
		}
	}
	once := func(ids []uint) []uint { return slices.Compact(slices.Sorted(slices.Values(ids))) }
	revisions, err := byID(ctx, db, once(revisionIDs), func(v fleet.Revision) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	servers, err := byID(ctx, db, once(serverIDs), func(v fleet.Server) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	holders, err := byID(ctx, db, once(holderIDs), func(v fleet.Action) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	subjects := []fleet.BulkSubject{}
	for _, id := range in.SiteIDs {
		site, there := sites[id]
		if !there {
			continue
		}
		subject := fleet.BulkSubject{Site: site, Revision: revisions[site.RevisionID], Server: servers[site.ServerID]}
		if site.BusyActionID != nil {
			holder := holders[*site.BusyActionID]
			subject.Holder = &holder
		}
		subjects = append(subjects, subject)
	}
	switch {
	case in.Deed.Names():
		return subjects, nameFacts(db, in, subjects, looks, lock...)
	case in.Deed == fleet.BulkArchive:
		return subjects, archiveFacts(db, subjects)
	case in.Deed == fleet.BulkRemoveDomain:
		return subjects, lostDomains(db, in, subjects, lock...)
	case in.Deed == fleet.BulkRestore:
		return subjects, restoreFactsOf(db, in, subjects, lock...)
	case in.Deed == fleet.BulkMove:
		return subjects, moveFacts(db, in.BenchID, subjects, lock...)
	}
	return subjects, nil
}

// moveFacts adds where the subjects would go, or why they cannot. With forUpdate it locks their servers and the one that they
// go to.
func moveFacts(db *gorm.DB, benchID uint, subjects []fleet.BulkSubject, lock ...clause.Expression) error {
	ctx := db.Statement.Context
	bench, err := one[fleet.Bench](ctx, db, "bench", benchID)
	if err != nil {
		return fleet.AtField(err, "input.benchId")
	}
	if len(lock) > 0 {
		servers := make([]uint, len(subjects))
		for i, subject := range subjects {
			servers[i] = subject.Site.ServerID
		}
		if err := readyForRelocation(db, bench.ServerID, servers...); err != nil {
			return err
		}
	}
	ground, err := relocationGround(db, lock...)
	if err != nil {
		return err
	}
	apps, commits, ids := []fleet.RevisionApp{}, commitsOf(ground.Newest[benchID]), make([]uint, len(subjects))
	for i, subject := range subjects {
		ids[i] = subject.Site.ID
		apps, commits = append(apps, subject.Revision.Apps...), append(commits, commitsOf(subject.Revision)...)
	}
	if ground.Releases, err = releasesWith(db, apps, commits); err != nil {
		return err
	}
	usage := map[uint]usageRow{}
	for chunk := range slices.Chunk(ids, idsPerStatement) {
		rows, err := gorm.G[usageRow](db).Where("site_id IN ?", chunk).Find(ctx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			usage[row.SiteID] = row
		}
	}
	for i, subject := range subjects {
		facts := ground
		facts.Site, facts.From, facts.Usage = subject.Site, subject.Revision, fleet.SiteUsage(usage[subject.Site.ID])
		subjects[i].Target, subjects[i].Refused = fleet.CheckRelocation(facts, benchID)
	}
	return nil
}

// nameFacts adds what is known of the names that the subjects would get.
func nameFacts(db *gorm.DB, in fleet.BulkInput, subjects []fleet.BulkSubject, looks map[string]fleet.DomainLook, lock ...clause.Expression) error {
	if len(lock) > 0 {
		if err := lockNames(db); err != nil {
			return err
		}
	}
	ids, names := make([]uint, len(subjects)), make([]string, len(subjects))
	for i, subject := range subjects {
		ids[i], names[i] = subject.Site.ID, in.NameFor(subject.Site)
	}
	taken, err := takenNames(db, names)
	if err != nil {
		return err
	}
	var counts []struct {
		SiteID uint
		Count  int
	}
	if err := db.Model(&fleet.SiteDomain{}).Select("site_id, COUNT(*) AS count").Where("site_id IN ?", ids).Group("site_id").Scan(&counts).Error; err != nil {
		return err
	}
	domains := map[uint]int{}
	for _, row := range counts {
		domains[row.SiteID] = row.Count
	}
	for i := range subjects {
		subjects[i].Domains, subjects[i].Look = domains[ids[i]], looks[names[i]]
		if by, is := taken[names[i]]; is && by != subjects[i].Site.Name {
			subjects[i].Taken = fleet.FieldErrorf(fleet.CodeConflict, "input.name", "It is a name of %s.", by)
		}
	}
	return nil
}

// takenNames is those of these names that lead to a site, or are kept for one, with the site's name.
func takenNames(db *gorm.DB, names []string) (map[string]string, error) {
	var rows []struct{ Name, Of string }
	err := db.Raw("SELECT name, name AS `of` FROM sites WHERE name IN @names UNION ALL SELECT other_name, name FROM sites WHERE other_name IN @names "+
		"UNION ALL SELECT d.name, s.name FROM site_domains d JOIN sites s ON s.id = d.site_id WHERE d.name IN @names", map[string]any{"names": names}).Scan(&rows).Error
	taken := make(map[string]string, len(rows))
	for _, row := range rows {
		taken[row.Name] = row.Of
	}
	return taken, err
}

// archiveFacts adds who still pays for the subjects, or tries them, and how long what is kept of them is kept.
func archiveFacts(db *gorm.DB, subjects []fleet.BulkSubject) error {
	ids := make([]uint, len(subjects))
	for i, subject := range subjects {
		ids[i] = subject.Site.ID
	}
	subscribed := map[uint]bool{}
	for chunk := range slices.Chunk(ids, idsPerStatement) {
		var some []uint
		err := db.Model(&fleet.CustomerSubscription{}).Where("site_id IN ? AND state NOT IN ?", chunk, []fleet.SubscriptionState{fleet.SubscriptionCancelled, fleet.SubscriptionArchived}).
			Pluck("site_id", &some).Error
		if err != nil {
			return err
		}
		for _, id := range some {
			subscribed[id] = true
		}
	}
	sites := make(map[uint]fleet.Site, len(subjects))
	for _, subject := range subjects {
		sites[subject.Site.ID] = subject.Site
	}
	policies, err := sitePolicies(db, sites)
	for i := range subjects {
		subjects[i].Subscribed, subjects[i].FinalDays = subscribed[ids[i]], policies[ids[i]].FinalDays
	}
	return err
}
