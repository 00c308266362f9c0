package e2e

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"central/practice/pebble"
)

// authority issues the certificates of the tests' Central.
var authority *pebble.Authority

// takeCertificates lets the Central that is started from here on order certificates from authority, and ask its DNS where
// domains point.
func takeCertificates(ctx context.Context, dir string) (stop func(), err error) {
	bin, err := exec.CommandContext(ctx, "../scripts/pebble").Output()
	if err != nil {
		return nil, fmt.Errorf("build pebble: %w", err)
	}
	if authority, err = pebble.Start(ctx, strings.TrimSpace(string(bin)), dir); err != nil {
		return nil, err
	}
	return func() { _ = authority.Stop() }, errors.Join(
		os.Setenv("CENTRAL_ACME_DIRECTORY", authority.Directory), os.Setenv("CENTRAL_ACME_CA_FILE", authority.CAFile),
		os.Setenv("CENTRAL_DNS_SERVER", authority.DNS),
	)
}

// domainHasACertificate gives a site a domain with a certificate: one that points elsewhere is refused, one that points to a
// proxy is served by https at all of them as soon as it is proved, is the site's own address then, and takes its certificate
// along when it goes.
func domainHasACertificate(t *testing.T) {
	const domain, elsewhere = "erp.acme.org", "lost.acme.org"
	s := sites(t)[lifeName]
	proxies := []string{}
	for _, name := range []string{"p-01", "p-02"} {
		host, err := fleet.Fleet.Host(name)
		if err != nil {
			t.Fatal(err)
		}
		proxies = append(proxies, host.Address.String())
	}
	if err := errors.Join(authority.LookAt(t.Context(), proxies[0]), authority.Move(t.Context(), elsewhere, "192.0.2.7")); err != nil {
		t.Fatal(err)
	}
	change := func(mutation, name, more string) error {
		answer := map[string]struct{ Action struct{ ID string } }{}
		err := fleet.Client.Do(t.Context(), fmt.Sprintf(`mutation($id: ID!, $name: String!) { %s(input: {siteId: $id, name: $name%s}) { action { id } } }`, mutation, more),
			map[string]any{"id": s.ID, "name": name}, &answer)
		if err == nil {
			waitForAction(t, answer[mutation].Action.ID)
		}
		return err
	}

	wantError(t, change("addDomain", elsewhere, ", certificate: true"), "INVALID", "input.name")
	if err := change("addDomain", domain, ", certificate: true"); err != nil {
		t.Fatal(err)
	}
	for _, proxy := range proxies {
		until(t, 2*time.Minute, domain+" is served by https at "+proxy, func() bool {
			status, text, err := secureVisit(t, proxy, domain)
			return err == nil && status == http.StatusOK && strings.Contains(text, lifeName)
		})
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+proxies[0]+"/app", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = domain
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusPermanentRedirect || response.Header.Get("Location") != "https://"+domain+"/app" {
		t.Errorf("by http it answers %d %s", response.StatusCode, response.Header.Get("Location"))
	}
	if err := change("setMainDomain", domain, ""); err != nil {
		t.Fatal(err)
	}
	if config := onHost(t, s.Server.Name, "cat /home/frappe/benches/*/*/sites/"+lifeName+"/site_config.json"); !strings.Contains(config, `"host_name": "https://`+domain+`"`) {
		t.Errorf("its own address is not %s", domain)
	}

	if err := change("removeDomain", domain, ""); err != nil {
		t.Fatal(err)
	}
	until(t, time.Minute, "the domain's certificate is shown no longer", func() bool {
		_, _, err := secureVisit(t, proxies[0], domain)
		var unknown *tls.CertificateVerificationError
		return errors.As(err, &unknown)
	})
	for _, certificate := range ask[struct{ Certificates []struct{ Names []string } }](t, `{ certificates { names } }`, nil).Certificates {
		if strings.Contains(strings.Join(certificate.Names, " "), domain) {
			t.Errorf("there is still a certificate for %v", certificate.Names)
		}
	}
}

// secureVisit asks a proxy for a name by https, as somebody who trusts the authority.
func secureVisit(t *testing.T, proxy, name string) (int, string, error) {
	t.Helper()
	client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: authority.Roots}, DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(proxy, "443"))
		},
	}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+name+"/api/method/version", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), errors.Join(err, response.Body.Close())
}
