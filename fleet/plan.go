package fleet

// PlanSeverity says how much a note on a plan matters.
type PlanSeverity string

// The severities of a note.
const (
	PlanBlocking PlanSeverity = "BLOCKING" // the deploy would be refused
	PlanWarning  PlanSeverity = "WARNING"  // worth knowing
)

// PlanNote is something to know before a deploy.
type PlanNote struct {
	Severity PlanSeverity
	Code     Code
	Message  string
	Field    string // of the input, when one is at fault
	SiteID   *uint
}

// DeployPlan is what a deploy would do.
type DeployPlan struct {
	Groups          []PlanGroup
	SiteCount       int
	AlreadyThere    []string // sites that are on these commits and would be left alone
	Patches         int      // over all sites
	ExpectedMinutes float64
	Notes           []PlanNote
}

// PlanGroup is the sites of one bench that move together to one revision.
type PlanGroup struct {
	BenchID         uint
	BenchName       string
	ServerID        uint
	ServerName      string
	Apps            []RevisionApp // of the new revision, in the bench's order
	RevisionID      uint          // the revision that has these commits already; 0 when it must be built
	Built           bool
	Moves           []PlanMove // which apps change, from where; empty when only Python or Node does
	Sites           []PlanSite
	StaysBehind     int // living sites of the bench that are not chosen
	ExpectedMinutes float64
}

// PlanSite is one site of a plan.
type PlanSite struct {
	SiteID          uint
	SiteName        string
	FromRevisionID  uint
	FromVersion     string
	ToVersion       string
	Patches         int     // how many its migration runs
	ExpectedSeconds float64 // in maintenance
}

// ServerFinding is what a look at a server found to stand in a deploy's way, just before it is planned:
// CodeUnreachable, CodeHostKeyChanged or CodeDiskFull.
type ServerFinding struct {
	ServerID uint
	Code     Code
	Message  string
}
