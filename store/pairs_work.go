package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// RevisionsOnServer lists the revisions on a server that are built, oldest first.
func (s *Store) RevisionsOnServer(ctx context.Context, serverID uint) ([]fleet.Revision, error) {
	return gorm.G[fleet.Revision](s.db).Where("server_id = ? AND status = ?", serverID, fleet.RevisionReady).Order("id").Find(ctx)
}

// SlaveOf is the slave that gets what is built on a server: nil unless the server is the master of a pair whose
// slave is set up.
func (s *Store) SlaveOf(ctx context.Context, serverID uint) (*fleet.Pair, *fleet.Server, error) {
	pairs, err := s.PairsOfServers(ctx, []uint{serverID})
	if err != nil {
		return nil, nil, err
	}
	pair, paired := pairs[serverID]
	if !paired || pair.MasterID != serverID {
		return nil, nil, nil
	}
	slave, err := s.Server(ctx, pair.SlaveID)
	if err != nil || slave.Status != fleet.ServerReady {
		return &pair, nil, err
	}
	return &pair, &slave, nil
}
