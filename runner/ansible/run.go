// Package ansible runs one of the embedded playbooks as a subprocess and tells what it does as
// typed events. Everything that the run reads is written by this package into a private directory:
// nothing of the machine's or the user's own Ansible and SSH configuration has a say.
package ansible

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"central/fleet"
)

// Run is one playbook on one set of hosts.
type Run struct {
	Play        string         // id of an embedded play, see playbooks.Names
	Hosts       []Host         // at least one
	Vars        map[string]any // variables of all hosts; strings reach the plays as data, never as templates
	Check       bool           // only tell what would change
	Diff        bool           // tell the changes of files as output of the stream "diff"
	AgentSocket string         // SSH agent that holds the key; empty means no key at all
	Dir         string         // private directory to work below; empty means the system's for temporary files
	ForksLimit  int            // hosts worked on at once; 0 means DefaultForks
}

// DefaultForks is how many hosts a run works on at once when it does not say.
const DefaultForks = 20

// Result is how a run ended on each host.
type Result struct {
	Stats  map[string]HostStats // by host name; hosts that were never tried are missing
	Failed []Failure            // hosts on which the run did not end well, by name
}

// Failure is why a run did not end well on one host.
type Failure struct {
	Host        string
	Task        string
	Message     string
	Unreachable bool       // no SSH connection, as opposed to a task that failed
	Code        fleet.Code // CodePlayFailed, CodeUnreachable or CodeHostKeyChanged
}

// Execute runs the play and waits until it is over. onEvent is called for every event, one at a
// time, in order; while it blocks, the run does. The Result is as complete as the run was, also when
// there is an error. Errors are *fleet.Error: CodeInvalid and CodeNotFound before anything ran,
// CodeHostKeyChanged, CodePlayFailed or CodeUnreachable (the gravest of the hosts', in this order),
// CodeCancelled when ctx ended; anything else is a fault of this machine, such as a missing
// ansible-playbook.
func (r Run) Execute(ctx context.Context, onEvent func(Event)) (Result, error) {
	work, err := r.prepare()
	if err != nil {
		return Result{}, err
	}
	defer work.remove()
	return r.execute(ctx, work, onEvent)
}

func (r Run) execute(ctx context.Context, work *workdir, onEvent func(Event)) (Result, error) {
	if ctx.Err() != nil {
		return Result{}, r.cancelled(ctx)
	}
	program, err := exec.LookPath("ansible-playbook")
	if err != nil {
		return Result{}, fmt.Errorf("finding ansible-playbook: %w", err)
	}
	cmd := exec.Command(program, work.arguments(r)...)
	cmd.Dir = work.dir
	cmd.Env = work.environment(r)

	record := newRecorder(onEvent)
	exit, err := runGroup(ctx, cmd, []sink{
		{fd: 1, read: func(pipe io.Reader) error { return record.raw(pipe, StreamStdout) }},
		{fd: 2, read: func(pipe io.Reader) error { return record.raw(pipe, StreamStderr) }},
		{fd: eventsFD, read: record.events},
	})
	result := record.result()
	switch {
	case ctx.Err() != nil:
		return result, r.cancelled(ctx)
	case err != nil:
		return result, fmt.Errorf("running play %s: %w", r.Play, err)
	case len(result.Failed) > 0:
		return result, r.failure(result.Failed)
	case exit != 0:
		return result, fleet.Errorf(fleet.CodePlayFailed, "The play %s ended with status %d: %s", r.Play, exit, record.lastWords())
	case !record.ended():
		return result, fleet.Errorf(fleet.CodePlayFailed, "The play %s ended without saying how.", r.Play)
	}
	return result, nil
}

func (r Run) cancelled(ctx context.Context) error {
	reason := ""
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		reason = ": " + cause.Error()
	}
	return fleet.Errorf(fleet.CodeCancelled, "The play %s was cancelled on %s%s.", r.Play, r.hostNames(), reason)
}

// gravity orders the codes by how much they need a person.
var gravity = map[fleet.Code]int{fleet.CodeHostKeyChanged: 3, fleet.CodePlayFailed: 2, fleet.CodeUnreachable: 1}

func (r Run) failure(failed []Failure) error {
	worst := failed[0]
	for _, one := range failed[1:] {
		if gravity[one.Code] > gravity[worst.Code] {
			worst = one
		}
	}
	var message string
	switch worst.Code {
	case fleet.CodeHostKeyChanged:
		message = fmt.Sprintf("%s shows another host key than the pinned one; nothing was done there.", r.place(worst.Host))
	case fleet.CodeUnreachable:
		message = fmt.Sprintf("%s cannot be reached (task %q): %s", r.place(worst.Host), worst.Task, worst.Message)
	default:
		message = fmt.Sprintf("The task %q failed on %s: %s", worst.Task, worst.Host, worst.Message)
	}
	if len(failed) > 1 {
		others := make([]string, 0, len(failed)-1)
		for _, one := range failed {
			if one.Host != worst.Host {
				others = append(others, one.Host)
			}
		}
		message += " (It did not end well on " + strings.Join(others, ", ") + " either.)"
	}
	return &fleet.Error{Code: worst.Code, Message: message}
}

func (r Run) place(name string) string {
	for _, h := range r.Hosts {
		if h.Name == name {
			return name + " (" + h.at() + ")"
		}
	}
	return name
}

func (r Run) hostNames() string {
	names := make([]string, len(r.Hosts))
	for i, h := range r.Hosts {
		names[i] = h.Name
	}
	return strings.Join(names, ", ")
}

// recorder turns what the run writes into events and remembers what the Result needs. Its methods
// may be called by several goroutines at once.
type recorder struct {
	mu      sync.Mutex
	onEvent func(Event)
	play    string
	index   int
	total   int
	done    int
	fail    map[string]Failure // the last one by host
	items   map[string]string  // message of the first failed loop item of the running task, by host
	stderr  map[string]string  // last line of error output of the running task, by host
	words   []string           // last lines that Ansible itself wrote
	stats   map[string]HostStats
}

func newRecorder(onEvent func(Event)) *recorder {
	if onEvent == nil {
		onEvent = func(Event) {}
	}
	return &recorder{onEvent: onEvent, fail: map[string]Failure{}, items: map[string]string{}, stderr: map[string]string{}}
}

func (c *recorder) ended() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats != nil
}

func (c *recorder) lastWords() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.words) == 0 {
		return "it said nothing."
	}
	return strings.Join(c.words, " ")
}

// raw reads what ansible-playbook itself writes.
func (c *recorder) raw(pipe io.Reader, stream Stream) error {
	return eachLine(pipe, MaxLine, func(line string) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		if text := strings.TrimSpace(line); text != "" {
			c.words = append(c.words, text)
			if len(c.words) > 5 {
				c.words = c.words[1:]
			}
		}
		c.emit(Event{Kind: KindOutput, Time: time.Now(), Stream: stream, Line: line})
		return nil
	})
}

// events reads the pipe of the callback plugin.
func (c *recorder) events(pipe io.Reader) error {
	return eachLine(pipe, maxRecord, func(line string) error {
		event, err := parseRecord(line)
		if err != nil {
			return err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.note(event)
		c.emit(event)
		return nil
	})
}

// note keeps what the Result and the percentage need. Callers hold the lock.
func (c *recorder) note(e Event) {
	switch e.Kind {
	case KindPlayStart:
		c.play, c.total = e.Play, e.Total
	case KindTaskStart:
		c.index = min(e.Index, c.total)
		c.done = max(c.done, c.index-1)
		clear(c.items)
		clear(c.stderr)
	case KindOutput:
		if text := strings.TrimSpace(e.Line); e.Stream == StreamStderr && text != "" {
			c.stderr[e.Host] = text
		}
	case KindItemResult:
		if _, known := c.items[e.Host]; e.Status == StatusFailed && !known {
			c.items[e.Host] = e.Item + ": " + c.reason(e)
		}
	case KindHostResult:
		if e.Status == StatusFailed || e.Status == StatusUnreachable {
			c.fail[e.Host] = c.failureOf(e)
		}
	case KindStats:
		c.stats = e.Stats
		failed := false
		for _, one := range e.Stats {
			failed = failed || one.Failed > 0 || one.Unreachable > 0
		}
		if !failed {
			c.done = c.total
		}
	}
}

// hollow are the messages with which Ansible says that a command failed, not why.
var hollow = []string{"", "non-zero return code", "failed to validate", "MODULE FAILURE"}

// reason is a failed result's message; when that is hollow, the last line of error output.
func (c *recorder) reason(e Event) string {
	if last := c.stderr[e.Host]; last != "" && slices.Contains(hollow, strings.SplitN(e.Message, "\n", 2)[0]) {
		return last
	}
	return e.Message
}

func (c *recorder) failureOf(e Event) Failure {
	f := Failure{Host: e.Host, Task: e.Task, Message: c.reason(e), Code: fleet.CodePlayFailed}
	if item := c.items[e.Host]; item != "" {
		f.Message = item
	}
	if e.Status == StatusUnreachable {
		f.Unreachable, f.Code = true, fleet.CodeUnreachable
		if hostKeyRefused(e.Message) {
			f.Code = fleet.CodeHostKeyChanged
		}
	}
	f.Message = strings.TrimSpace(f.Message)
	return f
}

// hostKeyRefused reports whether SSH gave up because the host's key is not the pinned one: another
// key of the same type, or none of that type.
func hostKeyRefused(message string) bool {
	return strings.Contains(message, "REMOTE HOST IDENTIFICATION HAS CHANGED") ||
		strings.Contains(message, "Host key verification failed")
}

// emit completes the event and hands it on. Callers hold the lock.
func (c *recorder) emit(e Event) {
	if e.Play == "" {
		e.Play = c.play
	}
	if e.Index == 0 {
		e.Index = c.index
	}
	e.Total, e.Done = c.total, c.done
	c.onEvent(e)
}

func (c *recorder) result() Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	result := Result{Stats: c.stats}
	for _, name := range sortedKeys(c.fail) {
		// A failure that the play itself took care of (rescue) is not one of the run.
		if one, known := c.stats[name]; known && one.Failed == 0 && one.Unreachable == 0 {
			continue
		}
		result.Failed = append(result.Failed, c.fail[name])
	}
	return result
}
