package store_test

import (
	"fmt"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// watchedServer is a world of one server, m-1, that is watched.
func watchedServer(t *testing.T) (*world, fleet.Server) {
	t.Helper()
	w := newEmptyWorld(t)
	server := w.server("m-1", fleet.RoleMaster)
	return w.watched(), server
}

func TestStore_ClaimSamples(t *testing.T) {
	t.Run("DueAgainAfterAnInterval", func(t *testing.T) {
		w, server := watchedServer(t)
		claim := w.claimSample()
		want(t, "server", claim.Server.Name, server.Name)
		claims, err := w.ClaimSamples(t.Context(), 10, sampleEvery)
		w.must(err)
		want(t, "claims right after it", len(claims), 0)
	})

	for status, looked := range map[fleet.ServerStatus]int{
		fleet.ServerReady: 1, fleet.ServerFailed: 1, fleet.ServerNew: 0, fleet.ServerSettingUp: 0, fleet.ServerKeyChanged: 0, fleet.ServerRetired: 0,
	} {
		t.Run("OfA"+string(status)+"Server", func(t *testing.T) {
			w, _ := watchedServer(t)
			mustDB(t, w.Store, "UPDATE servers SET status = ?", status)
			w.due()
			claims, err := w.ClaimSamples(t.Context(), 10, sampleEvery)
			w.must(err)
			want(t, "claims", len(claims), looked)
		})
	}

	t.Run("AlsoAfterAFirstSetUpThatFailed", func(t *testing.T) {
		w := newEmptyWorld(t)
		server := w.addServer("m-1", fleet.RoleMaster)
		_, _, err := w.SetUpServer(t.Context(), admin, server.ID, nil)
		w.must(err)
		w.workWith(failing(fleet.ActionSetUpServer, "No room."))
		w.watched()
		want(t, "server", w.claimSample().Server.Name, "m-1")
	})

	t.Run("SharedByTwoProcesses", func(t *testing.T) {
		w := newEmptyWorld(t)
		w.fakeServers(500)
		w.watched()
		other := storetest.OpenOn(t, w.dsn)
		claimed := make(chan uint, 1000)
		atOnce(4, func(i int) error {
			s := []*store.Store{w.Store, other}[i%2]
			for {
				claims, err := s.ClaimSamples(t.Context(), 40, sampleEvery)
				for _, c := range claims {
					claimed <- c.Server.ID
				}
				if err != nil || len(claims) == 0 {
					return err
				}
			}
		})
		close(claimed)
		seen := map[uint]int{}
		for id := range claimed {
			seen[id]++
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("server %d was claimed %d times", id, n)
			}
		}
		want(t, "servers claimed", len(seen), 500)
	})
}

func TestStore_SaveSamples(t *testing.T) {
	at := time.Now().UTC().Truncate(time.Second)

	t.Run("Well", func(t *testing.T) {
		w, server := watchedServer(t)
		want(t, "before the first look", w.healthOf(server).State, fleet.HealthUnknown)
		w.sampled(at, aSample(10), "")
		health := w.healthOf(server)
		want(t, "state", health.State, fleet.HealthOK)
		want(t, "reasons", health.Reasons, []string{})
		want(t, "load", health.Latest.Load1, 0.5)
		want(t, "disk", health.Latest.Disks[0].UsedRatio(), 0.1)
		changes, err := w.ServerChanges(t.Context(), server.ID, 10)
		w.must(err)
		want(t, "changes", len(changes), 1)
	})

	t.Run("AlertRaisedAndCleared", func(t *testing.T) {
		w, server := watchedServer(t)
		w.sampled(at, aSample(91), "")
		want(t, "alerts after one bad sample", w.openAlerts(), []string{})
		w.sampled(at, aSample(91), "")
		want(t, "alerts after two", w.openAlerts(), []string{"m-1 WARNING / is 91 % full."})
		want(t, "state", w.healthOf(server).State, fleet.HealthDegraded)
		w.sampled(at, aSample(93), "")
		want(t, "alerts while it grows", w.openAlerts(), []string{"m-1 WARNING / is 93 % full."})
		want(t, "reasons", w.healthOf(server).Reasons, []string{"/ is 93 % full."})
		w.sampled(at, aSample(98), "")
		w.sampled(at, aSample(98), "")
		want(t, "alerts when it is worse", w.openAlerts(), []string{"m-1 CRITICAL / is 98 % full."})
		w.sampled(at, aSample(50), "")
		w.sampled(at, aSample(50), "")
		want(t, "alerts when it is well", w.openAlerts(), []string{})
		all, err := w.Alerts(t.Context(), false, 10)
		w.must(err)
		if len(all) != 1 || all[0].ClearedAt == nil || all[0].OpenKey != nil || *all[0].ServerID != server.ID {
			t.Errorf("on record: %+v", all)
		}
		changes, err := w.ServerChanges(t.Context(), server.ID, 10)
		w.must(err)
		var states []fleet.HealthState
		for _, c := range changes {
			states = append(states, c.ToState)
		}
		want(t, "history, newest first", states, []fleet.HealthState{fleet.HealthOK, fleet.HealthDegraded, fleet.HealthOK})
	})

	t.Run("HysteresisSurvivesARestart", func(t *testing.T) {
		w, _ := watchedServer(t)
		w.sampled(at, aSample(91), "")
		restarted := *w
		restarted.Store = storetest.OpenOn(t, w.dsn)
		restarted.sampled(at, aSample(91), "")
		want(t, "alerts", w.openAlerts(), []string{"m-1 WARNING / is 91 % full."})
	})

	t.Run("DownAfterTwoMisses", func(t *testing.T) {
		w, server := watchedServer(t)
		w.sampled(at, aSample(10), "")
		w.sampled(at, nil, "No route to m-1.")
		want(t, "state after one miss", w.healthOf(server).State, fleet.HealthOK)
		w.sampled(at, nil, "No route to m-1.")
		health := w.healthOf(server)
		want(t, "state after two", health.State, fleet.HealthDown)
		want(t, "reasons", health.Reasons, []string{"No route to m-1."})
		want(t, "last known load", health.Latest.Load1, 0.5)
		want(t, "alerts", w.openAlerts(), []string{"m-1 CRITICAL No route to m-1."})
		w.sampled(at, aSample(10), "")
		want(t, "state when it is back", w.healthOf(server).State, fleet.HealthOK)
		want(t, "alerts when it is back", w.openAlerts(), []string{})
	})

	t.Run("WhoWasTooSlowWritesNothing", func(t *testing.T) {
		w, server := watchedServer(t)
		slow := w.claimSample()
		w.sampled(at, aSample(10), "")
		w.sample(slow, at, nil, "It hung.")
		w.sample(slow, at, nil, "It hung.")
		want(t, "state", w.healthOf(server).State, fleet.HealthOK)
	})

	t.Run("MountsOfAnyName", func(t *testing.T) {
		w, _ := watchedServer(t)
		sample := aSample(95)
		sample.Disks[0].Mount = "/srv/Bücher \"neu\"/" + fmt.Sprintf("%0600d", 1)
		w.sampled(at, sample, "")
		w.sampled(at, sample, "")
		want(t, "alerts", len(w.openAlerts()), 1)
		w.sampled(at, aSample(10), "")
		want(t, "alerts once it is unmounted", w.openAlerts(), []string{})
	})

	t.Run("LetGoOfWhenRetired", func(t *testing.T) {
		w, server := watchedServer(t)
		w.sampled(at, aSample(95), "")
		w.sampled(at, aSample(95), "")
		mustDB(t, w.Store, "UPDATE servers SET status = 'RETIRED'")
		w.must(w.EnrolHealth(t.Context(), sampleEvery, checkEvery))
		want(t, "alerts", w.openAlerts(), []string{})
		want(t, "state", w.healthOf(server).State, fleet.HealthUnknown)
	})

	t.Run("ReplicationOfItsPair", func(t *testing.T) {
		w := newEmptyWorld(t)
		master, slave := w.server("m-1", fleet.RoleMaster), w.server("s-1", fleet.RoleSlave)
		mustDB(t, w.Store, `INSERT INTO pairs (name, master_id, slave_id, status, status_reason, epoch, created_at, updated_at)
			VALUES ('one', ?, ?, 'READY', '', 1, NOW(6), NOW(6))`, master.ID, slave.ID)
		w.watched()
		lag := 3.5
		samples := map[uint]*fleet.ServerSample{master.ID: aSample(10), slave.ID: aSample(10)}
		samples[master.ID].Replication = &fleet.ReplicationProbe{Role: "master", Open: true, BinlogPos: "0-1-42"}
		samples[slave.ID].Replication = &fleet.ReplicationProbe{Role: "slave", IO: "Yes", SQL: "No", SlavePos: "0-1-40", LagSeconds: &lag, Error: "Duplicate entry"}
		for range 2 {
			w.due()
			claims, err := w.ClaimSamples(t.Context(), 10, sampleEvery)
			w.must(err)
			for _, claim := range claims {
				w.sample(claim, at, samples[claim.Server.ID], "")
			}
		}
		pairs, err := w.Pairs(t.Context())
		w.must(err)
		want(t, "replication", pairs[0].Replication, &fleet.Replication{
			At: at, IORunning: true, LagSeconds: &lag, MasterGTID: "0-1-42", SlaveGTID: "0-1-40", LastError: "Duplicate entry",
		})
		want(t, "alerts", w.openAlerts(), []string{"s-1 CRITICAL Replication has stopped: Duplicate entry."})
	})
}

func TestStore_RollUp(t *testing.T) {
	// Two hours with a sample every ten minutes, and some of the hour that has not ended.
	fill := func(w *world, begin time.Time) {
		mustDB(w.t, w.Store, "UPDATE server_health SET rolled_until = ?", begin)
		for i := range 14 {
			sample := aSample(int64(10 + i))
			sample.Load1 = float64(i)
			w.sampled(begin.Add(time.Duration(i)*10*time.Minute), sample, "")
		}
		w.sampled(begin.Add(35*time.Minute), nil, "away")
	}
	type hour struct {
		Samples, Up   int
		Load, LoadMax float64
	}
	hours := func(w *world) []hour {
		rows, err := w.DB().QueryContext(w.t.Context(), "SELECT samples, up_samples, load1_avg, load1_max FROM server_hours ORDER BY hour")
		w.must(err)
		defer rows.Close()
		var all []hour
		for rows.Next() {
			var h hour
			w.must(rows.Scan(&h.Samples, &h.Up, &h.Load, &h.LoadMax))
			all = append(all, h)
		}
		w.must(rows.Err())
		return all
	}
	begin := time.Now().UTC().Truncate(time.Hour).Add(-10 * time.Hour)
	whole := []hour{{7, 6, 2.5, 5}, {6, 6, 8.5, 11}}

	t.Run("HoursThatHaveEnded", func(t *testing.T) {
		w, _ := watchedServer(t)
		fill(w, begin)
		n, err := w.RollUp(t.Context(), begin.Add(2*time.Hour+time.Minute)) // the second has hardly ended
		w.must(err)
		want(t, "servers", n, 1)
		want(t, "hours", hours(w), whole[:1])
		_, err = w.RollUp(t.Context(), begin.Add(2*time.Hour+10*time.Minute))
		w.must(err)
		want(t, "hours later", hours(w), whole)
		n, err = w.RollUp(t.Context(), begin.Add(2*time.Hour+20*time.Minute))
		w.must(err)
		want(t, "servers when there is nothing to do", n, 0)
	})

	t.Run("ByManyAtOnceIsDoneOnce", func(t *testing.T) {
		w, _ := watchedServer(t)
		fill(w, begin)
		other := storetest.OpenOn(t, w.dsn)
		results := make(chan int, 6)
		counts := atOnce(6, func(i int) error {
			n, err := []*store.Store{w.Store, other}[i%2].RollUp(t.Context(), begin.Add(2*time.Hour+10*time.Minute))
			results <- n
			return err
		})
		want(t, "results", counts, map[fleet.Code]int{"": 6})
		close(results)
		sum := 0
		for n := range results {
			sum += n
		}
		want(t, "times it was done", sum, 1)
		want(t, "hours", hours(w), whole)
	})

	t.Run("Retention", func(t *testing.T) {
		w, server := watchedServer(t)
		old := time.Now().UTC().Add(-50 * time.Hour)
		w.sampled(old, aSample(10), "")
		w.sampled(time.Now().UTC(), aSample(10), "")
		mustDB(t, w.Store, "INSERT INTO server_hours (server_id, hour, samples, up_samples) VALUES (?, NOW() - INTERVAL 400 DAY, 1, 1)", server.ID)
		mustDB(t, w.Store, "UPDATE server_health SET rolled_until = ?", old.Truncate(time.Hour))
		mustDB(t, w.Store, "UPDATE health_changes SET at = NOW() - INTERVAL 400 DAY")
		_, err := w.RollUp(t.Context(), time.Now())
		w.must(err)
		w.must(w.ForgetHealth(t.Context(), time.Now()))
		for table, left := range map[string]int{"server_samples": 1, "server_hours": 1, "health_changes": 0} {
			var n int
			w.must(w.DB().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n))
			want(t, "rows of "+table, n, left)
		}
	})
}

func TestStore_ServerSamples(t *testing.T) {
	w, server := watchedServer(t)
	step := time.Now().UTC().Truncate(5 * time.Minute).Add(-10 * time.Minute)
	for i, load := range []float64{1, 3, 8} {
		sample := aSample(10)
		sample.Load1 = load
		w.sampled(step.Add(time.Duration(i)*time.Minute), sample, "")
	}
	w.sampled(step.Add(3*time.Minute), nil, "away")
	w.sampled(step.Add(6*time.Minute), nil, "away")

	t.Run("Day", func(t *testing.T) {
		points, err := w.ServerSamples(t.Context(), server.ID, fleet.RangeDay)
		w.must(err)
		want(t, "points", len(points), 2)
		p := points[0]
		if !p.At.Equal(step) || *p.Load1 != 4 || *p.Load1Max != 8 || p.UpRatio != 0.75 || *p.CPUs != 2 || *p.MemoryTotal != 4<<30 || *p.DiskUsed < 0.099 || *p.DiskUsed > 0.101 {
			t.Errorf("the first point is %+v", p)
		}
		if points[1].UpRatio != 0 || points[1].Load1 != nil {
			t.Errorf("the point without a sample that came is %+v", points[1])
		}
	})

	t.Run("MonthOfHoursAndOfWhatIsNotRolledUpYet", func(t *testing.T) {
		old := time.Now().UTC().Truncate(3 * time.Hour).Add(-48 * time.Hour)
		for i, samples := range []int{1, 3} {
			mustDB(t, w.Store, `INSERT INTO server_hours (server_id, hour, samples, up_samples, load1_avg, load1_max) VALUES (?, ?, ?, ?, ?, ?)`,
				server.ID, old.Add(time.Duration(i)*time.Hour), samples, samples, 4*float64(i), 10)
		}
		mustDB(t, w.Store, "UPDATE server_health SET rolled_until = ?", step.Truncate(time.Hour).Add(-time.Hour))
		points, err := w.ServerSamples(t.Context(), server.ID, fleet.RangeMonth)
		w.must(err)
		if len(points) < 2 || *points[0].Load1 != 3 || *points[0].Load1Max != 10 || !points[0].At.Equal(old) {
			t.Fatalf("the points are %+v", points)
		}
		if last := points[len(points)-1]; last.Load1 == nil && len(points) == 2 {
			t.Errorf("the last point is %+v", last)
		}
	})
}

// A round of 500 servers: claim, save, all in one go. They are fake: no machine is behind them.
func BenchmarkStore_SamplingRound500(b *testing.B) {
	w := newEmptyWorld(b)
	w.fakeServers(500)
	w.watched()
	sample := aSample(50)
	for b.Loop() {
		w.due()
		round500(w, sample)
	}
}

func round500(w *world, sample *fleet.ServerSample) int {
	total := 0
	for {
		claims, err := w.ClaimSamples(w.t.Context(), 100, sampleEvery)
		w.must(err)
		if len(claims) == 0 {
			return total
		}
		at := time.Now().UTC()
		results := make([]store.SampleResult, len(claims))
		for i, claim := range claims {
			copied := *sample
			copied.At = at
			results[i] = store.SampleResult{SampleClaim: claim, At: at, Sample: &copied}
		}
		w.must(w.SaveSamples(w.t.Context(), results))
		total += len(claims)
	}
}

func TestStore_SamplingRoundOf500FakeServers(t *testing.T) {
	w := newEmptyWorld(t)
	w.fakeServers(500)
	w.watched()
	for range 2 {
		w.due()
		want(t, "servers", round500(w, aSample(95)), 500)
	}
	alerts, err := w.Alerts(t.Context(), true, 1000)
	w.must(err)
	want(t, "alerts", len(alerts), 500)
}
