package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"central/fleet"
)

// signUpLinks are those of the tests' Central.
var signUpLinks = fleet.SignUpLinks{Key: []byte(strings.Repeat("k", 32)), Page: "https://central.example.com/confirm?token="}

// website is a script with a token of the one narrow scope.
func (c *central) website() *client {
	c.t.Helper()
	if err := c.store.UseNameRules(fleet.NameRules{Domains: []string{"example.com"}}); err != nil {
		c.t.Fatal(err)
	}
	token := c.script(c.token(fleet.RoleAdmin)).must(`mutation { createSignUpToken(input: {name: "website"}) { token } }`, nil)["createSignUpToken"].(map[string]any)["token"].(string)
	return c.script(token)
}

// plan puts a plan on record and returns its number.
func (c *central) plan(name string) string {
	c.t.Helper()
	data := c.script(c.token(fleet.RoleAdmin)).must(`mutation($n: String!) { createPlan(input: {name: $n, price: {amount: 4900, currency: "EUR"}, trialDays: 14, graceDays: 7, limits: {}}) { plan { id } } }`, vars{"n": name})
	return data["createPlan"].(map[string]any)["plan"].(map[string]any)["id"].(string)
}

const signUpMutation = `mutation($in: SignUpInput!) { signUp(input: $in) { id secret state sentence siteName } }`

// signUpForm is what somebody fills in for NAME.example.com.
func signUpForm(name, plan string) vars {
	return vars{"in": vars{
		"idempotencyKey": "form-" + name, "planId": plan, "siteName": name + ".example.com", "name": "Ana", "email": name + "@customers.example", "clientAddress": "192.0.2.7",
	}}
}

// The token of the website may do its one thing: everything else in the schema is refused, whatever it is wrapped in.
func TestSignUpToken_OpensNothingElse(t *testing.T) {
	c := newCentral(t)
	website := c.website()
	its := map[string]bool{"signUp": true, "verifySignUp": true, "signUpProgress": true}
	for _, kind := range []ast.Operation{ast.Query, ast.Mutation, ast.Subscription} {
		for _, field := range rootFields(kind) {
			if its[field.Name] {
				continue
			}
			t.Run(field.Name, func(t *testing.T) {
				asking := website
				if kind == ast.Subscription {
					asking = &client{t: t, url: website.url, http: website.http, header: website.header.Clone()}
					asking.header.Set("Accept", "text/event-stream")
				}
				if r := asking.do(minimal(kind, field), nil); !strings.Contains(r.Body, `"code":"FORBIDDEN"`) {
					t.Errorf("got %s", r.Body)
				}
			})
		}
	}
	for name, query := range map[string]string{
		"second field":    `mutation { verifySignUp(input: {token: "x"}) { id } createCustomer(input: {name: "a", email: "a@example.com"}) { customer { id } } }`,
		"alias":           `mutation { signUp: createCustomer(input: {name: "a", email: "a@example.com"}) { customer { id } } }`,
		"fragment":        `mutation { ...f } fragment f on Mutation { verifySignUp(input: {token: "x"}) { id } logOut { ok } }`,
		"inline fragment": `mutation { ... on Mutation { logOut { ok } } }`,
		"only a type":     `{ __typename }`,
		"the schema":      `{ __schema { types { name } } }`,
		"a type":          `{ __type(name: "Query") { name } }`,
	} {
		t.Run(name, func(t *testing.T) {
			if r := website.do(query, nil); r.code() != "FORBIDDEN" {
				t.Errorf("got %s", r.Body)
			}
		})
	}
	// What its own operations answer leads nowhere else: every field of theirs is a plain value.
	for _, name := range []string{"SignUpPayload", "VerifySignUpPayload", "SignUpProgress"} {
		for _, field := range schema.Types[name].Fields {
			if schema.Types[field.Type.Name()].IsCompositeType() {
				t.Errorf("%s.%s leads to a %s", name, field.Name, field.Type.Name())
			}
		}
	}
	t.Run("metrics", func(t *testing.T) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.web.URL+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header = website.header.Clone()
		request.Header.Set("X-Forwarded-For", "192.0.2.80")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			t.Errorf("got %d", response.StatusCode)
		}
	})
}

func TestSignUp_OverTheAPI(t *testing.T) {
	c := newCentral(t)
	website, plan := c.website(), c.plan("Trial")
	answer := website.must(signUpMutation, signUpForm("acme", plan))["signUp"].(map[string]any)
	if answer["state"] != "UNVERIFIED" || answer["siteName"] != "acme.example.com" || answer["secret"] == "" {
		t.Fatalf("got %v", answer)
	}
	again := website.must(signUpMutation, signUpForm("acme", plan))["signUp"].(map[string]any)
	if again["id"] != answer["id"] || again["secret"] != answer["secret"] {
		t.Errorf("the same form again made %v", again)
	}

	t.Run("ErrorsSayTheField", func(t *testing.T) {
		for field, change := range map[string]vars{
			"input.siteName": {"siteName": "www.example.com"}, "input.email": {"email": "acme"}, "input.clientAddress": {"clientAddress": "here"},
			"input.planId": {"planId": "99"}, "input.region": {"region": "ams1"},
		} {
			form := signUpForm("other", plan)
			for key, value := range change {
				form["in"].(vars)[key] = value
			}
			r := website.do(signUpMutation, form)
			if len(r.Errors) != 1 || r.Errors[0].Extensions.Field != field {
				t.Errorf("%s: %s", field, r.Body)
			}
		}
	})

	t.Run("Progress", func(t *testing.T) {
		socket := website.open()
		socket.subscribe("p", fmt.Sprintf(`subscription { signUpProgress(id: %v, secret: %q) { state sentence siteName percent } }`, answer["id"], answer["secret"]))
		state := func() string {
			t.Helper()
			var next struct {
				Data struct{ SignUpProgress struct{ State string } }
			}
			m := socket.next()
			if err := json.Unmarshal(m.Payload, &next); err != nil || m.Type != "next" {
				t.Fatalf("got %s %s", m.Type, m.Payload)
			}
			return next.Data.SignUpProgress.State
		}
		if got := state(); got != "UNVERIFIED" {
			t.Errorf("it begins as %s", got)
		}
		id := signUpID(t, answer)
		signUps, err := c.store.SignUpsByID(t.Context(), []uint{id})
		if err != nil {
			t.Fatal(err)
		}
		token := signUpLinks.Token(signUps[id])
		verified := website.must(`mutation($t: String!) { verifySignUp(input: {token: $t}) { state siteName administratorPassword } }`, vars{"t": token})["verifySignUp"].(map[string]any)
		if verified["state"] != "QUEUED" || len(verified["administratorPassword"].(string)) < 20 {
			t.Errorf("confirmed as %v", verified)
		}
		if got := state(); got != "QUEUED" { // there is no server at all
			t.Errorf("it goes on as %s", got)
		}
		if r := website.do(`mutation($t: String!) { verifySignUp(input: {token: $t}) { state } }`, vars{"t": token}); r.code() != "LINK_USED" || r.Errors[0].Extensions.Field != "input.token" {
			t.Errorf("used twice: %s", r.Body)
		}
	})

	t.Run("ProgressNeedsTheSecret", func(t *testing.T) {
		for _, secret := range []string{"null", `""`, `"x"`, fmt.Sprintf("%q", signUpLinks.Secret(99))} {
			events := website.events(fmt.Sprintf(`subscription { signUpProgress(id: %v, secret: %s) { state } }`, answer["id"], secret))
			if data := string(events.next("next")); !strings.Contains(data, `"code":"NOT_FOUND"`) {
				t.Errorf("with %s: %s", secret, data)
			}
		}
		staff := c.script(c.token(fleet.RoleViewer)).events(fmt.Sprintf(`subscription { signUpProgress(id: %v) { state } }`, answer["id"]))
		if data := string(staff.next("next")); !strings.Contains(data, `"state":"QUEUED"`) {
			t.Errorf("staff sees %s", data)
		}
	})

	t.Run("StaffSeesIt", func(t *testing.T) {
		data := c.script(c.token(fleet.RoleViewer)).must(`{ signUps(filter: {search: "acme"}) { totalCount nodes { email earlier disposable plan { name } customer { email } site { name } action { id } } } }`, nil)["signUps"].(map[string]any)
		node := data["nodes"].([]any)[0].(map[string]any)
		if data["totalCount"] != 1.0 || node["customer"].(map[string]any)["email"] != "acme@customers.example" || node["disposable"] != false || node["site"] != nil {
			t.Errorf("got %v", data)
		}
	})
}

func signUpID(t *testing.T, answer map[string]any) uint {
	t.Helper()
	var id uint
	if _, err := fmt.Sscan(answer["id"].(string), &id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestConfirmPage(t *testing.T) {
	c := newCentral(t)
	website, plan := c.website(), c.plan("Trial")
	answer := website.must(signUpMutation, signUpForm("acme", plan))["signUp"].(map[string]any)
	id := signUpID(t, answer)
	signUps, err := c.store.SignUpsByID(t.Context(), []uint{id})
	if err != nil {
		t.Fatal(err)
	}
	token := signUpLinks.Token(signUps[id])
	state := func() fleet.SignUpState {
		t.Helper()
		progress, err := c.store.SignUpProgressOf(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return progress.State
	}
	get := func(query string) (int, string) {
		t.Helper()
		response, err := http.Get(c.web.URL + "/confirm" + query)
		if err != nil {
			t.Fatal(err)
		}
		return read(t, response)
	}
	post := func(token string) (int, string) {
		t.Helper()
		response, err := http.PostForm(c.web.URL+"/confirm", url.Values{"token": {token}})
		if err != nil {
			t.Fatal(err)
		}
		return read(t, response)
	}

	if status, page := get("?token=" + token); status != http.StatusOK || !strings.Contains(page, "<button>Confirm</button>") {
		t.Errorf("the page is %d %s", status, page)
	}
	if got := state(); got != fleet.SignUpUnverified {
		t.Errorf("opening the page made it %s", got)
	}
	if status, page := get(`?token="><script>alert(1)</script>`); status != http.StatusOK || strings.Contains(page, "<script>") {
		t.Errorf("the page is %d %s", status, page)
	}
	if status, page := get(""); status != http.StatusOK || !strings.Contains(page, "nothing to confirm") {
		t.Errorf("the page is %d %s", status, page)
	}
	if status, page := post("12.34.x"); status != http.StatusUnprocessableEntity || !strings.Contains(page, "not one of ours") {
		t.Errorf("a wrong token is answered with %d %s", status, page)
	}
	if status, page := post(token); status != http.StatusOK || !strings.Contains(page, `href="https://acme.example.com"`) || !strings.Contains(page, "It is shown this once") {
		t.Errorf("confirmed with %d %s", status, page)
	}
	if got := state(); got != fleet.SignUpQueued {
		t.Errorf("confirming made it %s", got)
	}
	if status, page := post(token); status != http.StatusUnprocessableEntity || !strings.Contains(page, "used already") {
		t.Errorf("a used link is answered with %d %s", status, page)
	}
}

func read(t *testing.T, response *http.Response) (int, string) {
	t.Helper()
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.Header.Get("Cache-Control") != "no-store" || response.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("the headers are %v", response.Header)
	}
	return response.StatusCode, string(page)
}
