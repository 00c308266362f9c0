package runner

import "context"

// dropStandby removes a site that stood ready and is not needed: nobody ever had it, so nothing of it is kept.
func (r *Runner) dropStandby(ctx context.Context, w *work) error {
	c, err := r.newSiteCreation(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, story{
		begin: func(_ context.Context, name string, percent int) error {
			c.w.progress(percent, name)
			return nil
		},
		steps: []step{
			{name: stepRoute, percent: 20, apply: c.unroute},
			{name: "Remove", percent: 100, apply: c.remove},
		},
	})
}
