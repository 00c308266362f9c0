package bench

import (
	"path"
	"regexp"
	"time"

	"central/fleet"
)

var (
	loginKeyScript = read("login_key.py")
	loginKey       = regexp.MustCompile(`\A[A-Za-z0-9]{20,64}\z`)
)

// AllowLogin lets whoever asks for LoginPath(key) sign in to the site as its Administrator: once, and for so long. Frappe 14 and
// later know how. It errs with CodeInvalid for a key that is not of Central's making.
func AllowLogin(s Site, key string, within time.Duration) (Command, error) {
	if !loginKey.MatchString(key) {
		return Command{}, fleet.Errorf(fleet.CodeInvalid, "this is no key of Central's making")
	}
	c := frappe(s.revision, "let somebody sign in to "+s.host)
	c.Argv = []string{path.Join(s.revision.Dir(), "env/bin/python"), "-c", loginKeyScript, "login_key", s.host}
	c.Stdin = mustJSON(map[string]any{"key": key, "seconds": int(within.Seconds())})
	return c, nil
}

// LoginPath is where a key of AllowLogin signs in.
func LoginPath(key string) string {
	return "/api/method/frappe.www.login.login_via_key?key=" + key
}
