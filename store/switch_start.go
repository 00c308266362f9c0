package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// StartSwitch queues that the slave of a pair takes over. The pair is SWITCHING from now on, and nothing else
// starts on its servers. A planned switch is refused while anything is queued or running there; a failover ends what
// is, also a planned switch that hangs. It errs with CodeInvalid unless the pair's name was typed and a reason
// given, and with CodeNotReady when the pair is in no state to switch.
func (s *Store) StartSwitch(ctx context.Context, actor fleet.Actor, kind fleet.SwitchKind, in fleet.SwitchInput) (fleet.Pair, fleet.Action, error) {
	var pair fleet.Pair
	var action fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return pair, action, err
	}
	if err := in.Validate(); err != nil {
		return pair, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		var master, slave fleet.Server
		var err error
		if pair, master, slave, err = lockPair(tx, in.PairID); err != nil {
			return fleet.AtField(err, "input.pairId")
		}
		if in.ConfirmName != pair.Name {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.confirmName", "Type the pair's name, %s, to confirm.", pair.Name)
		}
		if err := pair.MaySwitch(kind); err != nil {
			return fleet.AtField(err, "input.pairId")
		}
		unfinished, err := unfinishedOnPair(tx, pair, 0, forUpdate)
		if err != nil {
			return err
		}
		if kind == fleet.SwitchOver && len(unfinished) > 0 {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.pairId", "“%s” is not finished on %s; wait for its end, or cancel it.", unfinished[0].Title, pair.Name)
		}
		if kind == fleet.FailOver {
			if err := s.endForFailover(tx, pair, master, slave, unfinished); err != nil {
				return err
			}
		}
		action = switchAction(actor, kind, pair, slave)
		if err := s.enqueue(tx, &action); err != nil {
			return err
		}
		pair.Status, pair.StatusReason, pair.BusyActionID = fleet.PairSwitching, "", &action.ID
		if err := setPair(tx, pair); err != nil {
			return err
		}
		err = gorm.G[fleet.PairSwitch](tx).Create(ctx, &fleet.PairSwitch{
			PairID: pair.ID, Kind: kind, FromID: master.ID, ToID: slave.ID, ActionID: action.ID,
			ActorName: actor.Name, Reason: in.Reason, StartedAt: now(),
		})
		if err != nil {
			return err
		}
		operation := map[fleet.SwitchKind]string{fleet.SwitchOver: "switchOver", fleet.FailOver: "failOver"}[kind]
		return s.audit(tx, actor, operation, fmt.Sprintf("%s: from %s to %s", pair.Name, master.Name, slave.Name), map[string]any{
			"pairId": pair.ID, "reason": in.Reason, "epoch": pair.Epoch,
		}, &action.ID)
	})
	return pair, action, err
}

// RehearseSwitch queues every check of a switch; nothing is changed. It errs with CodeNotFound when there is no such
// pair.
func (s *Store) RehearseSwitch(ctx context.Context, actor fleet.Actor, pairID uint, kind fleet.SwitchKind) (fleet.Pair, fleet.Action, error) {
	var pair fleet.Pair
	var action fleet.Action
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return pair, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if pair, err = one[fleet.Pair](ctx, tx, "pair", pairID); err != nil {
			return fleet.AtField(err, "input.pairId")
		}
		what := map[fleet.SwitchKind]string{fleet.SwitchOver: "switchover", fleet.FailOver: "failover"}[kind]
		action = fleet.Action{
			Kind: fleet.ActionRehearseSwitch, Title: fmt.Sprintf("Rehearse the %s of %s", what, pair.Name), PairID: &pair.ID, ActorName: actor.Name,
			Cursor: fleet.Cursor{Notes: map[string]string{NoteSwitchKind: string(kind)}}, Lane: pairLane(pair), WantsKey: pairLane(pair) + ":rehearsal",
		}
		if err := s.enqueue(tx, &action); err != nil {
			return err
		}
		return s.audit(tx, actor, "rehearseSwitch", pair.Name, map[string]any{"pairId": pair.ID, "kind": kind}, &action.ID)
	})
	return pair, action, err
}

// NoteSwitchKind is the note in the cursor of a rehearsal that says what is rehearsed.
const NoteSwitchKind = "kind"

func pairLane(pair fleet.Pair) string { return fmt.Sprintf("pair:%d", pair.ID) }

func switchAction(actor fleet.Actor, kind fleet.SwitchKind, pair fleet.Pair, slave fleet.Server) fleet.Action {
	action := fleet.Action{
		Kind: fleet.ActionSwitchOver, Title: fmt.Sprintf("Switch %s over to %s", pair.Name, slave.Name), PairID: &pair.ID,
		ActorName: actor.Name, Lane: pairLane(pair), WantsKey: pairLane(pair),
	}
	if kind == fleet.FailOver {
		action.Kind, action.Title = fleet.ActionFailOver, fmt.Sprintf("Fail %s over to %s", pair.Name, slave.Name)
	}
	return action
}

// lockPair locks both servers of a pair, and then the pair: whoever puts work on a server holds its row.
func lockPair(tx *gorm.DB, id uint) (pair fleet.Pair, master, slave fleet.Server, err error) {
	ctx := tx.Statement.Context
	if pair, err = one[fleet.Pair](ctx, tx, "pair", id); err != nil {
		return pair, master, slave, err
	}
	servers, err := byID(ctx, tx, []uint{pair.MasterID, pair.SlaveID}, func(s fleet.Server) uint { return s.ID }, forUpdate)
	if err != nil {
		return pair, master, slave, err
	}
	pair, err = one[fleet.Pair](ctx, tx, "pair", id, forUpdate)
	return pair, servers[pair.MasterID], servers[pair.SlaveID], err
}

// setPair writes what a switch changes about a pair.
func setPair(tx *gorm.DB, pair fleet.Pair) error {
	return tx.Model(&fleet.Pair{}).Where("id = ?", pair.ID).Updates(map[string]any{
		"master_id": pair.MasterID, "slave_id": pair.SlaveID, "status": pair.Status, "status_reason": pair.StatusReason,
		"epoch": pair.Epoch, "busy_action_id": pair.BusyActionID, "updated_at": now(),
	}).Error
}

// refuseSwitching errs with CodeNotReady when a server, whose row is locked, is part of a pair that switches or is being
// taken apart.
func refuseSwitching(tx *gorm.DB, server fleet.Server, field string) error {
	pairs, err := gorm.G[fleet.Pair](tx).Where("status IN ? AND (master_id = ? OR slave_id = ?)", []fleet.PairStatus{fleet.PairSwitching, fleet.PairDissolving}, server.ID, server.ID).Find(tx.Statement.Context)
	if err != nil || len(pairs) == 0 {
		return err
	}
	return fleet.FieldErrorf(fleet.CodeNotReady, field, "%s", fleet.SwitchingSentence(server, pairs[0]))
}
