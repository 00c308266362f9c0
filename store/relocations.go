package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// relocationsAtOnce is how many sites leave one server together: each reads and writes all that the site has.
const relocationsAtOnce = 2

// RelocationTargets is where a site may be moved, and why not elsewhere. It changes nothing. It errs with CodeNotFound.
func (s *Store) RelocationTargets(ctx context.Context, actor fleet.Actor, siteID uint) ([]fleet.RelocationTarget, error) {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return nil, err
	}
	facts, err := relocationFacts(s.db.WithContext(ctx), siteID)
	if err != nil {
		return nil, fleet.AtField(err, "siteId")
	}
	return fleet.RelocationTargets(facts), nil
}

// RelocateSite queues that a site moves to another bench, on its server or on another one; it gets the newest revision
// there, and is migrated when that has other commits. What fails before it answers there is taken back. It errs with CodeNotReady
// when the site may not go there, and with CodeSiteBusy when something else has it.
func (s *Store) RelocateSite(ctx context.Context, actor fleet.Actor, in fleet.RelocateSite) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if site, err = freeSite(tx, in.SiteID); err != nil {
			return err
		}
		action, err = s.queueRelocation(tx, actor, &site, in.BenchID)
		return err
	})
	return site, action, err
}

// queueRelocation queues the move of a locked site that nothing holds.
func (s *Store) queueRelocation(tx *gorm.DB, actor fleet.Actor, site *fleet.Site, benchID uint) (fleet.Action, error) {
	var action fleet.Action
	ctx := tx.Statement.Context
	bench, err := one[fleet.Bench](ctx, tx, "bench", benchID)
	if err != nil {
		return action, fleet.AtField(err, "input.benchId")
	}
	if err := readyForRelocation(tx, bench.ServerID, site.ServerID); err != nil {
		return action, err
	}
	facts, err := relocationFacts(tx, site.ID, forUpdate)
	if err != nil {
		return action, err
	}
	target, err := fleet.CheckRelocation(facts, benchID)
	if err != nil {
		return action, err
	}
	action = relocationAction(actor, *site, target)
	if err := s.enqueue(tx, &action); err != nil {
		return action, err
	}
	relocation := relocationRow(action.ID, *site, target)
	if err := gorm.G[fleet.Relocation](tx).Create(ctx, &relocation); err != nil {
		return action, err
	}
	if err := holdSite(tx, site, action.ID); err != nil {
		return action, err
	}
	return action, s.audit(tx, actor, "moveSite", action.Title, map[string]any{
		"siteId": site.ID, "fromBenchId": site.BenchID, "benchId": benchID,
	}, &action.ID)
}

// relocationAction moves a site to a target.
func relocationAction(actor fleet.Actor, site fleet.Site, target fleet.RelocationTarget) fleet.Action {
	action := siteAction(actor, fleet.ActionRelocateSite, site, fmt.Sprintf("Move %s to %s on %s", site.Name, target.Bench.Name, target.Server.Name))
	action.Lane, action.LaneLimit = fmt.Sprintf("server:%d:relocate", site.ServerID), relocationsAtOnce
	return action
}

// relocationRow is what such an action is about.
func relocationRow(actionID uint, site fleet.Site, target fleet.RelocationTarget) fleet.Relocation {
	row := fleet.Relocation{
		ActionID: actionID, SiteID: site.ID, CreatedAs: site.CreatedAs,
		FromBenchID: site.BenchID, FromServerID: site.ServerID, FromRevisionID: site.RevisionID,
		ToBenchID: target.Bench.ID, ToServerID: target.Server.ID, ToRevisionID: target.Revision.ID,
	}
	if row.Far() {
		// Not after the site's own name: a database of that name may be there, of a site that was called so once.
		row.DatabaseHost = fmt.Sprintf("relocated-%d.site", actionID)
	}
	return row
}

// readyForRelocation locks all these servers, in one order for all, and errs with CodeNotReady unless they can be used.
func readyForRelocation(tx *gorm.DB, to uint, from ...uint) error {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(append(from, to)))) {
		field := "input.siteId"
		if id == to {
			field = "input.benchId"
		}
		if _, err := readyMaster(tx.Statement.Context, tx, id, field); err != nil {
			return err
		}
	}
	return nil
}

// relocationFacts gathers what decides where a site may go. With forUpdate it locks the site and the revisions.
func relocationFacts(db *gorm.DB, siteID uint, lock ...clause.Expression) (fleet.RelocationFacts, error) {
	ctx := db.Statement.Context
	facts, err := relocationGround(db, lock...)
	if err != nil {
		return facts, err
	}
	if facts.Site, err = one[fleet.Site](ctx, db, "site", siteID, lock...); err != nil {
		return facts, fleet.AtField(err, "input.siteId")
	}
	if facts.From, err = one[fleet.Revision](ctx, db, "revision", facts.Site.RevisionID); err != nil {
		return facts, err
	}
	commits := commitsOf(facts.From)
	for _, revision := range facts.Newest {
		commits = append(commits, commitsOf(revision)...)
	}
	if facts.Releases, err = releasesWith(db, facts.From.Apps, commits); err != nil {
		return facts, err
	}
	usage, err := gorm.G[usageRow](db).Where("site_id = ?", siteID).First(ctx)
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return facts, err
	}
	facts.Usage = fleet.SiteUsage(usage)
	return facts, nil
}

// relocationGround is what decides about all sites alike: the benches, with their room and their newest revisions. With
// forUpdate it locks these.
func relocationGround(db *gorm.DB, lock ...clause.Expression) (facts fleet.RelocationFacts, err error) {
	ctx := db.Statement.Context
	facts.Newest = map[uint]fleet.Revision{}
	if facts.Rooms, err = benchRooms(ctx, db); err != nil {
		return facts, err
	}
	benches := make([]uint, len(facts.Rooms))
	for i, room := range facts.Rooms {
		benches[i] = room.Bench.ID
	}
	var newest []uint
	err = db.Model(&fleet.Revision{}).Where("bench_id IN ? AND status = ? AND path = ''", benches, fleet.RevisionReady).
		Group("bench_id").Pluck("MAX(id)", &newest).Error
	if err != nil {
		return facts, err
	}
	revisions, err := byID(ctx, db, newest, func(v fleet.Revision) uint { return v.ID }, lock...)
	if err != nil {
		return facts, err
	}
	for _, revision := range revisions {
		if revision.Status == fleet.RevisionReady { // it may have been removed until it was locked
			facts.Newest[revision.BenchID] = revision
		}
	}
	return facts, nil
}

func commitsOf(revision fleet.Revision) []string {
	commits := make([]string, len(revision.Apps))
	for i, app := range revision.Apps {
		commits[i] = app.Commit
	}
	return commits
}

// releasesWith is the releases of these apps with any of these commits, by the name of their app.
func releasesWith(db *gorm.DB, of []fleet.RevisionApp, commits []string) (map[string][]fleet.Release, error) {
	ctx := db.Statement.Context
	names := make([]string, len(of))
	for i, app := range of {
		names[i] = app.App
	}
	apps, err := gorm.G[fleet.App](db).Where("name IN ?", names).Find(ctx)
	if err != nil {
		return nil, err
	}
	slices.Sort(commits)
	releases := map[string][]fleet.Release{}
	for _, app := range apps {
		releases[app.Name], err = gorm.G[fleet.Release](db).Where("app_id = ? AND `commit` IN ?", app.ID, slices.Compact(commits)).Find(ctx)
		if err != nil {
			return nil, err
		}
	}
	return releases, nil
}
