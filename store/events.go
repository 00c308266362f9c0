package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// One INSERT of events stays below these, far from the 16 MB that servers take by default.
const (
	eventsPerInsert = 500
	bytesPerInsert  = 1 << 20
)

// appendEvents gives events their numbers and stores them. The update of last_seq locks the action's row
// until the commit, so numbers become visible in their order and without gaps, whoever writes. Events
// without a time get the present one.
func (s *Store) appendEvents(tx *gorm.DB, actionID uint, events []fleet.ActionEvent) error {
	if len(events) == 0 {
		return nil
	}
	updated := tx.Exec("UPDATE actions SET last_seq = last_seq + ? WHERE id = ?", len(events), actionID)
	if updated.Error != nil {
		return fmt.Errorf("number the events of action %d: %w", actionID, updated.Error)
	}
	if updated.RowsAffected != 1 {
		return fleet.Errorf(fleet.CodeNotFound, "There is no action %d.", actionID)
	}
	var last uint64
	if err := tx.Raw("SELECT last_seq FROM actions WHERE id = ?", actionID).Scan(&last).Error; err != nil {
		return fmt.Errorf("number the events of action %d: %w", actionID, err)
	}
	var err error
	rows := make([]eventRow, len(events))
	at, first := now(), last-uint64(len(events))+1
	for i, e := range events {
		if e.At.IsZero() {
			e.At = at
		}
		e.ActionID, e.Seq = actionID, first+uint64(i)
		if rows[i], err = newEventRow(e); err != nil {
			return err
		}
	}
	if err := insertEvents(tx, rows); err != nil {
		return err
	}
	afterTx(tx).changed[actionID] = true
	return nil
}

// eventRow is a fleet.ActionEvent whose body is JSON already, so that its size is known.
type eventRow struct {
	ActionID uint
	Seq      uint64
	At       time.Time
	Kind     fleet.EventKind
	Body     string
}

// TableName implements gorm's Tabler.
func (eventRow) TableName() string { return "action_events" }

func newEventRow(e fleet.ActionEvent) (eventRow, error) {
	body, err := json.Marshal(e.Body)
	if err != nil {
		return eventRow{}, fmt.Errorf("event %d of action %d: %w", e.Seq, e.ActionID, err)
	}
	return eventRow{ActionID: e.ActionID, Seq: e.Seq, At: e.At, Kind: e.Kind, Body: string(body)}, nil
}

func insertEvents(tx *gorm.DB, rows []eventRow) error {
	for len(rows) > 0 {
		n, size := 0, 0
		for n < len(rows) && n < eventsPerInsert && (n == 0 || size+len(rows[n].Body) <= bytesPerInsert) {
			size += len(rows[n].Body)
			n++
		}
		batch := rows[:n]
		if err := tx.Create(&batch).Error; err != nil {
			return fmt.Errorf("store events of action %d: %w", rows[0].ActionID, err)
		}
		rows = rows[n:]
	}
	return nil
}

// Events lists at most limit events of an action whose seq is greater than after, in their order.
func (s *Store) Events(ctx context.Context, actionID uint, after uint64, limit int) ([]fleet.ActionEvent, error) {
	return gorm.G[fleet.ActionEvent](s.db).Where("action_id = ? AND seq > ?", actionID, after).Order("seq").Limit(limit).Find(ctx)
}
