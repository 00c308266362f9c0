package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"central/practice/mysql"
	"central/store"
	"central/store/embedded"
)

// mysqlCache is where the practice fleet keeps its images, MySQL's among them.
const mysqlCache = "/var/cache/central/practice"

// server is the one that all tests of this process share. It starts with the first test that needs it.
type server struct {
	admin *driver.Config // without a database
	stop  func() error

	mu   sync.Mutex
	free []string // databases that are migrated and empty
	made int
}

func start() (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if dsn := os.Getenv("CENTRAL_TEST_DSN"); dsn != "" {
		admin, err := driver.ParseDSN(dsn)
		if err != nil {
			return nil, fmt.Errorf("CENTRAL_TEST_DSN: %w", err)
		}
		return &server{admin: admin, stop: func() error { return nil }}, nil
	}
	dir, err := os.MkdirTemp(memory(), "central-test-")
	if err != nil {
		return nil, err
	}
	srv := &server{}
	switch engine := os.Getenv("CENTRAL_TEST_ENGINE"); engine {
	case "", "mariadb":
		err = srv.startMariaDB(ctx, dir)
	case "mysql":
		err = srv.startMySQL(ctx, dir)
	default:
		err = fmt.Errorf("CENTRAL_TEST_ENGINE is %q; it can be mariadb or mysql", engine)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	stop := srv.stop
	srv.stop = func() error { return errors.Join(stop(), os.RemoveAll(dir)) }
	// Nobody needs what a test wrote after a crash.
	if err := srv.exec("", "SET GLOBAL innodb_flush_log_at_trx_commit = 0"); err != nil {
		return nil, errors.Join(err, srv.stop())
	}
	return srv, nil
}

func (s *server) startMariaDB(ctx context.Context, dir string) error {
	private, err := embedded.Start(ctx, dir)
	if err != nil {
		return err
	}
	s.stop = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		return private.Stop(ctx)
	}
	s.admin, err = driver.ParseDSN(private.DSN())
	return err
}

func (s *server) startMySQL(ctx context.Context, dir string) error {
	private, err := mysql.Start(ctx, mysqlCache, filepath.Join(dir, "mysql"))
	if err != nil {
		return err
	}
	s.stop = private.Stop
	s.admin, err = driver.ParseDSN(private.DSN(""))
	return err
}

// memory is a folder in memory where there is one, else "" for the usual one.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

func (s *server) take() (string, error) {
	s.mu.Lock()
	if n := len(s.free); n > 0 {
		name := s.free[n-1]
		s.free = s.free[:n-1]
		s.mu.Unlock()
		return name, nil
	}
	s.mu.Unlock()
	name, err := s.create()
	if err != nil {
		return "", err
	}
	ctx := context.Background()
	db, err := store.Open(ctx, s.dsn(name))
	if err != nil {
		return "", err
	}
	return name, errors.Join(db.Migrate(ctx), db.Close())
}

func (s *server) create() (string, error) {
	s.mu.Lock()
	s.made++
	name := fmt.Sprintf("central_test_%d_%d", os.Getpid(), s.made)
	s.mu.Unlock()
	return name, s.exec("", "CREATE DATABASE "+name+" CHARACTER SET utf8mb4")
}

// giveBack empties every table, which takes a fraction of making them anew.
func (s *server) giveBack(name string) error {
	db, err := s.open(name)
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query("SELECT table_name FROM information_schema.tables WHERE table_schema = ? AND table_name NOT IN ('goose_db_version', 'action_kinds')", name)
	if err != nil {
		return err
	}
	defer rows.Close()
	statements := []string{"SET FOREIGN_KEY_CHECKS = 0"}
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return err
		}
		statements = append(statements, "DELETE FROM `"+table+"`")
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := s.exec(name, strings.Join(statements, "; ")); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, name)
	return nil
}

// close drops the databases, which a server of our own would not need, and stops the server.
func (s *server) close() error {
	var errs []error
	for _, name := range s.free {
		errs = append(errs, s.exec("", "DROP DATABASE "+name))
	}
	return errors.Join(append(errs, s.stop())...)
}

func (s *server) dsn(database string) string {
	config := s.admin.Clone()
	config.DBName = database
	return config.FormatDSN()
}

func (s *server) open(database string) (*sql.DB, error) {
	config := s.admin.Clone()
	config.DBName, config.MultiStatements = database, true
	connector, err := driver.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// exec runs one or more statements in one connection.
func (s *server) exec(database, statements string) error {
	db, err := s.open(database)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statements)
	return err
}
