package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// ClaimSignUpMails takes up to n sign-ups whose message with the link is to be sent now. Of several processes that do so at
// once, one gets each; one that dies with it lets another try after two minutes.
func (s *Store) ClaimSignUpMails(ctx context.Context, n int) ([]fleet.SignUp, error) {
	var claimed []fleet.SignUp
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		claimed, err = gorm.G[fleet.SignUp](tx, skipLocked).Where("mail = ? AND mail_due_at <= ? AND state = ? AND expires_at > ?",
			fleet.SignUpMailWaiting, now(), fleet.SignUpUnverified, now()).Order("mail_due_at").Limit(n).Find(ctx)
		if err != nil || len(claimed) == 0 {
			return err
		}
		ids := make([]uint, len(claimed))
		for i, signUp := range claimed {
			ids[i] = signUp.ID
		}
		return tx.Model(&fleet.SignUp{}).Where("id IN ?", ids).
			Updates(map[string]any{"mail_tries": gorm.Expr("mail_tries + 1"), "mail_due_at": now().Add(mailLease)}).Error
	})
	return claimed, err
}

// SignUpMailed writes that the message of a claimed sign-up was sent or, with a reason, that it was not: then it is tried
// again later, a few times.
func (s *Store) SignUpMailed(ctx context.Context, id uint, why string) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		signUp, err := one[fleet.SignUp](ctx, tx, "sign-up", id, forUpdate)
		if err != nil || signUp.Mail != fleet.SignUpMailWaiting {
			return err
		}
		columns := map[string]any{"mail": fleet.SignUpMailSent, "mail_error": "", "updated_at": now()}
		if why != "" {
			columns = map[string]any{"mail_error": clip(why, 500), "updated_at": now()}
			if signUp.MailTries >= mailTries {
				columns["mail"] = fleet.SignUpMailFailed
			} else {
				columns["mail_due_at"] = now().Add(mailPause(signUp.MailTries))
			}
		}
		return tx.Model(&fleet.SignUp{}).Where("id = ?", id).Updates(columns).Error
	})
}
