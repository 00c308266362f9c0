package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigureScript(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sites/acme.example.com")
	path, kept := filepath.Join(dir, "site_config.json"), filepath.Join(dir, "locks/central-7.json")
	do := func(t *testing.T, verb, input string) string {
		t.Helper()
		c := script(configureScript, "", "configure", dir, "7", verb)
		c.Stdin = []byte(input)
		out, err := execute(t, c)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out, "canary") || strings.Contains(strings.Join(c.Argv, " "), "canary") {
			t.Errorf("a secret is told: %s", out)
		}
		return ParseValues([]byte(out))["changed"]
	}
	holds := func(t *testing.T, texts ...string) {
		t.Helper()
		text, err := os.ReadFile(path)
		for _, want := range texts {
			if wanted := !strings.HasPrefix(want, "!"); err != nil || strings.Contains(string(text), strings.TrimPrefix(want, "!")) != wanted {
				t.Errorf("%s: %v %s", want, err, text)
			}
		}
	}
	before := `{"db_name": "s1", "a": "old-canary", "gone": 1}`
	mustWrite(t, path, before)
	const changes = `{"a": "new-canary", "gone": null, "fresh": true}`
	for range 2 { // a second runner does it again, and still knows what was there before the first
		do(t, "apply", changes)
		holds(t, `"new-canary"`, `!"gone"`, `"fresh": true`, `"db_name": "s1"`)
	}
	if info, err := os.Stat(kept); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("what is kept: %v %v", info, err)
	}
	for _, want := range []string{"yes", "no"} {
		if got := do(t, "undo", ""); got != want {
			t.Errorf("undo: changed=%s, want %s", got, want)
		}
		holds(t, `"old-canary"`, `"gone": 1`, `!"fresh"`)
	}
	do(t, "apply", changes)
	do(t, "forget", "")
	holds(t, `"new-canary"`)
	if exists(kept) {
		t.Error("what was there before is kept for ever")
	}
	if got := do(t, "undo", ""); got != "no" {
		t.Error("what was settled was taken back")
	}
}
