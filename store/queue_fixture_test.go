package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// ttl is a lease that outlives every test.
const ttl = time.Minute

var admin = fleet.Actor{UserID: 1, Name: "ada", Role: fleet.RoleAdmin, RemoteAddress: "192.0.2.1"}

func ptr[T any](v T) *T { return &v }

// mustServer puts one more server on record.
func mustServer(t testing.TB, s *store.Store, name string) fleet.Server {
	t.Helper()
	server, err := s.AddServer(t.Context(), admin, fleet.NewServer{
		Name: name, Address: name + ".example.com", Role: fleet.RoleMaster, HostKey: "ssh-ed25519 AAAA " + name,
	})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// mustQueue queues an action of a kind that changes nothing else when it ends.
func mustQueue(t testing.TB, s *store.Store, a fleet.Action, needs ...uint) fleet.Action {
	t.Helper()
	if a.Kind == "" {
		a.Kind = fleet.ActionRouteProxy
	}
	if a.Title == "" {
		a.Title = "Route"
	}
	if err := s.Enqueue(t.Context(), &a, needs...); err != nil {
		t.Fatal(err)
	}
	return a
}

// mustClaim claims what has to be there.
func mustClaim(t testing.TB, s *store.Store, want uint) (*fleet.Action, store.LeaseRef) {
	t.Helper()
	a, err := s.ClaimAction(t.Context(), "runner-1", ttl)
	if err != nil {
		t.Fatal(err)
	}
	if a == nil {
		t.Fatalf("nothing to claim; want action %d", want)
	}
	if a.ID != want {
		t.Fatalf("claimed action %d, want %d", a.ID, want)
	}
	return a, store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}
}

func mustNotClaim(t testing.TB, s *store.Store) {
	t.Helper()
	a, err := s.ClaimAction(t.Context(), "runner-1", ttl)
	if err != nil {
		t.Fatal(err)
	}
	if a != nil {
		t.Fatalf("claimed action %d (%s); want nothing", a.ID, a.Title)
	}
}

func mustFinish(t testing.TB, s *store.Store, ref store.LeaseRef, status fleet.ActionStatus, failure *fleet.Failure) {
	t.Helper()
	if err := s.FinishAction(t.Context(), ref, status, failure); err != nil {
		t.Fatal(err)
	}
}

func mustAction(t testing.TB, s *store.Store, id uint) fleet.Action {
	t.Helper()
	a, err := s.Action(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func mustEvents(t testing.TB, s *store.Store, id uint) []fleet.ActionEvent {
	t.Helper()
	events, err := s.Events(t.Context(), id, 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// mustDB runs a statement that no method of the store is for.
func mustDB(t testing.TB, s *store.Store, statement string, args ...any) {
	t.Helper()
	if _, err := s.DB().ExecContext(context.WithoutCancel(t.Context()), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// expire lets the lease of an action run out.
func expire(t testing.TB, s *store.Store, id uint) {
	t.Helper()
	mustDB(t, s, "UPDATE actions SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = ?", id)
}

func wantCode(t testing.TB, err error, want fleet.Code) {
	t.Helper()
	if got := fleet.ErrorCode(err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func wantStatus(t testing.TB, s *store.Store, id uint, want fleet.ActionStatus) fleet.Action {
	t.Helper()
	a := mustAction(t, s, id)
	if a.Status != want {
		t.Errorf("action %d is %s, want %s", id, a.Status, want)
	}
	return a
}

func line(text string) fleet.ActionEvent {
	return fleet.ActionEvent{Kind: fleet.EventLine, Body: fleet.EventBody{Text: text, Stream: "stdout"}}
}

func lines(from, to int) []fleet.ActionEvent {
	var events []fleet.ActionEvent
	for i := from; i <= to; i++ {
		events = append(events, line(fmt.Sprintf("line %d", i)))
	}
	return events
}
