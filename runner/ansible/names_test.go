package ansible

import (
	"strings"
	"testing"

	"central/fleet"
)

const testKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIADKAI8d8BrxkQGrb+GrKTFquhTa74UeNSEMPBhmqyER"

func testHost(change func(*Host)) Host {
	h := Host{Name: "m-01", Address: "10.0.0.1", User: "root", HostKey: testKey}
	if change != nil {
		change(&h)
	}
	return h
}

func TestHostRules(t *testing.T) {
	for name, change := range map[string]func(*Host){
		"OK":              nil,
		"DNSName":         func(h *Host) { h.Address = "m-01.example.com" },
		"IPv6":            func(h *Host) { h.Address = "2001:db8::1" },
		"OtherPort":       func(h *Host) { h.Port = 2222 },
		"CommentOfTheKey": func(h *Host) { h.HostKey = testKey + " root@m-01" },
		"Variable":        func(h *Host) { h.Vars = map[string]any{"role": "PROXY"} },
	} {
		t.Run(name, func(t *testing.T) {
			if err := testHost(change).check(); err != nil {
				t.Error(err)
			}
		})
	}
	for name, change := range map[string]func(*Host){
		"NameEmpty":            func(h *Host) { h.Name = "" },
		"NameIsAPattern":       func(h *Host) { h.Name = "m[1:3]" },
		"NameIsNegated":        func(h *Host) { h.Name = "!m" },
		"NameIsAnOption":       func(h *Host) { h.Name = "-m" },
		"NameHasNewline":       func(h *Host) { h.Name = "m\nx" },
		"NameIsATemplate":      func(h *Host) { h.Name = "{{ 1 }}" },
		"NameOfTheMachine":     func(h *Host) { h.Name = "localhost" },
		"NameOfAGroup":         func(h *Host) { h.Name = "all" },
		"AddressEmpty":         func(h *Host) { h.Address = "" },
		"AddressIsAnOption":    func(h *Host) { h.Address = "-oProxyCommand=id" },
		"AddressHasSpace":      func(h *Host) { h.Address = "10.0.0.1 -o" },
		"AddressHasZone":       func(h *Host) { h.Address = "fe80::1%eth0" },
		"PortTooLarge":         func(h *Host) { h.Port = 65536 },
		"UserIsAnOption":       func(h *Host) { h.User = "-l" },
		"UserEmpty":            func(h *Host) { h.User = "" },
		"KeyMissing":           func(h *Host) { h.HostKey = "" },
		"KeyHasSecondLine":     func(h *Host) { h.HostKey = testKey + "\n* " + testKey },
		"KeyWithMarker":        func(h *Host) { h.HostKey = "@cert-authority " + testKey },
		"KeyNotBase64":         func(h *Host) { h.HostKey = "ssh-ed25519 AAAA*" },
		"VariableOfAnsible":    func(h *Host) { h.Vars = map[string]any{"ansible_connection": "local"} },
		"VariableUpperCase":    func(h *Host) { h.Vars = map[string]any{"ANSIBLE_HOST": "x"} },
		"VariableHostvars":     func(h *Host) { h.Vars = map[string]any{"hostvars": "x"} },
		"VariableIsATemplate":  func(h *Host) { h.Vars = map[string]any{"{{ x }}": "x"} },
		"VariableOfInventory":  func(h *Host) { h.Vars = map[string]any{"inventory_hostname": "x"} },
		"VariableWithUmlaut":   func(h *Host) { h.Vars = map[string]any{"größe": "x"} },
		"VariableWithNewline":  func(h *Host) { h.Vars = map[string]any{"a\nb": "x"} },
		"VariableUnderscore":   func(h *Host) { h.Vars = map[string]any{"_ansible_x": "x"} },
		"VariableOfOmit":       func(h *Host) { h.Vars = map[string]any{"omit": "x"} },
		"VariableStartsAsFact": func(h *Host) { h.Vars = map[string]any{"ansible_facts": map[string]any{}} },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := inventory([]Host{testHost(change)})
			if fleet.ErrorCode(err) != fleet.CodeInvalid {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("Twice", func(t *testing.T) {
		if _, err := inventory([]Host{testHost(nil), testHost(nil)}); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("got %v", err)
		}
	})
	t.Run("None", func(t *testing.T) {
		if _, err := inventory(nil); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("got %v", err)
		}
	})
}

func TestKnownHosts(t *testing.T) {
	got, err := knownHosts([]Host{
		testHost(nil),
		testHost(func(h *Host) { h.Address, h.Port = "M-02.example.com", 2222 }),
		testHost(func(h *Host) { h.Address, h.HostKey = "2001:db8::1", testKey+" comment" }),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "10.0.0.1 " + testKey + "\n[m-02.example.com]:2222 " + testKey + "\n2001:db8::1 " + testKey + "\n"
	if string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestVariableRules(t *testing.T) {
	for name, vars := range map[string]map[string]any{
		"OfAnsible":         {"ansible_ssh_common_args": "-oProxyCommand=id"},
		"Reserved":          {"vars": 1},
		"FieldOfAnsible":    {"x": map[string]any{"ansible_host": "y"}},
		"FieldMarksUnsafe":  {"x": map[string]any{"__ansible_unsafe": "y"}},
		"FieldMarksVault":   {"x": []any{map[string]any{"__ansible_vault": "y"}}},
		"NUL":               {"x": "a\x00b"},
		"NotUTF8":           {"x": []string{"a\xff"}},
		"DeepFieldTemplate": {"x": map[string]any{"y": map[string]any{"{{ z }}": 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := unsafeVars(vars); fleet.ErrorCode(err) != fleet.CodeInvalid {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("NotEncodable", func(t *testing.T) {
		if _, err := unsafeVars(map[string]any{"x": func() {}}); err == nil || !strings.Contains(err.Error(), "variable x") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("EveryStringIsMarked", func(t *testing.T) {
		got, err := unsafeVars(map[string]any{"a": "s", "b": []any{"t", 1, true, nil}, "c": map[string]any{"d": "u", "e": 1.5}})
		if err != nil {
			t.Fatal(err)
		}
		want := `{"a":{"__ansible_unsafe":"s"},"b":[{"__ansible_unsafe":"t"},1,true,null],"c":{"d":{"__ansible_unsafe":"u"},"e":1.5}}`
		if string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
