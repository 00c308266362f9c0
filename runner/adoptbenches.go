package runner

import (
	"context"

	"central/fleet"
	"central/playbooks"
)

// adoptBenches takes over benches made by hand, as somebody ticked them. It looks at the server once more and
// goes on only if everything is as it was; it puts beside the benches what Central needs there, without
// touching what runs; and then it puts them on record. No file of a bench is changed, and no process of it is told anything.
func (r *Runner) adoptBenches(ctx context.Context, w *work) error {
	server, err := r.Store.Server(ctx, *w.action.ServerID)
	if err != nil {
		return err
	}
	in, then, err := r.Store.AdoptionOf(ctx, w.action.ID)
	if err != nil {
		return err
	}
	ctx, stop := w.untilCancelled(ctx)
	defer stop()
	w.progress(2, "Look again")
	if err := r.asTicked(ctx, w, server, in, then); err != nil {
		return err
	}
	vars, err := r.serverVars(ctx, server)
	if err != nil {
		return err
	}
	if err := r.play(ctx, w, part{playbooks.Server, 10, 40}, server, vars, nil); err != nil {
		return err
	}
	if err := r.play(ctx, w, part{playbooks.Master, 40, 90}, server, vars, nil); err != nil {
		return err
	}
	// Nothing was touched, and the sites have to show it: they answer as before.
	w.progress(92, "Look once more")
	found, err := r.lookForBenches(ctx, w, server)
	if err != nil {
		return err
	}
	if err := r.unchanged(ctx, in, then, found); err != nil {
		return err
	}
	w.progress(98, "Put them on record")
	return w.stored(r.Store.RecordAdoption(w.write, w.ref, in, found))
}

// asTicked errs when something on the server is no longer as it was when it was ticked.
func (r *Runner) asTicked(ctx context.Context, w *work, server fleet.Server, in fleet.AdoptInput, then fleet.ScanFound) error {
	found, err := r.lookForBenches(ctx, w, server)
	if err != nil {
		return err
	}
	sayFound(w, found)
	return r.unchanged(ctx, in, then, found)
}

func (r *Runner) unchanged(ctx context.Context, in fleet.AdoptInput, then, found fleet.ScanFound) error {
	if err := fleet.SameAsFound(in, then, found); err != nil {
		return err
	}
	return r.Store.CheckAdoption(ctx, in, found)
}
