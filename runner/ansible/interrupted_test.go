package ansible_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"central/runner/ansible"
)

// seedVariable names the environment variable that repeats what an earlier run of the test drew.
const seedVariable = "CENTRAL_TEST_SEED"

// testSeed is the seed of a test that leaves something to chance. It is printed, and can be set.
func testSeed(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		must(t, err)
	}
	t.Logf("%s=%d repeats it", seedVariable, seed)
	return seed
}

// interrupt begins a play several times, and each time kills Ansible with all it has started as a task begins that is
// drawn by lot, as when the machine that Central runs on falls. What the play does then is the concern of the run that
// follows: it has to end well, and the one after it to change nothing.
func (m *machines) interrupt(t *testing.T, times int, r ansible.Run) {
	t.Helper()
	draw := rand.New(rand.NewPCG(testSeed(t), 1))
	r.AgentSocket = m.agent
	for range times {
		r.Dir = t.TempDir()
		at, killed := 0, ""
		_, err := r.Execute(t.Context(), func(e ansible.Event) {
			switch {
			case e.Kind == ansible.KindPlayStart && at == 0:
				at = 1 + draw.IntN(e.Total)
			case e.Kind == ansible.KindTaskStart && e.Index >= at && killed == "":
				killed = e.String()
				if err := killGroups(r.Dir); err != nil {
					t.Error(err)
				}
			}
		})
		if killed == "" && err == nil {
			t.Logf("play %s: the lot fell on task %d, which is skipped", r.Play, at)
			continue
		}
		if killed == "" || err == nil {
			t.Errorf("play %s: killed at %q, and then %v", r.Play, killed, err)
		}
		t.Logf("play %s was killed at %s", r.Play, killed)
	}
}

// killGroups kills the process groups of this process's children that work below a folder.
func killGroups(dir string) error {
	commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return err
	}
	found := 0
	for _, path := range commands {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), dir) || parentOf(pid) != os.Getpid() {
			continue // it has ended meanwhile, or is another's
		}
		if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil {
			return fmt.Errorf("kill the group of %d: %w", pid, err)
		}
		found++
	}
	if found == 0 {
		return fmt.Errorf("nothing works in %s", dir)
	}
	return nil
}

// parentOf is the process that started another one, 0 when that has ended.
func parentOf(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name in brackets may hold anything; after it come the state and the parent.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	parent, err := strconv.Atoi(fields[1])
	if err != nil {
		return 0
	}
	return parent
}
