package server_test

import (
	"testing"

	"central/fleet"
)

// The life of a pair over the API: made, previewed, set up again, and taken apart.
func TestPairLife_OverTheAPI(t *testing.T) {
	c := newCentral(t)
	admin, operator := c.script(c.token(fleet.RoleAdmin)), c.script(c.token(fleet.RoleOperator))
	servers := map[string]any{}
	for name, in := range map[string]vars{"m-1": {"address": "10.0.0.1", "role": "MASTER"}, "s-1": {"address": "10.0.0.2", "role": "SLAVE"}} {
		servers[name] = at(admin.call("addServer", merged(in, vars{"name": name}), "server { id }"), "server", "id")
	}
	admin.refuses(t, fleet.CodeInvalid, "input.slaveId", "createPair", vars{"name": "one", "masterId": servers["m-1"], "slaveId": servers["m-1"]})
	made := admin.call("createPair", vars{"name": "one", "masterId": servers["m-1"], "slaveId": servers["s-1"]}, "pair { id } action { title }")
	admin.audited(t, "createPair", "one")
	pair := at(made, "pair", "id")
	c.workAll()

	// What is set up already is set up again only after a preview.
	plan := func(kind string) any {
		return at(operator.must(`query($i: PairActionPlanInput!) { pairActionPlan(input: $i) { title confirm needsPreview preview { id } notes { severity field } } }`,
			vars{"i": vars{"pairId": pair, "kind": kind}}), "pairActionPlan")
	}
	wantJSON(t, "plan of a set-up", plan("SET_UP_PAIR"), `{"title": "Set up the pair one", "confirm": false, "needsPreview": true, "preview": null, "notes": [{"field": "input.pairId", "severity": "WARNING"}]}`)
	admin.refuses(t, fleet.CodeInvalid, "input.previewId", "setUpPair", vars{"pairId": pair})
	preview := at(operator.call("previewPair", vars{"pairId": pair}, "action { id }"), "action", "id")
	operator.audited(t, "previewPair", "one")
	c.workAll()
	if got := at(plan("SET_UP_PAIR"), "preview", "id"); got != preview {
		t.Errorf("the preview of the plan is %v, want %v", got, preview)
	}
	admin.call("setUpPair", vars{"pairId": pair, "previewId": preview}, "action { id }")
	admin.audited(t, "setUpPair", "one")
	c.workAll()
	admin.refuses(t, fleet.CodeNotReady, "input.previewId", "setUpPair", vars{"pairId": pair, "previewId": preview}) // it was set up since

	wantJSON(t, "plan of taking it apart", plan("DISSOLVE_PAIR"), `{"title": "Take the pair one apart", "confirm": true, "needsPreview": false, "preview": null, "notes": []}`)
	admin.refuses(t, fleet.CodeInvalid, "input.confirmName", "dissolvePair", vars{"pairId": pair, "confirmName": "two"})
	admin.refuses(t, fleet.CodeNotFound, "input.pairId", "dissolvePair", vars{"pairId": "99", "confirmName": "one"})
	if taken := admin.call("dissolvePair", vars{"pairId": pair, "confirmName": "one"}, "pair { status }"); at(taken, "pair", "status") != "DISSOLVING" {
		t.Errorf("it answers %v", taken)
	}
	admin.audited(t, "dissolvePair", "one")
	c.workAll()
	wantJSON(t, "pairs and servers afterwards", operator.must(`{ pairs { id } servers { name role status pair { id } } }`, nil),
		`{"pairs": [], "servers": [{"name": "m-1", "role": "MASTER", "status": "READY", "pair": null}, {"name": "s-1", "role": "MASTER", "status": "READY", "pair": null}]}`)
}
