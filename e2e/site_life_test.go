package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// lifeName is the site that newSiteIsSignedInTo has made; what follows changes it in all the ways that there are.
const lifeName = "new.example.com"

// siteIsRenamed renames a site while Central is killed, and back: the other name leads nowhere, both ways.
func siteIsRenamed(t *testing.T) {
	const other = "renamed.example.com"
	id := sites(t)[lifeName].ID
	rename := func(name string) string {
		return ask[struct {
			RenameSite struct{ Action struct{ ID string } }
		}](t, `mutation($id: ID!, $name: String!) { renameSite(input: {siteId: $id, name: $name}) { action { id } } }`,
			map[string]any{"id": id, "name": name}).RenameSite.Action.ID
	}
	answers := func(name string) int {
		status, _ := visit(t, name, "/api/method/ping")
		return status
	}

	before := database(t, sites(t)[lifeName], "SELECT DATABASE()")
	action := rename(other)
	if err := fleet.KillCentral(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := fleet.StartCentral(t.Context()); err != nil {
		t.Fatal(err)
	}
	waitForAction(t, action)
	renamed, ok := sites(t)[other]
	if !ok || renamed.ID != id || renamed.Status != "ACTIVE" || renamed.MaintenanceSince != nil {
		t.Fatalf("it is %+v", renamed)
	}
	if got := answers(other); got != http.StatusOK {
		t.Errorf("%s answers %d", other, got)
	}
	until(t, time.Minute, "nothing answers for the old name", func() bool { return answers(lifeName) == http.StatusNotFound })
	if got := database(t, renamed, "SELECT DATABASE()"); got != before {
		t.Errorf("it has the database %s, not %s", got, before)
	}
	ended := ask[struct {
		Action struct{ DownSeconds *float64 }
	}](t, `query($id: ID!) { action(id: $id) { downSeconds } }`, map[string]any{"id": action}).Action
	if ended.DownSeconds == nil || *ended.DownSeconds <= 0 {
		t.Errorf("it was down for %v", ended.DownSeconds)
	} else {
		t.Logf("it was closed for %.2f s, with Central killed meanwhile", *ended.DownSeconds)
	}

	waitForAction(t, rename(lifeName))
	if got := answers(lifeName); got != http.StatusOK {
		t.Errorf("%s answers %d", lifeName, got)
	}
	left := onHost(t, renamed.Server.Name, `ls -d /home/frappe/benches/*/*/sites/*.example.com /etc/nginx/central/sites.d/*`)
	if strings.Contains(left, other) || !strings.Contains(left, lifeName) {
		t.Errorf("on its server is\n%s", left)
	}
}

// siteIsChanged gives a site a domain, a key of its configuration and a session of its Administrator, takes an app away from it
// and gives it back; what Central says of it and what its server says agree.
func siteIsChanged(t *testing.T) {
	const domain = "www.acme.org"
	s := sites(t)[lifeName]
	change := func(mutation, input string, variables map[string]any) {
		t.Helper()
		variables["id"] = s.ID
		answer := ask[map[string]struct{ Action struct{ ID string } }](t, mutation, variables)
		waitForAction(t, answer[input].Action.ID)
	}

	change(`mutation($id: ID!, $name: String!) { addDomain(input: {siteId: $id, name: $name, elsewhere: true, certificate: false}) { action { id } } }`, "addDomain", map[string]any{"name": domain})
	if status, body := visit(t, domain, "/api/method/version"); status != http.StatusOK || !strings.Contains(body, lifeName) {
		t.Errorf("%s answers %d %s", domain, status, body)
	}
	change(`mutation($id: ID!, $name: String!) { setMainDomain(input: {siteId: $id, name: $name}) { action { id } } }`, "setMainDomain", map[string]any{"name": domain})
	if _, before := visit(t, lifeName, "/api/method/boot"); strings.Contains(before, "7340033") {
		t.Errorf("it has the limit before it is set: %s", before)
	}
	change(`mutation($id: ID!) { configureSite(input: {siteId: $id, changes: [{name: "acme_api_key", value: "\"canary-key\""}, {name: "max_file_size", value: "7340033"}]}) { action { id } } }`, "configureSite", map[string]any{})
	if _, after := visit(t, lifeName, "/api/method/boot"); !strings.Contains(after, "7340033") { // not what its cache still held
		t.Errorf("browsers are told %s", after)
	}
	config := onHost(t, s.Server.Name, "cat /home/frappe/benches/*/*/sites/"+lifeName+"/site_config.json")
	for _, want := range []string{`"host_name": "http://www.acme.org"`, `"acme_api_key": "canary-key"`} {
		if !strings.Contains(config, want) {
			t.Errorf("its configuration lacks %s", want)
		}
	}
	change(`mutation($id: ID!, $name: String!) { removeDomain(input: {siteId: $id, name: $name}) { action { id } } }`, "removeDomain", map[string]any{"name": domain})
	until(t, time.Minute, "the domain leads nowhere", func() bool {
		status, _ := visit(t, domain, "/api/method/ping")
		return status == http.StatusNotFound
	})

	tables := ask[struct{ AppTables []struct{ Name string } }](t, `query($id: ID!) { appTables(siteId: $id, app: "shop") { name } }`, map[string]any{"id": s.ID}).AppTables
	if len(tables) == 0 {
		t.Error("no table would go with shop")
	}
	change(`mutation($id: ID!, $name: String!) { removeApp(input: {siteId: $id, app: "shop", confirmName: $name}) { action { id } } }`, "removeApp", map[string]any{"name": lifeName})
	for _, table := range tables {
		if got := database(t, s, "SHOW TABLES LIKE '"+table.Name+"'"); got != "" {
			t.Errorf("%s is still there", got)
		}
	}
	change(`mutation($id: ID!) { installApp(input: {siteId: $id, app: "shop"}) { action { id } } }`, "installApp", map[string]any{})
	if status, _ := visit(t, lifeName, "/api/method/ping"); status != http.StatusOK {
		t.Errorf("it answers %d", status)
	}

	link := ask[struct{ SignInToSite struct{ URL string } }](t, `mutation($id: ID!) { signInToSite(input: {siteId: $id, reason: "to see it"}) { url } }`, map[string]any{"id": s.ID}).SignInToSite.URL
	path := strings.TrimPrefix(link, "http://"+lifeName)
	if user := signedInBy(t, lifeName, path); user != "Administrator" {
		t.Errorf("the link signs in %q", user)
	}
	if user := signedInBy(t, lifeName, path); user != "" {
		t.Errorf("used again, the link signs in %q", user)
	}
}

// signedInBy follows a link as a browser does, and says who is signed in then.
func signedInBy(t *testing.T, name, path string) string {
	t.Helper()
	proxy, err := fleet.Fleet.Host("p-01")
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string, cookies ...*http.Cookie) *http.Response {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+proxy.Address.String()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = name
		for _, cookie := range cookies {
			request.AddCookie(cookie)
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	entered := get(path)
	defer entered.Body.Close()
	response := get("/api/method/frappe.auth.get_logged_user", entered.Cookies()...)
	defer response.Body.Close()
	var user struct{ Message string }
	if response.StatusCode != http.StatusOK {
		return ""
	}
	if err := json.NewDecoder(response.Body).Decode(&user); err != nil {
		t.Fatal(err)
	}
	return user.Message
}

// siteIsSuspended closes a site to its visitors, who are told so by the proxy, and opens it again.
func siteIsSuspended(t *testing.T) {
	id := sites(t)[lifeName].ID
	for _, c := range []struct {
		serving string
		status  int
	}{{"SUSPENDED", http.StatusPaymentRequired}, {"MAINTENANCE", http.StatusServiceUnavailable}, {"OPEN", http.StatusOK}} {
		ask[any](t, `mutation($id: ID!, $serving: SiteServing!) { setServing(input: {siteId: $id, serving: $serving}) { site { id } } }`,
			map[string]any{"id": id, "serving": c.serving})
		until(t, time.Minute, "visitors see that it is "+c.serving, func() bool {
			status, _ := visit(t, lifeName, "/api/method/ping")
			return status == c.status
		})
	}
}

// manySitesAreChanged configures three sites as one action. One of them is not where it should be: the others are done, and a
// retry is exactly that one.
func manySitesAreChanged(t *testing.T) {
	all := sites(t)
	names := []string{siteName(1), siteName(2), lifeName}
	chosen := make([]string, len(names))
	for i, name := range names {
		chosen[i] = all[name].ID
	}
	configured := func(name string) bool {
		t.Helper()
		return strings.Contains(onHost(t, all[name].Server.Name, "cat /home/frappe/benches/*/*/sites/"+name+"/site_config.json"), `"acme_limit": 7`)
	}
	away := siteName(2)
	aside := "/home/frappe/benches/*/*/sites/" + away
	onHost(t, all[away].Server.Name, "mv "+aside+" /home/frappe/aside")
	first := ask[struct {
		ChangeSites struct{ Action struct{ ID string } }
	}](t, `mutation($ids: [ID!]!) { changeSites(input: {siteIds: $ids, deed: CONFIGURE, changes: [{name: "acme_limit", value: "7"}], idempotencyKey: "e2e-bulk"}) { action { id } } }`,
		map[string]any{"ids": chosen}).ChangeSites.Action.ID
	if end := endOfAction(t, first); end.Status != "FAILED" {
		t.Errorf("with a site that is away it ended as %s", end.Status)
	}
	onHost(t, all[away].Server.Name, fmt.Sprintf("mv /home/frappe/aside /home/frappe/benches/%s/%s/sites/%s", all[away].Bench.Name, all[away].Revision.Name, away))
	if !configured(names[0]) || !configured(lifeName) || configured(away) {
		t.Error("not exactly the sites that are there were configured")
	}

	again := ask[struct {
		RetryBulk struct{ Action struct{ ID string } }
	}](t, `mutation($id: ID!) { retryBulk(input: {actionId: $id, idempotencyKey: "e2e-bulk-again"}) { action { id } } }`, map[string]any{"id": first}).RetryBulk.Action.ID
	waitForAction(t, again)
	parts := ask[struct {
		Action struct {
			Children []struct{ Site struct{ Name string } }
		}
	}](t, `query($id: ID!) { action(id: $id) { children { site { name } } } }`, map[string]any{"id": again}).Action.Children
	if len(parts) != 1 || parts[0].Site.Name != away || !configured(away) {
		t.Errorf("the retry was of %+v", parts)
	}
}
