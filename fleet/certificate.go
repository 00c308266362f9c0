package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// CertificateKind says where a certificate comes from.
type CertificateKind string

// The kinds of certificate.
const (
	CertificateACME     CertificateKind = "ACME"     // issued by an authority, and renewed by Central
	CertificateUploaded CertificateKind = "UPLOADED" // given by a person, who replaces it in time
)

// CertificateStatus is the state of a certificate.
type CertificateStatus string

// The states of a certificate. An ACTIVE one may have failed to be renewed; see LastError.
const (
	CertificateWaiting CertificateStatus = "WAITING" // asked for, not issued yet
	CertificateActive  CertificateStatus = "ACTIVE"  // there, and on the proxies
	CertificateFailed  CertificateStatus = "FAILED"  // was never issued; tried again later
)

// Certificate is what a proxy shows for host names, with its private key.
type Certificate struct {
	ID            uint
	Names         []string `gorm:"serializer:json"` // host names and wildcards such as "*.example.com", sorted
	NamesDigest   string   // of kind and names
	Kind          CertificateKind
	Status        CertificateStatus
	Chain         string // PEM, the certificate first, then what vouches for it
	SealedKey     []byte // PEM of the private key, encrypted; never leaves Central but for the proxies
	Digest        string // SHA256 of the certificate in hexadecimal
	Issuer        string // as people read it
	NotBefore     *time.Time
	NotAfter      *time.Time
	NextAttemptAt *time.Time // when it is issued again; nil for one that was uploaded
	Failures      int        // since it was last issued
	LastError     string
	BusyActionID  *uint // what issues it now
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// maxCertificateNames is how many names an authority takes in one certificate.
const maxCertificateNames = 100

// NewCertificate is the input of IssueCertificate.
type NewCertificate struct {
	Names []string // host names of sites, or wildcards that cover some
}

// Validate checks the input's form, and sorts the names. It errs with CodeInvalid and the field.
func (n *NewCertificate) Validate() error {
	if len(n.Names) == 0 {
		return FieldErrorf(CodeInvalid, "input.names", "Name at least one site.")
	}
	if len(n.Names) > maxCertificateNames {
		return FieldErrorf(CodeInvalid, "input.names", "A certificate has at most %d names; these are %d.", maxCertificateNames, len(n.Names))
	}
	for i, name := range n.Names {
		if err := ValidCertificateName(name); err != nil {
			return AtField(err, fmt.Sprintf("input.names.%d", i))
		}
		if slices.Contains(n.Names[:i], name) {
			return FieldErrorf(CodeInvalid, fmt.Sprintf("input.names.%d", i), "%s is there twice.", name)
		}
	}
	n.Names = slices.Sorted(slices.Values(n.Names))
	return nil
}

// ValidCertificateName accepts a site's host name, and "*." in front of a host name of at least two labels.
func ValidCertificateName(name string) error {
	if ValidSiteName(strings.TrimPrefix(name, "*.")) != nil {
		return Errorf(CodeInvalid, "%s is no name for a certificate: use a site's host name such as acme.example.com, or *.example.com", quoted(name))
	}
	return nil
}

// IsWildcard says whether a certificate's name stands for many.
func IsWildcard(name string) bool { return strings.HasPrefix(name, "*.") }

// CertificateNamesDigest is the same for the same names in any order.
func CertificateNamesDigest(kind CertificateKind, names []string) string {
	sum := sha256.Sum256([]byte(string(kind) + " " + strings.Join(slices.Sorted(slices.Values(names)), " ")))
	return hex.EncodeToString(sum[:])
}

// CertificateTitle is names as people read them: "a.example.com and 2 more".
func CertificateTitle(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	if len(names) == 1 {
		return names[0]
	}
	return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
}

// File is the certificate's name on a proxy: another certificate has another one.
func (c Certificate) File() string {
	return fmt.Sprintf("%d-%s", c.ID, c.Digest[:min(16, len(c.Digest))])
}

// ChooseCertificates says which certificate serves each name: of several that have it, the active one that lasts longest.
func ChooseCertificates(all []Certificate) map[string]Certificate {
	chosen := map[string]Certificate{}
	for _, c := range all {
		if c.Status != CertificateActive || c.NotAfter == nil {
			continue
		}
		for _, name := range c.Names {
			if before, taken := chosen[name]; !taken || before.NotAfter.Before(*c.NotAfter) {
				chosen[name] = c
			}
		}
	}
	return chosen
}

// CertificateOf is the certificate that a proxy shows for a host: that of the name itself, else of a wildcard.
func CertificateOf(host string, chosen map[string]Certificate) (Certificate, bool) {
	if c, ok := chosen[host]; ok {
		return c, true
	}
	_, parent, _ := strings.Cut(host, ".")
	c, ok := chosen["*."+parent]
	return c, ok
}

// How a certificate is renewed: when two thirds of its life are over, and after a failure again, later each time.
// Authorities refuse those who fail often: the first pause is longer than most of their limits last.
const (
	firstRetry   = time.Hour
	longestRetry = 24 * time.Hour
)

// RenewalTime is when a certificate is issued again.
func RenewalTime(notBefore, notAfter time.Time) time.Time {
	return notBefore.Add(notAfter.Sub(notBefore) / 3 * 2).Truncate(time.Second)
}

// RetryTime is when it is tried again after so many failures in a row.
func RetryTime(now time.Time, failures int) time.Time {
	wait := firstRetry
	for range failures - 1 {
		if wait = wait * 2; wait >= longestRetry {
			return now.Add(longestRetry)
		}
	}
	return now.Add(wait)
}

// warnUploaded is how long before its end a certificate that nobody renews by itself is warned of.
const warnUploaded = 30 * 24 * time.Hour

// Warning is what a person should know of the certificate, empty when all is well: it has expired, or it will and has
// not been renewed when it should have been.
func (c Certificate) Warning(now time.Time) string {
	if c.Status == CertificateFailed {
		return "It was not issued: " + c.LastError
	}
	if c.NotAfter == nil {
		return ""
	}
	left := c.NotAfter.Sub(now)
	switch {
	case left <= 0:
		return "It has expired. " + c.remedy()
	case c.Kind == CertificateUploaded && left < warnUploaded:
		return fmt.Sprintf("It expires in %s. %s", inDays(left), c.remedy())
	case c.Kind == CertificateACME && c.Failures > 0:
		return fmt.Sprintf("It expires in %s and could not be renewed: %s", inDays(left), c.LastError)
	}
	return ""
}

func (c Certificate) remedy() string {
	if c.Kind == CertificateUploaded {
		return "Upload a new one."
	}
	return "It could not be renewed: " + c.LastError
}

func inDays(d time.Duration) string {
	switch days := int(d / (24 * time.Hour)); days {
	case 0:
		return "less than a day"
	case 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", days)
	}
}
