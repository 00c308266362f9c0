package runner

import (
	"strings"
	"testing"

	"central/fleet"
)

func TestCreateStory(t *testing.T) {
	checkStory(t, (&siteCreation{}).story(), stepRoute, stepCheck)
}

func TestNoSite(t *testing.T) {
	for _, c := range []struct {
		name, answer, says string
	}{
		{"OK", "", ""},
		{"OKOtherLines", "bash: warning\nrevision=../../etc\n", ""},
		{"ErrThere", "revision=main/r2\n", "main r2"},
		{"ErrThereTwice", "revision=main/r2\nrevision=eu/r1\n", "main r2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := noSite([]byte(c.answer), "acme.example.com", "m-01")
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if fleet.ErrorCode(err) != fleet.CodeConflict || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "m-01") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestNoDatabase(t *testing.T) {
	for answer, free := range map[string]bool{"0\n": true, "0": true, "1\n": false, "": false, "ERROR 2002\n": false, "10\n": false} {
		err := noDatabase([]byte(answer), "acme.example.com", "m-01")
		if (err == nil) != free || err != nil && fleet.ErrorCode(err) != fleet.CodeConflict {
			t.Errorf("%q: got %v", answer, err)
		}
	}
}
