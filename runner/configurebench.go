package runner

import (
	"context"
	"fmt"

	"central/playbooks"
)

// configureBench brings every revision of a bench that Central has built to the bench's settings: units that differ are
// written anew and restarted, the others are left alone. The slave of a pair gets them too.
func (r *Runner) configureBench(ctx context.Context, w *work) error {
	bench, err := r.Store.Bench(ctx, *w.action.BenchID)
	if err != nil {
		return err
	}
	server, err := r.Store.Server(ctx, bench.ServerID)
	if err != nil {
		return err
	}
	revisions, err := r.Store.BuiltRevisions(ctx, bench.ID)
	if err != nil {
		return err
	}
	for i, revision := range revisions {
		vars, err := r.revisionVars(ctx, revision, bench)
		if err != nil {
			return err
		}
		of := part{playbooks.Revision, 100 * i / len(revisions), 100 * (i + 1) / len(revisions)}
		lacks := fmt.Sprintf("has other settings for %s %s", bench.Name, revision.Name)
		if err := r.playOnPair(ctx, w, of, server, vars, lacks, nil); err != nil {
			return err
		}
	}
	return nil
}
