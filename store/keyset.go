package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// listOrder is what a list is ordered by: an SQL expression that is never NULL.
type listOrder struct {
	field string // as clients call it; part of the cursor
	expr  string
	time  bool // the expression is a DATETIME, else a text
	desc  bool
}

// listPlace is a row with what its list is ordered by. Sorting these instead of whole rows is faster.
type listPlace struct {
	ID   uint
	Text string
	At   time.Time
}

// listCursor is a place in an ordered list.
type listCursor struct {
	Field string    `json:"f"`
	Text  string    `json:"t,omitempty"`
	At    time.Time `json:"a"`
	ID    uint      `json:"i"`
}

// keysetPage is the ids of one page of a table's rows. query may already hold joins and conditions; id is the table's
// column of it.
func keysetPage(query *gorm.DB, page fleet.Page, id string, order listOrder) ([]uint, fleet.PageInfo, error) {
	info := fleet.PageInfo{}
	direction, beyond := "ASC", ">"
	if order.desc {
		direction, beyond = "DESC", "<"
	}
	if page.After != "" {
		cursor, err := decodeListCursor(page.After, order)
		if err != nil {
			return nil, info, err
		}
		var value any = cursor.Text
		if order.time {
			value = cursor.At
		}
		// In this form, unlike (expr, id) > (?, ?), an index on the expression leads straight to the place.
		query = query.Where(fmt.Sprintf("%[1]s %[2]s= ? AND (%[1]s %[2]s ? OR %[3]s %[2]s ?)", order.expr, beyond, id), value, value, cursor.ID)
	}
	as := "text"
	if order.time {
		as = "at"
	}
	var places []listPlace
	err := query.Select(fmt.Sprintf("%s AS id, %s AS %s", id, order.expr, as)).Order(fmt.Sprintf("%s %s, %s %s", order.expr, direction, id, direction)).
		Limit(page.First + 1).Scan(&places).Error
	if err != nil {
		return nil, info, err
	}
	if len(places) > page.First {
		places, info.HasNextPage = places[:page.First], true
	}
	ids := make([]uint, len(places))
	for i, place := range places {
		ids[i] = place.ID
	}
	if n := len(places); n > 0 {
		last := places[n-1]
		end := listCursor{Field: order.field, Text: last.Text, At: last.At, ID: last.ID}.encode()
		info.EndCursor = &end
	}
	return ids, info, nil
}

func (c listCursor) encode() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, numbers and a time always encode
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func decodeListCursor(encoded string, order listOrder) (listCursor, error) {
	var cursor listCursor
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err == nil {
		err = json.Unmarshal(text, &cursor)
	}
	if err != nil || cursor.Field != order.field || order.time && cursor.At.Year() < 1000 {
		return cursor, fleet.FieldErrorf(fleet.CodeInvalid, "after", "This is no cursor of a list in this order.")
	}
	return cursor, nil
}

// inOrder is the rows with these ids, in their order.
func inOrder[T any](ids []uint, rows map[uint]T) []T {
	list := make([]T, 0, len(ids))
	for _, id := range ids {
		if row, there := rows[id]; there {
			list = append(list, row)
		}
	}
	return list
}
