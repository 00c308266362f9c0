package practice

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"central/practice/machine"
)

// Each host lives in a control group of its own. Left in the caller's, two hosts would share one, and
// each one's systemd would take the other's services for its own.

const groupRoot = "/sys/fs/cgroup"

// hierarchies returns the roots of the machine's control group trees: one on a machine of today,
// several where the old kind is mounted.
func hierarchies() []string {
	if _, err := os.Stat(filepath.Join(groupRoot, "cgroup.controllers")); err == nil {
		return []string{groupRoot}
	}
	var out []string
	entries, err := os.ReadDir(groupRoot)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		dir := filepath.Join(groupRoot, e.Name())
		if _, err := os.Stat(filepath.Join(dir, "cgroup.procs")); e.IsDir() && err == nil {
			out = append(out, dir)
		}
	}
	return out
}

func (f *Fleet) fleetGroup(hierarchy string) string {
	return filepath.Join(hierarchy, "central-practice-"+f.cfg.Name)
}

// makeGroups makes a host's group in each hierarchy and returns them. A hierarchy that refuses is left
// out: the host then lives in its root, which limits nothing.
func (f *Fleet) makeGroups(host string) []string {
	var groups []string
	for _, hierarchy := range hierarchies() {
		parent := f.fleetGroup(hierarchy)
		if os.MkdirAll(parent, 0o755) != nil {
			continue
		}
		for _, controller := range []string{"+cpu", "+memory", "+io", "+pids"} {
			_ = os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte(controller), 0o644)
		}
		// The old cpuset takes nobody before it is told which processors it has.
		_ = os.WriteFile(filepath.Join(parent, "cgroup.clone_children"), []byte("1"), 0o644)
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			if text, err := os.ReadFile(filepath.Join(hierarchy, file)); err == nil {
				_ = os.WriteFile(filepath.Join(parent, file), text, 0o644)
			}
		}
		group := filepath.Join(parent, host)
		if os.MkdirAll(group, 0o755) == nil {
			groups = append(groups, group)
		}
	}
	return groups
}

// removeGroups removes a host's groups once all that ran in them is gone.
func (f *Fleet) removeGroups(ctx context.Context, host string) error {
	for _, hierarchy := range hierarchies() {
		if err := removeGroup(ctx, filepath.Join(f.fleetGroup(hierarchy), host)); err != nil {
			return err
		}
	}
	return nil
}

// removeFleetGroup removes the fleet's groups.
func (f *Fleet) removeFleetGroup(ctx context.Context) error {
	for _, hierarchy := range hierarchies() {
		if err := removeGroup(ctx, f.fleetGroup(hierarchy)); err != nil {
			return err
		}
	}
	return nil
}

// removeGroup removes a group and those below it, the innermost first; a process that was killed may
// keep its group for a moment, and for longer where it waits for a disk that is busy with much else.
func removeGroup(ctx context.Context, group string) error {
	var last error
	err := machine.Until(ctx, time.Minute, func() bool {
		var dirs []string
		last = filepath.WalkDir(group, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				dirs = append(dirs, path)
			}
			return nil
		})
		for _, dir := range slices.Backward(dirs) {
			if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
				last = err
			}
		}
		return last == nil
	})
	if err != nil {
		return errors.Join(err, last)
	}
	return nil
}
