package ansible

import (
	"bufio"
	"context"
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

	"central/fleet"
)

func TestMain(m *testing.M) {
	// A Central of its own, for the test in which it is killed.
	if dir := os.Getenv("ANSIBLE_TEST_WAIT_IN"); dir != "" {
		waitIn(dir)
		return
	}
	os.Exit(m.Run())
}

// seconds for which the play of waitRun waits, and by which its command is found.
const seconds = "611.0625"

func waitRun(dir string) Run {
	return Run{Play: "server", Dir: dir, Hosts: []Host{testHost(nil)}, Vars: map[string]any{"seconds": seconds}}
}

// waitIn runs a play that takes long, and says so when it has begun.
func waitIn(dir string) {
	r := waitRun(dir)
	work, err := localWorkdir(r, "wait.yml")
	if err == nil {
		_, err = r.execute(context.Background(), work, func(e Event) {
			if e.Kind == KindTaskStart {
				fmt.Println("begun")
			}
		})
	}
	fmt.Println(err)
}

// processesOf finds the processes whose command line holds text, by pid.
func processesOf(t *testing.T, text string) map[int]string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(t, err)
	found := map[int]string{}
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(line), text) {
			continue // it may be gone by now
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		must(t, err)
		found[pid] = strings.ReplaceAll(string(line), "\x00", " ")
	}
	return found
}

// until polls what until it holds, at most for a while.
func until(t *testing.T, what func() bool) bool {
	t.Helper()
	deadline := time.NewTimer(15 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !what() {
		select {
		case <-tick.C:
		case <-deadline.C:
			return false
		}
	}
	return true
}

func TestCancel(t *testing.T) {
	t.Run("EndsTheWholeGroup", func(t *testing.T) {
		r := waitRun(t.TempDir())
		ctx, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		begun := false
		go func() {
			begun = until(t, func() bool { return len(processesOf(t, seconds)) > 0 })
			cancel(errors.New("somebody pressed Cancel"))
		}()
		result, err := r.execute(ctx, local(t, r, "wait.yml"), nil)
		if fleet.ErrorCode(err) != fleet.CodeCancelled || !strings.Contains(err.Error(), "m-01: somebody pressed Cancel") {
			t.Errorf("got %v", err)
		}
		if !begun || result.Stats["m-01"].OK > 0 {
			t.Errorf("begun %v, %v", begun, result)
		}
		if !until(t, func() bool { return len(processesOf(t, r.Dir))+len(processesOf(t, seconds)) == 0 }) {
			t.Errorf("left %v %v", processesOf(t, r.Dir), processesOf(t, seconds))
		}
	})
	t.Run("BeforeTheStart", func(t *testing.T) {
		r := waitRun(t.TempDir())
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := r.Execute(ctx, func(e Event) { t.Errorf("an event: %v", e) })
		if fleet.ErrorCode(err) != fleet.CodeCancelled {
			t.Errorf("got %v", err)
		}
	})
	t.Run("AStubbornProcessIsKilled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cmd := exec.Command("/bin/sh", "-c", `trap "" INT TERM; echo ready; while :; do sleep 0.1; done`)
		exit, err := runGroup(ctx, cmd, []sink{{fd: 1, read: func(pipe io.Reader) error {
			return eachLine(pipe, MaxLine, func(string) error { cancel(); return nil })
		}}})
		if err != nil || exit != -1 {
			t.Errorf("%d, %v", exit, err)
		}
	})
}

func TestDiesWithCentral(t *testing.T) {
	// Short, so that SSH's sockets lie in it too.
	dir, err := os.MkdirTemp("/tmp", "central-")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(dir)) })
	central := exec.Command(os.Args[0])
	central.Env = append(os.Environ(), "ANSIBLE_TEST_WAIT_IN="+dir)
	stdout, err := central.StdoutPipe()
	must(t, err)
	must(t, central.Start())
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() || lines.Text() != "begun" {
		t.Fatalf("it says %q", lines.Text())
	}
	ansible := func() (found []string) {
		for _, line := range processesOf(t, dir) {
			if strings.Contains(line, "ansible-playbook") {
				found = append(found, line)
			}
		}
		return found
	}
	// The run itself and the worker that waits for the host.
	if !until(t, func() bool { return len(ansible()) == 2 }) {
		t.Fatalf("running: %v", ansible())
	}
	must(t, central.Process.Kill())
	_ = central.Wait()
	if !until(t, func() bool { return len(ansible()) == 0 }) {
		t.Errorf("left: %v", ansible())
	}
	// The next run in the same directory removes what the killed one left.
	if left, err := filepath.Glob(filepath.Join(dir, workdirPrefix+"*")); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = waitRun(dir).Execute(ctx, nil)
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
	// What the play had begun on a host is the host's; here the host is this machine.
	for pid := range processesOf(t, seconds) {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended with another of them
	}
}
