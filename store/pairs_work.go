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

// PairTold puts on record which host keys the two servers of a pair were told of each other. ref must hold an action.
func (s *Store) PairTold(ctx context.Context, ref LeaseRef, pairID uint, servers ...fleet.Server) error {
	told := map[uint]string{}
	for _, server := range servers {
		told[server.ID] = server.HostKey
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.fence(tx, ref); err != nil {
			return err
		}
		return tx.Model(&fleet.Pair{ID: pairID}).Select("told_keys", "updated_at").Updates(&fleet.Pair{ToldKeys: told, UpdatedAt: now()}).Error
	})
}
