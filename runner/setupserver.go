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
	return r.play(ctx, w, part{role, 30, 100}, server, vars, nil)
}

// routeProxy gives a proxy the routes as the database has them now.
func (r *Runner) routeProxy(ctx context.Context, w *work) error {
	server, err := r.Store.Server(ctx, *w.action.ServerID)
	if err != nil {
		return err
	}
	vars, err := r.serverVars(ctx, server)
	if err != nil {
		return err
	}
	return r.play(ctx, w, whole(playbooks.Routes), server, vars, nil)
}

// serverVars are the variables of the plays that make a server what its role says.
func (r *Runner) serverVars(ctx context.Context, server fleet.Server) (map[string]any, error) {
	vars := map[string]any{"role": string(server.Role), "mariadb_server_id": int(server.ID)}
	if server.Role == fleet.RoleProxy {
		routes, err := r.Store.Routes(ctx)
		if err != nil {
			return nil, err
		}
		list := make([]any, len(routes))
		for i, route := range routes {
			list[i] = map[string]any{"host": route.Host, "address": route.Address}
		}
		vars["routes"] = list
	}
	return vars, nil
}
