package practice

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
)

// Packages are the Debian packages a machine needs to raise a practice fleet.
var Packages = []string{
	"systemd-container", "debootstrap", "debian-archive-keyring", "nftables",
	"iproute2", "openssh-client", "git", "util-linux",
}

// debianKeyring is what debootstrap checks the signatures of Debian's archive with. Ubuntu has it in
// a package of its own, so it is looked for like a command.
const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// required names what a fleet runs and the package that brings it.
var required = []struct{ command, pkg string }{
	{"systemd-nspawn", "systemd-container"},
	{"debootstrap", "debootstrap"},
	{"nft", "nftables"},
	{"ip", "iproute2"},
	{"tc", "iproute2"},
	{"ssh-keygen", "openssh-client"},
	{"git", "git"},
	{"nsenter", "util-linux"},
	{"mount", "mount"},
	{"umount", "mount"},
}

// Check says whether this machine can raise a practice fleet: it must be Linux, the caller must be
// root, and the commands of [Packages] must be there. The error is one line that says what is
// missing; nothing is changed.
func Check() error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("a practice fleet needs Linux, this is %s", runtime.GOOS)
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("a practice fleet needs root (network namespaces, mounts, containers): run it as root or with sudo")
	}
	var missing []string
	lacks := func(pkg string) {
		if !slices.Contains(missing, pkg) {
			missing = append(missing, pkg)
		}
	}
	for _, r := range required {
		if _, err := exec.LookPath(r.command); err != nil {
			lacks(r.pkg)
		}
	}
	if _, err := os.Stat(debianKeyring); err != nil {
		lacks("debian-archive-keyring")
	}
	if len(missing) > 0 {
		return fmt.Errorf("a practice fleet needs packages that are not installed: apt-get install %s", strings.Join(missing, " "))
	}
	return nil
}
