package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUsage(t *testing.T) {
	r, err := At("main", "r2")
	if err != nil {
		t.Fatal(err)
	}
	one, _ := r.Site("a.example.com")
	made, err := Adopted("old", "r1", "/home/erp/frappe-bench", "erp", "erp")
	if err != nil {
		t.Fatal(err)
	}
	two, _ := made.Site("b.example.com")
	command := Usage([]Site{one, two})
	want := "a.example.com /home/frappe/benches/main/r2/sites/a.example.com\nb.example.com /home/erp/frappe-bench/sites/b.example.com\n"
	if diff := cmp.Diff(want, string(command.Stdin)); diff != "" {
		t.Errorf("standard input (-want +got):\n%s", diff)
	}
	if command.User != "" || len(command.Argv) != 5 {
		t.Errorf("the command is %+v", command)
	}
}

// The script on a real database and real files: two sites that tell apart who may only look at the website or not, one
// without people, and what is no site any more.
func TestUsage_OnARealDatabase(t *testing.T) {
	s := startServer(t)
	t.Setenv("MYSQL_UNIX_PORT", s.socket)
	sites := filepath.Dir(s.site)
	lines := ""
	site := func(host, database, tables string) {
		t.Helper()
		folder := filepath.Join(sites, host)
		for _, part := range []string{"public/files/deep", "private/files", "private/backups"} {
			if err := os.MkdirAll(filepath.Join(folder, part), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for name, size := range map[string]int{"public/files/deep/a.png": 1000, "private/files/b.pdf": 500, "private/backups/old.sql.gz": 70_000, "error.log": 3000} {
			if err := os.WriteFile(filepath.Join(folder, name), make([]byte, size), 0o640); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink("/usr", filepath.Join(folder, "public/files/usr")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "site_config.json"), []byte(`{"db_name": "`+database+`"}`), 0o640); err != nil {
			t.Fatal(err)
		}
		named := "`" + strings.ReplaceAll(database, "`", "``") + "`"
		s.root("CREATE DATABASE " + named + "; USE " + named + "; " + tables)
		lines += host + " " + folder + "\n"
	}
	people := "('Administrator', 1), ('Guest', 1), ('ana@example.com', 1), ('bea@example.com', 1), ('gone@example.com', 0)"
	site("a.example.com", "plain", "CREATE TABLE tabUser (name VARCHAR(140), enabled INT); INSERT INTO tabUser VALUES "+people)
	site("b.example.com", "ty'p`ed", "CREATE TABLE tabUser (name VARCHAR(140), enabled INT, user_type VARCHAR(140)); INSERT INTO tabUser (name, enabled) VALUES "+people+
		"; UPDATE tabUser SET user_type = IF(name LIKE 'bea%', 'Website User', 'System User')")
	site("c.example.com", "empty", "CREATE TABLE tabNote (name VARCHAR(140))")
	lines += "d.example.com " + filepath.Join(sites, "d.example.com") + "\n"
	command := Usage(nil)
	command.Stdin = []byte(lines)
	out, err := execute(t, command)
	if err != nil {
		t.Fatal(err)
	}
	found := ParseUsage([]byte(out))
	for host, users := range map[string]int{"a.example.com": 2, "b.example.com": 1, "c.example.com": -1} {
		got, ok := found[host]
		link := int64(len("/usr"))
		if !ok || got.DatabaseBytes < 1<<14 || got.FilesBytes != 1500+link || (got.Users == nil) != (users < 0) || got.Users != nil && *got.Users != users {
			t.Errorf("%s: %+v", host, got)
		}
	}
	if len(found) != 3 {
		t.Errorf("found %v in %s", found, out)
	}
}

func TestParseUsage(t *testing.T) {
	three := 3
	got := ParseUsage([]byte("warning: something\nusage=a.example.com 1048576 2048 3\r\nusage=b.example.com 10 0 -\nusage=c.example.com -1 0 0\n" +
		"usage=d.example.com 1\nusage=e.example.com 1 x 2\nusage=f.example.com 1 2 99999999999\n"))
	want := map[string]Used{
		"a.example.com": {DatabaseBytes: 1 << 20, FilesBytes: 2048, Users: &three},
		"b.example.com": {DatabaseBytes: 10},
		"f.example.com": {DatabaseBytes: 1, FilesBytes: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
