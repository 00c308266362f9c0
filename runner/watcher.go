package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
)

// WatcherConfig is what a Watcher needs. Zero intervals and numbers take their defaults.
type WatcherConfig struct {
	Store *store.Store
	Pool  *remote.Pool
	Log   *slog.Logger

	SampleEvery    time.Duration // between two looks at a server; 30 s
	SamplePatience time.Duration // for one look, less than SampleEvery; 15 s
	SamplesAtOnce  int           // 128: as many servers may hang together before others wait
	CheckEvery     time.Duration // between two requests to a site; 60 s
	CheckRetry     time.Duration // after its first bad answer; 10 s
	CheckPatience  time.Duration // for one answer; 10 s
	ChecksAtOnce   int           // 64
	Poll           time.Duration // how often it is asked what is due; 500 ms
	EnrolEvery     time.Duration // how often it is asked what is new; 5 s
	RollUpEvery    time.Duration // how often it is asked which hours have ended; 1 min
	UsageEvery     time.Duration // between two collections of what a server's sites use; 24 h
	HTTPPort       int           // of the proxies; 80
	HTTPSPort      int           // of the proxies; 443
}

// Watcher looks at servers and asks for sites, at regular intervals. Any number of them, in any number of processes,
// share the work through the database.
type Watcher struct {
	WatcherConfig
	proxies atomic.Pointer[[]fleet.Server] // those that can be asked for sites
	turn    atomic.Uint64                  // which proxy is asked first
}

// NewWatcher makes a watcher.
func NewWatcher(config WatcherConfig) *Watcher {
	or := func(v *time.Duration, usual time.Duration) {
		if *v == 0 {
			*v = usual
		}
	}
	orNumber := func(v *int, usual int) {
		if *v == 0 {
			*v = usual
		}
	}
	or(&config.SampleEvery, 30*time.Second)
	or(&config.SamplePatience, 15*time.Second)
	or(&config.CheckEvery, time.Minute)
	or(&config.CheckRetry, 10*time.Second)
	or(&config.CheckPatience, 10*time.Second)
	or(&config.Poll, 500*time.Millisecond)
	or(&config.EnrolEvery, 5*time.Second)
	or(&config.RollUpEvery, time.Minute)
	or(&config.UsageEvery, 24*time.Hour)
	orNumber(&config.SamplesAtOnce, 128)
	orNumber(&config.ChecksAtOnce, 64)
	orNumber(&config.HTTPPort, 80)
	orNumber(&config.HTTPSPort, 443)
	if config.Log == nil {
		config.Log = slog.Default()
	}
	return &Watcher{WatcherConfig: config}
}

// watchBatch is how many servers or sites one transaction claims or saves.
const watchBatch = 100

// Run watches until ctx ends, and returns when what was found is saved.
func (w *Watcher) Run(ctx context.Context) error {
	var watching sync.WaitGroup
	watching.Go(func() {
		w.regularly(ctx, w.EnrolEvery, "enrol servers and sites", func(ctx context.Context) error {
			return w.Store.EnrolHealth(ctx, w.SampleEvery, w.CheckEvery)
		})
	})
	watching.Go(func() { w.regularly(ctx, w.RollUpEvery, "roll up samples", w.rollUp) })
	watching.Go(func() {
		pump[store.SampleClaim, store.SampleResult]{
			what: "samples", atOnce: w.SamplesAtOnce, batch: watchBatch, poll: w.Poll, log: w.Log,
			claim: func(ctx context.Context, n int) ([]store.SampleClaim, error) {
				return w.Store.ClaimSamples(ctx, n, w.SampleEvery)
			},
			look: w.sample, save: w.Store.SaveSamples,
		}.run(ctx)
	})
	watching.Go(func() {
		pump[store.SiteCheckClaim, store.SiteCheckResult]{
			what: "site checks", atOnce: w.ChecksAtOnce, batch: watchBatch, poll: w.Poll, log: w.Log,
			claim: w.claimChecks, look: w.check,
			save: func(ctx context.Context, results []store.SiteCheckResult) error {
				return w.Store.SaveSiteChecks(ctx, results, w.CheckRetry)
			},
		}.run(ctx)
	})
	watching.Go(func() {
		w.regularly(ctx, w.RollUpEvery, "enrol servers for the usage of their sites", w.Store.EnrolUsage)
	})
	watching.Go(func() {
		pump[store.UsageClaim, store.UsageResult]{
			what: "usage", atOnce: usageAtOnce, batch: usageAtOnce, poll: usagePoll, log: w.Log,
			claim: func(ctx context.Context, n int) ([]store.UsageClaim, error) {
				return w.Store.ClaimUsage(ctx, n, w.UsageEvery)
			},
			look: w.collectUsage, save: w.Store.SaveUsage,
		}.run(ctx)
	})
	watching.Wait()
	return nil
}

// regularly does something now and at each interval, until ctx ends.
func (w *Watcher) regularly(ctx context.Context, every time.Duration, what string, do func(context.Context) error) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("cannot "+what, "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (w *Watcher) rollUp(ctx context.Context) error {
	for {
		n, err := w.Store.RollUp(ctx, time.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			return w.Store.ForgetHealth(ctx, time.Now())
		}
	}
}

// sample looks at one server. Nothing is saved of a look that says nothing about the server: while its connections are
// busy with other work, when the watcher stops, or when the server is stopped because of its host key.
func (w *Watcher) sample(ctx context.Context, claim store.SampleClaim) (store.SampleResult, bool) {
	server, began := claim.Server, time.Now().UTC()
	result := store.SampleResult{SampleClaim: claim, At: began}
	looking, done := context.WithTimeoutCause(ctx, w.SamplePatience,
		fleet.Errorf(fleet.CodeUnreachable, "%s gave no answer for %s", server.Name, w.SamplePatience))
	defer done()
	output, err := w.Pool.RunNow(looking, remoteHost(server), bench.Sample(server.Role))
	if err == nil {
		var sample fleet.ServerSample
		if sample, err = bench.ParseSample(output.Stdout, began); err == nil {
			sample.TookSeconds = time.Since(began).Seconds()
			result.Sample = &sample
			return result, true
		}
	}
	switch {
	case ctx.Err() != nil || errors.Is(err, remote.ErrBusy):
		return result, false
	case fleet.ErrorCode(err) == fleet.CodeHostKeyChanged:
		if err := w.Store.ServerKeyChanged(ctx, server.ID, failureOf(err).Message); err != nil {
			w.Log.Error("a changed host key could not be recorded", "server", server.Name, "error", err)
		}
		return result, false
	}
	result.Why = fmt.Sprintf("It cannot be looked at: %s.", failureOf(err).Message)
	return result, true
}
