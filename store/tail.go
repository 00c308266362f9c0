package store

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"central/fleet"
)

// How the log is followed.
const (
	tailPoll    = 250 * time.Millisecond // how soon a write of another process is seen
	tailBatch   = 500                    // events handed to a follower at once
	tailTrouble = time.Second            // pause after the database did not answer
)

// Follow replays the events of an action whose seq is greater than after, then follows what comes, in
// order, without gaps and without repetition. The channel is closed when the action is finished and its
// last event was handed over, when ctx ends, when there is no such action, or when the Store is closed. A
// receiver that is slow delays nobody but itself.
func (s *Store) Follow(ctx context.Context, actionID uint, after uint64) <-chan []fleet.ActionEvent {
	out := make(chan []fleet.ActionEvent)
	wake, stop := s.tail.watch(actionID)
	go func() {
		defer close(out)
		defer stop()
		s.follow(ctx, actionID, after, wake, out)
	}()
	return out
}

// follow pulls from the database at its receiver's pace; wake only says that there may be more.
func (s *Store) follow(ctx context.Context, actionID uint, after uint64, wake <-chan struct{}, out chan<- []fleet.ActionEvent) {
	for {
		head, err := s.tail.head(ctx, actionID)
		var events []fleet.ActionEvent
		if err == nil && head.LastSeq > after {
			events, err = s.Events(ctx, actionID, after, tailBatch)
		}
		if err != nil {
			if !s.tail.pause(ctx, tailTrouble) {
				return
			}
			slog.WarnContext(ctx, "follow an action", "action", actionID, "error", err)
			continue
		}
		if len(events) > 0 {
			select {
			case out <- events:
			case <-ctx.Done():
				return
			case <-s.tail.done:
				return
			}
			after = events[len(events)-1].Seq
			continue
		}
		if head.ID == 0 || head.Status.Finished() {
			return
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return
		case <-s.tail.done:
			return
		}
	}
}

// tail tells the followers of one Store when to look: at once after a write through the same Store, and
// within tailPoll after a write of another process, with one query for all of them.
type tail struct {
	store *Store
	done  chan struct{}
	once  sync.Once

	mu       sync.Mutex
	watchers map[uint]map[chan struct{}]bool // by action; each channel has room for one pulse
	seen     map[uint]uint64                 // last_seq at the latest pulse of the poll
	polling  bool
}

// head is as much of an action as shows whether there is more to read.
type head struct {
	ID      uint
	LastSeq uint64
	Status  fleet.ActionStatus
}

func newTail(s *Store) *tail {
	return &tail{store: s, done: make(chan struct{}), watchers: map[uint]map[chan struct{}]bool{}, seen: map[uint]uint64{}}
}

func (t *tail) close() {
	t.once.Do(func() { close(t.done) })
}

// head reads the head of an action; a zero ID means that there is none.
func (t *tail) head(ctx context.Context, actionID uint) (head, error) {
	var h head
	err := t.store.db.WithContext(ctx).Table("actions").Select("id", "last_seq", "status").Where("id = ?", actionID).Scan(&h).Error
	return h, err
}

// pause waits for d; it says false when there is no reason to go on.
func (t *tail) pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case <-t.done:
		return false
	}
}

// watch gives a channel that pulses when an action may have new events, and starts the poll for the first.
func (t *tail) watch(actionID uint) (wake <-chan struct{}, stop func()) {
	pulse := make(chan struct{}, 1)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watchers[actionID] == nil {
		t.watchers[actionID] = map[chan struct{}]bool{}
	}
	t.watchers[actionID][pulse] = true
	if !t.polling {
		t.polling = true
		go t.poll()
	}
	return pulse, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.watchers[actionID], pulse)
		if len(t.watchers[actionID]) == 0 {
			delete(t.watchers, actionID)
			delete(t.seen, actionID)
		}
	}
}

// notify pulses every follower of an action.
func (t *tail) notify(actionID uint) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pulse(actionID)
}

func (t *tail) pulse(actionID uint) {
	for pulse := range t.watchers[actionID] {
		select {
		case pulse <- struct{}{}:
		default: // it has not looked since the last pulse, so one look serves both
		}
	}
}

// poll runs while anybody follows anything.
func (t *tail) poll() {
	for {
		if !t.pause(context.Background(), tailPoll) {
			return
		}
		watched, more := t.watched()
		if !more {
			return
		}
		var heads []head
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err := t.store.db.WithContext(ctx).Table("actions").Select("id", "last_seq", "status").Where("id IN ?", watched).Scan(&heads).Error
		cancel()
		if err != nil {
			slog.Warn("look for new events", "error", err)
			continue
		}
		t.mu.Lock()
		for _, h := range heads {
			if t.watchers[h.ID] != nil && h.LastSeq > t.seen[h.ID] {
				t.seen[h.ID] = h.LastSeq
				t.pulse(h.ID)
			}
		}
		t.mu.Unlock()
	}
}

// watched lists the actions that are followed; when there are none the poll has to end.
func (t *tail) watched() (actionIDs []uint, more bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id := range t.watchers {
		actionIDs = append(actionIDs, id)
	}
	t.polling = len(actionIDs) > 0
	return actionIDs, t.polling
}
