package runner

import (
	"context"

	"central/runner/bench"
)

// stepPassword gives the site's Administrator the password that its new owner was shown.
const stepPassword = "Administrator"

// handOutSite gives a site that stood ready to somebody who signed up: their name for it, and a password of their own.
func (r *Runner) handOutSite(ctx context.Context, w *work) error {
	m, err := r.newSiteRename(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, story{
		begin: func(_ context.Context, name string, percent int) error {
			m.w.progress(percent, name)
			return nil
		},
		// The password is not taken back: the next who gets the site gets one of their own.
		steps:  m.renaming(true, step{name: stepPassword, apply: m.givePassword}),
		verify: m.verifyBefore,
	})
}

func (m *siteRename) givePassword(ctx context.Context) error {
	password, err := m.administratorPassword(ctx)
	if err != nil {
		return err
	}
	command, err := bench.SetAdminPassword(m.new, password)
	if err != nil {
		return err
	}
	_, err = m.run(ctx, command)
	return err
}

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
