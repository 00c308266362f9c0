package fleet

import (
	"fmt"
	"time"
)

// HealthState is how a server or a site does, as Central last saw it.
type HealthState string

// The states of health. A server is OK, DEGRADED or DOWN; a site is UP, MAINTENANCE or DOWN.
const (
	HealthUnknown     HealthState = "UNKNOWN"     // not looked at yet, or not lately
	HealthOK          HealthState = "OK"          // reachable, and nothing needs a person
	HealthDegraded    HealthState = "DEGRADED"    // reachable, with open alerts
	HealthUp          HealthState = "UP"          // answers with 200
	HealthMaintenance HealthState = "MAINTENANCE" // answers with 503 in a window that Central began
	HealthDown        HealthState = "DOWN"        // cannot be reached, or answers with something else
)

// HealthStaleAfter is how old the last look may be before it says nothing about now.
const HealthStaleAfter = 5 * time.Minute

// ServerSample is what one look at a server found. Sizes are bytes.
type ServerSample struct {
	At            time.Time         `json:"at"`
	TookSeconds   float64           `json:"tookSeconds"` // the look itself, with the way there and back
	Load1         float64           `json:"load1"`       // processes that run or wait, over the last minute
	CPUs          int               `json:"cpus"`
	MemoryUsed    int64             `json:"memoryUsed"` // not available to programs that ask for more
	MemoryTotal   int64             `json:"memoryTotal"`
	UptimeSeconds int64             `json:"uptimeSeconds"`
	Disks         []DiskUse         `json:"disks"`
	Services      []ServiceState    `json:"services"`    // those that matter for the role, by name
	Certificate   *CertificateEnd   `json:"certificate"` // the first to expire; nil without certificates
	Replication   *ReplicationProbe `json:"replication"` // nil unless the server has a role in a pair
}

// DiskUse is how full one mounted file system is. Sizes are bytes.
type DiskUse struct {
	Mount      string `json:"mount"`
	SizeBytes  int64  `json:"sizeBytes"`
	UsedBytes  int64  `json:"usedBytes"`
	FreeBytes  int64  `json:"freeBytes"` // for programs that are not root
	Inodes     int64  `json:"inodes"`    // 0 where the file system does not count them
	InodesUsed int64  `json:"inodesUsed"`
}

// UsedRatio is the share that is used of what ordinary programs may use, 0 to 1, as df shows it.
func (d DiskUse) UsedRatio() float64 { return ratio(d.UsedBytes, d.UsedBytes+d.FreeBytes) }

// InodesRatio is the share of inodes that is used, 0 to 1.
func (d DiskUse) InodesRatio() float64 { return ratio(d.InodesUsed, d.Inodes) }

func ratio(part, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// ServiceState is a systemd unit and what systemd calls its state, such as "active" or "failed".
type ServiceState struct {
	Name  string `json:"name"` // such as "mariadb.service"
	State string `json:"state"`
}

// CertificateEnd is when a certificate expires, and for which host.
type CertificateEnd struct {
	Host      string    `json:"host"` // may be empty
	ExpiresAt time.Time `json:"expiresAt"`
}

// ReplicationProbe is what a server of a pair says of its own role.
type ReplicationProbe struct {
	Role       string     `json:"role"` // master, slave or fenced
	Open       bool       `json:"open"` // it may be written to
	BinlogPos  string     `json:"binlogPos"`
	SlavePos   string     `json:"slavePos"`
	IO         string     `json:"io"` // Yes, No or Connecting; empty when it follows nobody
	SQL        string     `json:"sql"`
	LagSeconds *float64   `json:"lagSeconds"`
	Error      string     `json:"error"`
	MirroredAt *time.Time `json:"mirroredAt"` // when the last complete mirror pass began; nil when there was none
	MirrorAge  *float64   `json:"mirrorAge"`  // seconds since then, by the server's own clock
}

// Replication is how the slave of a pair follows, as of the last look at it.
type Replication struct {
	At         time.Time  `json:"at"`
	IORunning  bool       `json:"ioRunning"`
	SQLRunning bool       `json:"sqlRunning"`
	LagSeconds *float64   `json:"lagSeconds"`
	MasterGTID string     `json:"masterGtid"` // empty until the master was looked at too
	SlaveGTID  string     `json:"slaveGtid"`
	LastError  string     `json:"lastError"`
	MirroredAt *time.Time `json:"mirroredAt"`
}

// Replication is the probe of a slave as its pair shows it.
func (p ReplicationProbe) Replication(at time.Time) Replication {
	return Replication{
		At: at, IORunning: p.IO == "Yes", SQLRunning: p.SQL == "Yes", LagSeconds: p.LagSeconds,
		SlaveGTID: p.SlavePos, LastError: p.Error, MirroredAt: p.MirroredAt,
	}
}

// FullestDisk is the file system with the least room; ok is false when none was seen.
func (s ServerSample) FullestDisk() (fullest DiskUse, ok bool) {
	for _, disk := range s.Disks {
		if !ok || disk.UsedRatio() > fullest.UsedRatio() {
			fullest, ok = disk, true
		}
	}
	return fullest, ok
}

// ServerHealth is how a server does now.
type ServerHealth struct {
	ServerID uint
	State    HealthState
	Since    *time.Time    // when it took that state; nil before the first look
	At       *time.Time    // the last look, whether it reached the server or not
	Latest   *ServerSample // the last sample that came, which may be older than At
	Reasons  []string      // a sentence for each open alert
}

// Fresh is the health as it may be shown at a moment: UNKNOWN when the last look is too old to mean anything.
func (h ServerHealth) Fresh(now time.Time) ServerHealth {
	if h.At == nil || now.Sub(*h.At) > HealthStaleAfter {
		h.State, h.Reasons = HealthUnknown, []string{}
	}
	return h
}

// SiteHealth is how a site answers now.
type SiteHealth struct {
	SiteID    uint
	State     HealthState
	Since     *time.Time // when it took that state; nil before the first answer
	CheckedAt *time.Time // the last answer, or the last time that none came
	Status    int        // HTTP status of it; 0 when none came
}

// Fresh is the health as it may be shown at a moment: UNKNOWN when the last answer is too old to mean anything.
func (h SiteHealth) Fresh(now time.Time) SiteHealth {
	if h.CheckedAt == nil || now.Sub(*h.CheckedAt) > HealthStaleAfter {
		h.State = HealthUnknown
	}
	return h
}

// SiteMissesUntilDown is how many bad answers in a row make a site DOWN.
const SiteMissesUntilDown = 2

// NextSiteHealth decides what an answer means for a site that was in a state with so many bad answers in a row.
// status is 0 when no answer came; announced says whether Central itself keeps the site closed now.
func NextSiteHealth(before HealthState, misses, status int, announced bool) (after HealthState, missesNow int) {
	switch {
	case status == 200:
		return HealthUp, 0
	case announced:
		// Whatever it says between two steps of a move: people were told that it is closed.
		return HealthMaintenance, 0
	case misses+1 < SiteMissesUntilDown && before != HealthDown:
		return before, misses + 1
	}
	return HealthDown, min(misses+1, SiteMissesUntilDown)
}

// SiteAnswer says in words how a site answered.
func SiteAnswer(status int) string {
	if status == 0 {
		return "It gives no answer through the proxies."
	}
	return fmt.Sprintf("It answers with %d through the proxies.", status)
}

// HealthChange is one change of the health of a server or a site, for its history.
type HealthChange struct {
	ID        uint
	ServerID  *uint
	SiteID    *uint
	FromState HealthState
	ToState   HealthState
	At        time.Time
	Why       string // a sentence, or several; empty when all is well again
}

// SampleRange is how much of the past a chart shows.
type SampleRange string

// The ranges of charts.
const (
	RangeDay   SampleRange = "DAY"   // the last 24 hours, a point every 5 minutes
	RangeMonth SampleRange = "MONTH" // the last 30 days, a point every 3 hours
)

// Span is how far a range goes back, and how far apart its points are.
func (r SampleRange) Span() (back, step time.Duration) {
	if r == RangeMonth {
		return 30 * 24 * time.Hour, 3 * time.Hour
	}
	return 24 * time.Hour, 5 * time.Minute
}

// ServerPoint is one point of a server's charts: means over its step, and the highest. Figures are nil where
// the server could not be reached at all. Sizes are bytes.
type ServerPoint struct {
	At                time.Time // beginning of the step
	UpRatio           float64   // share of the samples that reached the server
	Load1             *float64
	Load1Max          *float64
	CPUs              *int
	MemoryUsed        *float64
	MemoryUsedMax     *float64
	MemoryTotal       *float64
	DiskUsed          *float64 // share of the fullest file system, 0 to 1
	DiskUsedMax       *float64
	ReplicationLag    *float64 // seconds
	ReplicationLagMax *float64
}

// HealthFigures is how the whole fleet does at one moment.
type HealthFigures struct {
	Servers        []ServerFigures // all that Central works with, by name
	Pairs          []PairFigures   // those whose master and slave were both looked at, by name
	Sites          map[HealthState]int
	Alerts         map[AlertSeverity]int // open ones
	AlertsBy       []AlertFigures        // the same, one for each that has any
	SamplesOverdue float64               // seconds by which the look at a server that is latest is overdue
	ChecksOverdue  float64               // … the request to a site
}

// PairFigures is how far the slave of a pair is behind its master.
type PairFigures struct {
	Name   string
	Behind uint64 // transactions of the master that the slave had not applied when both were last looked at
}

// AlertFigures is how many alerts are open of one rule about one server.
type AlertFigures struct {
	Rule     AlertRule
	Severity AlertSeverity
	Server   string // its name, of a site's alert that of the site's server; empty for what is about neither
	Count    int
}

// ServerFigures is one server of HealthFigures.
type ServerFigures struct {
	Name   string
	Role   ServerRole
	Health ServerHealth
}

// ReplicationPoint is one point of a pair's charts: how its slave followed during a step.
type ReplicationPoint struct {
	At            time.Time // beginning of the step
	ReceivesRatio float64   // share of the looks at which it received what its master wrote, 0 to 1
	AppliesRatio  float64   // … at which it applied that
	Position      string    // GTID that it had come to at the last of them; empty when it did not say
	LagSeconds    *float64  // mean; nil when it never said
	LagSecondsMax *float64
	MirrorAge     *float64 // seconds since the last complete mirroring of the files began, mean; nil before there was one
	MirrorAgeMax  *float64
}
