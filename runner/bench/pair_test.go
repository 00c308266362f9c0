package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

// aMachine is a directory that stands for the root of one, and the programs that it has besides those that every one has.
type aMachine struct{ root, programs string }

func newMachine(t *testing.T) aMachine {
	t.Helper()
	m := aMachine{root: t.TempDir(), programs: t.TempDir()}
	if err := os.MkdirAll(filepath.Join(m.root, "var/lib"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"du", "find", "head", "sed", "sort", "uname", "nproc", "df", "date", "ls", "tail"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(m.programs, name)); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func (m aMachine) file(t *testing.T, path, text string) {
	t.Helper()
	path = filepath.Join(m.root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// program puts a shell script where the machine's programs are.
func (m aMachine) program(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.programs, name), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// run runs one of the scripts there.
func (m aMachine) run(t *testing.T, of embedded) []byte {
	t.Helper()
	shell, err := exec.LookPath(of.interpreter[0])
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("/var/lib/", m.root+"/var/lib/", "/run/central-role/", m.root+"/run/central-role/").Replace(of.text)
	command := exec.CommandContext(t.Context(), shell, append(slices.Clone(of.interpreter[1:]), text)...)
	command.Env = []string{"PATH=" + m.programs}
	var said strings.Builder
	command.Stderr = &said
	answer, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	return answer
}

func TestPairLook(t *testing.T) {
	look := func(t *testing.T, m aMachine) fleet.DatabaseLook {
		t.Helper()
		found := ParsePairLook(m.run(t, pairLook))
		if found.RoomBytes < 1<<20 {
			t.Errorf("it has room for %d bytes", found.RoomBytes)
		}
		found.RoomBytes, found.DataBytes = 0, found.DataBytes>>20
		return found
	}
	expect := func(t *testing.T, got, want fleet.DatabaseLook) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}

	t.Run("BareMachine", func(t *testing.T) {
		expect(t, look(t, newMachine(t)), fleet.DatabaseLook{Open: true})
	})
	t.Run("DataOfADatabaseThatDoesNotAnswer", func(t *testing.T) {
		m := newMachine(t)
		m.program(t, "mariadb", "exit 1\n")
		m.file(t, "var/lib/mysql/ibdata1", strings.Repeat("x", 2<<20))
		m.file(t, "var/lib/mysql/mysql/user.frm", "")
		m.file(t, "var/lib/mysql/shop/orders.ibd", "")
		m.file(t, "var/lib/mysql/empty/db.opt", "")
		expect(t, look(t, m), fleet.DatabaseLook{Open: true, DataBytes: 2, Databases: []string{"shop"}})
	})
	t.Run("SlaveOfAPair", func(t *testing.T) {
		m := newMachine(t)
		m.program(t, "mariadb", `read -r statement
case $statement in
"SELECT VERSION();") echo 10.11.6-MariaDB ;;
"SHOW DATABASES;") printf '%s\n' mysql sys shop _1 information_schema ;;
"SHOW SLAVE STATUS;") printf '%s\n' '  Master_Host: 192.0.2.1' 'Slave_IO_Running: Connecting' 'Slave_SQL_Running: Yes' 'Last_IO_Error: no route' ;;
esac
`)
		m.file(t, "var/lib/mysql/ibdata1", "")
		m.file(t, "var/lib/central/seeded", "done 192.0.2.1\n")
		m.file(t, "var/lib/central/role", "slave 3\n")
		expect(t, look(t, m), fleet.DatabaseLook{
			Answers: true, Version: "10.11.6-MariaDB", Databases: []string{"_1", "shop"}, Follows: "192.0.2.1", Receiving: "Connecting", Applying: "Yes",
			Error: "no route", Seeding: "done", SeededFrom: "192.0.2.1", Role: "slave 3",
		})
	})
}

// What somebody else's database server holds is seen before Central touches the machine, and no more afterwards.
func TestFacts_ForeignDatabases(t *testing.T) {
	databases := func(t *testing.T, m aMachine) []string {
		t.Helper()
		return ParseFacts(m.run(t, facts), time.Now(), time.Now()).Databases
	}
	m := newMachine(t)
	if got := databases(t, m); len(got) != 0 {
		t.Errorf("a bare machine has %v", got)
	}
	m.file(t, "var/lib/mysql/mysql/user.frm", "")
	m.file(t, "var/lib/mysql/#innodb_temp/temp_1.ibt", "")
	m.file(t, "var/lib/mysql/empty/db.opt", "")
	if got := databases(t, m); len(got) != 0 {
		t.Errorf("a database server without data has %v", got)
	}
	m.file(t, "var/lib/mysql/shop/orders.ibd", "")
	m.program(t, "my_print_defaults", "echo --datadir="+m.root+"/srv/db/\n")
	m.file(t, "srv/db/_1f/tabUser.ibd", "")
	got := databases(t, m)
	slices.Sort(got)
	if diff := cmp.Diff([]string{"_1f", "shop"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	m.file(t, "var/lib/central/applied/x", "")
	if got := databases(t, m); len(got) != 0 {
		t.Errorf("a server of Central's has %v", got)
	}
}
