package machine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// keyring is what debootstrap checks the signatures of Debian's archive with; the mirror is debootstrap's own
// choice. Ubuntu has the keyring in a package of its own.
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// ImageNeeds is what building an image needs.
var ImageNeeds = []Need{
	{"debootstrap", "debootstrap"},
	{keyring, "debian-archive-keyring"},
	{"unshare", "util-linux"},
	{"mount", "mount"},
}

// Image is a recipe for a root file system of Debian.
type Image struct {
	// Name is what its directory in the cache is called, with a hash of the recipe behind it.
	Name string
	// Suite is Debian's, for example bookworm.
	Suite string
	// Packages are installed beside the essential ones.
	Packages []string
	// Files are written, by absolute path, into the root once the packages are there.
	Files map[string]string
	// Finish is a shell script that runs last, inside the root, with Args as its arguments. Its network
	// is the machine's.
	Finish string
	Args   []string
}

// bootstrap runs in mount and process namespaces of its own: however it ends, nothing that it mounted
// and no process that it started is left.
const bootstrap = `set -eu
mount -t proc proc /proc
suite=$1 root=$2 keyring=$3 include=$4
debootstrap --variant=minbase ${include:+--include="$include"} --keyring="$keyring" "$suite" "$root"
`

const finish = `set -eu
mount -t proc proc /proc
root=$1 script=$2
shift 2
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
unset TMPDIR
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin
chroot "$root" /bin/sh -c "$script" sh "$@"
rm "$root/usr/sbin/policy-rc.d"
`

// Make makes sure that the image is in the cache and returns its directory. It is built once, under a
// lock, in a directory of another name that is renamed when it is complete: several processes may ask
// at once, and an interrupted build is begun anew by the next. log is told in words what takes time.
func (i Image) Make(ctx context.Context, cacheDir string, log func(format string, args ...any)) (string, error) {
	if err := os.MkdirAll(cacheDir, 0o755); err != nil {
		return "", err
	}
	name := i.Name + "-" + i.hash()
	dir := filepath.Join(cacheDir, name)
	if IsDir(dir) {
		return dir, nil
	}
	release, err := Lock(ctx, filepath.Join(cacheDir, i.Name+".lock"))
	if err != nil {
		return "", err
	}
	defer release()
	if IsDir(dir) {
		return dir, nil
	}
	const building = "building-"
	half, err := filepath.Glob(filepath.Join(cacheDir, building+i.Name+"-*"))
	if err != nil {
		return "", err
	}
	for _, old := range half {
		if err := RemoveTree(old); err != nil {
			return "", fmt.Errorf("remove what an interrupted build left: %w", err)
		}
	}
	root := filepath.Join(cacheDir, building+name)
	if err := i.build(ctx, root, log); err != nil {
		_ = RemoveTree(root)
		return "", fmt.Errorf("build the image %s: %w", name, err)
	}
	return dir, os.Rename(root, dir)
}

func (i Image) build(ctx context.Context, root string, log func(string, ...any)) error {
	log("fetching and unpacking Debian %s", i.Suite)
	apart := func(script string, args ...string) error {
		return Run(ctx, "unshare", append([]string{"--mount", "--pid", "--fork", "--kill-child=SIGKILL",
			"/bin/sh", "-c", script, "sh"}, args...)...)
	}
	err := apart(bootstrap, i.Suite, root, keyring, strings.Join(i.Packages, ","))
	if err != nil {
		return err
	}
	for _, path := range i.paths() {
		if err := WriteFile(filepath.Join(root, path), i.Files[path], 0o644); err != nil {
			return err
		}
	}
	if i.Finish == "" {
		return nil
	}
	log("finishing the image: fetching packages and setting up")
	if err := WriteResolvConf(root); err != nil {
		return err
	}
	return apart(finish, append([]string{root, i.Finish}, i.Args...)...)
}

func (i Image) paths() []string { return slices.Sorted(maps.Keys(i.Files)) }

// hash tells a recipe from every other one.
func (i Image) hash() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %q %q", i.Suite, i.Packages, bootstrap, finish, i.Finish, i.Args)
	for _, path := range i.paths() {
		fmt.Fprintf(h, " %q %q", path, i.Files[path])
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}
