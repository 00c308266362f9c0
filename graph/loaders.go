package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vikstrous/dataloadgen"

	"central/fleet"
	"central/store"
)

// Loaders wait this long for more of the same, and ask for at most so many at once.
const (
	loaderWait  = time.Millisecond
	loaderBatch = 1000
)

// loaders read the neighbours of many objects in one query each. They remember what they read, so they
// live no longer than one response.
type loaders struct {
	servers             *dataloadgen.Loader[uint, fleet.Server]
	apps                *dataloadgen.Loader[uint, fleet.App]
	benches             *dataloadgen.Loader[uint, fleet.Bench]
	revisions           *dataloadgen.Loader[uint, fleet.Revision]
	sites               *dataloadgen.Loader[uint, fleet.Site]
	actions             *dataloadgen.Loader[uint, fleet.Action]
	deploys             *dataloadgen.Loader[uint, fleet.Deploy]
	children            *dataloadgen.Loader[uint, []fleet.Action]
	needs               *dataloadgen.Loader[uint, []fleet.Action]
	progress            *dataloadgen.Loader[uint, fleet.DeployProgress]
	buildsOfDeploy      *dataloadgen.Loader[uint, []fleet.DeployBuild]
	scanOfServer        *dataloadgen.Loader[uint, fleet.Scan]
	pairOfServer        *dataloadgen.Loader[uint, fleet.Pair]
	proxyOfServer       *dataloadgen.Loader[uint, fleet.ProxyState]
	healthOfServer      *dataloadgen.Loader[uint, fleet.ServerHealth]
	healthOfSite        *dataloadgen.Loader[uint, fleet.SiteHealth]
	alertsOfServer      *dataloadgen.Loader[uint, []fleet.Alert]
	backupOfSite        *dataloadgen.Loader[uint, time.Time]
	policyOfSite        *dataloadgen.Loader[uint, fleet.SitePolicy]
	storages            *dataloadgen.Loader[uint, fleet.BackupStorage]
	certificateOfSite   *dataloadgen.Loader[uint, fleet.Certificate]
	domainsOfSite       *dataloadgen.Loader[uint, []fleet.SiteDomain]
	certificateOfDomain *dataloadgen.Loader[uint, fleet.Certificate]
	configOfSite        *dataloadgen.Loader[uint, []fleet.ConfigKey]
	benchesOfServer     *dataloadgen.Loader[uint, []fleet.Bench]
	revisionsOfBench    *dataloadgen.Loader[uint, []fleet.Revision]
	releasesSince       *dataloadgen.Loader[fleet.AppCommit, *int]
	sitesOnServer       *dataloadgen.Loader[uint, int]
	sitesOnBench        *dataloadgen.Loader[uint, int]
	sitesOnRevision     *dataloadgen.Loader[uint, int]

	plans                   *dataloadgen.Loader[uint, fleet.Plan]
	customers               *dataloadgen.Loader[uint, fleet.Customer]
	subscriptionsOfCustomer *dataloadgen.Loader[uint, []fleet.CustomerSubscription]
	subscriptionOfSite      *dataloadgen.Loader[uint, fleet.CustomerSubscription]
	subscriptionsOnPlan     *dataloadgen.Loader[uint, int]
	usageOfSite             *dataloadgen.Loader[uint, fleet.SiteUsage]
	overLimits              *dataloadgen.Loader[uint, []fleet.LimitExcess]
	signUpsOfCustomer       *dataloadgen.Loader[uint, []fleet.SignUp]
	standbyCounts           *dataloadgen.Loader[uint, fleet.StandbyCount]
}

func newLoaders(s *store.Store) *loaders {
	return &loaders{
		servers:             loader(s.ServersByID, mustExist),
		apps:                loader(s.AppsByID, mustExist),
		benches:             loader(s.BenchesByID, mustExist),
		revisions:           loader(s.RevisionsByID, mustExist),
		sites:               loader(s.SitesByID, mustExist),
		actions:             loader(s.ActionsByID, mustExist),
		deploys:             loader(s.DeploysByID, mustExist),
		children:            loader(s.ChildrenOfActions, mayBeNone),
		needs:               loader(s.NeedsOfActions, mayBeNone),
		progress:            loader(s.ProgressOfDeploys, mustExist),
		buildsOfDeploy:      loader(s.BuildsOfDeploys, mayBeNone),
		scanOfServer:        loader(s.LatestScans, mayBeNone),
		pairOfServer:        loader(s.PairsOfServers, mayBeNone),
		proxyOfServer:       loader(s.ProxyStatesOfServers, mayBeNone),
		healthOfServer:      loader(s.HealthOfServers, mustExist),
		healthOfSite:        loader(s.HealthOfSites, mustExist),
		alertsOfServer:      loader(s.AlertsOfServers, mayBeNone),
		backupOfSite:        loader(s.BackupAges, mayBeNone),
		policyOfSite:        loader(s.SitePolicies, mustExist),
		storages:            loader(s.BackupStoragesByID, mustExist),
		certificateOfSite:   loader(s.CertificatesOfSites, mayBeNone),
		domainsOfSite:       loader(s.DomainsOfSites, mayBeNone),
		certificateOfDomain: loader(s.CertificatesOfDomains, mayBeNone),
		configOfSite:        loader(s.ConfigKeysOfSites, mayBeNone),
		benchesOfServer:     loader(s.BenchesOfServers, mayBeNone),
		revisionsOfBench:    loader(s.RevisionsOfBenches, mayBeNone),
		releasesSince:       loader(s.ReleasesSince, mayBeNone),
		sitesOnServer:       loader(siteCounts(s, store.SitesByServer), mayBeNone),
		sitesOnBench:        loader(siteCounts(s, store.SitesByBench), mayBeNone),
		sitesOnRevision:     loader(siteCounts(s, store.SitesByRevision), mayBeNone),

		plans:                   loader(s.PlansByID, mustExist),
		customers:               loader(s.CustomersByID, mustExist),
		subscriptionsOfCustomer: loader(s.SubscriptionsOfCustomers, mayBeNone),
		subscriptionOfSite:      loader(s.SubscriptionsOfSites, mayBeNone),
		subscriptionsOnPlan:     loader(s.SubscriptionCounts, mayBeNone),
		usageOfSite:             loader(s.UsageOfSites, mayBeNone),
		overLimits:              loader(s.OverLimits, mayBeNone),
		signUpsOfCustomer:       loader(s.SignUpsOfCustomers, mayBeNone),
		standbyCounts:           loader(s.StandbyCounts, mayBeNone),
	}
}

func siteCounts(s *store.Store, by store.SiteCountBy) func(context.Context, []uint) (map[uint]int, error) {
	return func(ctx context.Context, ids []uint) (map[uint]int, error) { return s.SiteCounts(ctx, by, ids) }
}

// What an id that is missing from the answer means.
const (
	mustExist = true  // CodeNotFound
	mayBeNone = false // the zero value
)

func loader[K comparable, T any](fetch func(context.Context, []K) (map[K]T, error), mustExist bool) *dataloadgen.Loader[K, T] {
	return dataloadgen.NewLoader(func(ctx context.Context, ids []K) ([]T, []error) {
		found, err := fetch(ctx, ids)
		values, errs := make([]T, len(ids)), make([]error, len(ids))
		for i, id := range ids {
			value, ok := found[id]
			values[i], errs[i] = value, err
			if err == nil && !ok && mustExist {
				errs[i] = fleet.Errorf(fleet.CodeNotFound, "What has the id %v is gone.", id)
			}
		}
		return values, errs
	}, dataloadgen.WithWait(loaderWait), dataloadgen.WithBatchCapacity(loaderBatch))
}

type loadersKey struct{}

// freshLoaders gives each response, and so each event of a subscription, loaders of its own.
func (r *Resolver) freshLoaders(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	return next(context.WithValue(ctx, loadersKey{}, newLoaders(r.Store)))
}

func load(ctx context.Context) *loaders {
	return ctx.Value(loadersKey{}).(*loaders)
}

// orNull loads what id points to, nil when it points to nothing.
func orNull[T any](ctx context.Context, l *dataloadgen.Loader[uint, T], id *uint) (*T, error) {
	if id == nil {
		return nil, nil
	}
	value, err := l.Load(ctx, *id)
	if err != nil {
		return nil, err
	}
	return &value, nil
}
