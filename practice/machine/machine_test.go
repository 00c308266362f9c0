package machine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMissing(t *testing.T) {
	got := missing([]Need{
		{"sh", "dash"}, {"no-such-command", "one"}, {"/etc/passwd", "base-passwd"},
		{"/no/such/file", "two"}, {"no-such-command-either", "one"}, {"etc", "three"},
	})
	if want := []string{"one", "two", "three"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMountsBelow(t *testing.T) {
	const mountinfo = `22 27 0:21 / /proc rw,relatime - proc proc rw
30 27 0:30 / /srv/fleet/one rw - overlay one rw
31 30 0:31 / /srv/fleet/one/deep\040er rw - tmpfs tmpfs rw
32 27 0:32 / /srv/fleets rw - tmpfs tmpfs rw
`
	got := mountsBelow(mountinfo, "/srv/fleet")
	if want := []string{"/srv/fleet/one/deep er", "/srv/fleet/one"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRemoveTreeLeavesMounts(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "inner")
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Run(context.Background(), "mount", "-t", "tmpfs", "tmpfs", inner); err != nil {
		t.Fatal(err)
	}
	if err := RemoveTree(dir); err == nil {
		t.Error("a directory with a mount in it was removed")
	}
	if err := Unmount(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	if err := RemoveTree(dir); err != nil {
		t.Error(err)
	}
}

func TestResolvConf(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	stub := write("stub", "# nameserver 1.1.1.1\nnameserver 127.0.0.53\nnameserver ::1\n")
	real := write("real", "search example.com\nnameserver 192.0.2.1\n")
	for _, paths := range [][]string{{real}, {stub, real}, {filepath.Join(dir, "none"), real}, {real, stub}} {
		if got, err := resolvConf(paths...); err != nil || !strings.Contains(got, "192.0.2.1") {
			t.Errorf("%s: got %q, error %v", paths, got, err)
		}
	}
	if got, err := resolvConf(stub); err == nil {
		t.Errorf("got %q, which nobody else can reach", got)
	}
}

func TestLock(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "lock")
	release, err := Lock(ctx, path)
	if err != nil {
		t.Fatal(err)
	}

	t.Run("IsExclusive", func(t *testing.T) {
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		if _, err := Lock(short, path); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v", err)
		}
	})

	t.Run("IsTakenAnewWhenItsFileWasRemoved", func(t *testing.T) {
		got := make(chan error)
		go func() {
			release, err := Lock(ctx, path)
			if err == nil {
				if _, err = os.Stat(path); err == nil {
					release()
				}
			}
			got <- err
		}()
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		release()
		if err := <-got; err != nil {
			t.Error(err)
		}
	})
}

func TestRunSaysWhatTheCommandSaid(t *testing.T) {
	err := Run(context.Background(), "sh", "-c", "echo first; echo second >&2; exit 3")
	if err == nil || !strings.Contains(err.Error(), "second") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("got error %v", err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Run(ended, "sleep", "1000"); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
}

func TestImageIsTheRecipes(t *testing.T) {
	image := Image{Name: "base", Suite: "bookworm", Packages: []string{"a", "b"}, Files: map[string]string{"/x": "1", "/y": "2"}}
	same := image
	same.Files = map[string]string{"/y": "2", "/x": "1"}
	if image.hash() != same.hash() {
		t.Error("the order of files makes another image")
	}
	others := map[string]Image{"Suite": image, "Packages": image, "Files": image, "Finish": image, "Args": image}
	for field, other := range others {
		switch field {
		case "Suite":
			other.Suite = "trixie"
		case "Packages":
			other.Packages = []string{"a b"}
		case "Files":
			other.Files = map[string]string{"/x": "1", "/y": "3"}
		case "Finish":
			other.Finish = "true"
		case "Args":
			other.Args = []string{"a"}
		}
		if other.hash() == image.hash() {
			t.Errorf("another %s makes the same image", field)
		}
	}
}
