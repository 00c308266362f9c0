package runner

import (
	"context"
	"slices"
	"testing"

	"central/fleet"
	"central/runner/bench"
)

func TestRenameStory(t *testing.T) {
	checkStory(t, (&siteRename{}).story(), stepRename, stepServe)
}

// A site that was made in advance is handed out by the same steps, without those that are for visitors.
func TestRenamingAnUnvisitedSite(t *testing.T) {
	own := step{name: "Password", apply: func(context.Context) error { return nil }}
	names, percent := []string{}, 0
	for _, step := range (&siteRename{}).renaming(true, own) {
		names = append(names, step.name)
		percent = step.percent
	}
	if want := []string{stepPreflight, stepRename, stepRoute, "Password", stepCheck}; !slices.Equal(names, want) || percent != 100 {
		t.Errorf("got %v, to %d percent", names, percent)
	}
}

func TestOnlyIn(t *testing.T) {
	place, err := bench.At("main", "r2")
	if err != nil {
		t.Fatal(err)
	}
	site, err := place.Site("acme.example.com")
	if err != nil {
		t.Fatal(err)
	}
	for answer, code := range map[string]fleet.Code{
		"revision=main/r2\n":                   "",
		"":                                     fleet.CodeNotReady,
		"revision=main/r1\n":                   fleet.CodeNotReady,
		"revision=main/r1\nrevision=main/r2\n": fleet.CodeNotReady,
	} {
		if err := onlyIn([]byte(answer), site); fleet.ErrorCode(err) != code {
			t.Errorf("%q: got %v", answer, err)
		}
	}
}
