package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// backUp takes a backup of a site through the API and plays the runner that writes it; it gives the backup's id.
func (y *yard) backUp(site, server string) any {
	y.t.Helper()
	backup := at(y.operator.call("backUpSite", vars{"siteId": site}, "backup { id }"), "backup", "id")
	digest, holder := strings.Repeat("a", 64), number(y.t, server)
	y.workOne(fleet.ActionBackUpSite, nil, func(ref store.LeaseRef) error {
		return y.store.BackupWritten(y.t.Context(), ref, number(y.t, backup), fleet.BackupTaken{
			Tables: 12, DatabaseName: "s0123456789abcdef", DatabaseBytes: 1000, DatabaseDigest: digest, TablesDigest: digest,
			Files: 3, FilesBytes: 500, FilesDigest: digest, TreeDigest: digest, Installed: []string{"frappe", "shop"},
			TakenAt: time.Now().UTC().Truncate(time.Microsecond), Seconds: 1.5, ServerID: &holder,
		})
	})
	return backup
}

func TestBackupPolicy_OverTheAPI(t *testing.T) {
	y := newYard(t)
	const fields = `everyHours keepLast keepDaily keepWeekly keepMonthly manualDays beforeRestoreDays finalDays testDays`
	policy := vars{"everyHours": 12, "keepLast": 3, "keepDaily": 7, "keepWeekly": 4, "keepMonthly": 6, "manualDays": 30, "beforeRestoreDays": 14, "finalDays": 365, "testDays": 30}
	y.admin.call("setBackupPolicy", policy, "policy { everyHours }")
	y.admin.audited(t, "setBackupPolicy", "every 12 hours")
	read := at(y.operator.must(`{ backupPolicy { `+fields+` } }`, nil), "backupPolicy")
	for field, want := range policy {
		if got := at(read, field); got != float64(want.(int)) {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
	for field, change := range map[string]vars{
		"everyHours": {"everyHours": -1}, "keepDaily": {"keepDaily": 5000}, "manualDays": {"manualDays": 0}, "finalDays": {"finalDays": 0}, "testDays": {"testDays": -1},
		"keepLast": {"keepLast": 0, "keepDaily": 0, "keepWeekly": 0, "keepMonthly": 0},
	} {
		y.admin.refuses(t, fleet.CodeInvalid, "input."+field, "setBackupPolicy", merged(policy, change))
	}
}

func TestRestore_OverTheAPI(t *testing.T) {
	y := newYard(t)
	backup := y.backUp(y.sites[0], y.servers[0])
	plan := func(input vars) result {
		return y.operator.do(`query($i: RestorePlanInput!) { restorePlan(input: $i) { title does migrates notes { severity code field } } }`, vars{"i": merged(vars{"backupId": backup}, input)})
	}

	t.Run("Plan", func(t *testing.T) {
		before := y.operator.onRecord()
		over := plan(vars{"siteId": y.sites[0]})
		if over.code() != "" || !strings.Contains(over.Body, `"title":"Restore site-01-01.example.com"`) || !strings.Contains(over.Body, `"migrates":false,"notes":[]`) {
			t.Errorf("over its site: %s", over.Body)
		}
		if other := plan(vars{"siteId": y.sites[1]}); !strings.Contains(other.Body, `{"severity":"BLOCKING","code":"INVALID","field":"input.backupId"}`) {
			t.Errorf("over another site: %s", other.Body)
		}
		if taken := plan(vars{"newName": "site-02-01.example.com", "benchId": y.benches[0]}); !strings.Contains(taken.Body, `"code":"CONFLICT","field":"input.newName"`) {
			t.Errorf("under a taken name: %s", taken.Body)
		}
		wantFault(t, plan(vars{"backupId": "99", "siteId": y.sites[0]}), fleet.CodeNotFound, "input.backupId")
		if after := y.operator.onRecord(); after != before {
			t.Errorf("looking wrote %s, before %s", after, before)
		}
	})

	t.Run("Test", func(t *testing.T) {
		queued := y.operator.call("testRestore", vars{"backupId": backup}, "action { kind title status }")
		wantJSON(t, "queued", queued, `{"action": {"kind": "TEST_RESTORE", "title": "Test a restore of site-01-01.example.com", "status": "QUEUED"}}`)
		y.operator.audited(t, "testRestore", "site-01-01.example.com")
		y.workOne(fleet.ActionTestRestore, &fleet.Failure{Code: fleet.CodeCommandFailed, Message: "The restored tables are not those that were backed up."}, nil)
		alerts := fmt.Sprint(y.operator.must(`{ alerts { subject sentence } }`, nil))
		if !strings.Contains(alerts, "The restored tables are not those that were backed up.") {
			t.Errorf("nobody is told: %s", alerts)
		}
		y.operator.refuses(t, fleet.CodeNotFound, "input.backupId", "testRestore", vars{"backupId": "99"})
		running := at(y.operator.call("backUpSite", vars{"siteId": y.sites[1]}, "backup { id }"), "backup", "id")
		y.operator.refuses(t, fleet.CodeNotReady, "input.backupId", "testRestore", vars{"backupId": running})
	})
}
