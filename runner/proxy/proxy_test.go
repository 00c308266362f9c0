package proxy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
	"central/runner/proxy"
)

func TestInstallRoutes(t *testing.T) {
	command := proxy.InstallRoutes([]fleet.Route{{Host: "a.example.com", Address: "10.0.0.1"}, {Host: "b.example.com", State: fleet.RouteMaintenance}})
	want := "a.example.com 10.0.0.1:80;\nb.example.com maintenance;\n"
	if diff := cmp.Diff(want, string(command.Stdin)); diff != "" {
		t.Error(diff)
	}
	if argv := command.Argv; argv[len(argv)-1] != "54" || argv[0] != "/usr/bin/python3" {
		t.Errorf("it runs %q with %q", argv[0], argv[4:])
	}
}

func TestDigest(t *testing.T) {
	one := []fleet.Route{{Host: "a.example.com", Address: "10.0.0.1"}}
	seen := map[string]bool{proxy.Digest(nil): true, proxy.Digest(one): true}
	for _, r := range []fleet.Route{{Host: "b.example.com", Address: "10.0.0.1"}, {Host: "a.example.com", Address: "10.0.0.2"}, {Host: "a.example.com", Address: "10.0.0.1", State: fleet.RouteSuspended}} {
		seen[proxy.Digest([]fleet.Route{r})] = true
	}
	if len(seen) != 5 || !seen[proxy.Digest(one)] {
		t.Errorf("%d digests of 5 lists", len(seen))
	}
}

func TestParseInstalled(t *testing.T) {
	got, err := proxy.ParseInstalled([]byte(`{"changed": true, "reloaded": false, "routes": 2, "left": [{"host": "x", "why": "no"}], "maps": {"/m": "1"}}`))
	want := proxy.Installed{Changed: true, Routes: 2, Left: []fleet.LeftOutRoute{{Host: "x", Why: "no"}}, Maps: fleet.ProxyFiles{"/m": "1"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if _, err := proxy.ParseInstalled([]byte("Traceback")); err == nil {
		t.Error("no error for an answer that is none")
	}
}
