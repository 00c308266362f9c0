package store_test

import (
	"fmt"
	"strings"
	"testing"

	"central/fleet"
)

// entry is how a machine is reached, with a password that must show nowhere.
func entry(address string) fleet.ServerEntry {
	return fleet.ServerEntry{Address: address, HostKeyFingerprint: "SHA256:" + strings.Repeat("a", 43), Password: "canary"}
}

func TestStore_LetCentralIn(t *testing.T) {
	w := newEmptyWorld(t)
	_, err := w.AddServer(t.Context(), admin, newServer("m-1", "192.0.2.10"))
	w.must(err)
	t.Run("OK", func(t *testing.T) {
		w.t = t
		in := entry("192.0.2.11")
		w.must(w.LetCentralIn(t.Context(), admin, &in))
		got := w.audited(admin, "letCentralIn", "root@192.0.2.11:22", nil)
		want(t, "input", got.Input, map[string]any{"address": "192.0.2.11", "port": 22.0, "user": "root", "hostKeyFingerprint": in.HostKeyFingerprint})
	})
	for name, test := range map[string]struct {
		change func(*fleet.ServerEntry)
		code   fleet.Code
		field  string
	}{
		"ErrNoFingerprint": {func(e *fleet.ServerEntry) { e.HostKeyFingerprint = "" }, fleet.CodeInvalid, "input.hostKeyFingerprint"},
		"ErrNoPassword":    {func(e *fleet.ServerEntry) { e.Password = "" }, fleet.CodeInvalid, "input.password"},
		"ErrAddress":       {func(e *fleet.ServerEntry) { e.Address = "$(id)" }, fleet.CodeInvalid, "input.address"},
		"ErrInTheFleet":    {func(e *fleet.ServerEntry) { e.Address = "192.0.2.10" }, fleet.CodeConflict, "input.address"},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			in := entry("192.0.2.12")
			test.change(&in)
			w.refuses(test.code, test.field, func() error { return w.LetCentralIn(t.Context(), admin, &in) })
		})
	}
	t.Run("ErrTooManyPasswords", func(t *testing.T) {
		w.t = t
		in := entry("192.0.2.13")
		for range 6 {
			w.must(w.LetCentralIn(t.Context(), admin, &in))
		}
		w.refuses(fleet.CodeRateLimited, "input.password", func() error { return w.LetCentralIn(t.Context(), admin, &in) })
		other := entry("192.0.2.14")
		w.must(w.LetCentralIn(t.Context(), admin, &other))
	})
}

func TestStore_BeginProbe(t *testing.T) {
	w := newEmptyWorld(t)
	w.refuses(fleet.CodeInvalid, "address", func() error { return w.BeginProbe(admin, "-oProxyCommand=id", 22) })
	w.refuses(fleet.CodeInvalid, "port", func() error { return w.BeginProbe(admin, "192.0.2.1", 0) })
	for i := range 200 {
		if err := w.BeginProbe(admin, fmt.Sprintf("192.0.2.%d", i%250), 22); err != nil {
			t.Fatalf("probe %d: %v", i+1, err)
		}
	}
	w.refuses(fleet.CodeRateLimited, "", func() error { return w.BeginProbe(admin, "192.0.2.1", 22) })
	other := admin
	other.Name = "bea"
	w.must(w.BeginProbe(other, "192.0.2.1", 22))
}

func TestStore_ServerShowing(t *testing.T) {
	w := newEmptyWorld(t)
	server, err := w.AddServer(t.Context(), admin, newServer("m-1", "192.0.2.10"))
	w.must(err)
	for name, test := range map[string]struct {
		address string
		port    int
		key     string
		want    bool
	}{
		"SameAddress":   {"192.0.2.10", 22, "ssh-ed25519 new", true},
		"SameKey":       {"m-1.example.com", 22, "ssh-ed25519 m-1", true},
		"OtherPort":     {"192.0.2.10", 2222, "ssh-ed25519 new", false},
		"AnotherServer": {"192.0.2.11", 22, "ssh-ed25519 new", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := w.ServerShowing(t.Context(), test.address, test.port, []fleet.HostKey{{Line: "ssh-rsa none"}, {Line: test.key}})
			if err != nil || (got != nil) != test.want || got != nil && got.ID != server.ID {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}
