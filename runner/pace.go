package runner

import (
	"context"
	"time"
)

// pace is how long work waits where a server needs time.
type pace struct {
	patience time.Duration   // a step goes on trying to reach a server for this long once something on it was changed
	first    time.Duration   // between the first two tries to reach it; doubled each time
	longest  time.Duration   // between two tries to reach it, at most
	again    []time.Duration // between two tries to take a step back; there is one try more than pauses
	grace    time.Duration   // a short command may go on for this long when its runner stops
	writing  time.Duration   // what is yet to be stored may take this long when the runner stops
	firewall time.Duration   // after which a server takes new firewall rules back that Central was not let in with
	storage  time.Duration   // an S3 storage that does not answer is asked again for this long
	reboot   time.Duration   // a server may take this long to be back after it was started anew
}

// normalPace suits servers: after a crash, a database is back later than SSH.
var normalPace = pace{
	patience: 30 * time.Minute, first: 200 * time.Millisecond, longest: 10 * time.Second,
	again: []time.Duration{2 * time.Second, 20 * time.Second},
	grace: 5 * time.Second, writing: 30 * time.Second, firewall: time.Minute, storage: 5 * time.Minute, reboot: 15 * time.Minute,
}

// outlast is a context that ends a while after ctx has ended, with the same cause.
func outlast(ctx context.Context, a time.Duration) (context.Context, context.CancelFunc) {
	longer, end := context.WithCancelCause(context.WithoutCancel(ctx))
	forget := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(a):
			end(context.Cause(ctx))
		case <-longer.Done():
		}
	})
	return longer, func() {
		forget()
		end(nil)
	}
}

// pause waits; it errs with the cause when ctx ends first.
func pause(ctx context.Context, a time.Duration) error {
	select {
	case <-time.After(a):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
