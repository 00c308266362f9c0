package playbooks_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// following is a slave in a folder, whose partner is the folder `partner` in it: SSH runs what the partner's
// forced command would, with the real rsync and the real settings.
type following struct {
	t    *testing.T
	root string
}

func newFollowing(t *testing.T) following {
	t.Helper()
	f := following{t, t.TempDir()}
	settings, err := os.ReadFile("roles/pair/files/mirror.conf")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := filepath.Abs("roles/pair/files/mirror.filter")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(settings), "/etc/central/mirror.filter", rules)
	f.put("mirror.conf", strings.NewReplacer("= /home", "= "+f.root+"/partner/home", "= /etc/nginx", "= "+f.root+"/partner/etc/nginx").Replace(text))
	f.put("bin/ssh", `#!/bin/bash
case "$*" in
*" rsync --server --daemon .") exec rsync --server --daemon --config="$ROOT/mirror.conf" . ;;
*" sites") cd "$ROOT/partner/home/frappe/benches" && find . -mindepth 5 -maxdepth 5 -path './*/r[0-9]*/sites/*/site_config.json' -printf '%h\n' ;;
*) exit 255 ;;
esac
`)
	f.put("bin/nginx", "#!/bin/sh\n")
	f.put("bin/systemctl", "#!/bin/sh\necho \"$*\" >>\"$ROOT/calls\"\n")
	for _, name := range []string{"ssh", "nginx", "systemctl"} {
		if err := os.Chmod(filepath.Join(f.root, "bin", name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	f.put("etc/central/partner", "192.0.2.1 22\n")
	f.put("run/lock/x", "")
	for _, side := range []string{"", "partner/"} {
		f.put(side+"home/frappe/archived/keep", "")
		f.put(side+"etc/nginx/central/sites.d/keep.conf", "")
		f.put(side+"home/frappe/benches/north/r1/apps/frappe/app.py", side)
		f.put(side+"home/frappe/benches/north/r1/sites/common_site_config.json", side)
		f.put(side+"home/frappe/benches/north/r1/sites/apps.txt", side)
		f.put(side+"home/frappe/benches/north/r1/sites/assets/app.css", side)
		f.put(side+"home/frappe/benches/north/r2/sites/apps.txt", side)
	}
	return f
}

func (f following) put(path, text string) {
	f.t.Helper()
	path = filepath.Join(f.root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

func (f following) has(path string) string {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.root, path))
	if err != nil {
		return "none"
	}
	return string(text)
}

func (f following) run(verb ...string) error {
	f.t.Helper()
	_, err := f.tell(verb...)
	return err
}

// tell is run with what it says.
func (f following) tell(verb ...string) (string, error) {
	f.t.Helper()
	command := exec.CommandContext(f.t.Context(), "python3", append([]string{"testdata/follow_in.py", f.root, "roles/pair/files/follow"}, verb...)...)
	output, err := command.CombinedOutput()
	f.t.Logf("%v: %s", verb, output)
	return string(output), err
}

func (f following) wants(path, text string) {
	f.t.Helper()
	if got := f.has(path); got != text {
		f.t.Errorf("%s is %q, want %q", path, got, text)
	}
}

const (
	here  = "home/frappe/benches/"
	there = "partner/" + here
)

func TestMirror(t *testing.T) {
	t.Run("BringsSitesAndNothingElse", func(t *testing.T) {
		f := newFollowing(t)
		f.put(there+"north/r1/sites/a.example.com/site_config.json", "{}")
		f.put(there+"north/r1/sites/a.example.com/private/files/contract.pdf", "signed")
		f.put(there+"north/r1/sites/a.example.com/locks/migrate.lock", "")
		f.put("partner/etc/nginx/central/sites.d/a.example.com.conf", "a.example.com 8000;\n")
		f.put("partner/home/frappe/archived/old.tar", "old")
		f.put(there+"north/r1/config/pids/redis_queue.rdb", "jobs")
		f.put(there+"north/r1/config/pids/redis_queue.pid", "7")
		f.put(there+"north/r1/config/redis_queue.conf", "partner/")
		f.put(here+"north/r1/config/redis_queue.conf", "")
		began := time.Now().Unix()
		if err := f.run("mirror"); err != nil {
			t.Fatal(err)
		}
		f.wants(here+"north/r1/sites/a.example.com/private/files/contract.pdf", "signed")
		f.wants(here+"north/r1/sites/a.example.com/locks/migrate.lock", "none")
		f.wants("etc/nginx/central/sites.d/a.example.com.conf", "a.example.com 8000;\n")
		f.wants("home/frappe/archived/old.tar", "old")
		f.wants(here+"north/r1/config/pids/redis_queue.rdb", "jobs")
		f.wants(here+"north/r1/config/pids/redis_queue.pid", "none")
		f.wants(here+"north/r1/config/redis_queue.conf", "")
		f.wants(here+"north/r1/apps/frappe/app.py", "")
		f.wants(here+"north/r1/sites/common_site_config.json", "")
		f.wants(here+"north/r1/sites/assets/app.css", "")
		f.wants("calls", "reload nginx.service\n")
		if at, err := strconv.ParseInt(strings.TrimSpace(f.has("var/lib/central/mirror/finished")), 10, 64); err != nil || at < began || at > time.Now().Unix() {
			t.Errorf("the last pass began at %d (%v), not after %d", at, err, began)
		}
		if err := f.run("mirror"); err != nil {
			t.Fatal(err)
		}
		f.wants("calls", "reload nginx.service\n") // once, because nothing has changed since
	})

	t.Run("RemovesWhatIsGone", func(t *testing.T) {
		f := newFollowing(t)
		f.put(here+"north/r1/sites/gone.example.com/site_config.json", "{}")
		f.put(there+"north/r1/sites/a.example.com/site_config.json", "{}")
		if err := f.run("mirror"); err != nil {
			t.Fatal(err)
		}
		f.wants(here+"north/r1/sites/gone.example.com/site_config.json", "none")
		f.wants(here+"north/r1/sites/apps.txt", "")
	})

	t.Run("MovesASiteWithItsRevision", func(t *testing.T) {
		f := newFollowing(t)
		f.put(here+"north/r1/sites/a.example.com/site_config.json", "{}")
		f.put(here+"north/r1/sites/a.example.com/private/files/large", "large")
		before, err := os.Stat(filepath.Join(f.root, here, "north/r1/sites/a.example.com/private/files/large"))
		if err != nil {
			t.Fatal(err)
		}
		moved := there + "north/r2/sites/a.example.com/"
		f.put(moved+"site_config.json", "{}")
		f.put(moved+"private/files/large", "large")
		if err := os.Chtimes(filepath.Join(f.root, moved, "private/files/large"), before.ModTime(), before.ModTime()); err != nil {
			t.Fatal(err)
		}
		if err := f.run("mirror"); err != nil {
			t.Fatal(err)
		}
		after, err := os.Stat(filepath.Join(f.root, here, "north/r2/sites/a.example.com/private/files/large"))
		if err != nil || !os.SameFile(before, after) {
			t.Errorf("it was copied again (%v)", err)
		}
		f.wants(here+"north/r1/sites/a.example.com/site_config.json", "none")
	})

	t.Run("DoesNotEmptyASlaveWhoseMasterShowsNothing", func(t *testing.T) {
		f := newFollowing(t)
		for _, name := range []string{"a", "b", "c"} {
			f.put(here+"north/r1/sites/"+name+".example.com/site_config.json", "{}")
		}
		if err := f.run("mirror"); err == nil {
			t.Error("it passed")
		}
		f.wants(here+"north/r1/sites/a.example.com/site_config.json", "{}")
		f.wants("var/lib/central/mirror/finished", "none")
	})

	t.Run("OnlyWhileItFollows", func(t *testing.T) {
		f := newFollowing(t)
		if err := f.run("mirror-now-and-then"); err != nil {
			t.Fatal(err)
		}
		f.wants("var/lib/central/mirror/finished", "none")
	})

	t.Run("ErrPartnerAway", func(t *testing.T) {
		f := newFollowing(t)
		f.put("bin/ssh", "#!/bin/sh\nexit 255\n")
		if err := f.run("mirror"); err == nil {
			t.Error("it passed")
		}
		f.wants("var/lib/central/mirror/finished", "none")
	})
}
