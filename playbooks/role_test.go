package playbooks_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// guarded is a server in a folder: a MariaDB that remembers whether it is read-only, a systemd that only takes
// notes, and a partner that answers what the test says.
type guarded struct {
	t    *testing.T
	root string
}

const (
	stateFile  = "var/lib/central/role"
	openMarker = "run/central-role/open"
	answerFile = "answer" // of the partner; without it, it cannot be asked
	calls      = "calls"
)

func newGuarded(t *testing.T) guarded {
	t.Helper()
	g := guarded{t, t.TempDir()}
	g.program("mariadb", `statement=$(cat)
case $statement in
"SET GLOBAL read_only"*) echo "$statement" >>"$ROOT/calls"; echo "${statement//[^01]/}" >"$ROOT/read_only" ;;
"SELECT CONCAT_WS"*) [ "$(cat "$ROOT/read_only")" = 1 ] && word=ON || word=OFF; echo "$word|0-1-9|0-2-7" ;;
"SHOW SLAVE STATUS"*) case $* in *--skip-column-names*) echo 'without names' ;; *) [ ! -e "$ROOT/slave" ] || cat "$ROOT/slave" ;; esac ;;
"SELECT @@GLOBAL.read_only"*) [ ! -e "$ROOT/stopped" ] || exit 1; cat "$ROOT/read_only" ;;
"SELECT 1"*) echo 1 ;;
"SELECT id"*) echo 17 ;;
*) echo "$statement" >>"$ROOT/calls" ;;
esac`)
	g.program("systemctl", `if [ "$1" = is-active ]; then shift; for unit; do echo inactive; done; else echo "systemctl $*" >>"$ROOT/calls"; fi`)
	g.program("ssh", `echo asked >>"$ROOT/asked"; if [ -e "$ROOT/answer" ]; then cat "$ROOT/answer"; else exit 255; fi
if [ -e "$ROOT/answer.next" ]; then mv "$ROOT/answer.next" "$ROOT/answer"; fi`)
	g.put("read_only", "0")
	g.put("etc/systemd/system/central-north-r1.target", "")
	g.put("etc/systemd/system/central-north-r1-web.service", "")
	g.put("etc/systemd/system/central-role.service", "")
	return g
}

func (g guarded) program(name, script string) {
	g.t.Helper()
	g.put("bin/"+name, "#!/bin/bash\n"+script+"\n")
	if err := os.Chmod(filepath.Join(g.root, "bin", name), 0o755); err != nil {
		g.t.Fatal(err)
	}
}

func (g guarded) put(path, text string) {
	g.t.Helper()
	path = filepath.Join(g.root, path)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g guarded) remove(path string) {
	g.t.Helper()
	if err := os.RemoveAll(filepath.Join(g.root, path)); err != nil {
		g.t.Fatal(err)
	}
}

func (g guarded) get(path string) string {
	text, err := os.ReadFile(filepath.Join(g.root, path))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

func (g guarded) has(path string) bool {
	_, err := os.Stat(filepath.Join(g.root, path))
	return err == nil
}

// role runs the guard and returns what it said and the status it ended with.
func (g guarded) role(arguments ...string) (string, int) {
	g.t.Helper()
	command := exec.Command("/usr/bin/python3", append([]string{"testdata/role_in.py", g.root, "roles/master/files/role"}, arguments...)...)
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		g.t.Fatal(err)
	}
	return string(out), command.ProcessState.ExitCode()
}

func (g guarded) want(status int, arguments ...string) string {
	g.t.Helper()
	out, got := g.role(arguments...)
	if got != status {
		g.t.Fatalf("role %v ended with %d, want %d: %s", arguments, got, status, out)
	}
	return out
}

// wantOpen checks everything that being open consists of, and the line of the role.
func (g guarded) wantOpen(open bool, line string) {
	g.t.Helper()
	readOnly := "1"
	if open {
		readOnly = "0"
	}
	if g.has(openMarker) != open || g.get("read_only") != readOnly || g.get(stateFile) != line {
		g.t.Errorf("open: %v, read_only: %s, role: %s; want open: %v, role: %s", g.has(openMarker), g.get("read_only"), g.get(stateFile), open, line)
	}
	if got := g.get("etc/mysql/mariadb.conf.d/95-central-role.cnf"); !strings.Contains(got, "read_only = 1") {
		g.t.Errorf("MariaDB would start with %q", got)
	}
}

// restart is what a loss of power leaves.
func (g guarded) restart() {
	g.t.Helper()
	g.remove("run")
	g.put("read_only", "1")
	g.remove(calls)
}

// pair makes the server one of a pair; answer is what the partner says, empty when it cannot be asked.
func (g guarded) pair(line, answer string) {
	g.t.Helper()
	g.put(stateFile, line+"\n")
	g.put("etc/central/partner", "192.0.2.9 22\n")
	g.put("etc/mysql/mariadb.conf.d/95-central-role.cnf", "[mariadbd]\nread_only = 1\n")
	if role, epoch, ok := strings.Cut(answer, " "); ok {
		g.put(answerFile, "role="+role+"\nepoch="+epoch+"\nopen=no\n")
	}
}

func TestGuardOfAServerAlone(t *testing.T) {
	g := newGuarded(t)
	if out := g.want(0, "status"); !strings.HasPrefix(out, "role=\nepoch=\nopen=yes\nread_only=0\nbinlog_pos=0-1-9\nslave_pos=0-2-7\n") {
		t.Errorf("says %s", out)
	}
	g.want(0, "boot")
	if g.has(calls) || g.has(stateFile) {
		t.Errorf("did %s", g.get(calls))
	}
}

func TestGuardOpens(t *testing.T) {
	for _, c := range []struct {
		name, role, epoch string
		status            int
	}{
		{"TheFirstTime", "", "1", 0},
		{"TheMasterItself", "master 3", "3", 0},
		{"ASlaveLater", "slave 3", "4", 0},
		{"AFencedServerLater", "fenced 3", "4", 0},
		{"ErrSlaveOfThisEpoch", "slave 3", "3", 1},
		{"ErrFencedInThisEpoch", "fenced 3", "3", 1},
		{"ErrEarlier", "master 3", "2", 1},
		{"ErrNoNumber", "master 3", "-1", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGuarded(t)
			if c.role != "" {
				g.pair(c.role, "")
			}
			g.restart()
			g.want(c.status, "open", c.epoch)
			if c.status != 0 {
				g.wantOpen(false, c.role)
				return
			}
			g.wantOpen(true, "master "+c.epoch)
			if got := g.get(calls); !strings.HasSuffix(got, "systemctl start --no-block central-north-r1-web.service central-north-r1.target") {
				t.Errorf("did %s", got)
			}
		})
	}
	t.Run("ErrFollowing", func(t *testing.T) {
		g := newGuarded(t)
		g.pair("slave 3", "")
		g.restart()
		g.put("slave", "*** 1. row ***\n               Slave_IO_State: Waiting\n             Slave_IO_Running: Yes\n")
		g.want(1, "open", "4")
		g.wantOpen(false, "slave 3")
	})
}

func TestGuardCloses(t *testing.T) {
	for _, role := range []string{"slave", "fenced"} {
		t.Run(role, func(t *testing.T) {
			g := newGuarded(t)
			g.pair("master 3", "")
			g.want(0, "open", "3")
			g.want(0, "close", role, "3")
			g.wantOpen(false, role+" 3")
			got := g.get(calls)
			if !strings.Contains(got, "systemctl stop central-north-r1-web.service central-north-r1.target") || !strings.Contains(got, "KILL CONNECTION 17") {
				t.Errorf("did %s", got)
			}
			g.want(0, "close", role, "3") // again
		})
	}
	t.Run("ErrOfAnEarlierEpoch", func(t *testing.T) {
		g := newGuarded(t)
		g.pair("master 3", "")
		g.want(0, "open", "3")
		g.want(1, "close", "fenced", "2")
		g.wantOpen(true, "master 3")
	})
}

func TestGuardWhenTheMachineStarts(t *testing.T) {
	for _, c := range []struct {
		name, role, partner string
		status              int
		open                bool
		line                string
	}{
		{"ThePartnerFollows", "master 3", "slave 3", 0, true, "master 3"},
		{"ThePartnerIsBehind", "master 3", "fenced 2", 0, true, "master 3"},
		{"ThePartnerWasPromoted", "master 3", "master 4", 0, false, "fenced 3"},
		{"ThePartnerDoesNotAnswer", "master 3", "", 75, false, "master 3"},
		{"ThePartnerKnowsALaterEpoch", "master 3", "slave 4", 75, false, "master 3"},
		{"BothAreMaster", "master 3", "master 3", 75, false, "master 3"},
		{"ASlave", "slave 3", "master 3", 0, false, "slave 3"},
		{"AFencedServer", "fenced 3", "slave 2", 0, false, "fenced 3"},
		{"ADamagedFile", "mast", "slave 2", 0, false, "mast"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGuarded(t)
			g.pair(c.role, c.partner)
			g.restart()
			g.want(c.status, "boot")
			g.wantOpen(c.open, c.line)
		})
	}
	t.Run("AMasterWithoutPartner", func(t *testing.T) {
		g := newGuarded(t)
		g.pair("master 3", "")
		g.remove("etc/central/partner")
		g.restart()
		g.want(0, "boot")
		g.wantOpen(true, "master 3")
	})
	t.Run("PromotedWhileItOpened", func(t *testing.T) {
		g := newGuarded(t)
		g.pair("master 3", "slave 3")
		g.put("answer.next", "role=master\nepoch=4\n")
		g.restart()
		g.want(0, "boot")
		g.wantOpen(false, "fenced 3")
	})
	t.Run("AnOpenMasterLearnsThatItWasReplaced", func(t *testing.T) {
		g := newGuarded(t)
		g.pair("master 3", "slave 3")
		g.want(0, "open", "3")
		g.want(0, "boot")
		g.wantOpen(true, "master 3")
		g.remove(answerFile) // cut off: nothing proves that it was replaced
		g.want(0, "boot")
		g.wantOpen(true, "master 3")
		g.pair("master 3", "master 4")
		g.want(0, "boot")
		g.wantOpen(false, "fenced 3")
	})
}

// MariaDB starts read-only, whoever starts it: the guard of an open master lets it be written to again, under the same
// conditions as when the machine starts.
func TestGuardWhenMariaDBStarts(t *testing.T) {
	for _, c := range []struct {
		name, partner string
		open          bool
		line          string
	}{
		{"ThePartnerFollows", "slave 3", true, "master 3"},
		{"ThePartnerWasPromoted", "master 4", false, "fenced 3"},
		{"ThePartnerDoesNotAnswer", "", false, "master 3"},
		{"ThePartnerKnowsALaterEpoch", "slave 4", false, "master 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGuarded(t)
			g.pair("master 3", "slave 3")
			g.want(0, "open", "3")
			g.remove(answerFile)
			g.pair("master 3", c.partner)
			g.put("read_only", "1")
			g.put("stopped", "")
			g.want(0, "boot") // it is not up yet
			g.remove("stopped")
			g.want(0, "boot")
			if open := g.get("read_only") == "0"; open != c.open || g.get(stateFile) != c.line {
				t.Errorf("writable: %v, role: %s", open, g.get(stateFile))
			}
		})
	}
}

// Before a failover the slave applies what has arrived, also where somebody had stopped that, and receives nothing more.
func TestGuardDrains(t *testing.T) {
	g := newGuarded(t)
	g.pair("slave 3", "")
	slave := "*** 1. row ***\n             Slave_IO_Running: Yes\n            Slave_SQL_Running: No\n              Gtid_IO_Pos: 0-1-8\n" +
		"              Master_Log_File: binlog.000002\n        Relay_Master_Log_File: binlog.000002\n          Read_Master_Log_Pos: 900\n          Exec_Master_Log_Pos: %s\n"
	for done, applied := range map[string]string{"yes": "900", "no": "700"} {
		g.remove(calls)
		g.put("slave", fmt.Sprintf(slave, applied))
		if out := g.want(0, "drained", "1"); !strings.HasPrefix(out, "drained="+done+"\nreceived=0-1-8\n") {
			t.Errorf("applied up to %s: says %s", applied, out)
		}
		if got := g.get(calls); !strings.HasPrefix(got, "START SLAVE SQL_THREAD;\nSTOP SLAVE IO_THREAD;") {
			t.Errorf("did %s", got)
		}
	}
}

func TestGuardReadsReplication(t *testing.T) {
	g := newGuarded(t)
	g.pair("slave 3", "")
	g.put("var/lib/central/mirror/finished", "1700000000\n")
	g.put("slave", `*************************** 1. row ***************************
             Slave_IO_Running: Connecting
            Slave_SQL_Running: Yes
        Seconds_Behind_Master: NULL
                Last_IO_Error: error connecting
Slave_SQL_Running: forged
               Last_SQL_Error: 
                  Gtid_IO_Pos: 0-1-8
`)
	want := `role=slave
epoch=3
open=no
read_only=0
binlog_pos=0-1-9
slave_pos=0-2-7
received=0-1-8
io=Connecting
sql=Yes
lag=
error=error connecting
mirrored=1700000000
partner=192.0.2.9
`
	if out := g.want(0, "status"); out != want {
		t.Errorf("says %s", out)
	}
	for _, arguments := range [][]string{{}, {"status", "now"}, {"open"}, {"close", "slave"}, {"format"}} {
		if out, status := g.role(arguments...); status != 2 || !strings.HasPrefix(out, "role status | open EPOCH") {
			t.Errorf("%q: %d %s", arguments, status, out)
		}
	}
	if out := g.want(1, "applied", "0-1-1'; DROP", "1"); !strings.Contains(out, "no position") {
		t.Errorf("says %s", out)
	}
}
