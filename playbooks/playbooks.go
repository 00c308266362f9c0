// Package playbooks holds the Ansible plays with which Central changes servers. They are part of the
// binary and known by id: no path, and so no file from elsewhere, can be asked for.
package playbooks

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"central/fleet"
)

//go:embed *.yml roles
var files embed.FS

// The ids of the plays. The variables of each are the defaults of the role of the same name, and
// those that its first task asserts.
const (
	Server         = "server"          // packages, users, firewall, sshd: what every server has
	Firewall       = "firewall"        // what the server's firewall lets in, alone
	Master         = "master"          // MariaDB, Redis, nginx, Python, Node, the bench user
	Proxy          = "proxy"           // nginx, ready for the maps of host names and certificates
	Pair           = "pair"            // keys, certificates and settings of two servers, run over both at once
	Unpair         = "unpair"          // what makes servers a pair gone: each stands alone again
	Update         = "update"          // security updates of a server's packages
	Retire         = "retire"          // what Central put on a server gone, but for its key
	Revision       = "revision"        // one revision of a bench, built and started
	RemoveRevision = "remove_revision" // its processes and its directory gone; refused while it has sites
)

// Names are the ids of all plays, sorted.
func Names() []string {
	return []string{Firewall, Master, Pair, Proxy, RemoveRevision, Retire, Revision, Server, Unpair, Update}
}

// File is the name of the play's file in the directory filled by Extract. It errs with CodeNotFound
// for everything that is not the id of a play.
func File(id string) (string, error) {
	if !slices.Contains(Names(), id) {
		return "", fleet.Errorf(fleet.CodeNotFound, "There is no play %q.", id)
	}
	return id + ".yml", nil
}

// Extract writes all plays and roles below dir, readable by their owner only.
func Extract(dir string) error {
	return fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("listing playbooks: %w", err)
		}
		target := filepath.Join(dir, filepath.FromSlash(path))
		if entry.IsDir() {
			if err := os.MkdirAll(target, 0o700); err != nil {
				return fmt.Errorf("extracting playbooks: %w", err)
			}
			return nil
		}
		text, err := files.ReadFile(path)
		if err != nil {
			return fmt.Errorf("reading playbook: %w", err)
		}
		if err := os.WriteFile(target, text, 0o600); err != nil {
			return fmt.Errorf("extracting playbooks: %w", err)
		}
		return nil
	})
}
