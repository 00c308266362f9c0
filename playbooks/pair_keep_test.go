package playbooks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newOldMaster is a server that was a master until its partner took over: of its transactions 0-1-1 to 0-1-105, in three
// files, the partner has got as many as theirs says.
func newOldMaster(t *testing.T, theirs string) following {
	t.Helper()
	f := newFollowing(t)
	f.put("bin/mariadb", `#!/bin/bash
[ ! -e "$ROOT/down" ] || exit 1
read -r told
case $told in
'SELECT 1;') echo 1 ;;
*gtid_binlog_state*) echo 0-1-105,0-7-3 ;;
*"'binlog.000002'"*) printf 'binlog.000002\t4\tFormat_desc\t1\t256\tServer ver: 10.11.6-MariaDB-0+deb12u1-log\nbinlog.000002\t256\tGtid_list\t1\t299\t[0-7-3,\\n0-1-50]\n' ;;
*"'binlog.000003'"*) printf 'binlog.000003\t4\tFormat_desc\t1\t256\tServer ver: 10.11.6-MariaDB-0+deb12u1-log\nbinlog.000003\t256\tGtid_list\t1\t299\t[0-7-3,\\n0-1-90]\n' ;;
*) echo "not known: $told" >&2; exit 1 ;;
esac
`)
	f.put("bin/ssh", `#!/bin/bash
case "$*" in
*" gtids") echo "`+theirs+`" ;;
*) exit 255 ;;
esac
`)
	if err := os.Chmod(filepath.Join(f.root, "bin/mariadb"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"1", "2", "3"} {
		f.put("var/lib/mysql/binlog.00000"+n, "file "+n)
	}
	f.put("var/lib/mysql/binlog.index", "/var/lib/mysql/binlog.000001\n/var/lib/mysql/binlog.000002\n/var/lib/mysql/binlog.000003\n")
	f.put("var/lib/central/x", "")
	return f
}

// kept is the folders that something was put aside in, with the files in each.
func (f following) kept() []string {
	f.t.Helper()
	found, err := filepath.Glob(filepath.Join(f.root, "var/lib/central/kept/*"))
	if err != nil {
		f.t.Fatal(err)
	}
	folders := []string{}
	for _, folder := range found {
		info, err := os.Stat(folder)
		if err != nil || info.Mode().Perm() != 0o700 {
			f.t.Errorf("%s: %v, %v", folder, info.Mode(), err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			f.t.Fatal(err)
		}
		names := []string{}
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		folders = append(folders, strings.Join(names, " "))
	}
	return folders
}

func (f following) wantKept(folders ...string) {
	f.t.Helper()
	if got := f.kept(); strings.Join(got, "; ") != strings.Join(folders, "; ") {
		f.t.Errorf("kept %q, want %q", got, folders)
	}
}

// What an old master has and its partner never got is put aside before its database is replaced.
func TestKeepBinlogs(t *testing.T) {
	for _, c := range []struct{ name, theirs, kept string }{
		{"OnlyTheFilesConcerned", "0-1-95,0-2-400\t0-1-95", "binlog.000003 files"},
		{"WhatBeganBefore", "0-2-400\t0-1-60", "binlog.000002 binlog.000003 files"},
		{"All", "0-2-400\t", "binlog.000001 binlog.000002 binlog.000003 files"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newOldMaster(t, strings.Replace(c.theirs, "0-2", "0-7-3,0-2", 1))
			said, err := f.tell("keep")
			if err != nil || !strings.Contains(said, "/var/lib/central/kept/2") || !strings.Contains(said, "up to 0-1-105. ") {
				t.Errorf("%v: %s", err, said)
			}
			f.wantKept(c.kept)
			said, err = f.tell("keep") // again, as after a runner was killed
			if err != nil || !strings.Contains(said, "was kept before") {
				t.Errorf("%v: %s", err, said)
			}
			f.wantKept(c.kept)
		})
	}
	t.Run("NothingWhenThePartnerHasItAll", func(t *testing.T) {
		f := newOldMaster(t, "0-1-105,0-7-3,0-2-400\t")
		f.does("keep")
		f.wantKept()
	})
	t.Run("NothingOfACopyThatWasBegun", func(t *testing.T) {
		f := newOldMaster(t, "")
		f.put("var/lib/central/seeded", "begun 192.0.2.1\n")
		f.does("keep")
		f.wantKept()
	})
	t.Run("AllWhenTheDatabaseDoesNotAnswer", func(t *testing.T) {
		f := newOldMaster(t, "")
		f.put("down", "")
		f.does("keep")
		f.wantKept("binlog.000001 binlog.000002 binlog.000003 files")
	})
	t.Run("NothingOfASlaveWhoseDatabaseDoesNotAnswer", func(t *testing.T) {
		f := newOldMaster(t, "")
		f.put("down", "")
		f.put("etc/central/following", "192.0.2.1\n")
		f.does("keep")
		f.wantKept()
	})
	t.Run("ErrNoRoom", func(t *testing.T) {
		f := newOldMaster(t, "")
		t.Setenv("SPARE", "1000000000000000")
		said, err := f.tell("keep")
		if err == nil || !strings.Contains(said, "There is no room for") {
			t.Errorf("%v: %s", err, said)
		}
		f.wantKept()
	})
	t.Run("ErrThePartnerDoesNotAnswer", func(t *testing.T) {
		f := newOldMaster(t, "")
		f.put("bin/ssh", "#!/bin/sh\nexit 255\n")
		if err := f.run("keep"); err == nil {
			t.Error("it went on")
		}
		f.wantKept()
	})
}
