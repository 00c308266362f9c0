package graph

import (
	"context"

	"central/fleet"
)

// follow sends the events of an action after the given one that are wanted, then what happens. It ends with
// the action, or with ctx.
func (r *Resolver) follow(ctx context.Context, actionID uint, after int, wanted func(fleet.ActionEvent) bool) (<-chan fleet.ActionEvent, error) {
	if after < 0 {
		return nil, fleet.FieldErrorf(fleet.CodeInvalid, "after", "after is the seq of the last event seen, 0 for none.")
	}
	batches := r.Store.Follow(ctx, actionID, uint64(after))
	events := make(chan fleet.ActionEvent)
	go func() {
		defer close(events)
		for batch := range batches {
			for _, event := range batch {
				if !wanted(event) {
					continue
				}
				select {
				case events <- event:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return events, nil
}

func all(fleet.ActionEvent) bool { return true }

// ofDeploy says whether an event shows how a deploy goes, which its figures come with.
func ofDeploy(event fleet.ActionEvent) bool {
	return event.Kind == fleet.EventDeploy && event.Body.Deploy != nil
}
