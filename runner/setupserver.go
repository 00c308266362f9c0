package runner

import (
	"context"
	"net"
	"net/netip"

	"central/fleet"
	"central/playbooks"
)

// setUpServer makes a server what its role says: what every server has, then what its role needs. Before it changes
// anything it looks whether somebody else's data is there.
func (r *Runner) setUpServer(ctx context.Context, w *work) error {
	server, err := r.Store.Server(ctx, *w.action.ServerID)
	if err != nil {
		return err
	}
	facts, err := r.look(ctx, w, server)
	if err != nil {
		return err
	}
	if err := fleet.FitsSetUp(server, facts); err != nil {
		return err
	}
	vars, err := r.serverVars(ctx, server)
	if err != nil {
		return err
	}
	if err := r.play(ctx, w, part{playbooks.Server, 0, 30}, server, vars, nil); err != nil {
		return err
	}
	if err := r.play(ctx, w, part{rolePlay(server), 30, 100}, server, vars, nil); err != nil || server.Role != fleet.RoleProxy {
		return err
	}
	return r.rememberSettings(ctx, w, server)
}

// rolePlay is the play that makes a server what its role says, once it has what every server has.
func rolePlay(server fleet.Server) string {
	if server.Role == fleet.RoleProxy {
		return playbooks.Proxy
	}
	return playbooks.Master
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
	partner, err := r.partnerOf(ctx, server)
	if err != nil || partner == nil {
		return vars, err
	}
	if vars["partner"], err = ipAddress(ctx, *partner); err != nil {
		return nil, err
	}
	return vars, nil
}

// partnerOf is the other server of the pair that a server is part of, nil when it is part of none.
func (r *Runner) partnerOf(ctx context.Context, server fleet.Server) (*fleet.Server, error) {
	pairs, err := r.Store.PairsOfServers(ctx, []uint{server.ID})
	if err != nil {
		return nil, err
	}
	pair, paired := pairs[server.ID]
	if !paired {
		return nil, nil
	}
	other := pair.SlaveID
	if other == server.ID {
		other = pair.MasterID
	}
	partner, err := r.Store.Server(ctx, other)
	return &partner, err
}

// ipAddress is where a server is reached, as its partner's firewall and database need it.
func ipAddress(ctx context.Context, server fleet.Server) (string, error) {
	if ip, err := netip.ParseAddr(server.Address); err == nil {
		return ip.Unmap().String(), nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", server.Address)
	if err != nil || len(found) == 0 {
		return "", fleet.Errorf(fleet.CodeUnreachable, "The address of %s, %s, cannot be resolved.", server.Name, server.Address)
	}
	return found[0].Unmap().String(), nil
}
