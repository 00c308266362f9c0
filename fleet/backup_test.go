package fleet

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestPlanRestore(t *testing.T) {
	id := uint(7)
	facts := func() RestoreFacts {
		apps := []RevisionApp{{App: "frappe", Commit: "f1"}, {App: "shop", Commit: "a1"}}
		return RestoreFacts{
			Backup:  Backup{ID: 3, SiteID: id, SiteName: "acme.example.com", State: BackupComplete, Apps: apps, Version: "shop 1.0.0"},
			Site:    &Site{ID: id, Name: "acme.example.com", Status: SiteActive},
			Name:    "acme.example.com",
			Server:  Server{Name: "m-1"},
			Reaches: true, Where: "on the disk of s-1",
			Revision: Revision{Apps: apps, Version: "shop 1.0.0"},
		}
	}
	for _, c := range []struct {
		name    string
		change  func(*RestoreFacts)
		blocked string // code and field of the first note in the way
		does    string
	}{
		{"OK", func(*RestoreFacts) {}, "", "A fresh backup is taken of what it holds now."},
		{"Broken", func(f *RestoreFacts) { f.Site.Status = SiteBroken }, "", "A fresh backup is taken of what it holds now."},
		{"New", func(f *RestoreFacts) { f.Site, f.Name = nil, "copy.example.com" }, "", "copy.example.com is routed when it is complete. When anything fails, nothing of it is left behind."},
		{"BringBack", func(f *RestoreFacts) { f.Site.Status = SiteArchived }, "", "acme.example.com is routed when it is complete. When anything fails, it stays archived."},
		{"NewerCode", func(f *RestoreFacts) {
			f.Revision.Apps = []RevisionApp{{App: "frappe", Commit: "f1"}, {App: "shop", Commit: "a2"}}
			f.Revision.Version = "shop 1.1.0"
		}, "", "The tables are migrated to shop 1.1.0."},
		{"Taken", func(f *RestoreFacts) { f.Site, f.Name, f.Taken = nil, "copy.example.com", true }, "CONFLICT input.newName", ""},
		{"OfAnotherSite", func(f *RestoreFacts) { f.Site = &Site{ID: 8, Name: "other.example.com", Status: SiteActive} }, "INVALID input.backupId", ""},
		{"Creating", func(f *RestoreFacts) { f.Site.Status = SiteCreating }, "NOT_READY input.siteId", ""},
		{"Busy", func(f *RestoreFacts) { f.Holder = &Holder{Title: "Deploy", ActorName: "grace"} }, "SITE_BUSY input.siteId", ""},
		{"NotComplete", func(f *RestoreFacts) { f.Backup.State = BackupTaking }, "NOT_READY input.backupId", ""},
		{"Gone", func(f *RestoreFacts) { f.Backup.State = BackupRemoved }, "NOT_READY input.backupId", ""},
		{"OutOfReach", func(f *RestoreFacts) { f.Reaches = false }, "NOT_READY input.backupId", ""},
		{"AppMissing", func(f *RestoreFacts) { f.Revision.Apps = f.Revision.Apps[:1] }, "INVALID input.backupId", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			given := facts()
			c.change(&given)
			plan := PlanRestore(given)
			got := codeAndField(plan.Blocked())
			if got != c.blocked {
				t.Errorf("blocked by %q, want %q: %+v", got, c.blocked, plan.Notes)
			}
			if c.does != "" && !strings.Contains("\n"+strings.Join(plan.Does, "\n")+"\n", "\n"+c.does+"\n") {
				t.Errorf("it does not say %q: %q", c.does, plan.Does)
			}
			if plan.Migrates != (c.name == "NewerCode") {
				t.Errorf("migrates: %v", plan.Migrates)
			}
		})
	}
}

func TestRestoreInput(t *testing.T) {
	site, bench, name, odd := uint(1), uint(2), "copy.example.com", "Copy"
	for want, in := range map[string]RestoreInput{
		"":                      {BackupID: 1, SiteID: &site},
		"INVALID input.siteId":  {BackupID: 1},
		"INVALID input.newName": {BackupID: 1, NewName: &odd, BenchID: &bench},
		"INVALID input.benchId": {BackupID: 1, NewName: &name},
	} {
		if got := codeAndField(in.Validate()); got != want {
			t.Errorf("%+v: %q, want %q", in, got, want)
		}
	}
	for want, in := range map[string]RestoreInput{
		"":                      {BackupID: 1, NewName: &name, BenchID: &bench},
		"INVALID input.newName": {BackupID: 1, SiteID: &site, NewName: &name, BenchID: &bench},
		"INVALID input.benchId": {BackupID: 1, SiteID: &site, BenchID: &bench},
	} {
		if got := codeAndField(in.Validate()); got != want {
			t.Errorf("%+v: %q, want %q", in, got, want)
		}
	}
}

func codeAndField(err error) string {
	var known *Error
	if !errors.As(err, &known) {
		return ""
	}
	return string(known.Code) + " " + known.Field
}

func TestBackupPolicy_Expired(t *testing.T) {
	at := time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)
	taken := func(id uint, kind BackupKind, daysAgo float64) Backup {
		moment := at.Add(-time.Duration(daysAgo * 24 * float64(time.Hour)))
		return Backup{ID: id, Kind: kind, State: BackupComplete, TakenAt: &moment}
	}
	daily := func(n int) []Backup {
		list := []Backup{}
		for i := range n {
			list = append(list, taken(uint(i+1), BackupScheduled, float64(i)))
		}
		return list
	}
	policy := BackupPolicy{EveryHours: 24, KeepLast: 2, KeepDaily: 3, KeepWeekly: 2, KeepMonthly: 2, ManualDays: 90, BeforeRestoreDays: 30, FinalDays: 365}
	count := BackupPolicy{EveryHours: 24, KeepLast: 3, ManualDays: 90, BeforeRestoreDays: 30, FinalDays: 365}
	for _, c := range []struct {
		name   string
		policy BackupPolicy
		list   []Backup
		gone   bool
		want   string // the ids that expire, oldest first
	}{
		{"Nothing", policy, nil, false, "[]"},
		{"ByCount", count, daily(6), false, "[6 5 4]"},
		// 30 June 2026 is a Tuesday: 30, 29, 28 are kept as days; 30 and 28 as weeks; 30 June and 31 May (the 31st of the list) as months.
		{"GrandfatherFatherSon", policy, daily(32), false, "[32 30 29 28 27 26 25 24 23 22 21 20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4]"},
		{"TheLastOneStays", count, []Backup{taken(1, BackupManual, 400)}, false, "[]"},
		{"ManualByAge", count, []Backup{taken(1, BackupManual, 91), taken(2, BackupManual, 89), taken(3, BackupScheduled, 1)}, false, "[1]"},
		{"BeforeRestoreByAge", count, []Backup{taken(1, BackupBeforeRestore, 31), taken(2, BackupBeforeRestore, 29), taken(3, BackupScheduled, 1)}, false, "[1]"},
		{"ManualsDoNotCount", count, []Backup{taken(1, BackupScheduled, 4), taken(2, BackupManual, 3), taken(3, BackupManual, 2), taken(4, BackupManual, 1)}, false, "[]"},
		{"FinalIsKept", count, []Backup{taken(1, BackupFinal, 364)}, true, "[]"},
		{"FinalGoes", count, []Backup{taken(1, BackupFinal, 366)}, true, "[1]"},
		{"GoneWithItsSchedule", count, []Backup{taken(1, BackupScheduled, 367), taken(2, BackupFinal, 366)}, true, "[1 2]"},
		{"OnlyCompleteOnes", count, []Backup{{ID: 1, Kind: BackupManual, State: BackupFailed}, {ID: 2, Kind: BackupManual, State: BackupTaking}}, true, "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ids := []uint{}
			for _, b := range c.policy.Expired(c.list, c.gone, at) {
				ids = append(ids, b.ID)
			}
			if got := fmt.Sprint(ids); got != c.want {
				t.Errorf("%s expire, want %s", got, c.want)
			}
		})
	}
}

func TestBackupPolicy_Validate(t *testing.T) {
	if err := DefaultBackupPolicy.Validate(); err != nil {
		t.Error(err)
	}
	for field, change := range map[string]func(*BackupPolicy){
		"input.everyHours": func(p *BackupPolicy) { p.EveryHours = -1 },
		"input.keepWeekly": func(p *BackupPolicy) { p.KeepWeekly = 100_000 },
		"input.finalDays":  func(p *BackupPolicy) { p.FinalDays = 0 },
		"input.keepLast":   func(p *BackupPolicy) { p.KeepLast, p.KeepDaily, p.KeepWeekly, p.KeepMonthly = 0, 0, 0, 0 },
	} {
		p := DefaultBackupPolicy
		change(&p)
		if got := codeAndField(p.Validate()); got != "INVALID "+field {
			t.Errorf("%q, want %s", got, field)
		}
	}
}

func TestBackupStorageInput(t *testing.T) {
	good := BackupStorageInput{Endpoint: "https://s3.example.com/", Bucket: "backups", Prefix: "central", AccessKey: "key", SecretKey: "secret-secret"}
	if err := good.Validate(); err != nil || good.Endpoint != "https://s3.example.com" || good.Prefix != "central/" || good.Region != "us-east-1" {
		t.Errorf("%v %+v", err, good)
	}
	for _, c := range []struct {
		field  string
		change func(*BackupStorageInput)
	}{
		{"input.endpoint", func(in *BackupStorageInput) { in.Endpoint = "s3.example.com" }},
		{"input.endpoint", func(in *BackupStorageInput) { in.Endpoint = "https://s3.example.com/bucket" }},
		{"input.endpoint", func(in *BackupStorageInput) { in.Endpoint = "https://key:secret@s3.example.com" }},
		{"input.bucket", func(in *BackupStorageInput) { in.Bucket = "Back ups" }},
		{"input.prefix", func(in *BackupStorageInput) { in.Prefix = "../other" }},
		{"input.region", func(in *BackupStorageInput) { in.Region = "eu central" }},
		{"input.accessKey", func(in *BackupStorageInput) { in.AccessKey = "" }},
		{"input.secretKey", func(in *BackupStorageInput) { in.SecretKey = "" }},
	} {
		in := good
		c.change(&in)
		if got := codeAndField(in.Validate()); got != "INVALID "+c.field {
			t.Errorf("%+v: %q, want %s", in, got, c.field)
		}
	}
}
