package practice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	release = "bookworm"
	mirror  = "MIRROR"
)

// installed is what every host has from its first boot: what a small Debian server has.
var installed = []string{
	"systemd", "systemd-sysv", "dbus", "openssh-server", "python3", "python3-apt", "sudo",
	"iproute2", "nftables", "ca-certificates", "procps",
}

// downloaded is what the hosts are going to install: the packages lie in apt's cache of the base
// image, so that apt-get on a host unpacks and configures for real but fetches nothing.
var downloaded = []string{
	"mariadb-server", "mariadb-backup", "nginx", "redis-server", "git", "python3-venv", "python3-dev",
	"build-essential", "pkg-config", "libmariadb-dev", "nodejs", "npm", "curl", "rsync", "acl", "cron",
}

const sourcesList = `deb MIRROR bookworm main
deb MIRROR bookworm-updates main
deb MIRROR-security bookworm-security main
`

const (
	bundle   = "/etc/ssl/certs/ca-certificates.crt"
	localCAs = "/usr/local/share/ca-certificates"
)

// finish runs inside the new root once debootstrap is done. Timers that would hold apt's lock at a
// random minute are masked; keys and the machine's id belong to each host, not to the image.
const finish = `set -eu
export DEBIAN_FRONTEND=noninteractive
update-ca-certificates
apt-get -q update
apt-get -q -y dist-upgrade
apt-get -q -y install --download-only "$@"
rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
systemctl mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
`

// image makes sure that the base image of this recipe is in the cache and returns its directory. It is
// built once, under a lock, in a directory of another name that is renamed when it is complete.
func (f *Fleet) image(ctx context.Context) (string, error) {
	if err := os.MkdirAll(f.cfg.CacheDir, 0o755); err != nil {
		return "", err
	}
	files, err := trust()
	if err != nil {
		return "", err
	}
	base := filepath.Join(f.cfg.CacheDir, "base-"+recipe(files))
	if isDir(base) {
		return base, nil
	}
	release, err := lock(ctx, filepath.Join(f.cfg.CacheDir, "base.lock"))
	if err != nil {
		return "", err
	}
	defer release()
	if isDir(base) {
		return base, nil
	}
	half, err := filepath.Glob(filepath.Join(f.cfg.CacheDir, "building-*"))
	if err != nil {
		return "", err
	}
	for _, dir := range half {
		if err := removeTree(dir); err != nil {
			return "", fmt.Errorf("remove what an interrupted build left: %w", err)
		}
	}
	building := filepath.Join(f.cfg.CacheDir, "building-"+filepath.Base(base))
	began := time.Now()
	f.log("building the hosts' base image, once: a minute or two")
	if err := f.build(ctx, building, files); err != nil {
		_ = removeTree(building)
		return "", fmt.Errorf("build the base image: %w", err)
	}
	if err := os.Rename(building, base); err != nil {
		return "", err
	}
	f.log("base image built in %s", time.Since(began).Round(time.Second))
	return base, nil
}

// build makes a base image in dir.
func (f *Fleet) build(ctx context.Context, dir string, files map[string]string) error {
	err := run(ctx, "debootstrap", "--variant=minbase", "--include="+strings.Join(installed, ","),
		"--keyring="+debianKeyring, release, dir, mirror)
	if err != nil {
		return err
	}
	f.log("Debian is unpacked; fetching the packages the hosts will install")
	for path, content := range files {
		if err := writeFile(filepath.Join(dir, path), content, 0o644); err != nil {
			return err
		}
	}
	if err := copyResolvConf(dir); err != nil {
		return err
	}
	argv := append([]string{"--quiet", "--register=no", "--keep-unit", "--settings=no", "--link-journal=no",
		"--resolv-conf=off", "--timezone=off", "--directory=" + dir, "--pipe", "/bin/sh", "-c", finish, "sh"}, downloaded...)
	if err := run(ctx, "systemd-nspawn", argv...); err != nil {
		return err
	}
	// A machine may trust more than its local certificates say.
	if text, err := os.ReadFile(bundle); err == nil {
		return writeFile(filepath.Join(dir, bundle), string(text), 0o644)
	}
	return nil
}

// recipe is the name of what image would build: a change of the recipe or of the machine's trust
// gives another image.
func recipe(files map[string]string) string {
	h := sha256.New()
	fmt.Fprintln(h, release, mirror, installed, downloaded, finish, len(files))
	paths := sortedKeys(files)
	for _, p := range paths {
		fmt.Fprintln(h, p, len(files[p]), files[p])
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// trust returns the files, by path, that a host needs beside what debootstrap writes: the archive's
// addresses and, where the machine trusts certificates of its own (a proxy that inspects traffic),
// those and the settings that make pip and Node use them.
func trust() (map[string]string, error) {
	files := map[string]string{
		"/etc/apt/sources.list":            sourcesList,
		"/etc/dpkg/dpkg.cfg.d/practice":    "force-unsafe-io\n",
		"/etc/apt/apt.conf.d/90practice":   "Acquire::Retries \"3\";\nAcquire::Languages \"none\";\n",
		"/etc/ssh/sshd_config.d/keys.conf": "HostKey /etc/ssh/ssh_host_ed25519_key\n",
	}
	certs, err := filepath.Glob(filepath.Join(localCAs, "*.crt"))
	if err != nil {
		return nil, err
	}
	for _, path := range certs {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read a certificate this machine trusts: %w", err)
		}
		files[path] = string(text)
	}
	if len(certs) == 0 {
		return files, nil
	}
	env := []string{"PIP_CERT=" + bundle, "REQUESTS_CA_BUNDLE=" + bundle, "SSL_CERT_FILE=" + bundle, "NODE_EXTRA_CA_CERTS=" + bundle}
	files["/etc/pip.conf"] = "[global]\ncert = " + bundle + "\n"
	// /etc/environment is for logins, the other for services and transient units.
	files["/etc/environment"] = strings.Join(env, "\n") + "\n"
	files["/etc/systemd/system.conf.d/trust.conf"] = "[Manager]\nDefaultEnvironment=" + strings.Join(env, " ") + "\n"
	return files, nil
}

// copyResolvConf writes the machine's name servers into root.
func copyResolvConf(root string) error {
	text, err := resolvConf("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf")
	if err != nil {
		return err
	}
	path := filepath.Join(root, "etc/resolv.conf")
	// It may be a link that leads out of root.
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return writeFile(path, text, 0o644)
}

// resolvConf returns the first of the files that names a server a host can reach: one that listens on
// the machine's own loopback, as systemd-resolved does, is no use to anybody else.
func resolvConf(paths ...string) (string, error) {
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if len(fields) >= 2 && fields[0] == "nameserver" && !strings.HasPrefix(fields[1], "127.") && fields[1] != "::1" {
				return string(text), nil
			}
		}
	}
	return "", fmt.Errorf("no name server the hosts could reach in %s", strings.Join(paths, " or "))
}

// removeTree removes a directory, but never one with a mount in it: what is mounted there belongs to
// somebody else.
func removeTree(dir string) error {
	if mounts, err := mountsBelow(dir); err != nil {
		return err
	} else if len(mounts) > 0 {
		return fmt.Errorf("%s is mounted, %s stays", mounts[0], dir)
	}
	return os.RemoveAll(dir)
}

// mountsBelow returns the mount points at and below dir, the innermost first.
func mountsBelow(dir string) ([]string, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var out []string
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		point := unescape.Replace(fields[4])
		if point == dir || strings.HasPrefix(point, dir+"/") {
			out = append([]string{point}, out...)
		}
	}
	return out, nil
}
