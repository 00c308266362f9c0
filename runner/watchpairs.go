package runner

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/runner/pair"
)

// How often the roles of all pairs are looked at, how many at once, and how long that may take for one.
const (
	affirmEvery    = 10 * time.Second
	affirmAtOnce   = 32
	affirmPatience = 20 * time.Second
)

// watchPairs affirms the roles of every pair now and then, until ctx ends.
func (r *Runner) watchPairs(ctx context.Context) {
	tick := time.NewTicker(affirmEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		pairs, err := r.Store.Pairs(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot read the pairs", "error", err)
		}
		var all errgroup.Group
		all.SetLimit(affirmAtOnce)
		for _, found := range pairs {
			all.Go(func() error {
				if err := r.affirmRole(ctx, found); err != nil && ctx.Err() == nil {
					r.Log.Debug("the roles of a pair could not be affirmed", "pair", found.Name, "error", err)
				}
				return nil
			})
		}
		_ = all.Wait() // nothing in it errs
	}
}

// affirmRole puts on record how far the master has come, opens one that started, or whose
// MariaDB started, while its partner could not be asked, and fences an old one that is back after a failover. Both are held by the epoch: the guards refuse what a later order has overruled.
func (r *Runner) affirmRole(ctx context.Context, found fleet.Pair) error {
	if found.Status != fleet.PairReady && found.Status != fleet.PairFailedOver {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, affirmPatience)
	defer cancel()
	if err := r.affirmMaster(ctx, found); err != nil {
		return err
	}
	if found.Status != fleet.PairFailedOver {
		return nil
	}
	return r.fenceOld(ctx, found)
}

func (r *Runner) affirmMaster(ctx context.Context, found fleet.Pair) error {
	master, status, err := r.guardOf(ctx, found.MasterID)
	if err == nil && status.Open && status.Binlog != "" {
		err = r.Store.MasterSeen(ctx, found.ID, master.ID, status.Binlog)
	}
	if err != nil || status.Role != "master" || status.Open && !status.ReadOnly || status.Epoch != found.Epoch {
		return err
	}
	fresh, err := r.Store.Pair(ctx, found.ID)
	if err != nil || fresh.Epoch != found.Epoch || fresh.Status != found.Status || fresh.MasterID != found.MasterID {
		return err
	}
	r.Log.Info("a master is opened, which started, or whose MariaDB did, while its partner could not be asked", "pair", found.Name, "server", master.Name)
	_, err = r.Pool.Run(ctx, remoteHost(master), pair.OpenServer(found.Epoch))
	return err
}

// fenceOld fences the old master of a pair that failed over when it is back, and puts on record how much it has that
// the new one never got.
func (r *Runner) fenceOld(ctx context.Context, found fleet.Pair) error {
	old, status, err := r.guardOf(ctx, found.SlaveID)
	if err != nil {
		return err
	}
	if status.Role == "master" || status.Open {
		r.Log.Warn("an old master is back and is fenced", "pair", found.Name, "server", old.Name, "was open", status.Open)
		if _, err := r.Pool.Run(ctx, remoteHost(old), pair.CloseServer(pair.AsFenced, found.Epoch)); err != nil {
			return err
		}
	}
	if status.Binlog == "" {
		return nil
	}
	return r.Store.OldMasterBack(ctx, found.ID, func(lost fleet.PairSwitch) string {
		return lost.Returns(old.Name, status)
	})
}

// guardOf asks the guard of a server.
func (r *Runner) guardOf(ctx context.Context, serverID uint) (fleet.Server, fleet.RoleStatus, error) {
	server, err := r.Store.Server(ctx, serverID)
	if err != nil {
		return server, fleet.RoleStatus{}, err
	}
	answer, err := r.Pool.Run(ctx, remoteHost(server), pair.Status())
	if err != nil {
		return server, fleet.RoleStatus{}, fmt.Errorf("ask the guard of %s: %w", server.Name, err)
	}
	status, err := pair.ParseStatus(answer.Stdout)
	return server, status, err
}
