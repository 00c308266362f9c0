package store_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

var withHook = store.CertificateNeed{DNSHook: true}

// sealed stands for a sealed secret: the database takes nothing that does not look like one.
func sealed(secret []byte) ([]byte, error) {
	return append([]byte("age-encryption.org/v1\n"), byte(len(secret))), nil
}

// certificatesWorld has a proxy and the sites a.example.com, b.example.com and x.wild.example.com.
func certificatesWorld(t *testing.T) *world {
	w := newWorld(t)
	w.server("p-1", fleet.RoleProxy)
	w.site(w.bench, "a.example.com", "b.example.com", "x.wild.example.com")
	return w
}

func (w *world) issueCertificate(names ...string) (fleet.Certificate, fleet.Action) {
	w.t.Helper()
	certificate, action, err := w.IssueCertificate(w.t.Context(), operator, fleet.NewCertificate{Names: names}, withHook)
	w.must(err)
	return certificate, action
}

func (w *world) getCertificate(id uint) fleet.Certificate {
	w.t.Helper()
	certificate, err := w.Certificate(w.t.Context(), id)
	w.must(err)
	return certificate
}

// issuedUntil is what an authority issued just now.
func issuedUntil(days int) fleet.CertificateFacts {
	begin := time.Now().UTC().Truncate(time.Second)
	return fleet.CertificateFacts{Issuer: "Trust Co", Digest: "0123456789abcdef0123", NotBefore: begin, NotAfter: begin.AddDate(0, 0, days), Chain: "chain", Key: "key"}
}

func TestStore_IssueCertificate(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := certificatesWorld(t)
		certificate, action := w.issueCertificate("b.example.com", "a.example.com")
		want(t, "names", certificate.Names, []string{"a.example.com", "b.example.com"})
		want(t, "held by", *certificate.BusyActionID, action.ID)
		want(t, "title", action.Title, "Issue the certificate of a.example.com and 1 more")
		want(t, "audit entries", w.audits("issueCertificate"), 1)

		_, ref := w.claim(fleet.ActionIssueCertificate)
		key, _ := sealed(nil)
		w.must(w.CertificateIssued(t.Context(), ref, issuedUntil(90), key))
		w.finish(ref, nil)
		got := w.getCertificate(certificate.ID)
		want(t, "status", got.Status, fleet.CertificateActive)
		want(t, "days until it is renewed", got.NextAttemptAt.Sub(*got.NotBefore), 60*24*time.Hour)
		if got.BusyActionID != nil {
			t.Error("it is still held")
		}
		want(t, "installations queued", len(w.queued(fleet.ActionInstallCertificates)), 1)
		sites, err := w.CertificatesOfSites(t.Context(), w.siteIDs("a.example.com", "b.example.com", "x.wild.example.com"))
		w.must(err)
		want(t, "sites with it", len(sites), 2)
	})

	t.Run("FailsAndIsTriedAgainLater", func(t *testing.T) {
		w := certificatesWorld(t)
		certificate, _ := w.issueCertificate("a.example.com")
		for failures, wait := range []time.Duration{time.Hour, 2 * time.Hour} {
			_, ref := w.claim(fleet.ActionIssueCertificate)
			w.finish(ref, &fleet.Failure{Code: fleet.CodeCertificateRefused, Message: "No."})
			got := w.getCertificate(certificate.ID)
			want(t, "status and reason", []string{string(got.Status), got.LastError}, []string{"FAILED", "No."})
			want(t, "failures", got.Failures, failures+1)
			if off := time.Until(*got.NextAttemptAt) - wait; off > 0 || off < -time.Minute {
				t.Errorf("tried again in %s, want %s", time.Until(*got.NextAttemptAt), wait)
			}
			queued, err := w.QueueRenewals(t.Context())
			w.must(err)
			want(t, "queued before its time", queued, 0)
			mustDB(t, w.Store, "UPDATE certificates SET next_attempt_at = NOW(6) - INTERVAL 1 DAY")
			queued, err = w.QueueRenewals(t.Context())
			w.must(err)
			want(t, "queued in time", queued, 1)
			queued, err = w.QueueRenewals(t.Context())
			w.must(err)
			want(t, "queued twice", queued, 0)
		}
	})

	t.Run("HeedsTheAuthority", func(t *testing.T) {
		w := certificatesWorld(t)
		certificate, _ := w.issueCertificate("a.example.com")
		_, ref := w.claim(fleet.ActionIssueCertificate)
		wish := time.Now().Add(50 * time.Hour).UTC().Truncate(time.Second)
		cursor := fleet.Cursor{Notes: map[string]string{store.NoteRetryAfter: wish.Format(time.RFC3339)}}
		w.must(w.Record(t.Context(), ref, nil, store.Change{Cursor: &cursor}))
		w.finish(ref, &fleet.Failure{Code: fleet.CodeCertificateRefused, Message: "Too often."})
		want(t, "tried again", w.getCertificate(certificate.ID).NextAttemptAt.UTC(), wish)
	})

	t.Run("ErrNoProxy", func(t *testing.T) {
		w := newWorld(t)
		w.site(w.bench, "a.example.com")
		w.refuses(fleet.CodeNotReady, "", func() error {
			_, _, err := w.IssueCertificate(t.Context(), operator, fleet.NewCertificate{Names: []string{"a.example.com"}}, withHook)
			return err
		})
	})

	w := certificatesWorld(t)
	w.issueCertificate("a.example.com")
	for _, test := range []struct {
		name  string
		names []string
		have  store.CertificateNeed
		code  fleet.Code
		field string
	}{
		{"ErrNoName", nil, withHook, fleet.CodeInvalid, "input.names"},
		{"ErrUnknownSite", []string{"b.example.com", "nobody.example.com"}, withHook, fleet.CodeInvalid, "input.names.1"},
		{"ErrWildcardOfNothing", []string{"*.nobody.example.com"}, withHook, fleet.CodeInvalid, "input.names.0"},
		{"ErrWildcardCoversOneLabel", []string{"*.com.example"}, withHook, fleet.CodeInvalid, "input.names.0"},
		{"ErrNoHook", []string{"*.wild.example.com"}, store.CertificateNeed{}, fleet.CodeInvalid, "input.names.0"},
		{"ErrTwice", []string{"a.example.com"}, withHook, fleet.CodeConflict, "input.names"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error {
				_, _, err := w.IssueCertificate(t.Context(), operator, fleet.NewCertificate{Names: test.names}, test.have)
				return err
			})
		})
	}
}

// selfSigned is a certificate for a name with its key, as PEM.
func selfSigned(t *testing.T, name string) (chain, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &c, &c, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(kind string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
	}
	return encode("CERTIFICATE", der), encode("PRIVATE KEY", text)
}

func TestStore_UploadCertificate(t *testing.T) {
	t.Run("AgainTakesItsPlace", func(t *testing.T) {
		w := certificatesWorld(t)
		chain, key := selfSigned(t, "a.example.com")
		first, actions, err := w.UploadCertificate(t.Context(), admin, chain, key, sealed)
		w.must(err)
		want(t, "installations", len(actions), 1)
		chain, key = selfSigned(t, "a.example.com")
		second, actions, err := w.UploadCertificate(t.Context(), admin, chain, key, sealed)
		w.must(err)
		want(t, "installations: the waiting one is joined", actions[0].ID, w.queued(fleet.ActionInstallCertificates)[0].ID)
		want(t, "the row is taken over", second.ID, first.ID)
		want(t, "chain", w.getCertificate(first.ID).Chain, chain)
	})
	w := certificatesWorld(t)
	chain, key := selfSigned(t, "a.example.com")
	stranger, strangersKey := selfSigned(t, "nobody.example.com")
	for _, test := range []struct {
		name, chain, key string
		actor            fleet.Actor
		code             fleet.Code
		field            string
	}{
		{"ErrOtherKey", chain, strangersKey, admin, fleet.CodeInvalid, "input.key"},
		{"ErrNoSite", stranger, strangersKey, admin, fleet.CodeInvalid, "input.chain"},
		{"ErrOperator", chain, key, operator, fleet.CodeForbidden, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error {
				_, _, err := w.UploadCertificate(t.Context(), test.actor, test.chain, test.key, sealed)
				return err
			})
		})
	}
	t.Run("PlainKeyIsRefused", func(t *testing.T) {
		plain := func(secret []byte) ([]byte, error) { return secret, nil }
		if _, _, err := w.UploadCertificate(t.Context(), admin, chain, key, plain); err == nil {
			t.Error("the database takes it")
		}
	})
}

func TestStore_RemoveCertificate(t *testing.T) {
	w := certificatesWorld(t)
	chain, key := selfSigned(t, "a.example.com")
	uploaded, _, err := w.UploadCertificate(t.Context(), admin, chain, key, sealed)
	w.must(err)
	waiting, _ := w.issueCertificate("b.example.com")
	for _, test := range []struct {
		name, confirm string
		id            uint
		code          fleet.Code
		field         string
	}{
		{"ErrUnknown", "a.example.com", 99, fleet.CodeNotFound, "input.certificateId"},
		{"ErrNotConfirmed", "b.example.com", uploaded.ID, fleet.CodeInvalid, "input.confirmName"},
		{"ErrBusy", "b.example.com", waiting.ID, fleet.CodeConflict, "input.certificateId"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.refuses(test.code, test.field, func() error {
				_, err := w.RemoveCertificate(t.Context(), admin, test.id, test.confirm)
				return err
			})
		})
	}
	w.t = t
	actions, err := w.RemoveCertificate(t.Context(), admin, uploaded.ID, "a.example.com")
	w.must(err)
	want(t, "installations", len(actions), 1)
	if _, err := w.Certificate(t.Context(), uploaded.ID); fleet.ErrorCode(err) != fleet.CodeNotFound {
		t.Errorf("got %v", err)
	}
}

func TestStore_RenewCertificate(t *testing.T) {
	w := certificatesWorld(t)
	certificate, _ := w.issueCertificate("a.example.com")
	renew := func() error {
		_, _, err := w.RenewCertificate(t.Context(), operator, certificate.ID, withHook)
		return err
	}
	w.refuses(fleet.CodeConflict, "input.certificateId", renew)
	_, ref := w.claim(fleet.ActionIssueCertificate)
	w.finish(ref, &fleet.Failure{Code: fleet.CodeCertificateRefused, Message: "No."})
	w.must(renew())
	want(t, "audit entries", w.audits("renewCertificate"), 1)
}
