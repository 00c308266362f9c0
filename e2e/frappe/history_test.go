//go:build frappe

package frappe

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"central/e2e/stage"
)

// branch is what the app follows; the history on it is the test's own.
const branch = "trial"

// refusal is the patch that the last release adds. It fails on sites that say so in their configuration.
const refusal = `import frappe


def execute():
	if frappe.conf.get("trial_refuses"):
		raise ValueError("This site refuses the trial.")
`

// release is a commit of the framework's, and the version that a site on it answers with.
type release struct{ commit, version string }

// history is a repository with three commits: the framework as it was, as it is to be, and once more with a patch
// that fails where it is told to.
type history struct {
	t   *testing.T
	dir string

	from, to, refusing release
}

// newHistory makes dir a bare repository out of two revisions (commits, tags or branches) of another one, which may
// be an address or a directory. Only these two are fetched.
func newHistory(t *testing.T, dir, repository, from, to string) history {
	t.Helper()
	h := history{t: t, dir: dir}
	stage.Must(t, os.MkdirAll(dir, 0o755))
	h.git("", "init", "--quiet", "--bare", "--initial-branch", branch)
	h.from.commit = h.take(repository, from)
	h.to.commit = h.take(repository, to, "-p", h.from.commit)
	h.refusing.commit = h.refuse(h.to.commit)
	for _, r := range []*release{&h.from, &h.to, &h.refusing} {
		r.version = h.version(r.commit)
	}
	h.git("", "update-ref", "refs/heads/"+branch, h.refusing.commit)
	return h
}

// take fetches a revision and commits its tree anew.
func (h history) take(repository, revision string, parents ...string) string {
	h.t.Helper()
	h.git("", "fetch", "--quiet", "--depth", "1", repository, revision)
	return h.commit("FETCH_HEAD^{tree}", "Frappe at "+revision, parents...)
}

func (h history) commit(tree, message string, parents ...string) string {
	h.t.Helper()
	return h.git("", append([]string{"commit-tree", tree, "-m", message}, parents...)...)
}

// refuse commits the refusing patch on top of a commit.
func (h history) refuse(commit string) string {
	h.t.Helper()
	patches := h.git("", "show", commit+":frappe/patches.txt")
	h.git("", "read-tree", commit)
	for path, text := range map[string]string{
		"frappe/patches.txt":               patches + "\nfrappe.patches.trial.refuse\n",
		"frappe/patches/trial/__init__.py": "",
		"frappe/patches/trial/refuse.py":   refusal,
	} {
		blob := h.git(text, "hash-object", "-w", "--stdin")
		h.git("", "update-index", "--add", "--cacheinfo", "100644,"+blob+","+path)
	}
	return h.commit(h.git("", "write-tree"), "A patch that some sites refuse", "-p", commit)
}

var versionLine = regexp.MustCompile(`(?m)^__version__ = ["'](.+)["']$`)

func (h history) version(commit string) string {
	h.t.Helper()
	found := versionLine.FindStringSubmatch(h.git("", "show", commit+":frappe/__init__.py"))
	if found == nil {
		h.t.Fatalf("%s: frappe/__init__.py has no __version__", commit)
	}
	return found[1]
}

func (h history) git(input string, args ...string) string {
	h.t.Helper()
	command := exec.CommandContext(h.t.Context(), "git", append([]string{"--git-dir", h.dir}, args...)...)
	command.Env = append(os.Environ(), "GIT_INDEX_FILE="+filepath.Join(h.dir, "trial-index"),
		"GIT_AUTHOR_NAME=Trial", "GIT_AUTHOR_EMAIL=trial@localhost", "GIT_COMMITTER_NAME=Trial", "GIT_COMMITTER_EMAIL=trial@localhost")
	command.Stdin = strings.NewReader(input)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		h.t.Fatal(fmt.Errorf("git %s: %w: %s", args[0], err, stderr.String()))
	}
	return strings.TrimSpace(string(out))
}
