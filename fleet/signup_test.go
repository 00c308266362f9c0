package fleet

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var signUpNames = NameRules{Domains: []string{"example.com", "apps.example.org"}, Reserved: []string{"acme-team"}}

func aSignUp(change ...func(*SignUpInput)) SignUpInput {
	in := SignUpInput{
		IdempotencyKey: "form-1", PlanID: 1, SiteName: "acme.example.com", Name: "Ana Lee", Company: "Acme", Email: "ana@acme.example", ClientAddress: "192.0.2.7",
	}
	for _, c := range change {
		c(&in)
	}
	return in
}

func TestSignUpInput_Validate(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		in := aSignUp(func(in *SignUpInput) {
			in.SiteName, in.Email, in.Name, in.ClientAddress = " ACME.example.com. ", " Ana@Acme.example ", " Ana Lee ", "::ffff:192.0.2.7"
		})
		if err := in.Validate(signUpNames); err != nil {
			t.Fatal(err)
		}
		if want := aSignUp(); in != want {
			t.Errorf("got %+v, want %+v", in, want)
		}
	})

	for _, test := range []struct {
		name   string
		change func(*SignUpInput)
		field  string
		words  string
	}{
		{"NoKey", func(in *SignUpInput) { in.IdempotencyKey = "" }, "input.idempotencyKey", "1 to 100 bytes"},
		{"NoName", func(in *SignUpInput) { in.Name = " " }, "input.name", "1 to 140"},
		{"NameOfTwoLines", func(in *SignUpInput) { in.Name = "Ana\r\nBcc: all@example.com" }, "input.name", "one line"},
		{"Company", func(in *SignUpInput) { in.Company = strings.Repeat("x", 141) }, "input.company", "140"},
		{"Email", func(in *SignUpInput) { in.Email = "ana@" }, "input.email", "no e-mail address"},
		{"EmailOfTwo", func(in *SignUpInput) { in.Email = "ana@example.com,bea@example.com" }, "input.email", "no e-mail address"},
		{"EmailWithALookAlike", func(in *SignUpInput) { in.Email = "an\u0430@example.com" }, "input.email", "no e-mail address"},
		{"Region", func(in *SignUpInput) { in.Region = "--fra" }, "input.region", "no region"},
		{"OtherDomain", func(in *SignUpInput) { in.SiteName = "acme.example.net" }, "input.siteName", "example.com, apps.example.org"},
		{"TwoLabels", func(in *SignUpInput) { in.SiteName = "a.acme.example.com" }, "input.siteName", "directly below example.com or apps.example.org"},
		{"DomainItself", func(in *SignUpInput) { in.SiteName = "example.com" }, "input.siteName", "below"},
		{"Empty", func(in *SignUpInput) { in.SiteName = "" }, "input.siteName", "no name for a site"},
		{"Underscore", func(in *SignUpInput) { in.SiteName = "ac_me.example.com" }, "input.siteName", "no name for a site"},
		{"Short", func(in *SignUpInput) { in.SiteName = "ab.example.com" }, "input.siteName", "too short"},
		{"Cyrillic", func(in *SignUpInput) { in.SiteName = "\u0430cme.example.com" }, "input.siteName", "characters besides a to z"},
		{"FullWidth", func(in *SignUpInput) { in.SiteName = "\uff41cme.example.com" }, "input.siteName", "characters besides a to z"},
		{"Punycode", func(in *SignUpInput) { in.SiteName = "xn--cme-7cd.example.com" }, "input.siteName", "stands for letters"},
		{"Reserved", func(in *SignUpInput) { in.SiteName = "www.example.com" }, "input.siteName", "reserved"},
		{"ReservedByTheTeam", func(in *SignUpInput) { in.SiteName = "acme-team.example.com" }, "input.siteName", "reserved"},
		{"LooksReservedByTheTeam", func(in *SignUpInput) { in.SiteName = "acmeteam.example.com" }, "input.siteName", "looks like acme-team"},
		{"LooksReserved", func(in *SignUpInput) { in.SiteName = "adm1n.example.com" }, "input.siteName", "looks like admin"},
		{"LooksReservedToo", func(in *SignUpInput) { in.SiteName = "supp0rt.example.com" }, "input.siteName", "looks like support"},
		{"LooksReservedWithADash", func(in *SignUpInput) { in.SiteName = "web-rnail.example.com" }, "input.siteName", "looks like webmail"},
		{"ClientAddress", func(in *SignUpInput) { in.ClientAddress = "localhost" }, "input.clientAddress", "no IP address"},
		{"ClientZone", func(in *SignUpInput) { in.ClientAddress = "fe80::1%eth0" }, "input.clientAddress", "no IP address"},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := aSignUp(test.change)
			var e *Error
			if err := in.Validate(signUpNames); !errors.As(err, &e) || e.Code != CodeInvalid || e.Field != test.field || !strings.Contains(strings.ToLower(e.Message), strings.ToLower(test.words)) {
				t.Errorf("got %v, want it to be about %s and say %q", err, test.field, test.words)
			}
		})
	}

	t.Run("NoDomain", func(t *testing.T) {
		in := aSignUp()
		if err := in.Validate(NameRules{}); ErrorCode(err) != CodeNotReady {
			t.Errorf("got %v", err)
		}
	})
}

func TestSignUpInput_Digest(t *testing.T) {
	if aSignUp().Digest() != aSignUp(func(in *SignUpInput) { in.ClientAddress, in.IdempotencyKey = "192.0.2.8", "form-2" }).Digest() {
		t.Error("the address and the key are no part of what is asked for")
	}
	for name, change := range map[string]func(*SignUpInput){
		"plan": func(in *SignUpInput) { in.PlanID = 2 }, "region": func(in *SignUpInput) { in.Region = "fra1" }, "site": func(in *SignUpInput) { in.SiteName = "b.example.com" },
		"name": func(in *SignUpInput) { in.Name = "B" }, "company": func(in *SignUpInput) { in.Company = "B" }, "email": func(in *SignUpInput) { in.Email = "b@example.com" },
	} {
		if aSignUp().Digest() == aSignUp(change).Digest() {
			t.Errorf("another %s has the same digest", name)
		}
	}
}

func TestEmailIdentity(t *testing.T) {
	for email, want := range map[string]string{
		"ana@example.com": "ana@example.com", "ana+trial7@example.com": "ana@example.com", "a.na@example.com": "a.na@example.com",
		"a.n.a@gmail.com": "ana@gmail.com", "an.a+x@googlemail.com": "ana@gmail.com", "+ana@example.com": "+ana@example.com",
	} {
		if got := EmailIdentity(email); got != want {
			t.Errorf("%s is %s, want %s", email, got, want)
		}
	}
}

func TestDisposableEmail(t *testing.T) {
	for email, want := range map[string]bool{
		"a@mailinator.com": true, "a@eu.mailinator.com": true, "a@notmailinator.com": false, "a@example.com": false, "a@com": false, "a@yopmail.fr": true,
	} {
		if got := DisposableEmail(email); got != want {
			t.Errorf("%s: %v", email, got)
		}
	}
}

func TestClientNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64", "2001:db8:1:3::1": "2001:db8:1:3::/64",
	} {
		if got := ClientNetwork(address); got != want {
			t.Errorf("%s is in %s, want %s", address, got, want)
		}
	}
}

func TestSignUpLinks(t *testing.T) {
	links := SignUpLinks{Key: []byte(strings.Repeat("k", 32)), Page: "https://central.example.com/confirm?token="}
	now := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	signUp := SignUp{ID: 12, ExpiresAt: now.Add(time.Hour)}
	token := links.Token(signUp)
	if got, want := links.Link(signUp), "https://central.example.com/confirm?token="+token; got != want {
		t.Errorf("the link is %s, want %s", got, want)
	}
	if id, err := links.Read(token, now); id != 12 || err != nil {
		t.Errorf("got %d, %v", id, err)
	}
	other := SignUpLinks{Key: []byte(strings.Repeat("o", 32))}
	for name, test := range map[string]struct {
		token string
		code  Code
	}{
		"Empty": {"", CodeInvalid}, "Cut": {token[:len(token)-1], CodeInvalid}, "NoSignature": {"12.1777633200", CodeInvalid},
		"OtherNumber": {"13" + token[2:], CodeInvalid}, "Later": {strings.Replace(token, ".17", ".18", 1), CodeInvalid},
		"OtherKey": {other.Token(signUp), CodeInvalid}, "Secret": {"12.1777633200." + links.Secret(12), CodeInvalid},
		"Expired": {links.Token(SignUp{ID: 12, ExpiresAt: now.Add(-time.Second)}), CodeLinkExpired},
	} {
		t.Run(name, func(t *testing.T) {
			var e *Error
			if _, err := links.Read(test.token, now); !errors.As(err, &e) || e.Code != test.code || e.Field != "input.token" {
				t.Errorf("got %v", err)
			}
		})
	}
	if !links.Knows(12, links.Secret(12)) || links.Knows(13, links.Secret(12)) || links.Knows(12, "") || links.Knows(12, other.Secret(12)) {
		t.Error("a secret is known where it is not, or not known where it is")
	}
}

func TestSignUp_Sentence(t *testing.T) {
	site := uint(1)
	seen := map[string]bool{}
	for _, signUp := range []SignUp{
		{State: SignUpUnverified}, {State: SignUpQueued, StateReason: "m-01 is down."}, {State: SignUpQueued, SiteID: &site}, {State: SignUpPreparing},
		{State: SignUpReady}, {State: SignUpExpired}, {State: SignUpFailed, StateReason: "m-01 is down."},
	} {
		words := signUp.Sentence()
		if seen[words] || words == "" || strings.Contains(words, "m-01") {
			t.Errorf("%s says %q", signUp.State, words)
		}
		seen[words] = true
	}
}

func TestActor_RequireSignUp(t *testing.T) {
	website := Actor{TokenID: 1, Role: RoleNone, Scope: ScopeSignUp}
	for name, test := range map[string]struct {
		actor Actor
		code  Code
	}{
		"Website": {website, ""}, "Operator": {Actor{Role: RoleOperator}, ""}, "Viewer": {Actor{Role: RoleViewer}, CodeForbidden}, "Nobody": {Actor{}, CodeUnauthenticated},
		"OtherScope": {Actor{Role: RoleNone, Scope: "sites:read"}, CodeForbidden}, "OneTime": {Actor{Role: RoleAdmin, MustChangePassword: true}, CodePasswordChange},
	} {
		if err := test.actor.RequireSignUp(); ErrorCode(err) != test.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, role := range []Role{RoleViewer, RoleOperator, RoleAdmin} {
		if err := website.Require(role); ErrorCode(err) != CodeForbidden {
			t.Errorf("the website as %s: %v", role, err)
		}
	}
}
