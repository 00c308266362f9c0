package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRenameSiteScript(t *testing.T) {
	const config, other = `{"db_name": "s1", "host_name": "https://old.example.com"}`, `{"db_name": "s2"}`
	for _, c := range []struct {
		name     string
		old, new map[string]string // files there are
		want     string            // the answer, or a part of the error
		fails    bool
	}{
		{"Renamed", map[string]string{"site_config.json": config, "private/a": "x"}, nil, "renamed", false},
		{"Again", nil, map[string]string{"site_config.json": config, "private/a": "x"}, "already", false},
		{"AgainWithStray", map[string]string{"logs/web.log": "x"}, map[string]string{"site_config.json": config, "private/a": "x"}, "already", false},
		{"StrayInTheWay", map[string]string{"site_config.json": config, "private/a": "x"}, map[string]string{"logs/web.log": "x", "locks/x": "x"}, "renamed", false},
		{"ErrStrayWithData", map[string]string{"site_config.json": config}, map[string]string{"private/a": "x"}, "in the way", true},
		{"ErrBoth", map[string]string{"site_config.json": config}, map[string]string{"site_config.json": other}, "sites in both", true},
		{"ErrNeither", nil, nil, "neither", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			sites, backups := filepath.Join(dir, "main/r1/sites"), filepath.Join(dir, "backups")
			old, renamed := filepath.Join(sites, "old.example.com"), filepath.Join(sites, "new.example.com")
			mustWrite(t, filepath.Join(sites, "currentsite.txt"), "old.example.com")
			mustWrite(t, filepath.Join(backups, "old.example.com/7/database.sql.gz"), "x")
			for place, files := range map[string]map[string]string{old: c.old, renamed: c.new} {
				for name, text := range files {
					mustWrite(t, filepath.Join(place, name), text)
				}
			}
			out, err := execute(t, script(renameSite, "", "rename", backups, old, renamed))
			if c.fails {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, %q", err, out)
				}
				for place, files := range map[string]map[string]string{old: c.old, renamed: c.new} {
					for name := range files {
						if !exists(filepath.Join(place, name)) {
							t.Errorf("%s is gone", name)
						}
					}
				}
				if !exists(filepath.Join(backups, "old.example.com/7")) {
					t.Error("its backups were moved")
				}
				return
			}
			if err != nil || ParseValues([]byte(out))["new.example.com"] != c.want {
				t.Fatalf("%v %q", err, out)
			}
			if exists(old) || !exists(filepath.Join(renamed, "private/a")) {
				t.Error("the site is not where it should be")
			}
			for path, want := range map[string]string{
				filepath.Join(renamed, "site_config.json"):                  `"host_name": "https://new.example.com"`,
				filepath.Join(sites, "currentsite.txt"):                     "new.example.com",
				filepath.Join(backups, "new.example.com/7/database.sql.gz"): "x",
			} {
				if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), want) {
					t.Errorf("%s: %v %s", path, err, text)
				}
			}
			if exists(filepath.Join(backups, "old.example.com")) {
				t.Error("its backups are under both names")
			}
		})
	}
}

// What a person chose for a site's address stays, unless it is the name that goes.
func TestRenameSiteScriptLeavesOtherAddresses(t *testing.T) {
	for address, want := range map[string]string{
		`"old.example.com"`:              `"new.example.com"`,
		`"http://old.example.com:8000/"`: `"http://new.example.com:8000/"`,
		`"https://www.example.org"`:      `"https://www.example.org"`,
		`"https://xold.example.com"`:     `"https://xold.example.com"`,
		`7`:                              `7`,
	} {
		sites := filepath.Join(t.TempDir(), "main/r1/sites")
		old, renamed := filepath.Join(sites, "old.example.com"), filepath.Join(sites, "new.example.com")
		mustWrite(t, filepath.Join(old, "site_config.json"), `{"host_name": `+address+`}`)
		if _, err := execute(t, script(renameSite, "", "rename", "/nowhere", old, renamed)); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(filepath.Join(renamed, "site_config.json")); err != nil || !strings.Contains(string(text), `"host_name": `+want) {
			t.Errorf("%s became %s, %v", address, text, err)
		}
	}
}

// Of many, one that cannot be renamed keeps none of the others from it.
func TestRenameSiteScriptOfMany(t *testing.T) {
	sites := filepath.Join(t.TempDir(), "main/r1/sites")
	args := []string{"/nowhere"}
	for _, name := range []string{"a", "missing", "b", "broken", "c"} {
		old := filepath.Join(sites, "old-"+name)
		switch name {
		case "missing":
		case "broken":
			mustWrite(t, filepath.Join(old, "site_config.json"), "{")
		default:
			mustWrite(t, filepath.Join(old, "site_config.json"), "{}")
		}
		args = append(args, old, filepath.Join(sites, "new-"+name))
	}
	out, err := execute(t, script(renameSite, "", "rename", args...))
	if err == nil {
		t.Error("it is called a success")
	}
	refused := ParseRefused([]byte(out))
	if len(refused) != 2 || !strings.Contains(refused["new-missing"], "a site neither in") || !strings.Contains(refused["new-broken"], "JSON") && !strings.Contains(refused["new-broken"], "property name") {
		t.Errorf("refused: %v", refused)
	}
	for _, name := range []string{"a", "b", "c"} {
		if ParseValues([]byte(out))["new-"+name] != "renamed" || !exists(filepath.Join(sites, "new-"+name, "site_config.json")) {
			t.Errorf("%s was not renamed: %s", name, out)
		}
	}
}
