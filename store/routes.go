package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// Routes is where the proxies send each host name, by name. From a master that is being failed over they turn
// visitors away themselves, until its slave has taken over; from one that is being started anew, until it is back.
func (s *Store) Routes(ctx context.Context) ([]fleet.Route, error) {
	routes := []fleet.Route{}
	err := s.db.WithContext(ctx).Table("sites").Joins("JOIN servers ON servers.id = sites.server_id").
		Joins("JOIN ("+siteHosts+") hosts ON hosts.site_id = sites.id").
		Joins("LEFT JOIN pairs ON pairs.master_id = sites.server_id AND pairs.status = 'SWITCHING'").
		Joins("LEFT JOIN pair_switches ON pair_switches.action_id = pairs.busy_action_id AND pair_switches.kind = 'FAIL_OVER'").
		Joins("LEFT JOIN (SELECT DISTINCT server_id FROM actions WHERE kind = ? AND status = ?) rebooting ON rebooting.server_id = sites.server_id",
			fleet.ActionRebootServer, fleet.ActionRunning).
		Where("sites.status IN ?", []fleet.SiteStatus{fleet.SiteCreating, fleet.SiteActive, fleet.SiteBroken}).
		Order("hosts.name").Select("hosts.name AS host, servers.address AS address, " + routeState + " AS state").Scan(&routes).Error
	return routes, err
}

// siteHosts is the host names that lead to sites.
const siteHosts = "SELECT id AS site_id, name FROM sites UNION ALL SELECT id, other_name FROM sites WHERE other_name IS NOT NULL " +
	"UNION ALL SELECT site_id, name FROM site_domains"

// routeState is a site's fleet.RouteState.
const routeState = "CASE WHEN sites.serving = 'SUSPENDED' THEN 'suspended' " +
	"WHEN sites.serving = 'MAINTENANCE' OR pair_switches.switched = FALSE OR rebooting.server_id IS NOT NULL THEN 'maintenance' ELSE '' END"

// routeProxies makes sure that every proxy that is in use gets the routes as this transaction leaves them.
// It returns the actions to wait for.
func (s *Store) routeProxies(tx *gorm.DB, actor fleet.Actor) ([]uint, error) {
	ctx := tx.Statement.Context
	proxies, err := gorm.G[fleet.Server](tx).Where("role = ? AND status = ?", fleet.RoleProxy, fleet.ServerReady).Order("id").Find(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]uint, 0, len(proxies))
	for _, proxy := range proxies {
		id, err := s.enqueueRoute(tx, actor, proxy)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// enqueueRoute joins an action that is still waiting, for it reads the routes only when it starts; the
// lock keeps a runner from claiming it before this transaction is done.
func (s *Store) enqueueRoute(tx *gorm.DB, actor fleet.Actor, proxy fleet.Server, needs ...uint) (uint, error) {
	ctx := tx.Statement.Context
	waiting, err := gorm.G[fleet.Action](tx, forUpdate).
		Where("server_id = ? AND kind = ? AND status = ?", proxy.ID, fleet.ActionRouteProxy, fleet.ActionQueued).First(ctx)
	if err == nil && len(needs) == 0 {
		return waiting.ID, nil
	}
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return 0, err
	}
	action := routeAction(actor, proxy)
	if err := s.enqueue(tx, &action, needs...); err != nil {
		return 0, err
	}
	return action.ID, nil
}

// RouteWaits says whether an action that gives a proxy its routes can start as soon as the one that runs has ended.
func (s *Store) RouteWaits(ctx context.Context, proxyID uint) (bool, error) {
	n, err := gorm.G[fleet.Action](s.db).
		Where("server_id = ? AND kind = ? AND status = ? AND pending_needs = 0", proxyID, fleet.ActionRouteProxy, fleet.ActionQueued).Count(ctx, "id")
	return n > 0, err
}

// RouteAwaited says whether something waits for the action that gives a proxy its routes, or for the next one.
func (s *Store) RouteAwaited(ctx context.Context, proxyID uint) (bool, error) {
	var awaited bool
	err := s.db.WithContext(ctx).Raw(`SELECT EXISTS (
		SELECT 1 FROM actions r JOIN action_needs n ON n.needs_id = r.id JOIN actions a ON a.id = n.action_id
		WHERE r.server_id = ? AND r.kind = ? AND r.status IN ? AND a.status = ?)`,
		proxyID, fleet.ActionRouteProxy, unfinished, fleet.ActionQueued).Scan(&awaited).Error
	return awaited, err
}

// routeAction gives a proxy its routes.
func routeAction(actor fleet.Actor, proxy fleet.Server) fleet.Action {
	return fleet.Action{
		Kind: fleet.ActionRouteProxy, Title: "Route sites on " + proxy.Name, ServerID: &proxy.ID,
		ActorName: actor.Name, WantsKey: fmt.Sprintf("server:%d", proxy.ID),
	}
}
