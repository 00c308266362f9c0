package runner

import (
	"context"
	"crypto/ed25519"

	"central/fleet"
	"central/runner/remote"
	"central/store"
)

// Keys are Central's own SSH keys, sealed in the database: one that new servers let in, and one for each server whose
// access was renewed.
type Keys struct {
	Store *store.Store
	Vault *remote.Vault
}

// Open is the key with which Central logs in to a server, as it is on record now, or the one that is called name where
// that is not empty. It is a remote.Keyring. It errs with CodeNotFound when there is no such key.
func (k Keys) Open(ctx context.Context, serverID uint, name string) (ed25519.PrivateKey, error) {
	sealed, err := k.sealed(ctx, serverID, name)
	if err != nil {
		return nil, err
	}
	return k.Vault.OpenKey(sealed)
}

func (k Keys) sealed(ctx context.Context, serverID uint, name string) ([]byte, error) {
	if name == "" {
		return k.Store.ServerSSHKey(ctx, serverID)
	}
	return k.Store.Secret(ctx, name)
}

// Make makes sure that there is a key called name. Of several processes that do so at once, one makes it.
func (k Keys) Make(ctx context.Context, name string) error {
	_, err := k.Store.Secret(ctx, name)
	if fleet.ErrorCode(err) != fleet.CodeNotFound {
		return err
	}
	sealed, err := k.fresh()
	if err == nil {
		_, err = k.Store.SaveSecret(ctx, name, sealed)
	}
	return err
}

// fresh is a new key, sealed.
func (k Keys) fresh() ([]byte, error) {
	key, err := remote.GenerateKey()
	if err != nil {
		return nil, err
	}
	return k.Vault.SealKey(key)
}
