package ansible

import (
	"fmt"
	"strings"
	"time"
)

// Kind says what an Event tells.
type Kind string

// The kinds of events, in the order in which a run gives them.
const (
	KindPlayStart  Kind = "play_start"  // a play begins: Play, Hosts, Total, Check
	KindTaskStart  Kind = "task_start"  // a task begins on all hosts: Task, Index, Total
	KindOutput     Kind = "output"      // one line of text: Host and Task, or neither when Ansible itself says it
	KindItemResult Kind = "item_result" // one item of a task with a loop ended on a host
	KindHostResult Kind = "host_result" // the task ended on a host: Host, Task, Status, Duration, Message
	KindStats      Kind = "stats"       // the run ended: Stats by host
)

// Status is how a task ended on a host.
type Status string

// The statuses of a host_result or item_result.
const (
	StatusOK          Status = "ok"
	StatusChanged     Status = "changed"
	StatusFailed      Status = "failed"
	StatusIgnored     Status = "ignored" // failed, and the play goes on regardless
	StatusUnreachable Status = "unreachable"
	StatusSkipped     Status = "skipped"
)

// Stream says where a line of output comes from.
type Stream string

// The streams of an output event.
const (
	StreamStdout  Stream = "stdout"
	StreamStderr  Stream = "stderr"
	StreamDiff    Stream = "diff"    // what a file would look like, or now looks like
	StreamWarning Stream = "warning" // a module's warning
	StreamMessage Stream = "message" // what Ansible says about a task, such as a retry
)

// Event is one thing that a run tells. Which fields are set depends on Kind.
type Event struct {
	Kind     Kind
	Time     time.Time
	Play     string
	Hosts    []string
	Check    bool
	Task     string
	Index    int // number of the task that runs, from 1; set on every event after the first task began
	Total    int // tasks of the whole run, handlers included, known when the run begins
	Done     int // tasks that are over; never falls
	Host     string
	Item     string // label of the loop's item
	Status   Status
	Duration time.Duration
	Message  string
	Stream   Stream
	Line     string // without its line end, at most MaxLine bytes; longer lines come in pieces
	Stats    map[string]HostStats
}

// HostStats counts the tasks of a run on one host by how they ended.
type HostStats struct {
	OK          int `json:"ok"` // includes Changed
	Changed     int `json:"changed"`
	Failed      int `json:"failed"`
	Unreachable int `json:"unreachable"`
	Skipped     int `json:"skipped"`
	Rescued     int `json:"rescued"`
	Ignored     int `json:"ignored"`
}

// Percent is how much of the run is over, from 0 to 100. Over the events of one run it never falls.
func (e Event) Percent() int {
	if e.Total <= 0 {
		return 0
	}
	return min(100, 100*e.Done/e.Total)
}

// String is the event as one line for a log that people read.
func (e Event) String() string {
	switch e.Kind {
	case KindPlayStart:
		if e.Check {
			return fmt.Sprintf("play %s on %s (preview)", e.Play, strings.Join(e.Hosts, ", "))
		}
		return fmt.Sprintf("play %s on %s", e.Play, strings.Join(e.Hosts, ", "))
	case KindTaskStart:
		return fmt.Sprintf("task %d/%d: %s", e.Index, e.Total, e.Task)
	case KindOutput:
		if e.Host == "" {
			return e.Line
		}
		return e.Host + " | " + e.Line
	case KindItemResult, KindHostResult:
		line := e.Host + ": " + string(e.Status)
		if e.Item != "" {
			line += " (" + e.Item + ")"
		}
		if e.Kind == KindHostResult {
			line += fmt.Sprintf(" in %.1f s", e.Duration.Seconds())
		}
		if e.Message != "" {
			line += ": " + e.Message
		}
		return line
	case KindStats:
		return "play ended"
	}
	return string(e.Kind)
}
