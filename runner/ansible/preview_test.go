package ansible

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// A preview shows what would be written. The password of a pair's replication is written, and is shown nowhere.
func TestPreviewShowsNoSecret(t *testing.T) {
	const secret = "canary4c1d0e8a7b65"
	r := Run{
		Play: "pair", Dir: t.TempDir(), Check: true, Diff: true,
		Hosts: []Host{testHost(func(h *Host) { h.Name = "one" }), testHost(func(h *Host) { h.Name = "two" })},
		Vars: map[string]any{
			"pair_password": secret, "pair_address": "192.0.2.1", "pair_partner": "two", "pair_partner_address": "192.0.2.2", "pair_partner_port": 22,
			"pair_partner_host_key": "ssh-ed25519 AAAA",
		},
	}
	shown, wrote := 0, map[string]bool{}
	_, err := r.execute(context.Background(), local(t, r, "pair_files.yml"), func(e Event) {
		if text, _ := json.Marshal(e); strings.Contains(string(text), secret) {
			t.Errorf("%s", text)
		}
		if e.Kind == KindOutput && e.Stream == StreamDiff {
			shown++
		}
		if e.Kind == KindHostResult && e.Status == StatusChanged {
			wrote[e.Task] = true
		}
	})
	must(t, err)
	if shown == 0 || !wrote["Write down how to follow the partner"] {
		t.Errorf("%d lines of differences, changed: %v", shown, wrote)
	}
}
