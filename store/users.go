package store

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/alexedwards/argon2id"
	"gorm.io/gorm"

	"central/fleet"
)

// FirstAdmin is the name of the administrator that a new Central starts with.
const FirstAdmin = "admin"

// minPassword is the shortest password that may be chosen, in characters.
const minPassword = 12

// CreateFirstAdmin makes the first administrator with a random one-time password, unless there is
// already somebody. The password is returned here and kept nowhere.
func (s *Store) CreateFirstAdmin(ctx context.Context) (name, password string, created bool, err error) {
	password = rand.Text()
	hash, err := argon2id.CreateHash(password, argon2id.DefaultParams)
	if err != nil {
		return "", "", false, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		created = false
		count, err := gorm.G[fleet.User](tx).Count(ctx, "id")
		if err != nil || count > 0 {
			return err
		}
		created = true
		user := fleet.User{Name: FirstAdmin, PasswordHash: hash, Role: fleet.RoleAdmin, MustChangePassword: true, CreatedAt: now()}
		if err := gorm.G[fleet.User](tx).Create(ctx, &user); err != nil {
			return err
		}
		return s.audit(tx, fleet.Actor{Name: "central"}, "createFirstAdmin", user.Name, nil, nil)
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) { // another process was first
		return "", "", false, nil
	}
	if err != nil || !created {
		return "", "", false, err
	}
	return FirstAdmin, password, true, nil
}

// AddUser puts a person on record with a one-time password, which is returned and kept nowhere. It errs
// with CodeConflict when the name is taken.
func (s *Store) AddUser(ctx context.Context, actor fleet.Actor, name string, role fleet.Role) (password string, err error) {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return "", err
	}
	if err := fleet.ValidLogin(name); err != nil {
		return "", fleet.AtField(err, "input.name")
	}
	if !role.Includes(fleet.RoleViewer) {
		return "", fleet.FieldErrorf(fleet.CodeInvalid, "input.role", "The role is VIEWER, OPERATOR or ADMIN.")
	}
	password = rand.Text()
	hash, err := argon2id.CreateHash(password, argon2id.DefaultParams)
	if err != nil {
		return "", err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		user := fleet.User{Name: name, PasswordHash: hash, Role: role, MustChangePassword: true, CreatedAt: now()}
		if err := gorm.G[fleet.User](tx).Create(ctx, &user); err != nil {
			return err
		}
		return s.audit(tx, actor, "addUser", name, map[string]any{"role": role}, nil)
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return "", fleet.FieldErrorf(fleet.CodeConflict, "input.name", "There is already somebody called %s.", name)
	}
	return password, err
}

// ResetPassword gives a person a new one-time password, which is returned and kept nowhere.
func (s *Store) ResetPassword(ctx context.Context, actor fleet.Actor, name string) (password string, err error) {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return "", err
	}
	password = rand.Text()
	hash, err := argon2id.CreateHash(password, argon2id.DefaultParams)
	if err != nil {
		return "", err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		user, err := userByName(ctx, tx, name)
		if err != nil {
			return err
		}
		if err := setPassword(tx, user.ID, hash, true); err != nil {
			return err
		}
		return s.audit(tx, actor, "resetPassword", name, nil, nil)
	})
	return password, err
}

// LogIn checks a name and password. It errs with CodeUnauthenticated, the same way for an unknown name and
// a wrong password, and with CodeRateLimited after too many wrong ones for a name from one address.
func (s *Store) LogIn(ctx context.Context, name, password, remoteAddress string) (fleet.Actor, error) {
	refused := fleet.Errorf(fleet.CodeUnauthenticated, "The name or the password is wrong.")
	if !s.logins.allow(name, remoteAddress) {
		return fleet.Actor{}, fleet.Errorf(fleet.CodeRateLimited, "Too many wrong passwords; wait a few minutes and try again.")
	}
	user, err := userByName(ctx, s.db, name)
	known := err == nil
	if err != nil && fleet.ErrorCode(err) != fleet.CodeNotFound {
		return fleet.Actor{}, err
	}
	hash := user.PasswordHash
	if !known {
		hash = s.logins.decoy() // an unknown name takes as long as a known one
	}
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return fleet.Actor{}, err
	}
	if !known || !match {
		s.logins.failed(name, remoteAddress)
		nobody := fleet.Actor{Name: truncate(name, 100), RemoteAddress: remoteAddress}
		if err := s.tx(ctx, func(tx *gorm.DB) error { return s.audit(tx, nobody, "logIn", "refused", nil, nil) }); err != nil {
			return fleet.Actor{}, err
		}
		return fleet.Actor{}, refused
	}
	s.logins.succeeded(name, remoteAddress)
	actor := actorOf(user, remoteAddress)
	return actor, s.tx(ctx, func(tx *gorm.DB) error { return s.audit(tx, actor, "logIn", user.Name, nil, nil) })
}

// LogOut records that a person signed out; the session itself is the server's.
func (s *Store) LogOut(ctx context.Context, actor fleet.Actor) error {
	return s.tx(ctx, func(tx *gorm.DB) error { return s.audit(tx, actor, "logOut", actor.Name, nil, nil) })
}

// ChangePassword replaces the actor's own password and ends a one-time password's reign.
func (s *Store) ChangePassword(ctx context.Context, actor fleet.Actor, current, next string) (fleet.Actor, error) {
	if actor.UserID == 0 || actor.TokenID != 0 {
		return fleet.Actor{}, fleet.Errorf(fleet.CodeForbidden, "Only a person has a password.")
	}
	if len([]rune(next)) < minPassword {
		return fleet.Actor{}, fleet.FieldErrorf(fleet.CodeInvalid, "input.new", "A password has at least %d characters.", minPassword)
	}
	if next == current {
		return fleet.Actor{}, fleet.FieldErrorf(fleet.CodeInvalid, "input.new", "The new password is the old one.")
	}
	user, err := one[fleet.User](ctx, s.db, "person", actor.UserID)
	if err != nil {
		return fleet.Actor{}, err
	}
	match, err := argon2id.ComparePasswordAndHash(current, user.PasswordHash)
	if err != nil {
		return fleet.Actor{}, err
	}
	if !match {
		return fleet.Actor{}, fleet.FieldErrorf(fleet.CodeInvalid, "input.current", "This is not your password.")
	}
	hash, err := argon2id.CreateHash(next, argon2id.DefaultParams)
	if err != nil {
		return fleet.Actor{}, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		if err := setPassword(tx, user.ID, hash, false); err != nil {
			return err
		}
		return s.audit(tx, actor, "changePassword", user.Name, nil, nil)
	})
	actor.MustChangePassword = false
	return actor, err
}

// ActorOfUser is the actor behind a session. It errs with CodeUnauthenticated when the person is gone.
func (s *Store) ActorOfUser(ctx context.Context, userID uint, remoteAddress string) (fleet.Actor, error) {
	user, err := one[fleet.User](ctx, s.db, "person", userID)
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		return fleet.Actor{}, fleet.Errorf(fleet.CodeUnauthenticated, "Sign in again.")
	}
	return actorOf(user, remoteAddress), err
}

func actorOf(user fleet.User, remoteAddress string) fleet.Actor {
	return fleet.Actor{UserID: user.ID, Name: user.Name, Role: user.Role, RemoteAddress: remoteAddress, MustChangePassword: user.MustChangePassword}
}

func userByName(ctx context.Context, db *gorm.DB, name string) (fleet.User, error) {
	user, err := gorm.G[fleet.User](db).Where("name = ?", name).First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return user, fleet.Errorf(fleet.CodeNotFound, "There is nobody called %s.", name)
	}
	return user, err
}

func setPassword(tx *gorm.DB, userID uint, hash string, oneTime bool) error {
	return tx.Model(&fleet.User{}).Where("id = ?", userID).
		Updates(map[string]any{"password_hash": hash, "must_change_password": oneTime}).Error
}

// now is the time as the database keeps it: UTC, to the microsecond.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
