package server_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// What staff does about sign-ups: hand the link on, send it again, and have a site made that could not be.
func TestSignUps_ByStaff(t *testing.T) {
	y := newYard(t)
	website, plan := y.website(), y.plan("Trial")
	acme := at(website.must(signUpMutation, signUpForm("acme", plan)), "signUp", "id")
	ref := vars{"signUpId": acme}
	y.operator.refuses(t, fleet.CodeNotReady, "input.signUpId", "retrySignUp", ref)

	link := at(y.operator.call("copySignUpLink", ref, "link"), "link").(string)
	y.operator.audited(t, "copySignUpLink", "acme.example.com for Ana <acme@customers.example>")
	if !strings.HasPrefix(link, signUpLinks.Page) {
		t.Fatalf("the link is %s", link)
	}
	if log := y.everythingKept("audit_entries"); strings.Contains(log, strings.TrimPrefix(link, signUpLinks.Page)) {
		t.Errorf("the audit holds the link: %s", log)
	}

	y.sql("UPDATE sign_ups SET mail = 'FAILED', mail_error = 'mailbox full', mail_tries = 5")
	sent := y.operator.call("sendSignUpLink", ref, "signUp { mail mailError state }")
	wantJSON(t, "to be sent again", sent, `{"signUp": {"mail": "WAITING", "mailError": "", "state": "UNVERIFIED"}}`)
	for _, mutation := range []string{"copySignUpLink", "sendSignUpLink", "retrySignUp"} {
		y.operator.refuses(t, fleet.CodeNotFound, "input.signUpId", mutation, vars{"signUpId": "99"})
	}

	y.look(map[string]int64{"m-01": 60, "m-02": 30})
	verified := website.must(`mutation($t: String!) { verifySignUp(input: {token: $t}) { state } }`, vars{"t": strings.TrimPrefix(link, signUpLinks.Page)})
	wantJSON(t, "confirmed by the link", verified, `{"verifySignUp": {"state": "QUEUED"}}`)
	for _, mutation := range []string{"copySignUpLink", "sendSignUpLink"} {
		y.operator.refuses(t, fleet.CodeNotReady, "input.signUpId", mutation, ref)
	}

	for range 3 { // as often as Central tries by itself
		y.workOne(fleet.ActionCreateSite, &fleet.Failure{Code: fleet.CodeDiskFull, Message: "The disk is full."}, nil)
		if _, err := y.store.AdvanceSignUps(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	read := func() any {
		t.Helper()
		return at(y.operator.must(`{ signUps { nodes { state stateReason site { name } } } }`, nil), "signUps", "nodes", "0")
	}
	if failed := read(); at(failed, "state") != "FAILED" || !strings.Contains(at(failed, "stateReason").(string), "The disk is full.") {
		t.Errorf("it failed as %v", failed)
	}
	retried := y.operator.call("retrySignUp", ref, "signUp { state stateReason action { kind status } }")
	wantJSON(t, "retried", retried, `{"signUp": {"state": "QUEUED", "stateReason": "", "action": {"kind": "CREATE_SITE", "status": "QUEUED"}}}`)
	y.workAll()
	wantJSON(t, "in the end", read(), `{"state": "READY", "stateReason": "", "site": {"name": "acme.example.com"}}`)
}

func TestSignUps_ExpiredLinkIsNotHandedOn(t *testing.T) {
	c := newCentral(t)
	website, plan := c.website(), c.plan("Trial")
	id := at(website.must(signUpMutation, signUpForm("late", plan)), "signUp", "id")
	c.sql("UPDATE sign_ups SET expires_at = ?", time.Now().UTC().Add(-time.Minute))
	operator := c.script(c.token(fleet.RoleOperator))
	for _, mutation := range []string{"copySignUpLink", "sendSignUpLink"} {
		operator.refuses(t, fleet.CodeNotReady, "input.signUpId", mutation, vars{"signUpId": id})
	}
}
