package runner

import (
	"testing"

	"central/fleet"
)

func TestChangeDomainsStory(t *testing.T) {
	checkStory(t, (&domainChange{}).story(), stepDomains, stepAddress)
}

func TestConfigureStory(t *testing.T) {
	checkStory(t, (&siteConfiguration{}).story(), "Configure", stepCheck)
}

func TestAppStories(t *testing.T) {
	checkStory(t, (&appChange{}).story(), stepInstall, stepServe)
	checkStory(t, (&appChange{removes: true}).story(), stepRemove, stepServe)
}

func TestAppChangePossible(t *testing.T) {
	for _, c := range []struct {
		name    string
		removes bool
		has     []string
		code    fleet.Code
	}{
		{"OKInstall", false, []string{"frappe"}, ""},
		{"OKRemove", true, []string{"frappe", "shop"}, ""},
		{"ErrThere", false, []string{"frappe", "shop"}, fleet.CodeConflict},
		{"ErrNotThere", true, []string{"frappe"}, fleet.CodeConflict},
		{"ErrNothing", true, nil, fleet.CodeConflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			change := appChange{siteWork: &siteWork{name: "acme.example.com"}, app: "shop", removes: c.removes}
			if err := change.possible(c.has); fleet.ErrorCode(err) != c.code {
				t.Errorf("got %v", err)
			}
		})
	}
}
