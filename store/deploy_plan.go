package store

import (
	"context"
	"maps"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// historySites is how many of a bench's latest moves say how long a site is usually in maintenance.
const historySites = 100

// DeployPlan says what DeploySites with the same input would do, and what stands in its way. It changes
// nothing, and errs only for input that has no plan at all.
func (s *Store) DeployPlan(ctx context.Context, actor fleet.Actor, in fleet.DeployInput) (fleet.DeployPlan, error) {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return fleet.DeployPlan{}, err
	}
	in.IdempotencyKey = "plan" // none is needed for one
	if err := in.Validate(); err != nil {
		return fleet.DeployPlan{}, err
	}
	facts, err := planFacts(ctx, s.db, in)
	if err != nil {
		return fleet.DeployPlan{}, err
	}
	return fleet.PlanDeploy(in, facts), nil
}

// planFacts gathers what a plan is made from. With forUpdate it locks the sites and their servers.
func planFacts(ctx context.Context, db *gorm.DB, in fleet.DeployInput, lock ...clause.Expression) (fleet.PlanFacts, error) {
	facts := fleet.PlanFacts{Releases: map[string][]fleet.Release{}, Holders: map[uint]fleet.Holder{}, SiteSeconds: map[uint]float64{}, Revisions: map[uint]fleet.Revision{}}
	sites, err := byID(ctx, db, in.SiteIDs, func(v fleet.Site) uint { return v.ID }, lock...)
	if err != nil {
		return facts, err
	}
	benches, servers, holders := map[uint]bool{}, map[uint]bool{}, map[uint]bool{}
	for _, id := range slices.Sorted(maps.Keys(sites)) {
		site := sites[id]
		facts.Sites = append(facts.Sites, site)
		benches[site.BenchID], servers[site.ServerID] = true, true
		if site.BusyActionID != nil {
			holders[*site.BusyActionID] = true
		}
	}
	if facts.Benches, err = byID(ctx, db, keys(benches), func(v fleet.Bench) uint { return v.ID }); err != nil {
		return facts, err
	}
	if facts.Servers, err = byID(ctx, db, keys(servers), func(v fleet.Server) uint { return v.ID }, lock...); err != nil {
		return facts, err
	}
	if facts.Switching, err = switchingPairs(ctx, db, keys(servers)); err != nil {
		return facts, err
	}
	held, err := byID(ctx, db, keys(holders), func(v fleet.Action) uint { return v.ID })
	if err != nil {
		return facts, err
	}
	for id, action := range held {
		facts.Holders[id] = fleet.Holder{Title: action.Title, ActorName: action.ActorName}
	}
	if err := revisionFacts(ctx, db, &facts, keys(benches)); err != nil {
		return facts, err
	}
	if err := releaseFacts(ctx, db, &facts, in.Releases); err != nil {
		return facts, err
	}
	err = historyFacts(ctx, db, &facts)
	return facts, err
}

func revisionFacts(ctx context.Context, db *gorm.DB, facts *fleet.PlanFacts, benchIDs []uint) error {
	revisions, err := gorm.G[fleet.Revision](db).Where("bench_id IN ? AND status <> ?", benchIDs, fleet.RevisionRemoved).Find(ctx)
	if err != nil {
		return err
	}
	for _, revision := range revisions {
		facts.Revisions[revision.ID] = revision
	}
	var counts []struct {
		BenchID uint
		Count   int
	}
	err = db.WithContext(ctx).Model(&fleet.Site{}).Select("bench_id, COUNT(*) AS count").
		Where("bench_id IN ? AND status NOT IN ?", benchIDs, goneSites).Group("bench_id").Scan(&counts).Error
	facts.BenchSites = map[uint]int{}
	for _, c := range counts {
		facts.BenchSites[c.BenchID] = c.Count
	}
	return err
}

// releaseFacts reads the releases of every app that is named or that a chosen site has.
func releaseFacts(ctx context.Context, db *gorm.DB, facts *fleet.PlanFacts, wanted []fleet.AppCommit) error {
	names := map[string]bool{}
	for _, app := range wanted {
		names[app.App] = true
	}
	for _, site := range facts.Sites {
		for _, app := range facts.Revisions[site.RevisionID].Apps {
			names[app.App] = true
		}
	}
	apps, err := gorm.G[fleet.App](db).Where("name IN ?", keys(names)).Find(ctx)
	if err != nil {
		return err
	}
	for _, app := range apps {
		facts.Releases[app.Name], err = gorm.G[fleet.Release](db).Select("id, app_id, `commit`, version, position, patches").
			Where("app_id = ?", app.ID).Order("position").Find(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// historyFacts takes the median of each bench's latest maintenance windows.
func historyFacts(ctx context.Context, db *gorm.DB, facts *fleet.PlanFacts) error {
	for id := range facts.Benches {
		var seconds []float64
		err := db.WithContext(ctx).Model(&fleet.DeploySite{}).Joins("JOIN sites ON sites.id = deploy_sites.site_id").
			Where("sites.bench_id = ? AND deploy_sites.status = ? AND maintenance_seconds IS NOT NULL", id, fleet.DeploySiteDone).
			Order("deploy_sites.id DESC").Limit(historySites).Pluck("maintenance_seconds", &seconds).Error
		if err != nil {
			return err
		}
		if len(seconds) > 0 {
			slices.Sort(seconds)
			facts.SiteSeconds[id] = seconds[len(seconds)/2]
		}
	}
	return nil
}

func keys[K comparable](set map[K]bool) []K {
	return slices.Collect(maps.Keys(set))
}
