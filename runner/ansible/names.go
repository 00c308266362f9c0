package ansible

import (
	"encoding/base64"
	"net/netip"
	"regexp"
	"strings"

	"central/fleet"
)

var (
	// namePattern keeps host names free of Ansible's own pattern language ("web[1:3]", "!db", "a:b").
	namePattern     = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$`)
	dnsPattern      = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)
	userPattern     = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)
	variablePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	fieldPattern    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)
	keyTypePattern  = regexp.MustCompile(`^[a-z0-9][a-z0-9@.-]{0,63}$`)
)

// reserved are names that mean something to Ansible itself. Those with one of reservedPrefixes are too.
var reserved = map[string]bool{
	"environment": true, "gather_subset": true, "group_names": true, "groups": true, "hosts": true,
	"hostvars": true, "inventory_dir": true, "inventory_file": true, "inventory_hostname": true,
	"inventory_hostname_short": true, "item": true, "lookup": true, "module_defaults": true, "now": true,
	"omit": true, "play_hosts": true, "playbook_dir": true, "port": true, "q": true, "query": true,
	"remote_user": true, "role_name": true, "role_names": true, "role_path": true, "serial": true,
	"vars": true, "varnames": true, "become": true, "become_user": true, "connection": true, "delegate_to": true,
}

var reservedPrefixes = []string{"ansible_", "omit_"}

// checkVariable refuses names with which a variable could steer Ansible instead of a play.
func checkVariable(name string) error {
	if !variablePattern.MatchString(name) {
		return fleet.Errorf(fleet.CodeInvalid, "%q cannot be the name of a variable.", name)
	}
	if reserved[name] {
		return fleet.Errorf(fleet.CodeInvalid, "The variable %q belongs to Ansible.", name)
	}
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(name, prefix) {
			return fleet.Errorf(fleet.CodeInvalid, "The variable %q belongs to Ansible.", name)
		}
	}
	return nil
}

// checkField refuses names inside a variable's value that Ansible's loader could give a meaning.
func checkField(name string) error {
	if !fieldPattern.MatchString(name) || strings.HasPrefix(strings.ToLower(name), "ansible_") {
		return fleet.Errorf(fleet.CodeInvalid, "%q cannot be the name of a field.", name)
	}
	return nil
}

// check refuses a host that could not be written to the inventory or known_hosts as plain data.
func (h Host) check() error {
	if !namePattern.MatchString(h.Name) || strings.Contains(h.Name, "..") {
		return fleet.Errorf(fleet.CodeInvalid, "%q cannot be the name of a host.", h.Name)
	}
	if h.Name == "localhost" || h.Name == "all" || h.Name == "ungrouped" {
		return fleet.Errorf(fleet.CodeInvalid, "The host name %q belongs to Ansible.", h.Name)
	}
	if _, err := netip.ParseAddr(h.Address); err != nil && !dnsPattern.MatchString(h.Address) {
		return fleet.Errorf(fleet.CodeInvalid, "%q is not an address of %s.", h.Address, h.Name)
	}
	if strings.Contains(h.Address, "%") {
		return fleet.Errorf(fleet.CodeInvalid, "The address of %s has a zone, which SSH's list of known hosts cannot hold.", h.Name)
	}
	if h.Port < 0 || h.Port > 65535 {
		return fleet.Errorf(fleet.CodeInvalid, "%d is not a port of %s.", h.Port, h.Name)
	}
	if !userPattern.MatchString(h.User) {
		return fleet.Errorf(fleet.CodeInvalid, "%q cannot be the login user of %s.", h.User, h.Name)
	}
	if _, _, err := h.key(); err != nil {
		return err
	}
	for name := range h.Vars {
		if err := checkVariable(name); err != nil {
			return err
		}
	}
	return nil
}

// key splits the pinned host key into its type and base64 blob; a comment is dropped.
func (h Host) key() (keyType, blob string, err error) {
	fields := strings.Fields(h.HostKey)
	if len(fields) < 2 || strings.ContainsAny(h.HostKey, "\r\n") {
		return "", "", fleet.Errorf(fleet.CodeInvalid, "%s has no pinned host key.", h.Name)
	}
	if _, err := base64.StdEncoding.DecodeString(fields[1]); err != nil || !keyTypePattern.MatchString(fields[0]) {
		return "", "", fleet.Errorf(fleet.CodeInvalid, "The pinned host key of %s is not one line of type and base64.", h.Name)
	}
	return fields[0], fields[1], nil
}
