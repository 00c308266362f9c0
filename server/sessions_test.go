package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"central/fleet"
)

func (c *client) cookie() string {
	u, err := url.Parse(c.url)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, cookie := range c.http.Jar.Cookies(u) {
		if cookie.Name == "central_session" {
			return cookie.Value
		}
	}
	return ""
}

func logInAs(name string) vars { return vars{"n": name, "p": ownPassword} }

const logIn = `mutation($n: String!, $p: String!) { logIn(input: {name: $n, password: $p}) { me { name role } } }`

func TestSessions(t *testing.T) {
	c := newCentral(t)
	c.person("ann", fleet.RoleOperator)

	t.Run("the cookie is out of reach of scripts and other sites", func(t *testing.T) {
		r := c.browser().do(logIn, logInAs("ann"))
		cookie := r.Header.Get("Set-Cookie")
		for _, part := range []string{"central_session=", "HttpOnly", "SameSite=Lax", "Path=/"} {
			if !strings.Contains(cookie, part) {
				t.Errorf("%s is missing in %s", part, cookie)
			}
		}
	})
	t.Run("the database does not know the cookie", func(t *testing.T) {
		browser := c.browser()
		browser.must(logIn, logInAs("ann"))
		var count int
		if err := c.store.DB().QueryRow("SELECT COUNT(*) FROM sessions WHERE token = ?", browser.cookie()).Scan(&count); err != nil || count != 0 || browser.cookie() == "" {
			t.Errorf("found %d, %v", count, err)
		}
	})
	t.Run("signing in makes a new token", func(t *testing.T) {
		browser := c.browser()
		browser.must(logIn, logInAs("ann"))
		first := browser.cookie()
		browser.must(logIn, logInAs("ann"))
		if second := browser.cookie(); second == first {
			t.Error("the token is the same")
		}
		old := c.stranger()
		old.header = http.Header{"X-Central": {"1"}, "Cookie": {"central_session=" + first}}
		if r := old.do(`{ me { name } }`, nil); r.code() != "UNAUTHENTICATED" {
			t.Errorf("the old one still works: %s", r.Body)
		}
	})
	t.Run("a token of the visitor's making is not taken", func(t *testing.T) {
		visitor := c.stranger()
		visitor.header = http.Header{"X-Central": {"1"}, "Cookie": {"central_session=chosen"}}
		if r := visitor.do(logIn, logInAs("ann")); strings.Contains(r.Header.Get("Set-Cookie"), "chosen") {
			t.Error("the visitor's token is used")
		}
	})
	t.Run("signing out ends the session", func(t *testing.T) {
		browser := c.browser()
		browser.must(logIn, logInAs("ann"))
		token := browser.cookie()
		browser.must(`mutation { logOut { ok } }`, nil)
		if browser.cookie() != "" {
			t.Error("the cookie is still there")
		}
		copied := c.stranger()
		copied.header = http.Header{"X-Central": {"1"}, "Cookie": {"central_session=" + token}}
		if r := copied.do(`{ me { name } }`, nil); r.code() != "UNAUTHENTICATED" {
			t.Errorf("a copy of the cookie still works: %s", r.Body)
		}
	})
	t.Run("a new password ends all other sessions of that person", func(t *testing.T) {
		other := c.person("bob", fleet.RoleViewer)
		here, there := c.browser(), c.browser()
		here.must(logIn, logInAs("ann"))
		there.must(logIn, logInAs("ann"))
		here.must(`mutation { changePassword(input: {current: "`+ownPassword+`", new: "another long one"}) { me { name } } }`, nil)
		here.must(`{ me { name } }`, nil)
		other.must(`{ me { name } }`, nil)
		if r := there.do(`{ me { name } }`, nil); r.code() != "UNAUTHENTICATED" {
			t.Errorf("the other session still works: %s", r.Body)
		}
	})
	t.Run("wrong passwords are slowed down", func(t *testing.T) {
		for range 20 {
			if c.browser().do(logIn, vars{"n": "bob", "p": "wrong"}).code() == "RATE_LIMITED" {
				return
			}
		}
		t.Error("twenty wrong passwords are let through")
	})
	t.Run("an unknown name is told like a wrong password", func(t *testing.T) {
		unknown, wrong := c.browser().do(logIn, vars{"n": "nobody", "p": "x"}), c.browser().do(logIn, vars{"n": "ann", "p": "x"})
		if unknown.code() != "UNAUTHENTICATED" || unknown.Body != wrong.Body {
			t.Errorf("%s and %s", unknown.Body, wrong.Body)
		}
	})
	t.Run("nothing secret in the log", func(t *testing.T) {
		if log := c.log.String(); strings.Contains(log, ownPassword) || strings.Contains(log, "central_session") {
			t.Error(log)
		}
	})
}
