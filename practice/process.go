package practice

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// spawn starts a program in a session of its own, so that it outlives the caller, with its output in
// logFile and its pid in pidFile.
func spawn(pidFile, logFile string, env []string, argv ...string) error {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { // whoever stays around reaps it; after that the machine's init does
		defer close(ended)
		_ = cmd.Wait()
	}()
	if err := os.WriteFile(pidFile, []byte(strconv.Itoa(cmd.Process.Pid)+"\n"), 0o600); err != nil {
		return err
	}
	for commandLine(cmd.Process.Pid) == nil { // a program that was just started has no arguments for a moment
		select {
		case <-ended:
			return nil
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

// pidOf reads a pid file and returns the pid if that process still is the one meant: its command line
// must contain every one of words as an argument. A pid that went to another process is not ours, and
// 0 is returned.
func pidOf(pidFile string, words ...string) int {
	text, err := os.ReadFile(pidFile)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 1 || !isProcess(pid, words...) {
		return 0
	}
	return pid
}

// isProcess reports whether pid runs and has all words among its arguments.
func isProcess(pid int, words ...string) bool {
	args := commandLine(pid)
	for _, w := range words {
		if !slices.Contains(args, w) {
			return false
		}
	}
	return len(args) > 0
}

// commandLine returns the arguments of a process, none for one that is gone or a zombie.
func commandLine(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
}

// processes returns the pids of all processes of the machine.
func processes() []int {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	pids := make([]int, 0, len(dirs))
	for _, d := range dirs {
		if pid, err := strconv.Atoi(filepath.Base(d)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// children returns the pids whose parent is pid.
func children(pid int) []int {
	var out []int
	for _, p := range processes() {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p))
		if err != nil {
			continue
		}
		// The second field is the program's name in parentheses and may hold anything.
		_, rest, ok := strings.Cut(string(text[bytes.LastIndexByte(text, ')')+1:]), " ")
		fields := strings.Fields(rest)
		if ok && len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			out = append(out, p)
		}
	}
	return out
}

// alive reports whether a process exists and is more than a zombie.
func alive(pid int) bool { return len(commandLine(pid)) > 0 }
