package server_test

import (
	"strings"
	"testing"

	"central/fleet"
)

// What enters an app's repository is kept sealed, and is nowhere else: not in an answer, the audit, an action or the log.
func TestAppAccess_OverTheAPI(t *testing.T) {
	c := newCentral(t)
	admin := c.script(c.token(fleet.RoleAdmin))
	const fields = `app { id access publicKey repository }`
	byKey := admin.call("addApp", vars{"name": "crm", "repository": "ssh://git@git.example.com/crm", "access": "DEPLOY_KEY"}, fields+" action { kind }")
	if at(byKey, "app", "publicKey") != "ssh-ed25519 DEPLOY" || at(byKey, "action", "kind") != "FETCH_RELEASES" {
		t.Errorf("with a deploy key: %v", byKey)
	}
	token := vars{"name": "hr", "repository": "https://git.example.com/hr", "access": "TOKEN", "user": "ci", "token": "canary-one-4711"}
	byToken := admin.call("addApp", token, fields)
	if at(byToken, "app", "access") != "TOKEN" || at(byToken, "app", "publicKey") != "" {
		t.Errorf("with a token: %v", byToken)
	}
	admin.audited(t, "addApp", "hr")

	key, id := vars{"appId": at(byKey, "app", "id"), "access": "DEPLOY_KEY"}, at(byToken, "app", "id")
	changed := admin.call("setAppAccess", vars{"appId": id, "access": "TOKEN", "token": "canary-two-4711"}, fields)
	admin.audited(t, "setAppAccess", "hr")
	if at(changed, "app", "access") != "TOKEN" {
		t.Errorf("another token: %v", changed)
	}
	admin.call("setAppAccess", key, fields)

	secrets := c.everythingKept("secrets")
	if !strings.Contains(secrets, "sealed username=git\npassword=canary-two-4711\n") || !strings.Contains(secrets, "sealed key") || strings.Contains(secrets, "canary-one") {
		t.Errorf("kept are %s", secrets)
	}
	if unsealed := strings.ReplaceAll(secrets, "sealed username=git\npassword=canary-two-4711", ""); strings.Contains(unsealed, "canary") {
		t.Errorf("kept as it came: %s", secrets)
	}
	elsewhere := c.everythingKept("apps", "audit_entries", "actions", "action_events") + c.log.String() +
		admin.do(`{ apps { name access repository publicKey lookError } auditLog { nodes { operation subject } } actions { nodes { title step errorDetail } } }`, nil).Body
	for _, secret := range []string{"canary", "sealed key", "password="} {
		if i := strings.Index(elsewhere, secret); i >= 0 {
			t.Errorf("%q is in %s", secret, elsewhere[max(0, i-200):i+20])
		}
	}

	for _, bad := range []struct {
		field string
		other vars
	}{
		{"input.access", vars{"access": "DEPLOY_KEY", "token": nil, "user": nil}},
		{"input.access", vars{"repository": "ssh://git@git.example.com/hr"}},
		{"input.token", vars{"token": "short"}},
		{"input.token", vars{"access": "OPEN", "user": nil}},
		{"input.user", vars{"user": "two\nlines"}},
		{"input.repository", vars{"repository": "file:///etc"}},
	} {
		admin.refuses(t, fleet.CodeInvalid, bad.field, "addApp", merged(merged(token, vars{"name": "other"}), bad.other))
	}
	admin.refuses(t, fleet.CodeConflict, "input.name", "addApp", token)
	admin.refuses(t, fleet.CodeInvalid, "input.access", "setAppAccess", vars{"appId": id, "access": "DEPLOY_KEY"})
	admin.refuses(t, fleet.CodeNotFound, "input.appId", "setAppAccess", vars{"appId": "99", "access": "OPEN"})
	if kept := c.everythingKept("secrets"); kept != secrets {
		t.Errorf("what was refused left %s", kept)
	}

	admin.call("setAppAccess", vars{"appId": id, "access": "OPEN"}, fields)
	if kept := c.everythingKept("secrets"); strings.Contains(kept, "canary") {
		t.Errorf("a token that is no longer used stays: %s", kept)
	}
}

func TestSiteApps_OverTheAPI(t *testing.T) {
	y := newYard(t)
	y.installed = []string{"frappe"}
	const query = `query($id: ID!) { siteApps(siteId: $id) { app installed first } }`
	wantJSON(t, "apps", y.operator.must(query, vars{"id": y.sites[0]}), `{"siteApps": [{"app": "frappe", "installed": true, "first": true}, {"app": "shop", "installed": false, "first": false}]}`)
	wantFault(t, y.operator.do(query, vars{"id": "99"}), fleet.CodeNotFound, "siteId")

	install := vars{"siteId": y.sites[0], "app": "shop"}
	queued := y.operator.call("installApp", install, "action { kind title }")
	wantJSON(t, "queued", queued, `{"action": {"kind": "INSTALL_APP", "title": "Install shop on site-01-01.example.com"}}`)
	y.operator.refuses(t, fleet.CodeSiteBusy, "input.siteId", "installApp", install)
	y.workAll()
	y.operator.refuses(t, fleet.CodeInvalid, "input.app", "installApp", merged(install, vars{"app": "Shop"}))
	y.operator.refuses(t, fleet.CodeInvalid, "input.confirmName", "removeApp", merged(install, vars{"confirmName": "site-02-01.example.com"}))
}
