package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// Actions is a page of actions, newest first.
func (s *Store) Actions(ctx context.Context, page fleet.Page, filter fleet.ActionFilter) (fleet.ActionConnection, error) {
	scope := s.db.Session(&gorm.Session{NewDB: true})
	if filter.Statuses != nil {
		scope = scope.Where("status IN ?", filter.Statuses)
	}
	if filter.Kinds != nil {
		scope = scope.Where("kind IN ?", filter.Kinds)
	}
	if filter.ServerID != nil {
		scope = scope.Where("server_id = ?", *filter.ServerID)
	}
	if filter.SiteID != nil {
		scope = scope.Where("site_id = ?", *filter.SiteID)
	}
	if filter.BenchID != nil {
		scope = scope.Where("bench_id = ?", *filter.BenchID)
	}
	if filter.RootsOnly {
		scope = scope.Where("parent_id IS NULL")
	}
	nodes, total, info, err := newestFirst(ctx, scope, page, func(a fleet.Action) uint { return a.ID })
	return fleet.ActionConnection{Nodes: nodes, TotalCount: total, PageInfo: info}, err
}

// Action reads one action.
func (s *Store) Action(ctx context.Context, id uint) (fleet.Action, error) {
	return one[fleet.Action](ctx, s.db, "action", id)
}

// ChildrenOfActions lists the actions that are parts of others, in the order in which they were queued, by
// the action that they are part of.
func (s *Store) ChildrenOfActions(ctx context.Context, ids []uint) (map[uint][]fleet.Action, error) {
	rows, err := gorm.G[fleet.Action](s.db).Where("parent_id IN ?", ids).Order("id").Find(ctx)
	if err != nil {
		return nil, err
	}
	children := map[uint][]fleet.Action{}
	for _, row := range rows {
		children[*row.ParentID] = append(children[*row.ParentID], row)
	}
	return children, nil
}

// NeedsOfActions lists what has to succeed before actions start, in the order in which it was queued, by the
// action that waits for it. What has succeeded since is among it.
func (s *Store) NeedsOfActions(ctx context.Context, ids []uint) (map[uint][]fleet.Action, error) {
	rows, err := gorm.G[actionNeed](s.db).Where("action_id IN ?", ids).Order("action_id, needs_id").Find(ctx)
	if err != nil {
		return nil, err
	}
	wanted := make([]uint, len(rows))
	for i, row := range rows {
		wanted[i] = row.NeedsID
	}
	found, err := s.ActionsByID(ctx, slices.Compact(slices.Sorted(slices.Values(wanted))))
	if err != nil {
		return nil, err
	}
	needs := map[uint][]fleet.Action{}
	for _, row := range rows {
		needs[row.ActionID] = append(needs[row.ActionID], found[row.NeedsID])
	}
	return needs, nil
}
