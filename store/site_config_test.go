package store_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

func mustSeal(secret []byte) ([]byte, error) { return append([]byte("sealed "), secret...), nil }

func TestStore_ConfigureSite(t *testing.T) {
	text := func(s string) *string { return &s }
	changes := []fleet.ConfigChange{
		{Name: "max_file_size", Value: text("1048576")}, {Name: "acme_api_key", Value: text(`"canary-key"`)}, {Name: "mute_emails"},
	}
	keys := func(w *world, site fleet.Site) map[string]string {
		w.t.Helper()
		found, err := w.ConfigKeysOfSites(w.t.Context(), []uint{site.ID})
		w.must(err)
		words := map[string]string{}
		for _, key := range found[site.ID] {
			words[key.Name] = key.Value
			if key.Secret {
				words[key.Name] += "secret"
			}
		}
		return words
	}

	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		_, action, err := w.ConfigureSite(t.Context(), operator, fleet.ConfigureSite{SiteID: site.ID, Changes: changes}, mustSeal)
		w.must(err)
		entry := w.audited(operator, "configureSite", "a.example.com: max_file_size, acme_api_key, mute_emails", &action.ID)
		want(t, "what was asked", entry.Input, map[string]any{"siteId": float64(site.ID), "changes": map[string]any{
			"max_file_size": "1048576", "acme_api_key": "•••", "mute_emails": "removed",
		}})
		sealed, err := w.Secret(t.Context(), store.SiteConfiguration(action.ID))
		w.must(err)
		want(t, "what is done", string(sealed), `sealed {"acme_api_key":"canary-key","max_file_size":1048576,"mute_emails":null}`)
		want(t, "keys meanwhile", keys(w, site), map[string]string{})
		stored, err := w.Action(t.Context(), action.ID)
		w.must(err)
		if text, err := json.Marshal(stored); err != nil || strings.Contains(string(text), "canary") {
			t.Errorf("the action has the secret: %s %v", text, err)
		}
		w.work()
		want(t, "keys", keys(w, site), map[string]string{"max_file_size": "1048576", "acme_api_key": "secret"})
		if _, err := w.Secret(t.Context(), store.SiteConfiguration(action.ID)); fleet.ErrorCode(err) != fleet.CodeNotFound {
			t.Errorf("what was done is kept: %v", err)
		}

		for _, again := range [][]fleet.ConfigChange{{{Name: "max_file_size", Value: text("7")}}, {{Name: "acme_api_key"}}} {
			_, _, err := w.ConfigureSite(t.Context(), operator, fleet.ConfigureSite{SiteID: site.ID, Changes: again}, mustSeal)
			w.must(err)
			w.work()
		}
		want(t, "keys after more changes", keys(w, site), map[string]string{"max_file_size": "7"})
	})

	t.Run("Fails", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		_, action, err := w.ConfigureSite(t.Context(), operator, fleet.ConfigureSite{SiteID: site.ID, Changes: changes}, mustSeal)
		w.must(err)
		w.workWith(failKind(fleet.ActionConfigureSite, fleet.CodeCommandFailed))
		want(t, "keys", keys(w, site), map[string]string{})
		if _, err := w.Secret(t.Context(), store.SiteConfiguration(action.ID)); fleet.ErrorCode(err) != fleet.CodeNotFound {
			t.Errorf("what was to be done is kept: %v", err)
		}
		if busy := w.getSite(site.ID).BusyActionID; busy != nil {
			t.Errorf("busy with %d", *busy)
		}
	})

	w := newWorld(t)
	site := w.site(w.bench, "a.example.com")[0]
	t.Run("ErrRefusedKey", func(t *testing.T) {
		w.t = t
		w.refuses(fleet.CodeInvalid, "input.changes.0.name", func() error {
			_, _, err := w.ConfigureSite(t.Context(), operator, fleet.ConfigureSite{SiteID: site.ID, Changes: []fleet.ConfigChange{{Name: "db_password", Value: text(`"x"`)}}}, mustSeal)
			return err
		})
	})
	t.Run("ErrBusy", func(t *testing.T) {
		w.t = t
		_, _, err := w.ConfigureSite(t.Context(), operator, fleet.ConfigureSite{SiteID: site.ID, Changes: changes}, mustSeal)
		w.must(err)
		w.refuses(fleet.CodeSiteBusy, "input.siteId", func() error {
			_, _, err := w.ConfigureSite(t.Context(), operator, fleet.ConfigureSite{SiteID: site.ID, Changes: changes}, mustSeal)
			return err
		})
	})
}

func TestStore_Apps(t *testing.T) {
	w := newWorld(t)
	site := w.site(w.bench, "a.example.com")[0]
	t.Run("Install", func(t *testing.T) {
		w.t = t
		_, action, err := w.InstallApp(t.Context(), operator, fleet.SiteAppInput{SiteID: site.ID, App: "shop"})
		w.must(err)
		w.audited(operator, "installApp", "shop on a.example.com", &action.ID)
		want(t, "what is installed", action.Cursor.Notes, map[string]string{store.NoteApp: "shop"})
		w.workWith(failKind(fleet.ActionInstallApp, fleet.CodeCommandFailed))
		if after := w.getSite(site.ID); after.BusyActionID != nil || after.Status != fleet.SiteActive {
			t.Errorf("it is %+v", after)
		}
	})
	t.Run("Remove", func(t *testing.T) {
		w.t = t
		_, action, err := w.RemoveApp(t.Context(), operator, fleet.SiteAppInput{SiteID: site.ID, App: "shop", ConfirmName: "a.example.com"})
		w.must(err)
		w.audited(operator, "removeApp", "shop on a.example.com", &action.ID)
		w.work()
		moves, err := w.EarlierMoves(t.Context(), site.ID, action.ID+100)
		w.must(err)
		want(t, "what has left a backup", moves, []uint{action.ID})
	})
	for _, test := range []struct {
		name   string
		change func(fleet.SiteAppInput) error
		in     fleet.SiteAppInput
		code   fleet.Code
		field  string
	}{
		{"ErrInstallNotOnTheBench", func(in fleet.SiteAppInput) error { _, _, err := w.InstallApp(t.Context(), operator, in); return err }, fleet.SiteAppInput{SiteID: site.ID, App: "crm"}, fleet.CodeInvalid, "input.app"},
		{"ErrInstallForm", func(in fleet.SiteAppInput) error { _, _, err := w.InstallApp(t.Context(), operator, in); return err }, fleet.SiteAppInput{SiteID: site.ID, App: "--help"}, fleet.CodeInvalid, "input.app"},
		{"ErrRemoveFramework", func(in fleet.SiteAppInput) error { _, _, err := w.RemoveApp(t.Context(), operator, in); return err }, fleet.SiteAppInput{SiteID: site.ID, App: "frappe", ConfirmName: "a.example.com"}, fleet.CodeInvalid, "input.app"},
		{"ErrRemoveUnconfirmed", func(in fleet.SiteAppInput) error { _, _, err := w.RemoveApp(t.Context(), operator, in); return err }, fleet.SiteAppInput{SiteID: site.ID, App: "shop", ConfirmName: "b.example.com"}, fleet.CodeInvalid, "input.confirmName"},
		{"ErrUnknownSite", func(in fleet.SiteAppInput) error { _, _, err := w.InstallApp(t.Context(), operator, in); return err }, fleet.SiteAppInput{SiteID: 99, App: "shop"}, fleet.CodeNotFound, "input.siteId"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error { return test.change(test.in) })
		})
	}
	t.Run("Looks", func(t *testing.T) {
		w.t = t
		apps, err := w.SiteApps(t.Context(), operator, site.ID, func(context.Context, fleet.Site) ([]string, error) { return []string{"frappe"}, nil })
		w.must(err)
		want(t, "apps", apps, []fleet.SiteApp{{App: "frappe", Installed: true, First: true}, {App: "shop"}})
		asked := ""
		_, err = w.AppTables(t.Context(), operator, fleet.SiteAppInput{SiteID: site.ID, App: "shop"}, func(_ context.Context, site fleet.Site, app string) ([]fleet.AppTable, error) {
			asked = site.Name + " " + app
			return nil, nil
		})
		w.must(err)
		want(t, "asked", asked, "a.example.com shop")
		w.refuses(fleet.CodeInvalid, "app", func() error {
			_, err := w.AppTables(t.Context(), operator, fleet.SiteAppInput{SiteID: site.ID, App: "frappe"}, nil)
			return err
		})
	})
}

func TestStore_SignInToSite(t *testing.T) {
	w := newWorld(t)
	site := w.site(w.bench, "a.example.com")[0]
	allowed := 0
	allow := func(context.Context, fleet.Site) (string, error) {
		allowed++
		return "/login?key=canary-key", nil
	}
	asked := time.Now().UTC()
	login, err := w.SignInToSite(t.Context(), operator, fleet.SignInToSite{SiteID: site.ID, Reason: " The customer asked. "}, allow)
	w.must(err)
	want(t, "link", login.URL, "http://a.example.com/login?key=canary-key")
	if lasts := login.ExpiresAt.Sub(asked); lasts < 5*time.Minute-time.Second || lasts > 5*time.Minute+time.Minute {
		t.Errorf("it is said to work for %s", lasts)
	}
	entry := w.audited(operator, "signInToSite", "a.example.com", nil)
	want(t, "what is on record", entry.Input, map[string]any{"siteId": float64(site.ID), "reason": "The customer asked."})

	t.Run("ErrServerFails", func(t *testing.T) { // on record all the same
		_, err := w.SignInToSite(t.Context(), operator, fleet.SignInToSite{SiteID: site.ID, Reason: "To see."}, func(context.Context, fleet.Site) (string, error) {
			return "", fleet.Errorf(fleet.CodeUnreachable, "m-1 does not answer.")
		})
		if fleet.ErrorCode(err) != fleet.CodeUnreachable {
			t.Errorf("got %v", err)
		}
		want(t, "audit entries", w.audits("signInToSite"), 2)
	})
	before := allowed
	for _, test := range []struct {
		name  string
		in    fleet.SignInToSite
		code  fleet.Code
		field string
	}{
		{"ErrNoReason", fleet.SignInToSite{SiteID: site.ID, Reason: " "}, fleet.CodeInvalid, "input.reason"},
		{"ErrLongReason", fleet.SignInToSite{SiteID: site.ID, Reason: strings.Repeat("x", 501)}, fleet.CodeInvalid, "input.reason"},
		{"ErrUnknownSite", fleet.SignInToSite{SiteID: 99, Reason: "x"}, fleet.CodeNotFound, "input.siteId"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error { _, err := w.SignInToSite(t.Context(), operator, test.in, allow); return err })
		})
	}
	mustDB(t, w.Store, "UPDATE sites SET maintenance_since = NOW(6) WHERE id = ?", site.ID)
	t.Run("ErrInMaintenance", func(t *testing.T) {
		w.t = t
		w.refuses(fleet.CodeNotReady, "input.siteId", func() error {
			_, err := w.SignInToSite(t.Context(), operator, fleet.SignInToSite{SiteID: site.ID, Reason: "x"}, allow)
			return err
		})
	})
	want(t, "links made for those who were refused", allowed-before, 0)
}
