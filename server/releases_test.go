package server_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// announce sends a push to an app's webhook and returns the status.
func (c *central) announce(app, body, signature string) int {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.web.URL+"/webhooks/releases/"+app, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("X-Hub-Signature-256", signature)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		c.t.Fatal(err)
	}
	return response.StatusCode
}

func hubSignature(body, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func TestReleasesWebhook(t *testing.T) {
	c := newCentral(t)
	app, _, err := c.store.AddApp(t.Context(), admin, fleet.NewApp{Name: "crm", Repository: "https://git.example.com/crm", Branch: "main"})
	if err != nil {
		t.Fatal(err)
	}
	script := c.script(c.token(fleet.RoleAdmin))
	renewed := func() string {
		data := script.must(`mutation($i: RenewAppWebhookInput!) { renewAppWebhook(input: $i) { secret app { hookMadeAt } } }`, map[string]any{"i": map[string]any{"appId": app.ID}})
		return at(data, "renewAppWebhook", "secret").(string)
	}
	// looked takes the app's turn, and says whether it was due.
	looked := func() bool {
		due, err := c.store.AppsToLookAt(t.Context(), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return len(due) == 1
	}
	const body = `{"ref": "refs/heads/main"}`
	looked()

	if got := c.announce("crm", body, hubSignature(body, "")); got != http.StatusUnauthorized || looked() {
		t.Errorf("without a secret it answers %d", got)
	}
	first := renewed()
	for name, wrong := range map[string]string{
		"no signature": "", "another secret": hubSignature(body, "guess"), "another body": hubSignature(body+" ", first), "no prefix": strings.TrimPrefix(hubSignature(body, first), "sha256="),
	} {
		if got := c.announce("crm", body, wrong); got != http.StatusUnauthorized || looked() {
			t.Errorf("%s: it answers %d", name, got)
		}
	}
	if got := c.announce("nothing", body, hubSignature(body, first)); got != http.StatusUnauthorized {
		t.Errorf("an unknown app answers %d", got)
	}
	if got := c.announce("crm", body, hubSignature(body, first)); got != http.StatusOK || !looked() {
		t.Errorf("a signed announcement answers %d", got)
	}
	second := renewed()
	if got := c.announce("crm", body, hubSignature(body, first)); got != http.StatusUnauthorized || looked() {
		t.Errorf("the secret of before answers %d", got)
	}
	if got := c.announce("crm", body, hubSignature(body, second)); got != http.StatusOK || !looked() {
		t.Errorf("the new secret answers %d", got)
	}
}
