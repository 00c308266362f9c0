package fleet_test

import (
	"errors"
	"strings"
	"testing"

	"central/fleet"
)

// hostile holds strings that no name may ever be: options, shell, Jinja, paths, control bytes, look-alikes.
var hostile = []string{
	"", "-", "-x", "--upload-pack=touch", "--", ".", "..", "../etc", "/etc/passwd", "a/b", `a\b`,
	"a b", " a", "a ", "a\n", "\na", "a\nb", "a\x00", "a\tb", "a\r",
	"$(id)", "`id`", "a;id", "a|id", "a&id", "a>b", "a'b", `a"b`, "a*", "a?", "~a", "#a", "a=b", "!a",
	"{{ 1 }}", "{% x %}", "a{{b}}", "lookup('pipe','id')", "%00", "%s",
	"аpple", "exámple", "a\u200b", "a\u202e", "\xff\xfe", "a,b", "a:b", "@a", "(a)", "[a]", "ansible_host=x",
	strings.Repeat("a", 300), strings.Repeat("a.", 200) + "com",
}

func TestNames(t *testing.T) {
	forty := strings.Repeat("0123456789abcdef", 3)[:40]
	for _, kind := range []struct {
		name  string
		valid func(string) error
		yes   []string
		no    []string
	}{
		{"bench", fleet.ValidBenchName,
			[]string{"a", "main", "v15-eu", "a" + strings.Repeat("b", 30)},
			[]string{"A", "1a", "-a", "a_b", "a.b", "a" + strings.Repeat("b", 31)}},
		{"server", fleet.ValidServerName,
			[]string{"m-01", "1", "db1.example.com", strings.Repeat("a", 63)},
			[]string{"all", "localhost", "ungrouped", "M1", "a-", ".a", "a_b", strings.Repeat("a", 64)}},
		{"app", fleet.ValidAppName,
			[]string{"frappe", "erpnext", "my_app2", "a" + strings.Repeat("b", 60)},
			[]string{"my-app", "_a", "2a", "Frappe", "a.b", "a" + strings.Repeat("b", 61)}},
		{"revision", fleet.ValidRevisionName,
			[]string{"r1", "r42", "r999999999"},
			[]string{"r", "r0", "r01", "R1", "1", "r-1", "r1a", "r1.", "r9999999999"}},
		{"commit", fleet.ValidCommit,
			[]string{forty},
			[]string{forty[:39], forty + "0", strings.ToUpper(forty), "main", "HEAD", forty[:39] + "g", forty + "\n"}},
		{"site", fleet.ValidSiteName,
			[]string{"a.b", "acme.example.com", "1.example.com", "x--y.example", "xn--bcher-kva.example", strings.Repeat("a", 63) + ".com"},
			[]string{"acme", "Acme.example.com", "acme.example.com.", ".acme.com", "a..b", "-a.com", "a-.com", "a_b.com",
				"10.0.0.1", "a.1", "apps.txt", "apps.json", "*.example.com", strings.Repeat("a", 64) + ".com"}},
		{"address", fleet.ValidAddress,
			[]string{"10.0.0.1", "::1", "2001:db8::1", "m-01", "m1.example.com"},
			[]string{"10.0.0.256", "fe80::1%eth0", "[::1]", "10.0.0.1:22", "root@m1", "M1", "-oProxyCommand=id"}},
		{"login", fleet.ValidLogin,
			[]string{"root", "frappe", "_apt", "deploy-1"},
			[]string{"Root", "1a", "-a", "a.b", "a b", strings.Repeat("a", 33)}},
		{"repository", fleet.ValidRepository,
			[]string{"https://github.com/frappe/frappe", "https://git.example.com:8443/a/b.git", "ssh://git@example.com/a/b.git",
				"ssh://example.com:2222/~me/x", "git://10.88.0.1/frappe", "git://10.88.0.1:9418/frappe.git/", "https://[2001:db8::1]/a"},
			[]string{"ext::sh -c id", "ext::id", "file:///etc", "/srv/git/a", "./a", "http://example.com/a", "HTTPS://example.com/a",
				"git@example.com:a/b.git", "example.com:a", "https://", "https:///a", "https://example.com", "https://example.com/",
				"https://me:secret@example.com/a", "https://me@example.com/a", "ssh://-oProxyCommand=id/a", "ssh://-x@example.com/a",
				"https://example.com/../a", "https://example.com/a/../b", "https://example.com/-a", "https://example.com/a?b=c",
				"https://example.com/a#b", "https://example.com/%2e%2e/a", "https://example.com:0/a", "https://example.com:70000/a",
				"https://example.com:/a", "https://example.com/a b", "https://example.com/$(id)", "https://example.com/a;id",
				"https://example.com/{{a}}", "https://exаmple.com/a", "https://example.com/a\n", "ftp://example.com/a",
				"https::https://example.com/a", "https://example.com/" + strings.Repeat("a", 500)}},
	} {
		t.Run(kind.name, func(t *testing.T) {
			for _, s := range kind.yes {
				if err := kind.valid(s); err != nil {
					t.Errorf("%q: %v", s, err)
				}
			}
			for _, s := range append(kind.no, hostile...) {
				err := kind.valid(s)
				if fleet.ErrorCode(err) != fleet.CodeInvalid {
					t.Errorf("%q: got %v, want %s", s, err, fleet.CodeInvalid)
					continue
				}
				if strings.ContainsAny(err.Error(), "\n\r\x00\x1b") {
					t.Errorf("%q: control bytes in the message %q", s, err)
				}
			}
		})
	}
}

func TestValidPort(t *testing.T) {
	for port, ok := range map[int]bool{-1: false, 0: false, 1: true, 22: true, 65535: true, 65536: false} {
		if err := fleet.ValidPort(port); (err == nil) != ok {
			t.Errorf("%d: %v", port, err)
		}
	}
}

func TestAtField(t *testing.T) {
	err := fleet.ValidBenchName("-x")
	at := fleet.AtField(err, "input.name")
	var e, was *fleet.Error
	if !errors.As(at, &e) || !errors.As(err, &was) {
		t.Fatalf("%v and %v are no *fleet.Error", at, err)
	}
	if e.Field != "input.name" || e.Code != fleet.CodeInvalid || e.Message != was.Message {
		t.Errorf("got %+v", e)
	}
	if was.Field != "" {
		t.Error("AtField changed the error that it was given")
	}
	if fleet.AtField(nil, "x") != nil {
		t.Error("nil became an error")
	}
}
