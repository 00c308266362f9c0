package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"central/fleet"
)

// SignInToSite puts on record who signs in to a site as its Administrator and why, and has a link made that does so once, within
// fleet.LoginLinkLasts. The link itself is in no record. allow makes it on the site's server and returns its path; where that
// fails, the record says that it was tried.
func (s *Store) SignInToSite(ctx context.Context, actor fleet.Actor, in fleet.SignInToSite, allow func(context.Context, fleet.Site) (string, error)) (fleet.SiteLogin, error) {
	login := fleet.SiteLogin{}
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return login, err
	}
	var site fleet.Site
	address := ""
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if site, err = one[fleet.Site](ctx, tx, "site", in.SiteID); err != nil {
			return fleet.AtField(err, "input.siteId")
		}
		if err := in.Check(site); err != nil {
			return err
		}
		if _, err := readyMaster(ctx, tx, site.ServerID, "input.siteId"); err != nil {
			return err
		}
		if address, err = addressOf(tx, site.Name); err != nil {
			return err
		}
		return s.audit(tx, actor, "signInToSite", site.Name, map[string]any{"siteId": site.ID, "reason": strings.TrimSpace(in.Reason)}, nil)
	})
	if err != nil {
		return login, err
	}
	path, err := allow(ctx, site)
	login.URL, login.ExpiresAt = address+path, now().Add(fleet.LoginLinkLasts)
	if err != nil {
		return fleet.SiteLogin{}, err
	}
	return login, nil
}
