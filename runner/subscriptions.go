package runner

import (
	"context"
	"time"
)

// watchSubscriptions moves subscriptions by their dates now and then, until ctx ends. Of several runners that do so at once
// one gets each subscription.
func (r *Runner) watchSubscriptions(ctx context.Context) {
	tick := time.NewTicker(r.rhythm.subscriptions)
	defer tick.Stop()
	for {
		done, err := r.Store.AdvanceSubscriptions(ctx, time.Now().UTC())
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot move subscriptions by their dates", "error", err)
		}
		if done.Changed > 0 || done.Reminders > 0 {
			r.Log.Info("subscriptions were moved by their dates", "changed", done.Changed, "reminders", done.Reminders)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
