package store

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"central/fleet"
)

// NoteGone is the note in the cursor of DISSOLVE_PAIR that names the server that is gone for good, by its number.
const NoteGone = "gone"

// ReplicationSecret is the name of the secret with the password of a pair's replication.
func ReplicationSecret(pairID uint) string { return fmt.Sprintf("pair-%d-replication", pairID) }

// DissolvePair queues that the two servers of a pair stand alone again; when that has succeeded, the pair is on record no
// more. It errs as the first note of its plan that blocks, and with CodeInvalid when confirmName is not the pair's name
// or the server that is gone is none of it.
func (s *Store) DissolvePair(ctx context.Context, actor fleet.Actor, in fleet.PairActionInput) (fleet.Pair, fleet.Action, error) {
	var pair fleet.Pair
	var action fleet.Action
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return pair, action, err
	}
	in.Kind = fleet.ActionDissolvePair
	err := s.tx(ctx, func(tx *gorm.DB) error {
		found, err := one[fleet.Pair](ctx, tx, "pair", in.PairID)
		if err != nil {
			return fleet.AtField(err, "input.pairId")
		}
		// Whoever makes a bench or begins anything else on a server locks it too.
		if _, err := lockServers(tx, found.MasterID, found.SlaveID); err != nil {
			return err
		}
		subject, err := pairSubject(ctx, tx, in.PairID, forUpdate)
		if err != nil {
			return err
		}
		pair = subject.Pair
		plan, err := fleet.PlanPairAction(subject, in)
		if err != nil {
			return err
		}
		if err := fleet.Blocking(plan.Notes); err != nil {
			return err
		}
		if in.ConfirmName != pair.Name {
			return fleet.FieldErrorf(fleet.CodeInvalid, "input.confirmName", "Type the name of the pair, %s, to confirm.", pair.Name)
		}
		asked := map[string]any{"pairId": pair.ID, "masterId": pair.MasterID, "slaveId": pair.SlaveID}
		notes := map[string]string{}
		if in.GoneServerID != nil {
			asked["goneServerId"], notes[NoteGone] = *in.GoneServerID, strconv.FormatUint(uint64(*in.GoneServerID), 10)
		}
		action = fleet.Action{
			Kind: in.Kind, Title: plan.Title, PairID: &pair.ID, ActorName: actor.Name,
			WantsKey: fmt.Sprintf("pair:%d", pair.ID), Cursor: fleet.Cursor{Notes: notes},
		}
		if err := s.enqueue(tx, &action); err != nil {
			return err
		}
		pair.Status, pair.StatusReason, pair.BusyActionID, pair.UpdatedAt = fleet.PairDissolving, "", &action.ID, now()
		err = tx.Model(&fleet.Pair{}).Where("id = ?", pair.ID).Updates(map[string]any{
			"status": pair.Status, "status_reason": "", "busy_action_id": action.ID, "updated_at": pair.UpdatedAt,
		}).Error
		if err != nil {
			return err
		}
		return s.audit(tx, actor, "dissolvePair", pair.Name, asked, &action.ID)
	})
	return pair, action, err
}

// pairDissolved takes a pair off the record, with its switches and the password of its replication; both servers are
// masters then. Where that failed the pair stays, and says why.
func pairDissolved(tx *gorm.DB, action *fleet.Action) error {
	if !succeeded(action) {
		return tx.Model(&fleet.Pair{}).Where("id = ? AND busy_action_id = ?", *action.PairID, action.ID).Updates(map[string]any{
			"busy_action_id": nil, "status": fleet.PairFailed, "updated_at": now(),
			"status_reason": clip("It could not be taken apart: "+action.ErrorMessage, maxMessage),
		}).Error
	}
	pair, err := one[fleet.Pair](tx.Statement.Context, tx, "pair", *action.PairID, forUpdate)
	if err != nil {
		return err
	}
	if err := tx.Where("pair_id = ?", pair.ID).Delete(&fleet.PairSwitch{}).Error; err != nil {
		return err
	}
	if err := tx.Where("name = ?", ReplicationSecret(pair.ID)).Delete(&secret{}).Error; err != nil {
		return err
	}
	if err := tx.Delete(&fleet.Pair{}, pair.ID).Error; err != nil {
		return err
	}
	return tx.Model(&fleet.Server{}).Where("id IN ? AND role = ?", []uint{pair.MasterID, pair.SlaveID}, fleet.RoleSlave).
		Updates(map[string]any{"role": fleet.RoleMaster, "updated_at": now()}).Error
}
