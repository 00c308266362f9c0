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

// Scan reads one scan.
func (s *Store) Scan(ctx context.Context, id uint) (fleet.Scan, error) {
	return one[fleet.Scan](ctx, s.db, "scan", id)
}

// LatestScans gives the newest scan of each server that was ever looked at.
func (s *Store) LatestScans(ctx context.Context, serverIDs []uint) (map[uint]fleet.Scan, error) {
	rows, err := gorm.G[fleet.Scan](s.db).Where("id IN (SELECT MAX(id) FROM scans WHERE server_id IN ? GROUP BY server_id)", serverIDs).Find(ctx)
	if err != nil {
		return nil, err
	}
	scans := make(map[uint]fleet.Scan, len(rows))
	for _, scan := range rows {
		scans[scan.ServerID] = scan
	}
	return scans, nil
}

// ScanServer queues a look at a server for benches that Central does not know. It changes nothing there, and
// works before the server is set up. It errs with CodeInvalid for a server that holds no benches by its role.
func (s *Store) ScanServer(ctx context.Context, actor fleet.Actor, serverID uint) (fleet.Scan, fleet.Action, error) {
	var scan fleet.Scan
	var action fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return scan, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		server, err := adoptable(ctx, tx, serverID)
		if err != nil {
			return err
		}
		action = fleet.Action{
			Kind: fleet.ActionScanServer, Title: "Look for benches on " + server.Name, ServerID: &server.ID,
			ActorName: actor.Name, WantsKey: fmt.Sprintf("server:%d", server.ID),
		}
		if err := s.enqueue(tx, &action); err != nil {
			return err
		}
		scan = fleet.Scan{ServerID: server.ID, ActionID: action.ID, CreatedAt: now()}
		if err := gorm.G[fleet.Scan](tx).Create(ctx, &scan); err != nil {
			return err
		}
		return s.audit(tx, actor, "scanServer", server.Name, map[string]any{"serverId": server.ID}, &action.ID)
	})
	return scan, action, err
}

// adoptable locks a server that may have benches to adopt.
func adoptable(ctx context.Context, tx *gorm.DB, id uint) (fleet.Server, error) {
	const field = "input.serverId"
	server, err := one[fleet.Server](ctx, tx, "server", id, forUpdate)
	switch {
	case err != nil:
		return server, fleet.AtField(err, field)
	case server.Role != fleet.RoleMaster:
		return server, fleet.FieldErrorf(fleet.CodeInvalid, field, "%s is a %s; benches live on masters.", server.Name, server.Role)
	case server.Status == fleet.ServerKeyChanged:
		return server, fleet.FieldErrorf(fleet.CodeHostKeyChanged, field, "%s shows another host key than the pinned one; everything on it is stopped.", server.Name)
	case server.Status == fleet.ServerRetired:
		return server, fleet.FieldErrorf(fleet.CodeNotReady, field, "Central has let go of %s; add it again first.", server.Name)
	}
	return server, nil
}

// SaveScan stores what the server of a scan's action answered.
func (s *Store) SaveScan(ctx context.Context, ref LeaseRef, found fleet.ScanFound) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		return tx.Model(&fleet.Scan{}).Where("action_id = ?", action.ID).Select("found", "finished_at").
			Updates(&fleet.Scan{Found: &found, FinishedAt: new(now())}).Error
	})
}

// SaveFoundReleases puts commits that a server was found to have, and that the app's repository has too, on record as
// releases. Those that are known stay as they are; the others are not on the branch.
func (s *Store) SaveFoundReleases(ctx context.Context, ref LeaseRef, appID uint, releases []fleet.Release) error {
	if len(releases) == 0 {
		return nil
	}
	return s.fenced(ctx, ref, func(tx *gorm.DB, _ *fleet.Action) error {
		rows := make([]fleet.Release, len(releases))
		for i, release := range releases {
			rows[i] = storedRelease(release, appID)
			rows[i].Position = fleet.OffBranch
		}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
	})
}

// ScanReport judges what a scan found by what is on record now; nil while the server has not answered.
func (s *Store) ScanReport(ctx context.Context, scan fleet.Scan) (*fleet.ScanReport, error) {
	if scan.Found == nil {
		return nil, nil
	}
	facts, err := scanFacts(ctx, s.db, scan.ServerID, *scan.Found)
	if err != nil {
		return nil, err
	}
	report := fleet.JudgeScan(*scan.Found, facts)
	return &report, nil
}

// scanFacts gathers what a scan is judged by.
func scanFacts(ctx context.Context, db *gorm.DB, serverID uint, found fleet.ScanFound) (fleet.ScanFacts, error) {
	facts := fleet.ScanFacts{Released: map[string]map[string]fleet.Release{}, Sites: map[string]bool{}, Benches: map[string]bool{}, Adopted: map[string]string{}}
	commits, sites := map[string]bool{}, map[string]bool{}
	for _, bench := range found.Benches {
		for _, app := range bench.Apps {
			commits[app.Commit] = true
		}
		for _, site := range bench.Sites {
			sites[site.Name] = true
		}
	}
	var err error
	if facts.Apps, err = gorm.G[fleet.App](db).Order("name").Find(ctx); err != nil {
		return facts, err
	}
	for _, app := range facts.Apps {
		facts.Released[app.Name] = map[string]fleet.Release{}
		releases, err := gorm.G[fleet.Release](db).Where("app_id = ? AND `commit` IN ?", app.ID, keys(commits)).Find(ctx)
		if err != nil {
			return facts, err
		}
		for _, release := range releases {
			facts.Released[app.Name][release.Commit] = release
		}
	}
	for names := range slices.Chunk(keys(sites), idsPerStatement) {
		known, err := gorm.G[fleet.Site](db).Select("name").Where("name IN ? AND status NOT IN ?", names, goneSites).Find(ctx)
		if err != nil {
			return facts, err
		}
		for _, site := range known {
			facts.Sites[site.Name] = true
		}
	}
	err = benchFacts(ctx, db, serverID, &facts)
	return facts, err
}

func benchFacts(ctx context.Context, db *gorm.DB, serverID uint, facts *fleet.ScanFacts) error {
	benches, err := gorm.G[fleet.Bench](db).Find(ctx)
	if err != nil {
		return err
	}
	names := map[uint]string{}
	for _, bench := range benches {
		facts.Benches[bench.Name], names[bench.ID] = true, bench.Name
	}
	revisions, err := adoptedRevisions(ctx, db, serverID)
	for _, revision := range revisions {
		facts.Adopted[revision.Path] = names[revision.BenchID]
	}
	return err
}

func adoptedRevisions(ctx context.Context, db *gorm.DB, serverID uint) ([]fleet.Revision, error) {
	return gorm.G[fleet.Revision](db).Where("server_id = ? AND path <> '' AND status <> ?", serverID, fleet.RevisionRemoved).Order("id").Find(ctx)
}

// AdoptedRevisions lists the revisions of a server that stand for benches made by hand.
func (s *Store) AdoptedRevisions(ctx context.Context, serverID uint) ([]fleet.Revision, error) {
	return adoptedRevisions(ctx, s.db, serverID)
}

// newestScan is the scan that an adoption is made from: the server's newest, and finished.
func newestScan(ctx context.Context, tx *gorm.DB, in fleet.AdoptInput) (fleet.Scan, error) {
	const field = "input.scanId"
	scan, err := gorm.G[fleet.Scan](tx).Where("server_id = ?", in.ServerID).Order("id DESC").First(ctx)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return scan, fleet.FieldErrorf(fleet.CodeNotFound, field, "Nobody has looked for benches on this server yet.")
	case err != nil:
		return scan, err
	case scan.ID != in.ScanID:
		return scan, fleet.FieldErrorf(fleet.CodeConflict, field, "Somebody has looked again since; tick what is to be adopted in what was found then.")
	case scan.Found == nil:
		return scan, fleet.FieldErrorf(fleet.CodeNotReady, field, "The server has not answered yet; wait for it, or look again.")
	}
	return scan, nil
}
