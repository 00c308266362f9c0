package git

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"central/fleet"
)

// maxReleases is how many of a branch's newest commits are its releases.
const maxReleases = 500

// Fields of git log are divided by characters that no subject or name holds.
const (
	recordMark = "\x1e"
	fieldMark  = "\x1f"
)

// Releases reads the branch's first-parent line, oldest first: a merge is one release, what was merged is
// not. A commit's patches are the lines it added to any patches.txt against its first parent.
func (m *Mirror) Releases(ctx context.Context) ([]fleet.Release, error) {
	ref := "refs/heads/" + m.Branch
	counted, err := m.git(ctx, nil, "rev-list", "--first-parent", "--count", ref, "--")
	if err != nil {
		return nil, err
	}
	total, err := strconv.Atoi(strings.TrimSpace(string(counted)))
	if err != nil {
		return nil, fmt.Errorf("count the commits of %s: %w", m.App, err)
	}
	format := recordMark + strings.Join([]string{"%H", "%an", "%at", "%s"}, fieldMark)
	limit := "--max-count=" + strconv.Itoa(maxReleases)
	log, err := m.git(ctx, nil, "log", "--first-parent", "-m", "--name-only", limit, "--format="+format, ref, "--")
	if err != nil {
		return nil, err
	}
	releases := []fleet.Release{}
	for i, record := range splitRecords(log) {
		release, err := parseCommit(record)
		if err != nil {
			return nil, err
		}
		release.Position = total - 1 - i
		releases = append([]fleet.Release{release}, releases...)
	}
	if err := m.addPatches(ctx, releases, ref, limit); err != nil {
		return nil, err
	}
	return releases, m.addVersions(ctx, releases)
}

// Lookup reads those of the commits that the mirror holds, wherever they are: on the branch, or among what was merged into it.
// They have no Position. What is no full commit is passed over.
func (m *Mirror) Lookup(ctx context.Context, commits []string) ([]fleet.Release, error) {
	var wanted bytes.Buffer
	for _, commit := range commits {
		if fleet.ValidCommit(commit) == nil {
			fmt.Fprintln(&wanted, commit)
		}
	}
	answer, err := m.git(ctx, wanted.Bytes(), "cat-file", "--batch-check=%(objecttype) %(objectname)")
	if err != nil {
		return nil, err
	}
	releases := []fleet.Release{}
	for line := range strings.Lines(string(answer)) {
		commit, isCommit := strings.CutPrefix(strings.TrimSpace(line), "commit ")
		if !isCommit {
			continue
		}
		format := recordMark + strings.Join([]string{"%H", "%an", "%at", "%s"}, fieldMark)
		log, err := m.git(ctx, nil, "log", "--no-walk", "--format="+format, commit, "--")
		if err != nil {
			return nil, err
		}
		release, err := parseCommit(splitRecords(log)[0])
		if err != nil {
			return nil, err
		}
		release.Position = fleet.OffBranch
		releases = append(releases, release)
	}
	return releases, m.addVersions(ctx, releases)
}

func splitRecords(log []byte) []string {
	records := strings.Split(string(log), recordMark)
	return records[1:]
}

// parseCommit reads one record: the fields on its first line, then the names of the files it touched.
func parseCommit(record string) (fleet.Release, error) {
	head, files, _ := strings.Cut(record, "\n")
	fields := strings.SplitN(head, fieldMark, 4)
	if len(fields) != 4 {
		return fleet.Release{}, fmt.Errorf("unexpected line of git log: %q", head)
	}
	seconds, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return fleet.Release{}, fmt.Errorf("unexpected date of git log: %w", err)
	}
	release := fleet.Release{
		Commit: fields[0], Author: clean(fields[1], 200), AuthoredAt: time.Unix(seconds, 0).UTC(),
		Subject: clean(fields[3], 500), Patches: []string{},
	}
	for file := range strings.Lines(files) {
		file = strings.TrimSpace(file)
		release.Schema = release.Schema || touchesSchema(file)
		release.Hooks = release.Hooks || path.Base(file) == "hooks.py"
	}
	return release, nil
}

// touchesSchema says whether a changed file means that a site's schema or fixtures may change.
func touchesSchema(file string) bool {
	dir, name := path.Split(file)
	return strings.Contains(dir, "/fixtures/") || strings.Contains(dir, "/custom/") ||
		strings.Contains(dir, "/doctype/") && strings.HasSuffix(name, ".json")
}

// addPatches fills in the lines that each commit added to a patches.txt.
func (m *Mirror) addPatches(ctx context.Context, releases []fleet.Release, ref, limit string) error {
	log, err := m.git(ctx, nil, "log", "--first-parent", "-m", "--unified=0", "--no-color", "--no-ext-diff", limit,
		"--format="+recordMark+"%H", ref, "--", ":(glob)**/patches.txt")
	if err != nil {
		return err
	}
	byCommit := map[string]int{}
	for i, release := range releases {
		byCommit[release.Commit] = i
	}
	for _, record := range splitRecords(log) {
		commit, diff, _ := strings.Cut(record, "\n")
		if i, ok := byCommit[strings.TrimSpace(commit)]; ok {
			releases[i].Patches = addedPatches(diff)
		}
	}
	return nil
}

// addedPatches reads the patches that a diff of patches.txt adds; section headings and comments are none.
func addedPatches(diff string) []string {
	patches := []string{}
	for line := range strings.Lines(diff) {
		if !strings.HasPrefix(line, "+") || strings.HasPrefix(line, "+++") {
			continue
		}
		patch, _, _ := strings.Cut(strings.TrimPrefix(line, "+"), "#")
		patch = strings.TrimSpace(patch)
		if patch != "" && !strings.HasPrefix(patch, "[") {
			patches = append(patches, clean(patch, 300))
		}
	}
	return patches
}

var versionLine = regexp.MustCompile(`(?m)^__version__\s*=\s*["']([^"']{1,100})["']`)

// addVersions reads the package's __version__ at each commit; a commit without one has an empty version.
func (m *Mirror) addVersions(ctx context.Context, releases []fleet.Release) error {
	var wanted bytes.Buffer
	for _, release := range releases {
		fmt.Fprintf(&wanted, "%s:%s/__init__.py\n", release.Commit, m.App)
	}
	answer, err := m.git(ctx, wanted.Bytes(), "cat-file", "--batch")
	if err != nil {
		return err
	}
	reader := bufio.NewReader(bytes.NewReader(answer))
	for i := range releases {
		content, err := nextBlob(reader)
		if err != nil {
			return fmt.Errorf("read the versions of %s: %w", m.App, err)
		}
		if match := versionLine.FindSubmatch(content); match != nil {
			releases[i].Version = clean(string(match[1]), 100)
		}
	}
	return nil
}

// nextBlob reads one answer of git cat-file --batch; nil when the commit has no such file.
func nextBlob(reader *bufio.Reader) ([]byte, error) {
	head, err := reader.ReadString('\n')
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(head)
	if len(fields) < 3 || fields[len(fields)-2] != "blob" {
		return nil, nil
	}
	size, err := strconv.Atoi(fields[len(fields)-1])
	if err != nil {
		return nil, err
	}
	content := make([]byte, size+1) // and the newline after it
	for read := 0; read < len(content); {
		n, err := reader.Read(content[read:])
		if err != nil {
			return nil, err
		}
		read += n
	}
	return content[:size], nil
}

// clean makes text of a repository fit for a column and a page: valid, on one line, not longer than n runes.
func clean(text string, n int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	if runes := []rune(text); len(runes) > n {
		text = string(runes[:n])
	}
	return strings.TrimSpace(text)
}
