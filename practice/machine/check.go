package machine

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
)

// Need is a command, or a file by its absolute path, and the Debian package that brings it.
type Need struct{ Path, Package string }

// Check says whether what (a few words, "a practice fleet") can be had on this machine: it must be
// Linux, the caller must be root, and the needs must be met. The error is one line that says what is
// missing; nothing is changed.
func Check(what string, needs ...Need) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("%s needs Linux, this is %s", what, runtime.GOOS)
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("%s needs root: run it as root or with sudo", what)
	}
	if missing := missing(needs); len(missing) > 0 {
		return fmt.Errorf("%s needs packages that are not installed: apt-get install %s", what, strings.Join(missing, " "))
	}
	return nil
}

// missing returns the packages of the needs that are not met, each once.
func missing(needs []Need) []string {
	var packages []string
	for _, n := range needs {
		if _, err := exec.LookPath(n.Path); err == nil {
			continue
		}
		if _, err := os.Stat(n.Path); err == nil && strings.HasPrefix(n.Path, "/") {
			continue
		}
		if !slices.Contains(packages, n.Package) {
			packages = append(packages, n.Package)
		}
	}
	return packages
}
