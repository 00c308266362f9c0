package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// Deploys is a page of deploys, newest first.
func (s *Store) Deploys(ctx context.Context, page fleet.Page) (fleet.DeployConnection, error) {
	nodes, total, info, err := newestFirst(ctx, s.db, page, func(d fleet.Deploy) uint { return d.ID })
	return fleet.DeployConnection{Nodes: nodes, TotalCount: total, PageInfo: info}, err
}

// Deploy reads one deploy.
func (s *Store) Deploy(ctx context.Context, id uint) (fleet.Deploy, error) {
	return one[fleet.Deploy](ctx, s.db, "deploy", id)
}

// DeploySitesOf lists the sites of a deploy by name.
func (s *Store) DeploySitesOf(ctx context.Context, deployID uint) ([]fleet.DeploySite, error) {
	return gorm.G[fleet.DeploySite](s.db).Where("deploy_id = ?", deployID).Order("site_name").Find(ctx)
}

// BuildsOfDeploys lists the revisions that deploys build, by deploy.
func (s *Store) BuildsOfDeploys(ctx context.Context, deployIDs []uint) (map[uint][]fleet.DeployBuild, error) {
	actions, err := gorm.G[fleet.Action](s.db).Where("deploy_id IN ? AND kind = ?", deployIDs, fleet.ActionBuildRevision).Order("id").Find(ctx)
	builds := map[uint][]fleet.DeployBuild{}
	for _, action := range actions {
		builds[*action.DeployID] = append(builds[*action.DeployID], buildOf(action))
	}
	return builds, err
}

// ProgressOfDeploys is the whole of deploys in figures.
func (s *Store) ProgressOfDeploys(ctx context.Context, deployIDs []uint) (map[uint]fleet.DeployProgress, error) {
	deploys, err := s.DeploysByID(ctx, deployIDs)
	if err != nil {
		return nil, err
	}
	running, err := runningSites(ctx, s.db, deployIDs)
	if err != nil {
		return nil, err
	}
	progress := make(map[uint]fleet.DeployProgress, len(deploys))
	for id, deploy := range deploys {
		progress[id] = deploy.ProgressOf(running[id], now())
	}
	return progress, nil
}
