package runner

import (
	"context"
	"time"
)

// watchBackups queues the backups whose time has come, the removal of those whose time is over, and the archiving of sites
// whose subscription has ended, until ctx ends. Of several runners that do so at once, one gets each site.
func (r *Runner) watchBackups(ctx context.Context) {
	tick := time.NewTicker(r.rhythm.backups)
	defer tick.Stop()
	for {
		queued, err := r.Store.QueueBackups(ctx, time.Now().UTC())
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot queue backups by schedule", "error", err)
		}
		expired, err := r.Store.ExpireBackups(ctx, time.Now().UTC())
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot tell which backups are over", "error", err)
		}
		archived, err := r.Store.ArchiveEnded(ctx, time.Now().UTC())
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot archive the sites of subscriptions that are over", "error", err)
		}
		if tested, err := r.Store.QueueRestoreTest(ctx, time.Now().UTC()); err != nil && ctx.Err() == nil {
			r.Log.Error("cannot queue a restore test", "error", err)
		} else if tested {
			r.Log.Info("a restore is tested")
		}
		if queued > 0 || expired > 0 || archived > 0 {
			r.Log.Info("backups by schedule", "queued", queued, "expired", expired, "archived", archived)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
