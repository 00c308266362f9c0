package runner

import (
	"context"
	"fmt"

	"central/fleet"
	"central/playbooks"
	"central/runner/bench"
)

// buildRevision builds each app of a revision at its commit, in a directory of its own beside the others.
// No site is touched. The slave of a pair gets it too, so that it has code to run when it takes over.
func (r *Runner) buildRevision(ctx context.Context, w *work) error {
	revision, bench, server, err := r.revisionOf(ctx, w)
	if err != nil {
		return err
	}
	vars, err := r.revisionVars(ctx, revision, bench)
	if err != nil {
		return err
	}
	if err := r.bringApps(ctx, w, server, revision); err != nil {
		return err
	}
	if err := r.bringAppsToSlave(ctx, w, server, revision); err != nil {
		return err
	}
	lacks := fmt.Sprintf("lacks %s %s", bench.Name, revision.Name)
	return r.playOnPair(ctx, w, whole(playbooks.Revision), server, vars, lacks, func(percent int, task string) {
		if err := r.Store.DeployBuildProgress(ctx, w.ref, percent, task); err != nil {
			r.Log.Warn("the progress of a build could not be shown", "action", w.action.ID, "error", err)
		}
	})
}

// removeRevision removes a revision's processes and directory. It errs with CodeNotReady when a site has
// come to live there.
func (r *Runner) removeRevision(ctx context.Context, w *work) error {
	revision, bench, server, err := r.revisionOf(ctx, w)
	if err != nil {
		return err
	}
	if revision.Adopted() {
		return fleet.Errorf(fleet.CodeNotReady, "%s %s stands for %s, which Central did not build and does not remove.", bench.Name, revision.Name, revision.Path)
	}
	used, err := r.Store.RevisionInUse(ctx, revision.ID)
	if err != nil {
		return err
	}
	if used {
		return fleet.Errorf(fleet.CodeNotReady, "%s %s holds sites; it stays.", bench.Name, revision.Name)
	}
	if err := r.mirrorNow(ctx, w, server); err != nil {
		return err
	}
	lacks := fmt.Sprintf("still holds %s %s", bench.Name, revision.Name)
	return r.playOnPair(ctx, w, whole(playbooks.RemoveRevision), server, map[string]any{"bench": bench.Name, "revision": revision.Name}, lacks, nil)
}

// mirrorNow lets the slave of a server learn which sites have left a revision that is about to be removed. A slave
// that cannot is none that the removal waits for.
func (r *Runner) mirrorNow(ctx context.Context, w *work, server fleet.Server) error {
	_, slave, err := r.Store.SlaveOf(ctx, server.ID)
	if err != nil || slave == nil {
		return err
	}
	if _, err := r.Pool.Run(ctx, remoteHost(*slave), bench.MirrorFiles()); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		w.say(failureOf(err).Message)
	}
	return nil
}

func (r *Runner) revisionOf(ctx context.Context, w *work) (revision fleet.Revision, bench fleet.Bench, server fleet.Server, err error) {
	if revision, err = r.Store.Revision(ctx, *w.action.RevisionID); err != nil {
		return revision, bench, server, err
	}
	if bench, err = r.Store.Bench(ctx, revision.BenchID); err != nil {
		return revision, bench, server, err
	}
	server, err = r.Store.Server(ctx, revision.ServerID)
	return revision, bench, server, err
}

func (r *Runner) revisionVars(ctx context.Context, revision fleet.Revision, bench fleet.Bench) (map[string]any, error) {
	if revision.Slot == nil {
		return nil, fmt.Errorf("revision %s of %s has no slot", revision.Name, bench.Name)
	}
	all, err := r.Store.Apps(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]fleet.App{}
	for _, app := range all {
		known[app.Name] = app
	}
	apps := make([]any, len(revision.Apps))
	for i, app := range revision.Apps {
		apps[i] = map[string]any{
			"name": app.App, "repository": known[app.App].Repository, "branch": known[app.App].Branch, "commit": app.Commit,
		}
	}
	packages := map[string]any{}
	for machine, digest := range fleet.NodePackages(revision.Node) {
		packages[machine] = digest
	}
	return map[string]any{
		"bench": bench.Name, "revision": revision.Name, "slot": *revision.Slot, "python": revision.Python,
		"node": revision.Node, "node_packages": packages,
		"workers": bench.Workers, "web_workers": bench.WebWorkers, "memory_mb": bench.MemoryMB, "apps": apps,
	}, nil
}
