package store_test

import (
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

func TestStore_Enqueue(t *testing.T) {
	t.Run("Defaults", func(t *testing.T) {
		s := storetest.Open(t)
		server := mustServer(t, s, "m-1")
		for want, a := range map[string]fleet.Action{
			"central": {},
			"deploys": {Lane: "deploys"},
			"":        {Kind: fleet.ActionDeploy, Lane: "deploys"},
		} {
			got := mustAction(t, s, mustQueue(t, s, a).ID)
			if got.Lane != want || got.LaneLimit != fleet.DefaultActionsAtOnce || got.Status != fleet.ActionQueued {
				t.Errorf("queued as %+v, want lane %q", got, want)
			}
		}
		got := mustAction(t, s, mustQueue(t, s, fleet.Action{ServerID: &server.ID}).ID)
		if !strings.HasPrefix(got.Lane, "server:") {
			t.Errorf("lane %q", got.Lane)
		}
	})

	t.Run("NeedSucceededBefore", func(t *testing.T) {
		s := storetest.Open(t)
		need := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, need.ID)
		mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
		a := mustQueue(t, s, fleet.Action{}, need.ID)
		mustClaim(t, s, a.ID)
	})

	t.Run("NeedGivenTwice", func(t *testing.T) {
		s := storetest.Open(t)
		need := mustQueue(t, s, fleet.Action{})
		a := mustQueue(t, s, fleet.Action{}, need.ID, need.ID)
		if a.PendingNeeds != 1 {
			t.Errorf("waits for %d", a.PendingNeeds)
		}
	})

	t.Run("ErrNeedFailed", func(t *testing.T) {
		s := storetest.Open(t)
		need := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, need.ID)
		mustFinish(t, s, ref, fleet.ActionFailed, &fleet.Failure{Code: fleet.CodeInternal})
		wantCode(t, s.Enqueue(t.Context(), &fleet.Action{Kind: fleet.ActionRouteProxy}, need.ID), fleet.CodeNotReady)
	})

	t.Run("ErrNeedUnknown", func(t *testing.T) {
		s := storetest.Open(t)
		wantCode(t, s.Enqueue(t.Context(), &fleet.Action{Kind: fleet.ActionRouteProxy}, 12345678), fleet.CodeNotFound)
	})

	t.Run("Wakes", func(t *testing.T) {
		s := storetest.Open(t)
		mustQueue(t, s, fleet.Action{})
		select {
		case <-s.Wake():
		case <-time.After(5 * time.Second):
			t.Error("no pulse")
		}
	})
}

func TestStore_RenewLease(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		cancel, err := s.RenewLease(t.Context(), ref, time.Hour)
		if err != nil || cancel {
			t.Fatalf("renewed with %v, %v", cancel, err)
		}
		if left := time.Until(*mustAction(t, s, a.ID).LeaseUntil); left < 50*time.Minute {
			t.Errorf("%v left", left)
		}
	})

	t.Run("SaysThatACancelIsAskedFor", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		if err := s.RequestCancel(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		if cancel, err := s.RenewLease(t.Context(), ref, ttl); err != nil || !cancel {
			t.Errorf("renewed with %v, %v", cancel, err)
		}
	})

	t.Run("ErrExpired", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		expire(t, s, a.ID)
		_, err := s.RenewLease(t.Context(), ref, ttl)
		wantCode(t, err, fleet.CodeLeaseLost)
	})

	t.Run("ErrTakenOver", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		expire(t, s, a.ID)
		_, second := mustClaim(t, s, a.ID)
		_, err := s.RenewLease(t.Context(), ref, ttl)
		wantCode(t, err, fleet.CodeLeaseLost)
		if _, err := s.RenewLease(t.Context(), second, ttl); err != nil {
			t.Error(err)
		}
	})
}

func TestStore_Record(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		cursor := fleet.Cursor{Done: []string{"backup"}, Undoing: true, Failure: &fleet.Failure{Code: fleet.CodeMigrationFailed, Message: "no"}}
		err := s.Record(t.Context(), ref, lines(1, 3), store.Change{Percent: ptr(40), Step: ptr("migrate"), Cursor: &cursor})
		if err != nil {
			t.Fatal(err)
		}
		got := mustAction(t, s, a.ID)
		if got.Percent != 40 || got.Step != "migrate" || got.LastSeq != 4 {
			t.Errorf("percent %d, step %q, last seq %d", got.Percent, got.Step, got.LastSeq)
		}
		if len(got.Cursor.Done) != 1 || !got.Cursor.Undoing || got.Cursor.Failure.Code != fleet.CodeMigrationFailed {
			t.Errorf("cursor %+v", got.Cursor)
		}
		for i, e := range mustEvents(t, s, a.ID) {
			if e.Seq != uint64(i+1) || e.At.IsZero() || e.At.Location() != time.UTC {
				t.Errorf("event %d: %+v", i+1, e)
			}
		}
	})

	t.Run("PercentNeverFalls", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		for _, percent := range []int{50, 20, 500} {
			if err := s.Record(t.Context(), ref, nil, store.Change{Percent: &percent}); err != nil {
				t.Fatal(err)
			}
			if got := mustAction(t, s, a.ID).Percent; got != max(50, min(percent, 100)) {
				t.Errorf("after %d it is %d", percent, got)
			}
		}
	})

	t.Run("HostileText", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		hostile := "\xff\xfe\x00 😀 '\"; DROP TABLE actions; -- " + strings.Repeat("é", 300)
		err := s.Record(t.Context(), ref, []fleet.ActionEvent{line(hostile)}, store.Change{Step: &hostile})
		if err != nil {
			t.Fatal(err)
		}
		if got := mustAction(t, s, a.ID).Step; len([]rune(got)) != 200 || !strings.Contains(got, "😀 '\"; DROP") {
			t.Errorf("step %q", got)
		}
		if got := mustEvents(t, s, a.ID)[1].Body.Text; !strings.Contains(got, "\x00 😀") {
			t.Errorf("line %q", got)
		}
	})

	t.Run("MoreThanOnePacketTakes", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		events := lines(1, 1200)
		for i := range 20 {
			events[i].Body.Text = strings.Repeat("x", 1_000_000)
		}
		if err := s.Record(t.Context(), ref, events, store.Change{}); err != nil {
			t.Fatal(err)
		}
		got := mustEvents(t, s, a.ID)
		if len(got) != 1201 || got[1200].Seq != 1201 || got[1200].Body.Text != "line 1200" {
			t.Errorf("%d events", len(got))
		}
	})

	t.Run("ErrLeaseLostStoresNothing", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		expire(t, s, a.ID)
		wantCode(t, s.Record(t.Context(), ref, lines(1, 1), store.Change{Percent: ptr(9)}), fleet.CodeLeaseLost)
		if got := mustAction(t, s, a.ID); got.Percent != 0 || got.LastSeq != 1 {
			t.Errorf("percent %d, last seq %d", got.Percent, got.LastSeq)
		}
	})
}

func TestStore_ReleaseAction(t *testing.T) {
	s := storetest.Open(t)
	a := mustQueue(t, s, fleet.Action{WantsKey: "site:1"})
	rival := mustQueue(t, s, fleet.Action{WantsKey: "site:1"})
	_, ref := mustClaim(t, s, a.ID)
	if err := s.ReleaseAction(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.ReleaseAction(t.Context(), ref), fleet.CodeLeaseLost)
	// It may be half done, so nothing else gets its key before it.
	again, ref := mustClaim(t, s, a.ID)
	if again.Attempt != 2 {
		t.Errorf("attempt %d, want 2", again.Attempt)
	}
	mustNotClaim(t, s)
	mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
	mustClaim(t, s, rival.ID)
}

func TestStore_FinishAction(t *testing.T) {
	t.Run("Succeeded", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{WantsKey: "site:1"})
		_, ref := mustClaim(t, s, a.ID)
		mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
		got := wantStatus(t, s, a.ID, fleet.ActionSucceeded)
		if got.RunningKey != nil || got.LeaseUntil != nil || got.LeaseOwner != "" || got.FinishedAt == nil || got.Percent != 100 || got.ErrorCode != "" {
			t.Errorf("finished as %+v", got)
		}
		events := mustEvents(t, s, a.ID)
		if last := events[len(events)-1]; last.Kind != fleet.EventStatus || last.Body.Status != fleet.ActionSucceeded {
			t.Errorf("last event: %+v", last)
		}
	})

	t.Run("Failed", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		mustFinish(t, s, ref, fleet.ActionFailed, &fleet.Failure{Code: fleet.CodeMigrationFailed, Message: "patch\xff", Detail: strings.Repeat("Traceback 😀 ", 200_000)})
		got := wantStatus(t, s, a.ID, fleet.ActionFailed)
		if got.ErrorCode != fleet.CodeMigrationFailed || got.ErrorMessage != "patch\uFFFD" || len([]rune(got.ErrorDetail)) != 1_000_000 {
			t.Errorf("%s %q, %d bytes of detail", got.ErrorCode, got.ErrorMessage, len(got.ErrorDetail))
		}
	})

	t.Run("WhatNeedsItIsSkipped", func(t *testing.T) {
		for _, status := range []fleet.ActionStatus{fleet.ActionFailed, fleet.ActionCancelled} {
			s := storetest.Open(t)
			build := mustQueue(t, s, fleet.Action{Title: "Build r2"})
			other := mustQueue(t, s, fleet.Action{})
			move := mustQueue(t, s, fleet.Action{Title: "Move"}, build.ID, other.ID)
			clean := mustQueue(t, s, fleet.Action{}, move.ID)
			_, ref := mustClaim(t, s, build.ID)
			mustFinish(t, s, ref, status, &fleet.Failure{Code: fleet.CodePlayFailed, Message: "pip"})
			got := wantStatus(t, s, move.ID, fleet.ActionSkipped)
			if got.ErrorCode != fleet.CodePlayFailed || !strings.Contains(got.ErrorMessage, "Build r2") || got.StartedAt != nil {
				t.Errorf("skipped as %+v", got)
			}
			wantStatus(t, s, clean.ID, fleet.ActionSkipped)
			_, ref = mustClaim(t, s, other.ID)
			mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
			mustNotClaim(t, s)
		}
	})

	t.Run("ErrTwice", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
		wantCode(t, s.FinishAction(t.Context(), ref, fleet.ActionFailed, nil), fleet.CodeLeaseLost)
		wantStatus(t, s, a.ID, fleet.ActionSucceeded)
	})

	t.Run("ErrNoFinalState", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		if err := s.FinishAction(t.Context(), ref, fleet.ActionRunning, nil); err == nil {
			t.Error("finished as RUNNING")
		}
	})
}

func TestStore_Cancel(t *testing.T) {
	s := storetest.Open(t)
	running := mustQueue(t, s, fleet.Action{})
	build := mustQueue(t, s, fleet.Action{})
	move := mustQueue(t, s, fleet.Action{}, build.ID)
	left := mustQueue(t, s, fleet.Action{}, build.ID)
	mustClaim(t, s, running.ID)
	ids := []uint{running.ID, build.ID, move.ID}
	if err := s.CancelQueued(t.Context(), ids...); err != nil {
		t.Fatal(err)
	}
	if err := s.RequestCancel(t.Context(), ids...); err != nil {
		t.Fatal(err)
	}
	if !wantStatus(t, s, running.ID, fleet.ActionRunning).CancelRequested {
		t.Error("the running one was not asked to stop")
	}
	for _, id := range ids[1:] {
		if got := wantStatus(t, s, id, fleet.ActionCancelled); got.CancelRequested || got.ErrorCode != fleet.CodeCancelled {
			t.Errorf("cancelled as %+v", got)
		}
	}
	wantStatus(t, s, left.ID, fleet.ActionSkipped)
	mustNotClaim(t, s)
}
