package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"central/practice/demo"
	"central/runner/bench"
)

// loop runs the commands of a move as one would by hand: one ssh after the other over a shared connection.
type loop struct {
	dir     string
	options []string // of ssh, the host last
	backups uint     // numbers of the backups it takes, far from those of actions
}

// firstBackup is a number that no action of a short run reaches.
const firstBackup = 1_000_000

// healthPatience is how long Central waits for a site to answer as expected; the loop does as well.
const healthPatience = 30 * time.Second

// newLoop opens the shared connection, as Central's pool has one open.
func newLoop(ctx context.Context, d *demo.Demo, key string) (*loop, error) {
	host, err := d.Fleet.Host(serverName)
	if err != nil {
		return nil, err
	}
	hostKey, err := d.Fleet.HostKey(serverName)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "central-measure-") // short, since the shared connection's socket lies in it
	if err != nil {
		return nil, err
	}
	known := filepath.Join(dir, "known_hosts")
	if err := os.WriteFile(known, []byte(host.Address.String()+" "+hostKey+"\n"), 0o600); err != nil {
		return nil, err
	}
	l := &loop{dir: dir, backups: firstBackup, options: []string{
		"-F", "none", "-i", key, "-o", "BatchMode=yes", "-o", "UserKnownHostsFile=" + known, "-o", "StrictHostKeyChecking=yes",
		"-o", "ControlMaster=auto", "-o", "ControlPath=" + filepath.Join(dir, "ssh"), "-o", "ControlPersist=600", "root@" + host.Address.String(),
	}}
	if _, err := l.ssh(ctx, "true"); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// close ends the shared connection.
func (l *loop) close() {
	_ = exec.Command("ssh", append([]string{"-O", "exit"}, l.options...)...).Run()
	_ = os.RemoveAll(l.dir)
}

// ssh runs one command line on the server and returns what it wrote.
func (l *loop) ssh(ctx context.Context, line string) (string, error) {
	out, err := exec.CommandContext(ctx, "ssh", append(slices.Clone(l.options), line)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", line, err, out)
	}
	return string(out), nil
}

// place is a revision that sites live on, and the port that nginx sends their visitors to.
type place struct {
	revision bench.Revision
	port     int
}

// place finds where a site is, by Central's word and by what nginx reads.
func (l *loop) place(ctx context.Context, s site) (place, error) {
	revision, err := bench.At(s.Bench.Name, s.Revision.Name)
	if err != nil {
		return place{}, err
	}
	line, err := l.ssh(ctx, "cat /etc/nginx/central/sites.d/"+bench.Quote(s.Name+".conf"))
	if err != nil {
		return place{}, err
	}
	port, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), s.Name+" "), ";"))
	return place{revision, port}, err
}

// step is one step of a move and its command.
type step struct {
	name    string
	command bench.Command
}

// steps are those of package runner, in its order, each with the command that it runs when all goes well. What
// Central does besides, such as forgetting the units that the loop has none of, is part of what it costs.
func steps(name string, from, to place, backup, earlier uint) ([]step, error) {
	old, err := from.revision.Site(name)
	if err != nil {
		return nil, err
	}
	moved := old.In(to.revision)
	route, err := bench.WriteNginxMap(name, to.port)
	if err != nil {
		return nil, err
	}
	closed, err := bench.HealthCheck(name, healthPatience, 503)
	if err != nil {
		return nil, err
	}
	open, err := bench.HealthCheck(name, healthPatience, 200)
	if err != nil {
		return nil, err
	}
	return []step{
		{"Preflight", bench.Preflight(old, to.revision)},
		{"Maintenance on", bench.SetMaintenanceMode(old, true)},
		{"Drain jobs", bench.ReadyForMigration(old)},
		{"Back up", bench.DumpTables(old, backup)},
		{"Move", bench.MoveSite(old, to.revision)},
		{"Route", route},
		{"Migrate", bench.Migrate(moved, bench.MigrateOptions{SkipSearchIndex: true})},
		{"Health check", closed},
		{"Maintenance off", bench.SetMaintenanceMode(moved, false)},
		{"Maintenance off", open},
		{"Search index", bench.BuildSearchIndex(moved)},
		{"Clean up", bench.RemoveBackups(moved, earlier)},
	}, nil
}

// sameSteps errs when Central's move has other steps than the loop: then the figures would not compare.
func sameSteps(central []string, from, to place) error {
	all, err := steps("a.example.com", from, to, firstBackup+1, firstBackup)
	if err != nil {
		return err
	}
	var ours []string
	for _, s := range all {
		if !slices.Contains(ours, s.name) {
			ours = append(ours, s.name)
		}
	}
	if !slices.Equal(ours, central) {
		return fmt.Errorf("a move has the steps %q, the loop has %q: bring measure/loop.go up to date", central, ours)
	}
	return nil
}

// move moves sites one after the other by a shell script of ssh commands, and returns the time that one took.
func (l *loop) move(ctx context.Context, names []string, from, to place) (time.Duration, error) {
	text := "set -euo pipefail\n"
	for _, name := range names {
		l.backups++
		all, err := steps(name, from, to, l.backups, l.backups-uint(len(names)))
		if err != nil {
			return 0, err
		}
		for _, s := range all {
			line, err := s.command.Line("root")
			if err != nil {
				return 0, err
			}
			call := bench.QuoteAll(append(append([]string{"ssh"}, l.options...), line))
			text += "printf %s " + bench.Quote(string(s.command.Stdin)) + " | " + call + "\n"
		}
	}
	command := exec.CommandContext(ctx, "bash", "-s")
	command.Stdin = strings.NewReader(text)
	began := time.Now()
	out, err := command.CombinedOutput()
	took := time.Since(began)
	if err != nil {
		return 0, fmt.Errorf("the loop of ssh: %w\n%s", err, out)
	}
	return took / time.Duration(len(names)), nil
}
