package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/practice/demo"
)

// backup is what the tests know of one.
type backup struct {
	ID, Kind, State, StateReason string
	Server                       *struct{ Name string }
	Storage                      *struct{ Bucket string }
}

func backupsOf(t *testing.T, siteID string) []backup {
	t.Helper()
	return ask[struct{ Backups []backup }](t, `query($id: ID!) { backups(siteId: $id) { id kind state stateReason server { name } storage { bucket } } }`, map[string]any{"id": siteID}).Backups
}

// queue sends a mutation that queues an action, and returns the action's id.
func queue(t *testing.T, mutation string, input map[string]any) string {
	t.Helper()
	kind := strings.ToUpper(mutation[:1]) + mutation[1:] + "Input"
	answer := ask[map[string]struct{ Action struct{ ID string } }](t,
		fmt.Sprintf(`mutation($in: %s!) { %s(input: $in) { action { id } } }`, kind, mutation), map[string]any{"in": input})
	return answer[mutation].Action.ID
}

// siteFiles is every file of a site with its mode and digest, but for what is only of the moment.
func siteFiles(t *testing.T, s site) string {
	t.Helper()
	return onHost(t, s.Server.Name, fmt.Sprintf(`cd /home/frappe/benches/%s/%s/sites/%s
find . -path ./locks -prune -o -path ./logs -prune -o -type f ! -name site_config.json -printf '%%P %%m %%u ' -exec sha256sum {} \; | sed 's/ [^ ]*$//' | sort`, s.Bench.Name, s.Revision.Name, s.Name))
}

// sitesAreBackedUpAndRestored backs a site of a pair up to the slave's disk and to an S3 server, and brings it back in every
// way that there is; each time its tables and its files are what they were.
func sitesAreBackedUpAndRestored(t *testing.T) {
	name := siteName(ofPair)
	here := sites(t)[name]
	slave := pairOf(t, onePair).Slave.Name
	bucketIsSet(t)
	files := fmt.Sprintf("/home/frappe/benches/%s/%s/sites/%s", here.Bench.Name, here.Revision.Name, name)
	onHost(t, here.Server.Name, fmt.Sprintf("runuser -u frappe -- sh -euc 'mkdir -p %[1]s/private/files; echo first >%[1]s/private/files/ü.txt'", files))
	tables, tree := tableDumps(t, here), siteFiles(t, here)
	isAsBefore := func(of site, what string) {
		t.Helper()
		if diff := cmp.Diff(tables, tableDumps(t, of)); diff != "" {
			t.Errorf("%s has other tables (-before +after):\n%s", what, diff)
		}
		if diff := cmp.Diff(tree, siteFiles(t, of)); diff != "" {
			t.Errorf("%s has other files (-before +after):\n%s", what, diff)
		}
	}

	waitForAction(t, queue(t, "backUpSite", map[string]any{"siteId": here.ID}))
	taken := backupsOf(t, here.ID)[0]
	if taken.State != "COMPLETE" || taken.Server == nil || taken.Server.Name != slave || taken.Storage == nil {
		t.Fatalf("the backup is %+v", taken)
	}
	isAsBefore(here, "a site that was backed up")
	held := fmt.Sprintf("cd /var/lib/central/backups/%s && ls %[2]s.* && head --quiet --bytes=21 %[2]s.* && stat --format=%%U:%%a %[2]s.*", name, taken.ID)
	if got, want := onHost(t, slave, held), taken.ID+".database.age\n"+taken.ID+".files.age\nage-encryption.org/v1age-encryption.org/v1root:600\nroot:600\n"; got != want {
		t.Errorf("on the slave's disk is %q, want %q", got, want)
	}
	if got := onHost(t, here.Server.Name, "ls -A /var/lib/central/backups"); strings.Contains(got, name) {
		t.Errorf("the master still has a copy: %s", got)
	}

	change := func() {
		addItem(t, name, "BACKUP-"+fmt.Sprint(time.Now().UnixNano()))
		onHost(t, here.Server.Name, fmt.Sprintf("runuser -u frappe -- sh -euc 'echo second >%[1]s/private/files/ü.txt; echo new >%[1]s/private/files/new'", files))
	}
	t.Run("OverTheSite", func(t *testing.T) {
		change()
		waitForAction(t, queue(t, "restoreBackup", map[string]any{"backupId": taken.ID, "siteId": here.ID}))
		isAsBefore(here, "a restored site")
		if fresh := backupsOf(t, here.ID)[0]; fresh.Kind != "BEFORE_RESTORE" || fresh.State != "COMPLETE" {
			t.Errorf("what it replaced is kept as %+v", fresh)
		}
		if status, _ := visit(t, name, "/api/method/ping"); status != http.StatusOK {
			t.Errorf("it answers %d", status)
		}
	})

	t.Run("AsANewSiteElsewhere", func(t *testing.T) {
		other := otherBench(t, here)
		const copied = "copy.example.com"
		waitForAction(t, queue(t, "restoreBackup", map[string]any{"backupId": taken.ID, "newName": copied, "benchId": other}))
		there := sites(t)[copied]
		if there.Status != "ACTIVE" || there.Server.Name == here.Server.Name {
			t.Fatalf("the copy is %+v", there)
		}
		isAsBefore(there, "the copy")
		until(t, time.Minute, "the proxy knows the copy", func() bool {
			status, _ := visit(t, copied, "/api/method/ping")
			return status == http.StatusOK
		})

		waitForAction(t, queue(t, "archiveSite", map[string]any{"siteId": there.ID, "confirmName": copied}))
		if _, listed := sites(t)[copied]; listed {
			t.Error("the copy is still there")
		}
		if got := onHost(t, there.Server.Name, "ls -d /home/frappe/benches/*/*/sites/*"); strings.Contains(got, copied) {
			t.Errorf("its files are still there: %s", got)
		}
		final := backupsOf(t, there.ID)[0]
		if final.Kind != "FINAL" || final.State != "COMPLETE" {
			t.Fatalf("its last backup is %+v", final)
		}
		waitForAction(t, queue(t, "restoreBackup", map[string]any{"backupId": final.ID, "siteId": there.ID}))
		isAsBefore(sites(t)[copied], "a site that was brought back")
		waitForAction(t, queue(t, "archiveSite", map[string]any{"siteId": there.ID, "confirmName": copied}))
	})

	databases := func() string { return onHost(t, here.Server.Name, "mariadb -N -e 'SHOW DATABASES'") }
	before := databases()
	t.Run("TestedBesideItsSite", func(t *testing.T) {
		waitForAction(t, queue(t, "testRestore", map[string]any{"backupId": taken.ID}))
		isAsBefore(here, "a site whose backup was tested")
		if now := databases(); now != before {
			t.Errorf("there were the databases\n%s\nand are\n%s", before, now)
		}
	})

	t.Run("OfAnotherSiteIsRefused", func(t *testing.T) {
		other := sites(t)[siteName(ofPair%fleet.Sites+1)]
		err := fleet.Client.Do(t.Context(), `mutation($in: RestoreBackupInput!) { restoreBackup(input: $in) { action { id } } }`,
			map[string]any{"in": map[string]any{"backupId": taken.ID, "siteId": other.ID}}, nil)
		wantError(t, err, "INVALID", "input.backupId")
	})

	t.Run("AlteredIsRefused", func(t *testing.T) {
		onHost(t, slave, fmt.Sprintf("truncate --size=-1 /var/lib/central/backups/%s/%s.database.age", name, taken.ID))
		id := queue(t, "restoreBackup", map[string]any{"backupId": taken.ID, "siteId": here.ID})
		var failed *demo.Error
		if err := fleet.Client.Wait(t.Context(), []string{id}, nil); err == nil || errors.As(err, &failed) {
			t.Errorf("a truncated backup was restored: %v", err)
		}
		isAsBefore(here, "a site whose restore was refused")
		if tested := endOfAction(t, queue(t, "testRestore", map[string]any{"backupId": taken.ID})); tested.Status != "FAILED" {
			t.Errorf("the test of a truncated backup ended as %s", tested.Status)
		}
		if now := databases(); now != before {
			t.Errorf("a test that failed left of the databases\n%s\nthese\n%s", before, now)
		}
		if got := sites(t)[name]; got.Status != "ACTIVE" || got.MaintenanceSince != nil {
			t.Errorf("it is %+v", got)
		}
	})

	t.Run("RemovedBeforeItsTime", func(t *testing.T) {
		waitForAction(t, queue(t, "removeBackup", map[string]any{"backupId": taken.ID, "confirmName": name}))
		for _, left := range backupsOf(t, here.ID) {
			if left.ID == taken.ID && left.State != "REMOVED" {
				t.Errorf("it is %+v", left)
			}
		}
		if got := onHost(t, slave, "ls /var/lib/central/backups/"+name); strings.Contains(got, taken.ID+".") {
			t.Errorf("on the slave's disk is still %s", got)
		}
	})
}

// otherBench is a bench on another pair than a site's.
func otherBench(t *testing.T, s site) string {
	t.Helper()
	benches := ask[struct {
		Benches []struct {
			ID     string
			Server struct{ Name string }
		}
	}](t, `{ benches { id server { name } } }`, nil).Benches
	for _, bench := range benches {
		if bench.Server.Name != s.Server.Name {
			return bench.ID
		}
	}
	t.Fatal("there is only one bench")
	return ""
}

// bucketIsSet starts an S3 server that Central and all hosts reach, and has backups copied to it. Keys that it does not take
// are refused first.
func bucketIsSet(t *testing.T) {
	t.Helper()
	gateway, err := exec.Command("../scripts/versitygw").Output()
	if err != nil {
		t.Fatalf("build the S3 server: %v", err)
	}
	const access, secret = "central-test", "a-secret-of-the-test"
	dir := t.TempDir()
	if err := os.MkdirAll(dir+"/objects/backups", 0o700); err != nil {
		t.Fatal(err)
	}
	address := net.JoinHostPort(fleet.Fleet.Gateway().String(), "7070")
	server := exec.Command(strings.TrimSpace(string(gateway)), "--access", access, "--secret", secret, "--port", address, "--quiet", "posix", "--sidecar", t.TempDir(), dir+"/objects")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	until(t, time.Minute, "the S3 server answers", func() bool {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		return err == nil && connection.Close() == nil
	})
	set := func(bucket, key string) error {
		return fleet.Client.Do(t.Context(), `mutation($in: SetBackupStorageInput!) { setBackupStorage(input: $in) { storage { id } } }`, map[string]any{"in": map[string]any{
			"endpoint": "http://" + address, "bucket": bucket, "prefix": "central", "accessKey": access, "secretKey": key,
		}}, nil)
	}
	wantError(t, set("backups", "not-"+secret), "LOGIN_REFUSED", "input.secretKey")
	wantError(t, set("elsewhere", secret), "NOT_FOUND", "input.bucket")
	if err := set("backups", secret); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // later backups would wait for a storage that is gone
		ctx := context.WithoutCancel(t.Context())
		if err := fleet.Client.Do(ctx, `mutation { stopBackupStorage { storage { id } } }`, nil, &json.RawMessage{}); err != nil {
			t.Error(err)
		}
	})
}
