// Package embedded runs the private MariaDB server that Central uses unless it is given a database: the
// machine's own mariadbd on a folder of Central's, reached through a unix socket only.
//
// Below the data folder lie `mariadb/` (the tables), `mariadb.log`, `run/` (the socket and the pid file) and
// two lock files. `lock` is held by the Central that started the server, so that a second one on the same
// folder is refused. `mariadb.lock` is held by mariadbd itself through an inherited descriptor, so that a
// new Central waits for the server that a killed one left behind to come to its end.
package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
)

const (
	database = "central"

	startPatience = 5 * time.Minute // recovery after a crash reads the whole redo log
	lockPatience  = time.Minute     // for the server of a Central that was killed
	poll          = 20 * time.Millisecond
)

// ErrNotRunning is returned by Connect when no Central runs a server on the data folder.
var ErrNotRunning = errors.New("no Central is running on this data folder")

// Server is a running private MariaDB. Make it with Start.
type Server struct {
	dsn    string
	lock   *os.File
	child  *os.Process
	exited chan struct{} // closed once mariadbd is gone
	err    error         // how it went; read after exited
}

// Start starts the private server on dataDir, which is made when it is missing, and returns when it answers
// and has an empty or older database "central". What a crash left behind is recovered first. It errs when
// another Central uses the folder, naming its process, and when MariaDB's server is not installed.
//
// The server ends when this process does, however that comes about.
func Start(ctx context.Context, dataDir string) (_ *Server, err error) {
	programs, err := findPrograms(systemFolders)
	if err != nil {
		return nil, err
	}
	at, err := placesIn(dataDir)
	if err != nil {
		return nil, err
	}
	if err := at.make(); err != nil {
		return nil, err
	}
	lock, err := lockFolder(at.lock, dataDir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			lock.Close()
		}
	}()
	running, err := waitForPredecessor(ctx, at.serverLock)
	if err != nil {
		return nil, err
	}
	defer running.Close() // mariadbd has its own descriptor of the same lock
	if err := install(ctx, programs.install, at); err != nil {
		return nil, err
	}
	s := &Server{dsn: address(at.socket, database).FormatDSN(), lock: lock, exited: make(chan struct{})}
	if err := s.run(programs.server, at, running); err != nil {
		return nil, err
	}
	if err := s.ready(ctx, at); err != nil {
		return nil, errors.Join(err, s.end(ctx))
	}
	return s, nil
}

// Connect gives the address of the server that another Central process runs on dataDir. It errs with
// ErrNotRunning when there is none.
func Connect(dataDir string) (string, error) {
	at, err := placesIn(dataDir)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := ping(ctx, at.socket, database); err != nil {
		return "", fmt.Errorf("%w (%s): %w", ErrNotRunning, dataDir, err)
	}
	return address(at.socket, database).FormatDSN(), nil
}

// DSN is the server's address in the form that store.Open takes.
func (s *Server) DSN() string { return s.dsn }

// PID is the process id of mariadbd.
func (s *Server) PID() int { return s.child.Pid }

// Exited is closed once mariadbd has ended, asked to or not.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// Stop asks the server to end and waits for it. When ctx ends first the server is killed; the next Start
// recovers. Afterwards the folder is free.
func (s *Server) Stop(ctx context.Context) error {
	defer s.lock.Close()
	select {
	case <-s.exited:
		return fmt.Errorf("the private MariaDB had ended before it was asked to: %w", s.err)
	default:
	}
	if err := s.end(ctx); err != nil {
		return err
	}
	if s.err != nil {
		return fmt.Errorf("stop the private MariaDB: %w", s.err)
	}
	return nil
}

// end makes the server end, by force when ctx ends before it does.
func (s *Server) end(ctx context.Context) error {
	if err := s.child.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the private MariaDB: %w", err)
	}
	select {
	case <-s.exited:
		return nil
	case <-ctx.Done():
		err := s.child.Kill()
		<-s.exited
		return errors.Join(fmt.Errorf("the private MariaDB did not end in time and was killed: %w", ctx.Err()), err)
	}
}

// ready waits until the server answers and makes the database.
func (s *Server) ready(ctx context.Context, at places) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for ping(ctx, at.socket, "") != nil {
		select {
		case <-s.exited:
			return fmt.Errorf("the private MariaDB ended at its start (%w); the end of %s:\n%s", s.err, at.log, lastLines(at.log, 20))
		case <-ctx.Done():
			return fmt.Errorf("the private MariaDB does not answer (%w); the end of %s:\n%s", ctx.Err(), at.log, lastLines(at.log, 20))
		case <-time.After(poll):
		}
	}
	db, err := open(at.socket, "")
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS "+database+" CHARACTER SET utf8mb4"); err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	return nil
}

func ping(ctx context.Context, socket, database string) error {
	db, err := open(socket, database)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

// open makes a pool whose driver keeps quiet: a refused connection is an answer here, and is returned.
func open(socket, database string) (*sql.DB, error) {
	config := address(socket, database)
	config.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func address(socket, database string) *mysql.Config {
	config := mysql.NewConfig()
	config.User, config.Net, config.Addr, config.DBName = "root", "unix", socket, database
	return config
}

// install makes the system tables in a folder of its own and moves it into place, so that a crash in the
// middle leaves nothing that looks complete.
func install(ctx context.Context, program string, at places) error {
	leftovers, err := filepath.Glob(at.tables + ".new-*")
	if err != nil {
		return err
	}
	for _, dir := range leftovers {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove what an interrupted start left: %w", err)
		}
	}
	if _, err := os.Stat(at.tables); err == nil || !errors.Is(err, os.ErrNotExist) {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(at.tables), filepath.Base(at.tables)+".new-")
	if err != nil {
		return fmt.Errorf("make the database's folder: %w", err)
	}
	command := exec.CommandContext(ctx, program, append([]string{"--no-defaults", "--datadir=" + dir,
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"}, asUser()...)...)
	command.Env = append(os.Environ(), "TMPDIR="+at.tmp)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, strings.TrimSpace(string(output)))
	}
	if err := os.Rename(dir, at.tables); err != nil {
		return fmt.Errorf("put the database's folder into place: %w", err)
	}
	return nil
}

// asUser lets mariadbd run as root when Central does; it refuses to otherwise.
func asUser() []string {
	if os.Geteuid() == 0 {
		return []string{"--user=root"}
	}
	return nil
}
