package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// claimTries bounds how many candidates one claim looks at that others snatch away.
const claimTries = 20

// maxOwner is how many characters of a runner's name are kept.
const maxOwner = 100

// errNotClaimable ends a transaction whose candidate turned out not to be free after all.
var errNotClaimable = errors.New("not claimable any more")

// ClaimAction gives the next action to a runner: RUNNING, with a lease of ttl, its attempt counted up. It
// returns nil when nothing can be claimed. Actions whose lease ran out come first and keep their cursor.
// Then comes the oldest queued action that needs nothing more, whose lane and server have room, whose server
// still shows its pinned host key, and whose key nobody runs with.
//
// Several processes may claim at once: what is free is found without locks, then taken in a transaction in
// which claims on the same server take turns, so that none of the limits is ever exceeded.
func (s *Store) ClaimAction(ctx context.Context, owner string, ttl time.Duration) (*fleet.Action, error) {
	a, err := s.claimAbandoned(ctx, owner, ttl)
	if a == nil && err == nil {
		a, err = s.claimQueued(ctx, owner, ttl)
	}
	if err != nil {
		return nil, fmt.Errorf("claim an action: %w", err)
	}
	return a, nil
}

func (s *Store) claimAbandoned(ctx context.Context, owner string, ttl time.Duration) (*fleet.Action, error) {
	var abandoned []uint
	err := s.db.WithContext(ctx).Raw(`SELECT id FROM actions
		WHERE status = 'RUNNING' AND lease_until <= UTC_TIMESTAMP(6) ORDER BY lease_until LIMIT ?`, claimTries).Scan(&abandoned).Error
	if err != nil {
		return nil, err
	}
	for _, id := range abandoned {
		a, err := s.takeOver(ctx, id, owner, ttl)
		if !errors.Is(err, errNotClaimable) {
			return a, err
		}
	}
	return nil, nil
}

// takeOver claims a running action whose lease ran out. It counts towards the limits already, and has its key.
func (s *Store) takeOver(ctx context.Context, id uint, owner string, ttl time.Duration) (*fleet.Action, error) {
	var a *fleet.Action
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if a, err = lockIf(tx, id, "status = 'RUNNING' AND lease_until <= UTC_TIMESTAMP(6)"); err != nil {
			return err
		}
		reason := "Taken over, because its runner was gone."
		if a.LeaseOwner == "" {
			reason = "Taken over from a runner that was shut down."
		}
		return s.lease(tx, a, owner, ttl, reason)
	})
	return a, err
}

// nextQueued finds the oldest action that can start, without locking anything. It jumps from lane to lane
// on actions_claim, so that the thousands that wait in a full lane are not read: the two odd-looking lists
// of columns, in DISTINCT and ORDER BY, are what makes both engines do so. The indexes are forced because
// the statistics lag behind when a deploy has just queued thousands.
const nextQueued = `
SELECT a.id
FROM (
    SELECT (
        SELECT q.id
        FROM actions q FORCE INDEX (actions_claim)
        LEFT JOIN actions busy ON busy.running_key = q.wants_key
        WHERE q.status = 'QUEUED' AND q.pending_needs = 0 AND q.lane = lanes.lane AND busy.id IS NULL AND q.id NOT IN @tried
        ORDER BY q.status, q.pending_needs, q.lane, q.id
        LIMIT 1
    ) AS id
    FROM (SELECT DISTINCT status, pending_needs, lane FROM actions WHERE status = 'QUEUED' AND pending_needs = 0) lanes
    WHERE lanes.lane <> ''
) heads
JOIN actions a ON a.id = heads.id
LEFT JOIN servers s ON s.id = a.server_id
WHERE ` + hasRoom + `
ORDER BY a.id
LIMIT 1`

// hasRoom is the condition that action a on server s keeps within the limits when it starts.
// Nothing starts on a server whose pair is switching. Sites that are handed out have the limit of their lane only.
const hasRoom = `NOT EXISTS (SELECT 1 FROM pairs p WHERE p.status = 'SWITCHING' AND a.server_id IN (p.master_id, p.slave_id))
  AND (SELECT COUNT(*) FROM actions r FORCE INDEX (actions_lane) WHERE r.lane = a.lane AND r.status = 'RUNNING') < a.lane_limit
  AND (a.server_id IS NULL
    OR s.status <> 'HOST_KEY_CHANGED'
      AND (a.kind = 'HAND_OUT_SITE'
        OR (SELECT COUNT(*) FROM actions r FORCE INDEX (actions_server) WHERE r.server_id = a.server_id AND r.status = 'RUNNING' AND r.kind <> 'HAND_OUT_SITE') < s.actions_at_once))`

func (s *Store) claimQueued(ctx context.Context, owner string, ttl time.Duration) (*fleet.Action, error) {
	tried := []uint{0}
	for range claimTries {
		var next uint
		if err := s.db.WithContext(ctx).Raw(nextQueued, map[string]any{"tried": tried}).Scan(&next).Error; err != nil {
			return nil, err
		}
		if next == 0 {
			return nil, nil
		}
		a, err := s.start(ctx, next, owner, ttl)
		if !errors.Is(err, errNotClaimable) {
			return a, err
		}
		tried = append(tried, next)
	}
	return nil, nil
}

// start claims a queued action.
func (s *Store) start(ctx context.Context, id uint, owner string, ttl time.Duration) (*fleet.Action, error) {
	var a *fleet.Action
	err := s.tx(ctx, func(tx *gorm.DB) error {
		if err := passGate(tx, id); err != nil {
			return err
		}
		var room int
		err := tx.Raw(`SELECT COUNT(*) FROM actions a LEFT JOIN servers s ON s.id = a.server_id WHERE a.id = ? AND `+hasRoom, id).Scan(&room).Error
		if err != nil {
			return err
		}
		if room == 0 {
			return errNotClaimable
		}
		if a, err = lockIf(tx, id, "status = 'QUEUED' AND pending_needs = 0"); err != nil {
			return err
		}
		err = tx.Exec("UPDATE actions SET status = 'RUNNING', running_key = NULLIF(wants_key, '') WHERE id = ?", id).Error
		if duplicate(err) {
			return errNotClaimable
		}
		if err != nil {
			return err
		}
		return s.lease(tx, a, owner, ttl, "")
	})
	return a, err
}

// passGate waits until no other claim on the same server, or in the same lane of no server, is under way.
// Servers' own rows are left alone: adding benches and sites locks those for as long as that takes.
func passGate(tx *gorm.DB, id uint) error {
	return tx.Exec(`INSERT INTO gates (name, claims)
		SELECT COALESCE(CONCAT('server:', server_id), CONCAT('lane:', lane)), 1 FROM actions WHERE id = ?
		ON DUPLICATE KEY UPDATE claims = claims + 1`, id).Error
}

// lockIf locks and reads an action that meets condition, or errs with errNotClaimable: it does not wait
// for one that somebody else is changing.
func lockIf(tx *gorm.DB, id uint, condition string) (*fleet.Action, error) {
	var found []*fleet.Action
	err := tx.Raw("SELECT * FROM actions WHERE id = ? AND "+condition+" FOR UPDATE SKIP LOCKED", id).Scan(&found).Error
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errNotClaimable
	}
	return found[0], nil
}

// lease hands a locked, running action to owner and brings a up to date.
func (s *Store) lease(tx *gorm.DB, a *fleet.Action, owner string, ttl time.Duration, reason string) error {
	err := tx.Exec(`UPDATE actions SET attempt = attempt + 1, lease_owner = ?, lease_until = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND,
		started_at = COALESCE(started_at, UTC_TIMESTAMP(6)) WHERE id = ?`, clip(owner, maxOwner), ttl.Microseconds(), a.ID).Error
	if err != nil {
		return err
	}
	err = s.appendEvents(tx, a.ID, []fleet.ActionEvent{{
		Kind: fleet.EventStatus, Body: fleet.EventBody{Status: fleet.ActionRunning, Text: reason},
	}})
	if err != nil {
		return err
	}
	var fresh fleet.Action
	if err := tx.Where("id = ?", a.ID).Take(&fresh).Error; err != nil {
		return err
	}
	*a = fresh
	return s.afterClaim(tx, a)
}
