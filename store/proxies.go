package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// ProxyState is what Central has put on a proxy; the zero value when that is nothing yet.
func (s *Store) ProxyState(ctx context.Context, serverID uint) (fleet.ProxyState, error) {
	state, err := gorm.G[fleet.ProxyState](s.db).Where("server_id = ?", serverID).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return newProxyState(serverID), nil
	}
	return state, err
}

// ProxyStatesOfServers gives the states of those servers that are proxies and have one.
func (s *Store) ProxyStatesOfServers(ctx context.Context, serverIDs []uint) (map[uint]fleet.ProxyState, error) {
	rows, err := gorm.G[fleet.ProxyState](s.db).Where("server_id IN ?", serverIDs).Find(ctx)
	if err != nil {
		return nil, err
	}
	states := make(map[uint]fleet.ProxyState, len(rows))
	for _, row := range rows {
		states[row.ServerID] = row
	}
	return states, nil
}

// RoutesInstalled keeps what a proxy was given: the number of routes, those left out, the digest of what was asked
// for and the digests of the maps.
func (s *Store) RoutesInstalled(ctx context.Context, serverID uint, given fleet.ProxyState) error {
	return s.changeProxy(ctx, serverID, func(state *fleet.ProxyState) {
		state.Routes, state.LeftOut, state.RoutesDigest = given.Routes, given.LeftOut, given.RoutesDigest
		maps.Copy(state.Maps, given.Maps)
	})
}

// ProxySetUp keeps the digests of the settings that a proxy was set up with.
func (s *Store) ProxySetUp(ctx context.Context, serverID uint, settings fleet.ProxyFiles) error {
	return s.changeProxy(ctx, serverID, func(state *fleet.ProxyState) { state.Settings, state.Drifted = settings, []string{} })
}

func newProxyState(serverID uint) fleet.ProxyState {
	return fleet.ProxyState{
		ServerID: serverID, LeftOut: []fleet.LeftOutRoute{}, Maps: fleet.ProxyFiles{}, Settings: fleet.ProxyFiles{},
		Drifted: []string{}, NextCheckAt: now(),
	}
}

func (s *Store) changeProxy(ctx context.Context, serverID uint, change func(*fleet.ProxyState)) error {
	return s.tx(ctx, func(tx *gorm.DB) error { return changeProxyState(tx, serverID, change) })
}

// changeProxyState changes what is kept of a proxy, and the sentence that its server shows while it is ready.
func changeProxyState(tx *gorm.DB, serverID uint, change func(*fleet.ProxyState)) error {
	ctx := tx.Statement.Context
	if _, err := one[fleet.Server](ctx, tx, "server", serverID, forUpdate); err != nil {
		return err
	}
	state, err := gorm.G[fleet.ProxyState](tx).Where("server_id = ?", serverID).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		state, err = newProxyState(serverID), nil
	}
	if err != nil {
		return err
	}
	change(&state)
	if state.LeftOut == nil {
		state.LeftOut = []fleet.LeftOutRoute{}
	}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&state).Error; err != nil {
		return fmt.Errorf("keep the state of proxy %d: %w", serverID, err)
	}
	return tx.Model(&fleet.Server{}).Where("id = ? AND role = ? AND status = ?", serverID, fleet.RoleProxy, fleet.ServerReady).
		Updates(map[string]any{"status_reason": state.Reason(), "updated_at": now()}).Error
}

// ProxiesToCheck takes, for the caller alone, the ready proxies that nobody has looked at for as long as every, and on
// which nothing waits or runs. Of several runners that ask at once, one gets each.
func (s *Store) ProxiesToCheck(ctx context.Context, every time.Duration) ([]fleet.Server, error) {
	proxies, err := gorm.G[fleet.Server](s.db).Where(`role = ? AND status = ? AND id IN (SELECT server_id FROM proxy_states WHERE next_check_at <= ?)
		AND NOT EXISTS (SELECT 1 FROM actions WHERE actions.server_id = servers.id AND actions.status IN ('QUEUED', 'RUNNING'))`,
		fleet.RoleProxy, fleet.ServerReady, now()).Order("id").Find(ctx)
	if err != nil {
		return nil, err
	}
	mine := []fleet.Server{}
	for _, proxy := range proxies {
		taken := s.db.WithContext(ctx).Model(&fleet.ProxyState{}).Where("server_id = ? AND next_check_at <= ?", proxy.ID, now()).
			Update("next_check_at", now().Add(every))
		if taken.Error != nil {
			return nil, taken.Error
		}
		if taken.RowsAffected == 1 {
			mine = append(mine, proxy)
		}
	}
	return mine, nil
}

// centralItself is who asks for what nobody asked for.
var centralItself = fleet.Actor{Name: "central"}

// ProxyChecked keeps what was found on a proxy, and queues what repairs it: its routes or certificates are installed
// again when their files are not as Central left them, or are not those that should be there now. Settings that differ
// are shown with the proxy; setting it up again repairs them.
func (s *Store) ProxyChecked(ctx context.Context, serverID uint, seen fleet.ProxySeen) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		proxy, err := one[fleet.Server](ctx, tx, "server", serverID, forUpdate)
		if err != nil {
			return err
		}
		var found fleet.ProxyFindings
		err = changeProxyState(tx, serverID, func(state *fleet.ProxyState) {
			found = state.Compare(seen)
			checked := now()
			state.Drifted, state.CheckedAt = found.Settings, &checked
		})
		if err != nil || proxy.Status != fleet.ServerReady {
			return err
		}
		action := routeAction(centralItself, proxy)
		action.Title = fmt.Sprintf("Repair the routes of %s: %s", proxy.Name, found.Routes)
		if err := s.repair(tx, proxy, action, "repairRoutes", found.Routes); err != nil {
			return err
		}
		action = certificatesAction(centralItself, proxy)
		action.Title = fmt.Sprintf("Repair the certificates of %s: %s", proxy.Name, found.Certificates)
		return s.repair(tx, proxy, action, "repairCertificates", found.Certificates)
	})
}

// repair queues what repairs a proxy, if there is a reason and nothing of the kind waits or runs.
func (s *Store) repair(tx *gorm.DB, proxy fleet.Server, action fleet.Action, operation, why string) error {
	if why == "" {
		return nil
	}
	waiting, err := gorm.G[fleet.Action](tx).Where("server_id = ? AND kind = ? AND status IN ?", proxy.ID, action.Kind,
		[]fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning}).Count(tx.Statement.Context, "id")
	if err != nil || waiting > 0 {
		return err
	}
	if err := s.enqueue(tx, &action); err != nil {
		return err
	}
	return s.audit(tx, centralItself, operation, proxy.Name, map[string]any{"serverId": proxy.ID, "why": why}, &action.ID)
}

// SetServing says what the proxies do with a site's visitors, and queues the routes that bring it about. It errs with
// CodeConflict when it is so already.
func (s *Store) SetServing(ctx context.Context, actor fleet.Actor, siteID uint, serving fleet.SiteServing) (fleet.Site, []fleet.Action, error) {
	var site fleet.Site
	var actions []fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return site, nil, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if site, err = one[fleet.Site](ctx, tx, "site", siteID, forUpdate); err != nil {
			return fleet.AtField(err, "input.siteId")
		}
		if err := fleet.CheckServing(site, serving); err != nil {
			return err
		}
		before := site.Serving
		site.Serving = serving
		err = tx.Model(&fleet.Site{}).Where("id = ?", site.ID).Updates(map[string]any{"serving": serving, "updated_at": now()}).Error
		if err != nil {
			return err
		}
		ids, err := s.routeProxies(tx, actor)
		if err != nil {
			return err
		}
		if actions, err = gorm.G[fleet.Action](tx).Where("id IN ?", ids).Order("id").Find(ctx); err != nil {
			return err
		}
		var first *uint
		if len(ids) > 0 {
			first = &slices.Sorted(slices.Values(ids))[0]
		}
		return s.audit(tx, actor, "setServing", fmt.Sprintf("%s: %s", site.Name, strings.ToLower(string(serving))),
			map[string]any{"siteId": siteID, "before": before, "after": serving}, first)
	})
	return site, actions, err
}
