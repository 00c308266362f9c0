package store_test

import (
	"testing"

	"central/fleet"
	"central/store"
)

func TestStore_SetAppAccess(t *testing.T) {
	key := fleet.AppCredential{Access: fleet.AppDeployKey, PublicKey: "ssh-ed25519 AAAA central", Sealed: []byte("sealed key")}

	t.Run("OK", func(t *testing.T) {
		w := newEmptyWorld(t)
		app, _, err := w.AddApp(t.Context(), admin, fleet.NewApp{Name: "crm", Repository: "ssh://git@git.example.com/crm", Branch: "main", AppCredential: key})
		w.must(err)
		want(t, "access", []any{app.Access, app.PublicKey}, []any{fleet.AppDeployKey, key.PublicKey})
		sealed, err := w.Secret(t.Context(), store.AppCredential(app.ID))
		w.must(err)
		want(t, "secret", string(sealed), "sealed key")

		w.must(w.AppLooked(t.Context(), app.ID, "", &fleet.Failure{Message: "permission denied"}))
		app, err = w.SetAppAccess(t.Context(), admin, app.ID, fleet.AppCredential{Access: fleet.AppOpen})
		w.must(err)
		w.audited(admin, "setAppAccess", "crm", nil)
		want(t, "app", []any{app.Access, app.PublicKey, app.LookError, app.LookedAt == nil}, []any{fleet.AppOpen, "", "", true})
		if _, err := w.Secret(t.Context(), store.AppCredential(app.ID)); fleet.ErrorCode(err) != fleet.CodeNotFound {
			t.Errorf("the key is kept: %v", err)
		}
	})

	t.Run("ErrUnfit", func(t *testing.T) {
		w := newWorld(t)
		w.refuses(fleet.CodeInvalid, "input.access", func() error {
			_, err := w.SetAppAccess(t.Context(), admin, w.apps["shop"].ID, key)
			return err
		})
	})

	t.Run("ErrForbidden", func(t *testing.T) {
		w := newWorld(t)
		w.refuses(fleet.CodeForbidden, "", func() error {
			_, err := w.SetAppAccess(t.Context(), operator, w.apps["shop"].ID, fleet.AppCredential{Access: fleet.AppOpen})
			return err
		})
	})
}

func TestStore_RenewAppWebhook(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.AppWebhook(t.Context(), "shop"); fleet.ErrorCode(err) != fleet.CodeNotFound {
		t.Errorf("an app without a secret: %v", err)
	}
	for _, secret := range []string{"one", "two"} {
		app, err := w.RenewAppWebhook(t.Context(), admin, w.apps["shop"].ID, []byte(secret))
		w.must(err)
		found, sealed, err := w.AppWebhook(t.Context(), "shop")
		w.must(err)
		want(t, "webhook", []any{found.ID, string(sealed), app.HookMadeAt != nil}, []any{app.ID, secret, true})
	}
	w.audited(admin, "renewAppWebhook", "shop", nil)
	w.refuses(fleet.CodeForbidden, "", func() error {
		_, err := w.RenewAppWebhook(t.Context(), operator, w.apps["shop"].ID, []byte("three"))
		return err
	})
}
