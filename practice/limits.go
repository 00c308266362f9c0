package practice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"central/practice/machine"
)

// limits are the settings of the machine's kernel that fleets need, with the least value of each.
var limits = []struct {
	path  string
	least int
}{
	// Hosts reach the world through the machine.
	{"/proc/sys/net/ipv4/ip_forward", 1},
	// All hosts' systemd count as one user's; the usual 128 are used up by 25 of them.
	{"/proc/sys/fs/inotify/max_user_instances", 8192},
}

// limitsWere remembers, until the last fleet is gone, what the settings were. It goes with a reboot, as
// the settings do.
const limitsWere = "/run/central-practice-limits.json"

// raiseLimits raises the settings that are too low and remembers what they were.
func raiseLimits(ctx context.Context) error {
	release, err := machine.Lock(ctx, limitsWere+".lock")
	if err != nil {
		return err
	}
	defer release()
	were, err := readLimits()
	if err != nil {
		return err
	}
	for _, l := range limits {
		text, err := os.ReadFile(l.path)
		if err != nil {
			return err
		}
		value, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			return fmt.Errorf("%s: %w", l.path, err)
		}
		if value >= l.least {
			continue
		}
		// Remembered before it is changed: a crash between the two does no harm.
		if _, ok := were[l.path]; !ok {
			were[l.path] = value
		}
		note, err := json.Marshal(were)
		if err != nil {
			return err
		}
		if err := machine.WriteFile(limitsWere, string(note), 0o600); err != nil {
			return err
		}
		if err := os.WriteFile(l.path, []byte(strconv.Itoa(l.least)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// restoreLimits puts the settings back when no fleet is left.
func restoreLimits(ctx context.Context) error {
	release, err := machine.Lock(ctx, limitsWere+".lock")
	if err != nil {
		return err
	}
	defer release()
	tables, err := machine.Output(ctx, "nft", "list", "tables")
	if err != nil {
		return err
	}
	if strings.Contains(tables, tablePrefix) {
		return nil
	}
	were, err := readLimits()
	if err != nil {
		return err
	}
	for path, value := range were {
		if err := os.WriteFile(path, []byte(strconv.Itoa(value)), 0o644); err != nil {
			return err
		}
	}
	if err := os.Remove(limitsWere); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Remove(limitsWere + ".lock")
}

func readLimits() (map[string]int, error) {
	were := map[string]int{}
	text, err := os.ReadFile(limitsWere)
	if errors.Is(err, os.ErrNotExist) {
		return were, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &were); err != nil {
		return nil, fmt.Errorf("read %s: %w", limitsWere, err)
	}
	return were, nil
}
