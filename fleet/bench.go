package fleet

import (
	"fmt"
	"strings"
	"time"
)

// Bench is what staff create: a name, a master and the apps its sites run.
type Bench struct {
	ID            uint
	Name          string
	ServerID      uint   // the master that holds it
	Python        string // interpreter that the environments of new revisions are made with, such as python3
	Node          string `gorm:"default:node"` // that new revisions build their assets and run with: SystemNode, or one of NodeVersions
	Workers       int    // background workers of each revision
	WebWorkers    int    // gunicorn workers of each revision
	MemoryMB      int    // that the web processes of a revision may use, and its workers again; 0 for no limit
	RetiredAt     *time.Time
	ClosedToSites bool   // no new site goes there
	ClosedWhy     string // in the words of who closed it; may be empty
	CreatedAt     time.Time
}

// NewRevision is a revision of the bench that is yet to be built: with these apps, and what the bench gives to new ones.
func (b Bench) NewRevision(name string, slot int, apps []RevisionApp) Revision {
	return Revision{
		BenchID: b.ID, ServerID: b.ServerID, Name: name, Status: RevisionBuilding, Slot: &slot, Apps: apps,
		Version: VersionOf(apps), Fingerprint: Fingerprint(apps), Python: b.Python, Node: nodeVersion(b.Node),
	}
}

// Framework is the app that every bench has first; the others are installed on it.
const Framework = "frappe"

// AppCommit names one release: an app and a full commit.
type AppCommit struct {
	App    string
	Commit string
}

// RevisionStatus is the state of a revision's directory on its server.
type RevisionStatus string

// The states of a revision.
const (
	RevisionBuilding RevisionStatus = "BUILDING"
	RevisionReady    RevisionStatus = "READY"
	RevisionFailed   RevisionStatus = "FAILED"
	RevisionRemoved  RevisionStatus = "REMOVED"
)

// Revision is one built directory of a bench: each app at one exact commit. It never changes once READY.
type Revision struct {
	ID           uint
	BenchID      uint
	ServerID     uint
	Name         string // r1, r2, … within its bench
	Status       RevisionStatus
	StatusReason string
	Slot         *int          // decides its ports; nil once removed
	Apps         []RevisionApp `gorm:"serializer:json"` // in the bench's order
	Version      string        // of the last app, such as "erpnext 15.43.0"
	Fingerprint  string        // equal exactly when Apps are the same commits
	Python       string        // interpreter of its environment
	Node         string        // exact version of its Node, such as 20.20.2; empty for the server's own
	// Path is the directory of a bench that was made by hand and adopted, empty for what Central built. Central
	// moves sites out of it, and never starts, stops, changes or removes it.
	Path       string
	Owner      string // Unix user of Path
	OwnerGroup string
	CreatedAt  time.Time
}

// Adopted says whether the revision stands for a directory that Central did not build.
func (r *Revision) Adopted() bool { return r.Path != "" }

// MadeFor says whether the revision has the Python and the Node that its bench gives to new ones, as far as people choose
// them.
func (r *Revision) MadeFor(bench Bench) bool {
	return r.Python == bench.Python && majorNode(r.Node) == majorNode(nodeVersion(bench.Node))
}

// RevisionApp is one app of a revision.
type RevisionApp struct {
	App     string `json:"app"`
	Commit  string `json:"commit"`
	Version string `json:"version"`
	// Local says that the app's repository did not have the commit when the bench was adopted.
	Local bool `json:"local,omitempty"`
}

// Fingerprint identifies a list of apps at exact commits, whatever revision it is built in.
func Fingerprint(apps []RevisionApp) string {
	parts := make([]string, len(apps))
	for i, a := range apps {
		parts[i] = a.App + "@" + a.Commit
	}
	return digest(strings.Join(parts, " "))
}

// VersionOf is the short version shown for a list of apps: that of its last app, which is what people deploy.
func VersionOf(apps []RevisionApp) string {
	if len(apps) == 0 {
		return ""
	}
	last := apps[len(apps)-1]
	version := last.Version
	if version == "" {
		version = ShortCommit(last.Commit)
	}
	return last.App + " " + version
}

// ShortCommit is the form of a commit that people read.
func ShortCommit(commit string) string {
	return commit[:min(len(commit), 10)]
}

// Ports of a revision, all on 127.0.0.1 of its server.
type Ports struct {
	Web, Socketio, RedisQueue, RedisCache int
}

// Slots is how many slots a server has: each kind of port has a range of a thousand.
const Slots = 1000

// PortsOf gives the ports of slot, as docs/hosts.md lays them out.
func PortsOf(slot int) Ports {
	return Ports{Web: 8000 + slot, Socketio: 9000 + slot, RedisQueue: 11000 + slot, RedisCache: 13000 + slot}
}

// RevisionDir is the directory of a revision on its server.
func RevisionDir(bench, revision string) string {
	return fmt.Sprintf("/home/frappe/benches/%s/%s", bench, revision)
}

// RevisionsKept is how many revisions without sites stay on a server, newest first, before they are removed.
const RevisionsKept = 2
