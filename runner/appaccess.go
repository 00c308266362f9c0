package runner

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"central/fleet"
	"central/runner/bench"
	"central/runner/git"
	"central/runner/remote"
	"central/store"
)

// enter is Central's mirror of an app with what lets it in to the app's repository, until leave is called.
func (r *Runner) enter(ctx context.Context, app fleet.App) (mirror *git.Mirror, leave func(), err error) {
	if mirror, err = git.NewMirror(filepath.Join(r.DataDir, "repositories"), app); err != nil || app.Access == fleet.AppOpen {
		return mirror, func() {}, err
	}
	if r.Vault == nil {
		return nil, nil, errors.New("this runner has nothing to open secrets with")
	}
	sealed, err := r.Store.Secret(ctx, store.AppCredential(app.ID))
	if err != nil {
		return nil, nil, err
	}
	if app.Access == fleet.AppToken {
		answer, err := r.Vault.Open(sealed)
		if err != nil {
			return nil, nil, err
		}
		mirror.Credential.TokenFile, leave, err = git.HoldToken(answer)
		return mirror, leave, err
	}
	mirror.Credential.AgentSocket, leave, err = r.lendDeployKey(ctx, sealed)
	return mirror, leave, err
}

// lendDeployKey holds a deploy key in an agent of its own, whose socket it returns, until leave is called.
func (r *Runner) lendDeployKey(ctx context.Context, sealed []byte) (socket string, leave func(), err error) {
	key, err := r.Vault.OpenKey(sealed)
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "central-key-")
	if err != nil {
		return "", nil, err
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	agent := remote.NewAgent(remote.OneKey(key))
	socket, ended, err := agent.Serve(ctx, dir)
	if err != nil {
		stop()
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	leave = func() {
		stop()
		ended()
		_ = os.RemoveAll(dir)
	}
	if _, err := agent.Lend(ctx, remote.Host{}); err != nil {
		leave()
		return "", nil, err
	}
	return socket, leave, nil
}

// bringApps puts those apps of a revision that are not open to everybody on a server, out of Central's own mirrors:
// servers never hold what their repositories are entered with.
func (r *Runner) bringApps(ctx context.Context, w *work, server fleet.Server, revision fleet.Revision) error {
	apps, err := r.Store.Apps(ctx)
	if err != nil {
		return err
	}
	access := map[string]fleet.App{}
	for _, app := range apps {
		access[app.Name] = app
	}
	for _, wanted := range revision.Apps {
		app, known := access[wanted.App]
		if !known || app.Access == fleet.AppOpen {
			continue
		}
		w.say("Bringing " + app.Name + " " + fleet.ShortCommit(wanted.Commit) + " to " + server.Name + ".")
		if err := r.bringApp(ctx, server, app, wanted.Commit); err != nil {
			return err
		}
	}
	return nil
}

// bringAppsToSlave is bringApps for the slave of a server, if it has one. That this fails is no failure: the play that
// follows says on the pair what the slave lacks.
func (r *Runner) bringAppsToSlave(ctx context.Context, w *work, server fleet.Server, revision fleet.Revision) error {
	_, slave, err := r.Store.SlaveOf(ctx, server.ID)
	if err != nil || slave == nil {
		return err
	}
	if err := r.bringApps(ctx, w, *slave, revision); err != nil {
		if ctx.Err() != nil {
			return err
		}
		w.say(failureOf(err).Message)
	}
	return nil
}

func (r *Runner) bringApp(ctx context.Context, server fleet.Server, app fleet.App, commit string) error {
	mirror, leave, err := r.enter(ctx, app)
	if err != nil {
		return err
	}
	defer leave()
	if !mirror.Has(ctx, commit) { // another process has fetched it, or this machine's mirror was lost
		if err := mirror.Fetch(ctx); err != nil {
			return err
		}
	}
	if !mirror.Has(ctx, commit) {
		return fleet.Errorf(fleet.CodeUnknownCommit, "%s has no commit %s on its branch %s any more.", app.Repository, commit, app.Branch)
	}
	host := remoteHost(server)
	if _, err := r.Pool.Run(ctx, host, bench.MakeRepository(app.Name)); err != nil {
		return err
	}
	to, forget, err := r.destination(ctx, server, app.Name)
	if err != nil {
		return err
	}
	defer forget()
	return mirror.Push(ctx, to, commit)
}

// destination is an app's repository on a server as git pushes to it. Its files are there until forget is called.
func (r *Runner) destination(ctx context.Context, server fleet.Server, app string) (to git.Destination, forget func(), err error) {
	host := remoteHost(server)
	key, err := r.Pool.Lend(ctx, host)
	if err != nil {
		return to, nil, err
	}
	known, err := remote.KnownHosts([]remote.Host{host})
	if err != nil {
		return to, nil, err
	}
	receive, err := bench.ReceivePack(server.User)
	if err != nil {
		return to, nil, err
	}
	dir, err := os.MkdirTemp("", "central-push-")
	if err != nil {
		return to, nil, err
	}
	forget = func() { _ = os.RemoveAll(dir) }
	to = git.Destination{
		User: server.User, Host: server.Address, Port: server.Port, Path: bench.RepositoryDir(app), ReceivePack: receive,
		AgentSocket: r.AgentSocket, PublicKey: filepath.Join(dir, "key.pub"), KnownHosts: filepath.Join(dir, "known_hosts"),
	}
	err = errors.Join(os.WriteFile(to.PublicKey, []byte(key+"\n"), 0o600), os.WriteFile(to.KnownHosts, []byte(known), 0o600))
	if err != nil {
		forget()
	}
	return to, forget, err
}
