package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"central/fleet"
)

// maxTokenName is how many characters the name of a token may have.
const maxTokenName = 100

// tokenPrefix lets people and scanners recognise a token of Central.
const tokenPrefix = "central_"

// CreateAPIToken makes a token that acts with a role of at most the actor's own or, when an administrator asks, one that may
// do the one thing of its scope; one that a token makes does not outlive it. The secret is returned here; the database keeps
// its SHA-256.
func (s *Store) CreateAPIToken(ctx context.Context, actor fleet.Actor, in fleet.NewAPIToken) (secret string, err error) {
	if err := actor.Require(fleet.RoleViewer); err != nil {
		return "", err
	}
	in.Name = strings.TrimSpace(in.Name)
	switch {
	case in.Name == "" || utf8.RuneCountInString(in.Name) > maxTokenName:
		return "", fleet.FieldErrorf(fleet.CodeInvalid, "input.name", "Say in 1 to 100 characters what the token is for.")
	case in.Scope != "" && in.Role != "" && in.Role != fleet.RoleNone:
		return "", fleet.FieldErrorf(fleet.CodeInvalid, "input.role", "A token has a role or a scope, not both.")
	case in.Scope != "" && in.Scope != fleet.ScopeSignUp:
		return "", fleet.FieldErrorf(fleet.CodeInvalid, "input.scope", "There is one scope: %s.", fleet.ScopeSignUp)
	case in.Scope != "" && !actor.Role.Includes(fleet.RoleAdmin):
		return "", fleet.FieldErrorf(fleet.CodeForbidden, "input.scope", "A token for the website is made by an administrator.")
	case in.Scope == "" && !in.Role.Includes(fleet.RoleViewer):
		return "", fleet.FieldErrorf(fleet.CodeInvalid, "input.role", "The role is VIEWER, OPERATOR or ADMIN.")
	case in.Scope == "" && !actor.Role.Includes(in.Role):
		return "", fleet.FieldErrorf(fleet.CodeForbidden, "input.role", "A token may not do more than you: at most %s.", actor.Role)
	case in.ExpiresInDays != nil && (*in.ExpiresInDays < 1 || *in.ExpiresInDays > 3650):
		return "", fleet.FieldErrorf(fleet.CodeInvalid, "input.expiresInDays", "Between 1 and 3650 days.")
	}
	token := fleet.APIToken{Name: in.Name, Role: in.Role, Scope: in.Scope, UserID: actor.UserID, CreatedAt: now()}
	if in.Scope != "" {
		token.Role = fleet.RoleNone
	}
	if in.ExpiresInDays != nil {
		expires := now().AddDate(0, 0, *in.ExpiresInDays)
		token.ExpiresAt = &expires
	}
	secret = tokenPrefix + rand.Text()
	token.Hash = hashToken(secret)
	err = s.tx(ctx, func(tx *gorm.DB) error {
		token.ID = 0
		if err := mayOutlive(ctx, tx, actor, token); err != nil {
			return err
		}
		if err := gorm.G[fleet.APIToken](tx).Create(ctx, &token); err != nil {
			return err
		}
		input := map[string]any{"role": token.Role, "expiresInDays": in.ExpiresInDays}
		if in.Scope != "" {
			input["scope"] = in.Scope
		}
		return s.audit(tx, actor, "createApiToken", in.Name, input, nil)
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// mayOutlive errs with CodeForbidden when a token would make one that works longer than itself.
func mayOutlive(ctx context.Context, tx *gorm.DB, actor fleet.Actor, token fleet.APIToken) error {
	if actor.TokenID == 0 {
		return nil
	}
	maker, err := one[fleet.APIToken](ctx, tx, "token", actor.TokenID)
	if err != nil || maker.ExpiresAt == nil {
		return err
	}
	if token.ExpiresAt == nil || token.ExpiresAt.After(*maker.ExpiresAt) {
		return fleet.FieldErrorf(fleet.CodeForbidden, "input.expiresInDays", "A token may not work longer than the one that makes it, which expires at %s.", maker.ExpiresAt.Format(time.RFC3339))
	}
	return nil
}

// CreateTokenFor makes a token in a person's name, for the command line of the machine Central runs on.
func (s *Store) CreateTokenFor(ctx context.Context, user string, in fleet.NewAPIToken) (secret string, err error) {
	owner, err := userByName(ctx, s.db, user)
	if err != nil {
		return "", err
	}
	actor := actorOf(owner, "command line")
	actor.MustChangePassword = false // whoever may run this command holds the data folder
	return s.CreateAPIToken(ctx, actor, in)
}

// ActorOfToken is the actor behind a bearer token. It errs with CodeUnauthenticated for an unknown or
// expired one.
func (s *Store) ActorOfToken(ctx context.Context, secret, remoteAddress string) (fleet.Actor, error) {
	refused := fleet.Errorf(fleet.CodeUnauthenticated, "This API token is unknown or has expired.")
	token, err := gorm.G[fleet.APIToken](s.db).Where("hash = ?", hashToken(secret)).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fleet.Actor{}, refused
	}
	if err != nil {
		return fleet.Actor{}, err
	}
	if token.ExpiresAt != nil && !token.ExpiresAt.After(time.Now()) {
		return fleet.Actor{}, refused
	}
	owner, err := one[fleet.User](ctx, s.db, "person", token.UserID)
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		return fleet.Actor{}, refused
	}
	if err != nil {
		return fleet.Actor{}, err
	}
	if token.Role == fleet.RoleNone && !owner.Role.Includes(fleet.RoleOperator) { // who made it may not sign people up any more
		return fleet.Actor{}, refused
	}
	role := token.Role
	if role != fleet.RoleNone && !owner.Role.Includes(role) { // a token never outranks who made it
		role = owner.Role
	}
	if token.LastUsedAt == nil || time.Since(*token.LastUsedAt) > time.Minute {
		if err := s.db.WithContext(ctx).Model(&token).Update("last_used_at", now()).Error; err != nil {
			return fleet.Actor{}, err
		}
	}
	return fleet.Actor{UserID: owner.ID, TokenID: token.ID, Name: token.Name + " (token of " + owner.Name + ")", Role: role, Scope: token.Scope, RemoteAddress: remoteAddress}, nil
}

func hashToken(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
