package bench

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func mustWrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestMoveSiteScript(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to []string // files there are
		want     string   // the answer, or a part of the error
		fails    bool
	}{
		{"There", []string{"site_config.json", "private/a"}, nil, "yes", false},
		{"AlreadyThere", nil, []string{"site_config.json", "private/a"}, "already", false},
		{"AlreadyThereStrayLeft", []string{"logs/web.log"}, []string{"site_config.json", "private/a"}, "already", false},
		{"StrayInTheWay", []string{"site_config.json", "private/a"}, []string{"logs/web.log", "locks/x"}, "yes", false},
		{"ErrStrayWithData", []string{"site_config.json"}, []string{"private/a"}, "in the way", true},
		{"ErrBoth", []string{"site_config.json"}, []string{"site_config.json"}, "in both", true},
		{"ErrNeither", nil, nil, "neither", true},
		{"ErrNeitherButStray", []string{"logs/x"}, nil, "neither", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			from, to := filepath.Join(dir, "r1/sites/acme.example.com"), filepath.Join(dir, "r2/sites/acme.example.com")
			for _, d := range []string{from, to} {
				if err := os.MkdirAll(filepath.Dir(d), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			for _, f := range c.from {
				mustWrite(t, filepath.Join(from, f), "x")
			}
			for _, f := range c.to {
				mustWrite(t, filepath.Join(to, f), "x")
			}
			out, err := execute(t, script(moveSite, "", "move", from, to))
			if c.fails {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, %q", err, out)
				}
				for i, files := range [][]string{c.from, c.to} {
					for _, f := range files {
						if !exists(filepath.Join([]string{from, to}[i], f)) && !strings.HasPrefix(f, "lo") {
							t.Errorf("%s is gone", f)
						}
					}
				}
				return
			}
			if err != nil || ParseValues([]byte(out))["moved"] != c.want {
				t.Fatalf("%v %q", err, out)
			}
			if exists(from) || !exists(filepath.Join(to, "site_config.json")) || !exists(filepath.Join(to, "private/a")) || exists(filepath.Join(to, "logs")) {
				t.Error("the site is not where it should be")
			}
		})
	}
}

func TestSetConfigScript(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sites/acme.example.com")
	path := filepath.Join(dir, "site_config.json")
	set := func(t *testing.T, changes map[string]any) (string, error) {
		c := script(setConfig, "", "configure", dir)
		c.Stdin = mustJSON(changes)
		out, err := execute(t, c)
		return ParseValues([]byte(out))["changed"], err
	}
	mustWrite(t, path, `{"db_name": "_1", "ü": [1.50, null], "maintenance_mode": 0}`)

	t.Run("Changes", func(t *testing.T) {
		if got, err := set(t, map[string]any{"maintenance_mode": 1, "key": "it's"}); err != nil || got != "yes" {
			t.Errorf("%v %q", err, got)
		}
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), `"maintenance_mode": 1`) || !strings.Contains(string(text), `"key": "it's"`) || !strings.Contains(string(text), `"db_name": "_1"`) {
			t.Errorf("%v %s", err, text)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("%v %v", err, info.Mode())
		}
	})
	t.Run("Same", func(t *testing.T) {
		before, _ := os.Stat(path)
		if got, err := set(t, map[string]any{"maintenance_mode": 1, "gone": nil}); err != nil || got != "no" {
			t.Errorf("%v %q", err, got)
		}
		if after, _ := os.Stat(path); !os.SameFile(before, after) {
			t.Error("the file was replaced for nothing")
		}
	})
	t.Run("Removes", func(t *testing.T) {
		if got, err := set(t, map[string]any{"key": nil}); err != nil || got != "yes" {
			t.Errorf("%v %q", err, got)
		}
		if text, _ := os.ReadFile(path); strings.Contains(string(text), `"key"`) {
			t.Errorf("%s", text)
		}
	})
	t.Run("LeavesNothing", func(t *testing.T) {
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 2 { // the configuration and locks/
			t.Errorf("%v %v", err, entries)
		}
	})
	t.Run("WaitsForTheLock", func(t *testing.T) {
		lock, err := os.OpenFile(filepath.Join(dir, "locks/site_config.lock"), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := set(t, map[string]any{"late": 1})
			done <- err
		}()
		select {
		case err := <-done:
			t.Errorf("did not wait: %v", err)
		default:
		}
		_ = lock.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Run("ErrDamaged", func(t *testing.T) {
		mustWrite(t, path, `{"db_name": `)
		if _, err := set(t, map[string]any{"a": 1}); err == nil {
			t.Error("a damaged file was replaced")
		}
		if text, _ := os.ReadFile(path); string(text) != `{"db_name": ` {
			t.Errorf("%s", text)
		}
	})
	t.Run("ErrNoSite", func(t *testing.T) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := set(t, map[string]any{"a": 1}); err == nil || exists(path) {
			t.Errorf("a site came up from nothing: %v", err)
		}
	})
}

func TestRemoveTreeScript(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "-odd name")
	mustWrite(t, filepath.Join(dir, "a/b"), "x")
	for _, want := range []string{"yes", "already"} {
		if got := mustExecute(t, script(removeTree, "", "remove", dir))["removed"]; got != want || exists(dir) {
			t.Errorf("got %q", got)
		}
	}
}

func TestRemoveTreeScriptExactly(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, f := range []string{"5/database.sql.gz", "7/database.sql.gz", "9/database.sql.gz"} {
		mustWrite(t, at(f), "x")
	}
	remove := func(names ...string) string {
		t.Helper()
		var dirs []string
		for _, name := range names {
			dirs = append(dirs, at(name))
		}
		return mustExecute(t, script(removeTree, "", "remove", dirs...))["removed"]
	}
	if got := remove("6", "5", "7"); got != "yes" {
		t.Errorf("removed=%s, want yes", got)
	}
	if exists(at("5")) || exists(at("7")) || !exists(at("9")) {
		t.Error("not exactly the named directories are gone")
	}
	if got := remove("5", "7"); got != "already" {
		t.Errorf("removed=%s, want already", got)
	}
}

func TestMoveSiteScriptTwiceAtOnce(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "r1/sites/acme.example.com"), filepath.Join(dir, "r2/sites/acme.example.com")
	mustWrite(t, filepath.Join(from, "site_config.json"), "{}")
	mustWrite(t, filepath.Join(dir, "r2/sites/common_site_config.json"), "{}")
	const movers = 8
	answers := make(chan string, movers)
	for range movers {
		go func() {
			out, err := execute(t, script(moveSite, "", "move", from, to))
			if err != nil {
				out = err.Error()
			}
			answers <- out
		}()
	}
	got := map[string]int{}
	for range movers {
		got[<-answers]++
	}
	if got["moved=yes\n"] != 1 || got["moved=already\n"] != movers-1 {
		t.Errorf("the movers said %v", got)
	}
}
