package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// maxSavedViews is how many views of one list a person may keep.
const maxSavedViews = 100

// SavedViews lists the actor's own views of a list, by name.
func (s *Store) SavedViews(ctx context.Context, actor fleet.Actor, page fleet.ViewPage) ([]fleet.SavedView, error) {
	return gorm.G[fleet.SavedView](s.db).Where("user_id = ? AND page = ?", actor.UserID, page).Order("name").Find(ctx)
}

// SaveView keeps a view of a list for the actor, over one of the same name.
func (s *Store) SaveView(ctx context.Context, actor fleet.Actor, in fleet.SaveView) (fleet.SavedView, error) {
	view := fleet.SavedView{UserID: actor.UserID, CreatedAt: now()}
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return view, err
	}
	if err := in.Validate(); err != nil {
		return view, err
	}
	view.Page, view.Name, view.Search = in.Page, in.Name, in.Search
	err := s.tx(ctx, func(tx *gorm.DB) error {
		kept, err := gorm.G[fleet.SavedView](tx).Where("user_id = ? AND page = ? AND name <> ?", actor.UserID, in.Page, in.Name).Count(ctx, "id")
		if err != nil {
			return err
		}
		if kept >= maxSavedViews {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.name", "You keep %d views already; remove one first.", kept)
		}
		view.ID = 0
		err = tx.Clauses(clause.OnConflict{DoUpdates: clause.AssignmentColumns([]string{"search"})}).Create(&view).Error
		if err != nil {
			return err
		}
		view, err = gorm.G[fleet.SavedView](tx).Where("user_id = ? AND page = ? AND name = ?", actor.UserID, in.Page, in.Name).First(ctx)
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "saveView", in.Name, map[string]any{"page": in.Page, "search": in.Search}, nil)
	})
	return view, err
}

// RemoveView forgets one of the actor's views. It errs with CodeNotFound for another person's, as for none.
func (s *Store) RemoveView(ctx context.Context, actor fleet.Actor, id uint) error {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		view, err := one[fleet.SavedView](ctx, tx, "view", id, forUpdate)
		if err == nil && view.UserID != actor.UserID {
			err = fleet.Errorf(fleet.CodeNotFound, "There is no view with the id %d.", id)
		}
		if err != nil {
			return fleet.AtField(err, "input.viewId")
		}
		if _, err := gorm.G[fleet.SavedView](tx).Where("id = ?", id).Delete(ctx); err != nil {
			return err
		}
		return s.audit(tx, actor, "removeView", view.Name, map[string]any{"viewId": id}, nil)
	})
}
