package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// Pairs lists all pairs by name.
func (s *Store) Pairs(ctx context.Context) ([]fleet.Pair, error) {
	return gorm.G[fleet.Pair](s.db).Order("name").Find(ctx)
}

// Pair reads one pair.
func (s *Store) Pair(ctx context.Context, id uint) (fleet.Pair, error) {
	return one[fleet.Pair](ctx, s.db, "pair", id)
}

// PairsOfServers gives the pair of each server that is part of one.
func (s *Store) PairsOfServers(ctx context.Context, serverIDs []uint) (map[uint]fleet.Pair, error) {
	return pairsOfServers(ctx, s.db, serverIDs)
}

func pairsOfServers(ctx context.Context, db *gorm.DB, serverIDs []uint) (map[uint]fleet.Pair, error) {
	rows, err := gorm.G[fleet.Pair](db).Where("master_id IN ? OR slave_id IN ?", serverIDs, serverIDs).Find(ctx)
	if err != nil {
		return nil, err
	}
	pairs := make(map[uint]fleet.Pair, 2*len(rows))
	for _, pair := range rows {
		pairs[pair.MasterID], pairs[pair.SlaveID] = pair, pair
	}
	return pairs, nil
}

// switchingPairs gives the pair of each server that is part of one that switches.
func switchingPairs(ctx context.Context, db *gorm.DB, serverIDs []uint) (map[uint]fleet.Pair, error) {
	rows, err := gorm.G[fleet.Pair](db).Where("status = ? AND (master_id IN ? OR slave_id IN ?)", fleet.PairSwitching, serverIDs, serverIDs).Find(ctx)
	pairs := make(map[uint]fleet.Pair, 2*len(rows))
	for _, pair := range rows {
		pairs[pair.MasterID], pairs[pair.SlaveID] = pair, pair
	}
	return pairs, err
}
