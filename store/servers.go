package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"central/fleet"
)

// Servers lists all servers by name, but for those that are retired.
func (s *Store) Servers(ctx context.Context) ([]fleet.Server, error) {
	return gorm.G[fleet.Server](s.db).Where("status <> ?", fleet.ServerRetired).Order("name").Find(ctx)
}

// ServersAlso lists all servers by name, and those that are retired where they are wanted; of one name, the living
// one comes first.
func (s *Store) ServersAlso(ctx context.Context, retired bool) ([]fleet.Server, error) {
	if !retired {
		return s.Servers(ctx)
	}
	return gorm.G[fleet.Server](s.db).Order("name, status = 'RETIRED', id DESC").Find(ctx)
}

// Server reads one server.
func (s *Store) Server(ctx context.Context, id uint) (fleet.Server, error) {
	return one[fleet.Server](ctx, s.db, "server", id)
}

// ServersOfSites lists the servers that the sites with these ids live on.
func (s *Store) ServersOfSites(ctx context.Context, siteIDs []uint) ([]fleet.Server, error) {
	return gorm.G[fleet.Server](s.db).Where("id IN (SELECT server_id FROM sites WHERE id IN ?)", siteIDs).Order("id").Find(ctx)
}

// ServersOfDeploy lists the servers that a deploy is about.
func (s *Store) ServersOfDeploy(ctx context.Context, deployID uint) ([]fleet.Server, error) {
	return gorm.G[fleet.Server](s.db).Where("id IN (SELECT server_id FROM deploy_sites WHERE deploy_id = ?)", deployID).Order("id").Find(ctx)
}

// SetUpServer queues the plays that make a server what its role says. previewID is the preview that was looked at: where
// the server is set up already, it errs as fleet.SetUpAgain.Accepts does; otherwise none is needed. It errs with
// CodeConflict while a set-up is queued or running, and when the machine was seen to hold the data of another database
// server.
func (s *Store) SetUpServer(ctx context.Context, actor fleet.Actor, serverID uint, previewID *uint) (fleet.Server, fleet.Action, error) {
	var server fleet.Server
	var action fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return server, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		server, err = one[fleet.Server](ctx, tx, "server", serverID, forUpdate)
		if err != nil {
			return fleet.AtField(err, "input.serverId")
		}
		switch server.Status {
		case fleet.ServerSettingUp:
			return fleet.FieldErrorf(fleet.CodeConflict, "input.serverId", "%s is being set up already.", server.Name)
		case fleet.ServerKeyChanged:
			return fleet.FieldErrorf(fleet.CodeHostKeyChanged, "input.serverId", "%s shows another host key than the pinned one; everything on it is stopped.", server.Name)
		}
		if err := fitsSetUp(server, "input.serverId"); err != nil {
			return err
		}
		if err := refuseSwitching(tx, server, "input.serverId"); err != nil {
			return err
		}
		if server.NeedsPreview() {
			of, err := previewOf(ctx, tx, server)
			if err != nil {
				return err
			}
			if err := previewSeen(ctx, tx, of, previewID); err != nil {
				return err
			}
		}
		newcomer := server.Role == fleet.RoleProxy && !slices.Contains(proxiesInUse, server.Status)
		if action, err = s.enqueueSetUp(tx, actor, server); err != nil {
			return err
		}
		server.Status, server.StatusReason = fleet.ServerSettingUp, ""
		if server.Role == fleet.RoleProxy { // a new proxy learns the routes that are there
			if _, err := s.enqueueRoute(tx, actor, server, action.ID); err != nil {
				return err
			}
			if err := s.certificatesFor(tx, actor, server, action.ID); err != nil {
				return err
			}
		}
		if newcomer { // masters and slaves let it in
			if err := s.updateFirewalls(tx, actor); err != nil {
				return err
			}
		}
		return s.audit(tx, actor, "setUpServer", server.Name, withPreview(map[string]any{"serverId": server.ID}, previewID), &action.ID)
	})
	return server, action, err
}

// fitsSetUp errs when the machine, as it was last seen, must not be set up.
func fitsSetUp(server fleet.Server, field string) error {
	if server.Facts == nil {
		return nil
	}
	return fleet.AtField(fleet.FitsSetUp(server, *server.Facts), field)
}

// enqueueSetUp queues the plays that make a server, whose row is locked, what its role says.
func (s *Store) enqueueSetUp(tx *gorm.DB, actor fleet.Actor, server fleet.Server) (fleet.Action, error) {
	action := fleet.Action{
		Kind: fleet.ActionSetUpServer, Title: fmt.Sprintf("Set up %s as %s", server.Name, server.Role),
		ServerID: &server.ID, ActorName: actor.Name, WantsKey: serverKey(server.ID),
	}
	if err := setServerStatus(tx, server.ID, fleet.ServerSettingUp, ""); err != nil {
		return action, err
	}
	err := s.enqueue(tx, &action)
	return action, err
}

// PinHostKey replaces a server's pinned host key, which the caller has just seen and compared. The server is
// NEW then: it may be another machine, so it is let in by the key for new servers and set up again before it is used.
func (s *Store) PinHostKey(ctx context.Context, actor fleet.Actor, serverID uint, hostKey string) (fleet.Server, error) {
	var server fleet.Server
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return server, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if server, err = one[fleet.Server](ctx, tx, "server", serverID, forUpdate); err != nil {
			return fleet.AtField(err, "input.serverId")
		}
		if server.HostKey == hostKey && server.Status != fleet.ServerKeyChanged {
			return fleet.FieldErrorf(fleet.CodeConflict, "input.hostKeyFingerprint", "This key of %s is pinned already.", server.Name)
		}
		before := server.HostKey
		server.HostKey, server.Status, server.StatusReason = hostKey, fleet.ServerNew, "Its host key was pinned anew; set it up again."
		if server.SSHKey != "" {
			server.StatusReason = "Its host key was pinned anew; put Central's public key there as on a new server, and set it up again."
		}
		err = tx.Model(&fleet.Server{}).Where("id = ?", server.ID).Updates(map[string]any{
			"host_key": hostKey, "ssh_key": "", "status": server.Status, "status_reason": server.StatusReason, "updated_at": now(),
		}).Error
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "pinHostKey", server.Name, map[string]any{"serverId": serverID, "before": before, "after": hostKey}, nil)
	})
	return server, err
}

// ServerKeyChanged stops everything on a server that shows another host key than the pinned one.
func (s *Store) ServerKeyChanged(ctx context.Context, serverID uint, reason string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		return setServerStatus(tx, serverID, fleet.ServerKeyChanged, reason)
	})
}

// serverKey is the running key of actions that have a server to themselves.
func serverKey(id uint) string { return fmt.Sprintf("server:%d", id) }

func setServerStatus(tx *gorm.DB, id uint, status fleet.ServerStatus, reason string) error {
	return tx.Model(&fleet.Server{}).Where("id = ?", id).
		Updates(map[string]any{"status": status, "status_reason": reason, "updated_at": now()}).Error
}

// readyMaster locks a master that can take benches and sites.
func readyMaster(ctx context.Context, tx *gorm.DB, id uint, field string) (fleet.Server, error) {
	server, err := one[fleet.Server](ctx, tx, "server", id, forUpdate)
	switch {
	case err != nil:
		return server, fleet.AtField(err, field)
	case server.Role != fleet.RoleMaster:
		return server, fleet.FieldErrorf(fleet.CodeInvalid, field, "%s is a %s; benches live on masters.", server.Name, server.Role)
	case server.Status == fleet.ServerKeyChanged:
		return server, fleet.FieldErrorf(fleet.CodeHostKeyChanged, field, "%s shows another host key than the pinned one; everything on it is stopped.", server.Name)
	case server.Status != fleet.ServerReady:
		return server, fleet.FieldErrorf(fleet.CodeNotReady, field, "%s is not ready (%s); set it up first.", server.Name, server.Status)
	}
	return server, refuseSwitching(tx, server, field)
}
