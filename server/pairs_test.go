package server_test

import (
	"strings"
	"testing"

	"central/fleet"
)

// What speaks against a pair is found before anything is on record or done to its servers, and said at its field.
func TestCreatePair_LooksAtBothFirst(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleAdmin))
	ids := map[string]any{}
	for name, role := range map[string]fleet.ServerRole{"m-1": fleet.RoleMaster, "s-1": fleet.RoleSlave} {
		server, err := c.store.AddServer(t.Context(), admin, fleet.NewServer{Name: name, Address: name + ".example.com", Role: role, HostKey: keyAt(name).Line})
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = server.ID
	}
	looks := map[string]fleet.PairCandidate{}
	var unreached string
	c.candidate = func(server fleet.Server) (fleet.PairCandidate, error) {
		if server.Name == unreached {
			return fleet.PairCandidate{}, fleet.Errorf(fleet.CodeUnreachable, "%s does not answer.", server.Name)
		}
		found := looks[server.Name]
		found.Name, found.Address = server.Name, server.Address
		return found, nil
	}
	create := func() result {
		return script.do(`mutation($i: CreatePairInput!) { createPair(input: $i) { pair { status } action { status } } }`,
			vars{"i": vars{"name": "north", "masterId": ids["m-1"], "slaveId": ids["s-1"]}})
	}
	refused := func(code, field, words string) {
		t.Helper()
		r := create()
		if r.code() != code || r.Errors[0].Extensions.Field != field || !strings.Contains(r.Body, words) {
			t.Errorf("got %s", r.Body)
		}
		if left := script.do(`{ pairs { id } actions { nodes { id } } servers { status } }`, nil); !strings.Contains(left.Body, `{"pairs":[],"actions":{"nodes":[]},"servers":[{"status":"NEW"},{"status":"NEW"}]}`) {
			t.Errorf("afterwards there is %s", left.Body)
		}
	}

	master := fleet.PairCandidate{SetUp: true, PairSide: fleet.PairSide{Look: fleet.DatabaseLook{Answers: true, Open: true, Version: "10.11.6", DataBytes: 8 << 30, RoomBytes: 20 << 30}}}
	slave := fleet.PairCandidate{PairSide: fleet.PairSide{Look: fleet.DatabaseLook{RoomBytes: 1 << 30}}}
	looks["m-1"], looks["s-1"] = master, slave
	refused("INVALID", "input.slaveId", "takes 8192 MiB, but there is room for 1024 MiB on s-1")
	slave.Look.RoomBytes, slave.Look.Databases = 20<<30, []string{"shop"}
	looks["s-1"] = slave
	refused("CONFLICT", "input.slaveId", "s-1 holds other data (shop)")
	unreached = "m-1"
	refused("UNREACHABLE", "input.masterId", "m-1 does not answer.")
	unreached = ""

	slave.Look.Databases = nil
	looks["s-1"] = slave
	if r := create(); r.code() != "" || !strings.Contains(r.Body, `"status":"SETTING_UP"`) {
		t.Errorf("two that fit: %s", r.Body)
	}
}
