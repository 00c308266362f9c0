package bench

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// These tests run the scripts on this machine, against a real MariaDB of their own.

// sitePassword holds everything that could go wrong in a client's option file.
const sitePassword = `se"c\r'et #1`

// server is a private MariaDB with one site in a temporary directory.
type server struct {
	t      *testing.T
	socket string
	site   string // directory of the site
	backup string
	data   string
	tmp    string // its own: a MariaDB that starts removes the temporary tables of any other in the same folder
	daemon *exec.Cmd
}

// start starts the daemon, which answers a moment later.
func (s *server) start() {
	s.t.Helper()
	s.daemon = exec.Command("mariadbd", "--no-defaults", "--user=root", "--datadir="+s.data, "--tmpdir="+s.tmp, "--socket="+s.socket, "--skip-networking", "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--innodb-flush-method=nosync", "--sync-frm=0")
	if err := s.daemon.Start(); err != nil {
		s.t.Fatal(err)
	}
}

// kill ends the daemon as a crash of its machine would.
func (s *server) kill() {
	_ = s.daemon.Process.Kill()
	_ = s.daemon.Wait()
}

// execute runs a command's program here, as whoever runs the test.
func execute(t *testing.T, c Command) (string, error) {
	t.Helper()
	cmd := exec.Command(c.Argv[0], c.Argv[1:]...)
	cmd.Stdin = bytes.NewReader(c.Stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, stderr.String())
	}
	return string(out), err
}

func mustExecute(t *testing.T, c Command) Values {
	t.Helper()
	out, err := execute(t, c)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return ParseValues([]byte(out))
}

func startServer(t *testing.T) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &server{t: t, socket: filepath.Join(dir, "s"), site: filepath.Join(dir, "sites/acme.example.com"), backup: filepath.Join(dir, "backup/7")}
	data := filepath.Join(dir, "data")
	s.tmp = t.TempDir()
	install := exec.Command("mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=socket", "--skip-test-db", "--user=root", "--datadir="+data)
	install.Env = append(os.Environ(), "TMPDIR="+s.tmp)
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s.data = data
	s.start()
	t.Cleanup(s.kill)
	eventually(t, "the database answers", func() bool {
		return exec.Command("mariadb-admin", "--no-defaults", "--socket="+s.socket, "ping").Run() == nil
	})
	name := DatabaseName("acme.example.com")
	s.root("CREATE DATABASE `" + name + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; CREATE USER `" + name + "`@localhost IDENTIFIED BY '" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(sitePassword) + "'; GRANT ALL ON `" + name + "`.* TO `" + name + "`@localhost")
	if err := os.MkdirAll(s.site, 0o755); err != nil {
		t.Fatal(err)
	}
	s.write("site_config.json", fmt.Sprintf(`{"db_name": %q, "db_password": %q, "db_socket": %q}`, name, sitePassword, s.socket))
	return s
}

func (s *server) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.site, name), []byte(text), 0o640); err != nil {
		s.t.Fatal(err)
	}
}

// root runs statements as the database's root, and returns the rows that they give.
func (s *server) root(sql string) string {
	s.t.Helper()
	cmd := exec.Command("mariadb", "--no-defaults", "--socket="+s.socket, "--default-character-set=utf8mb4", "--batch", "--skip-column-names")
	cmd.Stdin = strings.NewReader(sql)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// eventually waits until done says true, asking now and then.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("not in 30 s: %s", what)
		case <-again.C:
		}
	}
}

// sql runs statements in the site's database.
func (s *server) sql(sql string) {
	s.t.Helper()
	s.rows(sql)
}

// rows runs a query in the site's database, as the site's own user.
func (s *server) rows(sql string) string {
	s.t.Helper()
	name := DatabaseName("acme.example.com")
	cmd := exec.Command("mariadb", "--no-defaults", "--socket="+s.socket, "--default-character-set=utf8mb4", "--user="+name, "--password="+sitePassword, "--skip-column-names", name)
	cmd.Stdin = strings.NewReader(sql)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func (s *server) digest() string {
	s.t.Helper()
	return mustExecute(s.t, script(digestScript, "", "digest", s.site))["sha256"]
}

func (s *server) dump() Values {
	s.t.Helper()
	return mustExecute(s.t, script(dumpTables, "", "dump", s.site, s.backup))
}

func (s *server) restore(mode string) Values {
	s.t.Helper()
	return mustExecute(s.t, script(restoreTables, "", "restore", s.site, s.backup, mode))
}

// aSecondLater waits until what happens next has a later stamp than all that has happened so far: the database
// stamps changes with whole seconds.
func (s *server) aSecondLater() {
	s.t.Helper()
	changed := s.rows("SELECT MAX(GREATEST(UNIX_TIMESTAMP(CREATE_TIME), COALESCE(UNIX_TIMESTAMP(UPDATE_TIME), 0))) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'")
	eventually(s.t, "a second has passed", func() bool { return s.rows("SELECT UNIX_TIMESTAMP() > "+changed) == "1" })
}

// aSite is a database with what Frappe makes and some that it should not.
const aSite = `
CREATE TABLE tabItem (name varchar(140) PRIMARY KEY, title longtext, data longblob, price decimal(21,9), changed datetime(6), KEY (title(20)));
CREATE TABLE ` + "`tabSales Order`" + ` (name bigint PRIMARY KEY, note longtext);
CREATE TABLE ` + "`tabOdd ``name```" + ` (id int PRIMARY KEY AUTO_INCREMENT, v varchar(200) DEFAULT '-- Table structure for table ');
CREATE TABLE tabParent (id int PRIMARY KEY);
CREATE TABLE tabChild (id int PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES tabParent (id));
CREATE TABLE tabUnlisted (id int PRIMARY KEY, v int);
CREATE TABLE tabTruncated (id int PRIMARY KEY);
CREATE TABLE tabUntouched (id int PRIMARY KEY, v int);
CREATE TABLE __Auth (doctype varchar(140), name varchar(140), password text);
CREATE TABLE __global_search (doctype varchar(140), content longtext, FULLTEXT KEY (content)) ENGINE=InnoDB;
CREATE SEQUENCE order_seq START WITH 5 CACHE 0;
CREATE VIEW item_view AS SELECT name, price FROM tabItem;
CREATE TRIGGER stamp BEFORE INSERT ON tabItem FOR EACH ROW SET NEW.changed = COALESCE(NEW.changed, '2024-01-01');
INSERT INTO tabItem VALUES ('a', 'it''s "quoted" \\ and\nbroken\r\n-- Table structure for table ` + "`tabUntouched`" + `\n', 0x00FF1A0A0D275C22, 1.5, NULL), ('ü€😀', REPEAT('x', 3000000), NULL, NULL, NULL);
INSERT INTO ` + "`tabSales Order`" + ` SELECT seq, CONCAT('order ', seq) FROM seq_1_to_20000;
INSERT INTO ` + "`tabOdd ``name```" + ` (v) VALUES ('one'), (DEFAULT);
INSERT INTO tabParent VALUES (1), (2); INSERT INTO tabChild VALUES (1, 2);
INSERT INTO tabUnlisted VALUES (1, 1); INSERT INTO tabTruncated VALUES (1); INSERT INTO tabUntouched VALUES (1, 1);
INSERT INTO __Auth VALUES ('User', 'Administrator', 'x'); INSERT INTO __global_search VALUES ('Item', 'words');
SELECT NEXTVAL(order_seq);
`

// aMigration is one that does everything a migration may do, and then fails.
const aMigration = `
ALTER TABLE tabItem ADD COLUMN added int DEFAULT 7, DROP COLUMN price;
UPDATE tabItem SET title = 'changed'; DELETE FROM ` + "`tabSales Order`" + ` WHERE name > 100;
DROP VIEW item_view; CREATE VIEW new_view AS SELECT 1;
INSERT INTO ` + "`tabOdd ``name```" + ` (v) VALUES ('three'); SET FOREIGN_KEY_CHECKS=0; DROP TABLE tabParent; SET FOREIGN_KEY_CHECKS=1;
UPDATE tabUnlisted SET v = 2; TRUNCATE TABLE tabTruncated; DELETE FROM __Auth; UPDATE __global_search SET content = '';
SELECT NEXTVAL(order_seq); CREATE SEQUENCE new_seq;
CREATE TABLE tabNew (id int PRIMARY KEY); CREATE TABLE tabNewChild (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES tabNew (id));
`

const itsAccount = `["tabItem", "tabSales Order", "tabOdd ` + "`name`" + `", "tabParent", "tabNew", "tabNeverWas"]`

func TestRestoreTables(t *testing.T) {
	s := startServer(t)
	s.sql(aSite)
	s.aSecondLater()
	before := s.digest()
	taken := s.dump()
	if taken["dump"] != "taken" || taken.Int("tables") != 12 || taken.Int("bytes") == 0 {
		t.Errorf("%v", taken)
	}
	listed, err := os.ReadFile(filepath.Join(s.backup, "tables.txt"))
	if err != nil || !strings.Contains(string(listed), "\ntabSales Order\n") || strings.Count(string(listed), "\n") != 12 {
		t.Errorf("%v %q", err, listed)
	}
	if s.digest() != before {
		t.Error("the dump changed something")
	}

	for _, c := range []struct {
		name, account, mode, want string
	}{
		{"Touched", itsAccount, "touched", "touched"},
		{"All", itsAccount, "all", "all"},
		{"NoAccount", "", "touched", "all"},
		{"BrokenAccount", `["tabIt`, "touched", "all"},
		{"OddAccount", `{"tabItem": 1}`, "touched", "all"},
		{"EmptyAccount", `[]`, "touched", "touched"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.t = t
			s.sql(aMigration)
			if s.digest() == before {
				t.Fatal("the migration did nothing")
			}
			_ = os.Remove(filepath.Join(s.site, "touched_tables.json"))
			if c.account != "" {
				s.write("touched_tables.json", c.account)
			}
			// A second dump, after a runner died between taking and recording it, must not replace the first.
			if again := s.dump(); again["dump"] != "kept" {
				t.Errorf("%v", again)
			}
			got := s.restore(c.mode)
			if got["mode"] != c.want || got["dropped"] != "4" {
				t.Errorf("%v", got)
			}
			if s.digest() != before {
				t.Error("the tables are not what they were")
			}
			if got := s.restore(c.mode); got["dropped"] != "0" || s.digest() != before {
				t.Errorf("restoring twice: %v", got)
			}
		})
	}

	t.Run("LeavesTheUntouchedAlone", func(t *testing.T) {
		s.t = t
		s.aSecondLater()
		backup := s.backup
		s.backup += "b"
		defer func() { s.backup = backup }()
		s.dump()
		s.sql("UPDATE tabItem SET title = 'x' WHERE name = 'a'")
		s.write("touched_tables.json", `["tabItem"]`)
		// tabItem, and four without an account: __Auth, __global_search, order_seq and item_view.
		if got := s.restore("touched"); got["restored"] != "5" || s.digest() != before {
			t.Errorf("%v", got)
		}
	})

	t.Run("AfterACrash", func(t *testing.T) {
		s.t = t
		s.sql(aMigration + "SELECT 1")
		s.write("touched_tables.json", `[]`) // left by an earlier migration
		s.kill()
		restored := make(chan error, 1)
		go func() {
			_, err := execute(t, script(restoreTables, "", "restore", s.site, s.backup, "all"))
			restored <- err
		}()
		s.start() // later than the restore, or while it waits
		if err := <-restored; err != nil {
			t.Fatal(err)
		}
		if s.digest() != before {
			t.Error("the tables are not what they were")
		}
	})

	t.Run("MadeBySomebodyElse", func(t *testing.T) {
		s.t = t
		backup := s.backup
		s.backup += "c"
		s.root("USE `" + DatabaseName("acme.example.com") + "`; CREATE SQL SECURITY INVOKER VIEW roots_view AS SELECT name FROM tabItem; CREATE TRIGGER roots BEFORE DELETE ON tabItem FOR EACH ROW SET @deleted = 1")
		s.dump()
		s.restore("all")
		s.sql("SELECT * FROM roots_view; DROP VIEW roots_view; DROP TRIGGER roots")
		s.backup = backup
		if s.digest() != before {
			t.Error("the tables are not what they were")
		}
	})

	t.Run("ErrDamagedDump", func(t *testing.T) {
		s.t = t
		path := filepath.Join(s.backup, "database.sql.gz")
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, whole[:len(whole)/2], 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := execute(t, script(restoreTables, "", "restore", s.site, s.backup, "all")); err == nil {
			t.Errorf("a damaged dump was restored: %s", out)
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if s.restore("all"); s.digest() != before {
			t.Error("the tables are not what they were")
		}
	})

	t.Run("ErrNoDump", func(t *testing.T) {
		if _, err := execute(t, script(restoreTables, "", "restore", s.site, s.backup+"x", "all")); err == nil {
			t.Error("restored from nothing")
		}
	})

	t.Run("ErrDumpFails", func(t *testing.T) {
		s.t = t
		s.sql("CREATE VIEW broken AS SELECT name FROM tabItem; ALTER TABLE tabItem CHANGE name other varchar(140)")
		_, err := execute(t, script(dumpTables, "", "dump", s.site, s.backup+"y"))
		if err == nil {
			t.Fatal("a dump with a broken view succeeded")
		}
		left, _ := filepath.Glob(s.backup + "y/database*")
		if len(left) > 0 {
			t.Errorf("left %v", left)
		}
	})
}

func TestAccounts(t *testing.T) {
	s := startServer(t)
	here := func(c Command, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		c.Argv = append(c.Argv, "--socket="+s.socket)
		out, err := execute(t, c)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	account := Account{"central_tmp_7", "Sup3r.secret"}
	as := func(sql string) error {
		cmd := exec.Command("mariadb", "--no-defaults", "--socket="+s.socket, "--user="+account.Name, "--password="+account.Password)
		cmd.Stdin = strings.NewReader(sql)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return errors.New(string(out))
		}
		return nil
	}
	here(CreateAccount("new.example.com", account))
	here(CreateAccount("new.example.com", account)) // again, as after a crash
	name := DatabaseName("new.example.com")
	if err := as("CREATE DATABASE `" + name + "`; CREATE USER `" + name + "`@localhost IDENTIFIED BY 'x'; GRANT ALL ON `" + name + "`.* TO `" + name + "`@localhost; FLUSH PRIVILEGES; CREATE TABLE `" + name + "`.t (a int)"); err != nil {
		t.Error(err)
	}
	for _, sql := range []string{
		"CREATE DATABASE other", "SELECT * FROM mysql.global_priv", "CREATE TABLE `" + DatabaseName("acme.example.com") + "`.t (a int)",
		"CREATE DATABASE `X" + name[1:] + "`", "SHUTDOWN", "GRANT ALL ON *.* TO `" + name + "`@localhost",
	} {
		if as(sql) == nil {
			t.Errorf("the account may %s", sql)
		}
	}
	here(DropDatabase("new.example.com"))
	here(DropDatabase("new.example.com"))
	here(DropAccount(account.Name))
	here(DropAccount(account.Name))
	if as("SELECT 1") == nil {
		t.Error("the account is still there")
	}
	s.root("CREATE DATABASE `" + name + "`; CREATE USER `" + name + "`@localhost") // fails when either is left
}

// The user of a restored site's database reaches that database and no other.
func TestCreateDatabase(t *testing.T) {
	s := startServer(t)
	s.sql("CREATE TABLE tabSecret (name int)")
	login := DatabaseLogin{Name: DatabaseName("new.example.com"), Password: "Sup3r.secret"}
	create, err := CreateDatabase(login)
	if err != nil {
		t.Fatal(err)
	}
	create.Argv = append(create.Argv, "--socket="+s.socket)
	for range 2 { // again, as after a crash
		if _, err := execute(t, create); err != nil {
			t.Fatal(err)
		}
	}
	as := func(sql string) error {
		_, err := execute(t, Command{
			Argv:  []string{"mariadb", "--no-defaults", "--batch", "--socket=" + s.socket, "--user=" + login.Name, "--password=" + login.Password},
			Stdin: []byte(sql),
		})
		return err
	}
	if err := as("USE `" + login.Name + "`; CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a FROM t; DROP VIEW v; DROP TABLE t"); err != nil {
		t.Error(err)
	}
	acme := DatabaseName("acme.example.com")
	for _, sql := range []string{
		"USE `" + acme + "`", "SELECT * FROM `" + acme + "`.tabSecret", "CREATE TABLE `" + acme + "`.t (a int)", "DROP DATABASE `" + acme + "`",
		"CREATE DATABASE other", "CREATE DATABASE `" + login.Name + "2`", "SELECT * FROM mysql.global_priv", "CREATE USER other@localhost",
		"GRANT ALL ON `" + login.Name + "`.* TO `" + acme + "`@localhost", "SHUTDOWN",
	} {
		if as(sql) == nil {
			t.Errorf("the user may %s", sql)
		}
	}
}

func TestSkippedPatches(t *testing.T) {
	s := startServer(t)
	s.sql("CREATE TABLE `tabPatch Log` (name varchar(140), creation datetime, patch text)")
	list := func() []SkippedPatch {
		t.Helper()
		out, err := execute(t, script(skippedPatches, "", "skipped", s.site))
		if err != nil {
			t.Fatal(err)
		}
		patches, err := ParseSkippedPatches([]byte(out))
		if err != nil {
			t.Fatal(err)
		}
		return patches
	}
	if got := list(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	s.sql("ALTER TABLE `tabPatch Log` ADD skipped int, ADD traceback longtext; INSERT INTO `tabPatch Log` VALUES ('x1', NOW(), 'a.b', 0, NULL), ('x2', NOW(), 'execute:print(\"a\\\\tb\")', 1, 'Traceback:\n\tKeyError \\\\n ü'), ('x3', NOW(), 'c', 1, NULL)")
	got := list()
	if len(got) != 2 || got[0].Patch != `execute:print("a\tb")` || got[0].Traceback != "Traceback:\n\tKeyError \\n ü" || got[1].ID != "x3" {
		t.Errorf("%+v", got)
	}
}
