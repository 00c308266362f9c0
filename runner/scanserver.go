package runner

import (
	"context"
	"fmt"

	"central/fleet"
	"central/runner/bench"
)

// scanServer looks for benches made by hand on a server and stores what is there. Then it fetches the apps that
// Central has of them, so that commits which their repositories hold are releases.
func (r *Runner) scanServer(ctx context.Context, w *work) error {
	server, err := r.Store.Server(ctx, *w.action.ServerID)
	if err != nil {
		return err
	}
	ctx, stop := w.untilCancelled(ctx)
	defer stop()
	w.progress(5, "Look for benches")
	found, err := r.lookForBenches(ctx, w, server)
	if err != nil {
		return err
	}
	sayFound(w, found)
	if err := r.fetchFound(ctx, w, found); err != nil {
		return err
	}
	return w.stored(r.Store.SaveScan(w.write, w.ref, found))
}

func (r *Runner) lookForBenches(ctx context.Context, w *work, server fleet.Server) (fleet.ScanFound, error) {
	output, err := r.Pool.Run(ctx, remoteHost(server), bench.Scan())
	w.seeKey(err)
	if err != nil {
		return fleet.ScanFound{}, err
	}
	return bench.ParseScan(output.Stdout)
}

func sayFound(w *work, found fleet.ScanFound) {
	if len(found.Benches) == 0 {
		w.say("There is no bench in /home, /opt or /srv.")
	}
	for _, one := range found.Benches {
		w.say(fmt.Sprintf("%s, of the user %s: %d apps, %d sites.", one.Path, one.Owner, len(one.Apps), len(one.Sites)))
		for _, site := range one.Sites {
			w.say(fmt.Sprintf("  %s: database %s with %d MiB, answers %d.", site.Name, site.Database, site.DatabaseBytes>>20, site.Status))
		}
	}
}

// fetchFound brings the mirrors of Central's apps up to date that a server has too, and puts the commits that it
// has of them on record. An app whose repository cannot be read now is told and passed over: the report will say
// that its commit is not known.
func (r *Runner) fetchFound(ctx context.Context, w *work, found fleet.ScanFound) error {
	apps, err := r.Store.Apps(ctx)
	if err != nil {
		return err
	}
	commits := map[uint][]string{}
	for _, app := range apps {
		for _, one := range found.Benches {
			for _, there := range one.Apps {
				if there.App == app.Name && there.Commit != "" && fleet.SameRepository(app.Repository, there.Remote) {
					commits[app.ID] = append(commits[app.ID], there.Commit)
				}
			}
		}
	}
	done := 0
	for _, app := range apps {
		if len(commits[app.ID]) == 0 {
			continue
		}
		w.progress(50+40*done/len(commits), "Fetch "+app.Name)
		done++
		releases, err := r.foundReleases(ctx, app, commits[app.ID])
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			w.say(fmt.Sprintf("The repository of %s could not be read: %s", app.Name, failureOf(err).Message))
			continue
		}
		if err := w.stored(r.Store.SaveFoundReleases(w.write, w.ref, app.ID, releases)); err != nil {
			return err
		}
	}
	return nil
}

// foundReleases are those of the commits that the app's repository holds.
func (r *Runner) foundReleases(ctx context.Context, app fleet.App, commits []string) ([]fleet.Release, error) {
	mirror, leave, err := r.enter(ctx, app)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := mirror.Fetch(ctx); err != nil {
		return nil, err
	}
	return mirror.Lookup(ctx, commits)
}
