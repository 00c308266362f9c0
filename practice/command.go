package practice

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"text/tabwriter"
)

// Command is `central practice`: a practice fleet by hand. Its tags are kong's; each Run wants a
// context.Context bound.
type Command struct {
	Up     UpCommand     `cmd:"" help:"Raise a fleet of Debian hosts on this machine, or continue raising it."`
	Down   DownCommand   `cmd:"" help:"Remove a fleet: its hosts with their disks, its network and its rules."`
	Reset  ResetCommand  `cmd:"" help:"Reinstall hosts: fresh disk, machine id and SSH host key."`
	Status StatusCommand `cmd:"" help:"List the hosts of a fleet."`
}

// Flags say which fleet is meant.
type Flags struct {
	Name     string       `default:"practice" help:"Name of the fleet: lower-case letters and digits."`
	Dir      string       `default:"/var/lib/central/practice" type:"path" help:"Folder of the hosts' disks."`
	Network  netip.Prefix `default:"10.88.0.0/24" help:"The fleet's own IPv4 range."`
	CacheDir string       `default:"/var/cache/central/practice" type:"path" help:"Folder of the base image."`
}

func (c Flags) fleet(keys ...string) (*Fleet, error) {
	return New(Config{
		Name: c.Name, Dir: c.Dir, Network: c.Network, CacheDir: c.CacheDir, AuthorizedKeys: keys,
		Log: func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) },
	})
}

// UpCommand raises hosts.
type UpCommand struct {
	Flags
	Hosts         []string `default:"m-01,m-02,p-01" help:"Names of the hosts."`
	AuthorizedKey []string `type:"existingfile" help:"File with public keys that may log in as root."`
	Repos         string   `type:"existingdir" optional:"" help:"Folder of git repositories to serve to the hosts."`
}

// Run raises the fleet and lists its hosts.
func (c *UpCommand) Run(ctx context.Context) error {
	keys, err := readKeys(c.AuthorizedKey)
	if err != nil {
		return err
	}
	f, err := c.fleet(keys...)
	if err != nil {
		return err
	}
	if _, err := f.Up(ctx, c.Hosts...); err != nil {
		return err
	}
	if c.Repos != "" {
		if err := f.ServeGit(ctx, c.Repos); err != nil {
			return err
		}
	}
	return f.list()
}

// readKeys returns the public keys in files, one a line, without comments.
func readKeys(files []string) ([]string, error) {
	var keys []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				keys = append(keys, line)
			}
		}
	}
	return keys, nil
}

// DownCommand removes a fleet.
type DownCommand struct{ Flags }

// Run removes the fleet.
func (c *DownCommand) Run(ctx context.Context) error {
	f, err := c.fleet()
	if err != nil {
		return err
	}
	return f.Down(ctx)
}

// ResetCommand reinstalls hosts.
type ResetCommand struct {
	Flags
	Hosts []string `arg:"" help:"Names of the hosts."`
}

// Run reinstalls the hosts one after the other. Those who could log in still can.
func (c *ResetCommand) Run(ctx context.Context) error {
	f, err := c.fleet()
	if err != nil {
		return err
	}
	for _, host := range c.Hosts {
		if err := f.Reset(ctx, host); err != nil {
			return err
		}
	}
	return f.list()
}

// StatusCommand lists a fleet's hosts.
type StatusCommand struct{ Flags }

// Run lists the hosts with their addresses, whether they have power, and their SSH host keys.
func (c *StatusCommand) Run(context.Context) error {
	f, err := c.fleet()
	if err != nil {
		return err
	}
	return f.list()
}

func (f *Fleet) list() error {
	hosts, err := f.known()
	if err != nil {
		return err
	}
	if len(hosts) == 0 {
		fmt.Printf("The fleet %s has no hosts.\n", f.cfg.Name)
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "HOST\tADDRESS\tPOWER\tSSH HOST KEY")
	for _, h := range hosts {
		power := "off"
		if f.Running(h.Name) {
			power = "on"
		}
		key, err := f.HostKey(h.Name)
		if err != nil {
			key = "none yet"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", h.Name, h.Address, power, key)
	}
	return w.Flush()
}
