package machine

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// MountsBelow returns the mount points at and below dir, the innermost first.
func MountsBelow(dir string) ([]string, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return mountsBelow(string(text), dir), nil
}

// mountsBelow finds the mount points at and below dir in a text like /proc/self/mountinfo, where the
// fifth field is the point, with spaces and the like in octal.
func mountsBelow(mountinfo, dir string) []string {
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var points []string
	for line := range strings.Lines(mountinfo) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		point := unescape.Replace(fields[4])
		if point == dir || strings.HasPrefix(point, dir+"/") {
			points = append([]string{point}, points...)
		}
	}
	return points
}

// Unmount unmounts all that is mounted at and below dir.
func Unmount(ctx context.Context, dir string) error {
	points, err := MountsBelow(dir)
	if err != nil {
		return err
	}
	for _, point := range points {
		if err := Run(ctx, "umount", point); err != nil {
			return err
		}
	}
	return nil
}

// RemoveTree removes a directory, but never one with a mount in it: what is mounted there may be
// somebody else's files.
func RemoveTree(dir string) error {
	points, err := MountsBelow(dir)
	if err != nil {
		return err
	}
	if len(points) > 0 {
		return fmt.Errorf("%s is mounted, %s stays", points[0], dir)
	}
	return os.RemoveAll(dir)
}
