package fleet_test

import (
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
		{"ErrDeed", fleet.BulkInput{SiteIDs: []uint{1}, Deed: "DROP", IdempotencyKey: "k"}, fleet.CodeInvalid, "input.deed"},
	} {
		t.Run(c.name, func(t *testing.T) { wantError(t, c.in.Validate(), c.code, c.field) })
	}
}

func TestPlanBulk(t *testing.T) {
	suspended, two := fleet.ServingSuspended, 2
	holder := uint(9)
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
			plan := fleet.PlanBulk(c.in, c.on)
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
