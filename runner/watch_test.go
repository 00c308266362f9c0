package runner

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"central/fleet"
)

// A runner that nobody asks for anything does by itself what is due, and goes on doing so.
func TestRun_Watches(t *testing.T) {
	t.Run("ScheduledBackups", func(t *testing.T) {
		s := newStage(t)
		s.r.rhythm.backups = 20 * time.Millisecond
		s.r.handlers = nil // that one is queued is enough: here each fails at once
		s.site(t, "one.example.com")
		runs(t, s.r)
		eventually(t, "a backup is queued", func() bool { return s.backups(t) == 1 })
		s.site(t, "two.example.com")
		eventually(t, "the backup of a site that became due later is queued", func() bool { return s.backups(t) == 2 })
	})

	t.Run("SubscriptionsByTheirDates", func(t *testing.T) {
		s := newStage(t)
		s.r.rhythm.subscriptions = 20 * time.Millisecond
		first := s.over(t, "ana")
		runs(t, s.r)
		s.eventuallyMoved(t, first)
		s.eventuallyMoved(t, s.over(t, "bob"))
	})

	t.Run("BranchesOfApps", func(t *testing.T) {
		s := newStage(t)
		s.r.DataDir = t.TempDir()
		s.r.rhythm.announced, s.r.rhythm.apps = 20*time.Millisecond, 100*time.Millisecond
		repository, address := serveGit(t)
		commit(t, repository, "the first")
		app, action, err := s.store.AddApp(t.Context(), admin, fleet.NewApp{Name: "shop", Repository: address, Branch: "main"})
		mustBe(t, err)
		runs(t, s.r)
		s.eventuallyIs(t, action.ID, fleet.ActionSucceeded)
		s.eventuallyReleased(t, app, "the first")
		commit(t, repository, "the second")
		s.eventuallyReleased(t, app, "the second")
		commit(t, repository, "the third")
		s.eventuallyReleased(t, app, "the third")
	})
}

// site puts a site on record that is due for its first backup by schedule, on a server of its own.
func (s *stage) site(t *testing.T, name string) {
	t.Helper()
	server := s.server(t, "m-"+name)
	s.sql(t, "UPDATE servers SET status = 'READY' WHERE id = ?", server.ID)
	s.sql(t, "INSERT INTO benches (id, name, server_id, python, workers, web_workers, created_at) VALUES (?, ?, ?, 'python3', 1, 1, NOW(6))", server.ID, "bench-"+strconv.Itoa(int(server.ID)), server.ID)
	s.sql(t, "INSERT INTO revisions (id, bench_id, server_id, name, status, status_reason, slot, apps, version, fingerprint, created_at) VALUES (?, ?, ?, 'r1', 'READY', '', 0, '[]', '1', '', NOW(6))", server.ID, server.ID, server.ID)
	s.sql(t, `INSERT INTO sites (name, bench_id, server_id, revision_id, status, status_reason, created_at, updated_at, backup_due_at)
		VALUES (?, ?, ?, ?, 'ACTIVE', '', UTC_TIMESTAMP(6) - INTERVAL 30 DAY, NOW(6), UTC_TIMESTAMP(6) - INTERVAL 1 DAY)`, name, server.ID, server.ID, server.ID)
}

// backups is how many backups were queued.
func (s *stage) backups(t *testing.T) int {
	t.Helper()
	page, err := s.store.Actions(t.Context(), fleet.Page{First: 10}, fleet.ActionFilter{Kinds: []fleet.ActionKind{fleet.ActionBackUpSite}})
	mustBe(t, err)
	return page.TotalCount
}

// over is a subscription whose trial is over.
func (s *stage) over(t *testing.T, name string) fleet.CustomerSubscription {
	t.Helper()
	subscription := s.trial(t, name)
	s.sql(t, "UPDATE customer_subscriptions SET trial_ends_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, state_ends_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, due_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR WHERE id = ?", subscription.ID)
	return subscription
}

func (s *stage) eventuallyMoved(t *testing.T, subscription fleet.CustomerSubscription) {
	t.Helper()
	eventually(t, "a trial that is over is to be paid", func() bool {
		now, err := s.store.Subscription(t.Context(), subscription.ID)
		mustBe(t, err)
		return now.State == fleet.SubscriptionPastDue
	})
}

// eventuallyReleased waits until the newest release of an app is a commit.
func (s *stage) eventuallyReleased(t *testing.T, app fleet.App, subject string) {
	t.Helper()
	eventually(t, subject+" is a release", func() bool {
		var newest string
		err := s.store.DB().QueryRowContext(t.Context(), "SELECT COALESCE((SELECT subject FROM releases WHERE app_id = ? ORDER BY position DESC LIMIT 1), '')", app.ID).Scan(&newest)
		mustBe(t, err)
		return newest == subject
	})
}

// serveGit serves an empty repository on the loopback, and returns its directory and its address.
func serveGit(t *testing.T) (dir, address string) {
	t.Helper()
	base := t.TempDir()
	dir = filepath.Join(base, "shop")
	mustBe(t, os.Mkdir(dir, 0o755))
	mustBe(t, runGit(dir, "init", "-q", "-b", "main"))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	mustBe(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	mustBe(t, listener.Close())
	path, err := exec.Command("git", "--exec-path").Output()
	mustBe(t, err)
	// The daemon itself, not `git daemon`, which is two processes of which only one would be killed.
	daemon := exec.Command(filepath.Join(string(path[:len(path)-1]), "git-daemon"), "--reuseaddr", "--listen=127.0.0.1", fmt.Sprintf("--port=%d", port), "--export-all", "--base-path="+base)
	mustBe(t, daemon.Start())
	t.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait()
	})
	host := fmt.Sprintf("127.0.0.1:%d", port)
	eventually(t, "git serves", func() bool {
		connection, err := net.Dial("tcp", host)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	})
	return dir, "git://" + host + "/shop"
}

// commit puts one more version of the app on its branch.
func commit(t *testing.T, dir, subject string) {
	t.Helper()
	mustBe(t, os.MkdirAll(filepath.Join(dir, "shop"), 0o755))
	mustBe(t, os.WriteFile(filepath.Join(dir, "shop", "__init__.py"), []byte("__version__ = \"1.0.0\"  # "+subject+"\n"), 0o644))
	mustBe(t, runGit(dir, "add", "-A"))
	mustBe(t, runGit(dir, "commit", "-q", "-m", subject))
}

func runGit(dir string, args ...string) error {
	command := exec.Command("git", append([]string{"-C", dir}, args...)...)
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("git %v: %w: %s", args, err, out)
	}
	return nil
}
