package apps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Branch is the one branch of every practice repository.
const Branch = "main"

const author = "Practice <practice@example.com>"

// Repository is a bare git repository of one app.
type Repository struct {
	Name     string    // the app's name
	Path     string    // absolute path of the bare repository, DIR/NAME.git
	Releases []Release // oldest first; the branch stands at the last one
}

// Build writes the bare repositories frappe.git and shop.git into dir, which is made when it is missing,
// and returns them in that order. Each has the branch main with one commit and one tag (v1.2.0) for each
// release. A repository that is there already is brought to the same state.
//
// The commits depend on the sources alone. Errors are those of git and of the file system.
func Build(ctx context.Context, dir string) ([]Repository, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	repositories := make([]Repository, 0, len(sources))
	for _, a := range sources {
		repository, err := a.build(ctx, filepath.Join(dir, a.name+".git"))
		if err != nil {
			return nil, fmt.Errorf("build the repository of %s: %w", a.name, err)
		}
		repositories = append(repositories, repository)
	}
	return repositories, nil
}

// Release returns the release with this version.
func (r Repository) Release(version string) (Release, bool) {
	for _, release := range r.Releases {
		if release.Version == version {
			return release, true
		}
	}
	return Release{}, false
}

// PublishThrough moves the branch to the release with this version and removes the tags of later ones:
// whoever fetches now does not learn of them. Publishing a later one, or Build, brings them back.
func (r Repository) PublishThrough(ctx context.Context, version string) error {
	if _, ok := r.Release(version); !ok {
		return fmt.Errorf("%s has no release %s", r.Name, version)
	}
	var refs strings.Builder
	published := true
	for _, release := range r.Releases {
		tag := "refs/tags/v" + release.Version
		if !published {
			fmt.Fprintf(&refs, "delete %s\n", tag)
			continue
		}
		fmt.Fprintf(&refs, "update %s %s\n", tag, release.Commit)
		if release.Version == version {
			fmt.Fprintf(&refs, "update refs/heads/%s %s\n", Branch, release.Commit)
			published = false
		}
	}
	if _, err := git(ctx, r.Path, refs.String(), "update-ref", "--stdin"); err != nil {
		return err
	}
	return r.describe(ctx)
}

func (a app) build(ctx context.Context, path string) (Repository, error) {
	if _, err := os.Stat(filepath.Join(path, "HEAD")); errors.Is(err, fs.ErrNotExist) {
		if _, err := git(ctx, "", "", "init", "--quiet", "--bare", "--initial-branch="+Branch, path); err != nil {
			return Repository{}, err
		}
	}
	if err := configure(ctx, path); err != nil {
		return Repository{}, err
	}
	commits, err := a.importCommits(ctx, path)
	if err != nil {
		return Repository{}, err
	}
	repository := Repository{Name: a.name, Path: path}
	for i, r := range a.releases {
		repository.Releases = append(repository.Releases, Release{
			Commit: commits[i], Version: r.version, Subject: r.subject, Purpose: r.purpose,
		})
	}
	last := repository.Releases[len(repository.Releases)-1]
	return repository, repository.PublishThrough(ctx, last.Version)
}

// configure lets the repository be served by git's daemon, and single commits be asked for by their id.
func configure(ctx context.Context, path string) error {
	if err := os.WriteFile(filepath.Join(path, "git-daemon-export-ok"), nil, 0o644); err != nil {
		return err
	}
	_, err := git(ctx, path, "", "config", "uploadpack.allowReachableSHA1InWant", "true")
	return err
}

// describe writes the files that clients need who fetch over plain HTTP.
func (r Repository) describe(ctx context.Context) error {
	_, err := git(ctx, r.Path, "", "update-server-info")
	return err
}

// importCommits feeds all releases to `git fast-import` and returns their commits, oldest first.
func (a app) importCommits(ctx context.Context, path string) ([]string, error) {
	var stream bytes.Buffer
	for i, r := range a.releases {
		files, err := filesOf(a.name, r.version)
		if err != nil {
			return nil, err
		}
		a.writeCommit(&stream, i, files)
	}
	marks, err := os.CreateTemp("", "practice-marks-")
	if err != nil {
		return nil, err
	}
	marks.Close()
	defer os.Remove(marks.Name())
	if _, err := git(ctx, path, stream.String(),
		"fast-import", "--quiet", "--done", "--force", "--export-marks="+marks.Name()); err != nil {
		return nil, err
	}
	return readMarks(marks.Name(), len(a.releases))
}

// writeCommit appends one commit to a fast-import stream. The ref it is made on is one that nobody fetches.
func (a app) writeCommit(stream *bytes.Buffer, index int, files []file) {
	r := a.releases[index]
	message := fmt.Sprintf("%s\n\n%s\n", r.subject, r.body)
	who := fmt.Sprintf("%s %d +0000", author, r.at.Unix())
	fmt.Fprintf(stream, "commit refs/practice/import\nmark :%d\n", index+1)
	fmt.Fprintf(stream, "author %s\ncommitter %s\n", who, who)
	fmt.Fprintf(stream, "data %d\n%s\n", len(message), message)
	if index > 0 {
		fmt.Fprintf(stream, "from :%d\n", index)
	}
	for _, f := range files {
		fmt.Fprintf(stream, "M 100644 inline %s\ndata %d\n", f.path, len(f.content))
		stream.Write(f.content)
		stream.WriteByte('\n')
	}
	if index == len(a.releases)-1 {
		stream.WriteString("reset refs/practice/import\nfrom 0000000000000000000000000000000000000000\n\ndone\n")
	}
}

// readMarks reads the lines `:MARK COMMIT` that fast-import leaves.
func readMarks(path string, count int) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	commits := make([]string, count)
	for line := range strings.Lines(string(text)) {
		mark, commit, _ := strings.Cut(strings.TrimSpace(line), " ")
		number, err := strconv.Atoi(strings.TrimPrefix(mark, ":"))
		if err != nil || number < 1 || number > count {
			return nil, fmt.Errorf("unexpected mark %q", line)
		}
		commits[number-1] = commit
	}
	return commits, nil
}

// git runs git with nothing of the user's or the machine's configuration and returns its output.
// An empty repository means none.
func git(ctx context.Context, repository, input string, args ...string) (string, error) {
	if repository != "" {
		args = append([]string{"--git-dir=" + repository}, args...)
	}
	command := exec.CommandContext(ctx, "git", args...)
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "LC_ALL=C",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
	}
	command.Stdin = strings.NewReader(input)
	var output, problem bytes.Buffer
	command.Stdout, command.Stderr = &output, &problem
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(problem.String()))
	}
	return output.String(), nil
}
