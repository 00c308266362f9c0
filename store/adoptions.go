package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// AdoptBenches queues the taking over of exactly those benches and sites that a scan found and somebody ticked.
// Nothing but that is on record until the server has been looked at again and made ready. It errs with the
// field for whatever was not found like that, is taken, or has a blocking note.
func (s *Store) AdoptBenches(ctx context.Context, actor fleet.Actor, in fleet.AdoptInput) (fleet.Server, fleet.Action, error) {
	var server fleet.Server
	var action fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return server, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if server, err = adoptable(ctx, tx, in.ServerID); err != nil {
			return err
		}
		if server.Status == fleet.ServerSettingUp {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.serverId", "%s is being set up; wait for it.", server.Name)
		}
		if err := aloneAndFree(ctx, tx, server); err != nil {
			return err
		}
		scan, err := newestScan(ctx, tx, in)
		if err != nil {
			return err
		}
		plan, err := planAdoption(ctx, tx, in, *scan.Found)
		if err != nil {
			return err
		}
		action = fleet.Action{
			Kind: fleet.ActionAdoptBenches, Title: adoptionTitle(plan, server), ServerID: &server.ID,
			ActorName: actor.Name, WantsKey: fmt.Sprintf("server:%d", server.ID),
		}
		if err := s.enqueue(tx, &action); err != nil {
			return err
		}
		adoption := fleet.Adoption{ServerID: server.ID, ScanID: scan.ID, ActionID: action.ID, Benches: in.Benches}
		if err := gorm.G[fleet.Adoption](tx).Create(ctx, &adoption); err != nil {
			return err
		}
		// From now on no play replaces the settings of its database or web server, however the adoption ends.
		server.Adopted = true
		if err := tx.Model(&fleet.Server{}).Where("id = ?", server.ID).Updates(map[string]any{"adopted": true, "updated_at": now()}).Error; err != nil {
			return err
		}
		return s.audit(tx, actor, "adoptBenches", server.Name, map[string]any{
			"serverId": in.ServerID, "scanId": in.ScanID, "benches": in.Benches,
		}, &action.ID)
	})
	return server, action, err
}

// aloneAndFree errs for a server in a pair, whose slave would lack what was made by hand, and while another
// adoption is on its way.
func aloneAndFree(ctx context.Context, tx *gorm.DB, server fleet.Server) error {
	paired, err := gorm.G[fleet.Pair](tx).Where("master_id = ? OR slave_id = ?", server.ID, server.ID).Count(ctx, "id")
	if err != nil {
		return err
	}
	if paired > 0 {
		return fleet.FieldErrorf(fleet.CodeNotReady, "input.serverId", "%s is part of a pair, whose other server would not have the benches; adopt on a server that stands alone.", server.Name)
	}
	waiting, err := gorm.G[fleet.Action](tx).Where("server_id = ? AND kind = ? AND status IN ?", server.ID, fleet.ActionAdoptBenches, unfinished).Count(ctx, "id")
	if err == nil && waiting > 0 {
		err = fleet.FieldErrorf(fleet.CodeConflict, "input.serverId", "Benches of %s are being adopted already; wait for that.", server.Name)
	}
	return err
}

func planAdoption(ctx context.Context, tx *gorm.DB, in fleet.AdoptInput, found fleet.ScanFound) ([]fleet.AdoptedBench, error) {
	facts, err := scanFacts(ctx, tx, in.ServerID, found)
	if err != nil {
		return nil, err
	}
	return fleet.PlanAdoption(in, fleet.JudgeScan(found, facts), facts)
}

// adoptionTitle is such as "Adopt 2 benches with 7 sites on m-1".
func adoptionTitle(plan []fleet.AdoptedBench, server fleet.Server) string {
	sites := 0
	for _, bench := range plan {
		sites += len(bench.Sites)
	}
	count := func(n int, one, many string) string {
		if n == 1 {
			return "1 " + one
		}
		return fmt.Sprintf("%d %s", n, many)
	}
	return fmt.Sprintf("Adopt %s with %s on %s", count(len(plan), "bench", "benches"), count(sites, "site", "sites"), server.Name)
}

// AdoptionOf is what an ADOPT_BENCHES action was asked for, and what the scan it was ticked in had found.
func (s *Store) AdoptionOf(ctx context.Context, actionID uint) (fleet.AdoptInput, fleet.ScanFound, error) {
	adoption, err := gorm.G[fleet.Adoption](s.db).Where("action_id = ?", actionID).First(ctx)
	if err != nil {
		return fleet.AdoptInput{}, fleet.ScanFound{}, err
	}
	in := fleet.AdoptInput{ServerID: adoption.ServerID, ScanID: adoption.ScanID, Benches: adoption.Benches}
	scan, err := s.Scan(ctx, adoption.ScanID)
	if err != nil || scan.Found == nil {
		return in, fleet.ScanFound{}, errors.Join(err, errWithoutScan(scan))
	}
	return in, *scan.Found, nil
}

func errWithoutScan(scan fleet.Scan) error {
	if scan.Found == nil {
		return fmt.Errorf("scan %d has found nothing", scan.ID)
	}
	return nil
}

// CheckAdoption errs unless an adoption could go on record with what the server holds now, or has already.
func (s *Store) CheckAdoption(ctx context.Context, in fleet.AdoptInput, found fleet.ScanFound) error {
	if recorded, err := alreadyRecorded(ctx, s.db.WithContext(ctx), in); err != nil || recorded {
		return err
	}
	_, err := planAdoption(ctx, s.db, in, found)
	return err
}

// RecordAdoption puts the benches and sites of an adoption on record: each bench with the revision that stands
// for its directory, each site ACTIVE on that. The proxies get their routes, and the server is ready.
// It checks everything again, for names may have been taken meanwhile. Called again it changes nothing.
func (s *Store) RecordAdoption(ctx context.Context, ref LeaseRef, in fleet.AdoptInput, found fleet.ScanFound) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		server, err := one[fleet.Server](ctx, tx, "server", in.ServerID, forUpdate)
		if err != nil {
			return err
		}
		if recorded, err := alreadyRecorded(ctx, tx, in); err != nil || recorded {
			return err
		}
		plan, err := planAdoption(ctx, tx, in, found)
		if err != nil {
			return err
		}
		if err := takeSlots(ctx, tx, server.ID, found); err != nil {
			return err
		}
		for _, bench := range plan {
			if err := recordBench(ctx, tx, bench); err != nil {
				return err
			}
		}
		// Before the routes: only what is ready is routed to.
		err = tx.Model(&fleet.Server{}).Where("id = ? AND status IN ?", server.ID, []fleet.ServerStatus{fleet.ServerNew, fleet.ServerFailed}).
			Updates(map[string]any{"status": fleet.ServerReady, "status_reason": "", "updated_at": now()}).Error
		if err != nil {
			return err
		}
		_, err = s.routeProxies(tx, fleet.Actor{Name: action.ActorName})
		return err
	})
}

// alreadyRecorded says whether an earlier try of the same action came to its end here: all sites are on record in
// these very benches.
func alreadyRecorded(ctx context.Context, tx *gorm.DB, in fleet.AdoptInput) (bool, error) {
	for _, bench := range in.Benches {
		n, err := gorm.G[fleet.Site](tx).Where(
			"name IN ? AND revision_id IN (SELECT id FROM revisions WHERE server_id = ? AND path = ? AND status <> ?)",
			bench.Sites, in.ServerID, bench.Path, fleet.RevisionRemoved).Count(ctx, "id")
		if err != nil || n < int64(len(bench.Sites)) {
			return false, err
		}
	}
	return true, nil
}

// takeSlots keeps the ports of what is not Central's from new revisions.
func takeSlots(ctx context.Context, tx *gorm.DB, serverID uint, found fleet.ScanFound) error {
	revisions, err := gorm.G[fleet.Revision](tx).Where("server_id = ? AND slot IS NOT NULL", serverID).Find(ctx)
	if err != nil {
		return err
	}
	own := map[int]bool{}
	for _, revision := range revisions {
		own[*revision.Slot] = true
	}
	return tx.Model(&fleet.Server{}).Where("id = ?", serverID).Select("taken_slots").
		Updates(&fleet.Server{TakenSlots: found.TakenSlots(own)}).Error
}

// recordBench puts one adopted bench with its revision and sites on record.
func recordBench(ctx context.Context, tx *gorm.DB, adopted fleet.AdoptedBench) error {
	bench, revision := adopted.Bench, adopted.Revision
	bench.CreatedAt, revision.CreatedAt = now(), now()
	if adopted.More {
		found, err := gorm.G[fleet.Revision](tx).Where("server_id = ? AND path = ? AND status <> ?", bench.ServerID, revision.Path, fleet.RevisionRemoved).First(ctx)
		if err != nil {
			return err
		}
		revision, bench.ID = found, found.BenchID
	} else {
		if err := gorm.G[fleet.Bench](tx).Create(ctx, &bench); err != nil {
			return err
		}
		revision.BenchID = bench.ID
		if err := gorm.G[fleet.Revision](tx).Create(ctx, &revision); err != nil {
			return err
		}
	}
	for _, name := range adopted.Sites {
		site, err := replaceFailedSite(ctx, tx, name)
		if err != nil {
			return err
		}
		site.Name, site.BenchID, site.ServerID, site.RevisionID = name, bench.ID, bench.ServerID, revision.ID
		site.Status, site.StatusReason, site.CreatedAt, site.UpdatedAt = fleet.SiteActive, "", now(), now()
		if err := putSite(tx, &site); err != nil {
			return err
		}
	}
	return nil
}
