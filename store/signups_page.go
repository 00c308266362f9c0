package store

import (
	"context"

	"gorm.io/gorm"

	"central/fleet"
)

// SignUpsByID reads many sign-ups at once.
func (s *Store) SignUpsByID(ctx context.Context, ids []uint) (map[uint]fleet.SignUp, error) {
	return byID(ctx, s.db, ids, func(v fleet.SignUp) uint { return v.ID })
}

// SignUpsOfCustomers lists the sign-ups of many customers, newest first.
func (s *Store) SignUpsOfCustomers(ctx context.Context, customerIDs []uint) (map[uint][]fleet.SignUp, error) {
	rows, err := gorm.G[fleet.SignUp](s.db).Where("customer_id IN ?", customerIDs).Order("id DESC").Find(ctx)
	of := map[uint][]fleet.SignUp{}
	for _, row := range rows {
		of[*row.CustomerID] = append(of[*row.CustomerID], row)
	}
	return of, err
}

// SignUps is one page of the sign-ups that match, newest first.
func (s *Store) SignUps(ctx context.Context, page fleet.Page, filter fleet.SignUpFilter) (fleet.SignUpConnection, error) {
	connection := fleet.SignUpConnection{Nodes: []fleet.SignUp{}}
	if err := page.Within(maxPage); err != nil {
		return connection, err
	}
	query := s.db.WithContext(ctx).Table("sign_ups")
	if filter.States != nil {
		query = query.Where("sign_ups.state IN ?", filter.States)
	}
	if filter.Search != "" {
		query = query.Where("sign_ups.search LIKE ?", contains(filter.Search))
	}
	if filter.Repeated {
		query = query.Where("sign_ups.earlier > 0")
	}
	if filter.Disposable {
		query = query.Where("sign_ups.disposable")
	}
	var total int64
	if err := query.Session(&gorm.Session{}).Count(&total).Error; err != nil {
		return connection, err
	}
	order := listOrder{field: "CREATED", expr: "sign_ups.created_at", time: true, desc: true}
	ids, info, err := keysetPage(query.Session(&gorm.Session{}), page, "sign_ups.id", order)
	if err != nil {
		return connection, err
	}
	rows, err := s.SignUpsByID(ctx, ids)
	connection.Nodes, connection.TotalCount, connection.PageInfo = inOrder(ids, rows), int(total), info
	return connection, err
}

// SignUpLink is the link that confirms a sign-up, for staff to hand on where the message did not arrive. It errs with
// CodeNotReady when there is nothing to confirm any more.
func (s *Store) SignUpLink(ctx context.Context, actor fleet.Actor, links fleet.SignUpLinks, id uint) (string, error) {
	link := ""
	err := s.changeSignUp(ctx, actor, "copySignUpLink", id, func(_ *gorm.DB, signUp *fleet.SignUp) error {
		if err := unconfirmed(*signUp); err != nil {
			return err
		}
		link = links.Link(*signUp)
		return nil
	})
	return link, err
}

// SendSignUpLink sends the link of a sign-up again. It errs with CodeNotReady when there is nothing to confirm any more.
func (s *Store) SendSignUpLink(ctx context.Context, actor fleet.Actor, id uint) (fleet.SignUp, error) {
	var sent fleet.SignUp
	err := s.changeSignUp(ctx, actor, "sendSignUpLink", id, func(_ *gorm.DB, signUp *fleet.SignUp) error {
		if err := unconfirmed(*signUp); err != nil {
			return err
		}
		signUp.Mail, signUp.MailTries, signUp.MailDueAt, signUp.MailError = fleet.SignUpMailWaiting, 0, now(), ""
		sent = *signUp
		return nil
	})
	return sent, err
}

// RetrySignUp lets a sign-up whose site could not be made wait its turn again. It errs with CodeNotReady for any other.
func (s *Store) RetrySignUp(ctx context.Context, actor fleet.Actor, id uint) (fleet.SignUp, error) {
	var retried fleet.SignUp
	err := s.changeSignUp(ctx, actor, "retrySignUp", id, func(tx *gorm.DB, signUp *fleet.SignUp) error {
		if signUp.State != fleet.SignUpFailed {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.signUpId", "%s is %s; only what failed is tried again.", signUp.SiteName, signUp.State)
		}
		signUp.State, signUp.StateReason, signUp.StateSince, signUp.Tries = fleet.SignUpQueued, "", now(), 0
		if err := s.provide(tx, signUpActor(actor, *signUp), signUp); err != nil {
			return err
		}
		retried = *signUp
		return setAlert(tx, signUpAlertKey(signUp.ID), fleet.Alert{}, now())
	})
	return retried, err
}

func unconfirmed(signUp fleet.SignUp) error {
	if signUp.State != fleet.SignUpUnverified || !signUp.ExpiresAt.After(now()) {
		return fleet.FieldErrorf(fleet.CodeNotReady, "input.signUpId", "%s waits for no confirmation.", signUp.SiteName)
	}
	return nil
}

// changeSignUp locks a sign-up, lets change alter it, and writes it with the audit entry.
func (s *Store) changeSignUp(ctx context.Context, actor fleet.Actor, operation string, id uint, change func(*gorm.DB, *fleet.SignUp) error) error {
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		signUp, err := one[fleet.SignUp](ctx, tx, "sign-up", id, forUpdate)
		if err != nil {
			return fleet.AtField(err, "input.signUpId")
		}
		if err := change(tx, &signUp); err != nil {
			return err
		}
		if err := putSignUp(tx, &signUp); err != nil {
			return err
		}
		return s.audit(tx, actor, operation, signUpSubject(signUp), map[string]any{"signUpId": id}, nil)
	})
}
