package server_test

import (
	"fmt"
	"strings"
	"testing"

	"central/fleet"
)

func TestNodeOfABench(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleOperator))
	offered := at(script.must(`{ nodeVersions { name version } }`, nil), "nodeVersions").([]any)
	if len(offered) == 0 || !strings.HasPrefix(at(offered[0], "version").(string), strings.TrimPrefix(at(offered[0], "name").(string), "node")+".") {
		t.Errorf("offered are %v", offered)
	}
	apps := []vars{{"app": "frappe", "commit": strings.Repeat("a", 40)}}
	refused := func(r result) {
		t.Helper()
		if r.code() != string(fleet.CodeInvalid) || r.Errors[0].Extensions.Field != "input.node" {
			t.Errorf("answered %s", r.Body)
		}
	}
	refused(script.do(`mutation($i: CreateBenchInput!) { createBench(input: $i) { bench { node } } }`,
		vars{"i": vars{"name": "main", "serverId": "1", "node": "node7", "apps": apps}}))
	refused(script.do(`mutation { configureBench(input: {benchId: 1, workers: 1, webWorkers: 1, memoryMb: 0, node: "18.20.8"}) { bench { node } } }`, nil))
}

func TestWhatABenchIsBehind(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleAdmin))
	c.addApps(script)
	c.addMasters(script, 1, 1, 0)
	const query = `query($from: String!, $to: String) { releasesBetween(app: "shop", from: $from, to: $to) {
		app { name } from { version } to { version } count patches schema hooks touches releases { version } } }`
	between := at(script.must(query, vars{"from": commits[0]}), "releasesBetween")
	if got := at(between, "app", "name"); got != "shop" {
		t.Errorf("app is %v", got)
	}
	if got := at(between, "touches"); fmt.Sprint(got) != "[1 patch schema]" {
		t.Errorf("it touches %v", got)
	}
	refused := script.do(query, vars{"from": commits[1], "to": commits[0]})
	if refused.code() != string(fleet.CodeInvalid) || refused.Errors[0].Extensions.Field != "to" {
		t.Errorf("backwards answered %s", refused.Body)
	}

	bench := at(script.must(`{ benches { id } }`, nil), "benches").([]any)[0].(map[string]any)["id"]
	revision := func() any {
		return at(script.must(`query($id: ID!) { bench(id: $id) { revisions { madeForBench } } }`, vars{"id": bench}), "bench", "revisions").([]any)[0]
	}
	if at(revision(), "madeForBench") != true {
		t.Error("a new revision has drifted")
	}
	script.must(`mutation($id: ID!) { configureBench(input: {benchId: $id, workers: 1, webWorkers: 1, memoryMb: 0, node: "node22"}) { bench { id } } }`, vars{"id": bench})
	if at(revision(), "madeForBench") != false {
		t.Error("a revision without the new Node has not drifted")
	}
}
