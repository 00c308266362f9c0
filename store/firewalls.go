package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"central/fleet"
)

// proxiesInUse are the states of proxies that may pass requests on: one that failed at its last set-up still does.
var proxiesInUse = []fleet.ServerStatus{fleet.ServerSettingUp, fleet.ServerReady, fleet.ServerFailed, fleet.ServerKeyChanged}

// ProxiesInUse lists the proxies that masters and slaves let in, by name.
func (s *Store) ProxiesInUse(ctx context.Context) ([]fleet.Server, error) {
	return gorm.G[fleet.Server](s.db).Where("role = ? AND status IN ?", fleet.RoleProxy, proxiesInUse).Order("name").Find(ctx)
}

// updateFirewalls makes sure that every master and slave gets the firewall rules that the fleet, as this transaction
// leaves it, calls for. One that is being set up gets them afterwards; one that was adopted keeps its own.
func (s *Store) updateFirewalls(tx *gorm.DB, actor fleet.Actor) error {
	servers, err := gorm.G[fleet.Server](tx).
		Where("role <> ? AND NOT adopted AND status IN ?", fleet.RoleProxy, []fleet.ServerStatus{fleet.ServerSettingUp, fleet.ServerReady, fleet.ServerFailed}).
		Order("id").Find(tx.Statement.Context)
	if err != nil {
		return err
	}
	for _, server := range servers {
		if err := s.enqueueFirewall(tx, actor, server); err != nil {
			return err
		}
	}
	return nil
}

// enqueueFirewall joins an action that is still waiting, for it asks who the neighbours are only when it starts; the
// lock keeps a runner from claiming it before this transaction is done.
func (s *Store) enqueueFirewall(tx *gorm.DB, actor fleet.Actor, server fleet.Server) error {
	ctx := tx.Statement.Context
	_, err := gorm.G[fleet.Action](tx, forUpdate).
		Where("server_id = ? AND kind = ? AND status = ?", server.ID, fleet.ActionUpdateFirewall, fleet.ActionQueued).First(ctx)
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return err
	}
	var needs []uint
	if server.Status == fleet.ServerSettingUp {
		settingUp, err := gorm.G[fleet.Action](tx, forUpdate).
			Where("server_id = ? AND kind = ? AND status IN ?", server.ID, fleet.ActionSetUpServer, []fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning}).Find(ctx)
		if err != nil {
			return err
		}
		for _, action := range settingUp {
			needs = append(needs, action.ID)
		}
	}
	action := fleet.Action{
		Kind: fleet.ActionUpdateFirewall, Title: "Update the firewall of " + server.Name, ServerID: &server.ID,
		ActorName: actor.Name, WantsKey: serverKey(server.ID),
	}
	return s.enqueue(tx, &action, needs...)
}
