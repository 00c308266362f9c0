package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// newSiteIsSignedInTo creates a site and signs in to it, through the proxy, with the password that was shown once.
func newSiteIsSignedInTo(t *testing.T) {
	const name = "new.example.com"
	bench := ask[struct {
		Benches []struct{ ID string }
	}](t, `{ benches { id } }`, nil).Benches[0]
	created := ask[struct {
		CreateSite struct {
			Action                struct{ ID string }
			AdministratorPassword string
		}
	}](t, `mutation($in: CreateSiteInput!) { createSite(input: $in) { action { id } administratorPassword } }`,
		map[string]any{"in": map[string]any{"name": name, "benchId": bench.ID}}).CreateSite
	waitForAction(t, created.Action.ID)
	until(t, time.Minute, "the proxy knows the site", func() bool {
		status, _ := visit(t, name, "/api/method/version")
		return status == http.StatusOK
	})
	for password, want := range map[string]int{created.AdministratorPassword: http.StatusOK, "not-" + created.AdministratorPassword: http.StatusForbidden} {
		if got := signIn(t, name, password); got != want {
			t.Errorf("signing in answers %d, want %d", got, want)
		}
	}
}

// newSiteKeepsToItself creates a site with some of its bench's apps. Its database's user reaches no other database, and it goes
// again by being archived.
func newSiteKeepsToItself(t *testing.T) {
	const name = "alone.example.com"
	benches := ask[struct{ Benches []struct{ ID string } }](t, `{ benches { id } }`, nil).Benches
	err := fleet.Client.Do(t.Context(), `mutation($in: CreateSiteInput!) { createSite(input: $in) { action { id } } }`, map[string]any{"in": map[string]any{"name": "xn--bcher-kva.example.com"}}, nil)
	wantError(t, err, "INVALID", "input.name")
	waitForAction(t, ask[struct {
		CreateSite struct{ Action struct{ ID string } }
	}](t, `mutation($in: CreateSiteInput!) { createSite(input: $in) { action { id } } }`, map[string]any{"in": map[string]any{"name": name, "benchId": benches[0].ID, "apps": []string{}}}).CreateSite.Action.ID)
	s := sites(t)[name]
	for _, app := range ask[struct {
		SiteApps []struct {
			App       string
			Installed bool
		}
	}](t, `query($id: ID!) { siteApps(siteId: $id) { app installed } }`, map[string]any{"id": s.ID}).SiteApps {
		if app.Installed != (app.App == "frappe") {
			t.Errorf("of its apps, this is wrong: %+v", app)
		}
	}
	seen := onHost(t, s.Server.Name, `cd /home/frappe/benches/*/*/sites/`+name+`
		read -r name password < <(python3 -c 'import json; c = json.load(open("site_config.json")); print(c["db_name"], c["db_password"])')
		MYSQL_PWD=$password mariadb --no-defaults --host=127.0.0.1 --user="$name" -N -e 'SHOW DATABASES' | grep -v -e information_schema -e "^$name$" || true`)
	if strings.TrimSpace(seen) != "" {
		t.Errorf("its user sees the databases\n%s", seen)
	}
	waitForAction(t, queue(t, "archiveSite", map[string]any{"siteId": s.ID, "confirmName": name}))
}

// failedCreationLeavesNothing lets the last app of a new site fail to install: no directory, no database, no account and no
// way to it is left, and the name can be used again.
func failedCreationLeavesNothing(t *testing.T) {
	const name = "failing.example.com"
	bench := ask[struct {
		Benches []struct {
			ID, Name string
			Server   struct{ Name string }
		}
	}](t, `{ benches { id name server { name } } }`, nil).Benches[0]
	app := "/home/frappe/benches/" + bench.Name + "/*/apps/shop/shop"
	trace := func() string {
		return onHost(t, bench.Server.Name, `mariadb -N -e "SHOW DATABASES; SELECT User FROM mysql.user ORDER BY 1"; ls -d /home/frappe/benches/*/*/sites/*.example.com /etc/nginx/central/sites.d/*`)
	}
	before := trace()
	create := func() string {
		return ask[struct {
			CreateSite struct{ Action struct{ ID string } }
		}](t, `mutation($in: CreateSiteInput!) { createSite(input: $in) { action { id } } }`, map[string]any{"in": map[string]any{"name": name, "benchId": bench.ID}}).CreateSite.Action.ID
	}
	onHost(t, bench.Server.Name, "chmod 000 "+app)
	end := endOfAction(t, create())
	onHost(t, bench.Server.Name, "chmod 755 "+app)
	if end.Status != "FAILED" {
		t.Errorf("it ended as %s", end.Status)
	}
	if after := trace(); after != before {
		t.Errorf("on the server was\n%s\nand is\n%s", before, after)
	}
	until(t, time.Minute, "nothing answers for it", func() bool {
		status, _ := visit(t, name, "/api/method/ping")
		return status == http.StatusNotFound
	})
	waitForAction(t, create())
	waitForAction(t, queue(t, "archiveSite", map[string]any{"siteId": sites(t)[name].ID, "confirmName": name}))
}

// signIn returns the status with which a site answers its Administrator.
func signIn(t *testing.T, name, password string) int {
	t.Helper()
	proxy, err := fleet.Fleet.Host("p-01")
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"usr": "Administrator", "pwd": password})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+proxy.Address.String()+"/api/method/login", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = name
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}
