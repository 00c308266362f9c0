// Package pebble runs a real ACME authority on this machine, and the DNS that it asks: where practice needs certificates that
// are ordered, proved and issued. Names are looked for at one address, unless Move says otherwise, and on ports 80 and 443.
package pebble

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"central/practice/machine"
)

// Authority is a running one. It listens on 127.0.0.1.
type Authority struct {
	Directory string         // address of its ACME directory
	CAFile    string         // what vouches for the server of the directory
	Hook      string         // a program that changes the DNS, as Central calls one
	Roots     *x509.CertPool // what its certificates are trusted by
	DNS       string         // address of the DNS that it asks
	Logs      []string       // files that its programs write

	told     string // where the DNS is told what it says
	programs []*exec.Cmd
}

// Start starts an authority with its files in dir, from the programs that scripts/pebble has built in bin. End it with Stop.
func Start(ctx context.Context, bin, dir string) (*Authority, error) {
	a := &Authority{CAFile: filepath.Join(dir, "ca.pem"), Hook: filepath.Join(dir, "hook"), Roots: x509.NewCertPool()}
	free := make([]string, 4)
	for i := range free {
		var err error
		if free[i], err = freeAddress(ctx); err != nil {
			return nil, err
		}
	}
	directory, management := free[0], free[1]
	a.Directory, a.DNS, a.told = "https://"+directory+"/dir", free[2], free[3]
	key, settings := filepath.Join(dir, "key.pem"), filepath.Join(dir, "pebble.json")
	text, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": directory, "managementListenAddress": management, "certificate": a.CAFile, "privateKey": key,
		"httpPort": 80, "tlsPort": 443, "retryAfter": map[string]int{"authz": 1, "order": 1},
		"profiles": map[string]any{"default": map[string]any{"description": "for tests", "validityPeriod": 7776000}},
	}})
	if err != nil {
		return nil, err
	}
	err = errors.Join(writeCertificate(a.CAFile, key), os.WriteFile(settings, text, 0o600), os.WriteFile(a.Hook, fmt.Appendf(nil, hook, a.told), 0o700))
	if err != nil {
		return nil, err
	}
	names := filepath.Join(bin, "pebble-challtestsrv")
	err = errors.Join(
		a.run(dir, nil, names, "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dnsserver", a.DNS, "-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "", "-management", a.told),
		a.run(dir, []string{"PEBBLE_VA_NOSLEEP=1", "PEBBLE_AUTHZREUSE=0"}, filepath.Join(bin, "pebble"), "-config", settings, "-dnsserver", a.DNS),
	)
	if err == nil {
		err = a.trust(ctx, "https://"+management+"/roots/0")
	}
	if err != nil {
		return nil, errors.Join(err, a.Stop())
	}
	return a, nil
}

// hook changes the DNS at an address.
const hook = `#!/bin/sh
set -eu
case $1 in
present) verb=set-txt ;;
cleanup) verb=clear-txt ;;
esac
echo "$verb $CENTRAL_DNS_NAME"
exec curl -fsS --noproxy '*' -d "{\"host\":\"$CENTRAL_DNS_NAME.\",\"value\":\"$CENTRAL_DNS_VALUE\"}" http://%s/$verb
`

// LookAt makes the DNS say that every name is at an address, but for those that were moved.
func (a *Authority) LookAt(ctx context.Context, address string) error {
	return a.tell(ctx, "set-default-ipv4", map[string]any{"ip": address})
}

// Move makes the DNS say that a name is at an address.
func (a *Authority) Move(ctx context.Context, name, address string) error {
	return a.tell(ctx, "add-a", map[string]any{"host": name + ".", "addresses": []string{address}})
}

func (a *Authority) tell(ctx context.Context, what string, about map[string]any) error {
	text, err := json.Marshal(about)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+a.told+"/"+what, bytes.NewReader(text))
	if err != nil {
		return err
	}
	response, err := local().Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s of the DNS: %s", what, response.Status)
	}
	return nil
}

// trust waits until the authority answers, and learns what its certificates are trusted by.
func (a *Authority) trust(ctx context.Context, address string) error {
	var root []byte
	err := machine.Until(ctx, 30*time.Second, func() bool {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return false
		}
		response, err := local().Do(request)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		root, err = io.ReadAll(response.Body)
		return err == nil && response.StatusCode == http.StatusOK
	})
	if err != nil {
		return fmt.Errorf("the authority does not answer: %w", err)
	}
	if !a.Roots.AppendCertsFromPEM(root) {
		return fmt.Errorf("the authority has no root: %s", root)
	}
	return nil
}

// local is a client for programs of this machine, whatever proxy the environment names.
func local() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
}

func (a *Authority) run(dir string, env []string, program string, args ...string) error {
	command := exec.Command(program, args...)
	command.Env = append(os.Environ(), env...)
	log, err := os.Create(filepath.Join(dir, filepath.Base(program)+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		return err
	}
	a.programs, a.Logs = append(a.programs, command), append(a.Logs, log.Name())
	return nil
}

// Stop ends the authority and its DNS.
func (a *Authority) Stop() error {
	var failed []error
	for _, program := range a.programs {
		if err := program.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			failed = append(failed, err)
			continue
		}
		_ = program.Wait() // it was killed
	}
	return errors.Join(failed...)
}

func freeAddress(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}
