package main

import (
	"fmt"
	"net/url"
	"os/exec"

	"central/runner"
	"central/runner/authority"
)

// acmeFlags say which authority issues certificates, and how control of names is proved. Every process of one Central
// needs the same.
type acmeFlags struct {
	ACMEDirectory string `name:"acme-directory" env:"CENTRAL_ACME_DIRECTORY" default:"https://acme-v02.api.letsencrypt.org/directory" placeholder:"URL" help:"ACME directory of the authority that issues certificates."`
	ACMEEmail     string `name:"acme-email" env:"CENTRAL_ACME_EMAIL" help:"Where the authority may write to about certificates."`
	ACMECAFile    string `name:"acme-ca-file" env:"CENTRAL_ACME_CA_FILE" type:"path" placeholder:"FILE" help:"Certificates that vouch for the authority's own server, besides the system's."`
	ACMEDNSHook   string `name:"acme-dns-hook" env:"CENTRAL_ACME_DNS_HOOK" type:"path" placeholder:"PROGRAM" help:"Program that sets and removes TXT records, for wildcard certificates."`
}

// certificates is what runners need to issue certificates. It errs at once for what could only fail later.
func (f acmeFlags) certificates(vault runner.Vault) (runner.CertificateConfig, error) {
	address, err := url.Parse(f.ACMEDirectory)
	if err != nil || address.Scheme != "https" || address.Host == "" {
		return runner.CertificateConfig{}, fmt.Errorf("--acme-directory %q is no https address", f.ACMEDirectory)
	}
	if f.ACMEDNSHook != "" {
		if _, err := exec.LookPath(f.ACMEDNSHook); err != nil {
			return runner.CertificateConfig{}, fmt.Errorf("--acme-dns-hook: %w", err)
		}
	}
	return runner.CertificateConfig{
		Config:  authority.Config{Directory: f.ACMEDirectory, Email: f.ACMEEmail, CAFile: f.ACMECAFile},
		DNSHook: f.ACMEDNSHook, Vault: vault,
	}, nil
}
