package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// Placement says where a new site would go that asks for this, and why.
func (s *Store) Placement(ctx context.Context, wish fleet.PlacementWish) (fleet.Placement, error) {
	if err := wish.Validate(); err != nil {
		return fleet.Placement{}, err
	}
	rooms, err := benchRooms(ctx, s.db.WithContext(ctx))
	return fleet.Place(wish, rooms), err
}

// placedBench is the bench for a new site: the one that it names, or the one with the most room.
func placedBench(ctx context.Context, tx *gorm.DB, in fleet.NewSite) (fleet.Bench, error) {
	if in.BenchID != 0 {
		bench, err := one[fleet.Bench](ctx, tx, "bench", in.BenchID)
		return bench, fleet.AtField(err, "input.benchId")
	}
	// Whoever is placed takes turns, so that each is counted before the next one is.
	if err := turn(tx, "placement"); err != nil {
		return fleet.Bench{}, err
	}
	rooms, err := benchRooms(ctx, tx)
	if err != nil {
		return fleet.Bench{}, err
	}
	id, err := fleet.Place(in.Wish(), rooms).Bench(in.Wish())
	if err != nil {
		return fleet.Bench{}, err
	}
	return one[fleet.Bench](ctx, tx, "bench", id)
}

// benchRooms is all benches with what decides about new sites. It locks nothing: what happens meanwhile on a server
// changes its room by little.
func benchRooms(ctx context.Context, db *gorm.DB) ([]fleet.BenchRoom, error) {
	benches, err := gorm.G[fleet.Bench](db).Where("retired_at IS NULL").Order("id").Find(ctx)
	if err != nil || len(benches) == 0 {
		return nil, err
	}
	serverIDs, benchIDs := make([]uint, len(benches)), make([]uint, len(benches))
	for i, bench := range benches {
		serverIDs[i], benchIDs[i] = bench.ServerID, bench.ID
	}
	servers, err := byID(ctx, db, serverIDs, func(v fleet.Server) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	pairs, err := pairsOfServers(ctx, db, serverIDs)
	if err != nil {
		return nil, err
	}
	health, err := healthOfServers(ctx, db, serverIDs)
	if err != nil {
		return nil, err
	}
	counts, err := countNewcomers(db, serverIDs)
	if err != nil {
		return nil, err
	}
	apps, err := newestApps(db, benchIDs)
	if err != nil {
		return nil, err
	}
	rooms := make([]fleet.BenchRoom, len(benches))
	for i, bench := range benches {
		rooms[i] = fleet.BenchRoom{
			Bench: bench, Server: servers[bench.ServerID], Apps: apps[bench.ID], Health: health[bench.ServerID],
			Sites: counts[bench.ServerID].Sites, Newcomers: counts[bench.ServerID].Newcomers,
		}
		if pair, ok := pairs[bench.ServerID]; ok {
			rooms[i].Pair = &pair
		}
	}
	return rooms, nil
}

// siteLoad is how many sites a server has, and how many of them its last sample does not show in full.
type siteLoad struct {
	ServerID  uint
	Sites     int
	Newcomers int
}

func countNewcomers(db *gorm.DB, serverIDs []uint) (map[uint]siteLoad, error) {
	var rows []siteLoad
	err := db.Raw(`SELECT s.server_id, COUNT(*) AS sites, CAST(SUM(s.status = 'CREATING' OR h.looked_at IS NULL OR s.created_at > h.looked_at) AS SIGNED) AS newcomers
		FROM sites s LEFT JOIN server_health h ON h.server_id = s.server_id WHERE s.server_id IN ? AND s.status NOT IN ? GROUP BY s.server_id`,
		serverIDs, goneSites).Scan(&rows).Error
	counts := make(map[uint]siteLoad, len(rows))
	for _, row := range rows {
		counts[row.ServerID] = row
	}
	return counts, err
}

// newestApps is the apps of the revision that a new site of each bench would get, besides those of benches without one.
func newestApps(db *gorm.DB, benchIDs []uint) (map[uint][]string, error) {
	var newest []uint
	err := db.Model(&fleet.Revision{}).Where("bench_id IN ? AND status = ? AND path = ''", benchIDs, fleet.RevisionReady).
		Group("bench_id").Pluck("MAX(id)", &newest).Error
	if err != nil {
		return nil, err
	}
	revisions, err := byID(db.Statement.Context, db, newest, func(v fleet.Revision) uint { return v.ID })
	if err != nil {
		return nil, err
	}
	apps := make(map[uint][]string, len(revisions))
	for _, revision := range revisions {
		names := make([]string, len(revision.Apps))
		for i, app := range revision.Apps {
			names[i] = app.App
		}
		apps[revision.BenchID] = names
	}
	return apps, nil
}

// CloseServer closes a server to new sites, or opens it again. It errs with CodeConflict when it is so already, for the same
// reason.
func (s *Store) CloseServer(ctx context.Context, actor fleet.Actor, in fleet.CloseInput) (fleet.Server, error) {
	var server fleet.Server
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return server, err
	}
	if err := in.Validate(); err != nil {
		return server, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if server, err = one[fleet.Server](ctx, tx, "server", in.ServerID, forUpdate); err != nil {
			return fleet.AtField(err, "input.serverId")
		}
		if server.Role == fleet.RoleProxy {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.serverId", "%s is a proxy; no sites live there.", server.Name)
		}
		if server.ClosedToSites == in.Closed && server.ClosedWhy == in.Why {
			return alreadySo(server.Name, in.Closed)
		}
		server.ClosedToSites, server.ClosedWhy, server.UpdatedAt = in.Closed, in.Why, now()
		if err := tx.Model(&server).Select("closed_to_sites", "closed_why", "updated_at").Updates(&server).Error; err != nil {
			return err
		}
		return s.auditClose(tx, actor, "closeServer", server.Name, "serverId", server.ID, in)
	})
	return server, err
}

// CloseBench closes a bench to new sites, or opens it again. It errs as CloseServer does.
func (s *Store) CloseBench(ctx context.Context, actor fleet.Actor, in fleet.CloseInput) (fleet.Bench, error) {
	var bench fleet.Bench
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return bench, err
	}
	if err := in.Validate(); err != nil {
		return bench, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if bench, err = one[fleet.Bench](ctx, tx, "bench", in.BenchID, forUpdate); err != nil {
			return fleet.AtField(err, "input.benchId")
		}
		if bench.ClosedToSites == in.Closed && bench.ClosedWhy == in.Why {
			return alreadySo(bench.Name, in.Closed)
		}
		bench.ClosedToSites, bench.ClosedWhy = in.Closed, in.Why
		if err := tx.Model(&bench).Select("closed_to_sites", "closed_why").Updates(&bench).Error; err != nil {
			return err
		}
		return s.auditClose(tx, actor, "closeBench", bench.Name, "benchId", bench.ID, in)
	})
	return bench, err
}

func (s *Store) auditClose(tx *gorm.DB, actor fleet.Actor, operation, name, key string, id uint, in fleet.CloseInput) error {
	return s.audit(tx, actor, operation, name+": "+openWord(in.Closed), map[string]any{key: id, "closed": in.Closed, "why": in.Why}, nil)
}

func alreadySo(name string, closed bool) error {
	return fleet.FieldErrorf(fleet.CodeConflict, "input.closed", "%s is %s to new sites already.", name, openWord(closed))
}

func openWord(closed bool) string {
	if closed {
		return "closed"
	}
	return "open"
}
