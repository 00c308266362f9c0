package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"path/filepath"

	"filippo.io/age"

	"central/fleet"
	"central/runner/remote"
	"central/store"
)

// sshKeySecret is the name of Central's own private key among the sealed secrets.
const sshKeySecret = "ssh-key"

// keyFlags say what opens Central's secrets.
type keyFlags struct {
	Identity string `env:"CENTRAL_IDENTITY" type:"path" help:"File of the key that opens the secrets in the database; every process of one Central needs the same. identity in the data folder when not given."`
}

// secrets are what opens servers and what opens the database's secrets.
type secrets struct {
	*remote.Agent
	vault *remote.Vault
}

// openSecrets holds Central's SSH key, which is made the first time, and the vault of all other secrets.
func (f keyFlags) openSecrets(ctx context.Context, s *store.Store, data string) (secrets, error) {
	file := f.Identity
	if file == "" {
		file = filepath.Join(data, "identity")
	}
	identity, err := remote.LoadIdentity(file)
	if err != nil {
		return secrets{}, err
	}
	key, err := sshKey(ctx, s, identity)
	if err != nil {
		return secrets{}, fmt.Errorf("open Central's key: %w", err)
	}
	agent, err := remote.NewAgent(key)
	return secrets{agent, remote.NewVault(identity)}, err
}

// sshKey opens the key, or makes it. Of several processes that do so at once, one makes it.
func sshKey(ctx context.Context, s *store.Store, identity *age.X25519Identity) (ed25519.PrivateKey, error) {
	sealed, err := s.Secret(ctx, sshKeySecret)
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		sealed, err = makeSSHKey(ctx, s, identity)
	}
	if err != nil {
		return nil, err
	}
	return remote.OpenKey(sealed, identity)
}

func makeSSHKey(ctx context.Context, s *store.Store, identity *age.X25519Identity) ([]byte, error) {
	key, err := remote.GenerateKey()
	if err != nil {
		return nil, err
	}
	sealed, err := remote.SealKey(key, identity.Recipient())
	if err != nil {
		return nil, err
	}
	if _, err := s.SaveSecret(ctx, sshKeySecret, sealed); err != nil {
		return nil, err
	}
	return s.Secret(ctx, sshKeySecret) // another process's, when that was first
}
