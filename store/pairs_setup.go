package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// CreatePair puts a pair on record and queues its whole set-up: the plays of each server that is not ready
// yet, then what makes one the copy of the other. The caller has looked at both, as fleet.FitsNewPair says. It errs as
// CheckNewPair does.
func (s *Store) CreatePair(ctx context.Context, actor fleet.Actor, in fleet.NewPair) (fleet.Pair, fleet.Action, error) {
	var pair fleet.Pair
	var action fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return pair, action, err
	}
	if err := in.Validate(); err != nil {
		return pair, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		master, slave, err := newPairFits(tx, in, forUpdate)
		if err != nil {
			return err
		}
		pair = fleet.Pair{
			Name: in.Name, MasterID: master.ID, SlaveID: slave.ID, Status: fleet.PairNew, Epoch: 1, ToldKeys: map[uint]string{}, CreatedAt: now(), UpdatedAt: now(),
		}
		if err := gorm.G[fleet.Pair](tx).Create(ctx, &pair); err != nil {
			return err
		}
		if slave.Role != fleet.RoleSlave { // it was added before anybody knew what for
			if err := tx.Model(&fleet.Server{}).Where("id = ?", slave.ID).Update("role", fleet.RoleSlave).Error; err != nil {
				return err
			}
			slave.Role = fleet.RoleSlave
		}
		action, err = s.enqueuePair(tx, actor, &pair, fleet.ActionSetUpPair, fmt.Sprintf("Set up the pair %s: %s follows %s", pair.Name, slave.Name, master.Name), master, slave)
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "createPair", pair.Name, map[string]any{"name": in.Name, "masterId": in.MasterID, "slaveId": in.SlaveID}, &action.ID)
	})
	if duplicate(err) {
		err = fleet.FieldErrorf(fleet.CodeConflict, "input.name", "A pair of this name, or with one of these servers, was made just now.")
	}
	return pair, action, err
}

// CheckNewPair returns the two servers of a pair that somebody wants, to be looked at before CreatePair. It errs with
// the field when one of the two cannot be part of it: CodeNotFound, CodeInvalid for a role that does not fit and for a
// server that was adopted, CodeConflict when it belongs to a pair already, holds benches though it is to be the slave,
// holds other data, or is being set up, CodeNotReady when it failed or is retired.
func (s *Store) CheckNewPair(ctx context.Context, actor fleet.Actor, in fleet.NewPair) (master, slave fleet.Server, err error) {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return master, slave, err
	}
	if err := in.Validate(); err != nil {
		return master, slave, err
	}
	return newPairFits(s.db.WithContext(ctx), in)
}

func newPairFits(db *gorm.DB, in fleet.NewPair, lock ...clause.Expression) (master, slave fleet.Server, err error) {
	servers, err := byID(db.Statement.Context, db, []uint{in.MasterID, in.SlaveID}, func(v fleet.Server) uint { return v.ID }, lock...)
	if err != nil {
		return master, slave, err
	}
	master, slave = servers[in.MasterID], servers[in.SlaveID]
	if err := fitsPair(db, master, "input.masterId", in.MasterID); err != nil {
		return master, slave, err
	}
	if err := fitsPair(db, slave, "input.slaveId", in.SlaveID); err != nil {
		return master, slave, err
	}
	if err := fitsRoles(db, master, slave); err != nil {
		return master, slave, err
	}
	return master, slave, pairNameTaken(db, in.Name)
}

// SetUpPair queues the set-up of a pair again. What is so already stays as it is: a slave that follows is not
// copied anew. previewID is the preview that was looked at: where the pair is set up already, it errs as
// fleet.SetUpAgain.Accepts does; otherwise none is needed. It errs with CodeConflict while something holds the pair,
// and with CodeNotReady after a failover, when only a rebuild makes the old master a slave.
func (s *Store) SetUpPair(ctx context.Context, actor fleet.Actor, pairID uint, previewID *uint) (fleet.Pair, fleet.Action, error) {
	asked := withPreview(map[string]any{}, previewID)
	return s.againPair(ctx, actor, "setUpPair", pairID, asked, func(tx *gorm.DB, pair fleet.Pair, master, slave fleet.Server) error {
		if pair.Status == fleet.PairFailedOver {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.pairId", "%s has failed over: what the old master holds is replaced when it becomes the slave. Rebuild the slave.", pair.Name)
		}
		if !pair.NeedsPreview(master, slave) {
			return nil
		}
		of, err := previewOfPair(ctx, tx, pair)
		if err != nil {
			return err
		}
		return previewSeen(ctx, tx, of, previewID)
	}, fleet.ActionSetUpPair, "Set up the pair %s again: %s follows %s")
}

// RebuildSlave queues the making of a pair's slave from nothing: whatever its database holds is replaced by a
// copy of the master's. confirmName must be the pair's name, or it errs with CodeInvalid. It errs with
// CodeConflict while something holds the pair and with CodeNotReady when it was never set up.
func (s *Store) RebuildSlave(ctx context.Context, actor fleet.Actor, pairID uint, confirmName string) (fleet.Pair, fleet.Action, error) {
	return s.againPair(ctx, actor, "rebuildSlave", pairID, map[string]any{}, func(_ *gorm.DB, pair fleet.Pair, _, _ fleet.Server) error {
		if confirmName != pair.Name {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.confirmName", "Type the name of the pair, %s, to confirm that the data of its slave is replaced.", pair.Name)
		}
		if pair.Status == fleet.PairNew {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.pairId", "%s was never set up; set it up first.", pair.Name)
		}
		return nil
	}, fleet.ActionRebuildSlave, "Rebuild the slave of %s: %s becomes a copy of %s")
}

// againPair queues an action on a pair that is on record. asked is what the audit entry says besides the pair; allowed
// may refuse it; title has room for the names of the pair, its slave and its master.
func (s *Store) againPair(ctx context.Context, actor fleet.Actor, operation string, pairID uint, asked map[string]any,
	allowed func(tx *gorm.DB, pair fleet.Pair, master, slave fleet.Server) error, kind fleet.ActionKind, title string,
) (fleet.Pair, fleet.Action, error) {
	var pair fleet.Pair
	var action fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return pair, action, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if pair, err = lockFreePair(tx, pairID, "input.pairId"); err != nil {
			return err
		}
		servers, err := lockServers(tx, pair.MasterID, pair.SlaveID)
		if err != nil {
			return err
		}
		master, slave := servers[pair.MasterID], servers[pair.SlaveID]
		if err := allowed(tx, pair, master, slave); err != nil {
			return err
		}
		for _, server := range []fleet.Server{master, slave} {
			if err := usable(server, "input.pairId", fleet.ServerFailed); err != nil {
				return err
			}
		}
		action, err = s.enqueuePair(tx, actor, &pair, kind, fmt.Sprintf(title, pair.Name, slave.Name, master.Name), master, slave)
		if err != nil {
			return err
		}
		asked["pairId"], asked["masterId"], asked["slaveId"] = pair.ID, master.ID, slave.ID
		return s.audit(tx, actor, operation, pair.Name, asked, &action.ID)
	})
	return pair, action, err
}

// enqueuePair queues an action on a pair, with the set-up of each of its servers that is not ready as a part
// of it that comes first, and lets it hold the pair.
func (s *Store) enqueuePair(tx *gorm.DB, actor fleet.Actor, pair *fleet.Pair, kind fleet.ActionKind, title string, servers ...fleet.Server) (fleet.Action, error) {
	parts := []uint{}
	for _, server := range servers {
		if server.Status == fleet.ServerReady {
			continue
		}
		part, err := s.enqueueSetUp(tx, actor, server)
		if err != nil {
			return fleet.Action{}, err
		}
		parts = append(parts, part.ID)
	}
	action := fleet.Action{Kind: kind, Title: title, PairID: &pair.ID, ActorName: actor.Name, WantsKey: fmt.Sprintf("pair:%d", pair.ID)}
	if err := s.enqueue(tx, &action, parts...); err != nil {
		return action, err
	}
	if len(parts) > 0 {
		if err := tx.Model(&fleet.Action{}).Where("id IN ?", parts).Updates(map[string]any{"parent_id": action.ID, "pair_id": pair.ID}).Error; err != nil {
			return action, err
		}
	}
	pair.Status, pair.StatusReason, pair.BusyActionID, pair.UpdatedAt = fleet.PairSettingUp, "", &action.ID, now()
	return action, tx.Model(&fleet.Pair{}).Where("id = ?", pair.ID).Updates(map[string]any{
		"status": pair.Status, "status_reason": "", "busy_action_id": action.ID, "updated_at": pair.UpdatedAt,
	}).Error
}

// pairSetUp does what the end of an action means that made a slave: the pair is ready, or says why it is not.
func pairSetUp(tx *gorm.DB, action *fleet.Action) error {
	columns := map[string]any{"busy_action_id": nil, "updated_at": now()}
	if succeeded(action) {
		columns["status"] = fleet.PairReady
	} else {
		columns["status"], columns["status_reason"] = fleet.PairFailed, action.ErrorMessage
	}
	return tx.Model(&fleet.Pair{}).Where("id = ? AND busy_action_id = ?", *action.PairID, action.ID).Updates(columns).Error
}

// NotePair puts a sentence for a person on a pair, such as what its slave lacks, in place of what was there;
// its state stays. ref must hold an action.
func (s *Store) NotePair(ctx context.Context, ref LeaseRef, pairID uint, sentence string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.fence(tx, ref); err != nil {
			return err
		}
		return tx.Model(&fleet.Pair{}).Where("id = ?", pairID).
			Updates(map[string]any{"status_reason": clip(sentence, maxMessage), "updated_at": now()}).Error
	})
}

// lockFreePair locks a pair that nothing holds; it errs with CodeConflict and what holds it.
func lockFreePair(tx *gorm.DB, id uint, field string) (fleet.Pair, error) {
	pair, err := one[fleet.Pair](tx.Statement.Context, tx, "pair", id, forUpdate)
	if err != nil {
		return pair, fleet.AtField(err, field)
	}
	if pair.BusyActionID != nil {
		holder, err := one[fleet.Action](tx.Statement.Context, tx, "action", *pair.BusyActionID)
		if err != nil {
			return pair, err
		}
		return pair, fleet.FieldErrorf(fleet.CodeConflict, field, "%s is busy: %q, asked for by %s, has not ended.", pair.Name, holder.Title, holder.ActorName)
	}
	return pair, nil
}

// lockServers locks servers in the order of their ids, so that two who lock the same ones take turns.
func lockServers(tx *gorm.DB, ids ...uint) (map[uint]fleet.Server, error) {
	return byID(tx.Statement.Context, tx, ids, func(v fleet.Server) uint { return v.ID }, forUpdate)
}

// fitsPair errs unless the server may become part of a pair.
func fitsPair(tx *gorm.DB, server fleet.Server, field string, id uint) error {
	switch {
	case server.ID == 0:
		return fleet.FieldErrorf(fleet.CodeNotFound, field, "There is no server with the id %d.", id)
	case server.Role == fleet.RoleProxy:
		return fleet.FieldErrorf(fleet.CodeInvalid, field, "%s is a proxy; a pair is a master and a slave.", server.Name)
	case server.Adopted:
		return fleet.FieldErrorf(fleet.CodeInvalid, field, "%s was adopted: its database keeps its own settings, which replication does not fit. Choose a server that Central set up itself.", server.Name)
	}
	if err := usable(server, field); err != nil {
		return err
	}
	if err := fitsSetUp(server, field); err != nil {
		return err
	}
	other, err := gorm.G[fleet.Pair](tx).Where("master_id = ? OR slave_id = ?", server.ID, server.ID).First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return fleet.FieldErrorf(fleet.CodeConflict, field, "%s belongs to the pair %s already.", server.Name, other.Name)
}

// usable errs unless the server is NEW, READY, or in one of the further states.
func usable(server fleet.Server, field string, also ...fleet.ServerStatus) error {
	for _, status := range append(also, fleet.ServerNew, fleet.ServerReady) {
		if server.Status == status {
			return nil
		}
	}
	switch server.Status {
	case fleet.ServerKeyChanged:
		return fleet.FieldErrorf(fleet.CodeHostKeyChanged, field, "%s shows another host key than the pinned one; everything on it is stopped.", server.Name)
	case fleet.ServerSettingUp:
		return fleet.FieldErrorf(fleet.CodeConflict, field, "%s is being set up; wait until that has ended.", server.Name)
	case fleet.ServerRetired:
		return fleet.FieldErrorf(fleet.CodeNotReady, field, "%s is retired; choose another server.", server.Name)
	case fleet.ServerFailed, fleet.ServerNew, fleet.ServerReady:
	}
	return fleet.FieldErrorf(fleet.CodeNotReady, field, "Setting up %s failed: %s Set it up again first.", server.Name, server.StatusReason)
}

// fitsRoles errs unless the first can be written to and nothing of the second would be lost.
func fitsRoles(tx *gorm.DB, master, slave fleet.Server) error {
	if master.Role != fleet.RoleMaster {
		return fleet.FieldErrorf(fleet.CodeInvalid, "input.masterId", "%s was added as a slave; choose a server with the role MASTER.", master.Name)
	}
	benches, err := gorm.G[fleet.Bench](tx).Where("server_id = ? AND retired_at IS NULL", slave.ID).Count(tx.Statement.Context, "id")
	if err != nil {
		return err
	}
	if benches > 0 {
		return fleet.FieldErrorf(fleet.CodeConflict, "input.slaveId", "%s holds benches; what a slave holds is replaced by what its master holds. Choose a server without any.", slave.Name)
	}
	return nil
}

func pairNameTaken(tx *gorm.DB, name string) error {
	taken, err := gorm.G[fleet.Pair](tx).Where("name = ?", name).Count(tx.Statement.Context, "id")
	if err == nil && taken > 0 {
		err = fleet.FieldErrorf(fleet.CodeConflict, "input.name", "There is already a pair called %s.", name)
	}
	return err
}
