package bench

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// aProxy is a directory with what the script of samples reads of a proxy.
type aProxy struct{ root string }

func newProxy(t *testing.T) aProxy {
	t.Helper()
	p := aProxy{t.TempDir()}
	if err := os.MkdirAll(filepath.Join(p.root, "etc/certs"), 0o700); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p aProxy) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.root, "etc", name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// certificate puts a certificate for a host that expires then into a file of certs/.
func (p aProxy) certificate(t *testing.T, file, host string, expires time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	facts := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: expires.AddDate(0, 0, -90), NotAfter: expires, DNSNames: []string{host}}
	der, err := x509.CreateCertificate(rand.Reader, facts, facts, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	p.write(t, "certs/"+file+".pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}

// sample runs the script as a proxy does, but for where its files are, and returns the certificate that it names.
func (p aProxy) sample(t *testing.T) *fleet.CertificateEnd {
	t.Helper()
	text := strings.NewReplacer("/etc/nginx/central/", p.root+"/etc/", "/run/central/", p.root+"/run/").Replace(sample.text)
	answer, err := exec.CommandContext(t.Context(), "bash", "--norc", "-euo", "pipefail", "-c", text, "sample", string(fleet.RoleProxy)).Output()
	if err != nil {
		t.Fatal(err)
	}
	found, err := ParseSample(answer, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return found.Certificate
}

// A renewal leaves the files of the former certificate behind for a while, which nobody is shown any more.
func TestSample_OnlyCertificatesThatAreShown(t *testing.T) {
	p := newProxy(t)
	soon, later, last := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC), time.Date(2031, 4, 1, 0, 0, 0, 0, time.UTC), time.Date(2031, 6, 1, 0, 0, 0, 0, time.UTC)
	expect := func(what, host string, at time.Time) {
		t.Helper()
		if got := p.sample(t); got == nil || got.Host != host || !got.ExpiresAt.Equal(at) {
			t.Errorf("%s: it names %+v, want %s until %s", what, got, host, at)
		}
	}
	if got := p.sample(t); got != nil {
		t.Errorf("without a map it names %+v", got)
	}
	p.certificate(t, "1-old", "a.example.com", soon)
	p.certificate(t, "2-only", "*.b.example.com", last)
	p.write(t, "certificates.map", "# Written by Central.\n*.b.example.com certs/2-only;\na.example.com certs/1-old;\n")
	expect("first", "a.example.com", soon)
	expect("from its note", "a.example.com", soon)

	p.certificate(t, "1-new", "a.example.com", later)
	p.write(t, "certificates.map", "# Written by Central.\n*.b.example.com certs/2-only;\na.example.com certs/1-new;\n")
	expect("renewed, with the old file beside it", "a.example.com", later)

	p.write(t, "certificates.map", "# Written by Central.\n*.b.example.com certs/2-only;\nc.example.com certs/3-gone;\n")
	expect("removed, and one whose file is missing", "*.b.example.com", last)

	p.write(t, "certs/4-broken.pem", "no certificate")
	p.write(t, "certificates.map", "# Written by Central.\na.example.com certs/1-new;\nd.example.com certs/4-broken;\n")
	expect("beside a broken one", "a.example.com", later)

	p.write(t, "certificates.map", "# Written by Central.\n")
	if got := p.sample(t); got != nil {
		t.Errorf("with an empty map it names %+v", got)
	}
}
