package runner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"central/fleet"
	"central/runner/authority"
	"central/runner/proxy"
)

// CertificateConfig says where certificates come from, and what keeps their keys.
type CertificateConfig struct {
	authority.Config
	DNSHook string // program of the operator's that proves control of wildcards; may be empty
	Vault   Vault
	Renew   time.Duration // how often it is looked for certificates whose time has come; 1 min when zero
}

// Vault seals secrets for the database and opens them again; remote.Vault does so.
type Vault interface {
	Seal(secret []byte) ([]byte, error)
	Open(sealed []byte) ([]byte, error)
}

// watchCertificates queues now and then, until ctx ends, the certificates that have to be renewed.
func (r *Runner) watchCertificates(ctx context.Context) {
	tick := time.NewTicker(r.Certificates.Renew)
	defer tick.Stop()
	for {
		n, err := r.Store.QueueRenewals(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot tell which certificates to renew", "error", err)
		}
		if n > 0 {
			r.Log.Info("certificates are being renewed", "certificates", n)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// client speaks to the authority with Central's account there, which is made the first time. Of several runners that do
// so at once, one makes it.
func (r *Runner) client(ctx context.Context) (*authority.Client, error) {
	of := sha256.Sum256([]byte(r.Certificates.Directory))
	name := "acme-account-" + hex.EncodeToString(of[:8])
	sealed, err := r.Store.Secret(ctx, name)
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		sealed, err = r.newAccount(ctx, name)
	}
	if err != nil {
		return nil, err
	}
	text, err := r.Certificates.Vault.Open(sealed)
	if err != nil {
		return nil, fmt.Errorf("open the account with the authority: %w", err)
	}
	key, err := authority.DecodeKey(text)
	if err != nil {
		return nil, err
	}
	client, err := authority.New(r.Certificates.Config, key)
	if err != nil {
		return nil, err
	}
	return client, client.Register(ctx)
}

func (r *Runner) newAccount(ctx context.Context, name string) ([]byte, error) {
	sealed, err := r.sealedKey()
	if err != nil {
		return nil, err
	}
	if _, err := r.Store.SaveSecret(ctx, name, sealed); err != nil {
		return nil, err
	}
	return r.Store.Secret(ctx, name) // another runner's, when that was first
}

// sealedKey is a new private key, sealed.
func (r *Runner) sealedKey() ([]byte, error) {
	key, err := authority.GenerateKey()
	if err != nil {
		return nil, err
	}
	text, err := authority.EncodeKey(key)
	if err != nil {
		return nil, err
	}
	return r.Certificates.Vault.Seal(text)
}

// installCertificates gives a proxy the certificates as the database has them now.
func (r *Runner) installCertificates(ctx context.Context, w *work) error {
	server, err := r.Store.Server(ctx, *w.action.ServerID)
	if err != nil {
		return err
	}
	all, err := r.Store.Certificates(ctx)
	if err != nil {
		return err
	}
	chosen := fleet.ChooseCertificates(all)
	w.progress(10, "Look which certificates are there")
	files, err := r.missingFiles(ctx, w, server, chosen)
	if err != nil {
		return err
	}
	w.progress(40, "Install the certificates")
	command, err := proxy.InstallCertificates(chosen, files)
	if err != nil {
		return err
	}
	answer, err := r.onProxy(ctx, w, server, command)
	if err != nil {
		return err
	}
	installed, err := proxy.ParseCertificatesInstalled(answer)
	if err != nil {
		return err
	}
	for _, file := range slices.Sorted(maps.Keys(installed.Left)) {
		w.say(fmt.Sprintf("Certificate %s cannot be used: %s", file, installed.Left[file]))
	}
	w.say(fmt.Sprintf("%s serves %d names by https; %d certificates were sent.", server.Name, installed.Names, len(files)))
	return w.stored(r.Store.CertificatesInstalled(ctx, server.ID, proxy.CertificatesDigest(chosen), installed.Maps))
}

// missingFiles are those certificates that a proxy does not have yet, opened.
func (r *Runner) missingFiles(ctx context.Context, w *work, server fleet.Server, chosen map[string]fleet.Certificate) (map[string]proxy.Pair, error) {
	answer, err := r.onProxy(ctx, w, server, proxy.CertificatesThere())
	if err != nil {
		return nil, err
	}
	there, err := proxy.ParseCertificatesThere(answer)
	if err != nil {
		return nil, err
	}
	files := map[string]proxy.Pair{}
	for _, certificate := range chosen {
		file := certificate.File()
		if _, sent := files[file]; sent || slices.Contains(there, file) {
			continue
		}
		key, err := r.Certificates.Vault.Open(certificate.SealedKey)
		if err != nil {
			return nil, fmt.Errorf("open the key of the certificate of %s: %w", fleet.CertificateTitle(certificate.Names), err)
		}
		files[file] = proxy.Pair{Chain: certificate.Chain, Key: string(key)}
	}
	return files, nil
}
