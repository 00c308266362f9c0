package store_test

import (
	"context"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

func TestStore_Follow(t *testing.T) {
	t.Run("ReplaysThenFollowsThenCloses", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		mustRecord(t, s, ref, 1, 1300)
		following := s.Follow(t.Context(), a.ID, 0)
		seq := mustReceive(t, following, 0, 1301)
		mustRecord(t, s, ref, 1301, 1310)
		seq = mustReceive(t, following, seq, 1311)
		mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
		seq = mustReceive(t, following, seq, 1312)
		mustClose(t, following)
		if seq != 1312 {
			t.Errorf("the last event is %d", seq)
		}
	})

	t.Run("FromWhereOneLeftOff", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		mustRecord(t, s, ref, 1, 9)
		mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
		following := s.Follow(t.Context(), a.ID, 7)
		mustReceive(t, following, 7, 11)
		mustClose(t, following)
		mustClose(t, s.Follow(t.Context(), a.ID, 11))
	})

	t.Run("BatchesAreBounded", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		mustRecord(t, s, ref, 1, 1100)
		if batch := <-s.Follow(t.Context(), a.ID, 0); len(batch) != 500 {
			t.Errorf("%d events at once", len(batch))
		}
	})

	t.Run("SeesWhatAnotherProcessWrites", func(t *testing.T) {
		dsn := storetest.Database(t)
		reader, writer := storetest.OpenOn(t, dsn), storetest.OpenOn(t, dsn)
		a := mustQueue(t, writer, fleet.Action{})
		following := reader.Follow(t.Context(), a.ID, 0)
		_, ref := mustClaim(t, writer, a.ID)
		seq := mustReceive(t, following, 0, 1)
		mustRecord(t, writer, ref, 1, 1)
		seq = mustReceive(t, following, seq, 2)
		mustFinish(t, writer, ref, fleet.ActionFailed, nil)
		mustReceive(t, following, seq, 3)
		mustClose(t, following)
	})

	t.Run("EventsOfADeployWithoutLease", func(t *testing.T) {
		s := storetest.Open(t)
		root := mustQueue(t, s, fleet.Action{Kind: fleet.ActionDeploy})
		following := s.Follow(t.Context(), root.ID, 0)
		if err := s.AppendEvents(t.Context(), root.ID, lines(1, 3)); err != nil {
			t.Fatal(err)
		}
		mustReceive(t, following, 0, 3)
	})

	t.Run("SlowFollowerDelaysNobody", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		_, ref := mustClaim(t, s, a.ID)
		slow := s.Follow(t.Context(), a.ID, 0)
		quick := s.Follow(t.Context(), a.ID, 0)
		seq := mustReceive(t, quick, 0, 1)
		for i := range 20 {
			mustRecord(t, s, ref, i, i)
			seq = mustReceive(t, quick, seq, uint64(i+2))
		}
		mustFinish(t, s, ref, fleet.ActionSucceeded, nil)
		mustReceive(t, quick, seq, 22)
		mustClose(t, quick)
		mustReceive(t, slow, 0, 22)
		mustClose(t, slow)
	})

	t.Run("NoSuchAction", func(t *testing.T) {
		mustClose(t, storetest.Open(t).Follow(t.Context(), 12345678, 0))
	})

	t.Run("ContextEnds", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		ctx, cancel := context.WithCancel(t.Context())
		following := s.Follow(ctx, a.ID, 0)
		cancel()
		mustClose(t, following)
	})

	t.Run("StoreCloses", func(t *testing.T) {
		s := storetest.Open(t)
		a := mustQueue(t, s, fleet.Action{})
		following := s.Follow(t.Context(), a.ID, 0)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		mustClose(t, following)
	})
}

func mustRecord(t testing.TB, s *store.Store, ref store.LeaseRef, from, to int) {
	t.Helper()
	if err := s.Record(t.Context(), ref, lines(from, to), store.Change{}); err != nil {
		t.Fatal(err)
	}
}

// mustReceive reads events until number last, which come in order and without gaps after number seq.
func mustReceive(t testing.TB, following <-chan []fleet.ActionEvent, seq, last uint64) uint64 {
	t.Helper()
	deadline := time.After(patience)
	for seq < last {
		select {
		case events, ok := <-following:
			if !ok {
				t.Fatalf("closed after event %d, want %d", seq, last)
			}
			for _, e := range events {
				if e.Seq != seq+1 {
					t.Fatalf("event %d came after %d", e.Seq, seq)
				}
				seq = e.Seq
			}
		case <-deadline:
			t.Fatalf("nothing came after event %d, want %d", seq, last)
		}
	}
	return seq
}

func mustClose(t testing.TB, following <-chan []fleet.ActionEvent) {
	t.Helper()
	select {
	case events, ok := <-following:
		if ok {
			t.Errorf("%d more events, from %d on", len(events), events[0].Seq)
		}
	case <-time.After(patience):
		t.Error("not closed")
	}
}
