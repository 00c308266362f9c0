package server_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"central/fleet"
)

const askMe = `{"query": "{ me { name } }"}`

func TestWhatABrowserMayBeTrickedInto(t *testing.T) {
	c := newCentral(t)
	browser := c.person("ann", fleet.RoleAdmin)
	origin := func(o string) http.Header { return http.Header{"Origin": {o}} }
	for _, test := range []struct {
		name        string
		method      string
		contentType string
		header      http.Header
		status      int
		code        string
	}{
		{"its own page", "POST", "application/json", origin(c.web.URL), 200, ""},
		{"without the header", "POST", "application/json", http.Header{"X-Central": nil}, 403, "FORBIDDEN"},
		{"another value", "POST", "application/json", http.Header{"X-Central": {"0"}}, 403, "FORBIDDEN"},
		{"another site", "POST", "application/json", origin("https://evil.example.com"), 403, "FORBIDDEN"},
		{"another port", "POST", "application/json", origin("http://127.0.0.1:1"), 403, "FORBIDDEN"},
		{"a sandbox", "POST", "application/json", origin("null"), 403, "FORBIDDEN"},
		{"no Origin, but cross-site", "POST", "application/json", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403, "FORBIDDEN"},
		{"a form", "POST", "application/x-www-form-urlencoded", nil, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"a form with files", "POST", "multipart/form-data; boundary=x", nil, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"plain text", "POST", "text/plain", nil, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"no type", "POST", "", nil, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"a bare query", "POST", "application/graphql", nil, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"a link", "GET", "", nil, 405, "METHOD_NOT_ALLOWED"},
		{"another method", "PUT", "application/json", nil, 405, "METHOD_NOT_ALLOWED"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := browser.send(test.method, "/graphql", test.contentType, askMe, test.header)
			if r.Status != test.status || r.code() != test.code {
				t.Errorf("got %d %s, want %d %s", r.Status, r.Body, test.status, test.code)
			}
		})
	}
	t.Run("a script has no cookie to be abused", func(t *testing.T) {
		if r := c.script(c.token(fleet.RoleViewer)).send("POST", "/graphql", "application/json", askMe, nil); r.Status != 200 {
			t.Errorf("got %d %s", r.Status, r.Body)
		}
	})
	t.Run("another kind of Authorization", func(t *testing.T) {
		if r := browser.send("POST", "/graphql", "application/json", askMe, http.Header{"Authorization": {"Basic YTpi"}}); r.Status != 401 || r.code() != "UNAUTHENTICATED" {
			t.Errorf("got %d %s", r.Status, r.Body)
		}
	})
}

func TestBodiesThatAreNoRequest(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleAdmin))
	for name, test := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"broken":            {`{"query": "canary`, 400, "INVALID"},
		"nothing":           {``, 400, "INVALID"},
		"a batch":           {`[` + askMe + `,` + askMe + `]`, 400, "INVALID"},
		"no query":          {`{"variables": {"password": "canary"}}`, 400, "INVALID"},
		"wrong variables":   {`{"query": "{ me { name } }", "variables": "canary"}`, 400, "INVALID"},
		"a persisted query": {`{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "canary"}}}`, 400, "INVALID"},
		"too large":         {`{"query": "{ me { name } }", "variables": {"a": "` + strings.Repeat("canary", 200_000) + `"}}`, 413, "TOO_LARGE"},
	} {
		for _, accept := range []string{"application/json", "text/event-stream"} {
			t.Run(name+" for "+accept, func(t *testing.T) {
				r := script.send("POST", "/graphql", "application/json", test.body, http.Header{"Accept": {accept}})
				if r.Status != test.status || r.code() != test.code {
					t.Errorf("got %d %s", r.Status, r.Body)
				}
				if strings.Contains(r.Body, "canary") || strings.Contains(c.log.String(), "canary") {
					t.Error("what was sent is shown or logged")
				}
			})
		}
	}
}

func TestErrorsHaveACodeAndAField(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleAdmin))
	for _, test := range []struct {
		name, query string
		variables   vars
		code, field string
	}{
		{"no site", `mutation { deploySites(input: {siteIds: [], releases: [{app: "shop", commit: "` + commit + `"}], idempotencyKey: "k"}) { deploy { id } } }`, nil, "NO_SITES", "input.siteIds"},
		{"a bad name", `mutation($i: AddServerInput!) { addServer(input: $i) { server { id } } }`, vars{"i": vars{"name": "-x", "address": "10.0.0.1", "role": "MASTER"}}, "INVALID", "input.name"},
		{"a page too long", `{ sites(first: 1001) { totalCount } }`, nil, "INVALID", "first"},
		{"no cursor", `{ sites(after: "made-up") { totalCount } }`, nil, "INVALID", "after"},
		{"an unknown object", `mutation { setUpServer(input: {serverId: 999}) { server { id } } }`, nil, "NOT_FOUND", "input.serverId"},
		{"no id", `{ deploy(id: "one") { id } }`, nil, "INVALID", "id"},
		{"no id in an input", `mutation { setUpServer(input: {serverId: "one"}) { server { id } } }`, nil, "INVALID", "input.serverId"},
		{"no id in a variable", `mutation($i: SetUpServerInput!) { setUpServer(input: $i) { server { id } } }`, vars{"i": vars{"serverId": "one"}}, "INVALID", "input.serverId"},
		{"no id in a list", `{ siteIds(filter: {benchIds: [1, "two"]}) }`, nil, "INVALID", "filter.benchIds.1"},
		{"an unknown field", `{ me { nothing } }`, nil, "GRAPHQL_VALIDATION_FAILED", ""},
		{"an unknown input field", `mutation { setUpServer(input: {serverId: 1, all: true}) { server { id } } }`, nil, "GRAPHQL_VALIDATION_FAILED", ""},
		{"an unknown input field in a variable", `mutation($input: SetUpServerInput!) { setUpServer(input: $input) { server { id } } }`, vars{"input": vars{"serverId": 1, "all": true}}, "GRAPHQL_VALIDATION_FAILED", "input.all"},
		{"an unknown argument", `{ sites(benchId: 1) { totalCount } }`, nil, "GRAPHQL_VALIDATION_FAILED", ""},
		{"no such enum value", `mutation($r: Role!) { createApiToken(input: {name: "a", role: $r}) { token } }`, vars{"r": "ROOT"}, "GRAPHQL_VALIDATION_FAILED", "r"},
		{"a missing input", `mutation { deploySites { deploy { id } } }`, nil, "GRAPHQL_VALIDATION_FAILED", ""},
		{"no GraphQL", `{ me `, nil, "GRAPHQL_PARSE_FAILED", ""},
		{"a subscription without a stream", `subscription { actionOutput(actionId: 1) { seq } }`, nil, "INVALID", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := script.do(test.query, test.variables)
			if len(r.Errors) != 1 || r.code() != test.code || r.Errors[0].Extensions.Field != test.field || r.Errors[0].Message == "" {
				t.Errorf("got %s, want %s %s", r.Body, test.code, test.field)
			}
		})
	}
	t.Run("what is gone is null", func(t *testing.T) {
		data := script.must(`{ deploy(id: 99) { id } action(id: 99) { id } }`, nil)
		if data["deploy"] != nil || data["action"] != nil {
			t.Errorf("got %v", data)
		}
	})
}

const commit = "0123456789012345678901234567890123456789"

func TestFaultsAreLoggedAndNotShown(t *testing.T) {
	for name, fault := range map[string]func() error{
		"error": func() error { return errors.New("canary: dial 10.0.0.7") },
		"panic": func() error { panic("canary") },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentral(t)
			c.enter = func(fleet.ServerEntry) (fleet.ServerLook, error) { return fleet.ServerLook{}, fault() }
			r := c.script(c.token(fleet.RoleAdmin)).do(`mutation { addServer(input: {name: "m-01", address: "10.0.0.7", role: MASTER}) { server { id } } }`, nil)
			if r.code() != "INTERNAL" || strings.Contains(r.Body, "canary") {
				t.Fatalf("shown: %s", r.Body)
			}
			words := strings.Fields(strings.TrimSuffix(r.Errors[0].Message, "."))
			if id := words[len(words)-1]; !strings.Contains(c.log.String(), id) || !strings.Contains(c.log.String(), "canary") {
				t.Errorf("the log has no %s: %s", id, c.log)
			}
		})
	}
}

func TestCostIsLimited(t *testing.T) {
	c := newCentral(t)
	script := c.script(c.token(fleet.RoleViewer))
	nested := func(levels int) string {
		return `{ servers { ` + strings.Repeat("benches { server { ", levels) + "name" + strings.Repeat(" } }", levels) + ` } }`
	}
	aliases := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(" a" + strings.Repeat("x", i) + ": me { name }")
		}
		return "{" + b.String() + " }"
	}
	for name, query := range map[string]string{
		"nested too deep":        nested(7),
		"the same field often":   aliases(16),
		"many in many":           `{ servers { benches { revisions { bench { revisions { bench { revisions { bench { revisions { name } } } } } } } } } }`,
		"a large page of pages":  `{ sites(first: 1000) { nodes { deploy { sites { siteName } } } } }`,
		"long":                   `{ me { name } } # ` + strings.Repeat("x", 20_000),
		"many tokens":            `{ me { ` + strings.Repeat("name ", 5000) + `} }`,
		"many fields":            `{ me { ` + strings.Repeat("name ", 10) + `} ` + strings.Repeat("... on Query { me { name role mustChangePassword } } ", 14) + strings.Repeat(`apps { id name repository branch } `, 14) + strings.Repeat(`servers { id name address port user role status statusReason hostKeyFingerprint createdAt } `, 14) + strings.Repeat(`siteVersions `, 14) + strings.Repeat(`benches { id name python createdAt server { name } siteCount revisions { name } } `, 14) + `}`,
		"fragments in fragments": `{ ...a } fragment a on Query { ...b ...b } fragment b on Query { ...c ...c } fragment c on Query { ...d ...d } fragment d on Query { ...e ...e } fragment e on Query { me { name } }`,
	} {
		t.Run(name, func(t *testing.T) {
			if r := script.do(query, nil); r.code() != "COMPLEXITY_LIMIT_EXCEEDED" && r.code() != "GRAPHQL_PARSE_FAILED" {
				t.Errorf("got %.300s", r.Body)
			}
		})
	}
	for name, query := range map[string]string{
		"the introspection of GraphiQL": introspection,
		"a long page of sites":          `{ sites(first: 1000) { totalCount pageInfo { hasNextPage endCursor } nodes { id name status statusReason version maintenanceSince createdAt bench { id name } server { id name } revision { id name version } deploy { id title } } } }`,
		"fifty deploys":                 `{ deploys { nodes { id title status actorName createdAt startedAt finishedAt lastSeq progress { status total running done rolledBack broken cancelled notStarted secondsLeft } } } }`,
	} {
		t.Run(name, func(t *testing.T) { script.must(query, nil) })
	}
}

// introspection is what GraphiQL asks for.
const introspection = `query { __schema { queryType { name } mutationType { name } subscriptionType { name }
  types { ...FullType } directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue }
  type { ...TypeRef } isDeprecated deprecationReason } inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }`
