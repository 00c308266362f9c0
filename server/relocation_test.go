package server_test

import (
	"testing"

	"central/fleet"
	"central/store"
)

func TestMoveSite_OverTheAPI(t *testing.T) {
	y := newYard(t)
	y.look(map[string]int64{"m-01": 60, "m-02": 30})
	data := y.operator.must(`query($id: ID!) { moveTargets(siteId: $id) { bench { name } server { name } revision { name } sameServer sites room migrates lacks refused } }`, vars{"id": y.sites[0]})
	wantJSON(t, "targets", at(data, "moveTargets", "0"), `{"bench": {"name": "bench-2"}, "server": {"name": "m-02"}, "revision": {"name": "r1"},
		"sameServer": false, "sites": 1, "room": 0.7, "migrates": false, "lacks": [], "refused": ""}`)
	wantFault(t, y.operator.do(`{ moveTargets(siteId: 99) { seconds } }`, nil), fleet.CodeNotFound, "siteId")

	input := vars{"siteId": y.sites[0], "benchId": y.benches[1]}
	y.operator.refuses(t, fleet.CodeNotFound, "input.benchId", "moveSite", merged(input, vars{"benchId": "99"}))
	y.operator.refuses(t, fleet.CodeNotReady, "input.benchId", "moveSite", merged(input, vars{"benchId": y.benches[0]}))
	queued := y.operator.call("moveSite", input, `site { bench { name } } action { id kind title status }`)
	action := at(queued, "action", "id")
	wantJSON(t, "queued", queued, `{"site": {"bench": {"name": "bench-1"}}, "action": {"id": "`+action.(string)+`", "kind": "RELOCATE_SITE",
		"title": "Move site-01-01.example.com to bench-2 on m-02", "status": "QUEUED"}}`)
	if entry := y.operator.audited(t, "moveSite", "Move site-01-01.example.com to bench-2 on m-02"); at(entry, "action", "id") != action {
		t.Errorf("the audit names %v", entry)
	}
	y.operator.refuses(t, fleet.CodeSiteBusy, "input.siteId", "moveSite", input)
	y.workOne(fleet.ActionRelocateSite, nil, func(ref store.LeaseRef) error { return y.store.SiteRelocated(t.Context(), ref, true) })
	wantJSON(t, "afterwards", y.operator.must(`query($id: ID!) { site(id: $id) { bench { name server { name } } busyWith { id } } }`, vars{"id": y.sites[0]}),
		`{"site": {"bench": {"name": "bench-2", "server": {"name": "m-02"}}, "busyWith": null}}`)
}
