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
	Credential Credential
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
	if err := m.make(ctx); err != nil {
		return err
	}
	ref := "refs/heads/" + m.Branch
	_, err := m.remote(ctx, "fetch", "--quiet", "--no-tags", "--prune", "--force", "--", m.Repository, "+"+ref+":"+ref)
	return err
}

// Head asks the repository for the newest commit of the branch, without fetching anything. It errs with
// CodeCommandFailed and git's own words, and with CodeNotFound when there is no such branch.
func (m *Mirror) Head(ctx context.Context) (string, error) {
	if err := m.make(ctx); err != nil {
		return "", err
	}
	answer, err := m.remote(ctx, "ls-remote", "--quiet", "--", m.Repository, "refs/heads/"+m.Branch)
	if err != nil {
		return "", err
	}
	head, _, _ := strings.Cut(string(answer), "\t")
	if fleet.ValidCommit(head) != nil {
		return "", fleet.Errorf(fleet.CodeNotFound, "%s has no branch %s.", m.Repository, m.Branch)
	}
	return head, nil
}

// Has says whether the mirror holds a commit.
func (m *Mirror) Has(ctx context.Context, commit string) bool {
	_, err := m.git(ctx, nil, "cat-file", "-e", commit+"^{commit}")
	return err == nil
}

// Push brings a commit and all that it stands on to a bare repository on a server, which keeps it as refs/central/COMMIT.
func (m *Mirror) Push(ctx context.Context, to Destination, commit string) error {
	environment := append(m.environment(), "SSH_AUTH_SOCK="+to.AgentSocket, "GIT_SSH_COMMAND="+to.ssh())
	_, err := m.run(ctx, environment, nil, "push", "--quiet", "--receive-pack="+to.ReceivePack, "--", to.address(), commit+":refs/central/"+commit)
	return err
}

// make makes the bare repository when it is missing.
func (m *Mirror) make(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(m.Dir, "HEAD")); err == nil {
		return nil
	}
	if err := os.MkdirAll(m.Dir, 0o700); err != nil {
		return err
	}
	_, err := m.git(ctx, nil, "init", "--quiet", "--bare", "--initial-branch", "central")
	return err
}

// git runs git on the mirror alone.
func (m *Mirror) git(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	return m.run(ctx, m.environment(), stdin, args...)
}

// remote runs git with what lets it in to the app's repository.
func (m *Mirror) remote(ctx context.Context, args ...string) ([]byte, error) {
	// The host of a repository is known by the key that it showed first.
	ssh := "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=accept-new" + option("UserKnownHostsFile", filepath.Join(filepath.Dir(m.Dir), "known_hosts"))
	environment := m.environment()
	if m.Credential.AgentSocket != "" {
		ssh += " -o IdentityFile=none"
		environment = append(environment, "SSH_AUTH_SOCK="+m.Credential.AgentSocket)
	}
	environment = append(environment, "GIT_SSH_COMMAND="+ssh)
	return m.run(ctx, environment, nil, append(m.Credential.config(), args...)...)
}

// environment lets git prompt for nothing, read nobody's configuration, and use only the protocols that apps may come by.
func (m *Mirror) environment() []string {
	environment := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + m.Dir, "LC_ALL=C.UTF-8", "GIT_TERMINAL_PROMPT=0",
		"GIT_ALLOW_PROTOCOL=https:ssh:git", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
	}
	// A team with certificate authorities of its own names them to Central as it would to git.
	if authorities := os.Getenv("GIT_SSL_CAINFO"); authorities != "" {
		environment = append(environment, "GIT_SSL_CAINFO="+authorities)
	}
	return environment
}

func (m *Mirror) run(ctx context.Context, environment []string, stdin []byte, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "git", append([]string{"-C", m.Dir}, args...)...)
	command.Env = environment
	command.Stdin = bytes.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		said := strings.TrimSpace(stderr.String())
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("%w (%w)", fleet.Errorf(fleet.CodeCommandFailed, "git %s of %s failed: %s", verb(args), m.App, said), err)
	}
	return stdout.Bytes(), nil
}

// verb is what git is asked to do, past its settings.
func verb(args []string) string {
	for len(args) > 2 && args[0] == "-c" {
		args = args[2:]
	}
	return args[0]
}
