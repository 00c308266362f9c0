package practice

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"central/practice/machine"
)

// A host's directory is hosts/NAME below the fleet's: `upper` and `work` of its overlay, `root` where
// it is mounted, `base` with the image's name, `pid` and `console.log`.

func (f *Fleet) hostDir(host string) string  { return filepath.Join(f.cfg.Dir, "hosts", host) }
func (f *Fleet) hostRoot(host string) string { return filepath.Join(f.hostDir(host), "root") }

// machine is the name nspawn knows a host by.
func (f *Fleet) machine(host string) string { return f.cfg.Name + "-" + host }

// argv is the command that boots a host. Two of its arguments tell the process from all others.
func (f *Fleet) argv(host string) []string {
	return []string{
		"systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--settings=no", "--link-journal=no",
		"--resolv-conf=off", "--timezone=off", "--capability=CAP_NET_ADMIN",
		"--machine=" + f.machine(host), "--hostname=" + host,
		"--network-namespace-path=" + namespacePath(f.namespace(host)),
		"--directory=" + f.hostRoot(host), "--boot", "--console=pipe",
	}
}

// pid returns the pid of a host's nspawn process, 0 when the host is off.
func (f *Fleet) pid(host string) int {
	argv := f.argv(host)
	return pidOf(filepath.Join(f.hostDir(host), "pid"), argv[0], "--machine="+f.machine(host),
		"--network-namespace-path="+namespacePath(f.namespace(host)))
}

// boot makes a host's disk, identity and cable where they are missing and starts it unless it runs.
func (f *Fleet) boot(ctx context.Context, h Host, base string) (started bool, err error) {
	if f.pid(h.Name) != 0 && isLink(f.link(h)) {
		return false, errors.Join(f.connect(ctx, h), f.authorize(h.Name))
	}
	if err := f.unplugPower(ctx, h.Name); err != nil {
		return false, err
	}
	if err := f.mountDisk(ctx, h.Name, base); err != nil {
		return false, err
	}
	if err := f.identify(ctx, h.Name); err != nil {
		return false, err
	}
	if err := f.plug(ctx, h); err != nil {
		return false, err
	}
	return true, f.start(h.Name)
}

// baseNote is the file that names the image of a host's disk.
func (f *Fleet) baseNote(host string) string { return filepath.Join(f.hostDir(host), "base") }

// haveDisks reports whether each of the hosts has a disk.
func (f *Fleet) haveDisks(hosts []string) bool {
	return !slices.ContainsFunc(hosts, func(host string) bool {
		_, err := os.Stat(f.baseNote(host))
		return err != nil
	})
}

// mountDisk mounts a host's root: the base image below, what the host has written since above. A disk
// stays on the image it was made on.
func (f *Fleet) mountDisk(ctx context.Context, host, base string) error {
	dir, root := f.hostDir(host), f.hostRoot(host)
	note := f.baseNote(host)
	switch text, err := os.ReadFile(note); {
	case err == nil:
		base = strings.TrimSpace(string(text))
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	if !machine.IsDir(base) {
		return fmt.Errorf("the base image %s of its disk is gone: take the fleet down and raise it anew", base)
	}
	// What lies on a host's disk is not for everybody who has an account on this machine.
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	for _, d := range []string{"upper", "work", "root"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return err
		}
	}
	if err := machine.WriteFile(note, base+"\n", 0o644); err != nil {
		return err
	}
	mounts, err := machine.MountsBelow(root)
	if err != nil || len(mounts) > 0 {
		return err
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work", base, dir, dir)
	return machine.Run(ctx, "mount", "-t", "overlay", f.machine(host), "-o", options, root)
}

// identify gives a host, once, its name, machine id and SSH host key, and every time the keys that
// may log in and the machine's name servers.
func (f *Fleet) identify(ctx context.Context, host string) error {
	root := f.hostRoot(host)
	key := filepath.Join(root, hostKey)
	if _, err := os.Stat(key); err != nil {
		id := make([]byte, 16)
		if _, err := rand.Read(id); err != nil {
			return err
		}
		files := map[string]string{
			"etc/machine-id": hex.EncodeToString(id) + "\n",
			"etc/hostname":   host + "\n",
			"etc/hosts":      "127.0.0.1 localhost\n127.0.1.1 " + host + "\n::1 localhost ip6-localhost ip6-loopback\n",
		}
		for path, content := range files {
			if err := machine.WriteFile(filepath.Join(root, path), content, 0o644); err != nil {
				return err
			}
		}
		// Made beside its place: a key that is there is a whole one.
		half := filepath.Join(root, "etc/ssh/new_host_key")
		for _, stale := range []string{half, half + ".pub"} {
			if err := os.Remove(stale); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
		if err := machine.Run(ctx, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "root@"+host, "-f", half); err != nil {
			return err
		}
		if err := errors.Join(os.Rename(half+".pub", key+".pub"), os.Rename(half, key)); err != nil {
			return err
		}
	}
	return errors.Join(f.authorize(host), machine.WriteResolvConf(root))
}

const (
	hostKey        = "etc/ssh/ssh_host_ed25519_key"
	authorizedKeys = "root/.ssh/authorized_keys"
)

// authorize writes the fleet's authorized keys on a host, leaving other keys there alone.
func (f *Fleet) authorize(host string) error {
	path := filepath.Join(f.hostRoot(host), authorizedKeys)
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	lines := strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' })
	had := len(lines)
	for _, key := range f.cfg.AuthorizedKeys {
		if key = strings.TrimSpace(key); !slices.Contains(lines, key) {
			lines = append(lines, key)
		}
	}
	if len(lines) == had {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return machine.WriteFile(path, strings.Join(lines, "\n")+"\n", 0o600)
}

// HostKey returns a host's public SSH key as `ssh-ed25519 BASE64`.
func (f *Fleet) HostKey(host string) (string, error) {
	text, err := os.ReadFile(filepath.Join(f.hostDir(host), "upper", hostKey+".pub"))
	if err != nil {
		return "", fmt.Errorf("practice: the host key of %s: %w", host, err)
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return "", fmt.Errorf("practice: the host key of %s is not one", host)
	}
	return fields[0] + " " + fields[1], nil
}

// power is the shell that keeps a host running. It puts itself into the host's control groups, so that
// all it starts is born there, and starts the host again when the host asks for a reboot, which nspawn
// reports as 133.
const power = `for group in $GROUPS_OF_HOST; do echo $$ >"$group/cgroup.procs" || true; done 2>/dev/null
while :; do
	code=0
	"$@" || code=$?
	[ $code = 133 ] || exit $code
done`

// start gives power to a host whose disk and cable are there.
func (f *Fleet) start(host string) error {
	groups := f.makeGroups(host)
	dir := f.hostDir(host)
	return spawn(filepath.Join(dir, "pid"), filepath.Join(dir, "console.log"),
		[]string{"GROUPS_OF_HOST=" + strings.Join(groups, " ")},
		append([]string{"/bin/sh", "-c", power, "sh"}, f.argv(host)...)...)
}

// bootTime is how long a host may take to boot on a machine that is busy with many.
const bootTime = 90 * time.Second

// answers waits until a host's sshd speaks and its systemd has finished starting.
func (f *Fleet) answers(ctx context.Context, h Host) error {
	dead := false
	err := machine.Until(ctx, bootTime, func() bool {
		dead = f.pid(h.Name) == 0
		return dead || greets(ctx, h.Address.String())
	})
	if err == nil && dead {
		err = errors.New("its process ended")
	}
	if err == nil {
		err = f.started(ctx, h.Name)
	}
	if err != nil {
		return fmt.Errorf("%s does not come up: %w%s", h.Name, err, f.lastWords(h.Name))
	}
	return nil
}

// started waits until systemd of a host says that it has started everything.
func (f *Fleet) started(ctx context.Context, host string) error {
	init := f.init(host)
	if init == 0 {
		return errors.New("its process ended")
	}
	ctx, cancel := context.WithTimeout(ctx, bootTime)
	defer cancel()
	state, err := machine.Output(ctx, "nsenter", append(enter(init), "systemctl", "is-system-running", "--wait")...)
	// `degraded` says that a service failed: the host is up, and what failed is somebody's matter.
	if state = strings.TrimSpace(state); state == "running" || state == "degraded" {
		return nil
	}
	return fmt.Errorf("systemd says %q: %w", state, err)
}

// enter is what tells nsenter to go where a process is.
func enter(pid int) []string {
	return []string{"--target", fmt.Sprint(pid), "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd=/"}
}

// Console runs a command on a host as root, the way somebody at its console would: its network, firewall and sshd
// have no say. It returns what the command wrote to its standard output, and errs when it fails.
func (f *Fleet) Console(ctx context.Context, host, stdin string, argv ...string) (string, error) {
	init := f.init(host)
	if init == 0 {
		return "", fmt.Errorf("practice: %s is off", host)
	}
	cmd := exec.CommandContext(ctx, "nsenter", append(enter(init), argv...)...)
	var stdout, stderr strings.Builder
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%s on the console of %s: %w: %s", argv[0], host, err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// init returns the pid, as the machine sees it, of the first process in a host; 0 when it is off.
func (f *Fleet) init(host string) int {
	for _, nspawn := range children(f.pid(host)) {
		for _, init := range children(nspawn) {
			return init
		}
	}
	return 0
}

// lastWords returns the end of a host's console output for an error.
func (f *Fleet) lastWords(host string) string {
	text, err := os.ReadFile(filepath.Join(f.hostDir(host), "console.log"))
	if err != nil {
		return ""
	}
	return machine.Tail(string(text))
}

// greets reports whether an SSH server answers at an address.
func greets(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, "22"))
	if err != nil {
		return false
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return false
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && strings.HasPrefix(line, "SSH-2.0-")
}

// unplugPower kills a host and everything in it at once.
func (f *Fleet) unplugPower(ctx context.Context, host string) error {
	// By arguments, not by the pid file: a crash may have come before that was written. Again and again,
	// because the host may be starting at this very moment.
	var refused error
	err := machine.Until(ctx, 20*time.Second, func() bool {
		pids := f.processesOf(host)
		for _, pid := range pids {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
				refused = err
			}
		}
		return len(pids) == 0
	})
	if err != nil {
		return fmt.Errorf("kill %s: %w", host, errors.Join(err, refused))
	}
	if err := os.Remove(filepath.Join(f.hostDir(host), "pid")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return f.removeGroups(ctx, host)
}

// processesOf returns the pids of what keeps a host running: the shell, nspawn, and the host's first
// process, whose death takes everything in the host with it.
func (f *Fleet) processesOf(host string) []int {
	var pids []int
	for _, pid := range processes() {
		if isProcess(pid, "systemd-nspawn", "--network-namespace-path="+namespacePath(f.namespace(host))) {
			pids = append(append(pids, pid), children(pid)...)
		}
	}
	return pids
}

// stopHosts ends every host of the fleet that it finds, by directory or by namespace, and unmounts
// their disks.
func (f *Fleet) stopHosts(ctx context.Context) error {
	found := map[string]bool{}
	dirs, err := filepath.Glob(f.hostDir("*"))
	if err != nil {
		return err
	}
	for _, d := range dirs {
		if machine.IsDir(d) {
			found[filepath.Base(d)] = true
		}
	}
	namespaces, err := filepath.Glob(namespacePath(f.namespace("*")))
	if err != nil {
		return err
	}
	for _, n := range namespaces {
		found[strings.TrimPrefix(filepath.Base(n), f.namespace(""))] = true
	}
	for _, host := range slices.Sorted(maps.Keys(found)) {
		if err := f.unplugPower(ctx, host); err != nil {
			return err
		}
		if err := os.RemoveAll(filepath.Join("/run/systemd/nspawn/propagate", f.machine(host))); err != nil {
			return err
		}
	}
	if err := machine.Unmount(ctx, filepath.Join(f.cfg.Dir, "hosts")); err != nil {
		return err
	}
	return f.removeFleetGroup(ctx)
}
