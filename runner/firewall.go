package runner

import (
	"context"
	"net"
	"net/netip"
	"slices"

	"central/fleet"
	"central/playbooks"
)

// updateFirewall gives a server the rules that its role and its neighbours call for now. Rules by which Central
// would not get in any more are taken back by the server itself.
func (r *Runner) updateFirewall(ctx context.Context, w *work) error {
	server, err := r.Store.Server(ctx, *w.action.ServerID)
	if err != nil {
		return err
	}
	vars, err := r.serverVars(ctx, server)
	if err != nil {
		return err
	}
	return r.play(ctx, w, whole(playbooks.Firewall), server, vars, nil)
}

// proxies are the addresses from which web requests reach masters and slaves, sorted; names are resolved here,
// because rules are made of addresses. It errs with CodeUnreachable when a name is not known: leaving its proxy out
// would cut sites off.
func (r *Runner) proxies(ctx context.Context) ([]string, error) {
	servers, err := r.Store.ProxiesInUse(ctx)
	if err != nil {
		return nil, err
	}
	addresses := []string{}
	for _, server := range servers {
		found, err := resolve(ctx, server.Address)
		if err != nil {
			return nil, fleet.Errorf(fleet.CodeUnreachable, "The address of the proxy %s, %s, cannot be found: %s", server.Name, server.Address, err)
		}
		addresses = append(addresses, found...)
	}
	slices.Sort(addresses)
	return slices.Compact(addresses), nil
}

// resolve gives the IP addresses of a machine.
func resolve(ctx context.Context, address string) ([]string, error) {
	if _, err := netip.ParseAddr(address); err == nil {
		return []string{address}, nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", address)
	if err != nil {
		return nil, err
	}
	addresses := make([]string, len(found))
	for i, ip := range found {
		addresses[i] = ip.Unmap().String()
	}
	return addresses, nil
}

// adminNetworks are the networks that rules let SSH in from, besides the address that Central comes from, which each
// server sees for itself.
func (r *Runner) adminNetworks() []string {
	networks := make([]string, len(r.AdminNetworks))
	for i, network := range r.AdminNetworks {
		networks[i] = network.Masked().String()
	}
	return networks
}
