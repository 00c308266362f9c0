package runner

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/runner/bench"
	"central/runner/pair"
	"central/runner/remote"
)

// lookPatience is how long a look at both servers of a pair may take.
const lookPatience = 6 * time.Second

// LookAtPair asks both servers of a pair how they stand, at once and for a few seconds at most, and adds what they
// said to the facts. That one cannot be asked is a finding too.
func LookAtPair(ctx context.Context, pool *remote.Pool, facts fleet.SwitchFacts) fleet.SwitchFacts {
	ctx, cancel := context.WithTimeoutCause(ctx, lookPatience, fleet.Errorf(fleet.CodeUnreachable, "It did not answer in time."))
	defer cancel()
	var both errgroup.Group
	both.Go(func() error {
		facts.MasterLook = lookAt(ctx, pool, facts.Master, nil)
		return nil
	})
	both.Go(func() error {
		facts.SlaveLook = lookAt(ctx, pool, facts.Slave, facts.Places)
		return nil
	})
	_ = both.Wait() // nothing in it errs
	return facts
}

// candidatePatience is how long a look at servers that are to become a pair may take: the size of a large database is
// added up file by file.
const candidatePatience = 30 * time.Second

// LookAtCandidates looks at two servers that are to become a pair, at once. It changes nothing, and needs nothing of
// Central's there. What keeps it from looking is an error about the field of fleet.NewPair.
func LookAtCandidates(ctx context.Context, pool *remote.Pool, master, slave fleet.Server) (of, to fleet.PairCandidate, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, candidatePatience, fleet.Errorf(fleet.CodeUnreachable, "It did not answer in time."))
	defer cancel()
	var both errgroup.Group
	both.Go(func() (err error) {
		of, err = lookAtCandidate(ctx, pool, master)
		return fleet.AtField(err, "input.masterId")
	})
	both.Go(func() (err error) {
		to, err = lookAtCandidate(ctx, pool, slave)
		return fleet.AtField(err, "input.slaveId")
	})
	return of, to, both.Wait()
}

func lookAtCandidate(ctx context.Context, pool *remote.Pool, server fleet.Server) (fleet.PairCandidate, error) {
	address, err := ipAddress(ctx, server)
	if err != nil {
		return fleet.PairCandidate{}, err
	}
	answer, err := pool.Run(ctx, remoteHost(server), bench.LookAtPair())
	if err != nil {
		return fleet.PairCandidate{}, fleet.Errorf(fleet.ErrorCode(err), "%s could not be looked at: %s", server.Name, failureOf(err).Message)
	}
	side := fleet.PairSide{Name: server.Name, Address: address, Look: bench.ParsePairLook(answer.Stdout)}
	return fleet.PairCandidate{PairSide: side, SetUp: server.Status == fleet.ServerReady}, nil
}

func lookAt(ctx context.Context, pool *remote.Pool, server fleet.Server, places []fleet.RevisionPlace) fleet.PairLook {
	host := remoteHost(server)
	answer, err := pool.Run(ctx, host, pair.Status())
	if err != nil {
		return fleet.PairLook{Trouble: failureOf(err).Message}
	}
	status, err := pair.ParseStatus(answer.Stdout)
	if err != nil {
		return fleet.PairLook{Trouble: failureOf(err).Message}
	}
	look := fleet.PairLook{Status: &status}
	if answer, err = pool.Run(ctx, host, bench.FreeSpace()); err == nil {
		_, look.FreeBytes = bench.ParseFreeSpace(answer.Stdout)
	}
	if len(places) == 0 {
		return look
	}
	command, err := pair.MissingRevisions(places)
	if err == nil {
		answer, err = pool.Run(ctx, host, command)
	}
	if err != nil {
		return fleet.PairLook{Trouble: failureOf(err).Message}
	}
	look.Missing = pair.ParseMissing(answer.Stdout)
	return look
}
