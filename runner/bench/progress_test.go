package bench_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"central/runner/bench"
)

func feed(p *bench.MigrateProgress, output string) {
	for _, line := range strings.Split(output, "\n") {
		p.Feed(line)
	}
}

func TestMigrateProgress(t *testing.T) {
	p := bench.NewMigrateProgress(3)
	for _, step := range []struct {
		line, patch, app string
		done, percent    int
		changed          bool
	}{
		{"Migrating acme.example.com", "", "", 0, 0, false},
		{"Executing shop.patches.v1.a in acme.example.com (_ee276db020c72e66)", "shop.patches.v1.a", "", 0, 0, true},
		{"\tWhat the patch is for", "shop.patches.v1.a", "", 0, 0, false},
		{"Success: Done in 0.002s", "", "", 1, 25, true},
		{`Executing execute:frappe.delete_doc("Page", "in x (y)") #2020 in acme.example.com (_ee276db020c72e66)`, `execute:frappe.delete_doc("Page", "in x (y)") #2020`, "", 1, 25, true},
		{"\x1b[32mSuccess: Done in 1.5s\x1b[0m", "", "", 2, 50, true},
		{"Updating DocTypes for frappe        : [========              ] 50%", "", "frappe", 2, 56, true},
		{"Updating DocTypes for frappe        : [========              ] 50%", "", "frappe", 2, 56, false},
		{"Updating DocTypes for frappe        : [======================] 100%", "", "frappe", 2, 62, true},
		{"Updating DocTypes for shop          : [                      ] 0%", "", "shop", 2, 62, true},
		{"Updating DocTypes for shop          : [======================] 100%", "", "shop", 2, 68, true},
		{"Executing shop.patches.v1.b in acme.example.com (_ee276db020c72e66)", "shop.patches.v1.b", "shop", 2, 68, true},
		{"Success: Done in 3s", "", "shop", 3, 93, true},
		{"Success: Done in 3s", "", "shop", 3, 93, false},
		{"Updating Dashboard for frappe", "", "shop", 3, 93, false},
	} {
		changed := p.Feed(step.line)
		if p.Patch != step.patch || p.App != step.app || p.PatchesDone != step.done || p.Percent != step.percent || changed != step.changed {
			t.Errorf("%s\n got %q %q %d %d%% %v", step.line, p.Patch, p.App, p.PatchesDone, p.Percent, changed)
		}
	}
	if p.Traceback() != "" {
		t.Errorf("a traceback from nowhere: %s", p.Traceback())
	}
}

func TestMigrateProgressFailure(t *testing.T) {
	p := bench.NewMigrateProgress(0)
	const trace = `Traceback (most recent call last):
  File "/x/frappe/patching.py", line 60, in run
    function()
KeyError: 'row'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/x/shop/patches/c.py", line 9, in execute
    item['uom']
    ~~~~^^^^^^^
KeyError: 'uom'`
	feed(p, `Executing shop.patches.a in acme.example.com (_2f)
Traceback (most recent call last):
  File "a.py", line 1, in <module>
ValueError: printed, but of no importance
going on
Success: Done in 1s
Executing shop.patches.c in acme.example.com (_2f)
`+trace+"\nSome closing words\n")
	if p.Patch != "shop.patches.c" || p.PatchesDone != 1 {
		t.Errorf("%q %d", p.Patch, p.PatchesDone)
	}
	if diff := cmp.Diff(trace, p.Traceback()); diff != "" {
		t.Error(diff)
	}
}

func TestMigrateProgressSkipped(t *testing.T) {
	p := bench.NewMigrateProgress(2)
	feed(p, `Executing shop.patches.a in acme.example.com (_2f)
Failed to execute patch
Traceback (most recent call last):
  File "a.py", line 1, in execute
frappe.exceptions.ValidationError: Rate is needed
  for item X

Executing shop.patches.b in acme.example.com (_2f)
Success: Done in 0.1s`)
	if diff := cmp.Diff([]string{"shop.patches.a"}, p.PatchesSkipped); diff != "" || p.PatchesDone != 1 || p.Patch != "" || p.Percent != 75 {
		t.Errorf("%s %+v", diff, p)
	}
	if !strings.HasSuffix(p.Traceback(), "ValidationError: Rate is needed\n  for item X") {
		t.Errorf("got %q", p.Traceback())
	}
}

func TestMigrateProgressStopped(t *testing.T) {
	p := bench.NewMigrateProgress(0)
	feed(p, "shop.patches.a: failed: STOPPED")
	if p.Patch != "shop.patches.a" {
		t.Errorf("got %q", p.Patch)
	}
}

// Whatever a server writes, the bar never moves backwards, never says that all is done, and memory is bounded.
func TestMigrateProgressHostile(t *testing.T) {
	line := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{
			"Executing a.b in x (y)", "Success: Done in 1s", "Failed to execute patch", "Traceback (most recent call last):",
			"ValueError: x", "  File", "Updating DocTypes for a : [==] 100%", "Updating DocTypes for b : [==] 999%",
			"Updating DocTypes for c : [==] 3%", "Executing  in  ()", "\x1b[2J", "a: failed: STOPPED",
		}),
	)
	rapid.Check(t, func(t *rapid.T) {
		p := bench.NewMigrateProgress(rapid.IntRange(-1, 3).Draw(t, "expected"))
		last := 0
		for _, l := range rapid.SliceOf(line).Draw(t, "lines") {
			p.Feed(l)
			if p.Percent < last || p.Percent > 99 {
				t.Fatalf("%d%% after %d%%", p.Percent, last)
			}
			last = p.Percent
		}
	})
	p := bench.NewMigrateProgress(0)
	p.Feed("Traceback (most recent call last):")
	for range 100_000 {
		p.Feed("  File \"endless.py\"")
	}
	if lines := strings.Count(p.Traceback(), "\n"); lines > 200 {
		t.Errorf("%d lines kept", lines)
	}
}
