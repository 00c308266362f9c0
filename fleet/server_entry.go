package fleet

import (
	"net/netip"
	"regexp"
)

// ServerEntry is how a machine that is new to Central is reached, and how Central is let in.
type ServerEntry struct {
	Address            string
	Port               int    // 22 when zero
	User               string // root when empty
	HostKeyFingerprint string // "SHA256:…": what its host key must have; "" takes the key shown on first contact
	Password           Secret // of User, used once to put Central's public key there; "" when it is there already
}

var fingerprintForm = regexp.MustCompile(`\ASHA256:[A-Za-z0-9+/]{43}\z`)

// Validate checks the input's form, fills in what has a default, and brings the address into one way of writing.
// It errs with CodeInvalid and the field.
func (e *ServerEntry) Validate() error {
	if e.Port == 0 {
		e.Port = 22
	}
	if e.User == "" {
		e.User = "root"
	}
	if err := ValidAddress(e.Address); err != nil {
		return AtField(err, "input.address")
	}
	e.Address = plainAddress(e.Address)
	if err := ValidLogin(e.User); err != nil {
		return AtField(err, "input.user")
	}
	if err := ValidPort(e.Port); err != nil {
		return AtField(err, "input.port")
	}
	if e.HostKeyFingerprint != "" && !fingerprintForm.MatchString(e.HostKeyFingerprint) {
		return FieldErrorf(CodeInvalid, "input.hostKeyFingerprint", "A fingerprint is SHA256: and 43 characters, as ssh-keygen -l prints it.")
	}
	return nil
}

// plainAddress writes one machine's IP address in one way.
func plainAddress(address string) string {
	if ip, err := netip.ParseAddr(address); err == nil {
		return ip.Unmap().String()
	}
	return address
}

// ServerLook is what Central finds when it logs in to a machine.
type ServerLook struct {
	HostKey string // in authorized_keys form
	Facts   ServerFacts
}

// HostKey is one of a machine's keys as people compare it.
type HostKey struct {
	Type        string // such as "ssh-ed25519"
	Fingerprint string // "SHA256:…"
	Line        string // in authorized_keys form
}

// ServerProbe is what a machine shows of itself before anybody logs in.
type ServerProbe struct {
	HostKeys []HostKey // the one that would be pinned comes first
	TakenBy  *Server   // the server of the fleet that has this address and port, or shows one of these keys
}
