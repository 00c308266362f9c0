package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// commits of the two releases of every app in these tests.
var commits = []string{strings.Repeat("a", 40), strings.Repeat("b", 40)}

// workAll plays a runner until nothing is queued: every action succeeds at once.
func (c *central) workAll() {
	c.t.Helper()
	for {
		action, err := c.store.ClaimAction(c.t.Context(), "test", time.Minute)
		if err != nil {
			c.t.Fatal(err)
		}
		if action == nil {
			return
		}
		ref := store.LeaseRef{ActionID: action.ID, Attempt: action.Attempt}
		if err := c.carryOut(ref, action); err != nil {
			c.t.Fatalf("%s: %v", action.Title, err)
		}
		if err := c.store.FinishAction(c.t.Context(), ref, fleet.ActionSucceeded, nil); err != nil {
			c.t.Fatalf("%s: %v", action.Title, err)
		}
	}
}

func (c *central) carryOut(ref store.LeaseRef, action *fleet.Action) error {
	ctx := c.t.Context()
	switch action.Kind {
	case fleet.ActionFetchReleases:
		releases := []fleet.Release{}
		for i, commit := range commits {
			releases = append(releases, fleet.Release{
				Commit: commit, Version: fmt.Sprintf("1.%d.0", i), Subject: "Release", Author: "Ann", AuthoredAt: time.Now(), Position: i,
				Patches: []string{"shop.patches.one"}[:i], Schema: i == 1,
			})
		}
		return c.store.SaveReleases(ctx, ref, releases)
	case fleet.ActionMoveSite:
		if err := c.store.DeploySiteStep(ctx, ref, "migrate", "shop.patches.one", 50); err != nil {
			return err
		}
		return c.store.SiteMoved(ctx, ref, *action.RevisionID)
	}
	return nil
}

// addApps puts two apps with two releases each on record.
func (c *central) addApps(script *client) {
	c.t.Helper()
	for _, app := range []string{"frappe", "shop"} {
		script.must(`mutation($n: String!, $r: String!) { addApp(input: {name: $n, repository: $r}) { app { id } action { id title status } } }`,
			vars{"n": app, "r": "https://git.example.com/" + app})
	}
	c.workAll()
}

// addMasters raises masters number from to to, each with one bench that has so many sites.
func (c *central) addMasters(script *client, from, to, sites int) {
	c.t.Helper()
	apps := []vars{{"app": "frappe", "commit": commits[0]}, {"app": "shop", "commit": commits[0]}}
	for m := from; m <= to; m++ {
		data := script.must(`mutation($i: AddServerInput!) { addServer(input: $i) { server { id hostKeyFingerprint status } } }`,
			vars{"i": vars{"name": fmt.Sprintf("m-%02d", m), "address": fmt.Sprintf("10.0.0.%d", m), "role": "MASTER"}})
		id := at(data, "addServer", "server", "id")
		script.must(`mutation($id: ID!) { setUpServer(input: {serverId: $id}) { action { kind server { name } } } }`, vars{"id": id})
		c.workAll()
		data = script.must(`mutation($i: CreateBenchInput!) { createBench(input: $i) { bench { id name revisions { name } } action { id } } }`,
			vars{"i": vars{"name": fmt.Sprintf("bench-%d", m), "serverId": id, "apps": apps}})
		bench := at(data, "createBench", "bench", "id")
		c.workAll()
		for n := range sites {
			data := script.must(`mutation($i: CreateSiteInput!) { createSite(input: $i) { site { id } action { id } administratorPassword } }`,
				vars{"i": vars{"name": fmt.Sprintf("site-%02d-%02d.example.com", m, n+1), "benchId": bench}})
			c.keepsSealed(at(data, "createSite", "action", "id").(string), at(data, "createSite", "administratorPassword").(string))
		}
		c.workAll()
	}
}

// keepsSealed holds that the password of a new site is kept for its creation, and only sealed.
func (c *central) keepsSealed(actionID, password string) {
	c.t.Helper()
	id, err := strconv.ParseUint(actionID, 10, 64)
	if err != nil {
		c.t.Fatal(err)
	}
	kept, err := c.store.Secret(c.t.Context(), store.AdministratorPassword(uint(id)))
	if err != nil || len(password) < 20 || string(kept) != "sealed "+password {
		c.t.Errorf("%q is kept as %q: %v", password, kept, err)
	}
}

// at walks into decoded JSON by keys; into a list by a number, counted from 0.
func at(data any, keys ...string) any {
	for _, key := range keys {
		if list, ok := data.([]any); ok {
			n, err := strconv.Atoi(key)
			if err != nil || n >= len(list) {
				return nil
			}
			data = list[n]
			continue
		}
		data = data.(map[string]any)[key]
	}
	return data
}

func TestJourney(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleAdmin))
	c.addApps(script)
	c.addMasters(script, 1, 2, 3)

	data := script.must(`{ servers { name status hostKeyFingerprint siteCount benches { name siteCount revisions { name status version siteCount apps { app version } } } }
		apps { name branch } releases(app: "shop") { commit version touches patches app { name } } siteVersions publicKey }`, nil)
	server := data["servers"].([]any)[0]
	if at(server, "status") != "READY" || at(server, "siteCount") != 3.0 || at(server, "hostKeyFingerprint") != "SHA256:of ssh-ed25519 AAAA10.0.0.1" {
		t.Errorf("got %v", server)
	}
	if newest := data["releases"].([]any)[0]; at(newest, "commit") != commits[1] || fmt.Sprint(at(newest, "touches")) != "[1 patch schema]" {
		t.Errorf("got %v", newest)
	}
	if fmt.Sprint(data["siteVersions"]) != "[shop 1.0.0]" {
		t.Errorf("got %v", data["siteVersions"])
	}

	ids := script.must(`{ siteIds(filter: {search: "-01.example"}) }`, nil)["siteIds"]
	input := vars{"siteIds": ids, "releases": []vars{{"app": "shop", "commit": commits[1]}}}
	plan := script.must(`query($i: DeployPlanInput!) { deployPlan(input: $i) { siteCount patches alreadyThere notes { severity code message siteId }
		groups { benchName serverName built staysBehind apps { app commit version } sites { siteName fromVersion toVersion patches expectedSeconds } } } }`, vars{"i": input})
	if at(plan, "deployPlan", "siteCount") != 2.0 {
		t.Fatalf("got %v", plan)
	}

	input["idempotencyKey"] = "k-1"
	const deploySites = `mutation($i: DeploySitesInput!) { deploySites(input: $i) { deploy { id title status lastSeq sitesAtOnce skipFailingPatches releases { app commit } } } }`
	data = script.must(deploySites, vars{"i": input})
	deploy := at(data, "deploySites", "deploy", "id")
	if again := script.must(deploySites, vars{"i": input}); at(again, "deploySites", "deploy", "id") != deploy {
		t.Errorf("the same key deploys twice: %v", again)
	}
	input["sitesAtOnce"] = 2
	if r := script.do(deploySites, vars{"i": input}); r.code() != "KEY_REUSED" {
		t.Errorf("got %s", r.Body)
	}
	busy := script.must(`{ sites(filter: {search: "site-01-01"}) { nodes { name deploy { id } } } }`, nil)
	if at(at(busy, "sites", "nodes").([]any)[0], "deploy", "id") != deploy {
		t.Errorf("got %v", busy)
	}

	events := script.events(fmt.Sprintf(`subscription { deployProgress(deployId: %v) { seq at progress { status total running done secondsLeft } site { siteName status step detail percent errorCode skippedPatches } build { status percent task } } }`, deploy))
	c.workAll()
	checkProgress(t, events)

	data = script.must(`query($id: ID!) { deploy(id: $id) { status startedAt finishedAt progress { status total done } builds { status } action { status kind children { kind status title } }
		sites { siteName status percent } retryOf { id } } sites { totalCount nodes { name version deploy { id } bench { name } server { name } revision { name bench { name } } } } }`, vars{"id": deploy})
	if at(data, "deploy", "status") != "SUCCEEDED" || at(data, "deploy", "progress", "done") != 2.0 || at(data, "deploy", "retryOf") != nil {
		t.Errorf("got %v", data["deploy"])
	}
	var versions []string
	for _, site := range at(data, "sites", "nodes").([]any) {
		versions = append(versions, at(site, "version").(string))
	}
	if want := []string{"shop 1.1.0", "shop 1.0.0", "shop 1.0.0", "shop 1.1.0", "shop 1.0.0", "shop 1.0.0"}; !slices.Equal(versions, want) {
		t.Errorf("got %v, want %v", versions, want)
	}
	data = script.must(`{ auditLog(first: 2) { totalCount pageInfo { hasNextPage } nodes { operation actorName remoteAddress subject at action { deploy { id } } } } actions(first: 3, filter: {rootsOnly: true, kinds: [DEPLOY]}) { nodes { title percent deploy { id } } } }`, nil)
	if entry := at(data, "auditLog", "nodes").([]any)[0]; at(entry, "operation") != "deploySites" || at(entry, "action", "deploy", "id") != deploy || at(entry, "remoteAddress") != "127.0.0.1" {
		t.Errorf("got %v", entry)
	}
}

// checkProgress reads a deploy's events to their end: figures never fall, sites come by name, the last one says how it ended.
func checkProgress(t *testing.T, events *eventStream) {
	t.Helper()
	type event struct {
		Seq      int
		Progress struct {
			Status string
			Done   int
			Total  int
		}
		Site *struct {
			SiteName, Status, Detail string
			SkippedPatches           []string
		}
		Build *struct{ Status string }
	}
	var last event
	var sites, builds int
	for sent := range events.read {
		if sent.name == "complete" {
			break
		}
		var answer struct {
			Data struct{ DeployProgress event }
		}
		if err := json.Unmarshal(sent.data, &answer); err != nil {
			t.Fatal(err)
		}
		e := answer.Data.DeployProgress
		if e.Seq <= last.Seq || e.Progress.Done < last.Progress.Done || e.Progress.Total != 2 {
			t.Fatalf("after %+v came %s", last, sent.data)
		}
		if e.Site != nil {
			sites++
			if e.Site.SkippedPatches == nil {
				t.Errorf("a list is null: %s", sent.data)
			}
		}
		if e.Build != nil {
			builds++
		}
		last = e
	}
	if last.Progress.Status != "SUCCEEDED" || last.Progress.Done != 2 || sites < 4 || builds < 2 {
		t.Errorf("it ended with %+v after %d events of sites and %d of builds", last, sites, builds)
	}
}

func TestNeighboursAreReadTogether(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleAdmin))
	const query = `{ servers { benches { siteCount revisions { siteCount bench { server { name } } } } } benches { server { name } revisions { name } }
		sites { nodes { version bench { name } server { name siteCount } revision { bench { name } } deploy { id } } } actions { nodes { server { name } site { name } deploy { id } } } }`
	selects := func() int {
		before := c.selects()
		script.must(query, nil)
		return c.selects() - before
	}
	c.addApps(script)
	c.addMasters(script, 1, 1, 2)
	few := selects()
	c.addMasters(script, 2, 5, 5)
	if many := selects(); many > few+3 {
		t.Errorf("a small fleet takes %d queries, a larger one %d", few, many)
	}
}

// selects is how many queries the database server has answered.
func (c *central) selects() int {
	c.t.Helper()
	var name string
	var n int
	if err := c.store.DB().QueryRow("SHOW GLOBAL STATUS LIKE 'Com_select'").Scan(&name, &n); err != nil {
		c.t.Fatal(err)
	}
	return n
}
