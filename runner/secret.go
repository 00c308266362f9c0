package runner

import (
	"context"
	"errors"

	"central/fleet"
)

// secret opens what Central keeps under name, or makes it and keeps it sealed. Of several runners that do so at
// once, one makes it.
func (r *Runner) secret(ctx context.Context, name string, make func() string) (string, error) {
	if r.Vault == nil {
		return "", errors.New("this runner has nothing to open secrets with")
	}
	sealed, err := r.Store.Secret(ctx, name)
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		if sealed, err = r.Vault.Seal([]byte(make())); err != nil {
			return "", err
		}
		if _, err := r.Store.SaveSecret(ctx, name, sealed); err != nil {
			return "", err
		}
		sealed, err = r.Store.Secret(ctx, name) // another runner's, when that was first
	}
	if err != nil {
		return "", err
	}
	text, err := r.Vault.Open(sealed)
	return string(text), err
}
