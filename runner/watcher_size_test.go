package runner

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"central/runner/remote"
	"central/store"
	"central/store/storetest"
)

// healthyAnswer is what a look at a server that is well answers.
const healthyAnswer = `load1=0.42
cpus=4
memory_total_kb=8000000
memory_available_kb=6000000
uptime=86400
disk=100000000000 60000000000 35000000000 6000000 100000 /
unit=ssh.service active
unit=mariadb.service active
unit=nginx.service active
`

// sizeStage is a store with so many servers that fakes stand for, and one watcher that looks at them so often.
func sizeStage(t testing.TB, servers int, every time.Duration) *store.Store {
	t.Helper()
	s := storetest.OpenOn(t, storetest.Database(t))
	key, err := remote.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	fakes := newFakeFleet(t, servers, healthyAnswer)
	rows, args := []string{}, []any{}
	for i, address := range fakes.addresses {
		rows = append(rows, "(?, ?, 22022, 'root', 'MASTER', 'READY', '', ?, 16, '[]', NOW(6), NOW(6))")
		args = append(args, fmt.Sprintf("fake-%03d", i+1), address, fakes.hostKey)
	}
	_, err = s.DB().ExecContext(t.Context(), "INSERT INTO servers (name, address, port, user, role, status, status_reason, host_key, actions_at_once, labels, created_at, updated_at) VALUES "+strings.Join(rows, ", "), args...)
	if err != nil {
		t.Fatal(err)
	}
	pool := remote.NewPool(remote.NewAgent(remote.OneKey(key)), remote.DefaultLimits)
	watcher := NewWatcher(WatcherConfig{Store: s, Pool: pool, Log: slog.New(slog.DiscardHandler), SampleEvery: every})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := watcher.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
		pool.Close()
	})
	return s
}

// looks is how many looks at servers were saved, and how many servers were seen well.
func looks(t testing.TB, s *store.Store) (samples, servers int) {
	t.Helper()
	for into, query := range map[*int]string{
		&samples: "SELECT COUNT(*) FROM server_samples",
		&servers: "SELECT COUNT(*) FROM server_health WHERE state = 'OK'",
	} {
		if err := s.DB().QueryRowContext(context.Background(), query).Scan(into); err != nil {
			t.Fatal(err)
		}
	}
	return samples, servers
}

// One watcher sees all of 500 servers, over one pooled connection to each. They are fake: no machine is behind them.
func TestWatcher_500FakeServers(t *testing.T) {
	s := sizeStage(t, 500, 30*time.Second)
	eventually(t, "all are seen well", func() bool {
		_, servers := looks(t, s)
		return servers == 500
	})
}

// How many times as many looks one watcher manages as 500 servers need, each every 30 s.
func BenchmarkWatcher_500FakeServers(b *testing.B) {
	const servers, every, measured = 500, time.Second, 20 * time.Second
	s := sizeStage(b, servers, every)
	for { // until all are connected to
		if _, seen := looks(b, s); seen == servers {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	for b.Loop() {
		before, _ := looks(b, s)
		began := time.Now()
		time.Sleep(measured)
		after, _ := looks(b, s)
		needed := time.Since(began).Seconds() * servers / 30
		b.ReportMetric(float64(after-before)/needed, "x-needed")
	}
}
