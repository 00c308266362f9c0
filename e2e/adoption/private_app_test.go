package adoption

import (
	"os"
	"os/exec"
	"strings"

	"central/e2e/stage"
	"central/fleet"
	"central/practice/sshd"
	"central/runner/remote"
)

// crm is the smallest app that a bench can have, in a repository of its own. It writes down the Node that its assets are
// built with.
const crm = `
	git init --quiet --initial-branch main .
	mkdir crm
	printf '__version__ = "0.1.0"\n' >crm/__init__.py
	printf 'app_name = "crm"\n' >crm/hooks.py
	printf 'CRM\n' >crm/modules.txt
	printf '[pre_model_sync]\n' >crm/patches.txt
	printf '{"name": "crm", "private": true, "scripts": {"postinstall": "node -p process.version >built-with.txt"}}\n' >package.json
	printf '# yarn lockfile v1\n' >yarn.lock
	cat >pyproject.toml <<'TOML'
[build-system]
requires = ["flit_core >=3.4,<4"]
build-backend = "flit_core.buildapi"
[project]
name = "crm"
version = "0.1.0"
description = "Nobody else's"
TOML
	git add --all
	git commit --quiet --message 'The first release'
	git rev-parse HEAD
`

// privateApp adds an app whose repository only Central may read to the bench, takes a site there, and holds that the
// server never got to know how the repository is entered.
func (s *host) privateApp(bench uint, site fleet.Site) {
	s.T.Helper()
	ctx, dir := s.T.Context(), s.T.TempDir()
	command := exec.Command("bash", "-euc", crm)
	command.Dir = dir
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com")
	head, err := command.CombinedOutput()
	if err != nil {
		s.T.Fatalf("%v: %s", err, head)
	}
	server, err := sshd.Start(ctx, s.T.TempDir())
	stage.Must(s.T, err)
	defer func() { stage.Must(s.T, server.Stop()) }()
	key, err := remote.GenerateKey()
	stage.Must(s.T, err)
	sealed, err := s.Vault.SealKey(key)
	stage.Must(s.T, err)

	in := fleet.NewApp{Name: "crm", Repository: server.URL(dir), Branch: "main", AppCredential: fleet.AppCredential{
		Access: fleet.AppDeployKey, PublicKey: remote.PublicKey(key), Sealed: sealed,
	}}
	app, action, err := s.Store.AddApp(ctx, stage.Admin, in)
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionFailed) // nobody has given the key read access yet
	stage.Must(s.T, server.LetIn(app.PublicKey))
	_, action, err = s.Store.FetchReleases(ctx, stage.Admin, app.ID)
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)

	release := fleet.AppCommit{App: "crm", Commit: strings.TrimSpace(string(head))}
	_, action, err = s.Store.AddBenchApp(ctx, stage.Admin, bench, release)
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	s.Deploy(release, fleet.DeploySucceeded, site) // its other apps stay at their commits: a revision of its own is built
	revision := s.revisionOf(site)
	for command, want := range map[string]string{
		"cat /home/frappe/benches/old/" + revision.Name + "/apps/crm/crm/hooks.py":            `app_name = "crm"`,
		"ls /home/frappe/benches/old/" + revision.Name + "/sites | grep -c " + site.Name:      "1",
		"grep -rlsF -- 'PRIVATE KEY' /root/.ssh /home/frappe/.ssh /home/frappe/repos | wc -l": "0",
	} {
		if got := s.SSH(command); got != want {
			s.T.Errorf("%s: got %q, want %q", command, got, want)
		}
	}
}

// configured changes the settings of the bench, and holds that the processes of its revisions are what was asked for
// while the site goes on answering afterwards.
func (s *host) configured(bench uint, site fleet.Site) {
	s.T.Helper()
	_, action, err := s.Store.ConfigureBench(s.T.Context(), stage.Admin, fleet.BenchSettings{BenchID: bench, Workers: 2, WebWorkers: 3, MemoryMB: 700})
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	units := "central-old-" + s.revisionOf(site).Name
	for command, want := range map[string]string{
		"pgrep -P $(systemctl show --property=MainPID --value " + units + "-web) -f gunicorn | wc -l":           "3",
		"pgrep -P $(systemctl show --property=MainPID --value " + units + "-worker) -f bench_helper | wc -l":    "2",
		"systemctl show --property=MemoryMax --value " + units + "-web " + units + "-worker | sort -u | grep .": "734003200",
	} {
		if got := s.SSH(command); got != want {
			s.T.Errorf("%s: got %q, want %q", command, got, want)
		}
	}
	s.shop(site.Name)
}

// revisionOf is the revision that a site is on now.
func (s *host) revisionOf(site fleet.Site) fleet.Revision {
	s.T.Helper()
	now, err := s.Store.Site(s.T.Context(), site.ID)
	stage.Must(s.T, err)
	revision, err := s.Store.Revision(s.T.Context(), now.RevisionID)
	stage.Must(s.T, err)
	return revision
}
