package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// AppCredential is the name of the secret with which an app's repository is entered: the seed of its deploy key, or
// the lines that git's credential protocol asks for.
func AppCredential(appID uint) string { return fmt.Sprintf("app-%d", appID) }

// appHook is the name of the secret with which an app's repository signs its announcements.
func appHook(appID uint) string { return fmt.Sprintf("app-hook-%d", appID) }

// SetAppAccess changes how an app's repository is entered, and has its branch looked at anew.
func (s *Store) SetAppAccess(ctx context.Context, actor fleet.Actor, appID uint, in fleet.AppCredential) (fleet.App, error) {
	var app fleet.App
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return app, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if app, err = one[fleet.App](ctx, tx, "app", appID, forUpdate); err != nil {
			return fleet.AtField(err, "input.appId")
		}
		if err := in.ValidateFor(app.Repository); err != nil {
			return err
		}
		app.Access, app.PublicKey, app.LookedAt, app.LookError = in.Access, in.PublicKey, nil, ""
		if err := tx.Select("access", "public_key", "looked_at", "look_error").Updates(&app).Error; err != nil {
			return err
		}
		if err := putAppSecret(tx, AppCredential(app.ID), in.Sealed); err != nil {
			return err
		}
		return s.audit(tx, actor, "setAppAccess", app.Name, map[string]any{"appId": app.ID, "access": in.Access, "publicKey": in.PublicKey}, nil)
	})
	return app, err
}

// RenewAppWebhook keeps a new secret, which must be encrypted, that an app's repository signs its announcements with.
// The one before it counts no longer.
func (s *Store) RenewAppWebhook(ctx context.Context, actor fleet.Actor, appID uint, sealed []byte) (fleet.App, error) {
	var app fleet.App
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return app, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if app, err = one[fleet.App](ctx, tx, "app", appID, forUpdate); err != nil {
			return fleet.AtField(err, "input.appId")
		}
		at := now()
		app.HookMadeAt = &at
		if err := tx.Select("hook_made_at").Updates(&app).Error; err != nil {
			return err
		}
		if err := putAppSecret(tx, appHook(app.ID), sealed); err != nil {
			return err
		}
		return s.audit(tx, actor, "renewAppWebhook", app.Name, map[string]any{"appId": app.ID}, nil)
	})
	return app, err
}

// AppWebhook reads an app by name, with the encrypted secret that its repository signs with. It errs with CodeNotFound
// when there is no such app, or it has no secret.
func (s *Store) AppWebhook(ctx context.Context, name string) (fleet.App, []byte, error) {
	app, err := gorm.G[fleet.App](s.db).Where("name = ?", name).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return app, nil, fleet.Errorf(fleet.CodeNotFound, "There is no app called %s.", name)
	}
	if err != nil {
		return app, nil, err
	}
	sealed, err := s.Secret(ctx, appHook(app.ID))
	return app, sealed, err
}

// putAppSecret replaces a secret; none is kept when sealed is nil.
func putAppSecret(tx *gorm.DB, name string, sealed []byte) error {
	ctx := tx.Statement.Context
	if _, err := gorm.G[secret](tx).Where("name = ?", name).Delete(ctx); err != nil {
		return err
	}
	if sealed == nil {
		return nil
	}
	return gorm.G[secret](tx).Create(ctx, &secret{Name: name, Sealed: sealed, CreatedAt: now()})
}
