package git

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

// repository makes a bare repository by running each script as one commit, and returns its directory.
func repository(t *testing.T, commits ...string) string {
	t.Helper()
	dir := t.TempDir()
	run := func(script string) {
		t.Helper()
		command := exec.Command("sh", "-euc", script)
		command.Dir = dir
		command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com")
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
	}
	run("git init -q -b main . && mkdir -p shop")
	for _, script := range commits {
		run(script + "\ngit add -A && git commit -q -m \"$(cat .subject 2>/dev/null || echo change)\"")
	}
	return dir
}

// mirrorOf makes a mirror that fetched from dir, past the rule that forbids local paths to users.
func mirrorOf(t *testing.T, dir string) *Mirror {
	t.Helper()
	mirror := &Mirror{Dir: filepath.Join(t.TempDir(), "shop.git"), App: "shop", Repository: dir, Branch: "main"}
	if out, err := exec.Command("git", "clone", "-q", "--mirror", dir, mirror.Dir).CombinedOutput(); err != nil {
		t.Fatalf("clone: %v\n%s", err, out)
	}
	return mirror
}

func TestReleases(t *testing.T) {
	dir := repository(t,
		`echo '__version__ = "1.0.0"' > shop/__init__.py; printf '[pre_model_sync]\n' > shop/patches.txt`,
		`echo '__version__ = "1.1.0"' > shop/__init__.py; printf 'shop.patches.a\nshop.patches.b  # twice\n# no patch\n' >> shop/patches.txt`,
		`mkdir -p shop/shop/doctype/item; echo '{}' > shop/shop/doctype/item/item.json`,
		`echo 'doc_events = {}' > shop/hooks.py; mkdir -p shop/docs; echo '# hooks.py' > shop/docs/my_hooks.py`,
		`echo '# no hooks' > shop/docs/my_hooks.py`,
	)
	releases, err := mirrorOf(t, dir).Releases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Version  string
		Position int
		Patches  []string
		Schema   bool
		Hooks    bool
	}
	got := []row{}
	for _, r := range releases {
		got = append(got, row{r.Version, r.Position, r.Patches, r.Schema, r.Hooks})
	}
	want := []row{
		{"1.0.0", 0, []string{}, false, false},
		{"1.1.0", 1, []string{"shop.patches.a", "shop.patches.b"}, false, false},
		{"1.1.0", 2, []string{}, true, false},
		{"1.1.0", 3, []string{}, false, true},
		{"1.1.0", 4, []string{}, false, false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("releases (-want +got):\n%s", diff)
	}
}

func TestFetch(t *testing.T) {
	t.Run("ErrProtocol", func(t *testing.T) {
		mirror := &Mirror{Dir: filepath.Join(t.TempDir(), "shop.git"), App: "shop", Repository: "ext::sh -c id", Branch: "main"}
		err := mirror.Fetch(t.Context())
		if fleet.ErrorCode(err) != fleet.CodeCommandFailed || !strings.Contains(err.Error(), "not allowed") {
			t.Errorf("an ext:: address gave %v", err)
		}
	})
	t.Run("ErrLocalPath", func(t *testing.T) {
		mirror := &Mirror{Dir: filepath.Join(t.TempDir(), "shop.git"), App: "shop", Repository: repository(t, "true > a"), Branch: "main"}
		if err := mirror.Fetch(t.Context()); fleet.ErrorCode(err) != fleet.CodeCommandFailed {
			t.Errorf("a local path gave %v", err)
		}
	})
}

func TestNewMirror(t *testing.T) {
	for _, address := range []string{"--upload-pack=id", "file:///etc", "ext::sh -c id", "/tmp/x"} {
		if _, err := NewMirror("/srv", fleet.App{Name: "shop", Repository: address, Branch: "main"}); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%q gave %v", address, err)
		}
	}
}
