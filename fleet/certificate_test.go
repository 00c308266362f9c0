package fleet

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// issued is a certificate with its key.
type issued struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

// issue makes a certificate that by signs, or that signs itself.
func issue(t *testing.T, c x509.Certificate, by *issued) issued {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if c.NotAfter.IsZero() {
		c.NotBefore, c.NotAfter = noon.Add(-time.Hour), noon.Add(90*24*time.Hour)
	}
	c.SerialNumber, c.BasicConstraintsValid = big.NewInt(1), true
	parent, signer := &c, crypto.Signer(key)
	if by != nil {
		parent, signer = by.Certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, &c, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return issued{parsed, key}
}

func (i issued) chain() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Raw}))
}

func (i issued) pem(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestReadCertificate(t *testing.T) {
	root := issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "Root"}, IsCA: true}, nil)
	middle := issue(t, x509.Certificate{Subject: pkix.Name{Organization: []string{"Trust Co"}, CommonName: "M1"}, IsCA: true}, &root)
	leaf := issue(t, x509.Certificate{DNSNames: []string{"b.example.com", "*.example.com", "b.example.com"}}, &middle)
	other := issue(t, x509.Certificate{DNSNames: []string{"b.example.com"}}, &middle)

	facts, err := ReadCertificate(leaf.chain()+"\n"+middle.chain(), leaf.pem(t), noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"*.example.com", "b.example.com"}, facts.Names); diff != "" {
		t.Error(diff)
	}
	if facts.Issuer != "Trust Co M1" || len(facts.Digest) != 64 || !facts.NotAfter.Equal(leaf.NotAfter) || facts.Chain != leaf.chain()+middle.chain() || facts.Key != leaf.pem(t) {
		t.Errorf("got %+v", facts)
	}

	good := leaf.pem(t)
	old := issue(t, x509.Certificate{DNSNames: []string{"b.example.com"}, NotBefore: noon.Add(-48 * time.Hour), NotAfter: noon.Add(-time.Hour)}, &middle)
	early := issue(t, x509.Certificate{DNSNames: []string{"b.example.com"}, NotBefore: noon.Add(time.Hour), NotAfter: noon.Add(48 * time.Hour)}, &middle)
	nameless := issue(t, x509.Certificate{Subject: pkix.Name{CommonName: "b.example.com"}}, &middle)
	protected := "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n"
	for _, test := range []struct{ name, chain, key, field, words string }{
		{"ErrOtherKey", leaf.chain(), other.pem(t), "input.key", "another certificate"},
		{"ErrOutOfOrder", leaf.chain() + root.chain(), good, "input.chain", "out of order"},
		{"ErrAuthorityFirst", middle.chain() + root.chain(), middle.pem(t), "input.chain", "one of an authority"},
		{"ErrExpired", old.chain(), old.pem(t), "input.chain", "has expired"},
		{"ErrNotYet", early.chain(), early.pem(t), "input.chain", "not valid before"},
		{"ErrNoName", nameless.chain(), nameless.pem(t), "input.chain", "names no host"},
		{"ErrNoPEM", "certificate", good, "input.chain", "is PEM"},
		{"ErrEmpty", "", good, "input.chain", "Give the certificate"},
		{"ErrMore", leaf.chain() + "more", good, "input.chain", "nothing else"},
		{"ErrKeyInChain", leaf.chain() + good, good, "input.chain", "private key in the chain"},
		{"ErrNoKey", leaf.chain(), "key", "input.key", "Give the private key"},
		{"ErrCertificateAsKey", leaf.chain(), leaf.chain(), "input.key", "not a private key"},
		{"ErrProtectedKey", leaf.chain(), protected, "input.key", "protected by a password"},
		{"ErrBrokenKey", leaf.chain(), "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", "input.key", "cannot be used"},
		{"ErrTooLong", strings.Repeat(leaf.chain(), 1000), good, "input.chain", "longer than any chain"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ReadCertificate(test.chain, test.key, noon)
			var e *Error
			if !errors.As(err, &e) || e.Code != CodeInvalid || e.Field != test.field || !strings.Contains(e.Message, test.words) {
				t.Errorf("got %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "MIIB") {
				t.Errorf("the error shows what was given: %v", err)
			}
		})
	}
}

func TestNewCertificate_Validate(t *testing.T) {
	in := NewCertificate{Names: []string{"b.example.com", "*.example.com"}}
	if err := in.Validate(); err != nil || in.Names[0] != "*.example.com" {
		t.Errorf("%v, %v", in.Names, err)
	}
	for field, names := range map[string][]string{
		"input.names":   {},
		"input.names.0": {"*"},
		"input.names.1": {"a.example.com", "a.example.com"},
	} {
		in := NewCertificate{Names: names}
		var e *Error
		if err := in.Validate(); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%v: got %v", names, err)
		}
	}
	for _, name := range []string{"*.*.example.com", "a.*.example.com", "EXAMPLE.com", "*.com", "a example.com", "a.example.com;", "-a.example.com", "10.0.0.1"} {
		if ValidCertificateName(name) == nil {
			t.Errorf("%q is taken", name)
		}
	}
}

func TestChooseCertificates(t *testing.T) {
	end := func(days int) *time.Time { at := noon.AddDate(0, 0, days); return &at }
	chosen := ChooseCertificates([]Certificate{
		{ID: 1, Names: []string{"a.example.com", "b.example.com"}, Status: CertificateActive, NotAfter: end(10)},
		{ID: 2, Names: []string{"b.example.com"}, Status: CertificateActive, NotAfter: end(20)},
		{ID: 3, Names: []string{"a.example.com"}, Status: CertificateFailed, NotAfter: end(30)},
		{ID: 4, Names: []string{"*.example.com"}, Status: CertificateActive, NotAfter: end(5)},
	})
	for host, want := range map[string]uint{"a.example.com": 1, "b.example.com": 2, "c.example.com": 4, "c.d.example.com": 0} {
		if got, _ := CertificateOf(host, chosen); got.ID != want {
			t.Errorf("%s has certificate %d, want %d", host, got.ID, want)
		}
	}
}

func TestRenewalTime(t *testing.T) {
	if got := RenewalTime(noon, noon.AddDate(0, 0, 90)); !got.Equal(noon.AddDate(0, 0, 60)) {
		t.Error(got)
	}
}

func TestRetryTime(t *testing.T) {
	for failures, want := range map[int]time.Duration{1: time.Hour, 2: 2 * time.Hour, 5: 16 * time.Hour, 6: 24 * time.Hour, 500: 24 * time.Hour} {
		if got := RetryTime(noon, failures).Sub(noon); got != want {
			t.Errorf("after %d failures: %s, want %s", failures, got, want)
		}
	}
}

func TestCertificate_Warning(t *testing.T) {
	in := func(days int) *time.Time { at := noon.AddDate(0, 0, days); return &at }
	for _, test := range []struct {
		name string
		c    Certificate
		want string
	}{
		{"AllIsWell", Certificate{Status: CertificateActive, Kind: CertificateACME, NotAfter: in(40)}, ""},
		{"Waiting", Certificate{Status: CertificateWaiting, Kind: CertificateACME}, ""},
		{"NotIssued", Certificate{Status: CertificateFailed, LastError: "No."}, "It was not issued: No."},
		{"NotRenewed", Certificate{Status: CertificateActive, Kind: CertificateACME, NotAfter: in(25), Failures: 1, LastError: "No."}, "It expires in 25 days and could not be renewed: No."},
		{"UploadedEnds", Certificate{Status: CertificateActive, Kind: CertificateUploaded, NotAfter: in(1)}, "It expires in 1 day. Upload a new one."},
		{"UploadedLasts", Certificate{Status: CertificateActive, Kind: CertificateUploaded, NotAfter: in(31)}, ""},
		{"Expired", Certificate{Status: CertificateActive, Kind: CertificateUploaded, NotAfter: in(-1)}, "It has expired. Upload a new one."},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.c.Warning(noon); got != test.want {
				t.Error(got)
			}
		})
	}
}
