package runner

import (
	"context"
	"errors"

	"central/runner/bench"
)

const stepRemoveSite = "Remove the site"

const unitRemoveSite = "remove-site"

// archiveSite takes the last backup of a site, while nobody writes into it, and then removes the site from its server. Until
// the backup is on record the site can be given back; from then on it is removed.
func (r *Runner) archiveSite(ctx context.Context, w *work) error {
	b, err := r.newBackupWork(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	b.strict = true // no site is removed whose last backup is not everywhere it should be
	return w.perform(ctx, b.archiveStory())
}

func (b *backupWork) archiveStory() story {
	steps := []step{
		{name: stepPreflight, percent: 3, apply: b.preflight, cancel: true},
		{name: stepMaintenance, percent: 6, apply: func(ctx context.Context) error { return b.setMaintenance(ctx, b.site, true) }, undo: b.reopen, cancel: true},
		{name: stepDrain, percent: 10, apply: func(ctx context.Context) error { return b.drain(ctx, b.site) }, cancel: true},
	}
	steps = append(steps, b.steps(10, 80)...)
	return story{begin: b.beginStep, steps: append(steps,
		step{name: stepRemoveSite, percent: 97, apply: b.removeSite},
		step{name: stepCleanUp, percent: 100, apply: b.afterArchive, extra: true},
	)}
}

func (b *backupWork) reopen(ctx context.Context) error {
	if err := b.setMaintenance(ctx, b.site, false); err != nil {
		return err
	}
	return b.expectStatus(ctx, 200)
}

// removeSite removes the site's database, its user and its directory, and its name from the server's nginx. There is no way
// back from it but the backup; so it goes on until it is done.
func (b *backupWork) removeSite(ctx context.Context) error {
	return b.w.again(ctx, "Removing the site", func(ctx context.Context) error {
		remove := bench.RemoveSite(b.site)
		if err := b.repeatable(ctx, unitRemoveSite, "The removal", remove, remove); err != nil {
			return err
		}
		return b.unroute(ctx)
	})
}

func (b *backupWork) afterArchive(ctx context.Context) error {
	return errors.Join(b.outOfMaintenance(), b.cleanUp(ctx), b.forgetUnits(ctx, unitRemoveSite))
}
