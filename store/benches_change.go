package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// ConfigureBench changes how many processes the revisions of a bench run and what memory they may use, and queues the
// change on every one of them that Central has built. Another Python or Node is for revisions to come.
func (s *Store) ConfigureBench(ctx context.Context, actor fleet.Actor, in fleet.BenchSettings) (fleet.Bench, fleet.Action, error) {
	var bench fleet.Bench
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return bench, action, err
	}
	if err := in.Validate(); err != nil {
		return bench, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		var server fleet.Server
		if bench, server, err = benchAndMaster(ctx, tx, in.BenchID); err != nil {
			return err
		}
		bench.Workers, bench.WebWorkers, bench.MemoryMB = in.Workers, in.WebWorkers, in.MemoryMB
		if in.Python != nil {
			bench.Python = *in.Python
		}
		if in.Node != nil {
			bench.Node = *in.Node
		}
		if err := tx.Select("workers", "web_workers", "memory_mb", "python", "node").Updates(&bench).Error; err != nil {
			return err
		}
		action = fleet.Action{
			Kind: fleet.ActionConfigureBench, Title: "Configure " + bench.Name, ServerID: &server.ID, BenchID: &bench.ID, ActorName: actor.Name,
			WantsKey: fmt.Sprintf("bench:%d", bench.ID),
		}
		if err := s.enqueue(tx, &action); err != nil {
			return err
		}
		return s.audit(tx, actor, "configureBench", bench.Name, map[string]any{
			"benchId": in.BenchID, "workers": in.Workers, "webWorkers": in.WebWorkers, "memoryMb": in.MemoryMB,
			"python": bench.Python, "node": bench.Node,
		}, &action.ID)
	})
	return bench, action, err
}

// AddBenchApp queues the building of a revision that has the apps of a bench's newest one and one more. No site is
// moved: a deploy that names the app takes sites there. It errs with CodeConflict when the bench has the app.
func (s *Store) AddBenchApp(ctx context.Context, actor fleet.Actor, benchID uint, app fleet.AppCommit) (fleet.Bench, fleet.Action, error) {
	var bench fleet.Bench
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return bench, action, err
	}
	if err := app.Validate("input"); err != nil {
		return bench, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		var server fleet.Server
		if bench, server, err = benchAndMaster(ctx, tx, benchID); err != nil {
			return err
		}
		newest, err := newestRevision(ctx, tx, bench)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(newest.Apps, func(has fleet.RevisionApp) bool { return has.App == app.App }) {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.app", "%s has %s already; deploy another release of it instead.", bench.Name, app.App)
		}
		added, err := releasedApp(ctx, tx, app, "input")
		if err != nil {
			return err
		}
		if _, action, err = s.addRevision(tx, actor, bench, server, append(newest.Apps, added), nil); err != nil {
			return err
		}
		return s.audit(tx, actor, "addBenchApp", bench.Name, map[string]any{"benchId": benchID, "app": app.App, "commit": app.Commit}, &action.ID)
	})
	return bench, action, err
}

// RetireBench takes a bench without sites out of use and queues the removal of its revisions; a directory that was
// adopted stays as it is. It errs with CodeNotReady when sites live on the bench or something is under way there, and
// with CodeInvalid when confirmName is not its name.
func (s *Store) RetireBench(ctx context.Context, actor fleet.Actor, benchID uint, confirmName string) (fleet.Bench, error) {
	var bench fleet.Bench
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return bench, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if bench, _, err = benchAndMaster(ctx, tx, benchID); err != nil {
			return err
		}
		if confirmName != bench.Name {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.confirmName", "Type %s to confirm.", bench.Name)
		}
		if err := refuseUsedBench(ctx, tx, bench); err != nil {
			return err
		}
		at := now()
		bench.RetiredAt = &at
		if err := tx.Select("retired_at").Updates(&bench).Error; err != nil {
			return err
		}
		revisions, err := gorm.G[fleet.Revision](tx, forUpdate).Where("bench_id = ? AND status <> ?", bench.ID, fleet.RevisionRemoved).Order("id").Find(ctx)
		if err != nil {
			return err
		}
		for _, revision := range revisions {
			if revision.Adopted() {
				err = setRevisionStatus(tx, revision.ID, fleet.RevisionRemoved, "Its directory is left as it is.")
			} else {
				err = s.removeRevision(tx, revision, actor.Name)
			}
			if err != nil {
				return err
			}
		}
		return s.audit(tx, actor, "retireBench", bench.Name, map[string]any{"benchId": benchID}, nil)
	})
	return bench, err
}

// benchAndMaster locks a bench that was not retired, and its master before it, which must be ready.
func benchAndMaster(ctx context.Context, tx *gorm.DB, benchID uint) (fleet.Bench, fleet.Server, error) {
	found, err := one[fleet.Bench](ctx, tx, "bench", benchID)
	if err != nil {
		return found, fleet.Server{}, fleet.AtField(err, "input.benchId")
	}
	server, err := readyMaster(ctx, tx, found.ServerID, "input.benchId")
	if err != nil {
		return found, server, err
	}
	bench, err := liveBench(ctx, tx, benchID)
	return bench, server, err
}

func refuseUsedBench(ctx context.Context, tx *gorm.DB, bench fleet.Bench) error {
	sites, err := gorm.G[fleet.Site](tx).Where("bench_id = ? AND status NOT IN ?", bench.ID, goneSites).Count(ctx, "id")
	if err != nil {
		return err
	}
	if sites > 0 {
		return fleet.FieldErrorf(fleet.CodeNotReady, "input.benchId", "%d sites live on %s; move or archive them first.", sites, bench.Name)
	}
	busy, err := gorm.G[fleet.Action](tx).Where("(bench_id = ? OR id IN ("+comingTo+" AND r.to_bench_id = ?)) AND status IN ?", bench.ID, []uint{bench.ServerID}, bench.ID, unfinished).First(ctx)
	if err == nil {
		return fleet.FieldErrorf(fleet.CodeNotReady, "input.benchId", "“%s” is under way on %s; wait for its end.", busy.Title, bench.Name)
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	return err
}
