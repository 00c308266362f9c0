// Package machine is the little that practice needs from the machine it runs on: commands, file locks,
// mounts, and root file systems made by debootstrap and kept in a cache.
package machine

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Run runs a command and waits for it. Its error carries the last lines the command wrote.
func Run(ctx context.Context, name string, args ...string) error {
	_, err := Output(ctx, name, args...)
	return err
}

// Output is Run, and returns what the command wrote to its standard output. The command is killed when
// ctx ends and, on Linux, when this process dies.
func Output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// The kernel tells the command of the end of the thread that started it, so the thread must stay.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = dieWithParent()
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		said := stderr.String()
		if strings.TrimSpace(said) == "" {
			said = stdout.String()
		}
		// The name and the first words say which command it was; scripts are long.
		return stdout.String(), fmt.Errorf("%s: %w%s", brief(name, args), err, Tail(said))
	}
	return stdout.String(), nil
}

// brief is a command in at most one short line.
func brief(name string, args []string) string {
	line, _, cut := strings.Cut(strings.Join(append([]string{name}, args...), " "), "\n")
	if len(line) > 200 {
		line, cut = line[:200], true
	}
	if cut {
		line += " …"
	}
	return line
}

// Tail returns the last lines of what a command wrote, ready to be appended to an error.
func Tail(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if lines[0] == "" {
		return ""
	}
	if len(lines) > 8 {
		lines = lines[len(lines)-8:]
	}
	return ": " + strings.Join(lines, "; ")
}
