// Package storetest gives tests an empty, migrated database on a real server.
//
// A test package that uses it says so in its TestMain:
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
//
// Which server that is, the environment decides. CENTRAL_TEST_DSN names a running one in the form of
// go-sql-driver/mysql, with the right to create databases. Otherwise CENTRAL_TEST_ENGINE is mariadb, which is
// the default and takes a private one, or mysql, which takes a real MySQL out of the practice cache.
package storetest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"central/store"
)

var (
	shared   *server
	sharedMu sync.Mutex
	inMain   bool
)

// Main runs the tests, stops the server and exits.
func Main(m *testing.M) {
	inMain = true
	code := m.Run()
	if shared != nil {
		if err := shared.close(); err != nil {
			fmt.Fprintln(os.Stderr, "storetest:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// Open gives a Store on an empty database of its own. It is closed, and the database emptied for another
// test, when t ends.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenOn(t, Database(t))
}

// OpenOn gives one more Store on the database named by dsn, as another process would have. It is closed
// when t ends.
func OpenOn(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// Database gives the address of an empty, migrated database that no other test has until t ends.
func Database(t testing.TB) string {
	t.Helper()
	srv := started(t)
	name, err := srv.take()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.giveBack(name); err != nil {
			t.Errorf("empty the database: %v", err)
		}
	})
	return srv.dsn(name)
}

// EmptyDatabase gives the address of a database without any tables.
func EmptyDatabase(t testing.TB) string {
	t.Helper()
	srv := started(t)
	name, err := srv.create()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.exec("", "DROP DATABASE "+name); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return srv.dsn(name)
}

func started(t testing.TB) *server {
	t.Helper()
	sharedMu.Lock()
	defer sharedMu.Unlock()
	if !inMain {
		t.Fatal("storetest: this package's TestMain does not call storetest.Main")
	}
	if shared == nil {
		srv, err := start()
		if err != nil {
			t.Fatalf("start a database for tests: %v", err)
		}
		shared = srv
	}
	return shared
}
