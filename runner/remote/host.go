// Package remote reaches servers by SSH: pooled connections with pinned host keys, commands, long work in
// named transient systemd units that outlive their connection, small files, and the agent socket that lends
// Central's private key to Ansible. It is the only package that imports ssh.
package remote

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"central/fleet"
)

// Host is where and as whom Central logs in, and the one host key it accepts there.
type Host struct {
	Name    string // as people call it; used in messages
	Address string // IP address or host name
	Port    int    // of sshd
	User    string // root, or one with sudo -n
	HostKey string // pinned, in authorized_keys form; empty is refused everywhere
}

// String is the host's name with its address: "m-01 (10.0.0.11:22)".
func (h Host) String() string { return fmt.Sprintf("%s (%s)", h.Name, h.endpoint()) }

func (h Host) endpoint() string { return net.JoinHostPort(h.Address, strconv.Itoa(h.Port)) }

// check refuses what must never be dialled. The names were checked when they were stored; here they are
// checked again because this is the last place before they become a connection.
func (h Host) check() (ssh.PublicKey, error) {
	if err := errors.Join(fleet.ValidAddress(h.Address), fleet.ValidPort(h.Port), fleet.ValidLogin(h.User)); err != nil {
		return nil, err
	}
	if h.HostKey == "" {
		return nil, fleet.Errorf(fleet.CodeInvalid, "%s has no pinned host key: confirm its fingerprint first", h)
	}
	return parseHostKey(h.HostKey)
}

func parseHostKey(line string) (ssh.PublicKey, error) {
	key, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil || len(rest) > 0 {
		return nil, fleet.Errorf(fleet.CodeInvalid, "the host key is not one line in authorized_keys form")
	}
	return key, nil
}

// Fingerprint is what people compare: "SHA256:…". It is empty when hostKey is no key in authorized_keys form.
func Fingerprint(hostKey string) string {
	key, err := parseHostKey(hostKey)
	if err != nil {
		return ""
	}
	return ssh.FingerprintSHA256(key)
}

// KnownHosts is a known_hosts file that pins every host's key, for programs that bring their own ssh.
// It errs with CodeInvalid at a host without a valid key.
func KnownHosts(hosts []Host) (string, error) {
	var b strings.Builder
	for _, h := range hosts {
		key, err := h.check()
		if err != nil {
			return "", err
		}
		b.WriteString(knownhosts.Line([]string{h.endpoint()}, key))
		b.WriteByte('\n')
	}
	return b.String(), nil
}

var errScanned = errors.New("host key seen")

// ScanHostKey asks the server for its host key, in authorized_keys form, without logging in. An Ed25519 key is
// preferred, then ECDSA, then RSA. What it returns proves nothing: a person compares the fingerprint. It errs
// with CodeUnreachable when nothing answers as an SSH server within ten seconds.
func ScanHostKey(ctx context.Context, address string, port int) (string, error) {
	if err := errors.Join(fleet.ValidAddress(address), fleet.ValidPort(port)); err != nil {
		return "", err
	}
	h := Host{Name: address, Address: address, Port: port}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var seen ssh.PublicKey
	config := &ssh.ClientConfig{
		User:              "root",
		HostKeyAlgorithms: append([]string{ssh.KeyAlgoED25519}, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256),
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			seen = key
			return errScanned
		},
	}
	client, err := handshake(ctx, h, config)
	if client != nil {
		_ = client.Close()
	}
	if seen == nil {
		return "", unreachable(h, err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(seen))), nil
}

// pinned accepts exactly one host key. The algorithms are limited to that key's type, so that a server with
// keys of several types shows the pinned one.
type pinned struct {
	host    Host
	key     ssh.PublicKey
	changed *fleet.Error // set when the server showed another key
}

func (p *pinned) check(_ string, _ net.Addr, shown ssh.PublicKey) error {
	if subtle.ConstantTimeCompare(shown.Marshal(), p.key.Marshal()) == 1 {
		return nil
	}
	p.changed = fleet.Errorf(fleet.CodeHostKeyChanged,
		"%s shows the host key %s, but %s is pinned: nothing is done on it until a person has found out why",
		p.host, ssh.FingerprintSHA256(shown), ssh.FingerprintSHA256(p.key))
	return p.changed
}

func (p *pinned) algorithms() []string {
	if p.key.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{p.key.Type()}
}

// explain turns the error of a dial into one that a person can act on.
func (p *pinned) explain(err error) error {
	var negotiation *ssh.AlgorithmNegotiationError
	switch {
	case p.changed != nil:
		return p.changed
	case errors.As(err, &negotiation) && strings.Contains(err.Error(), "host key"):
		return fleet.Errorf(fleet.CodeHostKeyChanged,
			"%s no longer has a host key of the pinned type %s (%s): nothing is done on it until a person has found out why",
			p.host, p.key.Type(), ssh.FingerprintSHA256(p.key))
	case strings.Contains(err.Error(), "unable to authenticate"):
		return fleet.Errorf(fleet.CodeUnreachable, "%s does not accept Central's key for the user %s: add it to that user's authorized_keys", p.host, p.host.User)
	default:
		return unreachable(p.host, err)
	}
}

func unreachable(h Host, err error) error {
	reason := "no answer"
	var timeout net.Error
	switch {
	case err == nil:
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		reason = "no answer in time"
	default:
		reason = plain(err.Error())
	}
	return fleet.Errorf(fleet.CodeUnreachable, "%s cannot be reached by SSH: %s", h, reason)
}
