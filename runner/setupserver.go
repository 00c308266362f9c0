package runner

import (
	"context"

	"central/fleet"
	"central/playbooks"
)

// setUpServer makes a server what its role says: what every server has, then what its role needs.
func (r *Runner) setUpServer(ctx context.Context, w *work) error {
	server, err := r.Store.Server(ctx, *w.action.ServerID)
	if err != nil {
		return err
	}
	vars, err := r.serverVars(ctx, server)
	if err != nil {
		return err
	}
	role := playbooks.Master
	if server.Role == fleet.RoleProxy {
		role = playbooks.Proxy
	}
	if err := r.play(ctx, w, part{playbooks.Server, 0, 30}, server, vars, nil); err != nil {
		return err
	}
	if err := r.play(ctx, w, part{role, 30, 100}, server, vars, nil); err != nil || server.Role != fleet.RoleProxy {
		return err
	}
	return r.rememberSettings(ctx, w, server)
}

// serverVars are the variables of the plays that make a server what its role says.
func (r *Runner) serverVars(ctx context.Context, server fleet.Server) (map[string]any, error) {
	proxies, err := r.proxies(ctx)
	if err != nil {
		return nil, err
	}
	vars := map[string]any{
		"role": string(server.Role), "mariadb_server_id": int(server.ID), "proxies": proxies, "admin_networks": r.adminNetworks(),
		"adopted": server.Adopted, "server_firewall_seconds": int(r.pace.firewall.Seconds()),
	}
	return vars, nil
}
