package main

import (
	"context"
	"fmt"
	"path/filepath"

	"central/runner"
	"central/runner/remote"
	"central/store"
)

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
	keys := runner.Keys{Store: s, Vault: remote.NewVault(identity)}
	if err := keys.Make(ctx, store.EntranceKey); err != nil {
		return secrets{}, fmt.Errorf("make Central's key: %w", err)
	}
	agent := remote.NewAgent(keys.Open)
	if _, err := agent.PublicKey(ctx, remote.Host{}); err != nil { // whether this identity opens it
		return secrets{}, fmt.Errorf("open Central's key: %w", err)
	}
	return secrets{agent, keys.Vault}, nil
}

// newKey makes an SSH key for a purpose of its own.
func (s secrets) newKey() (public string, sealed []byte, err error) {
	key, err := remote.GenerateKey()
	if err != nil {
		return "", nil, err
	}
	sealed, err = s.vault.SealKey(key)
	return remote.PublicKey(key), sealed, err
}

// publicKey is the line by which new servers let Central in, as it is now.
func (s secrets) publicKey(ctx context.Context) (string, error) {
	return s.PublicKey(ctx, remote.Host{})
}
