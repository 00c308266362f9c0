package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/runner"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
)

// How a look at the servers before a deploy is bounded, and how little room on a disk stands in its way.
const (
	inspectPatience = 6 * time.Second
	inspectAtOnce   = 64
	leastFree       = 512 << 20 // bytes
)

// inspect looks at servers before a deploy to them: whether they can be reached, show the pinned host key, and
// have room. A changed host key stops everything on its server.
func inspect(pool *remote.Pool, s *store.Store) func(context.Context, []fleet.Server) []fleet.ServerFinding {
	return func(ctx context.Context, servers []fleet.Server) []fleet.ServerFinding {
		ctx, cancel := context.WithTimeout(ctx, inspectPatience)
		defer cancel()
		found := make([]*fleet.ServerFinding, len(servers))
		var group errgroup.Group
		group.SetLimit(inspectAtOnce)
		for i, server := range servers {
			if server.Status != fleet.ServerReady { // the plan says so by itself
				continue
			}
			group.Go(func() error {
				found[i] = inspectOne(ctx, pool, s, server)
				return nil
			})
		}
		_ = group.Wait() // nothing in it errs
		findings := []fleet.ServerFinding{}
		for _, finding := range found {
			if finding != nil {
				findings = append(findings, *finding)
			}
		}
		return findings
	}
}

func inspectOne(ctx context.Context, pool *remote.Pool, s *store.Store, server fleet.Server) *fleet.ServerFinding {
	host := remote.Host{ID: server.ID, Name: server.Name, Address: server.Address, Port: server.Port, User: server.User, HostKey: server.HostKey}
	output, err := pool.Run(ctx, host, bench.FreeSpace())
	if fleet.ErrorCode(err) == fleet.CodeUnreachable && ctx.Err() == nil {
		// A connection that was kept may have died unnoticed; a new one says how the server is now.
		output, err = pool.Run(ctx, host, bench.FreeSpace())
	}
	finding := &fleet.ServerFinding{ServerID: server.ID, Code: fleet.ErrorCode(err)}
	switch {
	case err == nil:
		dir, free := bench.ParseFreeSpace(output.Stdout)
		if dir == "" || free >= leastFree {
			return nil
		}
		finding.Code = fleet.CodeDiskFull
		finding.Message = fmt.Sprintf("%s has only %d MiB free in %s; make room there first.", server.Name, free>>20, dir)
		return finding
	case finding.Code == fleet.CodeHostKeyChanged:
		if err := s.ServerKeyChanged(context.WithoutCancel(ctx), server.ID, sentence(err)); err != nil {
			slog.Error("a changed host key could not be put on record", "server", server.Name, "error", err)
		}
	case finding.Code != fleet.CodeCommandFailed:
		finding.Code = fleet.CodeUnreachable // also when the time was over
	}
	finding.Message = fmt.Sprintf("%s cannot be deployed to: %s", server.Name, sentence(err))
	return finding
}

// inspectPair looks at both servers of a pair before a switch.
func inspectPair(pool *remote.Pool) func(context.Context, fleet.SwitchFacts) fleet.SwitchFacts {
	return func(ctx context.Context, facts fleet.SwitchFacts) fleet.SwitchFacts {
		return runner.LookAtPair(ctx, pool, facts)
	}
}

// lookAtCandidates looks at two servers that are to become a pair. A changed host key stops everything on its server.
func lookAtCandidates(pool *remote.Pool, s *store.Store) func(ctx context.Context, master, slave fleet.Server) (fleet.PairCandidate, fleet.PairCandidate, error) {
	return func(ctx context.Context, master, slave fleet.Server) (fleet.PairCandidate, fleet.PairCandidate, error) {
		of, to, err := runner.LookAtCandidates(ctx, pool, master, slave)
		if fleet.ErrorCode(err) == fleet.CodeHostKeyChanged {
			changed := master
			if known := (*fleet.Error)(nil); errors.As(err, &known) && known.Field == "input.slaveId" {
				changed = slave
			}
			if failed := s.ServerKeyChanged(context.WithoutCancel(ctx), changed.ID, sentence(err)); failed != nil {
				slog.Error("a changed host key could not be put on record", "server", changed.Name, "error", failed)
			}
		}
		return of, to, err
	}
}
