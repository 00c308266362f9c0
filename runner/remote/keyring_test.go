package remote_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"testing"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

// A key that cannot be read is no reason to give up for good; one that is not there is.
func TestKeyring_Err(t *testing.T) {
	const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBmHDQ3SHZjZKWQ2eYGGRb9t4jWcDWiJdCBdo6W8fTOl"
	for name, c := range map[string]struct {
		err  error
		want fleet.Code
	}{
		"ErrDatabase": {errors.New("connection reset"), fleet.CodeUnreachable},
		"ErrNoKey":    {fleet.Errorf(fleet.CodeNotFound, "There is no secret ssh-key-7."), fleet.CodeNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			var asked []any
			agent := remote.NewAgent(func(_ context.Context, server uint, key string) (ed25519.PrivateKey, error) {
				asked = []any{server, key}
				return nil, c.err
			})
			pool := remote.NewPool(agent, remote.Limits{})
			t.Cleanup(pool.Close)
			host := remote.Host{ID: 3, Name: "m-01", Address: "192.0.2.1", Port: 22, User: "root", HostKey: hostKey, Key: "ssh-key-7"}
			_, err := pool.Run(t.Context(), host, bench.Command{Name: "log in", Argv: []string{"true"}})
			if fleet.ErrorCode(err) != c.want {
				t.Errorf("got %v", err)
			}
			if len(asked) != 2 || asked[0] != host.ID || asked[1] != host.Key {
				t.Errorf("asked for %v", asked)
			}
		})
	}
}
