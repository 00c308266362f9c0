package ansible

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	// workdirPrefix begins the name of every workdir.
	workdirPrefix = "play-"
	// newPrefix begins the name of one that is not locked yet.
	newPrefix = "new-"
	// lockName is a file in each workdir that is locked while its run lives. The lock goes with the
	// process, so a workdir with a free lock was left by one that was killed.
	lockName = "lock"
)

// makeLocked makes a directory below parent that only its owner may enter, and takes its lock;
// closing the file gives the lock back.
func makeLocked(parent string) (dir string, lock *os.File, err error) {
	fresh, err := os.MkdirTemp(parent, newPrefix)
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(fresh)
		}
	}()
	if lock, err = os.OpenFile(filepath.Join(fresh, lockName), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return "", nil, err
	}
	dir = filepath.Join(filepath.Dir(fresh), workdirPrefix+strings.TrimPrefix(filepath.Base(fresh), newPrefix))
	if err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err == nil {
		err = os.Rename(fresh, dir)
	}
	if err != nil {
		_ = lock.Close()
		return "", nil, fmt.Errorf("locking %s: %w", fresh, err)
	}
	return dir, lock, nil
}

// removeLeftovers deletes the workdirs below parent whose process is gone: they hold variables.
// Those that live, also of other processes, stay.
func removeLeftovers(parent string) {
	dirs, _ := filepath.Glob(filepath.Join(parent, workdirPrefix+"*"))
	for _, dir := range dirs {
		lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(dir)
		}
		_ = lock.Close()
	}
}
