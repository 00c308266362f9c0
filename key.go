package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"

	"filippo.io/age"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
)

// sshKeySecret is the name of Central's own private key among the sealed secrets.
const sshKeySecret = "ssh-key"

// keyFlags say what opens Central's secrets.
type keyFlags struct {
	Identity string `env:"CENTRAL_IDENTITY" type:"path" help:"File of the key that opens the secrets in the database; every process of one Central needs the same. identity in the data folder when not given."`
}

// agent holds Central's SSH key, which is made the first time.
func (f keyFlags) agent(ctx context.Context, s *store.Store, data string) (*remote.Agent, error) {
	file := f.Identity
	if file == "" {
		file = filepath.Join(data, "identity")
	}
	identity, err := remote.LoadIdentity(file)
	if err != nil {
		return nil, err
	}
	key, err := sshKey(ctx, s, identity)
	if err != nil {
		return nil, fmt.Errorf("open Central's key: %w", err)
	}
	return remote.NewAgent(key)
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

// probe connects to a new server as Central will, and returns the host key it shows.
func probe(pool *remote.Pool) func(context.Context, fleet.NewServer) (string, error) {
	return func(ctx context.Context, server fleet.NewServer) (string, error) {
		key, err := remote.ScanHostKey(ctx, server.Address, server.Port)
		if err != nil {
			return "", fleet.AtField(err, "input.address")
		}
		if wanted, shown := server.HostKeyFingerprint, remote.Fingerprint(key); wanted != "" && wanted != shown {
			return "", fleet.FieldErrorf(fleet.CodeHostKeyChanged, "input.hostKeyFingerprint",
				"The server shows a host key with the fingerprint %s, not the one given. Compare it on the server's own console.", shown)
		}
		host := remote.Host{Name: server.Name, Address: server.Address, Port: server.Port, User: server.User, HostKey: key}
		_, err = pool.Run(ctx, host, bench.Command{Name: "log in", Argv: []string{"true"}})
		var exit *remote.ExitError
		if errors.As(err, &exit) {
			return "", fleet.FieldErrorf(fleet.CodeUnreachable, "input.user", "%s may log in but not become root: %s", server.User, exit)
		}
		return key, fleet.AtField(err, "input.address")
	}
}
