package server_test

import (
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
