// Package git reads the releases of an app from its repository, with the git command.
package git

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"central/fleet"
)

// Mirror is Central's own bare copy of one branch of an app's repository.
type Mirror struct {
	Dir        string // of the bare repository; made when it is missing
	App        string
	Repository string
	Branch     string
}

// NewMirror is the mirror of app in the folder root. It errs with CodeInvalid for a name or address that
// must not reach a command.
func NewMirror(root string, app fleet.App) (*Mirror, error) {
	in := fleet.NewApp{Name: app.Name, Repository: app.Repository, Branch: app.Branch}
	if err := in.Validate(); err != nil {
		return nil, err
	}
	return &Mirror{Dir: filepath.Join(root, app.Name+".git"), App: app.Name, Repository: app.Repository, Branch: app.Branch}, nil
}

// Fetch brings the mirror up to date. It errs with CodeCommandFailed and git's own words.
func (m *Mirror) Fetch(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(m.Dir, "HEAD")); err != nil {
		if err := os.MkdirAll(m.Dir, 0o700); err != nil {
			return err
		}
		if _, err := m.git(ctx, nil, "init", "--quiet", "--bare", "--initial-branch", "central"); err != nil {
			return err
		}
	}
	ref := "refs/heads/" + m.Branch
	_, err := m.git(ctx, nil, "fetch", "--quiet", "--no-tags", "--prune", "--force", "--", m.Repository, "+"+ref+":"+ref)
	return err
}

// git runs git on the mirror: without prompts, without anybody's configuration, and with the protocols
// that apps may come by only.
func (m *Mirror) git(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "git", append([]string{"-C", m.Dir}, args...)...)
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + m.Dir, "LC_ALL=C.UTF-8", "GIT_TERMINAL_PROMPT=0",
		"GIT_ALLOW_PROTOCOL=https:ssh:git", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_SSH_COMMAND=ssh -o BatchMode=yes",
	}
	command.Stdin = bytes.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		said := strings.TrimSpace(stderr.String())
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("%w (%w)", fleet.Errorf(fleet.CodeCommandFailed, "git %s of %s failed: %s", args[0], m.App, said), err)
	}
	return stdout.Bytes(), nil
}
