package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"

	"golang.org/x/sync/errgroup"

	"central/runner"
	"central/runner/remote"
	"central/store/embedded"
)

// workCommand is `central work`.
type workCommand struct {
	databaseFlags
	keyFlags
	fleetFlags
	acmeFlags
	signUpFlags
	nameFlags
	Runners int `default:"1" env:"CENTRAL_RUNNERS" help:"Runners in this process."`
}

// Run carries out actions until ctx ends.
func (c *workCommand) Run(ctx context.Context) (err error) {
	if c.Runners < 1 {
		return errors.New("--runners is at least 1")
	}
	db, err := c.join(ctx)
	if errors.Is(err, embedded.ErrNotRunning) {
		return fmt.Errorf("nothing serves the private database in %s: start 'central serve' there first, or give --dsn", c.Data)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	if err := db.UseNameRules(c.rules()); err != nil { // names for sites that stand ready
		return err
	}
	secrets, err := c.openSecrets(ctx, db.Store, c.Data)
	if err != nil {
		return err
	}
	certificates, err := c.certificates(secrets.vault)
	if err != nil {
		return err
	}
	signUps, err := c.signUps(ctx, db.Store, secrets.vault)
	if err != nil {
		return err
	}
	pool := remote.NewPool(secrets.Agent, remote.DefaultLimits)
	defer pool.Close()
	slog.Info("Central works", "runners", c.Runners)
	return runRunners(ctx, c.Runners, secrets.Agent, runner.Config{
		Store: db.Store, Pool: pool, DataDir: c.Data, AdminNetworks: c.AdminNetworks, Certificates: certificates, Vault: secrets.vault, SignUps: signUps,
	})
}

// fleetFlags say what is so for the whole fleet; every process with a runner needs the same.
type fleetFlags struct {
	AdminNetworks []netip.Prefix `env:"CENTRAL_ADMIN_NETWORKS" placeholder:"NETWORK" help:"Networks from which servers let SSH in besides the address that Central comes from, such as 10.0.0.0/24; 0.0.0.0/0,::/0 for everywhere."`
}

// runRunners runs n runners with this configuration, and one that watches servers and sites, until ctx ends and they have
// given back what they held. Meanwhile the agent lends Central's key over a socket in a folder of its own.
func runRunners(ctx context.Context, n int, agent *remote.Agent, config runner.Config) (err error) {
	dir, err := os.MkdirTemp("", "central-agent-") // not below data: a socket's path holds 107 bytes
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	lending, stop := context.WithCancel(context.WithoutCancel(ctx))
	socket, gone, err := agent.Serve(lending, dir)
	if err != nil {
		stop()
		return err
	}
	defer func() {
		stop()
		gone()
	}()
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for i := range n {
		config.AgentSocket, config.Log, config.Owner = socket, slog.Default(), fmt.Sprintf("%s/%d/%d", host, os.Getpid(), i+1)
		r := runner.New(config)
		group.Go(func() error { return r.Run(ctx) })
	}
	watcher := runner.NewWatcher(runner.WatcherConfig{Store: config.Store, Pool: config.Pool, Log: slog.Default()})
	group.Go(func() error { return watcher.Run(ctx) })
	return group.Wait()
}
