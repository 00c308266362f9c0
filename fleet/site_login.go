package fleet

import (
	"strings"
	"time"
)

// LoginLinkLasts is how long a link for signing in to a site works, unless it was used.
const LoginLinkLasts = 5 * time.Minute

// maxReason is how many characters a reason has at most.
const maxReason = 500

// SignInToSite is the input of the method that lets somebody sign in to a site as its Administrator.
type SignInToSite struct {
	SiteID uint
	Reason string // kept in the audit log
}

// SiteLogin is a link that signs in to a site as its Administrator, once.
type SiteLogin struct {
	URL       string
	ExpiresAt time.Time
}

// Check says whether somebody may sign in to the site. It errs with CodeInvalid without a reason, with CodeNotReady for a site
// that serves nobody.
func (in SignInToSite) Check(site Site) error {
	switch reason := strings.TrimSpace(in.Reason); {
	case reason == "":
		return FieldErrorf(CodeInvalid, "input.reason", "Say why: it is kept in the audit log.")
	case len(reason) > maxReason:
		return FieldErrorf(CodeInvalid, "input.reason", "A reason has at most %d characters.", maxReason)
	case site.Status != SiteActive:
		return FieldErrorf(CodeNotReady, "input.siteId", "%s is %s; nobody can sign in there.", site.Name, site.Status)
	case site.MaintenanceSince != nil:
		return FieldErrorf(CodeNotReady, "input.siteId", "%s is in maintenance just now; nobody can sign in there.", site.Name)
	}
	return nil
}
