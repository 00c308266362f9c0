package server_test

import (
	"testing"

	"central/fleet"
)

func TestPlacement_OverTheAPI(t *testing.T) {
	y := newYard(t)
	y.look(map[string]int64{"m-01": 60, "m-02": 30})
	y.sql("UPDATE servers SET region = 'fra1' WHERE id = ?", y.servers[0])
	placed := func(wish vars) any {
		t.Helper()
		return at(y.operator.must(`query($i: PlacementInput!) { placement(input: $i) { chosen { benchName } sentence benches { benchName serverName sites room scarcest refused } } }`, vars{"i": wish}), "placement")
	}
	wantJSON(t, "where there is most room", placed(vars{}), `{"chosen": {"benchName": "bench-2"}, "sentence": "bench-2 on m-02 has the most room: 70 %, by its memory; m-01 has 40 %.", "benches": [
		{"benchName": "bench-2", "serverName": "m-02", "sites": 1, "room": 0.7, "scarcest": "MEMORY", "refused": ""},
		{"benchName": "bench-1", "serverName": "m-01", "sites": 1, "room": 0.4, "scarcest": "MEMORY", "refused": ""}]}`)
	if in := placed(vars{"region": "fra1", "apps": []string{"shop"}}); at(in, "chosen", "benchName") != "bench-1" || at(in, "benches", "1", "refused") != "m-02 is in no region." {
		t.Errorf("in fra1: %v", in)
	}
	if none := placed(vars{"apps": []string{"crm"}}); at(none, "chosen") != nil || at(none, "sentence") != "No bench takes a new site. bench-1 has no app crm. bench-2 has no app crm." {
		t.Errorf("with an app that none has: %v", none)
	}
	ask := func(wish vars) result {
		return y.operator.do(`query($i: PlacementInput!) { placement(input: $i) { sentence } }`, vars{"i": wish})
	}
	wantFault(t, ask(vars{"region": "Fra 1"}), fleet.CodeInvalid, "input.region")
	wantFault(t, ask(vars{"apps": []string{"shop", "Shop"}}), fleet.CodeInvalid, "input.apps.1")

	t.Run("CloseServer", func(t *testing.T) {
		const fields = `server { closedToSites closedWhy }`
		closed := y.operator.call("closeServer", vars{"serverId": y.servers[1], "why": "being replaced"}, fields)
		wantJSON(t, "closed", closed, `{"server": {"closedToSites": true, "closedWhy": "being replaced"}}`)
		y.operator.audited(t, "closeServer", "m-02: closed")
		if now := placed(vars{}); at(now, "chosen", "benchName") != "bench-1" || at(now, "benches", "1", "refused") != "m-02 is closed to new sites: being replaced." {
			t.Errorf("a site would go to %v", now)
		}
		y.operator.refuses(t, fleet.CodeNotReady, "input.benchId", "createSite", vars{"name": "new.example.com", "benchId": y.benches[1]})
		y.operator.refuses(t, fleet.CodeConflict, "input.closed", "closeServer", vars{"serverId": y.servers[1], "why": "being replaced"})
		y.operator.refuses(t, fleet.CodeNotFound, "input.serverId", "closeServer", vars{"serverId": "99"})
		wantJSON(t, "opened", y.operator.call("closeServer", vars{"serverId": y.servers[1], "closed": false}, fields), `{"server": {"closedToSites": false, "closedWhy": ""}}`)
	})

	t.Run("CloseBench", func(t *testing.T) {
		closed := y.operator.call("closeBench", vars{"benchId": y.benches[1]}, `bench { name closedToSites }`)
		wantJSON(t, "closed", closed, `{"bench": {"name": "bench-2", "closedToSites": true}}`)
		if now := placed(vars{}); at(now, "chosen", "benchName") != "bench-1" {
			t.Errorf("a site would go to %v", now)
		}
		y.operator.refuses(t, fleet.CodeConflict, "input.closed", "closeBench", vars{"benchId": y.benches[1]})
		y.operator.refuses(t, fleet.CodeNotFound, "input.benchId", "closeBench", vars{"benchId": "99"})
	})
}

func TestBench_OverTheAPI(t *testing.T) {
	y := newYard(t)
	read := func() any {
		t.Helper()
		return at(y.operator.must(`query($id: ID!) { bench(id: $id) { workers webWorkers memoryMb python node revisions { name status apps { app version } } } }`, vars{"id": y.benches[0]}), "bench")
	}
	t.Run("Configure", func(t *testing.T) {
		input := vars{"benchId": y.benches[0], "workers": 3, "webWorkers": 4, "memoryMb": 2048, "python": "python3.11"}
		queued := y.operator.call("configureBench", input, `action { kind status }`)
		wantJSON(t, "queued", queued, `{"action": {"kind": "CONFIGURE_BENCH", "status": "QUEUED"}}`)
		y.operator.audited(t, "configureBench", "bench-1")
		y.workAll()
		if b := read(); at(b, "workers") != 3.0 || at(b, "webWorkers") != 4.0 || at(b, "memoryMb") != 2048.0 || at(b, "python") != "python3.11" || at(b, "node") != "node" {
			t.Errorf("it is %v", b)
		}
		for field, change := range map[string]vars{
			"input.workers": {"workers": 33}, "input.webWorkers": {"webWorkers": 0}, "input.memoryMb": {"memoryMb": 100}, "input.python": {"python": "python2"},
		} {
			y.operator.refuses(t, fleet.CodeInvalid, field, "configureBench", merged(input, change))
		}
		y.operator.refuses(t, fleet.CodeNotFound, "input.benchId", "configureBench", merged(input, vars{"benchId": "99"}))
	})

	t.Run("AddApp", func(t *testing.T) {
		y.admin.call("addApp", vars{"name": "crm", "repository": "https://git.example.com/crm"}, "app { id }")
		y.workAll()
		input := vars{"benchId": y.benches[0], "app": "crm", "commit": commits[1]}
		y.operator.refuses(t, fleet.CodeUnknownCommit, "input.commit", "addBenchApp", merged(input, vars{"commit": commits[1][:39] + "0"}))
		y.operator.refuses(t, fleet.CodeConflict, "input.app", "addBenchApp", merged(input, vars{"app": "shop"}))
		queued := y.operator.call("addBenchApp", input, `action { kind title }`)
		wantJSON(t, "queued", queued, `{"action": {"kind": "BUILD_REVISION", "title": "Build bench-1 r2 (crm 1.1.0)"}}`)
		y.workAll()
		wantJSON(t, "revisions", at(read(), "revisions"), `[
			{"name": "r2", "status": "READY", "apps": [{"app": "frappe", "version": "1.0.0"}, {"app": "shop", "version": "1.0.0"}, {"app": "crm", "version": "1.1.0"}]},
			{"name": "r1", "status": "READY", "apps": [{"app": "frappe", "version": "1.0.0"}, {"app": "shop", "version": "1.0.0"}]}]`)
	})
}

func TestSetServing_OverTheAPI(t *testing.T) {
	y := newYard(t)
	proxy := at(y.admin.call("addServer", vars{"name": "p-01", "address": "10.0.1.1", "role": "PROXY"}, "server { id }"), "server", "id")
	y.admin.call("setUpServer", vars{"serverId": proxy}, "action { id }")
	y.workAll()
	input := vars{"siteId": y.sites[0], "serving": "SUSPENDED"}
	set := y.operator.call("setServing", input, `site { serving } actions { kind server { name } }`)
	wantJSON(t, "suspended", set, `{"site": {"serving": "SUSPENDED"}, "actions": [{"kind": "ROUTE_PROXY", "server": {"name": "p-01"}}]}`)
	y.workAll()
	wantJSON(t, "the sites", y.operator.must(`{ sites { nodes { name serving } } }`, nil), `{"sites": {"nodes": [
		{"name": "site-01-01.example.com", "serving": "SUSPENDED"}, {"name": "site-02-01.example.com", "serving": "OPEN"}]}}`)
	y.operator.refuses(t, fleet.CodeNotFound, "input.siteId", "setServing", merged(input, vars{"siteId": "99"}))
}
