package ansible

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"central/playbooks"
)

//go:embed callback/central.py
var callback []byte

// eventsFD is the descriptor of the pipe on which the callback plugin writes.
const eventsFD = 3

// workdir is everything one run reads, below a private directory.
type workdir struct {
	dir      string
	lock     *os.File
	sockets  string // of SSH's shared connections; apart because a socket's path must be short
	playbook string
}

const (
	maxSocketPath = 108 // bytes, of Linux
	// socketName is what SSH appends to the directory of a shared connection's socket: a hash, and while
	// it is being made a random ending.
	socketName = len("/") + 40 + len(".") + 16
)

// config is the whole configuration of Ansible: ANSIBLE_CONFIG names it, so no other file is read.
// Facts stay in ansible_facts, where a host's answer cannot shadow a variable.
const config = `[defaults]
inventory = inventory.json
stdout_callback = central
callback_plugins = callback
host_key_checking = True
inject_facts_as_vars = False
interpreter_python = /usr/bin/python3
gathering = explicit
retry_files_enabled = False
display_skipped_hosts = True
deprecation_warnings = True
localhost_warning = False
task_timeout = 3600
timeout = 20
nocows = True
nocolor = True
no_target_syslog = True
vars_plugins_enabled =

[inventory]
enable_plugins = ansible.builtin.yaml
unparsed_is_failed = True

[privilege_escalation]
become_method = sudo

[connection]
pipelining = True

[ssh_connection]
pipelining = True
retries = 1
transfer_method = piped
`

// prepare checks the run and writes what it reads. The caller removes the workdir.
func (r Run) prepare() (*workdir, error) {
	file, err := playbooks.File(r.Play)
	if err != nil {
		return nil, err
	}
	files, err := r.files()
	if err != nil {
		return nil, err
	}
	work, err := makeWorkdir(r.Dir)
	if err != nil {
		return nil, fmt.Errorf("preparing play %s: %w", r.Play, err)
	}
	if err := work.fill(files); err != nil {
		work.remove()
		return nil, fmt.Errorf("preparing play %s: %w", r.Play, err)
	}
	work.playbook = work.path("playbooks/" + file)
	return work, nil
}

// files are those that a run needs besides the plays, by name.
func (r Run) files() (map[string][]byte, error) {
	hosts, err := inventory(r.Hosts)
	if err != nil {
		return nil, err
	}
	keys, err := knownHosts(r.Hosts)
	if err != nil {
		return nil, err
	}
	vars, err := unsafeVars(r.Vars)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		"ansible.cfg":         []byte(config),
		"inventory.json":      hosts,
		"variables.json":      vars,
		"known_hosts":         keys,
		"callback/central.py": callback,
	}
	for name, key := range keyFiles(r.Hosts) {
		files["keys/"+name] = key
	}
	return files, nil
}

// makeWorkdir makes an empty workdir below parent, or below the system's directory for temporary files,
// and removes what killed runs left in parent.
func makeWorkdir(parent string) (*workdir, error) {
	if parent == "" {
		parent = os.TempDir()
	} else {
		if err := os.MkdirAll(parent, 0o700); err != nil {
			return nil, err
		}
		removeLeftovers(parent)
	}
	parent, err := filepath.Abs(parent)
	if err != nil {
		return nil, err
	}
	dir, lock, err := makeLocked(parent)
	if err != nil {
		return nil, err
	}
	return &workdir{dir: dir, lock: lock}, nil
}

func (w *workdir) fill(files map[string][]byte) (err error) {
	w.sockets = w.path("s")
	if len(w.sockets)+socketName < maxSocketPath {
		err = os.Mkdir(w.sockets, 0o700)
	} else {
		w.sockets, err = os.MkdirTemp("/tmp", "cssh-")
	}
	if err != nil {
		return err
	}
	for _, name := range []string{"home", "tmp", "callback", "keys"} {
		if err := os.Mkdir(w.path(name), 0o700); err != nil {
			return err
		}
	}
	for name, text := range files {
		if err := os.WriteFile(w.path(name), text, 0o600); err != nil {
			return err
		}
	}
	return playbooks.Extract(w.path("playbooks"))
}

func (w *workdir) path(name string) string { return filepath.Join(w.dir, name) }

func (w *workdir) arguments(r Run) []string {
	forks := r.ForksLimit
	if forks <= 0 {
		forks = DefaultForks
	}
	args := []string{
		"--inventory", w.path("inventory.json"),
		"--extra-vars", "@" + w.path("variables.json"),
		"--forks", strconv.Itoa(min(forks, len(r.Hosts))),
	}
	if r.Check {
		args = append(args, "--check")
	}
	if r.Diff {
		args = append(args, "--diff")
	}
	return append(args, "--", w.playbook)
}

// environment is all that the run inherits: no variable of Central's own reaches it.
func (w *workdir) environment(r Run) []string {
	env := []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=" + w.path("home"),
		"LANG=C.UTF-8",
		"LC_ALL=C.UTF-8",
		"PYTHONUNBUFFERED=1",
		"ANSIBLE_CONFIG=" + w.path("ansible.cfg"),
		"ANSIBLE_HOME=" + w.path("home"),
		"ANSIBLE_LOCAL_TEMP=" + w.path("tmp"),
		"ANSIBLE_ROLES_PATH=" + w.path("playbooks/roles"),
		"ANSIBLE_COLLECTIONS_PATH=" + w.path("home"),
		"ANSIBLE_SSH_CONTROL_PATH_DIR=" + w.sockets,
		"ANSIBLE_SSH_CONTROL_PATH=%(directory)s/%%C",
		"ANSIBLE_SSH_ARGS=" + w.sshArguments(keyFiles(r.Hosts) != nil),
		"CENTRAL_EVENTS_FD=" + strconv.Itoa(eventsFD),
	}
	if r.AgentSocket != "" {
		env = append(env, "SSH_AUTH_SOCK="+r.AgentSocket)
	}
	return env
}

// sshArguments makes SSH use the agent's key and the pinned host keys and nothing else: no
// configuration or key file of the user who runs Central, no unknown or changed host. Of many keys in the agent only
// the host's own is offered, for servers end a login after a few.
func (w *workdir) sshArguments(keyed bool) string {
	identity := " -o IdentitiesOnly=no -o IdentityFile=none"
	if keyed {
		identity = " -o IdentitiesOnly=yes -o 'IdentityFile=\"" + w.path("keys") + "/%h-%p\"'"
	}
	return "-F /dev/null" +
		" -o ControlMaster=auto -o ControlPersist=30s" +
		" -o StrictHostKeyChecking=yes" +
		" -o 'UserKnownHostsFile=\"" + w.path("known_hosts") + "\"' -o GlobalKnownHostsFile=/dev/null" +
		" -o UpdateHostKeys=no -o CheckHostIP=no" +
		identity +
		" -o BatchMode=yes -o ForwardAgent=no -o LogLevel=ERROR" +
		" -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
}

// remove ends the shared connections and deletes everything the run read.
func (w *workdir) remove() {
	if w.sockets != "" {
		entries, _ := os.ReadDir(w.sockets)
		for _, entry := range entries {
			// The connection ends by itself when idle; asking is only sooner.
			_ = exec.Command("ssh", "-F", "/dev/null", "-O", "exit",
				"-o", "ControlPath="+filepath.Join(w.sockets, entry.Name()), "any").Run()
		}
	}
	_ = errors.Join(os.RemoveAll(w.sockets), os.RemoveAll(w.dir))
	_ = w.lock.Close()
}
