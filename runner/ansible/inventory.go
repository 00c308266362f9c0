package ansible

import (
	"encoding/json"
	"net"
	"strconv"
	"strings"

	"central/fleet"
)

// Host is one machine that a run works on, and what is needed to log in to it.
type Host struct {
	Name    string         // what events call it; lower-case letters, digits, dots and dashes
	Address string         // IP address or DNS name
	Port    int            // of SSH; 0 means 22
	User    string         // login user; anyone but root must be allowed `sudo -n`
	HostKey string         // the pinned key, "ssh-ed25519 AAAA…"
	Key     string         // public key whose private half the agent holds for it; empty means whatever the agent has
	Vars    map[string]any // variables of this host alone
}

func (h Host) port() int {
	if h.Port == 0 {
		return 22
	}
	return h.Port
}

// inventory is the generated inventory as JSON, which Ansible's yaml inventory plugin reads.
func inventory(hosts []Host) ([]byte, error) {
	members := make(map[string]any, len(hosts))
	for _, h := range hosts {
		if err := h.check(); err != nil {
			return nil, err
		}
		if _, twice := members[h.Name]; twice {
			return nil, fleet.Errorf(fleet.CodeInvalid, "The host %s is there twice.", h.Name)
		}
		vars, err := markVars(h.Vars)
		if err != nil {
			return nil, err
		}
		vars["ansible_connection"] = "ssh"
		vars["ansible_host"] = h.Address
		vars["ansible_port"] = h.port()
		vars["ansible_user"] = h.User
		vars["ansible_python_interpreter"] = "/usr/bin/python3"
		members[h.Name] = vars
	}
	if len(members) == 0 {
		return nil, fleet.Errorf(fleet.CodeInvalid, "No host was given.")
	}
	return json.Marshal(map[string]any{"all": map[string]any{"hosts": members}})
}

// knownHosts holds exactly the pinned keys; nothing else is trusted during the run.
func knownHosts(hosts []Host) ([]byte, error) {
	var lines strings.Builder
	for _, h := range hosts {
		keyType, blob, err := h.key()
		if err != nil {
			return nil, err
		}
		name := strings.ToLower(h.Address)
		if h.port() != 22 {
			name = "[" + name + "]:" + strconv.Itoa(h.port())
		}
		lines.WriteString(name + " " + keyType + " " + blob + "\n")
	}
	return []byte(lines.String()), nil
}

// at is where the host is reached, for messages.
func (h Host) at() string {
	return net.JoinHostPort(h.Address, strconv.Itoa(h.port()))
}

// keyFiles are the public keys by which SSH picks the one of the agent's that a host lets in, by the name of the file:
// what SSH makes of %h-%p. They are nil when a host says no key.
func keyFiles(hosts []Host) map[string][]byte {
	files := map[string][]byte{}
	for _, h := range hosts {
		if h.Key == "" {
			return nil
		}
		files[strings.ToLower(h.Address)+"-"+strconv.Itoa(h.port())] = []byte(h.Key + "\n")
	}
	return files
}
