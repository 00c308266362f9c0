package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"central/fleet"
	"central/graph/generated"
)

var schema = generated.NewExecutableSchema(generated.Config{}).Schema()

// rootFields are the fields of Query, Mutation and Subscription as the schema has them, introspection included.
func rootFields(kind ast.Operation) ast.FieldList {
	root := map[ast.Operation]*ast.Definition{ast.Query: schema.Query, ast.Mutation: schema.Mutation, ast.Subscription: schema.Subscription}[kind]
	return root.Fields
}

// minimal is the smallest operation that asks for one root field, with made-up arguments.
func minimal(kind ast.Operation, field *ast.FieldDefinition) string {
	var args []string
	for _, arg := range field.Arguments {
		if arg.Type.NonNull && arg.DefaultValue == nil {
			args = append(args, arg.Name+": "+madeUp(arg.Type))
		}
	}
	text := fmt.Sprintf("%s { %s", kind, field.Name)
	if len(args) > 0 {
		text += "(" + strings.Join(args, ", ") + ")"
	}
	if schema.Types[field.Type.Name()].IsCompositeType() {
		text += " { __typename }"
	}
	return text + " }"
}

// madeUp is a literal of a type; of an enum, its last value, which for roles is the highest.
func madeUp(t *ast.Type) string {
	if t.Elem != nil {
		return "[" + madeUp(t.Elem) + "]"
	}
	definition := schema.Types[t.Name()]
	switch {
	case definition.Kind == ast.Enum:
		return definition.EnumValues[len(definition.EnumValues)-1].Name
	case definition.Kind == ast.InputObject:
		var fields []string
		for _, f := range definition.Fields {
			if f.Type.NonNull && f.DefaultValue == nil {
				fields = append(fields, f.Name+": "+madeUp(f.Type))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	case t.Name() == "String":
		return `"made-up"`
	}
	return "1"
}

func TestNobodyIsRefusedEverywhere(t *testing.T) {
	c := newCentral(t)
	c.firstAdmin()
	for _, kind := range []ast.Operation{ast.Query, ast.Mutation, ast.Subscription} {
		for _, field := range rootFields(kind) {
			t.Run(field.Name, func(t *testing.T) {
				nobody, bad := c.stranger(), c.script("central_made-up")
				if kind == ast.Subscription {
					nobody.header.Set("Accept", "text/event-stream")
					bad.header.Set("Accept", "text/event-stream")
				}
				if field.Name == "logIn" {
					if r := nobody.do(minimal(kind, field), nil); r.code() != "UNAUTHENTICATED" || len(r.Errors[0].Path) == 0 {
						t.Errorf("logIn does not get as far as the password: %s", r.Body)
					}
					return
				}
				for name, who := range map[string]*client{"no credentials": nobody, "unknown token": bad} {
					if r := who.do(minimal(kind, field), nil); !strings.Contains(r.Body, `"code":"UNAUTHENTICATED"`) {
						t.Errorf("%s: %s", name, r.Body)
					}
				}
			})
		}
	}
}

func TestNobodyDoesNotGetInBesideLogIn(t *testing.T) {
	c := newCentral(t)
	for name, query := range map[string]string{
		"second field":    `mutation { logIn(input: {name: "a", password: "b"}) { me { name } } logOut { ok } }`,
		"alias":           `mutation { logIn: logOut { ok } }`,
		"fragment":        `mutation { ...f } fragment f on Mutation { logIn(input: {name: "a", password: "b"}) { me { name } } logOut { ok } }`,
		"inline fragment": `mutation { ... on Mutation { logOut { ok } } }`,
		"only a type":     `mutation { __typename }`,
		"the schema":      `{ __schema { types { name } } }`,
		"a type":          `{ __type(name: "Query") { name } }`,
	} {
		t.Run(name, func(t *testing.T) {
			if r := c.stranger().do(query, nil); r.code() != "UNAUTHENTICATED" {
				t.Errorf("got %s", r.Body)
			}
		})
	}
}

// forbidden are the mutations that a role may not have.
var forbidden = map[fleet.Role][]string{
	fleet.RoleViewer: {"closeServer", "closeBench", "collectUsage", "createSignUpToken", "setStandbyPool", "signUp", "verifySignUp", "copySignUpLink", "sendSignUpLink", "retrySignUp",
		"createApiToken", "addApp", "fetchReleases", "createBench", "deploySites", "cancelDeploy", "retryDeploy", "addServer", "setUpServer", "pinHostKey", "createSite", "scanServer", "adoptBenches",
		"letCentralIn", "changeServer", "checkServer", "previewServer", "updateServer", "restartService", "rebootServer", "rotateCredentials", "retireServer",
		"createPair", "setUpPair", "previewPair", "dissolvePair", "rebuildSlave",
		"setServing", "renameSite", "moveSite", "addDomain", "removeDomain", "setMainDomain", "configureSite", "installApp", "removeApp", "signInToSite", "changeSites", "retryBulk", "cancelBulk", "rehearseSwitch", "switchOver", "failOver", "issueCertificate", "renewCertificate", "uploadCertificate", "removeCertificate",
		"createPlan", "updatePlan", "closePlan", "removePlan", "createCustomer", "updateCustomer", "createSubscription", "changePlan", "extendTrial", "assignSite",
		"cancelSubscription", "resumeSubscription", "recordPayment", "setAppAccess", "renewAppWebhook", "configureBench", "addBenchApp", "retireBench",
		"backUpSite", "restoreBackup", "archiveSite", "testRestore", "setBackupPolicy", "setScopedBackupPolicy", "removeScopedBackupPolicy", "removeBackup", "setBackupStorage", "stopBackupStorage"},
	fleet.RoleOperator: {"createSignUpToken", "setStandbyPool", "createApiToken", "addApp", "addServer", "setUpServer", "pinHostKey", "scanServer", "adoptBenches", "letCentralIn", "changeServer", "createPair", "setUpPair", "dissolvePair", "rebuildSlave", "switchOver", "failOver",
		"uploadCertificate", "removeCertificate", "updateServer", "restartService", "rebootServer", "rotateCredentials", "retireServer", "createPlan", "updatePlan", "closePlan", "removePlan", "setAppAccess", "renewAppWebhook", "retireBench",
		"setBackupPolicy", "setScopedBackupPolicy", "removeScopedBackupPolicy", "removeBackup", "setBackupStorage", "stopBackupStorage"},
	fleet.RoleAdmin: {},
}

// forbiddenQueries are the queries that a role may not have, because they reach out to machines.
var forbiddenQueries = map[fleet.Role][]string{
	fleet.RoleViewer:   {"probeServer", "lookAtServer", "switchPlan", "siteApps", "appTables"},
	fleet.RoleOperator: {"probeServer", "lookAtServer"},
}

func TestRoles(t *testing.T) {
	c := newCentral(t)
	own := map[string]bool{"logIn": true, "logOut": true, "changePassword": true} // everybody's, and their own
	for role, names := range forbidden {
		script := c.script(c.token(role))
		denied := map[string]bool{}
		for _, name := range names {
			denied[name] = true
		}
		for _, field := range rootFields(ast.Mutation) {
			if own[field.Name] {
				continue
			}
			t.Run(string(role)+" "+field.Name, func(t *testing.T) {
				r := script.do(minimal(ast.Mutation, field), nil)
				if got := r.code() == "FORBIDDEN"; got != denied[field.Name] {
					t.Errorf("forbidden is %v, want %v: %s", got, denied[field.Name], r.Body)
				}
				if r.code() == "INTERNAL" {
					t.Errorf("a fault: %s\n%s", r.Body, c.log)
				}
			})
		}
		for _, field := range rootFields(ast.Query) {
			t.Run(string(role)+" "+field.Name, func(t *testing.T) {
				code := script.do(minimal(ast.Query, field), nil).code()
				if got, want := code == "FORBIDDEN", slices.Contains(forbiddenQueries[role], field.Name); got != want {
					t.Errorf("forbidden is %v, want %v", got, want)
				}
				if code != "" && code != "NOT_FOUND" && code != "INVALID" && code != "FORBIDDEN" {
					t.Errorf("got %s\n%s", code, c.log)
				}
			})
		}
	}
}

func TestOneTimePasswordOpensNothingElse(t *testing.T) {
	c := newCentral(t)
	password := c.firstAdmin()
	logIn := func() *client {
		browser := c.browser()
		data := browser.must(`mutation($p: String!) { logIn(input: {name: "admin", password: $p}) { me { name role mustChangePassword } } }`, vars{"p": password})
		if me := data["logIn"].(map[string]any)["me"].(map[string]any); me["mustChangePassword"] != true || me["role"] != "ADMIN" {
			t.Fatalf("me is %v", me)
		}
		return browser
	}
	allowed := map[string]bool{"me": true, "logIn": true, "logOut": true, "changePassword": true}
	browser := logIn()
	for _, kind := range []ast.Operation{ast.Query, ast.Mutation} {
		for _, field := range rootFields(kind) {
			if allowed[field.Name] {
				continue
			}
			t.Run(field.Name, func(t *testing.T) {
				if r := browser.do(minimal(kind, field), nil); r.code() != "PASSWORD_CHANGE" {
					t.Errorf("got %s", r.Body)
				}
			})
		}
	}
	t.Run("the schema", func(t *testing.T) {
		if r := browser.do(`{ __schema { types { name } } }`, nil); r.code() != "PASSWORD_CHANGE" {
			t.Errorf("got %s", r.Body)
		}
	})
	t.Run("me", func(t *testing.T) { browser.must(`{ me { name } }`, nil) })
	t.Run("logOut", func(t *testing.T) { logIn().must(`mutation { logOut { ok } }`, nil) })
	t.Run("changePassword", func(t *testing.T) {
		browser.must(`mutation($p: String!) { changePassword(input: {current: $p, new: "`+ownPassword+`"}) { me { mustChangePassword } } }`, vars{"p": password})
		browser.must(`{ servers { name } }`, nil)
	})
}

func TestEveryPartOfTheSchemaIsDocumented(t *testing.T) {
	documented := func(description, name string) {
		if description == "" {
			t.Errorf("%s is not documented", name)
		}
	}
	for _, definition := range schema.Types {
		if definition.BuiltIn {
			continue
		}
		documented(definition.Description, definition.Name)
		for _, value := range definition.EnumValues {
			documented(value.Description, definition.Name+"."+value.Name)
		}
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			name := definition.Name + "." + field.Name
			documented(field.Description, name)
			for _, arg := range field.Arguments {
				documented(arg.Description, name+"."+arg.Name)
			}
		}
	}
}
