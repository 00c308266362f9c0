package store

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// forUpdate locks the rows that a query reads until the transaction ends.
var forUpdate = clause.Locking{Strength: "UPDATE"}

// one reads the row with this id, or errs with CodeNotFound naming what was looked for.
func one[T any](ctx context.Context, db *gorm.DB, what string, id uint, opts ...clause.Expression) (T, error) {
	row, err := gorm.G[T](db, opts...).Where("id = ?", id).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, fleet.Errorf(fleet.CodeNotFound, "There is no %s with the id %d.", what, id)
	}
	return row, err
}

// byID reads the rows with these ids into a map; ids without a row are missing from it.
func byID[T any](ctx context.Context, db *gorm.DB, ids []uint, id func(T) uint, opts ...clause.Expression) (map[uint]T, error) {
	found := make(map[uint]T, len(ids))
	for chunk := range slices.Chunk(ids, 1000) {
		rows, err := gorm.G[T](db, opts...).Where("id IN ?", chunk).Order("id").Find(ctx)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			found[id(row)] = row
		}
	}
	return found, nil
}

// ServersByID reads many servers at once.
func (s *Store) ServersByID(ctx context.Context, ids []uint) (map[uint]fleet.Server, error) {
	return byID(ctx, s.db, ids, func(v fleet.Server) uint { return v.ID })
}

// AppsByID reads many apps at once.
func (s *Store) AppsByID(ctx context.Context, ids []uint) (map[uint]fleet.App, error) {
	return byID(ctx, s.db, ids, func(v fleet.App) uint { return v.ID })
}

// BenchesByID reads many benches at once.
func (s *Store) BenchesByID(ctx context.Context, ids []uint) (map[uint]fleet.Bench, error) {
	return byID(ctx, s.db, ids, func(v fleet.Bench) uint { return v.ID })
}

// RevisionsByID reads many revisions at once.
func (s *Store) RevisionsByID(ctx context.Context, ids []uint) (map[uint]fleet.Revision, error) {
	return byID(ctx, s.db, ids, func(v fleet.Revision) uint { return v.ID })
}

// SitesByID reads many sites at once.
func (s *Store) SitesByID(ctx context.Context, ids []uint) (map[uint]fleet.Site, error) {
	return byID(ctx, s.db, ids, func(v fleet.Site) uint { return v.ID })
}

// ActionsByID reads many actions at once.
func (s *Store) ActionsByID(ctx context.Context, ids []uint) (map[uint]fleet.Action, error) {
	return byID(ctx, s.db, ids, func(v fleet.Action) uint { return v.ID })
}

// DeploysByID reads many deploys at once.
func (s *Store) DeploysByID(ctx context.Context, ids []uint) (map[uint]fleet.Deploy, error) {
	return byID(ctx, s.db, ids, func(v fleet.Deploy) uint { return v.ID })
}
