package runner

import (
	"context"
	"crypto/rand"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
)

// siteLookPatience is how long a look at one site may take for somebody who waits for it.
const siteLookPatience = 20 * time.Second

// InstalledApps asks a site's server which apps the site has.
func InstalledApps(ctx context.Context, s *store.Store, pool *remote.Pool, site fleet.Site) ([]string, error) {
	host, place, err := placeOf(ctx, s, site)
	if err != nil {
		return nil, err
	}
	answer, err := look(ctx, pool, host, bench.InstalledApps(place))
	if err != nil {
		return nil, err
	}
	return bench.ParseInstalledApps(answer)
}

// AppTables asks a site's server which tables would go with an app.
func AppTables(ctx context.Context, s *store.Store, pool *remote.Pool, site fleet.Site, app string) ([]fleet.AppTable, error) {
	host, place, err := placeOf(ctx, s, site)
	if err != nil {
		return nil, err
	}
	command, err := bench.AppTables(place, app)
	if err != nil {
		return nil, err
	}
	answer, err := look(ctx, pool, host, command)
	if err != nil {
		return nil, err
	}
	return bench.ParseAppTables(answer)
}

// look runs a command that changes nothing.
func look(ctx context.Context, pool *remote.Pool, host remote.Host, command bench.Command) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, siteLookPatience, fleet.Errorf(fleet.CodeUnreachable, "%s did not answer within %s.", host.Name, siteLookPatience))
	defer cancel()
	output, err := pool.Run(ctx, host, command)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return output.Stdout, err
}

// placeOf is where a site is, as commands need it.
func placeOf(ctx context.Context, s *store.Store, site fleet.Site) (remote.Host, bench.Site, error) {
	server, err := s.Server(ctx, site.ServerID)
	if err != nil {
		return remote.Host{}, bench.Site{}, err
	}
	onBench, err := s.Bench(ctx, site.BenchID)
	if err != nil {
		return remote.Host{}, bench.Site{}, err
	}
	revision, err := s.Revision(ctx, site.RevisionID)
	if err != nil {
		return remote.Host{}, bench.Site{}, err
	}
	place, err := bench.Of(onBench.Name, revision)
	if err != nil {
		return remote.Host{}, bench.Site{}, err
	}
	there, err := place.Site(site.Name)
	return remoteHost(server), there, err
}

// AllowLogin lets somebody sign in to a site as its Administrator, once and for so long, and returns the path that does so.
func AllowLogin(ctx context.Context, s *store.Store, pool *remote.Pool, site fleet.Site, within time.Duration) (string, error) {
	host, place, err := placeOf(ctx, s, site)
	if err != nil {
		return "", err
	}
	key := rand.Text()
	command, err := bench.AllowLogin(place, key, within)
	if err != nil {
		return "", err
	}
	if _, err := look(ctx, pool, host, command); err != nil {
		return "", err
	}
	return bench.LoginPath(key), nil
}
