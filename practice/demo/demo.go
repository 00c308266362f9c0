// Package demo raises Central together with a practice fleet and fills it through Central's own GraphQL
// mutations, as a person would. It imports nothing of Central's inside: what it needs, a script can do.
package demo

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"central/practice"
	"central/practice/apps"
)

// Config says where a demo lives. Two with different names, folders, networks and addresses run side by side.
type Config struct {
	Name     string       // of its fleet
	Dir      string       // everything it keeps, removed by Down
	Network  netip.Prefix // of its hosts
	Listen   string       // address of its Central
	Binary   string       // the central command
	CacheDir string       // of the hosts' base image
	Sites    int          // how many sites it creates
	Keys     []string     // more lines of root's authorized_keys on its hosts
	Out      io.Writer    // is told what happens
}

// hosts of a demo, and what Central makes of them.
var hosts = []struct{ name, role string }{
	{"m-01", "MASTER"}, {"s-01", "SLAVE"}, {"m-02", "MASTER"}, {"s-02", "SLAVE"}, {"p-01", "PROXY"}, {"p-02", "PROXY"},
}

// pairs of a demo.
var pairs = []struct{ name, master, slave string }{{"one", "m-01", "s-01"}, {"two", "m-02", "s-02"}}

// benches of a demo, and the server of each.
var benches = []struct{ name, server string }{{"north", "m-01"}, {"south", "m-02"}}

// firstVersion is the release of each app that the benches begin with; all later ones wait to be deployed.
const firstVersion = "1.0.0"

// Demo is a Central with its practice fleet.
type Demo struct {
	Config
	Client  *Client
	Fleet   *practice.Fleet
	process process
	report  *report
}

// New makes a demo of config; it changes nothing on the machine.
func New(config Config) (*Demo, error) {
	dir, err := filepath.Abs(config.Dir)
	if err != nil {
		return nil, err
	}
	config.Dir = dir
	d := &Demo{Config: config, report: newReport(config.Out)}
	d.process = process{binary: config.Binary, dir: dir, listen: config.Listen}
	d.Client = &Client{URL: "http://" + config.Listen + "/graphql"}
	d.Fleet, err = d.fleet()
	return d, err
}

func (d *Demo) fleet(authorized ...string) (*practice.Fleet, error) {
	return practice.New(practice.Config{
		Name: d.Name, Dir: filepath.Join(d.Dir, "fleet"), Network: d.Network, CacheDir: d.CacheDir,
		AuthorizedKeys: authorized, Log: d.report.line,
	})
}

// Up brings everything up, going on from what is there, and returns with all of it running.
func (d *Demo) Up(ctx context.Context) error {
	if err := practice.Check(); err != nil {
		return err
	}
	began := time.Now()
	for _, part := range []struct {
		title string
		do    func(context.Context) error
	}{
		{"Starting Central", d.startCentral},
		{"Raising the practice fleet", d.raiseFleet},
		{"Publishing the practice apps", d.publishApps},
		{"Adding the servers and setting them up, in pairs", d.setUpServers},
		{"Fetching releases", d.addApps},
		{"Building the benches", d.createBenches},
		{"Creating the sites", d.createSites},
	} {
		if err := d.report.part(part.title, func() error { return part.do(ctx) }); err != nil {
			return fmt.Errorf("%s: %w", part.title, err)
		}
	}
	return d.welcome(ctx, time.Since(began))
}

// Down ends and removes everything of the demo.
func (d *Demo) Down(ctx context.Context) error {
	if err := d.process.stop(ctx); err != nil {
		return err
	}
	if err := d.Fleet.Down(ctx); err != nil {
		return err
	}
	return os.RemoveAll(d.Dir)
}

// KillCentral ends Central at once, as a crash would.
func (d *Demo) KillCentral(ctx context.Context) error { return d.process.kill(ctx) }

// StartCentral starts Central again.
func (d *Demo) StartCentral(ctx context.Context) error { return d.process.start(ctx) }

// FirstPassword is the one-time password of Central's first administrator, empty when it was not printed.
func (d *Demo) FirstPassword() string { return d.process.firstPassword() }

func (d *Demo) startCentral(ctx context.Context) error {
	if err := d.process.start(ctx); err != nil {
		return err
	}
	token, err := d.process.token(ctx)
	d.Client.Token = token
	return err
}

func (d *Demo) raiseFleet(ctx context.Context) error {
	var answer struct{ PublicKey string }
	if err := d.Client.Do(ctx, `{ publicKey }`, nil, &answer); err != nil {
		return err
	}
	fleet, err := d.fleet(append([]string{answer.PublicKey}, d.Keys...)...)
	if err != nil {
		return err
	}
	d.Fleet = fleet
	names := make([]string, len(hosts))
	for i, host := range hosts {
		names[i] = host.name
	}
	_, err = fleet.Up(ctx, names...)
	return err
}

func (d *Demo) publishApps(ctx context.Context) error {
	dir := filepath.Join(d.Dir, "apps")
	if _, err := apps.Build(ctx, dir); err != nil {
		return err
	}
	return d.Fleet.ServeGit(ctx, dir)
}

// welcome says where to go next.
func (d *Demo) welcome(ctx context.Context, took time.Duration) error {
	proxy, err := d.Fleet.Host("p-01")
	if err != nil {
		return err
	}
	login := "admin, with the password you chose"
	if password := d.process.firstPassword(); password != "" {
		login = "admin, with the one-time password " + password + " until you choose another"
	}
	_, err = fmt.Fprintf(d.Out, `
Everything is up (%s).

  Dashboard   http://%s
  First login %s
  API token   %s
  A site      curl --resolve %s:80:%s http://%s/api/method/version

Tick some sites, press Deploy, choose a release. Of shop, 1.2.0 takes seconds a site and 1.3.0 fails on some.
`, took.Round(time.Second), d.Listen, login, filepath.Join(d.Dir, "token"), siteName(1), proxy.Address, siteName(1))
	return err
}

// siteName is the host name of the demo's nth site, counted from 1.
func siteName(n int) string { return fmt.Sprintf("shop-%02d.example.com", n) }
