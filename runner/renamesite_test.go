package runner

import (
	"testing"

	"central/fleet"
	"central/runner/bench"
)

func TestRenameStory(t *testing.T) {
	checkStory(t, (&siteRename{}).story(), stepRename, stepServe)
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
