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
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"central/fleet"
)

// Host is where and as whom Central logs in, and the one host key it accepts there.
type Host struct {
	ID      uint   // of the server; 0 for a machine that is not in the fleet yet
	Name    string // as people call it; used in messages
	Address string // IP address or host name
	Port    int    // of sshd
	User    string // root, or one with sudo -n
	HostKey string // pinned, in authorized_keys form; empty is refused everywhere
	Key     string // name of the key of Central's to log in with; empty for the one that is on record for the server
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

// scanned are the kinds of host key that a server is asked for, the preferred first.
var scanned = [][]string{
	{ssh.KeyAlgoED25519},
	{ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521},
	{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256},
}

// scanPatience is how long a server may take to show its host keys.
const scanPatience = 10 * time.Second

// ScanHostKey asks the server for its host key, in authorized_keys form, without logging in. An Ed25519 key is
// preferred, then ECDSA, then RSA. What it returns proves nothing: a person compares the fingerprint. It errs
// with CodeUnreachable when nothing answers as an SSH server within ten seconds.
func ScanHostKey(ctx context.Context, address string, port int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, scanPatience)
	defer cancel()
	key, err := scan(ctx, address, port, slices.Concat(scanned...))
	if err != nil {
		return "", err
	}
	return hostKeyLine(key), nil
}

// ScanHostKeys asks the server for one host key of each kind, like ScanHostKey, whose key comes first.
func ScanHostKeys(ctx context.Context, address string, port int) ([]fleet.HostKey, error) {
	ctx, cancel := context.WithTimeout(ctx, scanPatience)
	defer cancel()
	first, err := scan(ctx, address, port, slices.Concat(scanned...))
	if err != nil {
		return nil, err
	}
	keys := []fleet.HostKey{hostKey(first)}
	for _, kind := range scanned {
		if slices.Contains(kind, first.Type()) || first.Type() == ssh.KeyAlgoRSA {
			continue
		}
		if key, err := scan(ctx, address, port, kind); err == nil { // most servers have not every kind
			keys = append(keys, hostKey(key))
		}
	}
	return keys, nil
}

func hostKey(key ssh.PublicKey) fleet.HostKey {
	return fleet.HostKey{Type: key.Type(), Fingerprint: ssh.FingerprintSHA256(key), Line: hostKeyLine(key)}
}

func hostKeyLine(key ssh.PublicKey) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}

// scan connects until the server shows a host key of one of the algorithms.
func scan(ctx context.Context, address string, port int, algorithms []string) (ssh.PublicKey, error) {
	if err := errors.Join(fleet.ValidAddress(address), fleet.ValidPort(port)); err != nil {
		return nil, err
	}
	h := Host{Name: address, Address: address, Port: port}
	var seen ssh.PublicKey
	config := &ssh.ClientConfig{
		User:              "root",
		HostKeyAlgorithms: algorithms,
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
		return nil, unreachable(h, err)
	}
	return seen, nil
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
		return &refusedError{fleet.Errorf(fleet.CodeUnreachable, "%s does not accept Central's key for the user %s: add it to that user's authorized_keys", p.host, p.host.User)}
	default:
		return unreachable(p.host, err)
	}
}

// refusedError says that a server is there and shows its pinned key, but takes none of what Central logs in with.
type refusedError struct{ why *fleet.Error }

func (e *refusedError) Error() string { return e.why.Error() }
func (e *refusedError) Unwrap() error { return e.why }

// Refused says whether err is about a server that does not accept Central's key.
func Refused(err error) bool {
	var refused *refusedError
	return errors.As(err, &refused)
}

// unreachable is why no connection came about, with what to look at.
func unreachable(h Host, err error) error {
	var timeout net.Error
	var unknown *net.DNSError
	var dial *net.OpError
	reason := ""
	switch {
	case err == nil:
		reason = "no answer"
	case errors.As(err, &unknown):
		reason = "its name is not known to the DNS that Central asks"
	case errors.Is(err, syscall.ECONNREFUSED):
		reason = fmt.Sprintf("nothing listens on port %d there", h.Port)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		reason = "there is no way to this address, or no machine at it"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		reason = "no answer in time; a firewall may be in between, or the machine is off"
	case errors.As(err, &dial) && dial.Op == "dial":
		reason = plain(err.Error())
	default: // there was a connection, and then no SSH
		reason = fmt.Sprintf("something answers on port %d, but not as an SSH server does (%s)", h.Port, plain(err.Error()))
	}
	return fleet.Errorf(fleet.CodeUnreachable, "%s cannot be reached by SSH: %s", h, reason)
}
