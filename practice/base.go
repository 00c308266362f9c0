package practice

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"central/practice/machine"
)

// installed is what every host has from its first boot: what a small Debian server has.
var installed = []string{
	"systemd", "systemd-sysv", "dbus", "openssh-server", "python3", "python3-apt", "sudo",
	"iproute2", "nftables", "ca-certificates", "procps",
}

// downloaded is what the hosts are going to install: the packages lie in apt's cache of the base
// image, so that apt-get on a host unpacks and configures for real but fetches nothing.
var downloaded = []string{
	"age", "mariadb-server", "mariadb-backup", "nginx", "redis-server", "git", "python3-venv", "python3-dev",
	"build-essential", "pkg-config", "libmariadb-dev", "nodejs", "npm", "curl", "rsync", "acl", "cron",
}

const (
	bundle   = "/etc/ssl/certs/ca-certificates.crt"
	localCAs = "/usr/local/share/ca-certificates"
	// wholeBundle is where the machine's bundle lies until the image is finished.
	wholeBundle = "/var/tmp/machine-bundle.crt"
)

// finish makes a server of the fresh root. Timers that would hold apt's lock at a random minute are
// masked; keys and the machine's id belong to each host, not to the image.
const finish = `set -eu
update-ca-certificates
# A machine may trust more than its local certificates say.
[ ! -e /var/tmp/machine-bundle.crt ] || mv /var/tmp/machine-bundle.crt /etc/ssl/certs/ca-certificates.crt
# debootstrap wrote where it fetched from; updates and security fixes lie beside it.
read -r _ mirror suite _ </etc/apt/sources.list
printf 'deb %s %s main\n' "$mirror" "$suite" "$mirror" "$suite-updates" "$mirror-security" "$suite-security" >/etc/apt/sources.list
apt-get -q update
apt-get -q -y dist-upgrade
apt-get -q -y install --download-only "$@"
rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
systemctl mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id
`

// image makes sure that the hosts' base image is in the cache and returns its directory.
func (f *Fleet) image(ctx context.Context) (string, error) {
	files, err := settings()
	if err != nil {
		return "", err
	}
	image := machine.Image{
		Name: "base", Suite: "bookworm", Packages: installed, Files: files, Finish: finish, Args: downloaded,
	}
	began := time.Now()
	dir, err := image.Make(ctx, f.cfg.CacheDir, f.log)
	if took := time.Since(began).Round(time.Second); err == nil && took > 0 {
		f.log("the hosts' base image is ready after %s", took)
	}
	return dir, err
}

// settings returns the files, by path, that a host needs beside what debootstrap writes: what speeds
// packages up and, where the machine trusts certificates of its own (a proxy that inspects traffic),
// those and the settings that make pip and Node use them.
func settings() (map[string]string, error) {
	files := map[string]string{
		"/etc/apt/apt.conf.d/90practice": "Acquire::Retries \"3\";\nAcquire::Languages \"none\";\n",
		// A practice host loses nothing to a power cut of the machine that it could not lose to Down.
		"/etc/dpkg/dpkg.cfg.d/practice":        "force-unsafe-io\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n",
		"/etc/ssh/sshd_config.d/practice.conf": "HostKey /" + hostKey + "\n",
	}
	certs, err := filepath.Glob(filepath.Join(localCAs, "*.crt"))
	if err != nil {
		return nil, err
	}
	if len(certs) == 0 {
		return files, nil
	}
	for _, path := range certs {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read a certificate this machine trusts: %w", err)
		}
		files[path] = string(text)
	}
	text, err := os.ReadFile(bundle)
	if err != nil {
		return nil, fmt.Errorf("read the certificates this machine trusts: %w", err)
	}
	files[wholeBundle] = string(text)
	env := []string{
		"PIP_CERT=" + bundle, "REQUESTS_CA_BUNDLE=" + bundle, "SSL_CERT_FILE=" + bundle, "NODE_EXTRA_CA_CERTS=" + bundle,
	}
	files["/etc/pip.conf"] = "[global]\ncert = " + bundle + "\n"
	// /etc/environment is for logins, the other for services and transient units.
	files["/etc/environment"] = strings.Join(env, "\n") + "\n"
	files["/etc/systemd/system.conf.d/trust.conf"] = "[Manager]\nDefaultEnvironment=" + strings.Join(env, " ") + "\n"
	return files, nil
}
