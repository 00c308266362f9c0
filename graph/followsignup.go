package graph

import (
	"context"
	"time"

	"central/fleet"
)

// signUpPoll is how often a sign-up that is followed is looked at.
const signUpPoll = 300 * time.Millisecond

// followSignUp sends how a sign-up stands, and each change until its end. It errs with CodeNotFound for a sign-up that is not
// the caller's: a token for sign-ups alone has to know its secret.
func (r *Resolver) followSignUp(ctx context.Context, id uint, secret string) (<-chan fleet.SignUpProgress, error) {
	if actorOf(ctx).Scope != "" && !r.SignUpLinks.Knows(id, secret) {
		return nil, fleet.Errorf(fleet.CodeNotFound, "There is no sign-up with this number and secret.")
	}
	last, err := r.Store.SignUpProgressOf(ctx, id)
	if err != nil {
		return nil, err
	}
	sent := make(chan fleet.SignUpProgress, 1)
	sent <- last
	go func() {
		defer close(sent)
		tick := time.NewTicker(signUpPoll)
		defer tick.Stop()
		for !last.State.Ended() {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			next, err := r.Store.SignUpProgressOf(ctx, id)
			if err != nil {
				return // the client asks again
			}
			if next == last {
				continue
			}
			last = next
			select {
			case sent <- next:
			case <-ctx.Done():
				return
			}
		}
	}()
	return sent, nil
}
