package apps

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustBuild(t *testing.T, dir string) []Repository {
	t.Helper()
	repositories, err := Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return repositories
}

func mustGit(t *testing.T, repository string, args ...string) string {
	t.Helper()
	output, err := git(t.Context(), repository, "", args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(output)
}

func releasesOf(repositories []Repository) map[string][]Release {
	all := make(map[string][]Release)
	for _, repository := range repositories {
		all[repository.Name] = repository.Releases
	}
	return all
}

func TestBuild(t *testing.T) {
	dir := t.TempDir()
	repositories := mustBuild(t, dir)

	t.Run("SameCommitsElsewhere", func(t *testing.T) {
		again := mustBuild(t, t.TempDir())
		if diff := cmp.Diff(releasesOf(repositories), releasesOf(again)); diff != "" {
			t.Errorf("releases differ (-first +second):\n%s", diff)
		}
	})
	t.Run("SameCommitsOnTop", func(t *testing.T) {
		if diff := cmp.Diff(repositories, mustBuild(t, dir)); diff != "" {
			t.Errorf("releases differ (-first +second):\n%s", diff)
		}
	})
	t.Run("PathIsAbsolute", func(t *testing.T) {
		for _, repository := range repositories {
			if want := filepath.Join(dir, repository.Name+".git"); repository.Path != want {
				t.Errorf("path of %s is %s, want %s", repository.Name, repository.Path, want)
			}
		}
	})
	for _, repository := range repositories {
		t.Run(repository.Name, func(t *testing.T) { checkRepository(t, repository) })
	}
}

func checkRepository(t *testing.T, repository Repository) {
	t.Run("Sound", func(t *testing.T) {
		mustGit(t, repository.Path, "fsck", "--strict")
	})
	t.Run("LinearHistory", func(t *testing.T) {
		var want []string
		for _, release := range repository.Releases {
			want = append(want, release.Commit)
		}
		got := strings.Fields(mustGit(t, repository.Path, "rev-list", "--reverse", Branch))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("commits of %s (-want +got):\n%s", Branch, diff)
		}
	})
	t.Run("DatesAscend", func(t *testing.T) {
		dates := strings.Fields(mustGit(t, repository.Path, "log", "--reverse", "--format=%cs", Branch))
		for i := 1; i < len(dates); i++ {
			if dates[i-1] >= dates[i] {
				t.Errorf("release %d is of %s, the one before of %s", i+1, dates[i], dates[i-1])
			}
		}
	})
	for _, release := range repository.Releases {
		t.Run(release.Version, func(t *testing.T) {
			source := mustGit(t, repository.Path, "show", release.Commit+":"+repository.Name+"/__init__.py")
			if !strings.Contains(source, `__version__ = "`+release.Version+`"`) {
				t.Errorf("the app says:\n%s", source)
			}
			if got := mustGit(t, repository.Path, "rev-parse", "v"+release.Version); got != release.Commit {
				t.Errorf("tag is at %s, want %s", got, release.Commit)
			}
			if got := mustGit(t, repository.Path, "log", "-1", "--format=%s", release.Commit); got != release.Subject {
				t.Errorf("subject is %q, want %q", got, release.Subject)
			}
			files := mustGit(t, repository.Path, "ls-tree", "-r", "--name-only", release.Commit)
			for _, unwanted := range []string{"__pycache__", ".pyc"} {
				if strings.Contains(files, unwanted) {
					t.Errorf("the release holds %s", unwanted)
				}
			}
		})
	}
}

// What a deploy looks at to tell whether sites must be migrated.
func TestReleasesTouch(t *testing.T) {
	shop := mustBuild(t, t.TempDir())[1]
	touches := func(from, to string) bool {
		changed := mustGit(t, shop.Path, "diff", "--name-only", "v"+from, "v"+to)
		for path := range strings.Lines(changed) {
			path = strings.TrimSpace(path)
			if strings.HasSuffix(path, "patches.txt") || strings.HasSuffix(path, "hooks.py") ||
				strings.Contains(path, "/doctype/") {
				return true
			}
		}
		return false
	}
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"1.0.0", "1.1.0", true},
		{"1.1.0", "1.2.0", true},
		{"1.2.0", "1.3.0", true},
		{"1.3.0", "1.4.0", false},
		{"1.2.0", "1.5.0", true},
	} {
		t.Run(test.from+"To"+test.to, func(t *testing.T) {
			if got := touches(test.from, test.to); got != test.want {
				t.Errorf("touches the schema: %t, want %t", got, test.want)
			}
		})
	}
}

func TestSourcesAreListed(t *testing.T) {
	for _, a := range sources {
		folders, err := tree.ReadDir(a.name)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, folder := range folders {
			want = append(want, folder.Name())
		}
		for _, r := range a.releases {
			got = append(got, r.version)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: folders and releases differ (-folders +releases):\n%s", a.name, diff)
		}
	}
}

func TestPublishThrough(t *testing.T) {
	shop := mustBuild(t, t.TempDir())[1]
	refs := func() []string {
		return strings.Fields(mustGit(t, shop.Path, "for-each-ref", "--format=%(refname:short)"))
	}
	publish := func(version string) {
		t.Helper()
		if err := shop.PublishThrough(t.Context(), version); err != nil {
			t.Fatal(err)
		}
	}

	t.Run("HidesLater", func(t *testing.T) {
		publish("1.1.0")
		want, _ := shop.Release("1.1.0")
		if got := mustGit(t, shop.Path, "rev-parse", Branch); got != want.Commit {
			t.Errorf("branch is at %s, want %s", got, want.Commit)
		}
		if diff := cmp.Diff([]string{"main", "v1.0.0", "v1.1.0"}, refs()); diff != "" {
			t.Errorf("refs (-want +got):\n%s", diff)
		}
	})
	t.Run("Twice", func(t *testing.T) {
		publish("1.1.0")
		publish("1.1.0")
	})
	t.Run("BringsBack", func(t *testing.T) {
		publish("1.2.0")
		if diff := cmp.Diff([]string{"main", "v1.0.0", "v1.1.0", "v1.2.0"}, refs()); diff != "" {
			t.Errorf("refs (-want +got):\n%s", diff)
		}
	})
	t.Run("ErrNoRelease", func(t *testing.T) {
		if err := shop.PublishThrough(t.Context(), "9.9.9"); err == nil {
			t.Error("no error for a release that does not exist")
		}
	})
}
