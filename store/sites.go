package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"central/fleet"
)

// creationsAtOnce is how many sites are created on one server together.
const creationsAtOnce = 3

// Site reads one site.
func (s *Store) Site(ctx context.Context, id uint) (fleet.Site, error) {
	return one[fleet.Site](ctx, s.db, "site", id)
}

// SiteCountBy is what sites can be counted by.
type SiteCountBy string

// The columns that sites can be counted by.
const (
	SitesByServer   SiteCountBy = "server_id"
	SitesByBench    SiteCountBy = "bench_id"
	SitesByRevision SiteCountBy = "revision_id"
)

// SiteCounts counts the living sites of many servers, benches or revisions at once.
func (s *Store) SiteCounts(ctx context.Context, by SiteCountBy, ids []uint) (map[uint]int, error) {
	var rows []struct {
		ID    uint
		Count int
	}
	err := s.db.WithContext(ctx).Model(&fleet.Site{}).Select(string(by)+" AS id, COUNT(*) AS count").
		Where(string(by)+" IN ? AND status NOT IN ?", ids, goneSites).Group(string(by)).Scan(&rows).Error
	counts := map[uint]int{}
	for _, row := range rows {
		counts[row.ID] = row.Count
	}
	return counts, err
}

// AdministratorPassword is the name of the secret with the password that the site of an action is created with. It is
// gone when the action has ended.
func AdministratorPassword(actionID uint) string { return fmt.Sprintf("administrator-%d", actionID) }

// CreateSite puts a site on record and queues its route and its creation on the newest revision of its bench: the one
// given, or the one on the server with the most room. It errs with CodeNotReady when that takes no new sites, and with
// CodeQuotaReached when it is for a subscription whose customer has as many sites as the plan allows.
func (s *Store) CreateSite(ctx context.Context, actor fleet.Actor, in fleet.NewSite) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, action, err
	}
	if err := in.Validate(); err != nil {
		return site, action, err
	}
	if err := s.names.Check(in.Name); err != nil {
		return site, action, fleet.AtField(err, "input.name")
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		site, action, err = s.addSite(tx, actor, in)
		return err
	})
	if duplicate(err) {
		err = siteTaken(in.Name)
	}
	return site, action, err
}

// addSite is CreateSite for an actor who may, with input whose form is right.
func (s *Store) addSite(tx *gorm.DB, actor fleet.Actor, in fleet.NewSite) (fleet.Site, fleet.Action, error) {
	var site fleet.Site
	var action fleet.Action
	ctx := tx.Statement.Context
	if err := nameHeld(tx, in.Name, in.SignUpID, "input.name"); err != nil {
		return site, action, err
	}
	subscription, err := s.subscriptionOfNew(tx, actor, in)
	if err != nil {
		return site, action, err
	}
	bench, err := placedBench(ctx, tx, in)
	if err != nil {
		if in.PlanID != 0 && in.Region == "" {
			err = fleet.AtField(err, "input.planId")
		}
		return site, action, err
	}
	server, err := readyMaster(ctx, tx, bench.ServerID, "input.benchId")
	if err != nil {
		return site, action, err
	}
	if err := fleet.RefuseClosed(server, bench, "input.benchId"); err != nil {
		return site, action, err
	}
	revision, err := newestRevision(ctx, tx, bench)
	if err != nil {
		return site, action, err
	}
	apps, err := appsToInstall(revision, in.Apps)
	if err != nil {
		return site, action, err
	}
	if site, err = replaceFailedSite(ctx, tx, in.Name); err != nil {
		return site, action, err
	}
	site.Name, site.BenchID, site.ServerID, site.RevisionID = in.Name, bench.ID, server.ID, revision.ID
	site.Status, site.StatusReason, site.CreatedAt, site.UpdatedAt = fleet.SiteCreating, "", now(), now()
	site.Serving, site.StandbyPoolID = fleet.ServingOpen, in.StandbyPoolID
	if err := putSite(tx, &site); err != nil {
		return site, action, err
	}
	routes, err := s.routeProxies(tx, actor)
	if err != nil {
		return site, action, err
	}
	notes := map[string]string{"apps": strings.Join(apps, " ")}
	if err := nameDatabase(tx, site, notes); err != nil {
		return site, action, err
	}
	action = fleet.Action{
		Kind: fleet.ActionCreateSite, Title: "Create " + site.Name, ServerID: &server.ID, BenchID: &bench.ID,
		RevisionID: &revision.ID, SiteID: &site.ID, ActorName: actor.Name,
		Cursor: fleet.Cursor{Notes: notes},
		Lane:   fmt.Sprintf("server:%d:create", server.ID), LaneLimit: creationsAtOnce, WantsKey: fmt.Sprintf("site:%d", site.ID),
	}
	if err := s.enqueue(tx, &action, routes...); err != nil {
		return site, action, err
	}
	if in.SealedPassword != nil {
		kept := secret{Name: AdministratorPassword(action.ID), Sealed: in.SealedPassword, CreatedAt: now()}
		if err := gorm.G[secret](tx).Create(ctx, &kept); err != nil {
			return site, action, err
		}
	}
	err = tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Updates(map[string]any{"busy_action_id": action.ID, "updated_at": site.UpdatedAt}).Error
	if err != nil {
		return site, action, err
	}
	site.BusyActionID = &action.ID
	if subscription != nil {
		if err := s.putOnSubscription(tx, actor, *subscription, site); err != nil {
			return site, action, err
		}
	}
	return site, action, s.audit(tx, actor, "createSite", site.Name, map[string]any{
		"name": in.Name, "benchId": bench.ID, "apps": in.Apps, "placed": in.BenchID == 0, "region": in.Region, "labels": in.Labels, "subscriptionId": in.SubscriptionID,
		"planId": in.PlanID, "customerId": in.CustomerID,
	}, &action.ID)
}

// subscriptionOfNew is what a new site is put on: the subscription that it names, one that begins with it, or nil for none.
func (s *Store) subscriptionOfNew(tx *gorm.DB, actor fleet.Actor, in fleet.NewSite) (*fleet.CustomerSubscription, error) {
	if in.PlanID == 0 {
		return subscriptionForSite(tx, in.SubscriptionID)
	}
	subscription, err := s.addSubscription(tx, actor, fleet.CreateSubscriptionInput{CustomerID: in.CustomerID, PlanID: in.PlanID})
	return &subscription, err
}

func siteTaken(name string) error {
	return fleet.FieldErrorf(fleet.CodeConflict, "input.name", "There is already a site called %s.", name)
}

// appsToInstall is what a new site gets besides the framework: the apps asked for, in the bench's order.
func appsToInstall(revision fleet.Revision, wanted []string) ([]string, error) {
	all := []string{}
	for _, app := range revision.Apps[1:] {
		all = append(all, app.App)
	}
	if wanted == nil {
		return all, nil
	}
	chosen := map[string]bool{}
	for i, app := range wanted {
		known := false
		for _, a := range all {
			known = known || a == app
		}
		if !known {
			return nil, fleet.FieldErrorf(fleet.CodeInvalid, fmt.Sprintf("input.apps.%d", i), "The bench has no app %s to install; it has %s.", app, strings.Join(all, ", "))
		}
		chosen[app] = true
	}
	apps := []string{}
	for _, app := range all {
		if chosen[app] {
			apps = append(apps, app)
		}
	}
	return apps, nil
}

// NoteDatabase is the note of an action that creates a site which says what its database is named after, where that is
// not its own name: a site that was renamed has the database of that name.
const NoteDatabase = "database"

// nameDatabase notes what a new site's database is named after.
func nameDatabase(tx *gorm.DB, site fleet.Site, notes map[string]string) error {
	taken, err := gorm.G[fleet.Site](tx).Where("created_as = ? AND id <> ?", site.Name, site.ID).Count(tx.Statement.Context, "id")
	if err == nil && taken > 0 {
		notes[NoteDatabase] = fmt.Sprintf("again-%d.%s", site.ID, site.Name)
	}
	return err
}

// replaceFailedSite is the row that a new site takes: that of an earlier try that failed, or a new one. It
// errs with CodeConflict when the name is taken.
func replaceFailedSite(ctx context.Context, tx *gorm.DB, name string) (fleet.Site, error) {
	if err := lockNames(tx); err != nil {
		return fleet.Site{}, err
	}
	if err := nameFree(tx, name, "input.name"); err != nil {
		return fleet.Site{}, err
	}
	site, err := gorm.G[fleet.Site](tx, forUpdate).Where("name = ?", name).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fleet.Site{}, nil
	}
	if err == nil && site.Status != fleet.SiteFailed {
		err = siteTaken(name)
	}
	return site, err
}

func putSite(tx *gorm.DB, site *fleet.Site) error {
	if site.ID == 0 {
		return gorm.G[fleet.Site](tx).Create(tx.Statement.Context, site)
	}
	return tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Updates(map[string]any{
		"bench_id": site.BenchID, "server_id": site.ServerID, "revision_id": site.RevisionID,
		"status": site.Status, "status_reason": site.StatusReason, "created_at": site.CreatedAt, "updated_at": site.UpdatedAt,
		"maintenance_since": nil, "other_name": nil, "created_as": nil, "standby_pool_id": site.StandbyPoolID,
	}).Error
}
