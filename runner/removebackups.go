package runner

import (
	"context"
	"errors"
	"fmt"

	"central/fleet"
	"central/runner/bench"
)

// removeBackups removes the files of backups whose time is over, one backup after the other. One that cannot be removed
// does not keep the others.
func (r *Runner) removeBackups(ctx context.Context, w *work) error {
	backups, err := r.Store.BackupsToRemove(ctx, w.action.ID)
	if err != nil {
		return w.stored(err)
	}
	var failed []error
	for i, backup := range backups {
		if interrupted(ctx) {
			return context.Cause(ctx)
		}
		w.progress(100*i/len(backups), fmt.Sprintf("Remove backup %d of %s", backup.ID, backup.SiteName))
		if err := r.removeBackup(ctx, w, backup); err != nil {
			w.say(fmt.Sprintf("Backup %d of %s was not removed: %s", backup.ID, backup.SiteName, failureOf(err).Message))
			failed = append(failed, err)
			if code := fleet.ErrorCode(err); code == fleet.CodeUnreachable || code == fleet.CodeStorageUnreachable {
				break
			}
		}
	}
	return errors.Join(failed...)
}

func (r *Runner) removeBackup(ctx context.Context, w *work, backup fleet.Backup) error {
	if backup.ServerID != nil {
		server, err := r.Store.Server(ctx, *backup.ServerID)
		if err != nil {
			return err
		}
		if server.Status != fleet.ServerRetired { // what a server that was let go of still holds is not Central's to reach
			place, err := bench.BackupOf(fleet.Backup{ID: backup.ID, SiteName: backup.SiteName})
			if err != nil {
				return err
			}
			on := &siteWork{r: r, w: w, name: backup.SiteName, host: remoteHost(server)}
			if _, err := on.run(ctx, bench.RemoveBackup(place)); err != nil {
				return err
			}
		}
	}
	if err := r.removeObjects(ctx, w, backup); err != nil {
		return err
	}
	return w.stored(r.Store.BackupGone(w.write, w.ref, backup.ID))
}
