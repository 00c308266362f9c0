package runner

import (
	"context"
	"time"

	"central/fleet"
	"central/runner/proxy"
)

// checkPatience is how long a look at one proxy may take.
const checkPatience = 15 * time.Second

// watchProxies looks now and then, until ctx ends, whether every proxy still has what Central has put there. Of
// several runners one looks at each. What differs is repaired by an action that says so.
func (r *Runner) watchProxies(ctx context.Context) {
	tick := time.NewTicker(r.CheckProxies / 4)
	defer tick.Stop()
	for {
		r.checkProxies(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// checkProxies looks at those proxies whose turn it is and on which nothing waits.
func (r *Runner) checkProxies(ctx context.Context) {
	proxies, err := r.Store.ProxiesToCheck(ctx, r.CheckProxies)
	if err != nil {
		if ctx.Err() == nil {
			r.Log.Error("cannot tell which proxies to look at", "error", err)
		}
		return
	}
	for _, server := range proxies {
		if err := r.checkProxy(ctx, server); err != nil && ctx.Err() == nil {
			r.Log.Warn("a proxy could not be looked at", "server", server.Name, "error", err)
		}
	}
}

func (r *Runner) checkProxy(ctx context.Context, server fleet.Server) error {
	ctx, done := context.WithTimeout(ctx, checkPatience)
	defer done()
	seen, err := r.lookAtProxy(ctx, server)
	if fleet.ErrorCode(err) == fleet.CodeHostKeyChanged {
		return r.Store.ServerKeyChanged(ctx, server.ID, failureOf(err).Message)
	}
	if err != nil {
		return err
	}
	routes, err := r.Store.Routes(ctx)
	if err != nil {
		return err
	}
	certificates, err := r.Store.Certificates(ctx)
	if err != nil {
		return err
	}
	return r.Store.ProxyChecked(ctx, server.ID, fleet.ProxySeen{
		Routes: proxy.Digest(routes), Certificates: proxy.CertificatesDigest(fleet.ChooseCertificates(certificates)),
		Maps: seen.Maps, Settings: seen.Settings,
	})
}

func (r *Runner) lookAtProxy(ctx context.Context, server fleet.Server) (proxy.Seen, error) {
	output, err := r.Pool.Run(ctx, remoteHost(server), proxy.Look())
	if err != nil {
		return proxy.Seen{}, err
	}
	return proxy.ParseSeen(output.Stdout)
}

// rememberSettings keeps what a proxy's settings are like when it has just been set up: what differs later was
// changed by somebody else.
func (r *Runner) rememberSettings(ctx context.Context, w *work, server fleet.Server) error {
	seen, err := r.lookAtProxy(ctx, server)
	if err != nil {
		return err
	}
	return w.stored(r.Store.ProxySetUp(ctx, server.ID, seen.Settings))
}
