package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"central/fleet"
)

// SignUp puts somebody on record who asked for a site on the website, and what is to be mailed to them. The same key with the
// same input returns the sign-up that is there; with another input it errs with CodeKeyReused. It errs with CodeRateLimited
// when too many came from one place, with CodeNotReady for a plan that is closed, and with CodeConflict when the name is
// taken.
func (s *Store) SignUp(ctx context.Context, actor fleet.Actor, in fleet.SignUpInput) (fleet.SignUp, error) {
	var signUp fleet.SignUp
	if err := actor.RequireSignUp(); err != nil {
		return signUp, err
	}
	if err := in.Validate(s.names); err != nil {
		return signUp, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		// Sign-ups take turns, so that none slips through the limits beside another.
		if err := turn(tx, "sign-ups"); err != nil {
			return err
		}
		var known bool
		var err error
		if signUp, known, err = signUpWithKey(tx, actor, in); err != nil || known {
			return err
		}
		if err := maySignUp(tx, actor, in); err != nil {
			return err
		}
		if err := openPlan(tx, in.PlanID); err != nil {
			return err
		}
		if err := knownRegion(tx, in.Region); err != nil {
			return err
		}
		if err := signUpNameFree(tx, in.SiteName); err != nil {
			return err
		}
		earlier, err := earlierSignUps(tx, in.Email)
		if err != nil {
			return err
		}
		signUp = newSignUp(actor, in, earlier)
		if err := gorm.G[fleet.SignUp](tx).Create(ctx, &signUp); err != nil {
			return err
		}
		return s.audit(tx, actor, "signUp", signUpSubject(signUp), map[string]any{
			"signUpId": signUp.ID, "planId": in.PlanID, "region": in.Region, "siteName": in.SiteName, "name": in.Name, "company": in.Company,
			"email": in.Email, "clientAddress": in.ClientAddress, "key": in.IdempotencyKey,
		}, nil)
	})
	return signUp, err
}

func newSignUp(actor fleet.Actor, in fleet.SignUpInput, earlier int) fleet.SignUp {
	at := now()
	return fleet.SignUp{
		TokenID: actor.TokenID, IdempotencyKey: in.IdempotencyKey, InputDigest: in.Digest(), PlanID: in.PlanID, Region: in.Region, SiteName: in.SiteName,
		Name: in.Name, Company: in.Company, Email: in.Email, EmailIdentity: fleet.EmailIdentity(in.Email),
		ClientAddress: in.ClientAddress, ClientNetwork: fleet.ClientNetwork(in.ClientAddress),
		State: fleet.SignUpUnverified, StateSince: at, Earlier: earlier, Disposable: fleet.DisposableEmail(in.Email), HeldName: &in.SiteName,
		ExpiresAt: at.Add(fleet.SignUpLinkFor), Mail: fleet.SignUpMailWaiting, MailDueAt: at, CreatedAt: at, UpdatedAt: at,
	}
}

func signUpSubject(s fleet.SignUp) string {
	return fmt.Sprintf("%s for %s <%s>", s.SiteName, s.Name, s.Email)
}

// signUpWithKey is the sign-up that this key has put on record, if there is one.
func signUpWithKey(tx *gorm.DB, actor fleet.Actor, in fleet.SignUpInput) (fleet.SignUp, bool, error) {
	signUp, err := gorm.G[fleet.SignUp](tx).Where("token_id = ? AND idempotency_key = ?", actor.TokenID, in.IdempotencyKey).First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fleet.SignUp{}, false, nil
	}
	if err == nil && signUp.InputDigest != in.Digest() {
		err = fleet.FieldErrorf(fleet.CodeKeyReused, "input.idempotencyKey", "This key belongs to another form, of %s; choose a new key.", signUp.SiteName)
	}
	return signUp, err == nil, err
}

// maySignUp errs with CodeRateLimited when there were too many sign-ups within the hour from the visitor's address, with the
// e-mail address, or from the website.
func maySignUp(tx *gorm.DB, actor fleet.Actor, in fleet.SignUpInput) error {
	since := now().Add(-fleet.SignUpWindow)
	for _, limit := range []struct {
		column string
		value  any
		most   int64
		field  string
		words  string
	}{
		{"client_network", fleet.ClientNetwork(in.ClientAddress), fleet.SignUpsPerNetwork, "input.clientAddress", "Too many sign-ups came from this address within an hour; try again later."},
		{"email_identity", fleet.EmailIdentity(in.Email), fleet.SignUpsPerIdentity, "input.email", "Too many sign-ups came with this e-mail address within an hour; try again later."},
		{"token_id", actor.TokenID, fleet.SignUpsPerToken, "", "Too many sign-ups came from this website within an hour; try again later."},
	} {
		n, err := gorm.G[fleet.SignUp](tx).Where(limit.column+" = ? AND created_at > ?", limit.value, since).Count(tx.Statement.Context, "id")
		if err != nil {
			return err
		}
		if n >= limit.most {
			return fleet.FieldErrorf(fleet.CodeRateLimited, limit.field, "%s", limit.words)
		}
	}
	return nil
}

// openPlan errs unless there is this plan, and it is open for new subscriptions. It locks the plan, so that it stays so.
func openPlan(tx *gorm.DB, id uint) error {
	plan, err := one[fleet.Plan](tx.Statement.Context, tx, "plan", id, forUpdate)
	if err != nil {
		return fleet.AtField(err, "input.planId")
	}
	if plan.Closed {
		return fleet.FieldErrorf(fleet.CodeNotReady, "input.planId", "%s is closed for new subscriptions.", plan.Name)
	}
	return nil
}

// knownRegion errs with CodeInvalid for a region that no server stands in.
func knownRegion(tx *gorm.DB, region string) error {
	if region == "" {
		return nil
	}
	n, err := gorm.G[fleet.Server](tx).Where("region = ? AND role = ? AND status <> ?", region, fleet.RoleMaster, fleet.ServerRetired).Count(tx.Statement.Context, "id")
	if err == nil && n == 0 {
		err = fleet.FieldErrorf(fleet.CodeInvalid, "input.region", "No server stands in %s.", region)
	}
	return err
}

// signUpNameFree errs with CodeConflict when a site has this name, or a sign-up holds it.
func signUpNameFree(tx *gorm.DB, name string) error {
	taken, err := gorm.G[fleet.Site](tx).Where("name = ? AND status <> ?", name, fleet.SiteFailed).Count(tx.Statement.Context, "id")
	if err != nil {
		return err
	}
	if taken > 0 {
		return fleet.FieldErrorf(fleet.CodeConflict, "input.siteName", "%s is taken: choose another name.", name)
	}
	if err := lockNames(tx); err != nil {
		return err
	}
	if err := nameFree(tx, name, "input.siteName"); err != nil {
		return err
	}
	return nameHeld(tx, name, 0, "input.siteName")
}

// nameHeld errs with CodeConflict, about a field, when another sign-up than this one holds a name. One that nobody confirmed
// in time lets go of it.
func nameHeld(tx *gorm.DB, name string, signUpID uint, field string) error {
	holder, err := gorm.G[fleet.SignUp](tx, forUpdate).Where("held_name = ? AND id <> ?", name, signUpID).First(tx.Statement.Context)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil
	case err != nil:
		return err
	case holder.State == fleet.SignUpUnverified && !holder.ExpiresAt.After(now()):
		_, err := expire(tx, holder.ID)
		return err
	}
	return fleet.FieldErrorf(fleet.CodeConflict, field, "%s is taken by somebody who signed up: choose another name.", name)
}

// expire ends those of the sign-ups that nobody has confirmed in time, and says how many these were.
func expire(tx *gorm.DB, ids ...uint) (int, error) {
	ended := tx.Model(&fleet.SignUp{}).Where("id IN ? AND state = ? AND expires_at <= ?", ids, fleet.SignUpUnverified, now()).
		Updates(map[string]any{"state": fleet.SignUpExpired, "state_since": now(), "held_name": nil, "updated_at": now()})
	return int(ended.RowsAffected), ended.Error
}

// earlierSignUps counts the sign-ups that came with an e-mail address, however it was written; a customer who never signed
// up counts as one.
func earlierSignUps(tx *gorm.DB, email string) (int, error) {
	n, err := gorm.G[fleet.SignUp](tx).Where("email_identity = ?", fleet.EmailIdentity(email)).Count(tx.Statement.Context, "id")
	if err != nil || n > 0 {
		return int(n), err
	}
	n, err = gorm.G[fleet.Customer](tx).Where("email = ?", email).Count(tx.Statement.Context, "id")
	return int(n), err
}

// VerifySignUp confirms the e-mail address of a sign-up by the token of its link: its customer, whom the address may have
// had before, gets a trial, and a site is handed out or waits its turn. sealed is what the site's Administrator signs in
// with, encrypted. It errs with CodeLinkExpired and CodeLinkUsed, and with what keeps the trial from beginning; then nothing
// is changed, and the link goes on working.
func (s *Store) VerifySignUp(ctx context.Context, actor fleet.Actor, links fleet.SignUpLinks, token string, sealed []byte) (fleet.SignUp, error) {
	var signUp fleet.SignUp
	if err := actor.RequireSignUp(); err != nil {
		return signUp, err
	}
	id, err := links.Read(token, now())
	if err != nil {
		return signUp, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) (err error) {
		if signUp, err = one[fleet.SignUp](ctx, tx, "sign-up", id, forUpdate); err != nil {
			return err
		}
		switch signUp.State {
		case fleet.SignUpUnverified:
		case fleet.SignUpExpired:
			return fleet.Errorf(fleet.CodeLinkExpired, "This link has expired. Sign up again.")
		default:
			return fleet.Errorf(fleet.CodeLinkUsed, "This link was used already, on %s.", signUp.VerifiedAt.Format("2 January 15:04 MST"))
		}
		by := signUpActor(actor, signUp)
		customer, err := s.customerOf(tx, by, signUp)
		if err != nil {
			return err
		}
		subscription, err := s.addSubscription(tx, by, fleet.CreateSubscriptionInput{CustomerID: customer.ID, PlanID: signUp.PlanID, Why: "signed up for " + signUp.SiteName})
		if err != nil {
			return err
		}
		at := now()
		signUp.CustomerID, signUp.SubscriptionID, signUp.VerifiedAt, signUp.SealedPassword = &customer.ID, &subscription.ID, &at, sealed
		signUp.State, signUp.StateReason, signUp.StateSince = fleet.SignUpQueued, "", at
		if err := s.provide(tx, by, &signUp); err != nil {
			return err
		}
		if err := putSignUp(tx, &signUp); err != nil {
			return err
		}
		return s.audit(tx, actor, "verifySignUp", signUpSubject(signUp), map[string]any{
			"signUpId": signUp.ID, "customerId": customer.ID, "subscriptionId": subscription.ID, "state": signUp.State,
		}, signUp.ActionID)
	})
	return signUp, fleet.AtField(err, "input.token")
}

// signUpActor does what follows from a sign-up, in the name of whoever brought it.
func signUpActor(actor fleet.Actor, signUp fleet.SignUp) fleet.Actor {
	return fleet.Actor{
		UserID: actor.UserID, TokenID: actor.TokenID, Name: fmt.Sprintf("sign-up %d", signUp.ID), Role: fleet.RoleOperator, RemoteAddress: actor.RemoteAddress,
	}
}

// customerOf is the customer with the e-mail address of a sign-up, who may have been here before.
func (s *Store) customerOf(tx *gorm.DB, actor fleet.Actor, signUp fleet.SignUp) (fleet.Customer, error) {
	customer, err := gorm.G[fleet.Customer](tx, forUpdate).Where("email = ?", signUp.Email).First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return s.addCustomer(tx, actor, fleet.CustomerInput{Name: signUp.Name, Email: signUp.Email, Company: signUp.Company})
	}
	return customer, err
}
