package practice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"central/practice/machine"
)

const rulesFile = "rules.nft"

const tablePrefix = "central_practice_"

// id is the fleet's name in at most 7 characters: names of interfaces have 15, and a cable's has the
// bridge's, a dash and up to four digits.
func (f *Fleet) id() string {
	if len(f.cfg.Name) <= 7 {
		return f.cfg.Name
	}
	sum := sha256.Sum256([]byte(f.cfg.Name))
	return f.cfg.Name[:1] + hex.EncodeToString(sum[:3])
}

func (f *Fleet) bridge() string { return "cp-" + f.id() }

func (f *Fleet) table() string { return tablePrefix + f.cfg.Name }

// link is the name of the machine's end of a host's cable.
func (f *Fleet) link(h Host) string {
	return fmt.Sprintf("%s-%x", f.bridge(), f.number(h))
}

// number is a host's place in the network, at most 16 bits.
func (f *Fleet) number(h Host) int {
	host, network := h.Address.As4(), f.cfg.Network.Addr().As4()
	return (int(host[2])-int(network[2]))<<8 + int(host[3]) - int(network[3])
}

// namespace is the name of a host's network namespace. A fleet's name has no dash, so that no name of
// one fleet is the beginning of another's.
func (f *Fleet) namespace(host string) string { return "central-" + f.cfg.Name + "-" + host }

func namespacePath(namespace string) string { return "/run/netns/" + namespace }

// raiseNetwork makes the bridge and the way out of it.
func (f *Fleet) raiseNetwork(ctx context.Context) error {
	if !isLink(f.bridge()) {
		if err := machine.Run(ctx, "ip", "link", "add", f.bridge(), "type", "bridge", "forward_delay", "0"); err != nil {
			return err
		}
	}
	address := fmt.Sprintf("%s/%d", f.Gateway(), f.cfg.Network.Bits())
	if err := machine.Run(ctx, "ip", "addr", "replace", address, "dev", f.bridge()); err != nil {
		return err
	}
	if err := machine.Run(ctx, "ip", "link", "set", f.bridge(), "mtu", fmt.Sprint(mtu()), "up"); err != nil {
		return err
	}
	rules := fmt.Sprintf(`table ip %[1]s {}
delete table ip %[1]s
table ip %[1]s {
	chain out {
		type nat hook postrouting priority srcnat;
		ip saddr %[2]s oifname != %[3]q masquerade
	}
	chain through {
		type filter hook forward priority filter;
		iifname %[3]q accept
		oifname %[3]q ct state established,related accept
	}
}
`, f.table(), f.cfg.Network, f.bridge())
	return f.load(ctx, rules)
}

// load gives the kernel firewall rules, all of them or none.
func (f *Fleet) load(ctx context.Context, rules string) error {
	file := filepath.Join(f.cfg.Dir, rulesFile)
	if err := machine.WriteFile(file, rules, 0o600); err != nil {
		return err
	}
	return machine.Run(ctx, "nft", "-f", file)
}

// plug makes a host's network namespace and the cable between it and the bridge, as far as they are
// not there.
func (f *Fleet) plug(ctx context.Context, h Host) error {
	namespace, link := f.namespace(h.Name), f.link(h)
	if !isNamespace(namespace) {
		if err := machine.Run(ctx, "ip", "netns", "add", namespace); err != nil {
			return err
		}
	}
	if isLink(link) {
		return f.connect(ctx, h)
	}
	steps := [][]string{
		{"link", "add", link, "mtu", fmt.Sprint(mtu()), "type", "veth", "peer", "name", "host0", "mtu", fmt.Sprint(mtu()), "netns", namespace},
		{"-n", namespace, "link", "set", "lo", "up"},
		{"-n", namespace, "addr", "add", fmt.Sprintf("%s/%d", h.Address, f.cfg.Network.Bits()), "dev", "host0"},
		{"-n", namespace, "link", "set", "host0", "up"},
		{"-n", namespace, "route", "add", "default", "via", f.Gateway().String()},
	}
	for _, s := range steps {
		if err := machine.Run(ctx, "ip", s...); err != nil {
			_ = machine.Run(ctx, "ip", "link", "del", link)
			return err
		}
	}
	return f.connect(ctx, h)
}

// connect puts a host's cable into the bridge.
func (f *Fleet) connect(ctx context.Context, h Host) error {
	return machine.Run(ctx, "ip", "link", "set", f.link(h), "master", f.bridge(), "up")
}

// removeNetwork removes all that raiseNetwork and plug made, going by names.
func (f *Fleet) removeNetwork(ctx context.Context) error {
	tables, err := machine.Output(ctx, "nft", "list", "tables")
	if err != nil {
		return err
	}
	for line := range strings.Lines(tables) {
		// A line is `table FAMILY NAME`.
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[2] == f.table() {
			if err := machine.Run(ctx, "nft", "delete", "table", fields[1], fields[2]); err != nil {
				return err
			}
		}
	}
	namespaces, err := filepath.Glob(namespacePath(f.namespace("*")))
	if err != nil {
		return err
	}
	for _, path := range namespaces {
		if err := machine.Run(ctx, "ip", "netns", "del", filepath.Base(path)); err != nil {
			return err
		}
	}
	links, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.Name != f.bridge() && !strings.HasPrefix(l.Name, f.bridge()+"-") {
			continue
		}
		// A veth whose namespace went may go by itself at any moment.
		if err := machine.Run(ctx, "ip", "link", "del", l.Name); err != nil && isLink(l.Name) {
			return err
		}
	}
	return nil
}

// mtu is the largest packet the machine's default route takes, or Ethernet's.
func mtu() int {
	const ethernet = 1500
	text, err := os.ReadFile("/proc/net/route")
	if err != nil {
		return ethernet
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) > 7 && fields[1] == "00000000" && fields[7] == "00000000" {
			if i, err := net.InterfaceByName(fields[0]); err == nil && i.MTU < ethernet {
				return i.MTU
			}
		}
	}
	return ethernet
}

func isLink(name string) bool {
	_, err := os.Lstat("/sys/class/net/" + name)
	return err == nil
}

func isNamespace(name string) bool {
	_, err := os.Lstat(namespacePath(name))
	return err == nil
}
