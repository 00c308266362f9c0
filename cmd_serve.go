package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/graph"
	"central/runner"
	"central/runner/remote"
	"central/server"
)

// serveCommand is `central serve`.
type serveCommand struct {
	databaseFlags
	keyFlags
	fleetFlags
	acmeFlags
	paymentsFlags
	nameFlags
	domainFlags
	signUpFlags
	Listen  string `default:"127.0.0.1:8080" env:"CENTRAL_LISTEN" help:"Address of the dashboard and the API."`
	Runners int    `default:"1" env:"CENTRAL_RUNNERS" help:"Runners in this process; 0 leaves the work to 'central work'."`
	TLSCert string `name:"tls-cert" type:"existingfile" placeholder:"FILE" help:"Certificate chain, to serve https."`
	TLSKey  string `name:"tls-key" type:"existingfile" placeholder:"FILE" help:"Private key of the certificate."`
	Secure  bool   `help:"A proxy in front of Central ends TLS: cookies travel by https only."`
}

// Run serves until ctx ends, then lets what is under way come to an end.
func (c *serveCommand) Run(ctx context.Context) (err error) {
	listener, err := c.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	db, err := c.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	if err := db.UseNameRules(c.rules()); err != nil {
		return err
	}
	if err := welcomeFirstAdmin(ctx, db); err != nil {
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
	paymentsSecret, err := c.paymentsSecret()
	if err != nil {
		return err
	}
	signUps, err := c.signUps(ctx, db.Store, secrets.vault)
	if err != nil {
		return err
	}
	pool := remote.NewPool(secrets.Agent, remote.DefaultLimits)
	defer pool.Close()
	web, err := server.New(server.Config{
		Store: db.Store, Log: slog.Default(), Secure: c.Secure || c.TLSCert != "", PaymentsSecret: paymentsSecret, Open: secrets.vault.Open,
		Resolver: graph.Resolver{Scan: scan, Enter: enter(pool), Inspect: inspect(pool, db.Store), InspectPair: inspectPair(pool), LookAtCandidates: lookAtCandidates(pool, db.Store), Fingerprint: remote.Fingerprint, PublicKey: secrets.publicKey,
			LookUpDomain: c.lookUp(db.Servers),
			InstalledApps: func(ctx context.Context, site fleet.Site) ([]string, error) {
				return runner.InstalledApps(ctx, db.Store, pool, site)
			},
			AllowLogin: func(ctx context.Context, site fleet.Site) (string, error) {
				return runner.AllowLogin(ctx, db.Store, pool, site, fleet.LoginLinkLasts)
			},
			LookAtAppTables: func(ctx context.Context, site fleet.Site, app string) ([]fleet.AppTable, error) {
				return runner.AppTables(ctx, db.Store, pool, site, app)
			},
			Seal: secrets.vault.Seal, NewKey: secrets.newKey, TryStorage: tryStorage, CertificateAuthority: certificates.Directory, DNSHook: certificates.DNSHook != "",
			SignUpLinks: signUps.Links, Mails: signUps.Mail != nil,
		},
	})
	if err != nil {
		return err
	}

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return web.Serve(ctx, listener) })
	group.Go(func() error { return db.lost(ctx) })
	if c.Runners > 0 {
		group.Go(func() error {
			return runRunners(ctx, c.Runners, secrets.Agent, runner.Config{
				Store: db.Store, Pool: pool, DataDir: c.Data, AdminNetworks: c.AdminNetworks, Certificates: certificates, Vault: secrets.vault, SignUps: signUps,
			})
		})
	}
	slog.Info("Central is up", "address", listener.Addr().String(), "runners", c.Runners)
	err = group.Wait()
	slog.Info("Central stops")
	return err
}

// nameFlags say what new sites may be called.
type nameFlags struct {
	SiteDomains   []string `env:"CENTRAL_SITE_DOMAINS" placeholder:"DOMAIN" help:"Domains below which new sites get their names, such as example.com; anywhere when not given."`
	ReservedNames []string `env:"CENTRAL_RESERVED_NAMES" placeholder:"LABEL" help:"What no site is called directly below one of those domains, besides www, mail, admin and the like."`
}

func (f nameFlags) rules() fleet.NameRules {
	return fleet.NameRules{Domains: f.SiteDomains, Reserved: f.ReservedNames}
}

// listen takes the address before anything else is started, so that a second Central fails at once.
func (c *serveCommand) listen() (net.Listener, error) {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return nil, errors.New("--tls-cert and --tls-key go together")
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil || c.TLSCert == "" {
		return listener, err
	}
	certificate, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}), nil
}

// welcomeFirstAdmin prints the one-time password of a new Central's administrator; it is shown this once.
func welcomeFirstAdmin(ctx context.Context, db *database) error {
	name, password, created, err := db.CreateFirstAdmin(ctx)
	if err != nil || !created {
		return err
	}
	_, err = fmt.Printf("\nFirst administrator: %s\nIts one-time password, shown only now: %s\n\n", name, password)
	return err
}
