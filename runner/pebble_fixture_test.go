package runner

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"central/practice/pebble"
	"central/runner/authority"
	"central/runner/remote"
)

// newPebble starts a real authority, which finds every name at an address, and says how a runner is to use it.
func newPebble(t *testing.T, address string) (*pebble.Authority, CertificateConfig) {
	t.Helper()
	bin, err := exec.Command("../scripts/pebble").Output()
	if err != nil {
		t.Fatalf("build pebble: %v", err)
	}
	dir := t.TempDir()
	p, err := pebble.Start(t.Context(), strings.TrimSpace(string(bin)), dir)
	mustBe(t, err)
	t.Cleanup(func() {
		mustBe(t, p.Stop())
		for _, log := range p.Logs {
			if text, err := os.ReadFile(log); err == nil && t.Failed() {
				t.Logf("%s:\n%s", filepath.Base(log), text)
			}
		}
	})
	mustBe(t, p.LookAt(t.Context(), address))
	identity, err := remote.LoadIdentity(filepath.Join(dir, "identity"))
	mustBe(t, err)
	return p, CertificateConfig{
		Config:  authority.Config{Directory: p.Directory, Email: "team@example.com", CAFile: p.CAFile},
		DNSHook: p.Hook, Vault: remote.NewVault(identity),
	}
}

// certificateOf describes a certificate of hosts, valid for three months.
func certificateOf(names ...string) *x509.Certificate {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: names[0]}, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, name)
		}
	}
	return c
}

// mustCertificate signs a certificate with its own key; both are PEM.
func mustCertificate(t *testing.T, of *x509.Certificate) (chain, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	mustBe(t, err)
	der, err := x509.CreateCertificate(rand.Reader, of, of, private.Public(), private)
	mustBe(t, err)
	text, err := authority.EncodeKey(private)
	mustBe(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(text)
}
