package runner

import (
	"context"
	"fmt"
)

// fetchReleases brings Central's mirror of an app up to date and puts its commits on record.
func (r *Runner) fetchReleases(ctx context.Context, w *work) error {
	app, err := r.Store.App(ctx, *w.action.AppID)
	if err != nil {
		return err
	}
	mirror, leave, err := r.enter(ctx, app)
	if err != nil {
		return err
	}
	defer leave()
	ctx, stop := w.untilCancelled(ctx)
	defer stop()
	w.progress(0, "Fetch "+app.Branch)
	if err := mirror.Fetch(ctx); err != nil {
		return err
	}
	w.progress(50, "Read the commits")
	releases, err := mirror.Releases(ctx)
	if err != nil {
		return err
	}
	w.say(fmt.Sprintf("%s has %d releases on %s.", app.Name, len(releases), app.Branch))
	return r.Store.SaveReleases(ctx, w.ref, releases)
}
