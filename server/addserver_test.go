package server_test

import (
	"strings"
	"testing"

	"central/fleet"
)

const someFingerprint = "SHA256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func TestAddServerByPassword(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleAdmin))
	given := fleet.Secret("")
	enter := c.enter
	c.enter = func(entry fleet.ServerEntry) (fleet.ServerLook, error) {
		if entry.Password == "canary-wrong" {
			return fleet.ServerLook{}, fleet.FieldErrorf(fleet.CodeLoginRefused, "input.password", "The server does not take this password for root.")
		}
		given = entry.Password
		return enter(entry)
	}
	letIn := func(password string) result {
		return script.do(`mutation($i: LetCentralInInput!) { letCentralIn(input: $i) { look { facts { os cpus memoryBytes disks { mount freeBytes } } notes(role: MASTER) { message } } } }`,
			vars{"i": vars{"address": "10.0.0.7", "hostKeyFingerprint": someFingerprint, "password": password}})
	}
	add := func(i vars) result {
		i["address"], i["role"] = "10.0.0.7", "MASTER"
		return script.do(`mutation($i: AddServerInput!) { addServer(input: $i) { server { name region labels factsAt facts { os memoryBytes } notes { message } } } }`, vars{"i": i})
	}

	t.Run("WrongPassword", func(t *testing.T) {
		r := letIn("canary-wrong")
		if r.code() != "LOGIN_REFUSED" || r.Errors[0].Extensions.Field != "input.password" {
			t.Errorf("got %s", r.Body)
		}
	})
	t.Run("RightPassword", func(t *testing.T) {
		r := letIn("canary-right")
		if r.code() != "" || !strings.Contains(r.Body, `"memoryBytes":8589934592`) || given != "canary-right" {
			t.Errorf("got %s with %s", r.Body, string(given))
		}
	})
	t.Run("AddedAtOnce", func(t *testing.T) {
		r := add(vars{"name": "m-01", "password": "canary-right", "region": "fra1", "labels": []string{"nvme"}})
		if r.code() != "" || !strings.Contains(r.Body, `"region":"fra1","labels":["nvme"]`) || !strings.Contains(r.Body, `"os":"Debian`) {
			t.Errorf("got %s", r.Body)
		}
	})
	t.Run("NothingIsConnectedToThatIsThere", func(t *testing.T) {
		given = ""
		if r := add(vars{"name": "m-02", "password": "canary-right"}); r.code() != "CONFLICT" || given != "" {
			t.Errorf("got %s", r.Body)
		}
	})
	t.Run("ThePasswordIsNowhere", func(t *testing.T) {
		audit := script.do(`{ auditLog { nodes { operation subject } } }`, nil)
		if !strings.Contains(audit.Body, "letCentralIn") || strings.Contains(audit.Body+c.log.String(), "canary") {
			t.Errorf("audit %s\nlog %s", audit.Body, c.log)
		}
	})
}

func TestProbeServer(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleAdmin))
	probe := func(address string) result {
		return script.do(`query($a: String!) { probeServer(address: $a) { hostKeys { type fingerprint } takenBy { name } } }`, vars{"a": address})
	}
	if r := probe("10.0.0.7"); r.code() != "" || !strings.Contains(r.Body, `"takenBy":null`) || !strings.Contains(r.Body, keyAt("10.0.0.7").Fingerprint) {
		t.Errorf("new: %s", r.Body)
	}
	script.must(`mutation { addServer(input: {name: "m-01", address: "10.0.0.7", role: MASTER}) { server { id } } }`, nil)
	if r := probe("10.0.0.7"); !strings.Contains(r.Body, `"takenBy":{"name":"m-01"}`) {
		t.Errorf("taken: %s", r.Body)
	}
	c.scan = func(string) ([]fleet.HostKey, error) {
		return nil, fleet.FieldErrorf(fleet.CodeUnreachable, "address", "Nothing listens on port 22 there.")
	}
	if r := probe("10.0.0.8"); r.code() != "UNREACHABLE" || r.Errors[0].Extensions.Field != "address" {
		t.Errorf("closed: %s", r.Body)
	}
}

func TestLookAtServer(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleAdmin))
	c.enter = func(entry fleet.ServerEntry) (fleet.ServerLook, error) {
		facts := fittingFacts()
		facts.Disks[0].FreeBytes = 2 << 30
		return fleet.ServerLook{HostKey: keyAt(entry.Address).Line, Facts: facts}, nil
	}
	data := script.must(`query($i: ServerEntryInput!) { lookAtServer(input: $i) { master: notes(role: MASTER) { severity code field } proxy: notes(role: PROXY) { code } } }`,
		vars{"i": vars{"address": "10.0.0.7", "hostKeyFingerprint": someFingerprint}})
	master, proxy := at(data, "lookAtServer", "master").([]any), at(data, "lookAtServer", "proxy").([]any)
	if len(master) != 1 || at(master[0], "severity") != "BLOCKING" || at(master[0], "code") != "TOO_SMALL" || at(master[0], "field") != "input.role" || len(proxy) > 0 {
		t.Errorf("got %v and %v", master, proxy)
	}
	r := script.do(`mutation { addServer(input: {name: "m-01", address: "10.0.0.7", role: MASTER}) { server { id } } }`, nil)
	if r.code() != "TOO_SMALL" || r.Errors[0].Extensions.Field != "input.role" {
		t.Errorf("added all the same: %s", r.Body)
	}
}
