package runner

import (
	"strings"
	"testing"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

func TestMoveStory(t *testing.T) {
	checkStory(t, (&siteMove{}).story(), stepMigrate, stepServe)
}

// checkStory checks what holds for every story: cancelling is possible up to a point, what is extra comes after
// everything that may have to be taken back.
func checkStory(t *testing.T, s story, pointOfNoReturn, settled string) {
	t.Helper()
	percent, past, done := 0, false, false
	seen := map[string]bool{}
	for _, step := range s.steps {
		if seen[step.name] || step.apply == nil {
			t.Errorf("%s comes twice or does nothing", step.name)
		}
		seen[step.name] = true
		past = past || step.name == pointOfNoReturn
		if step.cancel == past {
			t.Errorf("%s can be cancelled: %v", step.name, step.cancel)
		}
		if step.extra != done || step.extra && step.undo != nil {
			t.Errorf("%s is extra: %v", step.name, step.extra)
		}
		done = done || step.name == settled
		if step.percent <= percent {
			t.Errorf("%s ends at %d percent, after %d", step.name, step.percent, percent)
		}
		percent = step.percent
	}
	if percent != 100 || !past || !done || s.begin == nil {
		t.Errorf("ends at %d percent", percent)
	}
}

func TestJudge(t *testing.T) {
	good := bench.PreflightReport{
		HomeFree: 10 << 30, DatabaseFree: 10 << 30, DatabaseBytes: 1 << 30, Tables: 12, Built: true, Place: bench.SiteAtSource,
	}
	for _, c := range []struct {
		name   string
		change func(*bench.PreflightReport)
		code   fleet.Code
		says   string
	}{
		{"OK", func(*bench.PreflightReport) {}, "", ""},
		{"OKJustEnoughRoom", func(r *bench.PreflightReport) {
			r.HomeFree, r.DatabaseFree = r.DatabaseBytes+spareDisk, r.DatabaseBytes+spareDisk
		}, "", ""},
		{"OKEmptyDatabase", func(r *bench.PreflightReport) { r.DatabaseBytes = 0 }, "", ""},
		{"OKInMaintenanceAlready", func(r *bench.PreflightReport) { r.Maintenance = true }, "", ""},
		{"ErrMissing", func(r *bench.PreflightReport) { r.Place = bench.SiteMissing }, fleet.CodeNotReady, "missing"},
		{"ErrInBoth", func(r *bench.PreflightReport) { r.Place = bench.SiteInBoth }, fleet.CodeNotReady, "both"},
		{"ErrThereAlready", func(r *bench.PreflightReport) { r.Place = bench.SiteAtTarget }, fleet.CodeNotReady, "target"},
		{"ErrPlaceUnknown", func(r *bench.PreflightReport) { r.Place = "" }, fleet.CodeNotReady, "acme.example.com"},
		{"ErrNotBuilt", func(r *bench.PreflightReport) { r.Built = false }, fleet.CodeNotReady, "not complete"},
		{"ErrDown", func(r *bench.PreflightReport) { r.Down = []string{"web", "redis-cache"} }, fleet.CodeNotReady, "web, redis-cache"},
		{"ErrHomeFull", func(r *bench.PreflightReport) { r.HomeFree = r.DatabaseBytes + spareDisk - 1 }, fleet.CodeDiskFull, "1536 MiB"},
		{"ErrDatabaseDiskFull", func(r *bench.PreflightReport) { r.DatabaseFree = 100 << 20 }, fleet.CodeDiskFull, "100 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := good
			c.change(&report)
			err := judge(report, "acme.example.com", "m-01")
			if fleet.ErrorCode(err) != c.code {
				t.Fatalf("got %v, want %q", err, c.code)
			}
			if err != nil && (!strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "m-01")) {
				t.Errorf("%q does not say %q and the server", err, c.says)
			}
		})
	}
}

func TestMigrationError(t *testing.T) {
	const traceback = `Traceback (most recent call last):
  File "apps/frappe/frappe/migrate.py", line 1, in migrate
    run()
KeyError: 'uom'`
	ended := remote.Result{ExitCode: 1, Reason: "exit-code"}
	for _, c := range []struct {
		name, output    string
		result          remote.Result
		message, detail string
	}{
		{
			"PatchAndTraceback",
			"Executing shop.patches.v1_1.first in acme (_db)\nSuccess: Done in 0.1s\nExecuting shop.patches.v1_1.uom in acme (_db)\n" + traceback + "\n",
			ended, "The patch shop.patches.v1_1.uom failed: KeyError: 'uom'", traceback,
		},
		{"TracebackAlone", "Updating DocTypes for shop : [==] 37%\r\n" + traceback + "\n", ended, "The migration failed: KeyError: 'uom'", traceback},
		{"NoTraceback", "Executing shop.patches.v1_1.uom in acme (_db)\n", ended, "The migration of acme.example.com ended with status 1.", ""},
		{"Silent", "", ended, "The migration of acme.example.com ended with status 1.", ""},
		{"OutOfMemory", "", remote.Result{OOM: true, ExitCode: 137, Reason: "oom-kill"}, "The migration of acme.example.com was killed because memory ran out.", ""},
		{"TooLong", "", remote.Result{Timeout: true, ExitCode: 143, Reason: "timeout"}, "The migration of acme.example.com took too long and was stopped.", ""},
		{"Lost", "", remote.Result{Lost: true, ExitCode: -1}, "The migration of acme.example.com was lost when the server went down.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := failureOf(migrationError("acme.example.com", c.result, c.output))
			if got.Code != fleet.CodeMigrationFailed || got.Message != c.message || got.Detail != c.detail {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestSaidWhatItTouched(t *testing.T) {
	ended := func(r remote.Result) remote.UnitState { return remote.UnitState{Status: remote.UnitEnded, Result: &r} }
	for _, c := range []struct {
		name  string
		state remote.UnitState
		want  bool
	}{
		{"NeverBegan", remote.UnitState{Status: remote.UnitMissing}, true},
		{"Succeeded", ended(remote.Result{Reason: "success"}), true},
		{"PatchFailed", ended(remote.Result{Reason: "exit-code", ExitCode: 1}), true},
		{"OutOfMemory", ended(remote.Result{Reason: "oom-kill", OOM: true, ExitCode: 137}), false},
		{"ItsOwnProcessOutOfMemory", ended(remote.Result{Reason: "exit-code", OOM: true, ExitCode: 1}), false},
		{"Killed", ended(remote.Result{Reason: "signal", ExitCode: 137}), false},
		{"CoreDump", ended(remote.Result{Reason: "core-dump", ExitCode: 139}), false},
		{"TookTooLong", ended(remote.Result{Reason: "timeout", Timeout: true, ExitCode: 143}), false},
		{"Stopped", ended(remote.Result{Reason: "success", Stopped: true}), false},
		{"Lost", remote.UnitState{Status: remote.UnitLost, Result: &remote.Result{Lost: true}}, false},
		{"StillRunning", remote.UnitState{Status: remote.UnitRunning}, false},
		{"NoResult", remote.UnitState{Status: remote.UnitEnded}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := saidWhatItTouched(c.state); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestWrongAnswer(t *testing.T) {
	for _, c := range []struct {
		name   string
		got    int64
		wanted []int
		want   string
	}{
		{"Another", 502, []int{200}, "acme.example.com answered 502 through nginx, not 200, for 30s."},
		{"AnotherThanTwo", 404, []int{503, 200}, "acme.example.com answered 404 through nginx, not 503 or 200, for 30s."},
		{"None", 0, []int{200}, "acme.example.com gave no answer through nginx for 30s; 200 was expected."},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := wrongAnswer("acme.example.com", c.got, c.wanted, healthPatience)
			if failureOf(err).Message != c.want || fleet.ErrorCode(err) != fleet.CodeCommandFailed {
				t.Errorf("got %v", err)
			}
		})
	}
}
