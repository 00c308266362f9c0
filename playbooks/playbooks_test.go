package playbooks_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"central/fleet"
	"central/playbooks"
)

func TestFile(t *testing.T) {
	for _, id := range playbooks.Names() {
		t.Run(id, func(t *testing.T) {
			if file, err := playbooks.File(id); err != nil || file != id+".yml" {
				t.Errorf("got %q, %v", file, err)
			}
		})
	}
	for _, id := range []string{"", "reboot", "server.yml", "../server", "roles/server/tasks/main", "-i", "server\n"} {
		t.Run("Refused"+id, func(t *testing.T) {
			if _, err := playbooks.File(id); fleet.ErrorCode(err) != fleet.CodeNotFound {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestExtract(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "playbooks")
	if err := playbooks.Extract(dir); err != nil {
		t.Fatal(err)
	}
	for _, id := range playbooks.Names() {
		file, _ := playbooks.File(id)
		if out, err := exec.Command("ansible-playbook", "--syntax-check", "-i", "m-01,", "--", filepath.Join(dir, file)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", id, err, out)
		}
	}
	if err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v", path, info.Mode())
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}
