package runner

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/runner/bench"
	"central/runner/proxy"
)

// routeRounds is how often routes are installed again because they changed meanwhile.
const routeRounds = 20

// Routes that change one after another are waited for: a proxy reads its routes at most once a second, so whoever comes a
// moment too late waits that long, and each reading costs it a start of all its workers.
const (
	routesRest    = 100 * time.Millisecond // without a change, after which they are installed when somebody waits for them
	routesRests   = 5                      // of these, at most
	routesLeisure = 2 * time.Second        // after which they are installed when nobody waits
)

// routeProxy gives a proxy the routes as the database has them once they are at rest.
func (r *Runner) routeProxy(ctx context.Context, w *work) error {
	server, err := r.Store.Server(ctx, *w.action.ServerID)
	if err != nil {
		return err
	}
	w.progress(10, "Install the routes")
	if err := r.untilRoutesRest(ctx, server.ID); err != nil {
		return err
	}
	// Whoever changed the routes meanwhile has queued the next of these actions. That those who wait for this one need not wait for
	// the newer routes too matters when sites change all the time.
	return r.installRoutes(ctx, w, server, func() (bool, error) { return r.Store.RouteWaits(ctx, server.ID) })
}

func (r *Runner) untilRoutesRest(ctx context.Context, proxyID uint) error {
	seen, rests := "", 0
	for began := time.Now(); time.Since(began) < routesLeisure; {
		awaited, err := r.Store.RouteAwaited(ctx, proxyID)
		if err != nil {
			return err
		}
		if awaited {
			routes, err := r.Store.Routes(ctx)
			if err != nil {
				return err
			}
			now := proxy.Digest(routes)
			if rests++; now == seen || rests > routesRests {
				return nil
			}
			seen = now
		}
		if err := pause(ctx, routesRest); err != nil {
			return err
		}
	}
	return nil
}

// installRoutes gives a proxy the routes as the database has them when it returns: when they change while they are
// installed, the newer ones follow, so that whoever read them first never has the last word, unless others are left to do
// that. Routes that would spoil the others are left out; they are named in the output and in the proxy's status.
func (r *Runner) installRoutes(ctx context.Context, w *work, server fleet.Server, left func() (bool, error)) error {
	installed := ""
	for range routeRounds {
		routes, err := r.Store.Routes(ctx)
		if err != nil {
			return err
		}
		if wanted := proxy.Digest(routes); wanted != installed {
			if err := r.putRoutes(ctx, w, server, routes); err != nil {
				return err
			}
			installed = wanted
			if toOthers, err := left(); toOthers || err != nil {
				return err
			}
			continue
		}
		return nil
	}
	return nil // each change queued a route of its own
}

// routeAll gives every proxy the routes as they are on record now, all at once, as a part of an action. One that cannot be
// reached learns them when it is back; it is only an error when none can.
func (r *Runner) routeAll(ctx context.Context, w *work) error {
	proxies, err := r.Store.ReadyProxies(ctx)
	if err != nil {
		return err
	}
	failed := make([]error, len(proxies))
	var all errgroup.Group
	for i, proxy := range proxies {
		all.Go(func() error {
			failed[i] = r.safely(ctx, func(ctx context.Context) error { return r.installRoutes(ctx, w, proxy, never) })
			return nil
		})
	}
	_ = all.Wait() // each has its error in failed
	worked := 0
	for i, err := range failed {
		if err == nil {
			worked++
			continue
		}
		w.say(fmt.Sprintf("%s has the old routes: %s", proxies[i].Name, failureOf(err).Message))
	}
	if worked == 0 && len(proxies) > 0 {
		return fmt.Errorf("no proxy could be reached: %w", failed[0])
	}
	return nil
}

func never() (bool, error) { return false, nil }

func (r *Runner) putRoutes(ctx context.Context, w *work, server fleet.Server, routes []fleet.Route) error {
	began := time.Now()
	good, left := fleet.CheckRoutes(routes)
	answer, err := r.onProxy(ctx, w, server, proxy.InstallRoutes(good))
	if err != nil {
		return err
	}
	installed, err := proxy.ParseInstalled(answer)
	if err != nil {
		return err
	}
	left = append(left, installed.Left...)
	for _, route := range left {
		w.say(fmt.Sprintf("%q is left out: %s", route.Host, route.Why))
	}
	w.say(fmt.Sprintf("%s has %d routes, %s, in %d ms.", server.Name, installed.Routes, howInstalled(installed), time.Since(began).Milliseconds()))
	return w.stored(r.Store.RoutesInstalled(ctx, server.ID, fleet.ProxyState{
		Routes: installed.Routes, LeftOut: left, RoutesDigest: proxy.Digest(routes), Maps: installed.Maps,
	}))
}

func howInstalled(installed proxy.Installed) string {
	switch {
	case installed.Changed:
		return "installed and loaded"
	case installed.Reloaded:
		return "which were there and are loaded now"
	}
	return "which were there already"
}

// onProxy runs a short command on a proxy and returns what it says. It goes on for a while when the runner stops:
// the next runner would find it half done.
func (r *Runner) onProxy(ctx context.Context, w *work, server fleet.Server, command bench.Command) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	ctx, done := outlast(w.life, r.pace.grace)
	defer done()
	output, err := r.Pool.Run(ctx, remoteHost(server), command)
	return output.Stdout, err
}
