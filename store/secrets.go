package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// secret is a row of secrets.
type secret struct {
	Name      string
	Sealed    []byte
	CreatedAt time.Time
}

// SaveSecret keeps sealed, which must be encrypted, under name. The first writer wins: created is false
// when there is one of that name, which stays as it is.
func (s *Store) SaveSecret(ctx context.Context, name string, sealed []byte) (created bool, err error) {
	err = gorm.G[secret](s.db).Create(ctx, &secret{Name: name, Sealed: sealed, CreatedAt: now()})
	if duplicate(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("save the secret %s: %w", name, err)
	}
	return true, nil
}

// Secret reads what SaveSecret kept under name. It errs with CodeNotFound when there is nothing.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	row, err := gorm.G[secret](s.db).Where("name = ?", name).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, fleet.Errorf(fleet.CodeNotFound, "There is no secret %s.", name)
	}
	if err != nil {
		return nil, fmt.Errorf("read the secret %s: %w", name, err)
	}
	return row.Sealed, nil
}
