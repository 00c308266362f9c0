package fleet

import (
	"time"
	"unicode/utf8"
)

// DeployStatus is the state of a deploy as a whole; docs/ARCHITECTURE.md draws the machine.
type DeployStatus string

// The states of a deploy.
const (
	DeployQueued     DeployStatus = "QUEUED"
	DeployRunning    DeployStatus = "RUNNING"
	DeployCancelling DeployStatus = "CANCELLING" // nothing new starts; what runs comes to an end
	DeploySucceeded  DeployStatus = "SUCCEEDED"  // every site is on the new code
	DeployFailed     DeployStatus = "FAILED"     // at least one site is not
	DeployCancelled  DeployStatus = "CANCELLED"
)

// Finished says whether the state is final.
func (s DeployStatus) Finished() bool {
	return s == DeploySucceeded || s == DeployFailed || s == DeployCancelled
}

// Deploy moves chosen sites from the revisions they are on to new ones.
type Deploy struct {
	ID                 uint
	ActionID           uint // its root action, whose events are the deploy's progress
	Title              string
	Status             DeployStatus
	Releases           []AppCommit `gorm:"serializer:json"`
	SitesAtOnce        int         // on each server
	SkipFailingPatches bool
	IdempotencyKey     string
	InputDigest        string // of the input first sent with the key
	RetryOfID          *uint
	ActorName          string
	Total              int // sites
	Done               int
	RolledBack         int
	Broken             int
	Cancelled          int
	NotStarted         int
	CreatedAt          time.Time
	StartedAt          *time.Time
	FinishedAt         *time.Time
}

// Ended is how many sites of the deploy have come to an end, whichever.
func (d *Deploy) Ended() int {
	return d.Done + d.RolledBack + d.Broken + d.Cancelled + d.NotStarted
}

// Count adds a site that has come to its end as status; any other status counts nothing.
func (d *Deploy) Count(status DeploySiteStatus) {
	switch status {
	case DeploySiteDone:
		d.Done++
	case DeploySiteRolledBack:
		d.RolledBack++
	case DeploySiteBroken:
		d.Broken++
	case DeploySiteCancelled:
		d.Cancelled++
	case DeploySiteNotStarted:
		d.NotStarted++
	case DeploySiteWaiting, DeploySiteRunning:
	}
}

// DeploySiteStatus is the state of one site in a deploy.
type DeploySiteStatus string

// The states of a site in a deploy.
const (
	DeploySiteWaiting    DeploySiteStatus = "WAITING"
	DeploySiteRunning    DeploySiteStatus = "RUNNING"
	DeploySiteDone       DeploySiteStatus = "DONE"
	DeploySiteRolledBack DeploySiteStatus = "ROLLED_BACK" // failed; back on its old code and data, and answering
	DeploySiteBroken     DeploySiteStatus = "BROKEN"      // failed, and could not be taken back
	DeploySiteCancelled  DeploySiteStatus = "CANCELLED"
	DeploySiteNotStarted DeploySiteStatus = "NOT_STARTED" // its revision could not be built
)

// DeploySite is one site of a deploy: the frozen choice, and how it went.
type DeploySite struct {
	ID                 uint             `json:"-"`
	DeployID           uint             `json:"deployId"`
	SiteID             uint             `json:"siteId"`
	ActionID           uint             `json:"actionId"`
	ServerID           uint             `json:"serverId"`
	SiteName           string           `json:"siteName"`
	FromRevisionID     uint             `json:"fromRevisionId"`
	ToRevisionID       uint             `json:"toRevisionId"`
	Status             DeploySiteStatus `json:"status"`
	Step               string           `json:"step"`
	Detail             string           `json:"detail"` // such as the patch being run
	Percent            int              `json:"percent"`
	Patches            int              `json:"patches"` // that the plan expects the migration to run
	MaintenanceSince   *time.Time       `json:"maintenanceSince"`
	MaintenanceSeconds *float64         `json:"maintenanceSeconds"` // of the finished window
	SkippedPatches     []string         `json:"skippedPatches" gorm:"serializer:json"`
	ErrorCode          Code             `json:"errorCode"`
	ErrorMessage       string           `json:"errorMessage"`
	StartedAt          *time.Time       `json:"startedAt"`
	FinishedAt         *time.Time       `json:"finishedAt"`
}

// DeployBuild is the building of one revision for a deploy.
type DeployBuild struct {
	ActionID   uint         `json:"actionId"`
	RevisionID uint         `json:"revisionId"`
	ServerID   uint         `json:"serverId"`
	Status     ActionStatus `json:"status"`
	Percent    int          `json:"percent"`
	Task       string       `json:"task"`
}

// DeployProgress is the whole of a deploy in figures.
type DeployProgress struct {
	Status      DeployStatus `json:"status"`
	Total       int          `json:"total"`
	Running     int          `json:"running"`
	Done        int          `json:"done"`
	RolledBack  int          `json:"rolledBack"`
	Broken      int          `json:"broken"`
	Cancelled   int          `json:"cancelled"`
	NotStarted  int          `json:"notStarted"`
	SecondsLeft *int         `json:"secondsLeft"` // nil until there is something to judge by
	StartedAt   *time.Time   `json:"startedAt"`
	FinishedAt  *time.Time   `json:"finishedAt"`
}

// DeployInput is what DeploySites asks for.
type DeployInput struct {
	SiteIDs            []uint
	Releases           []AppCommit
	SitesAtOnce        int // DefaultSitesAtOnce when zero
	SkipFailingPatches bool
	IdempotencyKey     string // at most 100 characters

	// Findings of a look at the servers concerned; not part of what is asked for.
	Findings []ServerFinding `json:"-"`
}

// DefaultSitesAtOnce is how many sites of a server a deploy works on together unless it says otherwise.
const DefaultSitesAtOnce = 4

// MaxSitesAtOnce bounds what a deploy may ask of one server.
const MaxSitesAtOnce = 32

// Validate checks the input's form. It errs with CodeNoSites or CodeInvalid and the field.
func (in *DeployInput) Validate() error {
	if in.SitesAtOnce == 0 {
		in.SitesAtOnce = DefaultSitesAtOnce
	}
	switch {
	case len(in.SiteIDs) == 0:
		return FieldErrorf(CodeNoSites, "input.siteIds", "Choose at least one site.")
	case in.SitesAtOnce < 1 || in.SitesAtOnce > MaxSitesAtOnce:
		return FieldErrorf(CodeInvalid, "input.sitesAtOnce", "Between 1 and %d sites at once on each server.", MaxSitesAtOnce)
	case in.IdempotencyKey == "" || utf8.RuneCountInString(in.IdempotencyKey) > 100:
		return FieldErrorf(CodeInvalid, "input.idempotencyKey", "Send a key of 1 to 100 characters; the same key never deploys twice.")
	}
	return validateAppCommits("input.releases", in.Releases)
}

// ProgressOf sums a deploy up. running is how many of its sites are being worked on now.
func (d *Deploy) ProgressOf(running int, now time.Time) DeployProgress {
	return DeployProgress{
		Status: d.Status, Total: d.Total, Running: running, Done: d.Done, RolledBack: d.RolledBack, Broken: d.Broken,
		Cancelled: d.Cancelled, NotStarted: d.NotStarted, SecondsLeft: d.secondsLeft(now),
		StartedAt: d.StartedAt, FinishedAt: d.FinishedAt,
	}
}

// secondsLeft judges by the sites that have ended so far, nil while none has.
func (d *Deploy) secondsLeft(now time.Time) *int {
	ended := d.Ended()
	if d.Status.Finished() || d.StartedAt == nil || ended == 0 {
		return nil
	}
	elapsed := max(0, now.Sub(*d.StartedAt).Seconds()) // clocks of two machines may differ
	left := int(elapsed * float64(d.Total-ended) / float64(ended))
	return &left
}

// Outcome is the final state of a deploy all of whose sites have ended.
func (d *Deploy) Outcome() DeployStatus {
	switch {
	case d.RolledBack+d.Broken+d.NotStarted > 0:
		return DeployFailed
	case d.Cancelled > 0:
		return DeployCancelled
	}
	return DeploySucceeded
}
