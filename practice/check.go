package practice

import (
	"slices"

	"central/practice/machine"
)

// Packages are the Debian packages a machine needs to raise a practice fleet.
var Packages = []string{
	"systemd-container", "debootstrap", "debian-archive-keyring", "nftables",
	"iproute2", "openssh-client", "git", "util-linux", "mount",
}

// needs is what a fleet runs and the package of Packages that brings it.
var needs = slices.Concat(machine.ImageNeeds, []machine.Need{
	{Path: "systemd-nspawn", Package: "systemd-container"},
	{Path: "nft", Package: "nftables"},
	{Path: "ip", Package: "iproute2"},
	{Path: "tc", Package: "iproute2"},
	{Path: "ssh-keygen", Package: "openssh-client"},
	{Path: "git", Package: "git"},
	{Path: "nsenter", Package: "util-linux"},
	{Path: "umount", Package: "mount"},
})

// Check says whether this machine can raise a practice fleet: it must be Linux, the caller must be
// root, and the commands of [Packages] must be there. The error is one line that says what is
// missing; nothing is changed.
func Check() error { return machine.Check("a practice fleet", needs...) }
