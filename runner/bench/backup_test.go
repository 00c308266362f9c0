package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"central/fleet"
)

// kept is a site that is backed up on this machine, and the key that opens its backups.
type kept struct {
	*server
	identity *age.X25519Identity
	base     string
	taken    fleet.BackupTaken
}

func newKept(t *testing.T) *kept {
	t.Helper()
	s := startServer(t)
	s.sql(aSite)
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"private/files", "public/files/deep", "locks", "logs"} {
		if err := os.MkdirAll(filepath.Join(s.site, folder), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	s.write("private/files/ü 1.txt", "one\n")
	s.write("public/files/deep/empty", "")
	s.write("locks/lock", "of the moment")
	s.write("logs/log", "of the moment")
	if err := os.Symlink("../public/files", filepath.Join(s.site, "private/link")); err != nil {
		t.Fatal(err)
	}
	k := &kept{server: s, identity: identity, base: filepath.Join(t.TempDir(), "backups/acme.example.com/7")}
	k.taken = k.take()
	return k
}

func (k *kept) take() fleet.BackupTaken {
	k.t.Helper()
	out, err := execute(k.t, script(takeBackup, "", "back up", k.site, k.base, "", k.identity.Recipient().String()))
	if err != nil {
		k.t.Fatal(err)
	}
	return ParseBackup([]byte(out))
}

func (k *kept) place() Backup {
	return Backup{base: k.base, database: k.taken.DatabaseDigest, file: k.taken.FilesDigest, tables: k.taken.TablesDigest, tree: k.taken.TreeDigest}
}

func (k *kept) tables() (string, error) {
	c := script(restoreDatabase, "", "restore", k.site, k.base, k.taken.DatabaseDigest, k.taken.TablesDigest)
	c.Stdin = opening(k.identity.String(), nil)
	return execute(k.t, c)
}

func (k *kept) files(work string) (string, error) {
	c := script(restoreFiles, "", "restore", k.site, k.base, k.taken.FilesDigest, k.taken.TreeDigest, work, "", "")
	c.Stdin = opening(k.identity.String(), nil)
	return execute(k.t, c)
}

// tree is every file below a directory with its content.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		found[name] = info.Mode().String()
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			found[name] += " " + string(text)
			return err
		}
		if info.Mode()&os.ModeSymlink != 0 {
			target, err := os.Readlink(path)
			found[name] += " " + target
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTakeBackup(t *testing.T) {
	k := newKept(t)
	id := uint(1)
	whole := k.taken
	whole.ServerID = &id
	if err := whole.Check(); err != nil || k.taken.Tables != 12 || k.taken.Files != 2 || k.taken.DatabaseName != DatabaseName("acme.example.com") {
		t.Errorf("%v %+v", err, k.taken)
	}
	for _, file := range fleet.BackupFiles {
		text, err := os.ReadFile(k.base + "." + file + ".age")
		if err != nil || !strings.HasPrefix(string(text), "age-encryption.org/") || strings.Contains(string(text), "Administrator") {
			t.Errorf("%s: %v", file, err)
		}
		if info, err := os.Stat(k.base + "." + file + ".age"); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", file, err, info.Mode())
		}
	}
	if again := k.take(); again.DatabaseDigest != k.taken.DatabaseDigest {
		t.Error("a complete backup was replaced")
	}
	if _, err := execute(t, CheckBackup(k.place())); err != nil {
		t.Error(err)
	}

	t.Run("CompressedAndNothingPlainIsLeft", func(t *testing.T) {
		const dull = 8 << 20 // bytes of one letter, in a table and in a file each
		k.sql("INSERT INTO tabItem (name, title) VALUES ('dull', REPEAT('x', 8 << 20))")
		k.write("private/files/dull", strings.Repeat("x", dull))
		defer func() {
			k.sql("DELETE FROM tabItem WHERE name = 'dull'")
			_ = os.Remove(filepath.Join(k.site, "private/files/dull"))
		}()
		scratch := t.TempDir()
		t.Setenv("TMPDIR", scratch)
		other := *k
		other.base = filepath.Join(t.TempDir(), "backups/8")
		taken := other.take()
		if taken.DatabaseBytes > dull/4 || taken.FilesBytes > dull/4 {
			t.Errorf("%d bytes of tables and %d of files", taken.DatabaseBytes, taken.FilesBytes)
		}
		entries, err := os.ReadDir(filepath.Dir(other.base))
		if err != nil {
			t.Fatal(err)
		}
		names := []string{}
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		if got := strings.Join(names, " "); got != "8.database.age 8.files.age 8.json" {
			t.Errorf("beside the backup lie %s", got)
		}
		if left := tree(t, scratch); len(left) != 1 {
			t.Errorf("left behind: %v", left)
		}
	})

	t.Run("OneThatBreaksOffIsNoBackup", func(t *testing.T) {
		base := filepath.Join(t.TempDir(), "7")
		if _, err := execute(t, script(takeBackup, "", "back up", k.site, base, "", "age1nobody")); err == nil {
			t.Error("a backup that nobody can open was taken")
		}
		if _, err := os.Stat(base + ".json"); err == nil {
			t.Error("it counts")
		}
		if err := os.MkdirAll(filepath.Join(filepath.Dir(base), ".partial"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(filepath.Dir(base), ".partial/7.files.age"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		mustExecute(t, RemoveBackup(Backup{base: base}))
		if _, err := os.Stat(filepath.Dir(base)); err == nil {
			t.Error("its folder is left behind")
		}
		if left, _ := filepath.Glob(base + "*"); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
}

func TestRestoreBackup(t *testing.T) {
	k := newKept(t)
	tables, files := k.digest(), tree(t, k.site)
	k.sql(aMigration)
	k.write("private/files/ü 1.txt", "changed")
	k.write("private/files/new", "new")
	_ = os.Remove(filepath.Join(k.site, "public/files/deep/empty"))
	changed := tree(t, k.site)

	for range 2 { // it may be repeated
		if _, err := k.tables(); err != nil {
			t.Fatal(err)
		}
		if k.digest() != tables {
			t.Error("the tables are not what they were")
		}
	}
	work := filepath.Join(filepath.Dir(filepath.Dir(k.site)), "restoring/9")
	for range 2 {
		if _, err := k.files(work); err != nil {
			t.Fatal(err)
		}
	}
	got := tree(t, k.site)
	for name, held := range files {
		if name != "site_config.json" && !strings.HasPrefix(name, "locks") && !strings.HasPrefix(name, "logs") && name != "." && got[name] != held {
			t.Errorf("%s is %q, want %q", name, got[name], held)
		}
	}
	if _, there := got["private/files/new"]; there {
		t.Error("a file that was not backed up is still there")
	}
	var config map[string]string
	text, err := os.ReadFile(filepath.Join(k.site, "site_config.json"))
	if err != nil || json.Unmarshal(text, &config) != nil || config["db_password"] != sitePassword || config["db_socket"] != k.socket {
		t.Errorf("%v %s", err, text)
	}
	if k.digest() != tables {
		t.Error("the site does not reach its tables")
	}

	t.Run("TakenBack", func(t *testing.T) {
		mustExecute(t, script(restoreFilesBack, "", "back", k.site, work, "", "back"))
		back := tree(t, k.site)
		for name, held := range changed {
			if back[name] != held {
				t.Errorf("%s is %q, want %q", name, back[name], held)
			}
		}
		if len(back) != len(changed) {
			t.Errorf("%d files, want %d", len(back), len(changed))
		}
		if _, err := os.Lstat(work); err == nil {
			t.Error("something is left behind")
		}
		mustExecute(t, script(restoreFilesBack, "", "back", k.site, work, "", "back")) // by a second runner
	})

	t.Run("ReadOnly", func(t *testing.T) {
		c := script(checkRestore, "", "check", k.base, k.taken.FilesDigest, k.taken.TreeDigest)
		c.Stdin = opening(k.identity.String(), nil)
		if got := mustExecute(t, c); got["files"] != "2" {
			t.Errorf("%v", got)
		}
	})
}

// What is cut short, altered or somebody else's is refused before anything of the site is touched.
func TestRestoreBackup_Refuses(t *testing.T) {
	k := newKept(t)
	tables, files := k.digest(), tree(t, k.site)
	refused := func(t *testing.T, says string) {
		t.Helper()
		for _, try := range []func() (string, error){k.tables, func() (string, error) { return k.files(filepath.Join(t.TempDir(), "restoring/9")) }} {
			if _, err := try(); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("got %v, want %q", err, says)
			}
		}
		if k.digest() != tables {
			t.Error("the tables were touched")
		}
		for name, held := range tree(t, k.site) {
			if files[name] != held {
				t.Errorf("%s was touched", name)
			}
		}
	}
	whole := map[string][]byte{}
	for _, file := range fleet.BackupFiles {
		text, err := os.ReadFile(k.base + "." + file + ".age")
		if err != nil {
			t.Fatal(err)
		}
		whole[file] = text
	}
	put := func(change func([]byte) []byte) {
		for file, text := range whole {
			if err := os.WriteFile(k.base+"."+file+".age", change(append([]byte(nil), text...)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Run("CutShort", func(t *testing.T) {
		put(func(text []byte) []byte { return text[:len(text)-1] })
		refused(t, "cut short or altered")
	})
	t.Run("Altered", func(t *testing.T) {
		put(func(text []byte) []byte { text[len(text)/2] ^= 1; return text })
		refused(t, "cut short or altered")
	})
	t.Run("Missing", func(t *testing.T) {
		_ = os.RemoveAll(filepath.Dir(k.base))
		refused(t, "there is no ")
		if err := os.MkdirAll(filepath.Dir(k.base), 0o700); err != nil {
			t.Fatal(err)
		}
	})
	put(func(text []byte) []byte { return text })
	if _, err := execute(t, CheckBackup(k.place())); err != nil {
		t.Error(err)
	}
}

func TestBackupCommands(t *testing.T) {
	place, err := BackupOf(fleet.Backup{ID: 7, SiteName: "acme.example.com"})
	if err != nil || place.base != "/var/lib/central/backups/acme.example.com/7" {
		t.Errorf("%v %+v", err, place)
	}
	for _, odd := range []fleet.Backup{{ID: 1, SiteName: "../etc"}, {ID: 1, SiteName: "acme.example.com", FilesDigest: "$(id)"}} {
		if _, err := BackupOf(odd); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%+v: %v", odd, err)
		}
	}
	if c := FetchBackup(place, "files"); strings.Join(c.Argv, " ") != "/usr/local/lib/central/follow fetch-backup acme.example.com/7.files.age" {
		t.Errorf("%q", c.Argv)
	}
	c, err := CreateDatabase(DatabaseLogin{Name: DatabaseName("acme.example.com"), Password: "secretsecret"})
	if err != nil || strings.Contains(strings.Join(c.Argv, " "), "secretsecret") {
		t.Errorf("%v %q", err, c.Argv)
	}
	for _, odd := range []DatabaseLogin{{"mysql", "secretsecret"}, {DatabaseName("a.example.com"), "it's"}} {
		if _, err := CreateDatabase(odd); fleet.ErrorCode(err) != fleet.CodeInvalid {
			t.Errorf("%+v: %v", odd, err)
		}
	}
}
