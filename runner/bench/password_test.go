package bench_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"central/runner/bench"
)

// What passlib itself makes of a password, a salt and a number of rounds.
func TestHashPassword(t *testing.T) {
	salt, err := base64.RawStdEncoding.DecodeString("XAuBMIYQQogxRg")
	if err != nil {
		t.Fatal(err)
	}
	got, err := bench.HashPassword("password", salt, 8000)
	if want := "$pbkdf2-sha256$8000$XAuBMIYQQogxRg$tRRlz8hYn63B9LYiCd6PRo6FMiunY9ozmMMI3srxeRE"; err != nil || got != want {
		t.Errorf("got %s %v, want %s", got, err, want)
	}
}

// The password itself never goes to a server, and its hash is another one each time.
func TestSetAdminPassword(t *testing.T) {
	s, ok := site(t), must(t)
	first, second := ok(bench.SetAdminPassword(s, "4dmin-canary")), ok(bench.SetAdminPassword(s, "4dmin-canary"))
	if !strings.HasPrefix(string(first.Stdin), "$pbkdf2-sha256$29000$") || string(first.Stdin) == string(second.Stdin) {
		t.Errorf("got %s and %s", first.Stdin, second.Stdin)
	}
	if strings.Contains(strings.Join(first.Argv, " "), "canary") || strings.Contains(string(first.Stdin), "canary") {
		t.Error("the password is in the command")
	}
}
