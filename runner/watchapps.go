package runner

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"central/fleet"
)

// How many branches of apps are looked at at once, and how long that may take.
const (
	lookAtAppsAtOnce  = 4
	lookAtAppPatience = time.Minute
)

// watchApps looks now and then, until ctx ends, whether the branches of apps have moved, and has the releases of those
// that did fetched. Of several runners that do so at once one looks at each.
func (r *Runner) watchApps(ctx context.Context) {
	tick := time.NewTicker(r.rhythm.announced)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		apps, err := r.Store.AppsToLookAt(ctx, r.rhythm.apps)
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot tell which apps to look at", "error", err)
		}
		var all errgroup.Group
		all.SetLimit(lookAtAppsAtOnce)
		for _, app := range apps {
			all.Go(func() error {
				r.lookAtApp(ctx, app)
				return nil
			})
		}
		_ = all.Wait()
	}
}

func (r *Runner) lookAtApp(ctx context.Context, app fleet.App) {
	head, err := r.headOf(ctx, app)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		r.Log.Warn("the branch of an app could not be looked at", "app", app.Name, "error", err)
	}
	if err := r.Store.AppLooked(ctx, app.ID, head, failureOf(err)); err != nil && ctx.Err() == nil {
		r.Log.Error("a look at an app could not be recorded", "app", app.Name, "error", err)
	}
}

func (r *Runner) headOf(ctx context.Context, app fleet.App) (string, error) {
	ctx, done := context.WithTimeout(ctx, lookAtAppPatience)
	defer done()
	mirror, leave, err := r.enter(ctx, app)
	if err != nil {
		return "", err
	}
	defer leave()
	return mirror.Head(ctx)
}
