package mysql_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql"

	"central/practice"
	"central/practice/mysql"
)

func TestServer(t *testing.T) {
	ctx := context.Background()
	// Longer than the path of a socket may be.
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	server := mustStart(t, dir)

	t.Run("IsMySQL", func(t *testing.T) {
		db := mustOpen(t, server.DSN(""))
		var version, comment string
		if err := db.QueryRowContext(ctx, "SELECT VERSION(), @@version_comment").Scan(&version, &comment); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(version, "MariaDB") || version < "8" {
			t.Errorf("version %s (%s), want MySQL 8 or later", version, comment)
		}
	})

	t.Run("SkipsLockedRows", func(t *testing.T) {
		db := mustOpen(t, server.DSN(""))
		mustExec(t, db, "CREATE DATABASE first")
		db = mustOpen(t, server.DSN("first"))
		mustExec(t, db, "CREATE TABLE job (id INT PRIMARY KEY)")
		mustExec(t, db, "INSERT INTO job VALUES (1), (2)")
		for want := 1; want <= 2; want++ {
			tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback() }()
			var got int
			if err := tx.QueryRow("SELECT id FROM job ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED").Scan(&got); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("got job %d, want %d", got, want)
			}
		}
	})

	t.Run("SeveralSideBySide", func(t *testing.T) {
		other := mustStart(t, t.TempDir())
		mustExec(t, mustOpen(t, other.DSN("")), "CREATE DATABASE second")
		var n int
		err := mustOpen(t, server.DSN("")).QueryRow("SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'second'").Scan(&n)
		if err != nil || n != 0 {
			t.Errorf("the first server has %d databases of the second, error %v", n, err)
		}
	})

	t.Run("KeepsDataOverStop", func(t *testing.T) {
		if err := server.Stop(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Dir(server.Socket())); !os.IsNotExist(err) {
			t.Errorf("the socket's directory is left: %v", err)
		}
		again := mustStart(t, dir)
		var n int
		if err := mustOpen(t, again.DSN("first")).QueryRow("SELECT COUNT(*) FROM job").Scan(&n); err != nil || n != 2 {
			t.Errorf("%d rows, error %v; want the 2 that were there", n, err)
		}
	})
}

func mustStart(t *testing.T, dir string) *mysql.Server {
	t.Helper()
	server, err := mysql.Start(context.Background(), practice.DefaultCacheDir, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return server
}

func mustOpen(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func mustExec(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}
