package e2e

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/practice/demo"
)

// TestJourney is the main job, from the first deploy to the browser. Its parts build on each other.
func TestJourney(t *testing.T) {
	for _, part := range []struct {
		name string
		test func(*testing.T)
	}{
		{"DemoIsUp", demoIsUp},
		{"DeployToChosenSites", deployToChosenSites},
		{"PairsFollow", pairsFollow},
		{"SitesAreBackedUpAndRestored", sitesAreBackedUpAndRestored},
		{"BadInputQueuesNothing", badInputQueuesNothing},
		{"ServersInTheWay", serversInTheWay},
		{"FailingSitesAreAsBefore", failingSitesAreAsBefore},
		{"RetryIsExact", retryIsExact},
		{"KilledCentralGoesOn", killedCentralGoesOn},
		{"ScriptingExamplesAreTrue", scriptingExamplesAreTrue},
		{"Browser", browser},
		{"NewSiteIsSignedInTo", newSiteIsSignedInTo},
		{"NewSiteKeepsToItself", newSiteKeepsToItself},
		{"FailedCreationLeavesNothing", failedCreationLeavesNothing},
		{"SignUpGetsAStandbySite", signUpGetsAStandbySite},
		{"SiteIsRenamed", siteIsRenamed},
		{"SiteIsChanged", siteIsChanged},
		{"SiteIsSuspended", siteIsSuspended},
		{"SiteIsMoved", siteIsMoved},
		{"DomainHasACertificate", domainHasACertificate},
		{"ManySitesAreChanged", manySitesAreChanged},
		{"SiteLifeInTheBrowser", siteLifeInTheBrowser},
	} {
		if !t.Run(part.name, part.test) {
			t.FailNow()
		}
	}
}

func demoIsUp(t *testing.T) {
	all := sites(t)
	if len(all) != fleet.Sites {
		t.Fatalf("%d sites, want %d", len(all), fleet.Sites)
	}
	for name, s := range all {
		if s.Status != "ACTIVE" {
			t.Errorf("%s is %s", name, s.Status)
		}
		if got := servedVersion(t, name); got != "1.0.0" {
			t.Errorf("%s serves shop %s", name, got)
		}
	}
	// What Frappe's own libraries import, although none of them asks for it.
	onHost(t, "m-01", "/home/frappe/benches/north/r1/env/bin/python -W ignore -c 'import pkg_resources'")
}

// deployToChosenSites moves 5 of 12 sites; the page's figures, the proxy, the databases and the audit log agree.
func deployToChosenSites(t *testing.T) {
	chosen := []string{siteName(1), siteName(2), siteName(3), siteName(5), siteName(6)}
	id := startDeploy(t, "1.1.0", chosen, "e2e-five")
	events := follow(t, id, 0)
	for i, e := range events {
		if e.Seq != i+1 {
			t.Fatalf("event %d has the number %d: the stream has a gap or repeats", i, e.Seq)
		}
	}
	state := deployOf(t, id)
	if state.Status != "SUCCEEDED" || state.Progress.Done != len(chosen) || state.Progress.Total != len(chosen) {
		t.Fatalf("the deploy ended as %s, %+v: %+v", state.Status, state.Progress, state.Sites)
	}
	last := events[len(events)-1]
	if last.Progress.Status != "SUCCEEDED" {
		t.Errorf("the last event says %s", last.Progress.Status)
	}
	if more := follow(t, id, last.Seq); len(more) != 0 {
		t.Errorf("after the last event came %+v", more)
	}
	for _, s := range state.Sites {
		if s.MaintenanceSeconds == nil || *s.MaintenanceSeconds <= 0 || s.MaintenanceSince != nil {
			t.Errorf("%s has no finished maintenance window: %+v", s.SiteName, s)
		}
	}
	for name, s := range sites(t) {
		want, patches := "1.0.0", "0"
		if slices.Contains(chosen, name) {
			want, patches = "1.1.0", "2"
		}
		if got := servedVersion(t, name); got != want || s.Version != "shop "+want {
			t.Errorf("%s serves %s and Central says %s, want %s", name, got, s.Version, want)
		}
		if got := database(t, s, "SELECT COUNT(*) FROM `tabPatch Log` WHERE patch LIKE 'shop.patches.v1_1%'"); got != patches {
			t.Errorf("%s has run %s patches of 1.1.0, want %s", name, got, patches)
		}
	}
	audit := ask[struct {
		AuditLog struct {
			Nodes []struct {
				Operation, Subject, ActorName string
				Action                        *struct{ Status string }
			}
		}
	}](t, `{ auditLog(first: 1) { nodes { operation subject actorName action { status } } } }`, nil).AuditLog.Nodes[0]
	if audit.Operation != "deploySites" || audit.Subject != "shop 1.1.0 to 5 sites" || audit.Action == nil || audit.Action.Status != "SUCCEEDED" {
		t.Errorf("the newest audit entry is %+v", audit)
	}
	t.Run("SameKeySameDeploy", func(t *testing.T) {
		if again := startDeploy(t, "1.1.0", chosen, "e2e-five"); again != id {
			t.Errorf("the same key made deploy %s beside %s", again, id)
		}
	})
}

// failingSitesAreAsBefore deploys the release that fails on sites with a loose item: 4, 8 and 12.
func failingSitesAreAsBefore(t *testing.T) {
	chosen := []string{siteName(4), siteName(7), siteName(8)}
	all := sites(t)
	before := map[string]string{}
	for _, name := range chosen {
		before[name] = tableDumps(t, all[name])
	}
	id := startDeploy(t, "1.3.0", chosen, "e2e-failing")
	follow(t, id, 0)
	state := deployOf(t, id)
	if state.Status != "FAILED" || state.Progress.Done != 1 || state.Progress.RolledBack != 2 {
		t.Fatalf("the deploy ended as %s, %+v: %+v", state.Status, state.Progress, state.Sites)
	}
	for _, s := range state.Sites {
		if s.SiteName == siteName(7) {
			if got := servedVersion(t, s.SiteName); got != "1.3.0" {
				t.Errorf("%s serves %s", s.SiteName, got)
			}
			continue
		}
		if s.Status != "ROLLED_BACK" || s.ErrorCode != "MIGRATION_FAILED" {
			t.Errorf("%s ended as %s %s: %s", s.SiteName, s.Status, s.ErrorCode, s.ErrorMessage)
		}
		action := ask[struct {
			Action struct{ ErrorMessage, ErrorDetail string }
		}](t, `query($id: ID!) { action(id: $id) { errorMessage errorDetail } }`, map[string]any{"id": s.ActionID}).Action
		for text, want := range map[string]string{action.ErrorMessage: "KeyError", action.ErrorDetail: "Traceback (most recent call last)"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q does not say %s", s.SiteName, text, want)
			}
		}
		if got := servedVersion(t, s.SiteName); got != "1.0.0" {
			t.Errorf("%s serves %s after it was taken back", s.SiteName, got)
		}
		if diff := cmp.Diff(before[s.SiteName], tableDumps(t, all[s.SiteName])); diff != "" {
			t.Errorf("%s has other tables than before (-before +after):\n%s", s.SiteName, diff)
		}
	}
}

// retryIsExact retries the deploy that failed: exactly its failed sites, which fail again.
func retryIsExact(t *testing.T) {
	deploys := ask[struct {
		Deploys struct{ Nodes []struct{ ID string } }
	}](t, `{ deploys(first: 1) { nodes { id } } }`, nil).Deploys.Nodes
	answer := ask[struct {
		RetryDeploy struct{ Deploy struct{ ID string } }
	}](t, `mutation($id: ID!) { retryDeploy(input: {deployId: $id, idempotencyKey: "e2e-retry"}) { deploy { id } } }`, map[string]any{"id": deploys[0].ID})
	follow(t, answer.RetryDeploy.Deploy.ID, 0)
	state := deployOf(t, answer.RetryDeploy.Deploy.ID)
	got := []string{}
	for _, s := range state.Sites {
		got = append(got, s.SiteName+" "+s.Status)
	}
	want := []string{siteName(4) + " ROLLED_BACK", siteName(8) + " ROLLED_BACK"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the retry (-want +got):\n%s", diff)
	}
}

// killedCentralGoesOn kills Central while sites are migrating and starts it again.
func killedCentralGoesOn(t *testing.T) {
	chosen := []string{siteName(1), siteName(2), siteName(3), siteName(5), siteName(6), siteName(9), siteName(10)}
	id := startDeploy(t, "1.2.0", chosen, "e2e-killed")
	last := 0
	err := subscribeUntil(t, id, func(e event) bool {
		last = e.Seq
		return e.Site != nil && e.Site.Step == "Migrate" && e.Site.Detail != ""
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := fleet.KillCentral(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := fleet.StartCentral(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, e := range follow(t, id, last) {
		if e.Seq != last+i+1 {
			t.Fatalf("after the restart event %d follows %d", e.Seq, last+i)
		}
	}
	state := deployOf(t, id)
	if state.Status != "SUCCEEDED" || state.Progress.Done != len(chosen) {
		t.Fatalf("the deploy ended as %s, %+v: %+v", state.Status, state.Progress, state.Sites)
	}
	all := sites(t)
	for _, name := range chosen {
		s := all[name]
		if got := servedVersion(t, name); got != "1.2.0" || s.MaintenanceSince != nil {
			t.Errorf("%s serves %s, in maintenance since %v", name, got, s.MaintenanceSince)
		}
		if got := database(t, s, "SELECT COUNT(*) - COUNT(DISTINCT patch) FROM `tabPatch Log`"); got != "0" {
			t.Errorf("%s has run %s patches twice", name, got)
		}
	}
}

// browser clicks through the dashboard in Chromium.
func browser(t *testing.T) { story(t, "browser/journey.mjs") }

// siteLifeInTheBrowser makes a bench and a site by filling in forms, changes, backs up and sells it. It signs in with the password
// that browser has chosen.
func siteLifeInTheBrowser(t *testing.T) { story(t, "browser/life.mjs") }

// story runs one of the stories of Chromium.
func story(t *testing.T, file string) {
	command := exec.CommandContext(t.Context(), "node", file)
	command.Env = append(os.Environ(),
		"CENTRAL_URL=http://"+fleet.Listen, "CENTRAL_PASSWORD="+fleet.FirstPassword(), "CENTRAL_ARTIFACTS="+artifacts)
	out, err := command.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
}

func badInputQueuesNothing(t *testing.T) {
	commit, err := fleet.Commit(t.Context(), "shop", "1.1.0")
	if err != nil {
		t.Fatal(err)
	}
	one := sites(t)[siteName(9)].ID
	before := actionCount(t)
	unknown := "ffffffffffffffffffffffffffffffffffffffff"
	for _, c := range []struct {
		name, code, field string
		ids               []string
		commit, key       string
	}{
		{"NoSite", "NO_SITES", "input.siteIds", []string{}, commit, "bad-1"},
		{"UnknownSite", "NOT_FOUND", "input.siteIds", []string{one, "999999"}, commit, "bad-2"},
		{"UnknownCommit", "UNKNOWN_COMMIT", "input.releases.0.commit", []string{one}, unknown, "bad-3"},
		{"KeyOfAnother", "KEY_REUSED", "input.idempotencyKey", []string{one}, commit, "e2e-five"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := fleet.Client.Do(t.Context(), `mutation($in: DeploySitesInput!) { deploySites(input: $in) { deploy { id } } }`, map[string]any{"in": map[string]any{
				"siteIds": c.ids, "releases": []any{map[string]any{"app": "shop", "commit": c.commit}}, "idempotencyKey": c.key,
			}}, nil)
			wantError(t, err, c.code, c.field)
		})
	}
	t.Run("UnknownField", func(t *testing.T) {
		err := fleet.Client.Do(t.Context(), `mutation { deploySites(input: {siteIds: [], releases: [], idempotencyKey: "x", all: true}) { deploy { id } } }`, nil, nil)
		if err == nil {
			t.Error("an unknown field was accepted")
		}
	})
	t.Run("UnreachableHost", func(t *testing.T) {
		err := fleet.Client.Do(t.Context(), `mutation { addServer(input: {name: "nowhere", address: "10.89.0.200", role: MASTER}) { server { id } } }`, nil, nil)
		wantError(t, err, "UNREACHABLE", "input.address")
	})
	if after := actionCount(t); after != before {
		t.Errorf("bad input queued %d actions", after-before)
	}
}

func wantError(t *testing.T, err error, code, field string) {
	t.Helper()
	var refused *demo.Error
	if !errors.As(err, &refused) || refused.Extensions.Code != code || refused.Extensions.Field != field {
		t.Errorf("got %v, want %s at %s", err, code, field)
	}
}
