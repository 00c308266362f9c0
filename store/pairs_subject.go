package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// pairSubject reads a pair with what an action on it concerns; lock locks the pair's row.
func pairSubject(ctx context.Context, db *gorm.DB, id uint, lock ...clause.Expression) (fleet.PairSubject, error) {
	subject := fleet.PairSubject{}
	var err error
	if subject.Pair, err = one[fleet.Pair](ctx, db, "pair", id, lock...); err != nil {
		return subject, fleet.AtField(err, "input.pairId")
	}
	if subject.Master, err = one[fleet.Server](ctx, db, "server", subject.Pair.MasterID); err != nil {
		return subject, err
	}
	if subject.Slave, err = one[fleet.Server](ctx, db, "server", subject.Pair.SlaveID); err != nil {
		return subject, err
	}
	if holder := subject.Pair.BusyActionID; holder != nil {
		action, err := one[fleet.Action](ctx, db, "action", *holder)
		if err != nil {
			return subject, err
		}
		subject.Holder = &action
	}
	return subject, heldByPair(ctx, db, &subject)
}

// heldByPair fills in what the two servers hold and what is under way there.
func heldByPair(ctx context.Context, db *gorm.DB, subject *fleet.PairSubject) error {
	for _, id := range []uint{subject.Pair.MasterID, subject.Pair.SlaveID} {
		held, err := heldBy(ctx, db, id)
		if err != nil {
			return err
		}
		subject.Benches += held.Benches
		subject.Sites += held.Sites
		subject.OnlyBackups += held.OnlyBackups
		subject.AtWork = append(subject.AtWork, held.AtWork...)
	}
	return nil
}
