package demo

import (
	"context"
	"net/netip"
	"os"
)

// Command is `central practice demo`: Central with a practice fleet, filled. Its tags are kong's; each Run
// wants a context.Context bound.
type Command struct {
	Up   UpCommand   `cmd:"" help:"Bring everything up, or go on bringing it up."`
	Down DownCommand `cmd:"" help:"End and remove everything of it."`
}

// Flags say which demo is meant.
type Flags struct {
	Name     string       `default:"demo" help:"Name of its fleet: lower-case letters and digits."`
	Dir      string       `default:".demo" type:"path" help:"Folder of everything it keeps."`
	Network  netip.Prefix `default:"10.88.0.0/24" help:"IPv4 range of its hosts."`
	Listen   string       `default:"127.0.0.1:8080" help:"Address of its Central."`
	Sites    int          `default:"12" help:"How many sites it creates."`
	CacheDir string       `default:"/var/cache/central/practice" type:"path" help:"Folder of the hosts' base image."`
}

func (f Flags) demo() (*Demo, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return New(Config{
		Name: f.Name, Dir: f.Dir, Network: f.Network, Listen: f.Listen, Binary: binary,
		CacheDir: f.CacheDir, Sites: f.Sites, Out: os.Stdout,
	})
}

// UpCommand brings a demo up.
type UpCommand struct{ Flags }

// Run brings it up and returns with everything running.
func (c *UpCommand) Run(ctx context.Context) error {
	d, err := c.demo()
	if err != nil {
		return err
	}
	return d.Up(ctx)
}

// DownCommand removes a demo.
type DownCommand struct{ Flags }

// Run removes it.
func (c *DownCommand) Run(ctx context.Context) error {
	d, err := c.demo()
	if err != nil {
		return err
	}
	return d.Down(ctx)
}
