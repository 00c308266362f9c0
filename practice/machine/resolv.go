package machine

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// WriteResolvConf writes the machine's name servers into another root.
func WriteResolvConf(root string) error {
	text, err := resolvConf("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf")
	if err != nil {
		return err
	}
	path := filepath.Join(root, "etc/resolv.conf")
	// It may be a link that leads out of root.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return WriteFile(path, text, 0o644)
}

// resolvConf returns the first of the files that names a server another host can reach: one that
// listens on the machine's own loopback, as systemd-resolved does, is no use to anybody else.
func resolvConf(paths ...string) (string, error) {
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if len(fields) < 2 || fields[0] != "nameserver" {
				continue
			}
			if server, err := netip.ParseAddr(fields[1]); err == nil && !server.IsLoopback() {
				return string(text), nil
			}
		}
	}
	return "", fmt.Errorf("no name server that others could reach in %s", strings.Join(paths, " or "))
}
