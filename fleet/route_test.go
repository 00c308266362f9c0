package fleet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckRoutes(t *testing.T) {
	good, left := CheckRoutes([]Route{
		{Host: "c.example.com", Address: "fd00::1"},
		{Host: "a.example.com", Address: "10.0.0.1"},
		{Host: "b.example.com", State: RouteSuspended},
		{Host: "a.example.com", Address: "10.0.0.2"},
		{Host: "d.example.com", Address: "10.0.0.1:80; }"},
		{Host: "x.example.com 10.0.0.1:80; include /etc/passwd", Address: "10.0.0.1"},
		{Host: "e.example.com", Address: "10.0.0.1", State: "odd"},
	})
	targets := []string{}
	for _, r := range good {
		targets = append(targets, r.Host+" "+r.Target())
	}
	want := []string{"a.example.com 10.0.0.1:80", "b.example.com suspended", "c.example.com [fd00::1]:80"}
	if diff := cmp.Diff(want, targets); diff != "" {
		t.Error(diff)
	}
	reasons := map[string]string{}
	for _, l := range left {
		reasons[l.Host] = l.Why
	}
	for host, why := range map[string]string{
		"a.example.com": "twice", "d.example.com": "address", "e.example.com": "state",
		"x.example.com 10.0.0.1:80; include /etc/passwd": "no host name",
	} {
		if !strings.Contains(reasons[host], why) {
			t.Errorf("%s is left out because %q", host, reasons[host])
		}
	}
	if len(left) != 4 {
		t.Errorf("left out: %v", left)
	}
}

func TestProxyState_Compare(t *testing.T) {
	state := ProxyState{
		RoutesDigest: "1", Maps: ProxyFiles{"/hosts.map": "a"}, Settings: ProxyFiles{"/nginx.conf": "b", "/central.conf": "c"},
	}
	for _, test := range []struct {
		name, wanted   string
		maps, settings ProxyFiles
		want           ProxyFindings
	}{
		{"AllIsWell", "1", state.Maps, state.Settings, ProxyFindings{Settings: []string{}}},
		{"MapChanged", "1", ProxyFiles{"/hosts.map": "x"}, state.Settings, ProxyFindings{Routes: "/hosts.map was changed by somebody else", Settings: []string{}}},
		{"MapMissing", "1", ProxyFiles{}, state.Settings, ProxyFindings{Routes: "/hosts.map is missing", Settings: []string{}}},
		{"RoutesAreOthersNow", "2", state.Maps, state.Settings, ProxyFindings{Routes: "they have changed since they were installed", Settings: []string{}}},
		{"SettingsChangedMissingAndNew", "1", state.Maps, ProxyFiles{"/nginx.conf": "x", "/more.conf": "y"},
			ProxyFindings{Settings: []string{"/central.conf", "/more.conf", "/nginx.conf"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, state.Compare(ProxySeen{Routes: test.wanted, Maps: test.maps, Settings: test.settings})); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("Certificates", func(t *testing.T) {
		state := ProxyState{CertificatesDigest: "c", Maps: ProxyFiles{"/certs": "a"}}
		for why, seen := range map[string]ProxySeen{
			"": {Certificates: "c", Maps: state.Maps}, "/certs is missing": {Certificates: "c"},
			"they have changed since they were installed": {Certificates: "d", Maps: state.Maps},
		} {
			if got := state.Compare(seen); got.Certificates != why || got.Routes != "" {
				t.Errorf("found %+v, want %q", got, why)
			}
		}
	})
	t.Run("NeverSetUp", func(t *testing.T) {
		if got := (ProxyState{RoutesDigest: "1"}).Compare(ProxySeen{Routes: "1", Settings: state.Settings}); got.Routes != "" || len(got.Settings) > 0 {
			t.Errorf("found %+v", got)
		}
	})
}

func TestProxyState_Reason(t *testing.T) {
	state := ProxyState{
		LeftOut: []LeftOutRoute{{"a.example.com", "It is odd."}, {"b.example.com", "So is it."}, {"c.example.com", "And it."}, {"d.example.com", "Too."}},
		Drifted: []string{"/etc/nginx/nginx.conf"},
	}
	want := "Left out of its routes: a.example.com (It is odd), b.example.com (So is it), c.example.com (And it) and 1 more. " +
		"Not as it was set up: /etc/nginx/nginx.conf. Set it up again."
	if got := state.Reason(); got != want {
		t.Error(got)
	}
	if got := (ProxyState{}).Reason(); got != "" {
		t.Error(got)
	}
}
