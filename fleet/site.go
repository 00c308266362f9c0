package fleet

import (
	"fmt"
	"time"
)

// SiteStatus is the life of a site as Central keeps it.
type SiteStatus string

// The states of a site.
const (
	SiteCreating SiteStatus = "CREATING"
	SiteActive   SiteStatus = "ACTIVE"
	SiteFailed   SiteStatus = "FAILED"   // its creation failed and was cleaned up
	SiteBroken   SiteStatus = "BROKEN"   // an undo failed; a person is needed
	SiteArchived SiteStatus = "ARCHIVED" // gone from its server, kept on record
)

// Routed says whether the proxies send this site's host name to its master.
func (s SiteStatus) Routed() bool {
	return s == SiteCreating || s == SiteActive || s == SiteBroken
}

// Gone says whether the site lives on no server.
func (s SiteStatus) Gone() bool {
	return s == SiteFailed || s == SiteArchived
}

// SiteServing is what the proxies do with a site's visitors.
type SiteServing string

// The ways to serve a site.
const (
	ServingOpen        SiteServing = "OPEN"        // they go to its master
	ServingMaintenance SiteServing = "MAINTENANCE" // they are told to come back soon, with 503
	ServingSuspended   SiteServing = "SUSPENDED"   // they are told that it is suspended, with 402
)

// Site is one customer's host name, database and files. It lives on exactly one revision.
type Site struct {
	ID               uint
	Name             string  // host name
	OtherName        *string // a host name that leads to it too while it is renamed: the one to come, then the one it had
	CreatedAs        *string // the host name that its database was named after, where that is not its name any more
	BenchID          uint
	ServerID         uint // the master; the bench's
	RevisionID       uint
	Status           SiteStatus
	StatusReason     string
	Serving          SiteServing `gorm:"default:OPEN"` // what the proxies do with its visitors
	MaintenanceSince *time.Time  // set while visitors see the maintenance page of the site itself
	BusyActionID     *uint       // the root action that holds this site now
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// CheckServing says whether a site can be served so from now on. It errs with CodeNotReady for a site that is routed
// nowhere and with CodeConflict when it is served so already.
func CheckServing(site Site, serving SiteServing) error {
	switch serving {
	case ServingOpen, ServingMaintenance, ServingSuspended:
	default:
		return FieldErrorf(CodeInvalid, "input.serving", "A site is OPEN, under MAINTENANCE or SUSPENDED.")
	}
	if !site.Status.Routed() {
		return FieldErrorf(CodeNotReady, "input.siteId", "%s is %s; the proxies send nobody there.", site.Name, site.Status)
	}
	if site.Serving == serving {
		return FieldErrorf(CodeConflict, "input.serving", "%s is %s already.", site.Name, serving)
	}
	return nil
}

// NewSite is the input of CreateSite.
type NewSite struct {
	Name    string
	BenchID uint
	Apps    []string // installed besides frappe; all apps of the bench when nil

	// SealedPassword is what the site's Administrator signs in with, encrypted; nil for one that nobody knows. It is
	// not part of what is asked for.
	SealedPassword []byte `json:"-"`
}

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (n *NewSite) Validate() error {
	if err := ValidSiteName(n.Name); err != nil {
		return AtField(err, "input.name")
	}
	for i, app := range n.Apps {
		if err := ValidAppName(app); err != nil {
			return AtField(err, fmt.Sprintf("input.apps.%d", i))
		}
	}
	return nil
}

// SiteFilter narrows a list of sites; the zero value matches every site that is not archived or failed.
type SiteFilter struct {
	Search    string // part of the host name
	BenchIDs  []uint
	ServerIDs []uint
	Versions  []string // as in Revision.Version
	Statuses  []SiteStatus
	Health    []HealthState

	BackupOlderThanHours *int // without a backup that is younger
}

// SiteOrder is a column that lists of sites can be ordered by.
type SiteOrder string

// The orders of a list of sites.
const (
	SiteOrderName    SiteOrder = "NAME"
	SiteOrderVersion SiteOrder = "VERSION"
	SiteOrderCreated SiteOrder = "CREATED"
)
