package store_test

import (
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

func TestStore_ClaimAction(t *testing.T) {
	t.Run("Nothing", func(t *testing.T) {
		mustNotClaim(t, storetest.Open(t))
	})

	t.Run("OK", func(t *testing.T) {
		s := storetest.Open(t)
		queued := mustQueue(t, s, fleet.Action{WantsKey: "app:1", ActorName: "ada"})
		a, err := s.ClaimAction(t.Context(), "runner-1", ttl)
		if err != nil {
			t.Fatal(err)
		}
		if a.ID != queued.ID || a.Status != fleet.ActionRunning || a.Attempt != 1 || a.LeaseOwner != "runner-1" || a.ActorName != "ada" {
			t.Errorf("claimed %+v", a)
		}
		if a.RunningKey == nil || *a.RunningKey != "app:1" {
			t.Errorf("its running key is %v", a.RunningKey)
		}
		if a.StartedAt == nil || time.Since(*a.StartedAt).Abs() > time.Minute {
			t.Errorf("started at %v", a.StartedAt)
		}
		if left := time.Until(*a.LeaseUntil); left < ttl/2 || left > 2*ttl {
			t.Errorf("the lease lasts %v, want about %v", left, ttl)
		}
		events := mustEvents(t, s, a.ID)
		if len(events) != 1 || events[0].Kind != fleet.EventStatus || events[0].Body.Status != fleet.ActionRunning {
			t.Errorf("events: %+v", events)
		}
		mustNotClaim(t, s)
	})

	t.Run("OldestFirstAcrossLanes", func(t *testing.T) {
		s := storetest.Open(t)
		first := mustQueue(t, s, fleet.Action{Lane: "z"})
		second := mustQueue(t, s, fleet.Action{Lane: "a"})
		third := mustQueue(t, s, fleet.Action{Lane: "z"})
		for _, want := range []uint{first.ID, second.ID, third.ID} {
			mustClaim(t, s, want)
		}
	})

	t.Run("NeverADeploy", func(t *testing.T) {
		s := storetest.Open(t)
		mustQueue(t, s, fleet.Action{Kind: fleet.ActionDeploy, Lane: "deploys"})
		mustNotClaim(t, s)
	})

	t.Run("FullLane", func(t *testing.T) {
		s := storetest.Open(t)
		first := mustQueue(t, s, fleet.Action{Lane: "narrow", LaneLimit: 1})
		second := mustQueue(t, s, fleet.Action{Lane: "narrow", LaneLimit: 1})
		other := mustQueue(t, s, fleet.Action{Lane: "other"})
		_, ref := mustClaim(t, s, first.ID)
		mustClaim(t, s, other.ID)
		mustNotClaim(t, s)
		mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
		mustClaim(t, s, second.ID)
	})

	t.Run("FullServer", func(t *testing.T) {
		s := storetest.Open(t)
		busy, idle := mustServer(t, s, "m-1"), mustServer(t, s, "m-2")
		mustDB(t, s, "UPDATE servers SET actions_at_once = 1 WHERE id = ?", busy.ID)
		first := mustQueue(t, s, fleet.Action{ServerID: &busy.ID, Lane: "deploy:1"})
		second := mustQueue(t, s, fleet.Action{ServerID: &busy.ID, Lane: "deploy:2"})
		other := mustQueue(t, s, fleet.Action{ServerID: &idle.ID})
		_, ref := mustClaim(t, s, first.ID)
		mustClaim(t, s, other.ID)
		mustNotClaim(t, s)
		mustFinish(t, s, ref, fleet.ActionFailed, &fleet.Failure{Code: fleet.CodeInternal})
		mustClaim(t, s, second.ID)
	})

	t.Run("ChangedHostKey", func(t *testing.T) {
		s := storetest.Open(t)
		server := mustServer(t, s, "m-1")
		mustQueue(t, s, fleet.Action{ServerID: &server.ID})
		if err := s.ServerKeyChanged(t.Context(), server.ID, "another key"); err != nil {
			t.Fatal(err)
		}
		mustNotClaim(t, s)
	})

	t.Run("BusyKey", func(t *testing.T) {
		s := storetest.Open(t)
		first := mustQueue(t, s, fleet.Action{Lane: "a", WantsKey: "site:1"})
		second := mustQueue(t, s, fleet.Action{Lane: "b", WantsKey: "site:1"})
		behind := mustQueue(t, s, fleet.Action{Lane: "b", WantsKey: "site:2"})
		_, ref := mustClaim(t, s, first.ID)
		mustClaim(t, s, behind.ID) // the busy one at the head of its lane holds nobody up
		mustNotClaim(t, s)
		mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
		mustClaim(t, s, second.ID)
	})

	t.Run("NoKey", func(t *testing.T) {
		s := storetest.Open(t)
		for range 2 {
			queued := mustQueue(t, s, fleet.Action{})
			if a, _ := mustClaim(t, s, queued.ID); a.RunningKey != nil {
				t.Errorf("its running key is %q, want none", *a.RunningKey)
			}
		}
	})

	t.Run("NeedsFirst", func(t *testing.T) {
		s := storetest.Open(t)
		build := mustQueue(t, s, fleet.Action{})
		check := mustQueue(t, s, fleet.Action{})
		move := mustQueue(t, s, fleet.Action{}, build.ID, check.ID)
		_, ref := mustClaim(t, s, build.ID)
		_, checkRef := mustClaim(t, s, check.ID)
		mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
		mustNotClaim(t, s)
		mustFinish(t, s, checkRef, fleet.ActionSucceeded, nil)
		mustClaim(t, s, move.ID)
	})

	t.Run("FullLaneOfThousands", func(t *testing.T) {
		s := storetest.Open(t)
		mustQueue(t, s, fleet.Action{Lane: "crowd", LaneLimit: 1})
		for range 13 { // 1 doubled 13 times is 8,192
			mustDB(t, s, `INSERT INTO actions (kind, status, title, actor_name, percent, step, error_code, error_message, error_detail,
					cancel_requested, last_seq, attempt, `+"`cursor`"+`, pending_needs, lane, lane_limit, wants_key, lease_owner, created_at)
				SELECT kind, status, title, actor_name, percent, step, error_code, error_message, error_detail,
					cancel_requested, last_seq, attempt, `+"`cursor`"+`, pending_needs, lane, lane_limit, wants_key, lease_owner, created_at FROM actions`)
		}
		last := mustQueue(t, s, fleet.Action{Lane: "other"})
		if a, err := s.ClaimAction(t.Context(), "runner-1", ttl); err != nil || a == nil || a.Lane != "crowd" {
			t.Fatalf("claimed %+v, %v", a, err)
		}
		mustClaim(t, s, last.ID)
	})
}

func TestStore_ClaimAction_Abandoned(t *testing.T) {
	t.Run("FirstAndWithItsCursor", func(t *testing.T) {
		s := storetest.Open(t)
		server := mustServer(t, s, "m-1")
		mustDB(t, s, "UPDATE servers SET actions_at_once = 1")
		mustQueue(t, s, fleet.Action{}) // older, and still comes second
		a := mustQueue(t, s, fleet.Action{ServerID: &server.ID, LaneLimit: 1, WantsKey: "site:1"})
		mustDB(t, s, "UPDATE actions SET lane_limit = 0 WHERE id <> ?", a.ID)
		claimed, ref := mustClaim(t, s, a.ID)
		mustDB(t, s, "UPDATE actions SET lane_limit = 1")
		cursor := fleet.Cursor{Done: []string{"backup", "move"}, Offsets: map[string]int64{"unit": 7}}
		if err := s.Record(t.Context(), ref, nil, store.Change{Cursor: &cursor}); err != nil {
			t.Fatal(err)
		}
		expire(t, s, a.ID)
		again, _ := mustClaim(t, s, a.ID) // although its lane and its server are full: by itself
		if again.Attempt != 2 || len(again.Cursor.Done) != 2 || again.Cursor.Offsets["unit"] != 7 {
			t.Errorf("taken over as %+v", again)
		}
		if again.RunningKey == nil || *again.RunningKey != "site:1" {
			t.Errorf("its running key is %v", again.RunningKey)
		}
		if !again.StartedAt.Equal(*claimed.StartedAt) {
			t.Errorf("started at %v, before at %v", again.StartedAt, claimed.StartedAt)
		}
		wantCode(t, s.Record(t.Context(), ref, lines(1, 1), store.Change{}), fleet.CodeLeaseLost)
	})

	t.Run("NotBeforeTheLeaseEnds", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		mustClaim(t, s, a.ID)
		mustNotClaim(t, s)
	})

	t.Run("RunningDeployHasNoLease", func(t *testing.T) {
		s := storetest.Open(t)
		root := mustQueue(t, s, fleet.Action{Kind: fleet.ActionDeploy})
		mustDB(t, s, "UPDATE actions SET status = 'RUNNING' WHERE id = ?", root.ID)
		mustNotClaim(t, s)
	})
}
