package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// buildsAtOnce is how many revisions are built on one server together.
const buildsAtOnce = 2

// Benches lists all benches by name, but for those that were retired.
func (s *Store) Benches(ctx context.Context) ([]fleet.Bench, error) {
	return gorm.G[fleet.Bench](s.db).Where("retired_at IS NULL").Order("name").Find(ctx)
}

// Bench reads one bench.
func (s *Store) Bench(ctx context.Context, id uint) (fleet.Bench, error) {
	return one[fleet.Bench](ctx, s.db, "bench", id)
}

// Revision reads one revision.
func (s *Store) Revision(ctx context.Context, id uint) (fleet.Revision, error) {
	return one[fleet.Revision](ctx, s.db, "revision", id)
}

// BenchesOfServers lists the benches of many servers, by name.
func (s *Store) BenchesOfServers(ctx context.Context, serverIDs []uint) (map[uint][]fleet.Bench, error) {
	rows, err := gorm.G[fleet.Bench](s.db).Where("server_id IN ? AND retired_at IS NULL", serverIDs).Order("name").Find(ctx)
	if err != nil {
		return nil, err
	}
	benches := map[uint][]fleet.Bench{}
	for _, bench := range rows {
		benches[bench.ServerID] = append(benches[bench.ServerID], bench)
	}
	return benches, nil
}

// RevisionsOfBenches lists the revisions that are on the servers, newest first, by bench.
func (s *Store) RevisionsOfBenches(ctx context.Context, benchIDs []uint) (map[uint][]fleet.Revision, error) {
	rows, err := gorm.G[fleet.Revision](s.db).Where("bench_id IN ? AND status <> ?", benchIDs, fleet.RevisionRemoved).Order("id DESC").Find(ctx)
	if err != nil {
		return nil, err
	}
	revisions := map[uint][]fleet.Revision{}
	for _, revision := range rows {
		revisions[revision.BenchID] = append(revisions[revision.BenchID], revision)
	}
	return revisions, nil
}

// CreateBench puts a bench on record and queues the building of its first revision. It errs with CodeConflict
// when the name is taken, unless by a bench of which nothing could be built: that one is replaced.
func (s *Store) CreateBench(ctx context.Context, actor fleet.Actor, in fleet.NewBench) (fleet.Bench, fleet.Action, error) {
	var bench fleet.Bench
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return bench, action, err
	}
	if err := in.Validate(); err != nil {
		return bench, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		server, err := readyMaster(ctx, tx, in.ServerID, "input.serverId")
		if err != nil {
			return err
		}
		apps, err := releasedApps(ctx, tx, in.Apps)
		if err != nil {
			return err
		}
		bench = fleet.Bench{
			Name: in.Name, ServerID: server.ID, Python: in.Python, Node: in.Node,
			Workers: *in.Workers, WebWorkers: *in.WebWorkers, MemoryMB: in.MemoryMB, CreatedAt: now(),
		}
		if err := s.putBench(tx, actor, &bench); err != nil {
			return err
		}
		_, action, err = s.addRevision(tx, actor, bench, server, apps, nil)
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "createBench", bench.Name, map[string]any{
			"name": in.Name, "serverId": in.ServerID, "python": in.Python, "node": in.Node, "apps": in.Apps,
			"workers": in.Workers, "webWorkers": in.WebWorkers, "memoryMb": in.MemoryMB,
		}, &action.ID)
	})
	if duplicate(err) {
		err = benchTaken(in.Name)
	}
	return bench, action, err
}

func benchTaken(name string) error {
	return fleet.FieldErrorf(fleet.CodeConflict, "input.name", "There is already a bench called %s.", name)
}

// putBench writes a new bench, over the row of an earlier try of its name if all that was built of that failed.
func (s *Store) putBench(tx *gorm.DB, actor fleet.Actor, bench *fleet.Bench) error {
	ctx := tx.Statement.Context
	earlier, err := gorm.G[fleet.Bench](tx, forUpdate).Where("name = ?", bench.Name).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return gorm.G[fleet.Bench](tx).Create(ctx, bench)
	}
	if err != nil {
		return err
	}
	revisions, err := gorm.G[fleet.Revision](tx, forUpdate).Where("bench_id = ? AND status <> ?", earlier.ID, fleet.RevisionRemoved).Order("id").Find(ctx)
	if err != nil {
		return err
	}
	for _, revision := range revisions {
		if revision.Status != fleet.RevisionFailed {
			return benchTaken(bench.Name)
		}
		if err := s.removeRevision(tx, revision, actor.Name); err != nil {
			return err
		}
	}
	bench.ID = earlier.ID
	return tx.Select("*").Omit("id").Updates(bench).Error
}

// releasedApps turns app commits into the apps of a revision. It errs with CodeUnknownCommit and the field
// for a commit that is not among the app's releases.
func releasedApps(ctx context.Context, tx *gorm.DB, commits []fleet.AppCommit) ([]fleet.RevisionApp, error) {
	apps := make([]fleet.RevisionApp, len(commits))
	for i, want := range commits {
		var err error
		if apps[i], err = releasedApp(ctx, tx, want, fmt.Sprintf("input.apps.%d", i)); err != nil {
			return nil, err
		}
	}
	return apps, nil
}

func releasedApp(ctx context.Context, tx *gorm.DB, want fleet.AppCommit, field string) (fleet.RevisionApp, error) {
	none := fleet.RevisionApp{}
	app, err := appNamed(ctx, tx, want.App, field+".app")
	if err != nil {
		return none, err
	}
	release, err := gorm.G[fleet.Release](tx).Where("app_id = ? AND `commit` = ?", app.ID, want.Commit).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return none, fleet.FieldErrorf(fleet.CodeUnknownCommit, field+".commit", "%s has no release with the commit %s; fetch its releases and choose one of them.", want.App, fleet.ShortCommit(want.Commit))
	}
	return fleet.RevisionApp{App: app.Name, Commit: release.Commit, Version: release.Version}, err
}

// addRevision puts a new revision of a bench on record, on the smallest free slot of its server, and queues
// its building. The server's row must be locked.
func (s *Store) addRevision(tx *gorm.DB, actor fleet.Actor, bench fleet.Bench, server fleet.Server, apps []fleet.RevisionApp, deploy *fleet.Deploy) (fleet.Revision, fleet.Action, error) {
	ctx := tx.Statement.Context
	var action fleet.Action
	count, err := gorm.G[fleet.Revision](tx).Where("bench_id = ?", bench.ID).Count(ctx, "id")
	if err != nil {
		return fleet.Revision{}, action, err
	}
	slot, err := freeSlot(tx, server)
	if err != nil {
		return fleet.Revision{}, action, err
	}
	revision := bench.NewRevision(fmt.Sprintf("r%d", count+1), slot, apps)
	revision.CreatedAt = now()
	if err := gorm.G[fleet.Revision](tx).Create(ctx, &revision); err != nil {
		return revision, action, err
	}
	action = fleet.Action{
		Kind: fleet.ActionBuildRevision, Title: fmt.Sprintf("Build %s %s (%s)", bench.Name, revision.Name, revision.Version),
		ServerID: &server.ID, BenchID: &bench.ID, RevisionID: &revision.ID, ActorName: actor.Name,
		Lane: fmt.Sprintf("server:%d:build", server.ID), LaneLimit: buildsAtOnce, WantsKey: fmt.Sprintf("revision:%d", revision.ID),
	}
	if deploy != nil {
		action.ParentID, action.DeployID = &deploy.ActionID, &deploy.ID
	}
	err = s.enqueue(tx, &action)
	return revision, action, err
}

// freeSlot is the smallest slot that no revision of the server uses, nor anything on it that is not Central's.
func freeSlot(tx *gorm.DB, server fleet.Server) (int, error) {
	var taken []int
	err := tx.Model(&fleet.Revision{}).Where("server_id = ? AND slot IS NOT NULL", server.ID).Pluck("slot", &taken).Error
	taken = append(taken, server.TakenSlots...)
	slot := 0
	for slices.Contains(taken, slot) {
		slot++
	}
	return slot, err
}

// BuiltRevisions lists the revisions of a bench that are on its server because Central has built them, oldest first.
func (s *Store) BuiltRevisions(ctx context.Context, benchID uint) ([]fleet.Revision, error) {
	return gorm.G[fleet.Revision](s.db).Where("bench_id = ? AND status = ? AND path = ''", benchID, fleet.RevisionReady).Order("id").Find(ctx)
}

// liveBench locks a bench that was not retired.
func liveBench(ctx context.Context, tx *gorm.DB, id uint) (fleet.Bench, error) {
	bench, err := one[fleet.Bench](ctx, tx, "bench", id, forUpdate)
	if err == nil && bench.RetiredAt != nil {
		err = fleet.Errorf(fleet.CodeNotFound, "%s was retired.", bench.Name)
	}
	return bench, fleet.AtField(err, "input.benchId")
}

// newestRevision is the newest ready revision of a bench that Central has built.
func newestRevision(ctx context.Context, tx *gorm.DB, bench fleet.Bench) (fleet.Revision, error) {
	revision, err := gorm.G[fleet.Revision](tx).Where("bench_id = ? AND status = ? AND path = ''", bench.ID, fleet.RevisionReady).Order("id DESC").First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return revision, fleet.FieldErrorf(fleet.CodeNotReady, "input.benchId", "%s has no revision that Central has built; wait for it, or deploy a site of an adopted bench first.", bench.Name)
	}
	return revision, err
}

// removeEmptyRevisions queues the removal of the revisions of these benches that hold no site and are
// neither awaited nor left by one, but for the newest fleet.RevisionsKept of each bench. Failed ones always go,
// adopted ones never: they are not Central's to remove.
func (s *Store) removeEmptyRevisions(tx *gorm.DB, benchIDs []uint, actorName string) error {
	ctx := tx.Statement.Context
	// Whoever puts a site on a revision holds its server's row; from here on nobody does.
	err := tx.Clauses(forUpdate).Where("id IN (SELECT server_id FROM benches WHERE id IN ?)", benchIDs).Order("id").Find(&[]fleet.Server{}).Error
	if err != nil {
		return err
	}
	empty, err := gorm.G[fleet.Revision](tx, forUpdate).
		Where("bench_id IN ? AND status IN ? AND path = ''", benchIDs, []fleet.RevisionStatus{fleet.RevisionReady, fleet.RevisionFailed}).
		Where("NOT EXISTS (SELECT 1 FROM sites WHERE sites.revision_id = revisions.id AND sites.status NOT IN ?)", goneSites).
		Where("NOT EXISTS (SELECT 1 FROM deploy_sites WHERE deploy_sites.to_revision_id = revisions.id AND deploy_sites.status IN ?)", movingSites).
		Where("NOT EXISTS (SELECT 1 FROM deploy_sites WHERE deploy_sites.from_revision_id = revisions.id AND deploy_sites.status IN ?)", movingSites).
		Where(notOnTheWay).
		Order("id DESC").Find(ctx)
	if err != nil {
		return err
	}
	kept := map[uint]int{} // by bench
	for _, revision := range empty {
		if revision.Status == fleet.RevisionReady && kept[revision.BenchID] < fleet.RevisionsKept {
			kept[revision.BenchID]++
			continue
		}
		if err := s.removeRevision(tx, revision, actorName); err != nil {
			return err
		}
	}
	return nil
}

// removeRevision takes a revision out of use at once and queues the removal of its directory; its slot is
// free when that is done.
func (s *Store) removeRevision(tx *gorm.DB, revision fleet.Revision, actorName string) error {
	bench, err := one[fleet.Bench](tx.Statement.Context, tx, "bench", revision.BenchID)
	if err != nil {
		return err
	}
	if err := setRevisionStatus(tx, revision.ID, fleet.RevisionRemoved, revision.StatusReason); err != nil {
		return err
	}
	return s.enqueue(tx, &fleet.Action{
		Kind: fleet.ActionRemoveRevision, Title: fmt.Sprintf("Remove %s %s (%s)", bench.Name, revision.Name, revision.Version),
		ServerID: &revision.ServerID, BenchID: &bench.ID, RevisionID: &revision.ID, ActorName: actorName,
		WantsKey: fmt.Sprintf("revision:%d", revision.ID),
	})
}

func setRevisionStatus(tx *gorm.DB, id uint, status fleet.RevisionStatus, reason string) error {
	return tx.Model(&fleet.Revision{}).Where("id = ?", id).Updates(map[string]any{"status": status, "status_reason": reason}).Error
}
