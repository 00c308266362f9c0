package practice

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"central/practice/machine"
)

const (
	gitPid    = "git.pid"
	gitLog    = "git.log"
	gitConfig = "git.config"
	gitPort   = "9418"
)

// GitURL returns the address by which a host clones the repository NAME.git of the directory given to
// ServeGit.
func (f *Fleet) GitURL(name string) string { return fmt.Sprintf("git://%s/%s.git", f.Gateway(), name) }

// ServeGit serves every repository in dir to the hosts, read-only, at the addresses of [Fleet.GitURL].
// It returns once git answers; the server runs until Down. Called again it serves the directory given
// last. Nobody but the fleet's hosts and this machine can reach it.
func (f *Fleet) ServeGit(ctx context.Context, dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if !machine.IsDir(dir) {
		return fmt.Errorf("practice: %s is no directory of repositories", dir)
	}
	release, err := f.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	if !isLink(f.bridge()) {
		return errors.New("practice: the fleet is not up, nobody could reach its git server")
	}
	address := net.JoinHostPort(f.Gateway().String(), gitPort)
	if pidOf(filepath.Join(f.cfg.Dir, gitPid), "daemon", "--base-path="+dir) != 0 && accepts(ctx, address) {
		return nil
	}
	if err := f.stopGit(ctx); err != nil {
		return err
	}
	// The repositories may belong to another user than the one who serves them.
	config := filepath.Join(f.cfg.Dir, gitConfig)
	if err := machine.WriteFile(config, "[safe]\n\tdirectory = *\n", 0o644); err != nil {
		return err
	}
	pidFile := filepath.Join(f.cfg.Dir, gitPid)
	err = spawn(pidFile, filepath.Join(f.cfg.Dir, gitLog), []string{"GIT_CONFIG_GLOBAL=" + config},
		"git", "daemon", "--reuseaddr", "--listen="+f.Gateway().String(), "--port="+gitPort,
		"--export-all", "--informative-errors", "--base-path="+dir, dir)
	if err != nil {
		return fmt.Errorf("practice: serve repositories: %w", err)
	}
	err = machine.Until(ctx, 10*time.Second, func() bool { return accepts(ctx, address) || pidOf(pidFile, "daemon") == 0 })
	if err != nil || pidOf(pidFile, "daemon") == 0 {
		said, _ := os.ReadFile(filepath.Join(f.cfg.Dir, gitLog))
		return fmt.Errorf("practice: git does not serve %s%s", dir, machine.Tail(string(said)))
	}
	return nil
}

// stopGit ends the git server if it runs.
func (f *Fleet) stopGit(ctx context.Context) error {
	for _, pid := range processes() {
		// `git daemon` is two processes; both have the address among their arguments.
		if !isProcess(pid, "--listen="+f.Gateway().String(), "--port="+gitPort, "--export-all") {
			continue
		}
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
		if err := machine.Until(ctx, 10*time.Second, func() bool { return !alive(pid) }); err != nil {
			return fmt.Errorf("practice: stop the git server: %w", err)
		}
	}
	return nil
}

// accepts reports whether something listens at an address.
func accepts(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}
