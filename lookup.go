package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"central/fleet"
)

// lookUpPatience is how long DNS may take to say where a domain points.
const lookUpPatience = 6 * time.Second

// domainFlags say where domains of sites point.
type domainFlags struct {
	PublicAddresses []netip.Addr `env:"CENTRAL_PUBLIC_ADDRESSES" placeholder:"ADDRESS" help:"Where domains of sites should point; to the proxies' own addresses when not given."`
	DNSServer       string       `name:"dns-server" env:"CENTRAL_DNS_SERVER" placeholder:"HOST:PORT" help:"Name server that is asked where domains point, in place of the machine's own."`
}

// proxies lists the servers of the fleet; those that are proxies are where domains should point.
type proxies func(context.Context) ([]fleet.Server, error)

// lookUp asks DNS where a domain points, and compares with where it should.
func (f domainFlags) lookUp(servers proxies) func(context.Context, string) fleet.DomainLook {
	resolver := net.DefaultResolver
	if f.DNSServer != "" {
		resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, f.DNSServer)
		}}
	}
	return func(ctx context.Context, name string) fleet.DomainLook {
		ctx, cancel := context.WithTimeout(ctx, lookUpPatience)
		defer cancel()
		look := fleet.DomainLook{}
		wanted, err := f.wanted(ctx, resolver, servers)
		if err != nil {
			look.Failed = fmt.Sprintf("The addresses of the proxies are not known: %v.", err)
			return look
		}
		look.Wanted = wanted
		look.Addresses, err = addresses(ctx, resolver, name)
		if err != nil {
			look.Failed = fmt.Sprintf("DNS did not say: %v.", err)
		}
		return look
	}
}

// wanted is where domains should point.
func (f domainFlags) wanted(ctx context.Context, resolver *net.Resolver, servers proxies) ([]netip.Addr, error) {
	if len(f.PublicAddresses) > 0 {
		return f.PublicAddresses, nil
	}
	all, err := servers(ctx)
	if err != nil {
		return nil, err
	}
	wanted := []netip.Addr{}
	for _, server := range all {
		if server.Role != fleet.RoleProxy || server.Status != fleet.ServerReady {
			continue
		}
		if address, err := netip.ParseAddr(server.Address); err == nil {
			wanted = append(wanted, address)
			continue
		}
		found, err := addresses(ctx, resolver, server.Address)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, found...)
	}
	return wanted, nil
}

// addresses of a host name; none is no error.
func addresses(ctx context.Context, resolver *net.Resolver, name string) ([]netip.Addr, error) {
	found, err := resolver.LookupNetIP(ctx, "ip", name+".")
	var failed *net.DNSError
	if errors.As(err, &failed) && failed.IsNotFound {
		return nil, nil
	}
	for i, address := range found {
		found[i] = address.Unmap()
	}
	slices.SortFunc(found, netip.Addr.Compare)
	return slices.Compact(found), err
}
