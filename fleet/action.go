package fleet

import "time"

// ActionKind is one of the limited set of things that Central does to the fleet.
type ActionKind string

// The kinds of action. DEPLOY and BULK_CHANGE only hold others together and are never run by themselves.
const (
	ActionSetUpServer    ActionKind = "SET_UP_SERVER"
	ActionRouteProxy     ActionKind = "ROUTE_PROXY"
	ActionFetchReleases  ActionKind = "FETCH_RELEASES"
	ActionBuildRevision  ActionKind = "BUILD_REVISION"
	ActionRemoveRevision ActionKind = "REMOVE_REVISION"
	ActionCreateSite     ActionKind = "CREATE_SITE"
	ActionDeploy         ActionKind = "DEPLOY"
	ActionMoveSite       ActionKind = "MOVE_SITE"     // to another revision of its bench, by a deploy
	ActionRelocateSite   ActionKind = "RELOCATE_SITE" // to another bench
	ActionConfigureBench ActionKind = "CONFIGURE_BENCH"
	ActionRenameSite     ActionKind = "RENAME_SITE"
	ActionChangeDomains  ActionKind = "CHANGE_DOMAINS"
	ActionConfigureSite  ActionKind = "CONFIGURE_SITE"
	ActionInstallApp     ActionKind = "INSTALL_APP"
	ActionRemoveApp      ActionKind = "REMOVE_APP"
	ActionServeSite      ActionKind = "SERVE_SITE"
	ActionBulkChange     ActionKind = "BULK_CHANGE"

	ActionSetUpPair      ActionKind = "SET_UP_PAIR"
	ActionPreviewPair    ActionKind = "PREVIEW_PAIR"
	ActionDissolvePair   ActionKind = "DISSOLVE_PAIR"
	ActionRebuildSlave   ActionKind = "REBUILD_SLAVE"
	ActionRehearseSwitch ActionKind = "REHEARSE_SWITCH"
	ActionSwitchOver     ActionKind = "SWITCH_OVER"
	ActionFailOver       ActionKind = "FAIL_OVER"

	ActionCheckServer       ActionKind = "CHECK_SERVER"
	ActionPreviewServer     ActionKind = "PREVIEW_SERVER"
	ActionUpdateServer      ActionKind = "UPDATE_SERVER"
	ActionRestartService    ActionKind = "RESTART_SERVICE"
	ActionRebootServer      ActionKind = "REBOOT_SERVER"
	ActionRotateCredentials ActionKind = "ROTATE_CREDENTIALS"
	ActionRetireServer      ActionKind = "RETIRE_SERVER"
	ActionUpdateFirewall    ActionKind = "UPDATE_FIREWALL"

	ActionScanServer   ActionKind = "SCAN_SERVER"
	ActionAdoptBenches ActionKind = "ADOPT_BENCHES"

	ActionHandOutSite ActionKind = "HAND_OUT_SITE"
	ActionDropStandby ActionKind = "DROP_STANDBY"

	ActionIssueCertificate    ActionKind = "ISSUE_CERTIFICATE"
	ActionInstallCertificates ActionKind = "INSTALL_CERTIFICATES"

	ActionBackUpSite    ActionKind = "BACK_UP_SITE"
	ActionRestoreSite   ActionKind = "RESTORE_SITE"
	ActionArchiveSite   ActionKind = "ARCHIVE_SITE"
	ActionRemoveBackups ActionKind = "REMOVE_BACKUPS"
	ActionTestRestore   ActionKind = "TEST_RESTORE"
)

// ActionStatus is the state of an action; docs/ARCHITECTURE.md draws the machine.
type ActionStatus string

// The states of an action.
const (
	ActionQueued    ActionStatus = "QUEUED"
	ActionRunning   ActionStatus = "RUNNING"
	ActionSucceeded ActionStatus = "SUCCEEDED"
	ActionFailed    ActionStatus = "FAILED"
	ActionCancelled ActionStatus = "CANCELLED"
	ActionSkipped   ActionStatus = "SKIPPED" // never started, because what had to come first did not succeed
)

// Finished says whether the state is final.
func (s ActionStatus) Finished() bool {
	return s != ActionQueued && s != ActionRunning
}

// Action is one queued mutation of the fleet. Its row is written before anything happens.
type Action struct {
	ID              uint
	Kind            ActionKind
	Status          ActionStatus
	Title           string // in words, such as "Move acme.example.com to r4"
	ParentID        *uint
	DeployID        *uint
	ServerID        *uint
	BenchID         *uint
	RevisionID      *uint
	SiteID          *uint
	AppID           *uint
	PairID          *uint
	CertificateID   *uint
	ActorName       string
	Percent         int    // 0 to 100, never falls
	Step            string // what it does now
	ErrorCode       Code
	ErrorMessage    string
	ErrorDetail     string // such as a traceback; may be long
	CancelRequested bool
	LastSeq         uint64 // of its newest event
	Attempt         int    // how often a runner has claimed it; also fences the writes of earlier ones
	Cursor          Cursor `gorm:"serializer:json"`
	PendingNeeds    int    // how many actions must succeed before this one starts
	Lane            string // actions of one lane share LaneLimit
	LaneLimit       int
	RunningKey      *string // unique among all actions: the lock of the thing worked on, set while running
	WantsKey        string  // what RunningKey becomes when claimed
	LeaseOwner      string
	LeaseUntil      *time.Time
	DownSeconds     *float64 // how long its site was in maintenance so far; nil when it was not
	CreatedAt       time.Time
	StartedAt       *time.Time
	FinishedAt      *time.Time
}

// Cursor is how far an action has come, so that another runner can go on from there.
type Cursor struct {
	Done    []string          `json:"done,omitempty"`    // steps that were applied, in order
	Undoing bool              `json:"undoing,omitempty"` // a step failed and what was applied is being taken back
	Failure *Failure          `json:"failure,omitempty"` // why it is being undone
	Offsets map[string]int64  `json:"offsets,omitempty"` // bytes of each transient unit's output already stored
	Notes   map[string]string `json:"notes,omitempty"`   // facts a later step or the undo needs
}

// Failure is why an action did not succeed.
type Failure struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	Detail  string `json:"detail,omitempty"`
}

// StepStatus is the state of one step of an action.
type StepStatus string

// The states of a step.
const (
	StepRunning StepStatus = "RUNNING"
	StepDone    StepStatus = "DONE"
	StepFailed  StepStatus = "FAILED"
	StepUndone  StepStatus = "UNDONE"
)

// EventKind says which fields of an ActionEvent matter.
type EventKind string

// The kinds of event.
const (
	EventStep     EventKind = "STEP"     // a step began or ended: Step, StepStatus, Millis
	EventLine     EventKind = "LINE"     // one line of output: Text, Stream, Host
	EventProgress EventKind = "PROGRESS" // Percent, Text names what is being done
	EventTask     EventKind = "TASK"     // one Ansible task on one host: Text, Host, TaskStatus, Millis
	EventStatus   EventKind = "STATUS"   // the action's state changed: Status, Text
	EventDeploy   EventKind = "DEPLOY"   // on a DEPLOY action only: Deploy
)

// ActionEvent is one durable thing that happened in an action. Seq counts from 1 without gaps.
type ActionEvent struct {
	ActionID uint
	Seq      uint64
	At       time.Time
	Kind     EventKind
	Body     EventBody `gorm:"serializer:json"`
}

// EventBody holds the fields of an event; which ones are set depends on its kind.
type EventBody struct {
	Step       string          `json:"step,omitempty"`
	StepStatus StepStatus      `json:"stepStatus,omitempty"`
	Text       string          `json:"text,omitempty"`
	Stream     string          `json:"stream,omitempty"` // stdout, stderr or central
	Host       string          `json:"host,omitempty"`
	TaskStatus string          `json:"taskStatus,omitempty"` // ok, changed, failed, unreachable, skipped
	Percent    *int            `json:"percent,omitempty"`
	Millis     *int            `json:"millis,omitempty"`
	Status     ActionStatus    `json:"status,omitempty"`
	Deploy     *DeployProgress `json:"deploy,omitempty"`
	Site       *DeploySite     `json:"site,omitempty"`
	Build      *DeployBuild    `json:"build,omitempty"`
}
