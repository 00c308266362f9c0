package runner

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/practice"
	"central/runner/bench"
	"central/runner/remote"
)

// watchStage is a stage with one real host, whose services only pretend, and a watcher in a hurry.
type watchStage struct {
	*stage
	machines *practice.Fleet
	pool     *remote.Pool
	server   fleet.Server
}

func newWatchStage(t *testing.T) *watchStage {
	t.Helper()
	if err := practice.Check(); err != nil {
		t.Fatal(err)
	}
	key, err := remote.GenerateKey()
	mustBe(t, err)
	agent := remote.NewAgent(remote.OneKey(key))
	s := &watchStage{stage: newStage(t), pool: remote.NewPool(agent, remote.Limits{
		DialTimeout: 3 * time.Second, KeepAlive: 300 * time.Millisecond, KeepAliveMisses: 3,
	})}
	t.Cleanup(s.pool.Close)
	s.machines, err = practice.New(practice.Config{
		Name: "health", Dir: filepath.Join(os.TempDir(), "central-test-health"), Network: netip.MustParsePrefix("10.90.3.0/24"),
		AuthorizedKeys: []string{remote.PublicKey(key)}, Log: t.Logf,
	})
	mustBe(t, err)
	mustBe(t, s.machines.Down(t.Context())) // what a killed run left behind
	t.Cleanup(func() { mustBe(t, s.machines.Down(context.Background())) })
	hosts, err := s.machines.Up(t.Context(), "m-01")
	mustBe(t, err)
	address := hosts[0].Address.String()
	hostKey, err := remote.ScanHostKey(t.Context(), address, 22)
	mustBe(t, err)
	s.server, err = s.store.AddServer(t.Context(), admin, fleet.NewServer{Name: "m-01", Address: address, Role: fleet.RoleMaster, HostKey: hostKey})
	mustBe(t, err)
	s.sql(t, "UPDATE servers SET status = 'READY'")
	s.onHost(t, `for unit in mariadb nginx; do
	printf '[Service]\nExecStart=sleep infinity\n' >/etc/systemd/system/$unit.service
done
printf '[Unit]\nDescription=bench\n' >/etc/systemd/system/central-main-r1.target
systemctl daemon-reload
systemctl start mariadb nginx central-main-r1.target`)
	watcher := NewWatcher(WatcherConfig{
		Store: s.store, Pool: s.pool, Log: slog.New(slog.DiscardHandler), SampleEvery: 3 * time.Second, SamplePatience: 2500 * time.Millisecond,
		Poll: 50 * time.Millisecond, EnrolEvery: 200 * time.Millisecond,
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { mustBe(t, watcher.Run(ctx)) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return s
}

// onHost runs a script as root on the host.
func (s *watchStage) onHost(t *testing.T, script string) {
	t.Helper()
	command := bench.Command{Name: "prepare the host", Argv: []string{"bash", "--norc", "-euc", script}}
	_, err := s.pool.Run(t.Context(), remoteHost(s.server), command)
	mustBe(t, err)
}

func (s *watchStage) health(t *testing.T) fleet.ServerHealth {
	t.Helper()
	health, err := s.store.HealthOfServers(t.Context(), []uint{s.server.ID})
	mustBe(t, err)
	return health[s.server.ID]
}

// becomes waits until the server is in a state for these reasons, each of which begins so. Its load and memory are
// those of the machine that the test runs on, and left out.
func (s *watchStage) becomes(t *testing.T, state fleet.HealthState, reasons ...string) {
	t.Helper()
	var last fleet.ServerHealth
	defer func() {
		if t.Failed() {
			t.Logf("it is %s because %q, %+v", last.State, last.Reasons, last.Latest)
		}
	}()
	eventually(t, fmt.Sprintf("the server is %s because of %q", state, reasons), func() bool {
		last = s.health(t)
		own := slices.DeleteFunc(slices.Clone(last.Reasons), func(reason string) bool {
			return strings.HasPrefix(reason, "Its load ") || strings.HasSuffix(reason, "of its memory is used.")
		})
		asItShould := last.State == state || state == fleet.HealthOK && last.State == fleet.HealthDegraded && len(own) < len(last.Reasons)
		return asItShould && slices.EqualFunc(own, reasons, strings.HasPrefix)
	})
}

// charts holds the points of the day, after a disk was filled, against what the host itself says of its memory.
func (s *watchStage) charts(t *testing.T) {
	out, err := s.pool.Run(t.Context(), remoteHost(s.server), bench.Command{Name: "look at the memory", Argv: []string{"sed", "-n", "s/^MemTotal: *\\([0-9]*\\) kB$/\\1/p", "/proc/meminfo"}})
	mustBe(t, err)
	kib, err := strconv.ParseFloat(strings.TrimSpace(string(out.Stdout)), 64)
	mustBe(t, err)
	points, err := s.store.ServerSamples(t.Context(), s.server.ID, fleet.RangeDay)
	mustBe(t, err)
	fullest := 0.0
	for _, p := range points {
		if p.MemoryTotal == nil || *p.MemoryTotal != kib*1024 || *p.MemoryUsed <= 0 || *p.MemoryUsed > *p.MemoryUsedMax || *p.MemoryUsedMax >= *p.MemoryTotal {
			t.Errorf("of %.0f KiB of memory the chart shows %v, at most %v, of %v", kib, p.MemoryUsed, p.MemoryUsedMax, p.MemoryTotal)
		}
		if p.DiskUsed == nil || *p.DiskUsed <= 0 || *p.DiskUsed > *p.DiskUsedMax || p.UpRatio <= 0 {
			t.Errorf("of its fullest disk the chart shows %v, at most %v; up %v", p.DiskUsed, p.DiskUsedMax, p.UpRatio)
		}
		fullest = max(fullest, *p.DiskUsedMax)
	}
	if fullest < 0.9 || fullest > 1 {
		t.Errorf("the disk that was filled is %v full in the chart of %d points", fullest, len(points))
	}
}

// A real host is well, fills up, loses services, falls behind, goes away and comes back; the rules in force are the
// usual ones.
func TestWatcher_OnARealHost(t *testing.T) {
	s := newWatchStage(t)
	s.becomes(t, fleet.HealthOK)
	latest := s.health(t).Latest
	if latest.CPUs < 1 || latest.MemoryTotal < 1<<20 || latest.UptimeSeconds < 0 || len(latest.Disks) == 0 || !slices.ContainsFunc(latest.Disks, func(d fleet.DiskUse) bool { return d.Mount == "/" }) {
		t.Errorf("the sample is %+v", latest)
	}
	if !slices.Contains(latest.Services, fleet.ServiceState{Name: "ssh.service", State: "active"}) {
		t.Errorf("the services are %v", latest.Services)
	}

	t.Run("ServiceStopped", func(t *testing.T) {
		s.onHost(t, "systemctl stop mariadb")
		s.becomes(t, fleet.HealthDegraded, "mariadb is inactive.")
		s.onHost(t, "systemctl start mariadb")
		s.becomes(t, fleet.HealthOK)
	})

	t.Run("BenchStopped", func(t *testing.T) {
		s.onHost(t, "systemctl stop central-main-r1.target")
		s.becomes(t, fleet.HealthDegraded, "central-main-r1.target is inactive.")
		s.onHost(t, "systemctl start central-main-r1.target")
		s.becomes(t, fleet.HealthOK)
	})

	t.Run("DiskFilled", func(t *testing.T) {
		s.onHost(t, "mkdir -p /home/frappe/backups && mount -t tmpfs -o size=8m tmpfs /home/frappe/backups && head -c 7800000 /dev/zero >/home/frappe/backups/full")
		s.becomes(t, fleet.HealthDegraded, "/home/frappe/backups is 9")
		s.onHost(t, "rm /home/frappe/backups/full")
		s.becomes(t, fleet.HealthOK)
		s.onHost(t, "umount /home/frappe/backups")
	})

	t.Run("Charts", func(t *testing.T) { s.charts(t) })

	t.Run("CertificateOfFewDays", func(t *testing.T) {
		s.onHost(t, `mkdir -p /etc/nginx/central/certs && cd /etc/nginx/central/certs
for host in late:90 soon:3; do
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ${host%:*}.key -out ${host%:*}.pem -days ${host#*:} -subj / -addext subjectAltName=DNS:${host%:*}.example.com 2>/dev/null
done
printf '%s.example.com certs/%s;\n' late late soon soon >../certificates.map`)
		s.becomes(t, fleet.HealthDegraded, "The certificate of soon.example.com expires in")
		// Its file stays for a while after a renewal; nginx does not show it any more.
		s.onHost(t, "sed -i /soon/d /etc/nginx/central/certificates.map")
		s.becomes(t, fleet.HealthOK)
		if end := s.health(t).Latest.Certificate; end == nil || end.Host != "late.example.com" {
			t.Errorf("the first to expire is %v", end)
		}
	})

	t.Run("RoleInAPair", func(t *testing.T) {
		s.onHost(t, `mkdir -p /usr/local/lib/central && printf '#!/bin/sh\nprintf "role=slave\\nopen=no\\nio=Yes\\nsql=No\\nlag=7\\nerror=Duplicate entry\\nmirrored=%%s\\n" "$(date +%%s)"\n' >/usr/local/lib/central/role
chmod 755 /usr/local/lib/central/role`)
		eventually(t, "its role is seen", func() bool { return s.health(t).Latest.Replication != nil })
		probe := s.health(t).Latest.Replication
		if probe.Role != "slave" || probe.Open || probe.SQL != "No" || *probe.LagSeconds != 7 || *probe.MirrorAge > 5 || probe.Error != "Duplicate entry" {
			t.Errorf("it says %+v", probe)
		}
	})

	t.Run("AwayAndBack", func(t *testing.T) {
		mustBe(t, s.machines.PullPlug(t.Context(), "m-01"))
		s.becomes(t, fleet.HealthDown, "It cannot be looked at: ")
		mustBe(t, s.machines.SwitchOn(t.Context(), "m-01"))
		s.becomes(t, fleet.HealthDegraded, "mariadb is inactive.", "nginx is inactive.") // nothing started them again
	})

	t.Run("History", func(t *testing.T) {
		changes, err := s.store.ServerChanges(t.Context(), s.server.ID, 100)
		mustBe(t, err)
		var states []fleet.HealthState
		for _, c := range changes {
			states = append(states, c.ToState)
		}
		if !slices.Contains(states, fleet.HealthDown) || changes[len(changes)-1].FromState != fleet.HealthUnknown {
			t.Errorf("the history is %v", states)
		}
	})

	t.Run("AnotherHostKey", func(t *testing.T) {
		stranger, err := remote.GenerateKey()
		mustBe(t, err)
		s.sql(t, "UPDATE servers SET host_key = ?", remote.PublicKey(stranger))
		eventually(t, "everything on it is stopped", func() bool {
			server, err := s.store.Server(t.Context(), s.server.ID)
			mustBe(t, err)
			return server.Status == fleet.ServerKeyChanged && strings.Contains(server.StatusReason, "is pinned")
		})
	})
}
