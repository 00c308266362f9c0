package ansible

import (
	"strings"
	"testing"

	"central/fleet"

	"github.com/google/go-cmp/cmp"
)

// recorded feeds lines of the callback plugin to a recorder.
func recorded(t *testing.T, lines ...string) ([]Event, Result) {
	t.Helper()
	var events []Event
	c := newRecorder(func(e Event) { events = append(events, e) })
	if err := c.events(strings.NewReader(strings.Join(lines, "\n") + "\n")); err != nil {
		t.Fatal(err)
	}
	return events, c.result()
}

func TestPercentNeverFalls(t *testing.T) {
	events, _ := recorded(t,
		`{"kind":"play_start","play":"P","hosts":["a"],"total":4}`,
		`{"kind":"task_start","task":"1","index":1}`,
		`{"kind":"host_result","host":"a","task":"1","status":"ok"}`,
		`{"kind":"task_start","task":"2","index":2}`,
		`{"kind":"task_start","task":"a handler that runs twice","index":3}`,
		`{"kind":"task_start","task":"4","index":4}`,
		`{"kind":"task_start","task":"5","index":5}`,
		`{"kind":"stats","stats":{"a":{"ok":4}}}`,
	)
	var got []int
	for _, e := range events {
		got = append(got, e.Percent())
		if e.Play != "P" || e.Total != 4 {
			t.Errorf("%s is of play %q with %d tasks", e.Kind, e.Play, e.Total)
		}
	}
	if diff := cmp.Diff([]int{0, 0, 0, 25, 50, 75, 75, 100}, got); diff != "" {
		t.Error(diff)
	}
}

func TestResultOfARun(t *testing.T) {
	const start, task = `{"kind":"play_start","play":"P","hosts":["a","b"],"total":2}`, `{"kind":"task_start","task":"T","index":1}`
	for name, c := range map[string]struct {
		lines []string
		want  []Failure
	}{
		"OK": {[]string{`{"kind":"host_result","host":"a","task":"T","status":"ok"}`, `{"kind":"stats","stats":{"a":{"ok":1}}}`}, nil},
		"ErrorOutputSaysWhy": {[]string{
			`{"kind":"output","host":"a","task":"T","stream":"stderr","line":"first"}`,
			`{"kind":"output","host":"a","task":"T","stream":"stderr","line":"disk full"}`,
			`{"kind":"host_result","host":"a","task":"T","status":"failed","message":"non-zero return code"}`,
			`{"kind":"stats","stats":{"a":{"failed":1}}}`,
		}, []Failure{{Host: "a", Task: "T", Message: "disk full", Code: fleet.CodePlayFailed}}},
		"FirstItemSaysWhy": {[]string{
			`{"kind":"item_result","host":"a","task":"T","status":"ok","item":"x"}`,
			`{"kind":"item_result","host":"a","task":"T","status":"failed","item":"y","message":"no such commit"}`,
			`{"kind":"item_result","host":"a","task":"T","status":"failed","item":"z","message":"other"}`,
			`{"kind":"host_result","host":"a","task":"T","status":"failed","message":"One or more items failed"}`,
			`{"kind":"stats","stats":{"a":{"failed":1}}}`,
		}, []Failure{{Host: "a", Task: "T", Message: "y: no such commit", Code: fleet.CodePlayFailed}}},
		"Rescued": {[]string{
			`{"kind":"host_result","host":"a","task":"T","status":"failed","message":"m"}`,
			`{"kind":"stats","stats":{"a":{"rescued":1}}}`,
		}, nil},
		"CutOffBeforeStats": {[]string{
			`{"kind":"host_result","host":"a","task":"T","status":"failed","message":"m"}`,
		}, []Failure{{Host: "a", Task: "T", Message: "m", Code: fleet.CodePlayFailed}}},
		"UnreachableIsNotFailed": {[]string{
			`{"kind":"host_result","host":"a","task":"T","status":"unreachable","message":"Connection timed out"}`,
			`{"kind":"host_result","host":"b","task":"T","status":"failed","message":"m"}`,
			`{"kind":"stats","stats":{"a":{"unreachable":1},"b":{"failed":1}}}`,
		}, []Failure{
			{Host: "a", Task: "T", Message: "Connection timed out", Unreachable: true, Code: fleet.CodeUnreachable},
			{Host: "b", Task: "T", Message: "m", Code: fleet.CodePlayFailed},
		}},
		"OtherKey": {[]string{
			`{"kind":"host_result","host":"a","task":"T","status":"unreachable","message":"Failed to connect: @@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@"}`,
			`{"kind":"stats","stats":{"a":{"unreachable":1}}}`,
		}, []Failure{{Host: "a", Task: "T", Message: "Failed to connect: @@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@", Unreachable: true, Code: fleet.CodeHostKeyChanged}}},
		"NoKeyOfThePinnedType": {[]string{
			`{"kind":"host_result","host":"a","task":"T","status":"unreachable","message":"Host key verification failed."}`,
			`{"kind":"stats","stats":{"a":{"unreachable":1}}}`,
		}, []Failure{{Host: "a", Task: "T", Message: "Host key verification failed.", Unreachable: true, Code: fleet.CodeHostKeyChanged}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, result := recorded(t, append([]string{start, task}, c.lines...)...)
			if diff := cmp.Diff(c.want, result.Failed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrorNamesHostAndTask(t *testing.T) {
	r := Run{Play: "server", Hosts: []Host{testHost(nil)}}
	failed := Failure{Host: "m-02", Task: "Install", Message: "no room", Code: fleet.CodePlayFailed}
	away := Failure{Host: "m-01", Task: "Install", Message: "timed out", Unreachable: true, Code: fleet.CodeUnreachable}
	changed := Failure{Host: "m-01", Task: "Install", Unreachable: true, Code: fleet.CodeHostKeyChanged}
	for name, c := range map[string]struct {
		failed []Failure
		want   *fleet.Error
	}{
		"Failed":      {[]Failure{failed}, fleet.Errorf(fleet.CodePlayFailed, `The task "Install" failed on m-02: no room`)},
		"Unreachable": {[]Failure{away}, fleet.Errorf(fleet.CodeUnreachable, `m-01 (10.0.0.1:22) cannot be reached (task "Install"): timed out`)},
		"Gravest": {[]Failure{away, failed},
			fleet.Errorf(fleet.CodePlayFailed, `The task "Install" failed on m-02: no room (It did not end well on m-01 either.)`)},
		"KeyBeforeAll": {[]Failure{failed, changed},
			fleet.Errorf(fleet.CodeHostKeyChanged, `m-01 (10.0.0.1:22) shows another host key than the pinned one; nothing was done there. (It did not end well on m-02 either.)`)},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, r.failure(c.failed)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
