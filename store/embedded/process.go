package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// programs are the parts of the package mariadb-server that are needed.
type programs struct {
	server  string
	install string
}

// systemFolders is where the package puts them; an ordinary user's PATH may not lead there.
var systemFolders = []string{"/usr/sbin", "/usr/bin", "/usr/local/sbin"}

// findPrograms looks in PATH, then in folders. It errs with what to install.
func findPrograms(folders []string) (programs, error) {
	find := func(name string) (string, error) {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
		for _, folder := range folders {
			if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
				return path, nil
			}
		}
		return "", fmt.Errorf("the private database needs %s, which is not installed: apt-get install mariadb-server, or name a database of your own", name)
	}
	server, err := find("mariadbd")
	if err != nil {
		return programs{}, err
	}
	install, err := find("mariadb-install-db")
	return programs{server: server, install: install}, err
}

// run starts mariadbd. The kernel sends it SIGTERM when this process is gone, even by SIGKILL; since that
// hangs on the thread that started it, the goroutine keeps its thread until the server has ended.
func (s *Server) run(program string, at places, lock *os.File) error {
	log, err := os.OpenFile(at.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("the private MariaDB's log: %w", err)
	}
	defer log.Close()
	command := exec.Command(program, append([]string{
		"--no-defaults",
		"--datadir=" + at.tables,
		"--tmpdir=" + at.tmp,
		"--socket=" + at.socket,
		"--pid-file=" + at.pid,
		"--skip-networking",
		"--skip-name-resolve",
		"--skip-log-bin",
		"--character-set-server=utf8mb4",
		"--max-connections=200",
		"--max-allowed-packet=64M",
		"--local-infile=OFF",
		"--secure-file-priv=" + at.run,
	}, asUser()...)...)
	command.Stdout, command.Stderr = log, log
	command.Dir = at.dir
	command.ExtraFiles = []*os.File{lock}
	command.SysProcAttr = &syscall.SysProcAttr{
		Pdeathsig: syscall.SIGTERM,
		Setsid:    true, // an interrupt from the terminal is for Central, which stops the server last
	}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		if err == nil {
			s.child = command.Process
		}
		started <- err
		if err == nil {
			s.err = command.Wait()
			close(s.exited)
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start the private MariaDB: %w", err)
	}
	return nil
}

// lastLines is the end of a log for an error message.
func lastLines(path string, n int) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return errors.Join(errors.New("the log cannot be read"), err).Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
