package fleet_test

import (
	"net/netip"
	"strings"
	"testing"

	"central/fleet"
)

func TestCheckDomain(t *testing.T) {
	here, there, six := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("2001:db8::1")
	proxies := []netip.Addr{here, six}
	rules := fleet.NameRules{Domains: []string{"example.com"}}
	active := fleet.Site{Name: "acme.example.com", Status: fleet.SiteActive}
	good := fleet.DomainLook{Addresses: []netip.Addr{here}, Wanted: proxies}
	for _, c := range []struct {
		name, domain string
		site         fleet.Site
		have         int
		look         fleet.DomainLook
		elsewhere    bool
		code         fleet.Code
		field, says  string
	}{
		{"OK", "www.acme.org", active, 0, good, false, "", "", ""},
		{"OKBothAddresses", "acme.org", active, 0, fleet.DomainLook{Addresses: proxies, Wanted: proxies}, false, "", "", ""},
		{"OKPunycode", "xn--bcher-kva.example", active, 0, good, false, "", "", ""},
		{"OKBelowOurs", "shop.example.com", active, 0, good, false, "", "", ""},
		{"OKElsewhereAsked", "www.acme.org", active, 0, fleet.DomainLook{Addresses: []netip.Addr{there}, Wanted: proxies}, true, "", "", ""},
		{"ErrElsewhere", "www.acme.org", active, 0, fleet.DomainLook{Addresses: []netip.Addr{there}, Wanted: proxies}, false, fleet.CodeInvalid, "input.name", "www.acme.org points to 203.0.113.9, which is not this fleet. Let it point to 192.0.2.1 and 2001:db8::1."},
		{"ErrHalfElsewhere", "www.acme.org", active, 0, fleet.DomainLook{Addresses: []netip.Addr{here, there}, Wanted: proxies}, false, fleet.CodeInvalid, "input.name", "points to 203.0.113.9"},
		{"ErrNoAddress", "www.acme.org", active, 0, fleet.DomainLook{Wanted: proxies}, false, fleet.CodeInvalid, "input.name", "www.acme.org has no address in DNS. Let it point to 192.0.2.1 and 2001:db8::1."},
		{"ErrNotAsked", "www.acme.org", active, 0, fleet.DomainLook{Failed: "The name server did not answer.", Wanted: proxies}, false, fleet.CodeInvalid, "input.name", "could not be found out: The name server did not answer."},
		{"ErrNoProxy", "www.acme.org", active, 0, fleet.DomainLook{Addresses: []netip.Addr{there}}, false, fleet.CodeInvalid, "input.name", "which is not this fleet."},
		{"ErrNoDomain", "acme", active, 0, good, true, fleet.CodeInvalid, "input.name", "no domain"},
		{"ErrUnicode", "bücher.example", active, 0, good, true, fleet.CodeInvalid, "input.name", "xn--"},
		{"ErrLocal", "acme.local", active, 0, good, true, fleet.CodeInvalid, "input.name", "never leads"},
		{"ErrReserved", "www.example.com", active, 0, good, true, fleet.CodeInvalid, "input.name", "reserved"},
		{"ErrOwnName", "acme.example.com", active, 0, good, true, fleet.CodeConflict, "input.name", "itself"},
		{"ErrTooMany", "www.acme.org", active, 50, good, true, fleet.CodeConflict, "input.name", "50 domains"},
		{"ErrNotActive", "www.acme.org", fleet.Site{Name: "acme.example.com", Status: fleet.SiteBroken}, 0, good, true, fleet.CodeNotReady, "input.siteId", "BROKEN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := rules.CheckDomain(c.site, c.have, fleet.AddDomain{Name: c.domain, Elsewhere: c.elsewhere}, c.look)
			wantError(t, err, c.code, c.field)
			if err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q does not say %q", err, c.says)
			}
		})
	}
}
