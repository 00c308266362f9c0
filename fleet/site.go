package fleet

import (
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
	ServerID         uint  // the master; the bench's
	StandbyPoolID    *uint // the pool of sites that stand ready which it is of; nil for a site that somebody has
	RevisionID       uint
	Status           SiteStatus
	StatusReason     string
	Serving          SiteServing `gorm:"default:OPEN"` // what the proxies do with its visitors
	MaintenanceSince *time.Time  // set while visitors see the maintenance page of the site itself
	BusyActionID     *uint       // the root action that holds this site now
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// Standby says whether the site stands ready for whoever signs up, and is nobody's.
func (s Site) Standby() bool { return s.StandbyPoolID != nil }

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
	BenchID uint     // 0: the one that Place chooses, which has all of Apps
	Region  string   // where that one is to be; anywhere when empty
	Labels  []string // of its server
	Apps    []string // installed besides frappe; all apps of the bench when nil
	// SubscriptionID is the subscription that the site is for, which has none yet; 0 for none.
	SubscriptionID uint
	// PlanID and CustomerID begin a subscription for the site, in place of one that is there; the site goes where Place chooses.
	PlanID     uint
	CustomerID uint

	// StandbyPoolID is the pool of sites that stand ready which the site is for. It is not part of what is asked for.
	StandbyPoolID *uint `json:"-"`
	// SignUpID is the sign-up that the site is for, which holds its name; 0 for none. It is not part of what is asked for.
	SignUpID uint `json:"-"`
	// SealedPassword is what the site's Administrator signs in with, encrypted; nil for one that nobody knows. It is
	// not part of what is asked for.
	SealedPassword []byte `json:"-"`
}

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (n *NewSite) Validate() error {
	if err := ValidSiteName(n.Name); err != nil {
		return AtField(err, "input.name")
	}
	wish := n.Wish()
	if err := wish.Validate(); err != nil {
		return err
	}
	if n.BenchID != 0 && n.Region != "" {
		return FieldErrorf(CodeInvalid, "input.region", "Give a bench or a region, not both: a bench is where it is.")
	}
	if n.BenchID != 0 && len(n.Labels) > 0 {
		return FieldErrorf(CodeInvalid, "input.labels", "Give a bench or labels, not both.")
	}
	return n.checkPlan()
}

func (n *NewSite) checkPlan() error {
	switch {
	case n.PlanID == 0 && n.CustomerID == 0:
		return nil
	case n.PlanID == 0:
		return FieldErrorf(CodeInvalid, "input.planId", "Choose the plan that the customer gets the site with.")
	case n.CustomerID == 0:
		return FieldErrorf(CodeInvalid, "input.customerId", "Choose whose subscription of the plan begins with the site.")
	case n.BenchID != 0:
		return FieldErrorf(CodeInvalid, "input.benchId", "Give a bench or a plan, not both: with a plan, the site goes where there is most room.")
	case n.SubscriptionID != 0:
		return FieldErrorf(CodeInvalid, "input.subscriptionId", "Give a subscription or a plan, not both: with a plan, one begins.")
	}
	return nil
}

// Wish is what the site asks of its bench, where none is given.
func (n *NewSite) Wish() PlacementWish {
	return PlacementWish{Region: n.Region, Labels: n.Labels, Apps: n.Apps}
}

// SiteFilter narrows a list of sites; the zero value matches every site that is not archived or failed.
type SiteFilter struct {
	Search    string // part of the host name
	BenchIDs  []uint
	ServerIDs []uint
	Versions  []string // as in Revision.Version
	Statuses  []SiteStatus
	Health    []HealthState
	Standby   StandbyChoice // StandbyWithout when empty

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
