package ansible

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

const (
	// interruptGrace is how long a cancelled run may take after each milder signal.
	interruptGrace = 5 * time.Second
	// drainGrace is how long output may still come when the run itself is over.
	drainGrace = 5 * time.Second
	// memoryLimit in bytes bounds what each process of a run may allocate, so that a host whose output
	// never ends fails its own run instead of this machine.
	memoryLimit = 3 << 30
)

// sink reads one descriptor of the run until it is closed.
type sink struct {
	fd   int
	read func(io.Reader) error
}

// runGroup runs cmd in a process group of its own and returns its exit status, once it is over and
// everything it wrote was read. When ctx ends, the group is interrupted, then terminated, then
// killed. If this process dies, cmd dies with it.
func runGroup(ctx context.Context, cmd *exec.Cmd, sinks []sink) (int, error) {
	var readers errgroup.Group
	var ours, theirs []*os.File
	closeAll := func(files []*os.File) {
		for _, file := range files {
			_ = file.Close()
		}
	}
	for _, s := range sinks {
		read, write, err := os.Pipe()
		if err != nil {
			closeAll(append(ours, theirs...))
			return -1, err
		}
		ours, theirs = append(ours, read), append(theirs, write)
		switch s.fd {
		case 1:
			cmd.Stdout = write
		case 2:
			cmd.Stderr = write
		default:
			if s.fd != 3+len(cmd.ExtraFiles) {
				closeAll(append(ours, theirs...))
				return -1, fmt.Errorf("descriptor %d is not the next one", s.fd)
			}
			cmd.ExtraFiles = append(cmd.ExtraFiles, write)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}

	started, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		// The parent-death signal is bound to the thread that forks, so that thread stays until the end.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			ended <- cmd.Wait()
		}
	}()
	err := <-started
	closeAll(theirs)
	if err != nil {
		closeAll(ours)
		return -1, err
	}
	limit := unix.Rlimit{Cur: memoryLimit, Max: memoryLimit}
	_ = unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_DATA, &limit, nil)
	for i, s := range sinks {
		readers.Go(func() error { return s.read(ours[i]) })
	}

	err = waitOrEnd(ctx, cmd.Process.Pid, ended)
	// Whatever the run left in its group must not go on without it.
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	for _, file := range ours {
		_ = file.SetReadDeadline(time.Now().Add(drainGrace))
	}
	readErr := readers.Wait()
	closeAll(ours)
	if errors.Is(readErr, os.ErrDeadlineExceeded) {
		readErr = nil
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return -1, err
	}
	return cmd.ProcessState.ExitCode(), readErr
}

// waitOrEnd waits for the end of the process, and brings it about when ctx ends first.
func waitOrEnd(ctx context.Context, group int, ended <-chan error) error {
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		_ = syscall.Kill(-group, signal)
		timer := time.NewTimer(interruptGrace)
		select {
		case err := <-ended:
			timer.Stop()
			return err
		case <-timer.C:
		}
	}
	_ = syscall.Kill(-group, syscall.SIGKILL)
	return <-ended
}
