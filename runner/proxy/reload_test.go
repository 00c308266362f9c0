package proxy_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/runner/proxy"
)

// However many changes come at once, nginx is reloaded once a second at most, and ends up with the last.
func TestReloadsAtMostOnceASecond(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"bin", "etc/nginx/central", "var/lib/central/applied", "run/lock"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	log := filepath.Join(root, "reloads")
	for name, script := range map[string]string{
		"nginx":     "exit 0",
		"systemctl": `case $1 in reload-or-restart) date +%s%N >>` + log + ` ;; show) echo 0 ;; esac`,
	} {
		if err := os.WriteFile(filepath.Join(root, "bin", name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	here := strings.NewReplacer(`"/etc/nginx/`, `"`+root+"/etc/nginx/", `"/var/lib/`, `"`+root+"/var/lib/", `"/run/`, `"`+root+"/run/")
	install := func(routes []fleet.Route) (proxy.Installed, error) {
		order := proxy.InstallRoutes(routes)
		argv := slices.Clone(order.Argv)
		for i := range argv {
			argv[i] = here.Replace(argv[i])
		}
		command := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
		command.Stdin, command.Env = bytes.NewReader(order.Stdin), []string{"PATH=" + root + "/bin:/usr/bin:/bin"}
		var said bytes.Buffer
		command.Stderr = &said
		answer, err := command.Output()
		if err != nil {
			return proxy.Installed{}, fmt.Errorf("%w: %s", err, said.String())
		}
		return proxy.ParseInstalled(answer)
	}

	const changes = 4
	began := time.Now()
	var all sync.WaitGroup
	for i := range changes {
		all.Go(func() {
			got, err := install([]fleet.Route{{Host: fmt.Sprintf("s%d.example.com", i), Address: "10.0.0.1"}})
			if err != nil || !got.Changed || !got.Reloaded {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	if got, err := install([]fleet.Route{{Host: "last.example.com", State: fleet.RouteMaintenance}}); err != nil || !got.Reloaded {
		t.Errorf("the last: %+v, %v", got, err)
	}
	if got, err := install([]fleet.Route{{Host: "last.example.com", State: fleet.RouteMaintenance}}); err != nil || got.Changed || got.Reloaded {
		t.Errorf("the same again: %+v, %v", got, err)
	}

	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var at []int64
	for line := range strings.Lines(string(text)) {
		nanos, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, nanos)
	}
	if len(at) != changes+1 || took < (changes-1)*900*time.Millisecond {
		t.Errorf("%d reloads, the first %d within %s", len(at), changes, took)
	}
	for i := 1; i < len(at); i++ {
		// It is told when one is over, a moment after it began.
		if apart := time.Duration(at[i] - at[i-1]); apart < 990*time.Millisecond {
			t.Errorf("reload %d came %s after the one before", i+1, apart)
		}
	}
	if hosts, err := os.ReadFile(filepath.Join(root, "etc/nginx/central/hosts.map")); err != nil || !strings.Contains(string(hosts), "last.example.com maintenance;") {
		t.Errorf("it ends with %s, %v", hosts, err)
	}
}
