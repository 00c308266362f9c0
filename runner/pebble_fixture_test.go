package runner

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"central/runner/authority"
	"central/runner/remote"
)

// pebble is a real ACME authority, and the DNS that it asks: every name is at one address, unless a test says otherwise.
type pebble struct {
	config     CertificateConfig
	management string // of the DNS
	roots      *x509.CertPool
}

func newPebble(t *testing.T, address string) *pebble {
	t.Helper()
	bin, err := exec.Command("../scripts/pebble").Output()
	if err != nil {
		t.Fatalf("build pebble: %v", err)
	}
	program := func(name string) string { return filepath.Join(strings.TrimSpace(string(bin)), name) }
	dir := t.TempDir()
	vouch, key := mustCertificate(t, certificateOf("127.0.0.1"))
	ca := mustWrite(t, dir, "ca.pem", vouch)
	directory, pebbleManagement, dns, management := freeAddress(t), freeAddress(t), freeAddress(t), freeAddress(t)
	settings, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": directory, "managementListenAddress": pebbleManagement, "certificate": ca, "privateKey": mustWrite(t, dir, "key.pem", key),
		"httpPort": 80, "tlsPort": 443, "retryAfter": map[string]int{"authz": 1, "order": 1},
		"profiles": map[string]any{"default": map[string]any{"description": "for tests", "validityPeriod": 7776000}},
	}})
	mustBe(t, err)
	start(t, nil, program("pebble-challtestsrv"), "-defaultIPv4", address, "-defaultIPv6", "", "-dnsserver", dns, "-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "", "-management", management)
	start(t, []string{"PEBBLE_VA_NOSLEEP=1", "PEBBLE_AUTHZREUSE=0"}, program("pebble"), "-config", mustWrite(t, dir, "pebble.json", string(settings)), "-dnsserver", dns)

	hook := mustWrite(t, dir, "hook", fmt.Sprintf(`#!/bin/sh
set -eu
case $1 in
present) verb=set-txt ;;
cleanup) verb=clear-txt ;;
esac
echo "$verb $CENTRAL_DNS_NAME"
exec curl -fsS --noproxy '*' -d "{\"host\":\"$CENTRAL_DNS_NAME.\",\"value\":\"$CENTRAL_DNS_VALUE\"}" http://%s/$verb
`, management))
	mustBe(t, os.Chmod(hook, 0o700))
	identity, err := remote.LoadIdentity(filepath.Join(dir, "identity"))
	mustBe(t, err)
	p := &pebble{management: "http://" + management, roots: x509.NewCertPool(), config: CertificateConfig{
		Config:  authority.Config{Directory: "https://" + directory + "/dir", Email: "team@example.com", CAFile: ca},
		DNSHook: hook, Vault: remote.NewVault(identity),
	}}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	var root []byte
	eventually(t, "pebble answers", func() bool {
		response, err := client.Get("https://" + pebbleManagement + "/roots/0")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		root, err = io.ReadAll(response.Body)
		return err == nil && response.StatusCode == http.StatusOK
	})
	if !p.roots.AppendCertsFromPEM(root) {
		t.Fatalf("pebble has no root: %s", root)
	}
	return p
}

// move makes the DNS say that a name is elsewhere.
func (p *pebble) move(t *testing.T, name, address string) {
	t.Helper()
	response, err := http.Post(p.management+"/add-a", "application/json", strings.NewReader(fmt.Sprintf(`{"host": %q, "addresses": [%q]}`, name+".", address)))
	mustBe(t, err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("move %s: %s", name, response.Status)
	}
}

// start runs a program until the test ends.
func start(t *testing.T, env []string, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), env...)
	log, err := os.Create(filepath.Join(t.TempDir(), filepath.Base(program)+".log"))
	mustBe(t, err)
	cmd.Stdout, cmd.Stderr = log, log
	mustBe(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if text, err := os.ReadFile(log.Name()); err == nil && t.Failed() {
			t.Logf("%s:\n%s", filepath.Base(program), text)
		}
		_ = log.Close()
	})
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	mustBe(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

func mustWrite(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	mustBe(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// certificateOf describes a certificate of a host or address, valid for three months.
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
