package store

import (
	"context"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// maxPage is how many rows one page of a list may hold.
const maxPage = 1000

// newestFirst reads one page of T by falling id. scope may already hold conditions; the cursor is the id.
func newestFirst[T any](ctx context.Context, scope *gorm.DB, page fleet.Page, id func(T) uint) ([]T, int, fleet.PageInfo, error) {
	info := fleet.PageInfo{}
	if err := page.Within(maxPage); err != nil {
		return nil, 0, info, err
	}
	var model T
	var total int64
	scope = scope.WithContext(ctx).Model(&model)
	if err := scope.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return nil, 0, info, err
	}
	query := scope.Session(&gorm.Session{}).Order(clause.OrderByColumn{Column: clause.Column{Name: "id"}, Desc: true}).Limit(page.First + 1)
	if page.After != "" {
		after, err := strconv.ParseUint(page.After, 10, 64)
		if err != nil {
			return nil, 0, info, fleet.FieldErrorf(fleet.CodeInvalid, "after", "This is no cursor of this list.")
		}
		query = query.Where("id < ?", after)
	}
	nodes := []T{}
	if err := query.Find(&nodes).Error; err != nil {
		return nil, 0, info, err
	}
	if len(nodes) > page.First {
		nodes, info.HasNextPage = nodes[:page.First], true
	}
	if n := len(nodes); n > 0 {
		cursor := strconv.FormatUint(uint64(id(nodes[n-1])), 10)
		info.EndCursor = &cursor
	}
	return nodes, int(total), info, nil
}
