package playbooks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newReplicating is a server of a pair whose database writes down what it is told.
func newReplicating(t *testing.T) following {
	t.Helper()
	f := newFollowing(t)
	f.put("bin/mariadb", `#!/bin/bash
[ ! -e "$ROOT/down" ] || exit 1
told=$(cat)
case $told in
'SELECT 1;') echo 1 ;;
'SELECT COUNT'*) echo 0; echo "$told" >>"$ROOT/told" ;;
*) echo "$told" >>"$ROOT/told" ;;
esac
`)
	if err := os.Chmod(filepath.Join(f.root, "bin/mariadb"), 0o755); err != nil {
		t.Fatal(err)
	}
	f.put("etc/central/replication.cnf", "user=central_replication\npassword=FIRST\naddress=192.0.2.1\nown=192.0.2.2\n")
	return f
}

func (f following) does(verb string) {
	f.t.Helper()
	if err := f.run(verb); err != nil {
		f.t.Error(err)
	}
}

// A slave takes over a password that was changed, once, and goes on from where it was.
func TestRenewReplication(t *testing.T) {
	const renewed = "STOP SLAVE;\nCHANGE MASTER TO MASTER_USER = 'central_replication', MASTER_PASSWORD = 'SECOND';\nSTART SLAVE;\n"
	f := newReplicating(t)
	f.does("renew")
	f.wants("told", "none") // it follows nobody

	f.does("start")
	if told := f.has("told"); !strings.Contains(told, "MASTER_PASSWORD = 'FIRST'") {
		t.Errorf("told %s", told)
	}
	f.put("told", "")
	f.does("renew")
	f.wants("told", "") // it goes by this one already

	f.put("etc/central/replication.cnf", strings.ReplaceAll(f.has("etc/central/replication.cnf"), "FIRST", "SECOND"))
	f.put("down", "")
	f.does("renew") // a database that does not answer is copied again
	f.wants("told", "")
	if err := os.Remove(filepath.Join(f.root, "down")); err != nil {
		t.Fatal(err)
	}
	f.does("renew")
	f.does("renew")
	f.wants("told", renewed)
	if text := f.has("var/lib/central/replication-told"); strings.Contains(text, "SECOND") {
		t.Errorf("what it goes by is written down as %s", text)
	}
}

// What is replicated to the slave, and so written to the binary log, is the password as MariaDB stores it.
func TestGrantTellsNoPassword(t *testing.T) {
	f := newReplicating(t)
	f.does("grant")
	told := f.has("told")
	if strings.Contains(told, "FIRST") || !strings.Contains(told, "IDENTIFIED BY PASSWORD '*B176EF2C6E0805948DDB32E29B507D96983B3CF9'") {
		t.Errorf("told %s", told)
	}
}
