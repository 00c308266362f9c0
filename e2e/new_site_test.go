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
