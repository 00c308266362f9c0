package practice

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

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

// RestoreNetwork puts a host's cable back in and removes what Netem did to the line.
func (f *Fleet) RestoreNetwork(ctx context.Context, host string) error {
	return f.on(ctx, host, func(h Host) error {
		// Fails where there is no such discipline, which is what is wanted.
		_ = machine.Run(ctx, "tc", "qdisc", "del", "dev", f.link(h), "root")
		return machine.Run(ctx, "ip", "link", "set", f.link(h), "up")
	})
}

// Netem makes the line to a host slow or lossy, in the words of tc-netem(8): "delay", "200ms",
// "loss", "5%". It shapes what the host receives.
func (f *Fleet) Netem(ctx context.Context, host string, args ...string) error {
	return f.on(ctx, host, func(h Host) error {
		return machine.Run(ctx, "tc", append([]string{"qdisc", "replace", "dev", f.link(h), "root", "netem"}, args...)...)
	})
}

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
