package runner

import (
	"context"

	"central/fleet"
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
	if err := r.play(ctx, w, "server", server, vars, nil); err != nil {
		return err
	}
	switch server.Role {
	case fleet.RoleMaster, fleet.RoleSlave:
		return r.play(ctx, w, "master", server, vars, nil)
	case fleet.RoleProxy:
		return r.play(ctx, w, "proxy", server, vars, nil)
	}
	return nil
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
	return r.play(ctx, w, "routes", server, vars, nil)
}

// serverVars are the variables of the plays that make a server what its role says.
func (r *Runner) serverVars(ctx context.Context, server fleet.Server) (map[string]any, error) {
	vars := map[string]any{"role": string(server.Role)}
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
