package store

import (
	"errors"

	"gorm.io/gorm"

	"central/fleet"
)

// holderOf is what a site is busy with, nil when it is not.
func holderOf(tx *gorm.DB, site fleet.Site) (*fleet.Holder, error) {
	if site.BusyActionID == nil {
		return nil, nil
	}
	action, err := gorm.G[fleet.Action](tx).Where("id = ?", *site.BusyActionID).First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return &fleet.Holder{Title: "something else"}, nil
	}
	return &fleet.Holder{Title: action.Title, ActorName: action.ActorName}, err
}
