package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// provide gives a confirmed sign-up a site that stands ready or, when there is none, one that is made for it where there is
// most room. While that cannot be done it stays QUEUED, and says why.
func (s *Store) provide(tx *gorm.DB, actor fleet.Actor, signUp *fleet.SignUp) error {
	if taken, err := s.takeStandby(tx, actor, signUp); err != nil || taken {
		return err
	}
	site, action, err := s.addSite(tx, actor, fleet.NewSite{
		Name: signUp.SiteName, Region: signUp.Region, SignUpID: signUp.ID, SealedPassword: signUp.SealedPassword,
	})
	var hindered *fleet.Error // before anything was written
	if errors.As(err, &hindered) {
		signUp.StateReason = clip(hindered.Message, maxSignUpReason)
		return nil
	}
	if err != nil {
		return err
	}
	signUp.SiteID, signUp.ActionID, signUp.StateReason = &site.ID, &action.ID, ""
	return nil
}

// maxSignUpReason is how many characters are kept of why a sign-up waits or has failed.
const maxSignUpReason = 1000

// putSignUp writes all of a sign-up that is there.
func putSignUp(tx *gorm.DB, signUp *fleet.SignUp) error {
	signUp.UpdatedAt = now()
	return tx.Model(&fleet.SignUp{}).Where("id = ?", signUp.ID).Select("*").Omit("id", "created_at").UpdateColumns(signUp).Error
}

// signUpStarted says that the site of a sign-up is being made.
func signUpStarted(tx *gorm.DB, actionID uint) error {
	return tx.Model(&fleet.SignUp{}).Where("action_id = ? AND state = ?", actionID, fleet.SignUpQueued).
		Updates(map[string]any{"state": fleet.SignUpPreparing, "state_since": now(), "updated_at": now()}).Error
}

// signUpTries is how often the site of a sign-up is made before a person is asked.
const signUpTries = 3

// signUpEnded hands a site out whose making has succeeded, and lets the sign-up wait its turn again when it has not.
func (s *Store) signUpEnded(tx *gorm.DB, action *fleet.Action) error {
	ctx := tx.Statement.Context
	signUp, err := gorm.G[fleet.SignUp](tx, forUpdate).Where("action_id = ?", action.ID).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	at := now()
	signUp.StateSince = at
	if succeeded(action) {
		if err := s.handOut(tx, signUp); err != nil {
			return err
		}
		signUp.State, signUp.StateReason, signUp.ReadyAt, signUp.HeldName, signUp.SealedPassword = fleet.SignUpReady, "", &at, nil, nil
		return putSignUp(tx, &signUp)
	}
	signUp.SiteID, signUp.ActionID, signUp.State = nil, nil, fleet.SignUpQueued
	signUp.StateReason = clip(fmt.Sprintf("%q ended as %s: %s", action.Title, action.Status, action.ErrorMessage), maxSignUpReason)
	if signUp.Tries++; signUp.Tries >= signUpTries {
		signUp.State = fleet.SignUpFailed
		alert := fleet.Alert{
			Rule: fleet.AlertSignUp, Severity: fleet.SeverityCritical, Subject: signUp.SiteName,
			Sentence: fmt.Sprintf("%s <%s> signed up and got no site: it was tried %d times. %s", signUp.Name, signUp.Email, signUp.Tries, signUp.StateReason),
		}
		if err := setAlert(tx, signUpAlertKey(signUp.ID), alert, at); err != nil {
			return err
		}
	}
	return putSignUp(tx, &signUp)
}

func signUpAlertKey(id uint) string { return fmt.Sprintf("sign-up:%d", id) }

// handOut makes the site of a sign-up that of its subscription, unless somebody has ended that or given it another one.
func (s *Store) handOut(tx *gorm.DB, signUp fleet.SignUp) error {
	subscription, _, err := lockSubscription(tx, *signUp.SubscriptionID)
	if err != nil || subscription.SiteID != nil || !subscription.State.Served() {
		return err
	}
	site, err := one[fleet.Site](tx.Statement.Context, tx, "site", *signUp.SiteID)
	if err != nil {
		return err
	}
	return s.putOnSubscription(tx, signUpActor(centralItself, signUp), subscription, site)
}

// SignUpPass is what one pass over the sign-ups did.
type SignUpPass struct {
	Expired  int
	Provided int // sites that were begun for those who waited
}

// AdvanceSignUps ends sign-ups that nobody has confirmed in time, and begins sites for those who wait, in the order in which
// they came. Of several processes that do so at once, one gets each sign-up.
func (s *Store) AdvanceSignUps(ctx context.Context) (SignUpPass, error) {
	done := SignUpPass{}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		var late []uint // found without locks that others would have to wait for
		if err := tx.Model(&fleet.SignUp{}).Where("state = ? AND expires_at <= ?", fleet.SignUpUnverified, now()).Limit(idsPerStatement).Pluck("id", &late).Error; err != nil || len(late) == 0 {
			return err
		}
		done.Expired, err = expire(tx, late...)
		return err
	})
	if err != nil {
		return done, err
	}
	for after := uint(0); ; {
		signUp, err := s.provideNext(ctx, after)
		if err != nil || signUp.ID == 0 {
			return done, err
		}
		after = signUp.ID
		if signUp.ActionID != nil {
			done.Provided++
		}
	}
}

// provideNext provides the first of those who wait after a number; it returns the zero SignUp when nobody does.
func (s *Store) provideNext(ctx context.Context, after uint) (fleet.SignUp, error) {
	var signUp fleet.SignUp
	err := s.tx(ctx, func(tx *gorm.DB) error {
		signUp = fleet.SignUp{}
		found, err := gorm.G[fleet.SignUp](tx, skipLocked).Where("state = ? AND action_id IS NULL AND id > ?", fleet.SignUpQueued, after).Order("id").Limit(1).Find(ctx)
		if err != nil || len(found) == 0 {
			return err
		}
		signUp = found[0]
		before := signUp.StateReason
		if err := s.provide(tx, signUpActor(centralItself, signUp), &signUp); err != nil {
			return err
		}
		if signUp.ActionID == nil && signUp.StateReason == before {
			return nil
		}
		return putSignUp(tx, &signUp)
	})
	return signUp, err
}

// SignUpProgressOf is what the visitor sees of a sign-up.
func (s *Store) SignUpProgressOf(ctx context.Context, id uint) (fleet.SignUpProgress, error) {
	signUp, err := one[fleet.SignUp](ctx, s.db, "sign-up", id)
	if err != nil {
		return fleet.SignUpProgress{}, err
	}
	if signUp.State == fleet.SignUpUnverified && !signUp.ExpiresAt.After(time.Now()) {
		signUp.State = fleet.SignUpExpired // the next pass writes it down
	}
	progress := fleet.SignUpProgress{State: signUp.State, Sentence: signUp.Sentence(), SiteName: signUp.SiteName}
	if signUp.State == fleet.SignUpPreparing && signUp.ActionID != nil {
		action, err := one[fleet.Action](ctx, s.db, "action", *signUp.ActionID)
		if err != nil {
			return progress, err
		}
		progress.Percent = action.Percent
	}
	if signUp.State == fleet.SignUpReady {
		progress.Percent = 100
	}
	return progress, nil
}
