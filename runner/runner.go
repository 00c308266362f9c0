// Package runner claims queued actions and carries them out: Ansible plays for whatever changes a server or
// builds a revision, commands over SSH for what is done once per site. Everything it learns goes to the
// store, so that any runner can go on where another one was killed.
package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"central/fleet"
	"central/runner/remote"
	"central/store"
)

// Config is what a Runner needs.
type Config struct {
	Store       *store.Store
	Pool        *remote.Pool
	Vault       *remote.Vault // opens the secrets in the database; actions that need none do without it
	AgentSocket string        // lends Central's key to Ansible
	DataDir     string        // git mirrors and Ansible's private directories live below it
	// AdminNetworks are the networks from which servers let SSH in, besides the address that Central comes from.
	AdminNetworks []netip.Prefix
	Owner         string        // names this process in leases
	AtOnce        int           // actions carried out together; 128 when zero
	Lease         time.Duration // after which a silent runner's actions are taken over; 10 s when zero
	// CheckProxies is how often each proxy is looked at for changes that nobody asked Central for; 3 min when zero.
	CheckProxies time.Duration
	Certificates CertificateConfig
	SignUps      SignUpConfig
	Log          *slog.Logger
}

// pollEvery is how often a runner looks for work that another process queued.
const pollEvery = 500 * time.Millisecond

// errShutdown is why the work of a runner that stops ends; the next runner goes on with it.
var errShutdown = errors.New("the runner stops")

// Runner carries out actions until it is told to stop.
type Runner struct {
	Config
	pace     pace
	rhythm   rhythm
	handlers map[fleet.ActionKind]handler
	// What is done together for sites that are handed out at the same moment.
	handOuts, handedOut *gathering[*handOut]
}

// handler carries out one kind of action. Its error becomes the action's failure; an error of CodeCancelled
// makes it CANCELLED.
type handler func(ctx context.Context, w *work) error

// New makes a runner.
func New(config Config) *Runner {
	if config.AtOnce == 0 {
		config.AtOnce = 128
	}
	if config.Lease == 0 {
		config.Lease = 10 * time.Second
	}
	if config.CheckProxies == 0 {
		config.CheckProxies = 3 * time.Minute
	}
	if config.Certificates.Renew == 0 {
		config.Certificates.Renew = time.Minute
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	r := &Runner{Config: config, pace: normalPace, rhythm: normalRhythm}
	r.handOuts, r.handedOut = newGathering(r, handOutsAtOnce, r.handOutTogether), newGathering(r, handOutsAtOnce, r.askTogether)
	r.handlers = map[fleet.ActionKind]handler{
		fleet.ActionSetUpServer:         r.setUpServer,
		fleet.ActionPreviewPair:         r.previewPair,
		fleet.ActionDissolvePair:        r.dissolvePair,
		fleet.ActionRouteProxy:          r.routeProxy,
		fleet.ActionIssueCertificate:    r.issueCertificate,
		fleet.ActionInstallCertificates: r.installCertificates,
		fleet.ActionUpdateFirewall:      r.updateFirewall,
		fleet.ActionFetchReleases:       r.fetchReleases,
		fleet.ActionBuildRevision:       r.buildRevision,
		fleet.ActionRemoveRevision:      r.removeRevision,
		fleet.ActionConfigureBench:      r.configureBench,
		fleet.ActionCreateSite:          r.createSite,
		fleet.ActionHandOutSite:         r.handOutSite,
		fleet.ActionDropStandby:         r.dropStandby,
		fleet.ActionMoveSite:            r.moveSite,
		fleet.ActionRelocateSite:        r.relocateSite,
		fleet.ActionRenameSite:          r.renameSite,
		fleet.ActionChangeDomains:       r.changeDomains,
		fleet.ActionConfigureSite:       r.configureSite,
		fleet.ActionServeSite:           r.serveSite,
		fleet.ActionInstallApp:          r.changeApp,
		fleet.ActionRemoveApp:           r.changeApp,
		fleet.ActionBackUpSite:          r.backUpSite,
		fleet.ActionRestoreSite:         r.restoreSite,
		fleet.ActionArchiveSite:         r.archiveSite,
		fleet.ActionRemoveBackups:       r.removeBackups,
		fleet.ActionTestRestore:         r.testRestore,
		fleet.ActionScanServer:          r.scanServer,
		fleet.ActionAdoptBenches:        r.adoptBenches,
		fleet.ActionRehearseSwitch:      r.rehearseSwitch,
		fleet.ActionSwitchOver:          r.switchPair,
		fleet.ActionFailOver:            r.switchPair,
		fleet.ActionSetUpPair:           r.setUpPair,
		fleet.ActionRebuildSlave:        r.setUpPair,
		fleet.ActionCheckServer:         r.checkServer,
		fleet.ActionPreviewServer:       r.previewServer,
		fleet.ActionUpdateServer:        r.updateServer,
		fleet.ActionRestartService:      r.restartService,
		fleet.ActionRebootServer:        r.rebootServer,
		fleet.ActionRotateCredentials:   r.rotateCredentials,
		fleet.ActionRetireServer:        r.retireServer,
	}
	return r
}

// Run claims and carries out actions until ctx ends. Then it gives back what it holds, with how far it has
// come, and returns when the last of it is written.
func (r *Runner) Run(ctx context.Context) error {
	var working sync.WaitGroup
	defer working.Wait()
	working.Go(func() { r.watchProxies(ctx) })
	working.Go(func() { r.watchCertificates(ctx) })
	working.Go(func() { r.watchPairs(ctx) })
	working.Go(func() { r.watchSubscriptions(ctx) })
	working.Go(func() { r.watchApps(ctx) })
	working.Go(func() { r.watchBackups(ctx) })
	working.Go(func() { r.watchSignUps(ctx) })
	working.Go(func() { r.mailSignUps(ctx) })
	working.Go(func() { r.mailReminders(ctx) })
	places := make(chan struct{}, r.AtOnce)
	for {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		action, err := r.Store.ClaimAction(ctx, r.Owner, r.Lease)
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot claim an action", "error", err)
		}
		if action != nil {
			working.Go(func() {
				defer func() { <-places }()
				r.carryOut(ctx, action)
			})
			continue
		}
		<-places
		select {
		case <-r.Store.Wake():
		case <-time.After(pollEvery):
		case <-ctx.Done():
			return nil
		}
	}
}

// carryOut runs one action to its end and writes how it ended. Writing goes on for a while after ctx has
// ended, so that a runner that stops loses nothing; the lease is kept until all is written.
func (r *Runner) carryOut(ctx context.Context, action *fleet.Action) {
	log := r.Log.With("action", action.ID, "kind", action.Kind, "title", action.Title, "attempt", action.Attempt)
	writing, written := outlast(ctx, r.pace.writing)
	defer written()
	life, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	defer context.AfterFunc(ctx, func() { stop(errShutdown) })()

	w := newWork(life, writing, stop, r, action)
	defer w.close()
	var holding sync.WaitGroup
	defer holding.Wait()
	hold, letGo := context.WithCancel(writing)
	defer letGo()
	holding.Go(func() { w.keepLease(hold) })

	log.Info("action started")
	err := r.handle(life, w)
	if err != nil && interrupted(life) {
		cause := context.Cause(life)
		log.Info("action given up", "why", cause)
		err = w.flush()
		if err == nil && errors.Is(cause, errShutdown) {
			err = r.Store.ReleaseAction(writing, w.ref)
		}
	} else {
		err = r.finish(writing, w, err)
	}
	if err != nil && fleet.ErrorCode(err) != fleet.CodeLeaseLost {
		log.Error("how the action ended could not be written; its lease will run out", "error", err)
	}
}

// handle calls the action's handler; a panic in it is a failure of that action alone.
func (r *Runner) handle(ctx context.Context, w *work) error {
	handle := r.handlers[w.action.Kind]
	if handle == nil {
		return fmt.Errorf("nothing carries out actions of the kind %s", w.action.Kind)
	}
	return r.safely(ctx, func(ctx context.Context) error { return handle(ctx, w) })
}

func (r *Runner) finish(ctx context.Context, w *work, err error) error {
	status, failure := fleet.ActionSucceeded, failureOf(err)
	if failure != nil {
		status = fleet.ActionFailed
		if failure.Code == fleet.CodeCancelled {
			status = fleet.ActionCancelled
		}
		r.Log.Warn("action did not succeed", "action", w.action.ID, "title", w.action.Title, "code", failure.Code, "error", err)
	}
	w.seeKey(err)
	if message := w.changedKey(); message != "" && w.action.ServerID != nil {
		if err := r.Store.ServerKeyChanged(ctx, *w.action.ServerID, message); err != nil {
			return err
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	return r.Store.FinishAction(ctx, w.ref, status, failure)
}
