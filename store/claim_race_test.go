package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// Several claims at once for one place, round after round: exactly one gets it.
func TestStore_ClaimAction_OnePlace(t *testing.T) {
	const rounds, rivals = 15, 8
	for name, action := range map[string]func(servers []fleet.Server, i int) fleet.Action{
		"InALane": func(servers []fleet.Server, _ int) fleet.Action {
			return fleet.Action{ServerID: &servers[0].ID, Lane: "narrow", LaneLimit: 1}
		},
		"InALaneOfNoServer": func([]fleet.Server, int) fleet.Action {
			return fleet.Action{Lane: "narrow", LaneLimit: 1}
		},
		"OnAServer": func(servers []fleet.Server, i int) fleet.Action {
			return fleet.Action{ServerID: &servers[0].ID, Lane: fmt.Sprintf("lane:%d", i)}
		},
		"OnOneThing": func(servers []fleet.Server, i int) fleet.Action {
			return fleet.Action{ServerID: &servers[i].ID, WantsKey: "app:1"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dsn := storetest.Database(t)
			processes := []*store.Store{storetest.OpenOn(t, dsn), storetest.OpenOn(t, dsn)}
			s := processes[0]
			var servers []fleet.Server
			for i := range rivals {
				servers = append(servers, mustServer(t, s, fmt.Sprintf("m-%d", i)))
			}
			mustDB(t, s, "UPDATE servers SET actions_at_once = 1")
			for round := range rounds {
				for i := range rivals {
					mustQueue(t, s, action(servers, i))
				}
				var group errgroup.Group
				var claims atomic.Int64
				for i := range rivals {
					group.Go(func() error {
						a, err := processes[i%2].ClaimAction(t.Context(), fmt.Sprintf("runner-%d", i), ttl)
						if a != nil {
							claims.Add(1)
						}
						return err
					})
				}
				if err := group.Wait(); err != nil {
					t.Fatal(err)
				}
				if got := claims.Load(); got != 1 {
					t.Fatalf("round %d: %d claims came through, want 1", round+1, got)
				}
				mustDB(t, s, "UPDATE actions SET status = 'CANCELLED', running_key = NULL")
			}
		})
	}
}
