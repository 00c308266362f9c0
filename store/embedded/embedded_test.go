package embedded

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asCentral makes this test binary start a server on the folder it names and wait to be killed.
const asCentral = "EMBEDDED_TEST_CENTRAL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asCentral); dir != "" {
		server, err := Start(context.Background(), dir)
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		fmt.Println(server.PID())
		<-server.Exited()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	server := mustStart(t, dir)

	t.Run("Answers", func(t *testing.T) {
		mustExec(t, server.DSN(), "CREATE TABLE notes (text VARCHAR(100))")
		mustExec(t, server.DSN(), "INSERT INTO notes VALUES ('kept')")
	})

	t.Run("NoNetwork", func(t *testing.T) {
		var off string
		query(t, server.DSN(), "SELECT @@skip_networking", &off)
		if off != "1" {
			t.Errorf("skip_networking is %s", off)
		}
	})

	t.Run("SocketIsPrivate", func(t *testing.T) {
		at, err := placesIn(dir)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Dir(at.socket))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("the socket's folder has mode %o", info.Mode().Perm())
		}
	})

	t.Run("SecondCentralRefused", func(t *testing.T) {
		_, err := Start(t.Context(), dir)
		if err == nil || !strings.Contains(err.Error(), "process "+strconv.Itoa(os.Getpid())) {
			t.Errorf("a second start gave %v; want an error that names this process", err)
		}
	})

	t.Run("Connect", func(t *testing.T) {
		dsn, err := Connect(dir)
		if err != nil {
			t.Fatal(err)
		}
		var text string
		query(t, dsn, "SELECT text FROM notes", &text)
		if text != "kept" {
			t.Errorf("read %q", text)
		}
	})

	t.Run("StopAndStartAgain", func(t *testing.T) {
		mustStop(t, server)
		if _, err := Connect(dir); !errors.Is(err, ErrNotRunning) {
			t.Errorf("Connect to a stopped server gave %v", err)
		}
		again := mustStart(t, dir)
		defer mustStop(t, again)
		var text string
		query(t, again.DSN(), "SELECT text FROM notes", &text)
		if text != "kept" {
			t.Errorf("read %q", text)
		}
	})
}

func TestServer_CentralKilled(t *testing.T) {
	dir := t.TempDir()
	central, pid := startCentral(t, dir)
	dsn, err := Connect(dir)
	if err != nil {
		t.Fatal(err)
	}
	mustExec(t, dsn, "CREATE TABLE notes (text VARCHAR(100))")
	mustExec(t, dsn, "INSERT INTO notes VALUES ('kept')")

	if err := central.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := central.Process.Wait(); err != nil {
		t.Fatal(err)
	}
	server := mustStart(t, dir) // at once, while the old server is still on its way out
	defer mustStop(t, server)
	if server.PID() == pid {
		t.Error("the server of the killed Central goes on")
	}
	var text string
	query(t, server.DSN(), "SELECT text FROM notes", &text)
	if text != "kept" {
		t.Errorf("read %q", text)
	}
}

func TestServer_BothKilled(t *testing.T) {
	dir := t.TempDir()
	central, pid := startCentral(t, dir)
	dsn, err := Connect(dir)
	if err != nil {
		t.Fatal(err)
	}
	mustExec(t, dsn, "CREATE TABLE notes (text VARCHAR(100))")
	mustExec(t, dsn, "INSERT INTO notes VALUES ('kept')")

	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil { // leaves its socket and pid file behind
		t.Fatal(err)
	}
	if err := central.Wait(); err != nil {
		t.Fatal(err)
	}
	at, err := placesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(at.socket); err != nil {
		t.Fatalf("no stale socket to test with: %v", err)
	}
	server := mustStart(t, dir)
	defer mustStop(t, server)
	var text string
	query(t, server.DSN(), "SELECT text FROM notes", &text)
	if text != "kept" {
		t.Errorf("read %q", text)
	}
}

func TestServer_InterruptedInstall(t *testing.T) {
	dir := t.TempDir()
	half := filepath.Join(dir, "mariadb.new-123")
	if err := os.MkdirAll(filepath.Join(half, "mysql"), 0o700); err != nil {
		t.Fatal(err)
	}
	server := mustStart(t, dir)
	defer mustStop(t, server)
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the half-made folder is still there (%v)", err)
	}
}

// A MariaDB that starts removes the temporary tables of every other in the same folder.
func TestServer_HasAFolderForTemporaryFilesOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	server := mustStart(t, dir)
	defer mustStop(t, server)
	var folder string
	query(t, server.DSN(), "SELECT @@tmpdir", &folder)
	at, err := placesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	if folder != at.tmp {
		t.Errorf("temporary files lie in %s, want %s", folder, at.tmp)
	}
}

func TestServer_LongPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30), "data")
	server := mustStart(t, dir)
	defer mustStop(t, server)
	if _, err := Connect(dir); err != nil {
		t.Error(err)
	}
	at, err := placesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(at.run) })
	if len(at.socket) > maxSocketPath {
		t.Errorf("the socket's path %s has %d characters", at.socket, len(at.socket))
	}
}

func TestServer_BrokenFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "mariadb"), 0o700); err != nil {
		t.Fatal(err)
	}
	server, err := Start(t.Context(), dir)
	if err == nil {
		mustStop(t, server)
		t.Fatal("a folder without system tables was started on")
	}
	if !strings.Contains(err.Error(), "mariadb.log") {
		t.Errorf("the error does not show the log: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "lock")); err != nil {
		t.Fatal(err)
	}
	file, err := lockFolder(filepath.Join(dir, "lock"), dir)
	if err != nil {
		t.Fatalf("the failed start kept the folder's lock: %v", err)
	}
	file.Close()
}

func TestConnect_NothingThere(t *testing.T) {
	if _, err := Connect(t.TempDir()); !errors.Is(err, ErrNotRunning) {
		t.Errorf("got %v, want ErrNotRunning", err)
	}
}

func TestFindPrograms_NamesThePackage(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := findPrograms([]string{t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "apt-get install mariadb-server") {
		t.Errorf("got %v", err)
	}
}

func mustStart(t *testing.T, dir string) *Server {
	t.Helper()
	server, err := Start(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func mustStop(t *testing.T, server *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := server.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// startCentral starts a process that starts a server; it gives the process and the server's pid.
func startCentral(t *testing.T, dir string) (*exec.Cmd, int) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), asCentral+"="+dir)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill(); command.Wait() })
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, output)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the other Central said %q", line)
	}
	return command, pid
}

func mustExec(t *testing.T, dsn, statement string) {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func query(t *testing.T, dsn, statement string, into any) {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), statement).Scan(into); err != nil {
		t.Fatal(err)
	}
}
