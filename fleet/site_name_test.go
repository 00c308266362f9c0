package fleet_test

import (
	"strings"
	"testing"

	"central/fleet"
)

func TestNameRules_Check(t *testing.T) {
	open := fleet.NameRules{}
	ours := fleet.NameRules{Domains: []string{"example.com", "cloud.example.net"}, Reserved: []string{"team"}}
	for _, c := range []struct {
		name  string
		rules fleet.NameRules
		site  string
		says  string // of the error; empty when the name is good
	}{
		{"OK", open, "acme.example.com", ""},
		{"OKBelow", ours, "acme.example.com", ""},
		{"OKFurtherBelow", ours, "shop.acme.cloud.example.net", ""},
		{"OKAnywhere", open, "www.acme.org", ""},
		{"OKReservedFurtherLeft", ours, "www.acme.example.com", ""},
		{"OKDashes", open, "a--b.example.com", ""},
		{"ErrOneLabel", open, "acme", "at least two parts"},
		{"ErrUpperCase", open, "Acme.example.com", "lower-case"},
		{"ErrFileOfFrappe", open, "apps.txt", "file that every bench has"},
		{"ErrCyrillicA", open, "\u0430cme.example.com", "besides a to z"},
		{"ErrFullWidthDot", open, "acme\uff0eexample.com", "besides a to z"},
		{"ErrZeroWidth", open, "ac\u200bme.example.com", "besides a to z"},
		{"ErrPunycode", open, "xn--cme-5cd.example.com", "stands for letters"},
		{"ErrPunycodeDomain", open, "acme.xn--p1ai", "stands for letters"},
		{"ErrSpecialLabel", open, "ab--cd.example.com", "third and fourth place"},
		{"ErrLocal", open, "acme.local", "never leads"},
		{"ErrInvalid", open, "acme.invalid", "never leads"},
		{"ErrOtherDomain", ours, "acme.example.org", "example.com, cloud.example.net"},
		{"ErrTheDomainItself", ours, "example.com", "none of the domains"},
		{"ErrSuffixOnly", ours, "acme.notexample.com", "none of the domains"},
		{"ErrReserved", ours, "www.example.com", "www.example.com is reserved"},
		{"ErrReservedBelow", ours, "x.admin.example.com", "admin.example.com is reserved"},
		{"ErrReservedByOperators", ours, "team.cloud.example.net", "is reserved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.rules.Check(c.site)
			if c.says == "" {
				if err != nil {
					t.Errorf("%q: %v", c.site, err)
				}
				return
			}
			if fleet.ErrorCode(err) != fleet.CodeInvalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q: %v does not say %q", c.site, err, c.says)
			}
		})
	}
}

func TestNameRules_Validate(t *testing.T) {
	for name, rules := range map[string]fleet.NameRules{
		"a scheme":   {Domains: []string{"https://example.com"}},
		"a dot":      {Domains: []string{".example.com"}},
		"upper case": {Domains: []string{"Example.com"}},
		"a path":     {Reserved: []string{"a/b"}},
	} {
		if err := rules.Validate(); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (fleet.NameRules{Domains: []string{"example.com"}, Reserved: []string{"team"}}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestCheckRename(t *testing.T) {
	site := fleet.Site{Name: "a.example.com", Status: fleet.SiteActive}
	built, adopted := fleet.Revision{}, fleet.Revision{Path: "/home/erp/frappe-bench"}
	for _, c := range []struct {
		name     string
		status   fleet.SiteStatus
		revision fleet.Revision
		to       string
		code     fleet.Code
		field    string
	}{
		{"OK", fleet.SiteActive, built, "b.example.com", "", ""},
		{"ErrSame", fleet.SiteActive, built, "a.example.com", fleet.CodeConflict, "input.name"},
		{"ErrCreating", fleet.SiteCreating, built, "b.example.com", fleet.CodeNotReady, "input.siteId"},
		{"ErrBroken", fleet.SiteBroken, built, "b.example.com", fleet.CodeNotReady, "input.siteId"},
		{"ErrArchived", fleet.SiteArchived, built, "b.example.com", fleet.CodeNotReady, "input.siteId"},
		{"ErrAdopted", fleet.SiteActive, adopted, "b.example.com", fleet.CodeNotReady, "input.siteId"},
	} {
		t.Run(c.name, func(t *testing.T) {
			site.Status = c.status
			wantError(t, fleet.CheckRename(site, c.revision, c.to), c.code, c.field)
		})
	}
}

func TestCheckFree(t *testing.T) {
	holder := uint(3)
	site := fleet.Site{Name: "a.example.com"}
	wantError(t, fleet.CheckFree(site, fleet.Action{}), "", "")
	site.BusyActionID = &holder
	err := fleet.CheckFree(site, fleet.Action{Title: "Create a.example.com", ActorName: "grace"})
	wantError(t, err, fleet.CodeSiteBusy, "input.siteId")
	if err == nil || !strings.Contains(err.Error(), "“Create a.example.com”, asked for by grace") {
		t.Error(err)
	}
}
