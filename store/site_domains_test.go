package store_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"central/fleet"
	"central/store"
)

var (
	hereAddress  = netip.MustParseAddr("192.0.2.1")
	thereAddress = netip.MustParseAddr("203.0.113.9")
)

// pointsTo is a DNS that says where every domain points.
func pointsTo(addresses ...netip.Addr) store.LookUpDomain {
	return func(context.Context, string) fleet.DomainLook {
		return fleet.DomainLook{Addresses: addresses, Wanted: []netip.Addr{hereAddress}}
	}
}

// domains is the domains of a site as "NAME STATE", with a star where it is the site's address.
func (w *world) domains(site fleet.Site) []string {
	w.t.Helper()
	rows, err := w.SiteDomains(w.t.Context(), site.ID)
	w.must(err)
	words := []string{}
	for _, row := range rows {
		word := row.Name + " " + string(row.State)
		if row.Main {
			word += "*"
		}
		words = append(words, word)
	}
	return words
}

func TestStore_Domains(t *testing.T) {
	add := func(w *world, site fleet.Site, name string, certificate bool) fleet.Action {
		w.t.Helper()
		_, action, err := w.AddDomain(w.t.Context(), operator, fleet.AddDomain{SiteID: site.ID, Name: name, Certificate: certificate}, pointsTo(hereAddress), store.CertificateNeed{})
		w.must(err)
		return action
	}

	t.Run("Added", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		site := w.site(w.bench, "a.example.com")[0]
		action := add(w, site, "www.acme.org", true)
		w.audited(operator, "addDomain", "www.acme.org to a.example.com", &action.ID)
		want(t, "domains", w.domains(site), []string{"www.acme.org ADDING"})
		want(t, "hosts", w.hosts(), []string{"a.example.com", "www.acme.org"})
		issues := w.queued(fleet.ActionIssueCertificate)
		want(t, "certificates ordered", len(issues), 1)

		_, route := w.claim(fleet.ActionRouteProxy)
		mustNotClaim(t, w.Store) // first the proxies, then the server, then the certificate
		w.finish(route, nil)
		_, ref := mustClaim(t, w.Store, action.ID)
		mustNotClaim(t, w.Store)
		w.finish(ref, nil)
		want(t, "domains", w.domains(site), []string{"www.acme.org ACTIVE"})
		if busy := w.getSite(site.ID).BusyActionID; busy != nil {
			t.Errorf("busy with %d", *busy)
		}
		_, issue := mustClaim(t, w.Store, issues[0].ID)
		w.finish(issue, nil)
		certificates, err := w.Certificates(t.Context())
		w.must(err)
		want(t, "certificate", certificates[0].Names, []string{"www.acme.org"})
	})

	t.Run("NotAdded", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		site := w.site(w.bench, "a.example.com")[0]
		add(w, site, "www.acme.org", true)
		w.workWith(failKind(fleet.ActionChangeDomains, fleet.CodeCommandFailed))
		want(t, "domains", w.domains(site), []string{})
		want(t, "hosts", w.hosts(), []string{"a.example.com"})
		certificates, err := w.Certificates(t.Context())
		w.must(err)
		want(t, "certificates", len(certificates), 0)
		add(w, site, "www.acme.org", false) // may be tried again
	})

	t.Run("MainAndRemoved", func(t *testing.T) {
		w := newWorld(t)
		w.server("p-1", fleet.RoleProxy)
		site := w.site(w.bench, "a.example.com")[0]
		add(w, site, "www.acme.org", true)
		w.work()
		_, action, err := w.SetMainDomain(t.Context(), operator, fleet.DomainRef{SiteID: site.ID, Name: "www.acme.org"})
		w.must(err)
		w.audited(operator, "setMainDomain", "www.acme.org of a.example.com", &action.ID)
		want(t, "address", action.Cursor.Notes, map[string]string{store.NoteAddressBefore: "", store.NoteAddressAfter: "http://www.acme.org"})
		want(t, "domains meanwhile", w.domains(site), []string{"www.acme.org ACTIVE"})
		w.work()
		want(t, "domains", w.domains(site), []string{"www.acme.org ACTIVE*"})
		w.refuses(fleet.CodeConflict, "input.name", func() error {
			_, _, err := w.SetMainDomain(t.Context(), operator, fleet.DomainRef{SiteID: site.ID, Name: "www.acme.org"})
			return err
		})

		remove := func() fleet.Action {
			_, action, err := w.RemoveDomain(t.Context(), operator, fleet.DomainRef{SiteID: site.ID, Name: "www.acme.org"})
			w.must(err)
			return action
		}
		action = remove()
		want(t, "address", action.Cursor.Notes[store.NoteAddressBefore], "http://www.acme.org")
		want(t, "domains meanwhile", w.domains(site), []string{"www.acme.org REMOVING*"})
		w.workWith(failKind(fleet.ActionChangeDomains, fleet.CodeCommandFailed))
		want(t, "domains after a failure", w.domains(site), []string{"www.acme.org ACTIVE*"})
		remove()
		w.work()
		want(t, "domains", w.domains(site), []string{})
		want(t, "hosts", w.hosts(), []string{"a.example.com"})
		certificates, err := w.Certificates(t.Context())
		w.must(err)
		want(t, "certificates", len(certificates), 0)
	})

	w := newWorld(t)
	w.server("p-1", fleet.RoleProxy)
	sites := w.site(w.bench, "a.example.com", "b.example.com")
	add(w, sites[1], "taken.acme.org", false)
	w.work()
	creating, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "creating.example.com", BenchID: w.bench.ID})
	w.must(err)
	for _, test := range []struct {
		name   string
		in     fleet.AddDomain
		lookUp store.LookUpDomain
		code   fleet.Code
		field  string
		says   string
	}{
		{"ErrUnknownSite", fleet.AddDomain{SiteID: 99, Name: "www.acme.org"}, pointsTo(hereAddress), fleet.CodeNotFound, "input.siteId", ""},
		{"ErrForm", fleet.AddDomain{SiteID: sites[0].ID, Name: "-x"}, nil, fleet.CodeInvalid, "input.name", "no domain"},
		{"ErrElsewhere", fleet.AddDomain{SiteID: sites[0].ID, Name: "www.acme.org"}, pointsTo(thereAddress), fleet.CodeInvalid, "input.name", "points to 203.0.113.9, which is not this fleet. Let it point to 192.0.2.1."},
		{"ErrNowhere", fleet.AddDomain{SiteID: sites[0].ID, Name: "www.acme.org"}, pointsTo(), fleet.CodeInvalid, "input.name", "no address"},
		{"ErrTakenBySite", fleet.AddDomain{SiteID: sites[0].ID, Name: "b.example.com"}, pointsTo(hereAddress), fleet.CodeConflict, "input.name", "already a site"},
		{"ErrTakenByDomain", fleet.AddDomain{SiteID: sites[0].ID, Name: "taken.acme.org"}, pointsTo(hereAddress), fleet.CodeConflict, "input.name", "taken.acme.org is a domain of b.example.com"},
		{"ErrBusy", fleet.AddDomain{SiteID: creating.ID, Name: "www.acme.org"}, pointsTo(hereAddress), fleet.CodeSiteBusy, "input.siteId", "Create"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			message := w.refuses(test.code, test.field, func() error {
				_, _, err := w.AddDomain(t.Context(), operator, test.in, test.lookUp, store.CertificateNeed{})
				return err
			})
			if !strings.Contains(message, test.says) {
				t.Errorf("%q does not say %q", message, test.says)
			}
		})
	}
	t.Run("ErrNoProxyForACertificate", func(t *testing.T) {
		w := newWorld(t)
		site := w.site(w.bench, "a.example.com")[0]
		w.refuses(fleet.CodeNotReady, "input.certificate", func() error {
			_, _, err := w.AddDomain(t.Context(), operator, fleet.AddDomain{SiteID: site.ID, Name: "www.acme.org", Certificate: true}, pointsTo(hereAddress), store.CertificateNeed{})
			return err
		})
	})
	t.Run("ErrSiteNamedLikeADomain", func(t *testing.T) {
		w.t = t
		w.refuses(fleet.CodeConflict, "input.name", func() error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "taken.acme.org", BenchID: w.bench.ID})
			return err
		})
		w.refuses(fleet.CodeConflict, "input.name", func() error {
			_, _, err := w.RenameSite(t.Context(), operator, fleet.RenameSite{SiteID: sites[0].ID, Name: "taken.acme.org"})
			return err
		})
	})
	t.Run("ErrUnknownDomain", func(t *testing.T) {
		w.t = t
		for _, change := range []func(fleet.DomainRef) error{
			func(in fleet.DomainRef) error { _, _, err := w.RemoveDomain(t.Context(), operator, in); return err },
			func(in fleet.DomainRef) error { _, _, err := w.SetMainDomain(t.Context(), operator, in); return err },
		} {
			w.refuses(fleet.CodeNotFound, "input.name", func() error { return change(fleet.DomainRef{SiteID: sites[0].ID, Name: "taken.acme.org"}) })
		}
		w.refuses(fleet.CodeNotFound, "input.name", func() error {
			_, _, err := w.RemoveDomain(t.Context(), operator, fleet.DomainRef{SiteID: sites[0].ID})
			return err
		})
	})
}
