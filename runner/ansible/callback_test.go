package ansible

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"central/fleet"

	"github.com/google/go-cmp/cmp"
)

// hostile are strings that would do something if anything but data were made of them.
var hostile = []string{
	"{{ lookup('pipe', 'touch PWNED') }}",
	"{% for x in [1] %}x{% endfor %}",
	"{{ vars }}", "{# gone #}", "!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61", "!unsafe x", "!!python/object/apply:os.system [id]",
	"-rf", "--", "$(id)", "`id`", "; id", "line one\nline two\n", "'\"\\", "yes", "null", "1e3", "0x10", "~", "[1]", "{\"a\": 1}",
	"@/etc/passwd", "=x", "ansible_connection=local", "ä€\U0001F600\u2028", "\x1b[31m", "\r\t\x7f", "__ansible_unsafe",
}

// localWorkdir makes a workdir whose hosts are this machine without SSH, and whose play is a file of
// testdata.
func localWorkdir(r Run, play string) (*workdir, error) {
	hosts := map[string]any{}
	for _, h := range r.Hosts {
		vars, err := markVars(h.Vars)
		if err != nil {
			return nil, err
		}
		vars["ansible_connection"] = "local"
		vars["ansible_python_interpreter"] = "/usr/bin/python3"
		hosts[h.Name] = vars
	}
	text, err := json.Marshal(map[string]any{"all": map[string]any{"hosts": hosts}})
	if err != nil {
		return nil, err
	}
	work, err := r.prepare()
	if err != nil {
		return nil, err
	}
	if work.playbook, err = filepath.Abs(filepath.Join("testdata", play)); err != nil {
		return nil, err
	}
	return work, os.WriteFile(work.path("inventory.json"), text, 0o600)
}

func local(t *testing.T, r Run, play string) *workdir {
	t.Helper()
	work, err := localWorkdir(r, play)
	must(t, err)
	t.Cleanup(work.remove)
	return work
}

func TestEventsOfARealRun(t *testing.T) {
	directory := t.TempDir()
	const secret = "canary-7f3b"
	r := Run{
		Play: "server", Dir: t.TempDir(),
		Hosts: []Host{
			testHost(func(h *Host) { h.Name, h.Vars = "one", map[string]any{"own": "{{ 7 * 6 }}"} }),
			testHost(func(h *Host) { h.Name, h.Vars = "two", map[string]any{"own": "{{ 7 * 6 }}"} }),
		},
		Vars: map[string]any{"hostile": hostile, "directory": directory, "secret": secret},
	}
	var events []Event
	result, err := r.execute(context.Background(), local(t, r, "events.yml"), func(e Event) { events = append(events, e) })

	lines := func(host, task string, stream Stream) (out []string) {
		for _, e := range events {
			if e.Kind == KindOutput && e.Host == host && e.Task == task && e.Stream == stream {
				out = append(out, e.Line)
			}
		}
		return out
	}
	ended := func(kind Kind, host, task string) (out []Status) {
		for _, e := range events {
			if e.Kind == kind && e.Host == host && e.Task == task {
				out = append(out, e.Status)
			}
		}
		return out
	}

	t.Run("Error", func(t *testing.T) {
		want := fleet.Errorf(fleet.CodePlayFailed, `The task "Fail on one host" failed on two: at last`)
		if diff := cmp.Diff(error(want), err); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("Result", func(t *testing.T) {
		want := Result{
			Stats: map[string]HostStats{
				"one": {OK: 9, Changed: 3, Skipped: 1, Rescued: 1, Ignored: 1},
				"two": {OK: 6, Changed: 2, Failed: 1, Skipped: 2, Rescued: 1, Ignored: 1},
			},
			Failed: []Failure{{Host: "two", Task: "Fail on one host", Message: "at last", Code: fleet.CodePlayFailed}},
		}
		if diff := cmp.Diff(want, result); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("EveryKindInOrder", func(t *testing.T) {
		if events[0].Kind != KindPlayStart || events[len(events)-1].Kind != KindStats {
			t.Errorf("from %v to %v", events[0], events[len(events)-1])
		}
		if diff := cmp.Diff([]string{"one", "two"}, events[0].Hosts); diff != "" {
			t.Error(diff)
		}
		percent, index := 0, 0
		for _, e := range events {
			if e.Percent() < percent {
				t.Errorf("%v: %d %% after %d %%", e, e.Percent(), percent)
			}
			percent = e.Percent()
			// Twelve tasks of which one is a handler never notified.
			if e.Kind == KindTaskStart {
				index++
				if e.Index != index || e.Total != 12 {
					t.Errorf("%v is %d of %d, want %d of 12", e, e.Index, e.Total, index)
				}
			}
		}
	})
	t.Run("HostilePrintStaysOutput", func(t *testing.T) {
		want := []string{
			`{"kind":"stats","stats":{}}`, "\x1b[2J\uFFFD\uFFFD broken",
			strings.Repeat("x", 4096), strings.Repeat("x", 4096), strings.Repeat("x", 10000-2*4096), "no pipe",
		}
		got := lines("one", "Print what a hostile host would", StreamStdout)
		// Ansible keeps bytes that are no text as surrogates, one or more replacement characters here.
		for i := range got {
			for strings.Contains(got[i], "\uFFFD\uFFFD\uFFFD") {
				got[i] = strings.ReplaceAll(got[i], "\uFFFD\uFFFD\uFFFD", "\uFFFD\uFFFD")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("MuchOutputIsBoundedAndSaysSo", func(t *testing.T) {
		got := lines("one", "Print a lot", StreamStdout)
		if len(got) != 20001 || got[0] != "1" || got[19999] != "20000" || got[20000] != "10000 more lines were not kept" {
			t.Errorf("%d lines, the last is %q", len(got), got[len(got)-1])
		}
	})
	t.Run("SecretIsNowhere", func(t *testing.T) {
		for _, e := range events {
			if text, _ := json.Marshal(e); bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s", text)
			}
		}
		if diff := cmp.Diff([]Status{StatusChanged, StatusChanged}, ended(KindItemResult, "one", "Use a secret")); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("IgnoredFailure", func(t *testing.T) {
		if diff := cmp.Diff([]Status{StatusIgnored}, ended(KindHostResult, "one", "Fail and go on")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"why"}, lines("one", "Fail and go on", StreamStderr)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("Handler", func(t *testing.T) {
		if diff := cmp.Diff([]Status{StatusOK}, ended(KindHostResult, "one", "Handle it")); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("StringsArriveAsTheyAre", func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join(directory, "hostile"))
		must(t, err)
		var got []string
		must(t, json.Unmarshal(text, &got))
		if diff := cmp.Diff(hostile, got); diff != "" {
			t.Error(diff)
		}
		for _, host := range []string{"one", "two"} {
			if got, err := os.ReadFile(filepath.Join(directory, host+"-own")); err != nil || string(got) != "{{ 7 * 6 }}" {
				t.Errorf("%s: the host's variable is %q (%v)", host, got, err)
			}
		}
	})
	t.Run("NothingIsLeft", func(t *testing.T) {
		left, err := filepath.Glob(filepath.Join(r.Dir, "*", "PWNED"))
		if err != nil || len(left) > 0 {
			t.Errorf("%v, %v", left, err)
		}
	})
}

func TestPreparedFiles(t *testing.T) {
	t.Setenv("CENTRAL_CANARY", "canary-51ce")
	t.Setenv("ANSIBLE_LIBRARY", "/tmp/elsewhere")
	t.Setenv("SSH_AUTH_SOCK", "/tmp/somebody-elses-agent")
	r := Run{Play: "server", Dir: t.TempDir(), Hosts: []Host{testHost(nil)}, Vars: map[string]any{"x": "canary-902a"}, AgentSocket: "/run/own-agent"}
	work, err := r.prepare()
	must(t, err)

	t.Run("EnvironmentIsOurOwn", func(t *testing.T) {
		env := strings.Join(work.environment(r), "\n")
		for _, bad := range []string{"canary", "elsewhere", "somebody", "ANSIBLE_LIBRARY"} {
			if strings.Contains(env, bad) {
				t.Errorf("%s is in %s", bad, env)
			}
		}
		if !strings.Contains(env, "\nSSH_AUTH_SOCK=/run/own-agent") || !strings.Contains(env, "\nHOME="+work.dir) {
			t.Error(env)
		}
	})
	t.Run("ValuesAreNotInArguments", func(t *testing.T) {
		if args := strings.Join(work.arguments(r), " "); strings.Contains(args, "canary") {
			t.Error(args)
		}
	})
	t.Run("OnlyTheOwnerReads", func(t *testing.T) {
		must(t, filepath.WalkDir(r.Dir, func(path string, entry os.DirEntry, err error) error {
			must(t, err)
			if info, err := entry.Info(); err != nil || (path != r.Dir && info.Mode().Perm()&0o077 != 0) {
				t.Errorf("%s is %v, %v", path, info.Mode(), err)
			}
			return nil
		}))
	})
	t.Run("RemovedAsAWhole", func(t *testing.T) {
		work.remove()
		for _, dir := range []string{work.dir, work.sockets} {
			if _, err := os.Stat(dir); !os.IsNotExist(err) {
				t.Errorf("%s is still there: %v", dir, err)
			}
		}
	})
}

func TestRefusedBeforeAnythingRuns(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Run)
		want   fleet.Code
	}{
		"NoHosts":          {func(r *Run) { r.Hosts = nil }, fleet.CodeInvalid},
		"NoSuchPlay":       {func(r *Run) { r.Play = "reboot" }, fleet.CodeNotFound},
		"PlayIsAPath":      {func(r *Run) { r.Play = "../server" }, fleet.CodeNotFound},
		"PlayIsAFile":      {func(r *Run) { r.Play = "server.yml" }, fleet.CodeNotFound},
		"VariableOfOthers": {func(r *Run) { r.Vars = map[string]any{"ansible_user": "x"} }, fleet.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			r := Run{Play: "server", Hosts: []Host{testHost(nil)}, Dir: t.TempDir()}
			c.change(&r)
			_, err := r.Execute(context.Background(), func(e Event) { t.Errorf("an event: %v", e) })
			if fleet.ErrorCode(err) != c.want {
				t.Errorf("got %v", err)
			}
			if left, _ := os.ReadDir(r.Dir); len(left) > 0 {
				t.Errorf("left %v", left)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
