// Package mysql runs a real MySQL server for tests: the one of Debian's unstable release, in a root
// file system of its own, because a stable Debian has only MariaDB.
package mysql

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"central/practice/machine"
)

// Packages are the Debian packages a machine needs to run this server.
var Packages = []string{"debootstrap", "debian-archive-keyring", "util-linux", "mount"}

var image = machine.Image{
	Name: "mysql", Suite: "sid", Packages: []string{"mysql-server-core"},
	// Nothing is fetched with it later, and the server needs none of it.
	Finish: "rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/* /usr/share/doc/* /usr/share/man/*\n",
}

// Server is a MySQL server of its own: nobody else uses its data.
type Server struct {
	socket string
	runDir string
	cmd    *exec.Cmd
	leash  io.Closer
	ended  chan struct{}
	stop   sync.Once
	err    error
}

// serve runs as the first process of namespaces of its own: the end of its standard input, which is
// the end of the one who started it, ends the server; its own end takes all processes and mounts along.
const serve = `set -eu
root=$1 data=$2 sockets=$3
mount -t proc proc /proc
mount -t tmpfs tmpfs "$root/mnt"
mkdir "$root/mnt/data" "$root/mnt/run"
mount --bind "$data" "$root/mnt/data"
mount --bind "$sockets" "$root/mnt/run"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
mysqld() { exec chroot "$root" /usr/sbin/mysqld --no-defaults --user=root "$@" 3<&-; }
[ -d "$data/mysql" ] || {
	rm -rf "$data/half"
	(mysqld --datadir=/mnt/data/half --initialize-insecure)
	mv "$data/half" "$data/mysql"
}
mysqld --datadir=/mnt/data/mysql --socket=/mnt/run/s --skip-networking --mysqlx=OFF --secure-file-priv= --pid-file=/tmp/mysqld.pid \
	--skip-log-bin --innodb-flush-log-at-trx-commit=2 --max-connections=500 &
server=$!
(cat <&3 >/dev/null; kill -TERM $server) &
code=0
wait $server || code=$?
rm -rf "$sockets"
exit $code
`

// Start starts a server on the data in dir, which it makes where there is none, and returns once it
// takes connections: about half a minute the first time ever, for the file system in cacheDir (shared,
// kept), and 2 s after that. It needs Linux, root and [Packages], and says in one line what is
// missing. The server ends with Stop, and by itself when this process ends.
func Start(ctx context.Context, cacheDir, dir string) (*Server, error) {
	if err := machine.Check("a MySQL server for tests", machine.ImageNeeds...); err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if cacheDir, err = filepath.Abs(cacheDir); err != nil {
		return nil, err
	}
	root, err := image.Make(ctx, cacheDir, func(string, ...any) {})
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	// The path of a socket holds 107 characters; dir may be longer.
	sockets, err := os.MkdirTemp("", "mysql")
	if err != nil {
		return nil, err
	}
	s := &Server{socket: filepath.Join(sockets, "s"), runDir: sockets, ended: make(chan struct{})}
	logFile := filepath.Join(dir, "mysqld.log")
	if err := s.run(root, dir, sockets, logFile); err != nil {
		return nil, errors.Join(err, os.RemoveAll(sockets))
	}
	if err := s.answers(ctx); err != nil {
		said, _ := os.ReadFile(logFile)
		return nil, errors.Join(fmt.Errorf("mysql does not start: %w%s", err, machine.Tail(string(said))), s.Stop())
	}
	return s, nil
}

func (s *Server) run(root, dir, sockets, logFile string) error {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	s.cmd = exec.Command("unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL",
		"/bin/sh", "-c", serve, "sh", root, dir, sockets)
	s.cmd.ExtraFiles = []*os.File{read}
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := s.cmd.Start(); err != nil {
		write.Close()
		return err
	}
	s.leash = write
	go func() {
		s.err = s.cmd.Wait()
		close(s.ended)
	}()
	return nil
}

// answers waits until the server takes connections.
func (s *Server) answers(ctx context.Context) error {
	err := machine.Until(ctx, time.Minute, func() bool {
		select {
		case <-s.ended:
			return true
		default:
			return greets(s.socket)
		}
	})
	if err != nil {
		return err
	}
	select {
	case <-s.ended:
		return fmt.Errorf("its process ended: %w", s.err)
	default:
		return nil
	}
}

// Socket returns the path of the server's unix socket. Its user root has no password.
func (s *Server) Socket() string { return s.socket }

// DSN returns the address of a database of this server for go-sql-driver/mysql, which has to be
// created first; of the server itself with an empty name. Times are UTC.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("root@unix(%s)/%s?parseTime=true&loc=UTC", s.socket, database)
}

// Stop ends the server and waits until it is gone. Its data stays. A second call does nothing.
func (s *Server) Stop() error {
	var err error
	s.stop.Do(func() {
		// Asked in vain for half a minute, it is killed.
		kill := time.AfterFunc(30*time.Second, func() { _ = s.cmd.Process.Kill() })
		defer kill.Stop()
		err = s.leash.Close()
		<-s.ended
		err = errors.Join(err, os.RemoveAll(s.runDir))
	})
	return err
}

// greets reports whether a MySQL server answers at a socket. Its first packet has the protocol's
// version, 10, as its fifth byte.
func greets(socket string) bool {
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return false
	}
	hello := make([]byte, 64)
	n, err := conn.Read(hello)
	return err == nil && n > 4 && hello[4] == 10
}
