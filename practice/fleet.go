// Package practice raises a fleet of real Debian hosts on this machine, to try and to test Central on:
// each boots systemd in a container of its own, runs sshd, and takes packages, databases and firewall
// rules like any server. It needs Linux, root and the packages of [Packages], nothing else.
package practice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"central/practice/machine"
)

// DefaultCacheDir is where the base image lies unless Config.CacheDir says otherwise. Down leaves it.
const DefaultCacheDir = "/var/cache/central/practice"

// Config says what a fleet is called and where it lives. Fleets with different names, directories and
// networks run side by side.
type Config struct {
	// Name is 1 to 16 lower-case letters and digits, a letter first. Everything the fleet makes on the
	// machine (bridge, namespaces, firewall table) is named after it.
	Name string
	// Dir holds the hosts' disks, logs and pid files.
	Dir string
	// Network is an IPv4 range of its own, for example 10.88.0.0/24. Its first address is the
	// machine's, the hosts follow from the eleventh.
	Network netip.Prefix
	// AuthorizedKeys are the lines of root's authorized_keys on every host.
	AuthorizedKeys []string
	// CacheDir holds the base image, shared by all fleets; DefaultCacheDir when empty.
	CacheDir string
	// Log is told in words what is being done; nil for silence.
	Log func(format string, args ...any)
}

// Host is one Debian host of a fleet.
type Host struct {
	Name    string
	Address netip.Addr
}

// Fleet is a set of hosts behind one bridge. Its state is on the machine, not in this value: any
// process that makes a Fleet of the same Config carries on where another stopped. Its methods may be
// called at the same time, from several processes too.
type Fleet struct {
	cfg Config
}

// firstHost is how far into the network the first host's address is.
const firstHost = 11

var (
	fleetName = regexp.MustCompile(`^[a-z][a-z0-9]{0,15}$`)
	hostName  = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$`)
)

// New checks a configuration and returns its fleet. It changes nothing on the machine.
func New(cfg Config) (*Fleet, error) {
	if !fleetName.MatchString(cfg.Name) {
		return nil, fmt.Errorf("practice: the fleet's name %q must be 1 to 16 lower-case letters and digits, a letter first", cfg.Name)
	}
	if !cfg.Network.IsValid() || !cfg.Network.Addr().Is4() || cfg.Network.Bits() < 16 || cfg.Network.Bits() > 28 {
		return nil, fmt.Errorf("practice: the network %s must be an IPv4 range between /16 and /28", cfg.Network)
	}
	cfg.Network = cfg.Network.Masked()
	if cfg.CacheDir == "" {
		cfg.CacheDir = DefaultCacheDir
	}
	for _, dir := range []*string{&cfg.Dir, &cfg.CacheDir} {
		if *dir == "" {
			return nil, errors.New("practice: the fleet needs a directory")
		}
		abs, err := filepath.Abs(*dir)
		if err != nil {
			return nil, err
		}
		if strings.ContainsAny(abs, ",:\\\n ") {
			return nil, fmt.Errorf("practice: the directory %q cannot hold hosts: no commas, colons, spaces or backslashes", abs)
		}
		*dir = abs
	}
	if cfg.Dir == "/" {
		return nil, errors.New("practice: the fleet needs a directory of its own")
	}
	for _, key := range cfg.AuthorizedKeys {
		if strings.TrimSpace(key) == "" || strings.Contains(strings.TrimSpace(key), "\n") {
			return nil, errors.New("practice: an authorized key is one line")
		}
	}
	return &Fleet{cfg: cfg}, nil
}

// Name is the fleet's name.
func (f *Fleet) Name() string { return f.cfg.Name }

// Dir is the absolute path of the fleet's directory.
func (f *Fleet) Dir() string { return f.cfg.Dir }

// Gateway is the machine's own address in the fleet's network: what the hosts reach it by.
func (f *Fleet) Gateway() netip.Addr { return f.cfg.Network.Addr().Next() }

// Hosts returns the hosts that Up was asked for so far and Down has not removed, whether they run or
// not, in the order of their addresses.
func (f *Fleet) Hosts() []Host {
	known, err := f.known()
	if err != nil {
		return nil
	}
	return known
}

// Host returns the host of that name.
func (f *Fleet) Host(name string) (Host, error) {
	known, err := f.known()
	if err != nil {
		return Host{}, err
	}
	for _, h := range known {
		if h.Name == name {
			return h, nil
		}
	}
	return Host{}, fmt.Errorf("practice: the fleet %s has no host %q", f.cfg.Name, name)
}

// Up makes sure that the named hosts run and can be reached by SSH, beside those the fleet has
// already, and returns them in the order of names. It continues from what is there: a host that runs
// is left alone, one that is down is switched on with its disk as it was, one whose network was cut is
// connected again. Without names it is for all hosts the fleet has. An error leaves what was raised so
// far; Up may be called again, or Down.
func (f *Fleet) Up(ctx context.Context, names ...string) ([]Host, error) {
	if err := Check(); err != nil {
		return nil, err
	}
	for i, name := range names {
		if !hostName.MatchString(name) {
			return nil, fmt.Errorf("practice: %q is no name for a host", name)
		}
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("practice: the host %s is named twice", name)
		}
	}
	if err := f.networkIsFree(); err != nil {
		return nil, err
	}
	if len(names) == 0 {
		for _, h := range f.Hosts() {
			names = append(names, h.Name)
		}
	}
	base := ""
	// Hosts that have a disk stay on the image it was made on, also when the recipe has changed since.
	if !f.haveDisks(names) {
		var err error
		if base, err = f.image(ctx); err != nil {
			return nil, err
		}
	}
	release, err := f.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	hosts, err := f.remember(names)
	if err != nil {
		return nil, err
	}
	if err := f.raiseNetwork(ctx); err != nil {
		return nil, err
	}
	// Once the fleet's table is there, no other fleet that goes takes itself for the last one.
	if err := raiseLimits(ctx); err != nil {
		return nil, err
	}
	var started []Host
	for _, h := range hosts {
		booted, err := f.boot(ctx, h, base)
		if err != nil {
			return nil, fmt.Errorf("start %s: %w", h.Name, err)
		}
		if booted {
			started = append(started, h)
		}
	}
	if len(started) > 0 {
		f.log("booting %d of %d hosts", len(started), len(hosts))
	}
	for _, h := range hosts {
		if err := f.answers(ctx, h); err != nil {
			return nil, err
		}
	}
	return hosts, nil
}

// Down removes everything of the fleet from the machine: processes, mounts, namespaces, interfaces,
// firewall rules and its directory with the hosts' disks. It goes by what it finds, so it also works
// after a crash, on a half raised fleet and when there is nothing to remove.
func (f *Fleet) Down(ctx context.Context) error {
	if err := Check(); err != nil {
		return err
	}
	made := !machine.IsDir(f.cfg.Dir)
	release, err := f.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	if !made {
		f.log("taking the fleet %s down", f.cfg.Name)
	}
	if err := errors.Join(f.stopGit(ctx), f.stopHosts(ctx)); err != nil {
		return err
	}
	if err := f.removeNetwork(ctx); err != nil {
		return err
	}
	if err := restoreLimits(ctx); err != nil {
		return err
	}
	for _, name := range []string{"hosts", "fleet.json", rulesFile, gitPid, gitLog, gitConfig} {
		if err := machine.RemoveTree(filepath.Join(f.cfg.Dir, name)); err != nil {
			return err
		}
	}
	if err := os.Remove(f.lockFile()); err != nil {
		return err
	}
	// A directory that holds files of somebody else stays.
	if left, err := os.ReadDir(f.cfg.Dir); err == nil && len(left) == 0 {
		return os.Remove(f.cfg.Dir)
	}
	return nil
}

// known reads the hosts the fleet was asked for.
func (f *Fleet) known() ([]Host, error) {
	text, err := os.ReadFile(filepath.Join(f.cfg.Dir, "fleet.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var hosts []Host
	if err := json.Unmarshal(text, &hosts); err != nil {
		return nil, fmt.Errorf("practice: read %s: %w", filepath.Join(f.cfg.Dir, "fleet.json"), err)
	}
	return hosts, nil
}

// remember gives each name that has none an address and returns the hosts in the order of names.
func (f *Fleet) remember(names []string) ([]Host, error) {
	known, err := f.known()
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(known, func(h Host) bool { return !f.cfg.Network.Contains(h.Address) }); i >= 0 {
		return nil, fmt.Errorf("practice: the fleet in %s is on another network, %s has %s", f.cfg.Dir, known[i].Name, known[i].Address)
	}
	var hosts []Host
	for _, name := range names {
		i := slices.IndexFunc(known, func(h Host) bool { return h.Name == name })
		if i < 0 {
			address, err := nextAddress(f.cfg.Network, known)
			if err != nil {
				return nil, err
			}
			i = len(known)
			known = append(known, Host{Name: name, Address: address})
		}
		hosts = append(hosts, known[i])
	}
	slices.SortFunc(known, func(a, b Host) int { return a.Address.Compare(b.Address) })
	text, err := json.MarshalIndent(known, "", "  ")
	if err != nil {
		return nil, err
	}
	return hosts, machine.WriteFile(filepath.Join(f.cfg.Dir, "fleet.json"), string(text)+"\n", 0o644)
}

// nextAddress returns the lowest address for a host that no host has. The last address of the network
// is its broadcast address.
func nextAddress(network netip.Prefix, hosts []Host) (netip.Addr, error) {
	address := network.Addr()
	for i := 1; network.Contains(address.Next()); i++ {
		address = address.Next()
		taken := slices.ContainsFunc(hosts, func(h Host) bool { return h.Address == address })
		if i >= firstHost && !taken && network.Contains(address.Next()) {
			return address, nil
		}
	}
	return netip.Addr{}, fmt.Errorf("practice: no address is left in %s", network)
}

// networkIsFree says whether another interface than the fleet's bridge has an address in its network.
func (f *Fleet) networkIsFree() error {
	interfaces, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, i := range interfaces {
		if i.Name == f.bridge() {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Overlaps(f.cfg.Network) {
				return fmt.Errorf("practice: the network %s is taken: %s has %s", f.cfg.Network, i.Name, p)
			}
		}
	}
	return nil
}

func (f *Fleet) lockFile() string { return filepath.Join(f.cfg.Dir, "lock") }

// lock keeps other processes, and other goroutines of this one, from changing the fleet.
func (f *Fleet) lock(ctx context.Context) (func(), error) {
	if err := os.MkdirAll(f.cfg.Dir, 0o755); err != nil {
		return nil, err
	}
	return machine.Lock(ctx, f.lockFile())
}

func (f *Fleet) log(format string, args ...any) {
	if f.cfg.Log != nil {
		f.cfg.Log(format, args...)
	}
}
