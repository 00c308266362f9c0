package practice

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"central/practice/machine"
)

// PullPlug takes the power from a host: everything in it is killed at once. Its disk keeps what was
// written.
func (f *Fleet) PullPlug(ctx context.Context, host string) error {
	return f.on(ctx, host, func(h Host) error { return f.unplugPower(ctx, h.Name) })
}

// SwitchOn boots a host that is off and waits until it answers; one that runs is left alone.
func (f *Fleet) SwitchOn(ctx context.Context, host string) error {
	if _, err := f.Host(host); err != nil {
		return err
	}
	_, err := f.Up(ctx, host)
	return err
}

// CutNetwork takes a host's cable out: nothing reaches it and it reaches nothing, but it runs on.
func (f *Fleet) CutNetwork(ctx context.Context, host string) error {
	return f.on(ctx, host, func(h Host) error { return machine.Run(ctx, "ip", "link", "set", f.link(h), "down") })
}

// RestoreNetwork puts a host's cable back in and makes a slow or lossy line a good one.
func (f *Fleet) RestoreNetwork(ctx context.Context, host string) error {
	return f.on(ctx, host, func(h Host) error {
		if err := f.load(ctx, f.line(h)+fmt.Sprintf("delete chain netdev %s %s\n", f.table(), f.lineChain(h))); err != nil {
			return err
		}
		shaped, err := machine.Output(ctx, "tc", "qdisc", "show", "dev", f.link(h), "root")
		if err != nil {
			return err
		}
		if strings.Contains(shaped, "netem") || strings.Contains(shaped, "tbf") {
			if err := machine.Run(ctx, "tc", "qdisc", "del", "dev", f.link(h), "root"); err != nil {
				return err
			}
		}
		return f.connect(ctx, h)
	})
}

// Netem shapes what a host receives in the words of tc-netem(8): "delay", "200ms", "loss", "5%". The
// machine's kernel must have it; Slow and Lose do with what every kernel has that runs a fleet.
func (f *Fleet) Netem(ctx context.Context, host string, args ...string) error {
	return f.on(ctx, host, func(h Host) error {
		err := machine.Run(ctx, "tc", append([]string{"qdisc", "replace", "dev", f.link(h), "root", "netem"}, args...)...)
		if err != nil && strings.Contains(err.Error(), "qdisc kind is unknown") {
			return errors.New("the kernel of this machine has no netem (module sch_netem)")
		}
		return err
	})
}

// Slow lets a host receive no more than rate, in the words of tc(8): "1mbit", "20kbit".
func (f *Fleet) Slow(ctx context.Context, host, rate string) error {
	return f.on(ctx, host, func(h Host) error {
		return machine.Run(ctx, "tc", "qdisc", "replace", "dev", f.link(h), "root", "tbf", "rate", rate, "burst", "3000", "latency", "1s")
	})
}

// Lose loses, at random, so many of a hundred packets that a host sends.
func (f *Fleet) Lose(ctx context.Context, host string, percent int) error {
	if percent < 0 || percent > 100 {
		return fmt.Errorf("practice: %d %% of the packets cannot be lost", percent)
	}
	return f.on(ctx, host, func(h Host) error {
		which := fmt.Sprintf("numgen random mod 100 < %d", percent)
		if percent == 100 {
			// A comparison that is always true is refused.
			which = ""
		}
		return f.load(ctx, f.line(h)+fmt.Sprintf("add rule netdev %s %s %s drop\n", f.table(), f.lineChain(h), which))
	})
}

// HideFrom loses every packet that a host sends to an address: whoever has it reaches the host no more, and all others do.
// RestoreNetwork ends it.
func (f *Fleet) HideFrom(ctx context.Context, host string, address netip.Addr) error {
	return f.on(ctx, host, func(h Host) error {
		return f.load(ctx, f.line(h)+fmt.Sprintf("add rule netdev %s %s ip daddr %s drop\n", f.table(), f.lineChain(h), address))
	})
}

// line is the rules that make an empty chain of what a host sends, whether it is there or not.
func (f *Fleet) line(h Host) string {
	return fmt.Sprintf(`add table netdev %[1]s
add chain netdev %[1]s %[2]s { type filter hook ingress device %[3]q priority 0; }
flush chain netdev %[1]s %[2]s
`, f.table(), f.lineChain(h), f.link(h))
}

func (f *Fleet) lineChain(h Host) string { return fmt.Sprintf("line_%d", f.number(h)) }

// Reset reinstalls a host: same name and address, but a fresh disk, machine id and SSH host key.
// Root's authorized keys stay.
func (f *Fleet) Reset(ctx context.Context, host string) error {
	if err := f.on(ctx, host, func(h Host) error { return f.wipe(ctx, h.Name) }); err != nil {
		return err
	}
	return f.SwitchOn(ctx, host)
}

// wipe removes a host's disk, keeping nothing but who may log in.
func (f *Fleet) wipe(ctx context.Context, host string) error {
	if err := f.unplugPower(ctx, host); err != nil {
		return err
	}
	if err := machine.Unmount(ctx, f.hostRoot(host)); err != nil {
		return err
	}
	disk := filepath.Join(f.hostDir(host), "upper")
	keys, err := os.ReadFile(filepath.Join(disk, authorizedKeys))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := machine.RemoveTree(f.hostDir(host)); err != nil || len(keys) == 0 {
		return err
	}
	// The host sees these modes: its / must be open to all its users.
	if err := os.MkdirAll(disk, 0o755); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(disk, filepath.Dir(authorizedKeys)), 0o700); err != nil {
		return err
	}
	return machine.WriteFile(filepath.Join(disk, authorizedKeys), string(keys), 0o600)
}

// Running reports whether a host has power.
func (f *Fleet) Running(host string) bool { return f.pid(host) != 0 }

// on does something to a host of the fleet while nobody else changes the fleet.
func (f *Fleet) on(ctx context.Context, host string, do func(Host) error) error {
	if err := Check(); err != nil {
		return err
	}
	h, err := f.Host(host)
	if err != nil {
		return err
	}
	release, err := f.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := do(h); err != nil {
		return fmt.Errorf("practice: %s: %w", host, err)
	}
	return nil
}
