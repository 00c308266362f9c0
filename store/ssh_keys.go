package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"central/fleet"
)

// EntranceKey is the name of the secret with Central's key for new servers, and for all whose access was never renewed.
const EntranceKey = "ssh-key"

// rotatedKeys is how the names begin of keys that belong to one server.
const rotatedKeys = EntranceKey + "-"

// RotatedKey is the name of the secret with the key that an action makes which renews the access to a server.
func RotatedKey(actionID uint) string { return fmt.Sprintf("%s%d", rotatedKeys, actionID) }

// ServerSSHKey reads the sealed key with which Central logs in to a server now; 0 stands for one that is not in the
// fleet yet. It errs with CodeNotFound when there is none.
func (s *Store) ServerSSHKey(ctx context.Context, serverID uint) ([]byte, error) {
	name := EntranceKey
	if serverID != 0 {
		server, err := gorm.G[fleet.Server](s.db).Select("id", "ssh_key").Where("id = ?", serverID).Take(ctx)
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, err
		}
		if server.SSHKey != "" {
			name = server.SSHKey
		}
	}
	return s.Secret(ctx, name)
}

// UseServerKey puts on record that the server of an action is reached with another key of Central's from now on.
func (s *Store) UseServerKey(ctx context.Context, ref LeaseRef, name string) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, action *fleet.Action) error {
		return tx.Model(&fleet.Server{}).Where("id = ?", *action.ServerID).Updates(map[string]any{"ssh_key": name, "updated_at": now()}).Error
	})
}

// DropUnusedKeys removes the keys of Central's that no server is reached with any more, retired ones aside, and that no
// action under way is about to use. The key for new servers is replaced by entrance, which is sealed, when entrance is
// not nil and no server uses it any more; renewed says so.
func (s *Store) DropUnusedKeys(ctx context.Context, ref LeaseRef, entrance []byte) (renewed bool, err error) {
	err = s.fenced(ctx, ref, func(tx *gorm.DB, _ *fleet.Action) error {
		var err error
		renewed, err = dropUnusedKeys(tx, entrance)
		return err
	})
	return renewed, err
}

func dropUnusedKeys(tx *gorm.DB, entrance []byte) (renewed bool, err error) {
	ctx := tx.Statement.Context
	// First those under way: what they have put on record when they end is seen by what is read after.
	underWay, err := gorm.G[fleet.Action](tx).Select("id").Where("kind = ? AND status IN ?", fleet.ActionRotateCredentials,
		[]fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning}).Find(ctx)
	if err != nil {
		return false, err
	}
	servers, err := gorm.G[fleet.Server](tx).Select("id", "ssh_key").Where("status <> ?", fleet.ServerRetired).Find(ctx)
	if err != nil {
		return false, err
	}
	used := map[string]bool{}
	for _, action := range underWay {
		used[RotatedKey(action.ID)] = true
	}
	for _, server := range servers {
		used[server.SSHKey] = true
	}
	keys, err := gorm.G[secret](tx).Select("name").Where("name LIKE ?", rotatedKeys+"%").Find(ctx)
	if err != nil {
		return false, err
	}
	for _, key := range keys {
		if used[key.Name] || !strings.HasPrefix(key.Name, rotatedKeys) {
			continue
		}
		if _, err := gorm.G[secret](tx).Where("name = ?", key.Name).Delete(ctx); err != nil {
			return false, err
		}
	}
	if entrance == nil || used[""] {
		return false, nil
	}
	changed, err := gorm.G[secret](tx).Where("name = ?", EntranceKey).Select("sealed", "created_at").Updates(ctx, secret{Sealed: entrance, CreatedAt: now()})
	return changed > 0, err
}

// ReplaceSecret keeps sealed, which must be encrypted, under name, in place of what was there. ref must hold an action.
func (s *Store) ReplaceSecret(ctx context.Context, ref LeaseRef, name string, sealed []byte) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, _ *fleet.Action) error {
		if _, err := gorm.G[secret](tx).Where("name = ?", name).Delete(tx.Statement.Context); err != nil {
			return err
		}
		return gorm.G[secret](tx).Create(tx.Statement.Context, &secret{Name: name, Sealed: sealed, CreatedAt: now()})
	})
}
