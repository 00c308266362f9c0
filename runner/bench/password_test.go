package bench

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"

	"central/fleet"
)

// What passlib itself makes of a password, a salt and a number of rounds.
func TestHashPasswordAsPasslib(t *testing.T) {
	salt, err := base64.RawStdEncoding.DecodeString("XAuBMIYQQogxRg")
	if err != nil {
		t.Fatal(err)
	}
	got, err := hashPassword("password", salt, 8000)
	if want := "$pbkdf2-sha256$8000$XAuBMIYQQogxRg$tRRlz8hYn63B9LYiCd6PRo6FMiunY9ozmMMI3srxeRE"; err != nil || got != want {
		t.Errorf("got %s %v, want %s", got, err, want)
	}
}

// The passwords themselves never go to a server, and the same one has another hash each time.
func TestSetAdminPasswords(t *testing.T) {
	list := make([]HashedPassword, 2)
	for i, database := range []string{"standby-1.example.com", "standby-2.example.com"} {
		var err error
		if list[i], err = HashPassword("acme.example.com", database, "4dmin-canary"); err != nil {
			t.Fatal(err)
		}
	}
	c := SetAdminPasswords(list...)
	hashes := regexp.MustCompile(`'\$pbkdf2-sha256\$29000\$[./A-Za-z0-9]{22}\$[./A-Za-z0-9]{43}'`).FindAllString(string(c.Stdin), -1)
	if len(hashes) != 2 || hashes[0] == hashes[1] {
		t.Errorf("the hashes are %v", hashes)
	}
	for _, database := range []string{"standby-1.example.com", "standby-2.example.com"} {
		if !strings.Contains(string(c.Stdin), "INSERT INTO `"+DatabaseName(database)+"`.`__Auth`") {
			t.Errorf("%s gets none: %s", database, c.Stdin)
		}
	}
	if seen := strings.Join(c.Argv, " "); strings.Contains(seen, "canary") || strings.Contains(seen, "pbkdf2") || strings.Contains(string(c.Stdin), "canary") {
		t.Errorf("everybody sees %s", seen)
	}
}

// Of many databases, one that does not take the password keeps none of the others from it.
func TestSetAdminPasswordsOfMany(t *testing.T) {
	s := startServer(t)
	list := []HashedPassword{}
	for _, host := range []string{"a.example.com", "missing.example.com", "b.example.com"} {
		p, err := HashPassword(host, host, "4dmin-canary")
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
		if host == "missing.example.com" {
			continue
		}
		s.root("CREATE DATABASE " + p.database)
		s.root("CREATE TABLE " + p.database + ".`__Auth` (doctype VARCHAR(140), name VARCHAR(255), fieldname VARCHAR(140), password TEXT, encrypted INT, PRIMARY KEY (doctype, name, fieldname))")
		s.root("INSERT INTO " + p.database + ".`__Auth` VALUES ('User', 'Administrator', 'password', 'an earlier one', 1), ('User', 'ana@example.com', 'password', 'hers', 0)")
	}
	for range 2 { // it may be run again
		c := SetAdminPasswords(list...)
		c.Argv = slices.Insert(c.Argv, 2, "--socket="+s.socket)
		out, err := execute(t, c)
		if err != nil { // past what one database refuses
			t.Error(err)
		}
		if refused := ParseRefused([]byte(out)); len(refused) != 1 || refused["missing.example.com"] == "" {
			t.Errorf("refused: %v of %s", refused, out)
		}
		for _, p := range []HashedPassword{list[0], list[2]} {
			if ParseValues([]byte(out))[p.host] != "password set" {
				t.Errorf("%s got none: %s", p.host, out)
			}
			got := s.root("SELECT GROUP_CONCAT(name, ' ', password, ' ', encrypted ORDER BY name) FROM " + p.database + ".`__Auth`")
			if want := "Administrator " + p.hash + " 0,ana@example.com hers 0"; got != want {
				t.Errorf("%s has %q", p.host, got)
			}
		}
	}
}

func TestHashPassword_Err(t *testing.T) {
	for _, bad := range []string{"", "two\nlines"} {
		if _, err := HashPassword("acme.example.com", "acme.example.com", bad); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	if _, err := HashPassword("acme.example.com", "no name", "4dmin-canary"); fleet.ErrorCode(err) != fleet.CodeInvalid {
		t.Errorf("got %v", err)
	}
}
