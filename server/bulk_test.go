package server_test

import (
	"testing"

	"central/fleet"
)

// many is an action that holds the parts of a change of many sites together, read back.
func (y *yard) many(id any) any {
	y.t.Helper()
	return at(y.operator.must(`query($id: ID!) { action(id: $id) { title status percent children { title status } } }`, vars{"id": id}), "action")
}

func TestBulk_OverTheAPI(t *testing.T) {
	y := newYard(t)
	install := vars{"siteIds": y.sites, "deed": "INSTALL_APP", "app": "shop"}
	plan := func(input vars) result {
		return y.operator.do(`query($i: BulkPlanInput!) { bulkPlan(input: $i) { title does sites { siteName } notes { severity code field } } }`, vars{"i": input})
	}
	looked := y.operator.must(`query($i: BulkPlanInput!) { bulkPlan(input: $i) { title sites { siteName } notes { code } } }`, vars{"i": install})
	wantJSON(t, "plan", looked, `{"bulkPlan": {"title": "Install shop on 2 sites", "sites": [{"siteName": "site-01-01.example.com"}, {"siteName": "site-02-01.example.com"}], "notes": []}}`)
	wantFault(t, plan(merged(install, vars{"siteIds": []string{}})), fleet.CodeNoSites, "input.siteIds")
	wantFault(t, plan(merged(install, vars{"app": "Shop"})), fleet.CodeInvalid, "input.app")

	change := merged(install, vars{"idempotencyKey": "install-shop"})
	for _, bad := range []struct {
		code  fleet.Code
		field string
		other vars
	}{
		{fleet.CodeNoSites, "input.siteIds", vars{"siteIds": []string{}}},
		{fleet.CodeNotFound, "input.siteIds", vars{"siteIds": []string{y.sites[0], "99"}}},
		{fleet.CodeInvalid, "input.idempotencyKey", vars{"idempotencyKey": ""}},
		{fleet.CodeInvalid, "input.app", vars{"app": ""}},
		{fleet.CodeInvalid, "input.serving", vars{"deed": "SERVE"}},
		{fleet.CodeInvalid, "input.confirmSites", vars{"deed": "ARCHIVE", "confirmSites": 1}},
		{fleet.CodeInvalid, "input.pattern", vars{"deed": "RENAME", "pattern": "same.example.com"}},
		{fleet.CodeNotFound, "input.pattern", vars{"deed": "REMOVE_DOMAIN", "pattern": "{name}.customers.org", "confirmSites": 2}},
		{fleet.CodeNotFound, "input.siteIds", vars{"deed": "RESTORE", "before": "2026-01-31T10:00:00Z", "confirmSites": 2}},
	} {
		y.operator.refuses(t, bad.code, bad.field, "changeSites", merged(change, bad.other))
	}

	root := at(y.operator.call("changeSites", change, "action { id }"), "action", "id")
	if again := at(y.operator.call("changeSites", change, "action { id }"), "action", "id"); again != root {
		t.Errorf("the same key made %v beside %v", again, root)
	}
	y.operator.refuses(t, fleet.CodeKeyReused, "input.idempotencyKey", "changeSites", merged(change, vars{"siteIds": y.sites[:1]}))
	y.operator.refuses(t, fleet.CodeNotReady, "input.actionId", "retryBulk", vars{"actionId": root, "idempotencyKey": "too-early"})
	y.workOne(fleet.ActionInstallApp, nil, nil)
	y.workOne(fleet.ActionInstallApp, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "It failed."}, nil)
	wantJSON(t, "one failed", y.many(root), `{"title": "Install shop on 2 sites", "status": "FAILED", "percent": 100,
		"children": [{"title": "Install shop on site-01-01.example.com", "status": "SUCCEEDED"}, {"title": "Install shop on site-02-01.example.com", "status": "FAILED"}]}`)

	retry := vars{"actionId": root, "idempotencyKey": "again"}
	again := at(y.operator.call("retryBulk", retry, "action { id }"), "action", "id")
	y.operator.audited(t, "retryBulk", "Install shop on 1 site")
	wantJSON(t, "the retry is of", at(y.many(again), "children"), `[{"title": "Install shop on site-02-01.example.com", "status": "QUEUED"}]`)
	y.workAll()
	if ended := y.many(again); at(ended, "status") != "SUCCEEDED" {
		t.Errorf("the retry ended as %v", ended)
	}
	y.operator.refuses(t, fleet.CodeNoSites, "input.actionId", "retryBulk", vars{"actionId": again, "idempotencyKey": "once-more"})
	y.operator.refuses(t, fleet.CodeNotFound, "input.actionId", "retryBulk", vars{"actionId": "9999", "idempotencyKey": "once-more"})
}

func TestBulk_CancelledOverTheAPI(t *testing.T) {
	y := newYard(t)
	root := at(y.operator.call("changeSites", vars{"siteIds": y.sites, "deed": "BACK_UP", "idempotencyKey": "back-up"}, "action { id }"), "action", "id")
	y.operator.call("cancelBulk", vars{"actionId": root}, "action { status }")
	y.operator.audited(t, "cancelBulk", "Back up 2 sites")
	y.workAll()
	ended := y.many(root)
	if at(ended, "status") != "CANCELLED" || at(ended, "children", "0", "status") != "CANCELLED" || at(ended, "children", "1", "status") != "CANCELLED" {
		t.Errorf("it ended as %v", ended)
	}
	y.operator.refuses(t, fleet.CodeNotReady, "input.actionId", "cancelBulk", vars{"actionId": root})
}
