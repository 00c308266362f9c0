package playbooks_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// replica is a server of a pair in a folder, with a MariaDB of its own.
type replica struct {
	following
	port int
}

// newReplicas are a master and the slave that has nothing yet; the partner of each is the other.
func newReplicas(t *testing.T) (master, slave replica) {
	t.Helper()
	dir := t.TempDir()
	certificate, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	mustDo(t, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
		"-keyout", key, "-out", certificate)
	text, err := os.ReadFile(certificate)
	if err != nil {
		t.Fatal(err)
	}
	both := make([]replica, 2)
	for i := range both {
		r := replica{following{t, t.TempDir()}, freePort(t)}
		data, socket := filepath.Join(r.root, "var/lib/mysql"), filepath.Join(r.root, "s")
		r.put("etc/mysql/central/partner.pem", string(text))
		r.put("etc/central/partner", "127.0.0.1 22\n")
		r.put("var/lib/central/x", "")
		r.put("run/x", "")
		mustDo(t, "mariadb-install-db", "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--user=root")
		server := exec.Command("mariadbd", "--no-defaults", "--datadir="+data, "--socket="+socket, fmt.Sprintf("--port=%d", r.port), "--bind-address=127.0.0.1",
			fmt.Sprintf("--server-id=%d", i+1), "--log-bin="+data+"/binlog", "--relay-log="+data+"/relay", "--log-slave-updates", "--skip-name-resolve",
			"--ssl-cert="+certificate, "--ssl-key="+key, "--user=root", "--pid-file="+filepath.Join(r.root, "pid"))
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = server.Process.Kill()
			_ = server.Wait()
		})
		r.program("mariadb", fmt.Sprintf("#!/bin/sh\nexec /usr/bin/mariadb --no-defaults --socket=%s --user=root \"$@\"\n", socket))
		r.program("systemctl", "#!/bin/sh\n")
		both[i] = r
	}
	for i, r := range both {
		r.program("ssh", fmt.Sprintf("#!/bin/bash\nexport PATH=%s/bin:/usr/bin:/bin SSH_ORIGINAL_COMMAND=\"${@: -1}\"\nexec bash %s\n", both[1-i].root, absolute(t, "roles/pair/files/partner")))
		r.answers()
	}
	t.Setenv("PORT", fmt.Sprint(both[0].port))
	return both[0], both[1]
}

// program puts a program on the server.
func (r replica) program(name, script string) {
	r.t.Helper()
	r.put("bin/"+name, script)
	if err := os.Chmod(filepath.Join(r.root, "bin", name), 0o755); err != nil {
		r.t.Fatal(err)
	}
}

// answers waits until the database does: mariadb itself tries again while nothing listens.
func (r replica) answers() {
	r.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(time.Minute); ; <-tick.C {
		err := exec.CommandContext(r.t.Context(), filepath.Join(r.root, "bin/mariadb"), "-e", "SELECT 1").Run()
		if err == nil {
			return
		}
		if time.Now().After(until) {
			r.t.Fatalf("MariaDB does not start: %v", err)
		}
	}
}

// sql is what the database answers.
func (r replica) sql(statement string) string {
	r.t.Helper()
	return strings.TrimSpace(mustDo(r.t, filepath.Join(r.root, "bin/mariadb"), "--batch", "--skip-column-names", "-e", statement))
}

// password writes down what the play would.
func (r replica) password(password string) {
	r.t.Helper()
	own, partner := "127.0.0.1", "127.0.0.2"
	if r.has("etc/central/slave") != "none" {
		own, partner = partner, own
	}
	r.put("etc/central/replication.cnf", fmt.Sprintf("user=central_replication\npassword=%s\naddress=%s\nown=%s\n", password, partner, own))
}

func mustDo(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), name, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, output)
	}
	return string(output)
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

// TestReplicationOfRealDatabases renews the password of a replication, and keeps what a master has that was lost; its
// parts build on each other.
func TestReplicationOfRealDatabases(t *testing.T) {
	master, slave := newReplicas(t)
	slave.put("etc/central/slave", "")
	const first, second, third = "First2First2First2First2", "Second2Second2Second2Second2", "Third2Third2Third2Third2"
	tell := func(password string) {
		master.password(password)
		slave.password(password)
	}
	// follows holds that a slave which connects anew is let in.
	follows := func() {
		t.Helper()
		slave.sql("STOP SLAVE; START SLAVE")
		if said, err := slave.tell("verify", "30"); err != nil {
			t.Fatal(said)
		}
	}
	tell(first)
	for range 2 {
		master.does("grant")
	}
	slave.does("start")
	follows()

	t.Run("AnAccountForReplicationAlone", func(t *testing.T) {
		for _, host := range []string{"127.0.0.1", "127.0.0.2"} {
			granted := master.sql("SHOW GRANTS FOR central_replication@'" + host + "'")
			if !strings.HasPrefix(granted, "GRANT REPLICATION SLAVE ON *.* TO `central_replication`@`"+host+"` IDENTIFIED BY PASSWORD ") ||
				!strings.HasSuffix(granted, " REQUIRE SSL") || strings.Contains(granted, "\n") {
				t.Errorf("it may %s", granted)
			}
		}
		// What is refused unencrypted and works all the same is encrypted.
		connect := func(option string) error {
			return exec.CommandContext(t.Context(), "/usr/bin/mariadb", "--no-defaults", "--protocol=tcp", "--host=127.0.0.1", fmt.Sprintf("--port=%d", master.port),
				option, "--user=central_replication", "--password="+first, "-e", "DO 1").Run()
		}
		if err := connect("--ssl"); err != nil {
			t.Errorf("encrypted: %v", err)
		}
		if connect("--skip-ssl") == nil {
			t.Error("it is let in unencrypted")
		}
		status := mustDo(t, filepath.Join(slave.root, "bin/mariadb"), "--vertical", "-e", "SHOW SLAVE STATUS")
		if !strings.Contains(status, "Master_SSL_Allowed: Yes") || !strings.Contains(status, "Slave_IO_Running: Yes") {
			t.Errorf("the slave says %s", status)
		}
	})
	t.Run("NewPassword", func(t *testing.T) {
		tell(second)
		if said, err := master.tell("grant"); err != nil || !strings.Contains(said, "granted") {
			t.Errorf("%v: %s", err, said)
		}
		if said, err := master.tell("grant"); err != nil || said != "" {
			t.Errorf("again: %v: %s", err, said)
		}
		slave.does("renew")
		follows()
	})
	t.Run("CutOffInBetween", func(t *testing.T) {
		tell(third)
		master.does("grant")
		slave.sql("STOP SLAVE; START SLAVE")
		if said, err := slave.tell("verify", "1"); err == nil || !strings.Contains(said, "Access denied") {
			t.Errorf("the old password lets the slave in: %s", said)
		}
		slave.does("renew") // the play is run again
		follows()
	})
	t.Run("NoLogHasIt", func(t *testing.T) {
		for _, server := range []replica{master, slave} {
			logs, err := filepath.Glob(filepath.Join(server.root, "var/lib/mysql/*[og].0*"))
			if err != nil || len(logs) == 0 {
				t.Fatalf("no logs: %v", err)
			}
			for _, log := range logs {
				text, err := os.ReadFile(log)
				if err != nil || strings.Contains(string(text), first) || strings.Contains(string(text), second) || strings.Contains(string(text), third) {
					t.Errorf("%s: %v, or a password", log, err)
				}
			}
		}
	})
	t.Run("KeepsWhatNeverArrived", func(t *testing.T) {
		master.sql("CREATE DATABASE d; CREATE TABLE d.t (i INT)")
		slave.sql("SELECT MASTER_GTID_WAIT('" + master.sql("SELECT @@gtid_binlog_pos") + "', 30)")
		master.does("keep")
		master.wantKept()

		slave.does("stop")
		common := slave.sql("SELECT @@gtid_slave_pos")
		master.sql("FLUSH BINARY LOGS; INSERT INTO d.t VALUES (1); FLUSH BINARY LOGS; INSERT INTO d.t VALUES (2)")
		slave.sql("INSERT INTO d.t VALUES (3)")
		master.does("keep")
		master.wantKept("binlog.000002 binlog.000003 files")
		kept, err := filepath.Glob(filepath.Join(master.root, "var/lib/central/kept/*/binlog.*"))
		if err != nil {
			t.Fatal(err)
		}
		shown := mustDo(t, "mariadb-binlog", kept...)
		for _, position := range strings.Split(master.sql("SELECT @@gtid_binlog_state"), ",") {
			if position == common || !strings.Contains(shown, "GTID "+position) {
				t.Errorf("%s is not in what was kept: %s", position, shown)
			}
		}
	})
}
