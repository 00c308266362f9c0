package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

// The history of a pair's replication is that of whichever server was the slave, and is the same from raw samples as from
// hours that were rolled up.
func TestStore_PairSamples(t *testing.T) {
	w := newEmptyWorld(t)
	pair := w.pair("one")
	mustDB(t, w.Store, "UPDATE pairs SET created_at = created_at - INTERVAL 40 DAY")
	w.watched()
	step := time.Now().UTC().Truncate(3 * time.Hour).Add(-9 * time.Hour)
	mustDB(t, w.Store, "UPDATE server_health SET rolled_until = ?", step)
	lag := func(seconds float64) *float64 { return &seconds }
	look := func(at time.Time, probes map[uint]*fleet.ReplicationProbe) {
		t.Helper()
		w.due()
		claims, err := w.ClaimSamples(t.Context(), 10, sampleEvery)
		w.must(err)
		want(t, "claims", len(claims), 2)
		for _, claim := range claims {
			sample := aSample(10)
			sample.Replication = probes[claim.Server.ID]
			w.sample(claim, at, sample, "")
		}
	}
	master := &fleet.ReplicationProbe{Role: "master", Open: true, BinlogPos: "0-1-99", MirrorAge: lag(9999)}
	follows := func(change func(*fleet.ReplicationProbe)) *fleet.ReplicationProbe {
		probe := &fleet.ReplicationProbe{Role: "slave", IO: "Yes", SQL: "Yes", SlavePos: "0-1-40", LagSeconds: lag(2), MirrorAge: lag(30)}
		if change != nil {
			change(probe)
		}
		return probe
	}
	first := pair.SlaveID
	look(step, map[uint]*fleet.ReplicationProbe{pair.MasterID: master, first: follows(nil)})
	look(step.Add(time.Minute), map[uint]*fleet.ReplicationProbe{pair.MasterID: master, first: follows(func(p *fleet.ReplicationProbe) {
		p.SQL, p.SlavePos, p.LagSeconds, p.MirrorAge = "No", "0-1-41", nil, lag(90)
	})})
	look(step.Add(2*time.Minute), map[uint]*fleet.ReplicationProbe{pair.MasterID: master, first: follows(func(p *fleet.ReplicationProbe) {
		p.IO, p.SQL, p.SlavePos, p.LagSeconds, p.MirrorAge = "", "", "0-1-42", nil, lag(90)
	})})
	// After a switch the other one follows.
	look(step.Add(3*time.Hour), map[uint]*fleet.ReplicationProbe{first: master, pair.MasterID: follows(func(p *fleet.ReplicationProbe) { p.SlavePos = "0-2-50" })})

	whole := []fleet.ReplicationPoint{
		{At: step, ReceivesRatio: 2. / 3, AppliesRatio: 1. / 3, Position: "0-1-42", LagSeconds: lag(2), LagSecondsMax: lag(2), MirrorAge: lag(70), MirrorAgeMax: lag(90)},
		{At: step.Add(3 * time.Hour), ReceivesRatio: 1, AppliesRatio: 1, Position: "0-2-50", LagSeconds: lag(2), LagSecondsMax: lag(2), MirrorAge: lag(30), MirrorAgeMax: lag(30)},
	}
	near := cmp.Comparer(func(a, b float64) bool { return a-b < 1e-3 && b-a < 1e-3 })
	shows := func(what string, of fleet.SampleRange) {
		t.Helper()
		points, err := w.PairSamples(t.Context(), pair.ID, of)
		w.must(err)
		if diff := cmp.Diff(whole, points, near); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	shows("the day", fleet.RangeDay)
	shows("the month of what is raw", fleet.RangeMonth)
	_, err := w.RollUp(t.Context(), step.Add(2*time.Hour))
	w.must(err)
	shows("the month of both", fleet.RangeMonth)
	_, err = w.RollUp(t.Context(), step.Add(5*time.Hour))
	w.must(err)
	mustDB(t, w.Store, "DELETE FROM server_samples")
	shows("the month of hours", fleet.RangeMonth)

	mustDB(t, w.Store, "UPDATE pairs SET created_at = ?", step.Add(time.Hour))
	points, err := w.PairSamples(t.Context(), pair.ID, fleet.RangeMonth)
	w.must(err)
	want(t, "points since the pair was made", len(points), 1)
	_, err = w.PairSamples(t.Context(), 99, fleet.RangeDay)
	want(t, "of no pair", fleet.ErrorCode(err), fleet.CodeNotFound)
}
