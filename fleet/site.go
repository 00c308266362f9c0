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

// Site is one customer's host name, database and files. It lives on exactly one revision.
type Site struct {
	ID               uint
	Name             string // host name
	BenchID          uint
	ServerID         uint // the master; the bench's
	RevisionID       uint
	Status           SiteStatus
	StatusReason     string
	MaintenanceSince *time.Time // set while visitors see the maintenance page
	BusyActionID     *uint      // the root action that holds this site now
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// NewSite is the input of CreateSite.
type NewSite struct {
	Name    string
	BenchID uint
	Apps    []string // installed besides frappe; all apps of the bench when nil
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
}

// SiteOrder is a column that lists of sites can be ordered by.
type SiteOrder string

// The orders of a list of sites.
const (
	SiteOrderName    SiteOrder = "NAME"
	SiteOrderVersion SiteOrder = "VERSION"
	SiteOrderCreated SiteOrder = "CREATED"
)
