package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// Lock takes the file lock at path, waiting for whoever holds it, and returns what gives it back. The
// file may be removed by its holder: a lock on a file that is no longer at path is taken again.
func Lock(ctx context.Context, path string) (release func(), err error) {
	for {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, err
		}
		err = Until(ctx, time.Hour, func() bool {
			err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
			return !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR)
		})
		if err != nil {
			file.Close()
			return nil, fmt.Errorf("wait for the lock %s: %w", path, err)
		}
		held, err1 := file.Stat()
		there, err2 := os.Stat(path)
		if err1 == nil && err2 == nil && os.SameFile(held, there) {
			return func() { file.Close() }, nil
		}
		file.Close()
	}
}
