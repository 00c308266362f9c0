package machine

import (
	"context"
	"errors"
	"time"
)

// ErrTimeout is what Until returns when its time is over.
var ErrTimeout = errors.New("timed out")

// Until asks done every 20 ms until it says yes, the time is over or ctx ends.
func Until(ctx context.Context, limit time.Duration, done func() bool) error {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return ErrTimeout
		case <-tick.C:
		}
	}
	return nil
}
