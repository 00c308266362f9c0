package playbooks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGuardLeaves(t *testing.T) {
	alone := func(g guarded) {
		t.Helper()
		if g.has(stateFile) || g.has(openMarker) || g.has("etc/mysql/mariadb.conf.d/95-central-role.cnf") || g.get("read_only") != "0" {
			t.Errorf("left as %q, open: %v, read_only: %s", g.get(stateFile), g.has(openMarker), g.get("read_only"))
		}
		if out := g.want(0, "status"); !strings.HasPrefix(out, "role=\nepoch=\nopen=yes\n") {
			t.Errorf("says %s", out)
		}
	}
	for _, role := range []string{"master 3", "slave 3", "fenced 3"} {
		t.Run(role, func(t *testing.T) {
			g := newGuarded(t)
			g.pair(role, "")
			g.restart()
			if out := g.want(0, "leave"); out != "left\n" {
				t.Errorf("says %s", out)
			}
			alone(g)
			if out := g.want(0, "leave"); out != "" {
				t.Errorf("again it says %s", out)
			}
			g.want(0, "boot") // the guard has nothing to open or to fence any more
			alone(g)
		})
	}
	t.Run("ErrFollowing", func(t *testing.T) {
		g := newGuarded(t)
		g.pair("slave 3", "")
		g.restart()
		g.put("slave", "*** 1. row ***\n               Slave_IO_State: Waiting\n             Slave_IO_Running: Yes\n")
		g.want(1, "leave")
		g.wantOpen(false, "slave 3")
	})
}

// What ends following is done again after it was cut off: what says how to follow goes last.
func TestForgetReplication(t *testing.T) {
	f := newReplicating(t)
	f.does("start")
	f.put("bin/mariadb", strings.Replace(f.has("bin/mariadb"), "'SELECT COUNT'*)", "'SELECT Host'*) printf '192.0.2.1\\n192.0.2.2\\n' ;;\n'SELECT COUNT'*)", 1))
	if err := os.Chmod(filepath.Join(f.root, "bin/mariadb"), 0o755); err != nil {
		t.Fatal(err)
	}
	f.put("told", "")
	f.does("forget")
	f.wants("told", `STOP SLAVE;
RESET SLAVE ALL;
SET SESSION sql_log_bin = 0;
DROP USER IF EXISTS 'central_replication'@'192.0.2.1';
SET SESSION sql_log_bin = 0;
DROP USER IF EXISTS 'central_replication'@'192.0.2.2';
`)
	for _, path := range []string{"etc/central/following", "etc/central/replication.cnf", "var/lib/central/seeded", "var/lib/central/replication-told"} {
		f.wants(path, "none")
	}
	if err := f.run("forget"); err == nil {
		t.Error("it forgets what it does not know")
	}

	t.Run("WithoutADatabase", func(t *testing.T) {
		f := newReplicating(t)
		f.put("etc/central/following", "192.0.2.1\n")
		f.put("down", "")
		f.does("forget")
		f.wants("etc/central/following", "none")
		f.wants("etc/central/replication.cnf", "none")
	})
}
