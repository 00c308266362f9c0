package fleet_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

func TestBulkInput_Validate(t *testing.T) {
	open, value, odd := fleet.ServingOpen, "1", "x"
	for _, c := range []struct {
		name  string
		in    fleet.BulkInput
		code  fleet.Code
		field string
	}{
		{"OKServe", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkServe, Serving: &open, IdempotencyKey: "k"}, "", ""},
		{"OKConfigure", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkConfigure, Changes: []fleet.ConfigChange{{Name: "a", Value: &value}}, IdempotencyKey: "k"}, "", ""},
		{"OKInstall", fleet.BulkInput{SiteIDs: []uint{1, 2}, Deed: fleet.BulkInstallApp, App: "shop", IdempotencyKey: "k"}, "", ""},
		{"ErrNoSites", fleet.BulkInput{Deed: fleet.BulkInstallApp, App: "shop", IdempotencyKey: "k"}, fleet.CodeNoSites, "input.siteIds"},
		{"ErrTooMany", fleet.BulkInput{SiteIDs: make([]uint, 5001), Deed: fleet.BulkInstallApp, App: "shop", IdempotencyKey: "k"}, fleet.CodeInvalid, "input.siteIds"},
		{"ErrNoKey", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkInstallApp, App: "shop"}, fleet.CodeInvalid, "input.idempotencyKey"},
		{"ErrNoServing", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkServe, IdempotencyKey: "k"}, fleet.CodeInvalid, "input.serving"},
		{"ErrRefusedKey", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkConfigure, Changes: []fleet.ConfigChange{{Name: "db_name", Value: &value}}, IdempotencyKey: "k"}, fleet.CodeInvalid, "input.changes.0.name"},
		{"ErrValue", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkConfigure, Changes: []fleet.ConfigChange{{Name: "a", Value: &odd}}, IdempotencyKey: "k"}, fleet.CodeInvalid, "input.changes.0.value"},
		{"ErrApp", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkRemoveApp, App: "-x", IdempotencyKey: "k"}, fleet.CodeInvalid, "input.app"},
		{"OKBackUp", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkBackUp, IdempotencyKey: "k"}, "", ""},
		{"OKArchive", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkArchive, IdempotencyKey: "k"}, "", ""},
		{"OKDomain", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkAddDomain, Pattern: "{name}.customers.example.com", IdempotencyKey: "k"}, "", ""},
		{"OKRename", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkRename, Pattern: "eu-{name}.example.com", IdempotencyKey: "k"}, "", ""},
		{"ErrPatternWithoutName", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkAddDomain, Pattern: "customers.example.com", IdempotencyKey: "k"}, fleet.CodeInvalid, "input.pattern"},
		{"ErrPattern", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkRename, Pattern: "{name}.exa mple.com", IdempotencyKey: "k"}, fleet.CodeInvalid, "input.pattern"},
		{"ErrPatternOfNoDomain", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkRename, Pattern: "{name}", IdempotencyKey: "k"}, fleet.CodeInvalid, "input.pattern"},
		{"ErrTooManyNames", fleet.BulkInput{SiteIDs: make([]uint, 1001), Deed: fleet.BulkRename, Pattern: "{name}.example.org", IdempotencyKey: "k"}, fleet.CodeInvalid, "input.siteIds"},
		{"ErrDeed", fleet.BulkInput{SiteIDs: []uint{1}, Deed: "DROP", IdempotencyKey: "k"}, fleet.CodeInvalid, "input.deed"},
	} {
		t.Run(c.name, func(t *testing.T) { wantError(t, c.in.Validate(), c.code, c.field) })
	}
}

func TestPlanBulk(t *testing.T) {
	suspended, two := fleet.ServingSuspended, 2
	holder := uint(9)
	here := fleet.DomainLook{Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.7")}, Wanted: []netip.Addr{netip.MustParseAddr("192.0.2.7")}}
	rules := fleet.NameRules{Domains: []string{"example.com"}}
	ready := fleet.Server{Name: "m-1", Status: fleet.ServerReady}
	revision := fleet.Revision{ID: 4, Version: "shop 1.0.0", Apps: []fleet.RevisionApp{{App: "frappe"}, {App: "shop"}}}
	subject := func(id uint, change func(*fleet.BulkSubject)) fleet.BulkSubject {
		s := fleet.BulkSubject{Site: fleet.Site{ID: id, Name: string(rune('a'+id-1)) + ".example.com", Status: fleet.SiteActive, Serving: fleet.ServingOpen}, Revision: revision, Server: ready}
		if change != nil {
			change(&s)
		}
		return s
	}
	for _, c := range []struct {
		name  string
		in    fleet.BulkInput
		on    []fleet.BulkSubject
		title string
		sites []uint
		notes []string // "CODE site: part of the sentence"
	}{
		{"Install", fleet.BulkInput{SiteIDs: []uint{1, 2}, Deed: fleet.BulkInstallApp, App: "shop"}, []fleet.BulkSubject{subject(1, nil), subject(2, nil)}, "Install shop on 2 sites", []uint{1, 2}, []string{}},
		{"One", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkServe, Serving: &suspended}, []fleet.BulkSubject{subject(1, nil)}, "Suspend 1 site", []uint{1}, []string{}},
		{"ServedSoAlready", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkServe, Serving: &suspended}, []fleet.BulkSubject{subject(1, func(s *fleet.BulkSubject) { s.Site.Serving = suspended })}, "Suspend 1 site", []uint{1}, []string{}},
		{"BusySitesAreServed", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkServe, Serving: &suspended}, []fleet.BulkSubject{subject(1, func(s *fleet.BulkSubject) { s.Site.BusyActionID = &holder; s.Holder = &fleet.Action{} })}, "Suspend 1 site", []uint{1}, []string{}},
		{"RemoveConfirmed", fleet.BulkInput{SiteIDs: []uint{1, 2}, Deed: fleet.BulkRemoveApp, App: "shop", ConfirmSites: &two}, []fleet.BulkSubject{subject(1, nil), subject(2, nil)}, "Remove shop from 2 sites", []uint{1, 2}, []string{}},
		{"ErrRemoveUnconfirmed", fleet.BulkInput{SiteIDs: []uint{1}, Deed: fleet.BulkRemoveApp, App: "shop", ConfirmSites: &two}, []fleet.BulkSubject{subject(1, nil)}, "Remove shop from 1 site", []uint{1}, []string{"INVALID: how many sites lose shop"}},
		{"ArchiveConfirmed", fleet.BulkInput{SiteIDs: []uint{1, 2}, Deed: fleet.BulkArchive, ConfirmSites: &two}, []fleet.BulkSubject{subject(1, nil), subject(2, nil)}, "Archive 2 sites", []uint{1, 2}, []string{}},
		{"ErrArchive", fleet.BulkInput{SiteIDs: []uint{1, 2, 3}, Deed: fleet.BulkArchive, ConfirmSites: &two}, []fleet.BulkSubject{
			subject(1, nil), subject(2, func(s *fleet.BulkSubject) { s.Site.Status = fleet.SiteCreating }), subject(3, func(s *fleet.BulkSubject) { s.Subscribed = true }),
		}, "Archive 3 sites", []uint{1, 3}, []string{"NOT_READY: only an active site", "INVALID: are removed from their servers: 3", "CONFLICT: c.example.com has a subscription"}},
		{"ErrBackUp", fleet.BulkInput{SiteIDs: []uint{1, 2}, Deed: fleet.BulkBackUp}, []fleet.BulkSubject{
			subject(1, func(s *fleet.BulkSubject) { s.Server.Status = fleet.ServerFailed }), subject(2, func(s *fleet.BulkSubject) { s.Site.Status = fleet.SiteBroken }),
		}, "Back up 2 sites", []uint{}, []string{"NOT_READY: m-1, which is FAILED", "NOT_READY: only an active site is backed up"}},
		{"Domain", fleet.BulkInput{SiteIDs: []uint{1, 2}, Deed: fleet.BulkAddDomain, Pattern: "{name}.customers.org", Elsewhere: true}, []fleet.BulkSubject{subject(1, nil), subject(2, nil)}, "Add {name}.customers.org to 2 sites", []uint{1, 2}, []string{}},
		{"ErrDomain", fleet.BulkInput{SiteIDs: []uint{1, 2, 3, 4}, Deed: fleet.BulkAddDomain, Pattern: "{name}.customers.org"}, []fleet.BulkSubject{
			subject(1, nil),
			subject(2, func(s *fleet.BulkSubject) {
				s.Look, s.Taken = here, fleet.FieldErrorf(fleet.CodeConflict, "input.name", "It is a name of z.")
			}),
			subject(3, func(s *fleet.BulkSubject) { s.Look = here }),
			subject(4, func(s *fleet.BulkSubject) { s.Look, s.Site.Name = here, "c.example.net" }),
		}, "Add {name}.customers.org to 4 sites", []uint{3}, []string{
			"INVALID: a.customers.org, for a.example.com: a.customers.org has no address", "CONFLICT: b.customers.org, for b.example.com: It is a name of z",
			"CONFLICT: c.customers.org, for c.example.net: c.example.com would be called that, too",
		}},
		{"ErrRename", fleet.BulkInput{SiteIDs: []uint{1, 2}, Deed: fleet.BulkRename, Pattern: "{name}.example.com"}, []fleet.BulkSubject{
			subject(1, nil), subject(2, func(s *fleet.BulkSubject) { s.Site.Name = "www.customers.org" }),
		}, "Rename 2 sites to {name}.example.com", []uint{}, []string{"CONFLICT: called a.example.com already", "INVALID: www.example.com, for www.customers.org: www.example.com is reserved"}},
		{"ErrMixed", fleet.BulkInput{SiteIDs: []uint{1, 2, 3, 4, 5, 6}, Deed: fleet.BulkInstallApp, App: "shop"}, []fleet.BulkSubject{
			subject(1, nil),
			subject(2, func(s *fleet.BulkSubject) {
				s.Site.BusyActionID = &holder
				s.Holder = &fleet.Action{Title: "Move b", ActorName: "grace"}
			}),
			subject(3, func(s *fleet.BulkSubject) { s.Site.Status = fleet.SiteBroken }),
			subject(4, func(s *fleet.BulkSubject) { s.Server.Status = fleet.ServerFailed }),
			subject(5, func(s *fleet.BulkSubject) { s.Revision.Apps = s.Revision.Apps[:1] }),
		}, "Install shop on 6 sites", []uint{1}, []string{"SITE_BUSY: “Move b”, asked for by grace", "NOT_READY: BROKEN", "NOT_READY: m-1, which is FAILED", "INVALID: has no app shop", "NOT_FOUND: id 6"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := fleet.PlanBulk(c.in, c.on, rules)
			got := []uint{}
			for _, site := range plan.Sites {
				got = append(got, site.SiteID)
			}
			if diff := cmp.Diff(c.sites, got); diff != "" || plan.Title != c.title || len(plan.Does) == 0 {
				t.Errorf("%q %v: %s", plan.Title, plan.Does, diff)
			}
			if len(plan.Notes) != len(c.notes) {
				t.Fatalf("got %+v", plan.Notes)
			}
			for i, note := range plan.Notes {
				code, says, _ := strings.Cut(c.notes[i], ": ")
				if string(note.Code) != code || !strings.Contains(note.Message, says) {
					t.Errorf("note %d is %s %q, want %q", i, note.Code, note.Message, c.notes[i])
				}
			}
			if (plan.Blocking() != nil) != (len(c.notes) > 0) {
				t.Errorf("blocking is %v", plan.Blocking())
			}
		})
	}
}

// What archiving removes and keeps is said with its numbers.
func TestPlanBulk_Archive(t *testing.T) {
	subject := func(server uint, days int) fleet.BulkSubject {
		return fleet.BulkSubject{Site: fleet.Site{Status: fleet.SiteActive, ServerID: server}, Server: fleet.Server{Status: fleet.ServerReady}, FinalDays: days}
	}
	for _, c := range []struct {
		on   []fleet.BulkSubject
		want []string
	}{
		{[]fleet.BulkSubject{subject(1, 365)}, []string{"of 1 site are removed from 1 server,", "for 365 days as"}},
		{[]fleet.BulkSubject{subject(1, 365), subject(2, 30), subject(1, 365)}, []string{"of 3 sites are removed from 2 servers,", "for 30 to 365 days as"}},
	} {
		said := strings.Join(fleet.PlanBulk(fleet.BulkInput{Deed: fleet.BulkArchive}, c.on, fleet.NameRules{}).Does, " ")
		for _, want := range c.want {
			if !strings.Contains(said, want) {
				t.Errorf("%q does not say %q", said, want)
			}
		}
	}
}
