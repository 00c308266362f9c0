package machine

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var small = Image{Name: "small", Suite: "bookworm"}

func TestMain(m *testing.M) {
	// A second process that builds an image, for the test in which it is killed.
	if cache := os.Getenv("MACHINE_TEST_BUILD"); cache != "" {
		_, _ = small.Make(context.Background(), cache, func(string, ...any) {})
		return
	}
	os.Exit(m.Run())
}

func TestImageBuildIsKilled(t *testing.T) {
	if err := Check("this test", ImageNeeds...); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	cache := t.TempDir()
	eventually := func(what string, so func() bool) {
		t.Helper()
		if err := Until(ctx, 30*time.Second, so); err != nil {
			t.Fatalf("waited in vain: %s", what)
		}
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "MACHINE_TEST_BUILD="+cache)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(cache, "building-small-"+small.hash())
	eventually("debootstrap is at work", func() bool { return IsDir(filepath.Join(half, "debootstrap")) })
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	t.Run("NothingRunsOn", func(t *testing.T) {
		eventually("no process of the build", func() bool {
			files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
			for _, file := range files {
				if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), half) {
					return false
				}
			}
			return true
		})
		if points, err := MountsBelow(cache); err != nil || len(points) > 0 {
			t.Errorf("mounted: %q, error %v", points, err)
		}
	})

	t.Run("TheNextBeginsAnew", func(t *testing.T) {
		if !IsDir(half) {
			t.Fatal("the killed build left nothing to remove")
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		_, err := small.Make(ctx, cache, func(string, ...any) {
			if IsDir(half) {
				t.Error("the half image is still there")
			}
			cancel()
		})
		if err == nil {
			t.Error("a cancelled build says it is done")
		}
		left, err := os.ReadDir(cache)
		if err != nil || len(left) != 1 || left[0].Name() != "small.lock" {
			t.Errorf("left: %v, error %v", left, err)
		}
	})
}
