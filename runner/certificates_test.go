package runner

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/store"
)

// certificates goes through the life of certificates with a real authority.
func (s *proxyStage) certificates(t *testing.T) {
	t.Run("IssuedAndInstalled", func(t *testing.T) { s.issued(t) })
	t.Run("RenewedOnceUnderLoad", func(t *testing.T) { s.renewed(t) })
	t.Run("Wildcard", func(t *testing.T) { s.wildcard(t) })
	t.Run("RefusedIsTriedAgainLater", func(t *testing.T) { s.refused(t) })
	t.Run("Uploaded", func(t *testing.T) { s.uploaded(t) })
	t.Run("DriftIsRepaired", func(t *testing.T) { s.certificateDrift(t) })
	t.Run("Removed", func(t *testing.T) { s.removed(t) })
	t.Run("KeysAreSealed", func(t *testing.T) {
		if _, err := s.store.DB().Exec("UPDATE certificates SET sealed_key = '-----BEGIN PRIVATE KEY-----'"); err == nil {
			t.Error("the database takes a plain key")
		}
	})
}

// issue asks for a certificate and waits until the proxies have it.
func (s *proxyStage) issue(t *testing.T, names ...string) fleet.Certificate {
	t.Helper()
	certificate, action, err := s.store.IssueCertificate(t.Context(), admin, fleet.NewCertificate{Names: names}, store.CertificateNeed{DNSHook: true})
	mustBe(t, err)
	s.succeeds(t, action.ID)
	s.settle(t)
	certificate, err = s.store.Certificate(t.Context(), certificate.ID)
	mustBe(t, err)
	return certificate
}

// shown is the certificate that a proxy shows for a name to a visitor who trusts the authority.
func (s *proxyStage) shown(t *testing.T, proxy fleet.Server, name string, roots *x509.CertPool) (*x509.Certificate, error) {
	t.Helper()
	connection, err := tls.Dial("tcp", proxy.Address+":443", &tls.Config{ServerName: name, RootCAs: roots, InsecureSkipVerify: roots == nil})
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	return connection.ConnectionState().PeerCertificates[0], nil
}

func (s *proxyStage) issued(t *testing.T) {
	certificate := s.issue(t, "b.example.com", "a.example.com")
	if certificate.Status != fleet.CertificateActive || !strings.Contains(certificate.Issuer, "Pebble") || certificate.BusyActionID != nil ||
		!certificate.NextAttemptAt.Equal(fleet.RenewalTime(*certificate.NotBefore, *certificate.NotAfter)) {
		t.Errorf("it is %+v", certificate)
	}
	for _, proxy := range s.proxies {
		if _, err := s.shown(t, proxy, "a.example.com", s.pebble.Roots); err != nil {
			t.Errorf("%s: %v", proxy.Name, err)
		}
		if got := s.get(t, proxy, "https", "a.example.com", "/", "*/*"); got.body != "site a.example.com by https" {
			t.Errorf("%s: %d %s", proxy.Name, got.status, got.body)
		}
		if got := s.get(t, proxy, "http", "a.example.com", "/x?y=1", "*/*"); got.status != 308 || got.header.Get("Location") != "https://a.example.com/x?y=1" {
			t.Errorf("%s: %d to %s", proxy.Name, got.status, got.header.Get("Location"))
		}
		if got := s.get(t, proxy, "http", "late.example.com", "/", "*/*"); got.status != 200 {
			t.Errorf("%s: a site without a certificate answers %d", proxy.Name, got.status)
		}
		if left := s.on(t, proxy, "ls /var/lib/central/acme; stat -c '%a %U %G' /etc/nginx/central/certs/*.key | sort -u"); left != "640 root www-data" {
			t.Errorf("%s: challenges and keys: %s", proxy.Name, left)
		}
		if shown, err := s.shown(t, proxy, "nobody.example.com", nil); err != nil || shown.Subject.CommonName != "unknown.invalid" {
			t.Errorf("%s: an unknown name is shown %v, %v", proxy.Name, shown, err)
		}
	}
}

// renewed lets the time of a certificate come while visitors ask for its sites.
func (s *proxyStage) renewed(t *testing.T) {
	before, err := s.shown(t, s.proxies[0], "a.example.com", s.pebble.Roots)
	mustBe(t, err)
	const visitors, requests = 4, 150
	var failed atomic.Int64
	var visiting sync.WaitGroup
	for v := range visitors {
		visiting.Go(func() {
			client := visitor(s.proxies[v%2], &tls.Config{RootCAs: s.pebble.Roots})
			for range requests {
				response, err := client.Get("https://b.example.com/")
				if err != nil {
					failed.Add(1)
					continue
				}
				_, err = io.Copy(io.Discard, response.Body)
				if response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
					failed.Add(1)
				}
			}
		})
	}
	s.sql(t, "UPDATE certificates SET next_attempt_at = NOW(6) - INTERVAL 1 DAY WHERE kind = 'ACME'")
	var queued atomic.Int64
	var runners sync.WaitGroup
	for range 4 {
		runners.Go(func() {
			n, err := s.store.QueueRenewals(t.Context())
			if err != nil {
				t.Error(err)
			}
			queued.Add(int64(n))
		})
	}
	runners.Wait()
	if queued.Load() != 1 {
		t.Errorf("%d renewals were queued by four runners", queued.Load())
	}
	s.settle(t)
	visiting.Wait()
	after, err := s.shown(t, s.proxies[0], "a.example.com", s.pebble.Roots)
	mustBe(t, err)
	if after.SerialNumber.Cmp(before.SerialNumber) == 0 {
		t.Error("the old certificate is still shown")
	}
	if failed.Load() > 0 {
		t.Errorf("%d of %d requests failed", failed.Load(), visitors*requests)
	}
	answer, err := s.r.Pool.Run(t.Context(), remoteHost(s.proxies[0]), bench.Sample(fleet.RoleProxy))
	mustBe(t, err)
	sample, err := bench.ParseSample(answer.Stdout, time.Now())
	mustBe(t, err)
	if sample.Certificate == nil || !sample.Certificate.ExpiresAt.Equal(after.NotAfter) { // the former file is still there
		t.Errorf("the sample has %+v, but what is shown expires at %s", sample.Certificate, after.NotAfter)
	}
}

func (s *proxyStage) wildcard(t *testing.T) {
	s.sites(t, "x.wild.example.com")
	s.setServing(t, "x.wild.example.com", fleet.ServingMaintenance)
	s.setServing(t, "x.wild.example.com", fleet.ServingOpen)
	certificate := s.issue(t, "*.wild.example.com")
	shown, err := s.shown(t, s.proxies[1], "x.wild.example.com", s.pebble.Roots)
	if err != nil || shown.DNSNames[0] != "*.wild.example.com" {
		t.Errorf("it is shown %v, %v", shown, err)
	}
	if got := s.get(t, s.proxies[1], "http", "x.wild.example.com", "/", "*/*"); got.status != 308 {
		t.Errorf("by http it answers %d", got.status)
	}
	page, err := s.store.Actions(t.Context(), fleet.Page{First: 1}, fleet.ActionFilter{Kinds: []fleet.ActionKind{fleet.ActionIssueCertificate}})
	mustBe(t, err)
	said := strings.Join(s.lines(t, page.Nodes[0].ID), "\n")
	for _, want := range []string{"set-txt _acme-challenge.wild.example.com", "clear-txt _acme-challenge.wild.example.com"} {
		if !strings.Contains(said, want) {
			t.Errorf("the output lacks %q: %s", want, said)
		}
	}
	if certificate.Names[0] != "*.wild.example.com" {
		t.Errorf("it is for %v", certificate.Names)
	}
}

// refused asks for a name that the authority finds elsewhere.
func (s *proxyStage) refused(t *testing.T) {
	mustBe(t, s.pebble.Move(t.Context(), "late.example.com", "127.0.0.1"))
	certificate, action, err := s.store.IssueCertificate(t.Context(), admin, fleet.NewCertificate{Names: []string{"late.example.com"}}, store.CertificateNeed{})
	mustBe(t, err)
	if a := s.ends(t, action.ID); a.Status != fleet.ActionFailed || a.ErrorCode != fleet.CodeCertificateRefused || !strings.Contains(a.ErrorMessage, "late.example.com") {
		t.Errorf("it is %s: %s %s", a.Status, a.ErrorCode, a.ErrorMessage)
	}
	certificate, err = s.store.Certificate(t.Context(), certificate.ID)
	mustBe(t, err)
	if wait := time.Until(*certificate.NextAttemptAt); certificate.Status != fleet.CertificateFailed || certificate.Failures != 1 || wait < 50*time.Minute || wait > time.Hour {
		t.Errorf("it is %s after %d failures, tried again in %s", certificate.Status, certificate.Failures, wait)
	}
	for _, proxy := range s.proxies {
		if left := s.on(t, proxy, "ls /var/lib/central/acme"); left != "" {
			t.Errorf("%s: challenges are left: %s", proxy.Name, left)
		}
	}
}

func (s *proxyStage) uploaded(t *testing.T) {
	chain, key := mustCertificate(t, certificateOf("late.example.com"))
	_, other := mustCertificate(t, certificateOf("late.example.com"))
	before := s.on(t, s.proxies[0], "cat /etc/nginx/central/certificates.map")
	_, _, err := s.store.UploadCertificate(t.Context(), admin, chain, other, s.r.Certificates.Vault.Seal)
	wantError(t, err, fleet.CodeInvalid, "input.key")
	if after := s.on(t, s.proxies[0], "cat /etc/nginx/central/certificates.map"); after != before {
		t.Errorf("the map has changed to %s", after)
	}
	_, actions, err := s.store.UploadCertificate(t.Context(), admin, chain, key, s.r.Certificates.Vault.Seal)
	mustBe(t, err)
	for _, a := range actions {
		s.succeeds(t, a.ID)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(chain))
	for _, proxy := range s.proxies {
		if _, err := s.shown(t, proxy, "late.example.com", roots); err != nil {
			t.Errorf("%s: %v", proxy.Name, err)
		}
	}
}

func (s *proxyStage) certificateDrift(t *testing.T) {
	s.on(t, s.proxies[0], "rm /etc/nginx/central/certs/*.key | sort -u")
	s.look(t, s.proxies[0])
	repair := s.last(t, fleet.ActionInstallCertificates, s.proxies[0])
	if repair.Status != fleet.ActionSucceeded || !strings.HasPrefix(repair.Title, "Repair the certificates of p-01: /etc/nginx/central/certs was changed") {
		t.Errorf("%s %s", repair.Title, repair.Status)
	}
	if _, err := s.shown(t, s.proxies[0], "a.example.com", s.pebble.Roots); err != nil {
		t.Error(err)
	}
}

func (s *proxyStage) removed(t *testing.T) {
	all, err := s.store.Certificates(t.Context())
	mustBe(t, err)
	for _, c := range all {
		if c.Names[0] != "a.example.com" {
			continue
		}
		_, err := s.store.RemoveCertificate(t.Context(), admin, c.ID, "b.example.com")
		wantError(t, err, fleet.CodeInvalid, "input.confirmName")
		actions, err := s.store.RemoveCertificate(t.Context(), admin, c.ID, "a.example.com")
		mustBe(t, err)
		for _, a := range actions {
			s.succeeds(t, a.ID)
		}
	}
	for _, proxy := range s.proxies {
		if got := s.get(t, proxy, "http", "a.example.com", "/", "*/*"); got.status != 200 {
			t.Errorf("%s: by http it answers %d", proxy.Name, got.status)
		}
	}
}

func wantError(t *testing.T, err error, code fleet.Code, field string) {
	t.Helper()
	var known *fleet.Error
	if !errors.As(err, &known) || known.Code != code || known.Field != field {
		t.Errorf("got %v, want %s at %s", err, code, field)
	}
}
