package bench

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// journey is two directories between which files go as between two servers.
type journey struct {
	t        *testing.T
	from, to string
}

func newJourney(t *testing.T) journey {
	dir := t.TempDir()
	tr := journey{t, filepath.Join(dir, "from"), filepath.Join(dir, "to")}
	mustWrite(t, filepath.Join(tr.from, "site_config.json"), "{}")
	return tr
}

func (tr journey) write(name, text string) {
	tr.t.Helper()
	mustWrite(tr.t, filepath.Join(tr.from, name), text)
}

func (tr journey) verb(input []byte, verb, dir string) ([]byte, error) {
	tr.t.Helper()
	c := script(siteTree, "", verb, verb, dir)
	cmd := exec.CommandContext(tr.t.Context(), c.Argv[0], c.Argv[1:]...)
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &out, &said
	err := cmd.Run()
	if err != nil {
		tr.t.Log(said.String())
	}
	return out.Bytes(), err
}

func (tr journey) must(input []byte, verb, dir string) []byte {
	tr.t.Helper()
	out, err := tr.verb(input, verb, dir)
	if err != nil {
		tr.t.Fatal(err)
	}
	return out
}

func (tr journey) missing() Missing {
	tr.t.Helper()
	m, err := ParseMissing(tr.must(tr.must(nil, "list", tr.from), "compare", tr.to))
	if err != nil {
		tr.t.Fatal(err)
	}
	return m
}

// brings holds that so many files go over, and that nothing is missing then.
func (tr journey) brings(files int) {
	tr.t.Helper()
	m := tr.missing()
	if m.Files != files {
		tr.t.Errorf("%d files are missing, want %d", m.Files, files)
	}
	tr.must(tr.must(m.Names, "send", tr.from), "receive", tr.to)
	if left := tr.missing(); left.Files != 0 || left.Bytes != 0 {
		tr.t.Errorf("%d files of %d bytes are missing afterwards", left.Files, left.Bytes)
	}
	out, err := exec.CommandContext(tr.t.Context(), "diff", "--recursive", "--no-dereference", "--exclude=logs", "--exclude=locks", tr.from, tr.to).CombinedOutput()
	if err != nil {
		tr.t.Errorf("%v %s", err, out)
	}
}

func TestSiteTreeScript(t *testing.T) {
	tr := newJourney(t)
	odd := "private/files/a\n'b' \xff.txt"
	tr.write("public/files/logo.png", strings.Repeat("x", 100_000))
	tr.write(odd, "odd")
	tr.write("logs/web.log", "of the moment")
	tr.write("locks/site.lock", "")
	tr.write("private/files/-rf", "no option")
	if err := os.Symlink("/etc/passwd", filepath.Join(tr.from, "public/link")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(tr.from, "private/empty"), 0o750); err != nil {
		t.Fatal(err)
	}
	tr.brings(5) // the configuration, three files and a link
	if exists(filepath.Join(tr.to, "logs")) || exists(filepath.Join(tr.to, "locks")) {
		t.Error("what is of the moment only was brought")
	}
	if mode, err := os.Stat(filepath.Join(tr.to, "private/empty")); err != nil || mode.Mode().Perm() != 0o750 {
		t.Errorf("%v %v", mode, err)
	}

	t.Run("OnlyWhatChanged", func(t *testing.T) {
		tr.t = t
		tr.write("public/files/new.txt", "new")
		tr.write(odd, "oDd") // the same size
		later := time.Now().Add(time.Second)
		if err := os.Chtimes(filepath.Join(tr.from, odd), later, later); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(tr.from, "private/files/-rf")); err != nil {
			t.Fatal(err)
		}
		tr.brings(2)
	})

	t.Run("OtherKinds", func(t *testing.T) {
		tr.t = t
		for _, name := range []string{"public/link", "public/files/new.txt"} {
			if err := os.Remove(filepath.Join(tr.from, name)); err != nil {
				t.Fatal(err)
			}
		}
		tr.write("public/link/inside.txt", "a folder now")
		if err := os.Symlink("logo.png", filepath.Join(tr.from, "public/files/new.txt")); err != nil {
			t.Fatal(err)
		}
		tr.brings(2)
	})

	t.Run("ErrCutShort", func(t *testing.T) {
		tr := newJourney(t)
		tr.write("public/files/a.bin", strings.Repeat("abcdefgh", 50_000))
		list := tr.must(nil, "list", tr.from)
		if out, err := tr.verb(list[:len(list)-9], "compare", tr.to); err == nil {
			t.Errorf("half a list was taken for a whole one: %q", out)
		}
		archive := tr.must(tr.missing().Names, "send", tr.from)
		if _, err := tr.verb(archive[:len(archive)-9], "receive", tr.to); err == nil {
			t.Error("half an archive was taken for a whole one")
		}
	})

	t.Run("ErrNoSite", func(t *testing.T) {
		if _, err := tr.verb(nil, "list", t.TempDir()); err == nil {
			t.Error("an empty directory is no site")
		}
	})
}

func TestSettleSiteScript(t *testing.T) {
	const there = `{"db_name": "_old", "db_password": "old", "db_host": "10.0.0.1", "encryption_key": "keep", "maintenance_mode": 1}`
	for _, c := range []struct {
		name            string
		arrived, folder map[string]string
		want            string // the answer, or a part of the error
		fails           bool
	}{
		{"Settled", map[string]string{"site_config.json": there, "private/a": "x"}, nil, "yes", false},
		{"StrayInTheWay", map[string]string{"site_config.json": there}, map[string]string{"logs/web.log": "x", "locks/x": "x"}, "yes", false},
		{"Again", nil, map[string]string{"site_config.json": there}, "already", false},
		{"ErrBoth", map[string]string{"site_config.json": there}, map[string]string{"site_config.json": there}, "both", true},
		{"ErrStrayWithData", map[string]string{"site_config.json": there}, map[string]string{"private/a": "x"}, "in the way", true},
		{"ErrNothing", nil, nil, "no site", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			arrived, folder := filepath.Join(dir, "arriving/7"), filepath.Join(dir, "sites/acme.example.com")
			if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
				t.Fatal(err)
			}
			for place, files := range map[string]map[string]string{arrived: c.arrived, folder: c.folder} {
				for name, text := range files {
					mustWrite(t, filepath.Join(place, name), text)
				}
			}
			command := script(settleSite, "", "settle", arrived, folder)
			command.Stdin = mustJSON(DatabaseLogin{Name: "s0123456789abcdef", Password: "fresh"}.config())
			out, err := execute(t, command)
			if c.fails {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, %q", err, out)
				}
				if out, err := execute(t, script(settleSite, "", "take out", arrived, folder, "back")); err != nil || ParseValues([]byte(out))["settled"] != "no" {
					t.Errorf("taking back what was never settled: %v %q", err, out)
				}
				for name := range c.folder {
					if !exists(filepath.Join(folder, name)) {
						t.Errorf("%s, which is somebody else's, is gone", name)
					}
				}
				return
			}
			if err != nil || ParseValues([]byte(out))["settled"] != c.want {
				t.Fatalf("%v %q", err, out)
			}
			if c.want == "already" {
				return
			}
			text, err := os.ReadFile(filepath.Join(folder, "site_config.json"))
			for _, part := range []string{`"db_name": "s0123456789abcdef"`, `"db_password": "fresh"`, `"encryption_key": "keep"`, `"maintenance_mode": 1`} {
				if err != nil || !strings.Contains(string(text), part) {
					t.Errorf("%v, no %s in %s", err, part, text)
				}
			}
			if strings.Contains(string(text), "db_host") || exists(arrived) {
				t.Errorf("the old way is still there: %s", text)
			}
			for _, answer := range []string{"back", "no"} {
				out, err := execute(t, script(settleSite, "", "take out", arrived, folder, "back"))
				if err != nil || ParseValues([]byte(out))["settled"] != answer || exists(folder) || !exists(filepath.Join(arrived, "site_config.json")) {
					t.Errorf("taking it back: %v %q", err, out)
				}
			}
		})
	}
}
