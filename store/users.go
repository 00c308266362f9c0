package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"central/fleet"
)

// FirstAdmin is the name of the administrator that a new Central starts with.
const FirstAdmin = "admin"

// CreateFirstAdmin makes the first administrator with a random one-time password, unless there is
// already somebody. The password is returned here and kept nowhere.
func (s *Store) CreateFirstAdmin(ctx context.Context) (name, password string, created bool, err error) {
	count, err := gorm.G[fleet.User](s.db).Count(ctx, "id")
	if err != nil || count > 0 {
		return "", "", false, err
	}
	password, hash, err := oneTimePassword(ctx)
	if err != nil {
		return "", "", false, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		user := fleet.User{Name: FirstAdmin, PasswordHash: hash, Role: fleet.RoleAdmin, MustChangePassword: true, CreatedAt: now()}
		if err := gorm.G[fleet.User](tx).Create(ctx, &user); err != nil {
			return err
		}
		return s.audit(tx, fleet.Actor{Name: "central"}, "createFirstAdmin", user.Name, nil, nil)
	})
	if duplicate(err) { // another process was first
		return "", "", false, nil
	}
	if err != nil {
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
	password, hash, err := oneTimePassword(ctx)
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
	if duplicate(err) {
		err = fleet.FieldErrorf(fleet.CodeConflict, "input.name", "There is already somebody called %s.", name)
	}
	if err != nil {
		return "", err
	}
	return password, nil
}

// ResetPassword gives a person a new one-time password, which is returned and kept nowhere.
func (s *Store) ResetPassword(ctx context.Context, actor fleet.Actor, name string) (password string, err error) {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return "", err
	}
	password, hash, err := oneTimePassword(ctx)
	if err != nil {
		return "", err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		user, err := userByName(ctx, tx, name)
		if err != nil {
			return fleet.AtField(err, "input.name")
		}
		if err := setPassword(tx, user.ID, hash, true); err != nil {
			return err
		}
		return s.audit(tx, actor, "resetPassword", name, nil, nil)
	})
	if err != nil {
		return "", err
	}
	return password, nil
}

// LogIn checks a name, which may be typed in any case, and a password. It errs with CodeUnauthenticated, the
// same way for an unknown name and a wrong password, and with CodeRateLimited after too many wrong ones for a
// name from one address, or from one address for any names.
func (s *Store) LogIn(ctx context.Context, name, password, remoteAddress string) (fleet.Actor, error) {
	refused := fleet.Errorf(fleet.CodeUnauthenticated, "The name or the password is wrong.")
	name = strings.ToLower(strings.TrimSpace(name))
	if !s.logins.begin(name, remoteAddress) {
		return fleet.Actor{}, tooManyPasswords()
	}
	user, err := userByName(ctx, s.db, name)
	known := err == nil
	if err != nil && fleet.ErrorCode(err) != fleet.CodeNotFound {
		return fleet.Actor{}, err
	}
	hash := user.PasswordHash
	if !known {
		if hash, err = decoyHash(); err != nil {
			return fleet.Actor{}, err
		}
	}
	match, err := checkPassword(ctx, password, hash)
	if err != nil {
		return fleet.Actor{}, err
	}
	if !known || !match {
		nobody := fleet.Actor{Name: clip(name, 100), RemoteAddress: remoteAddress}
		if err := s.tx(ctx, func(tx *gorm.DB) error { return s.audit(tx, nobody, "logIn", "refused", nil, nil) }); err != nil {
			return fleet.Actor{}, err
		}
		return fleet.Actor{}, refused
	}
	s.logins.succeeded(name, remoteAddress)
	actor := actorOf(user, remoteAddress)
	return actor, s.tx(ctx, func(tx *gorm.DB) error { return s.audit(tx, actor, "logIn", user.Name, nil, nil) })
}

func tooManyPasswords() error {
	return fleet.Errorf(fleet.CodeRateLimited, "Too many wrong passwords; wait a few minutes and try again.")
}

// LogOut records that a person signed out; the session itself is the server's.
func (s *Store) LogOut(ctx context.Context, actor fleet.Actor) error {
	return s.tx(ctx, func(tx *gorm.DB) error { return s.audit(tx, actor, "logOut", actor.Name, nil, nil) })
}

// ChangePassword replaces the actor's own password and ends a one-time password's reign. Wrong ones count
// like those of LogIn.
func (s *Store) ChangePassword(ctx context.Context, actor fleet.Actor, current, next string) (fleet.Actor, error) {
	if err := actor.Require(fleet.RoleViewer); err != nil && fleet.ErrorCode(err) != fleet.CodePasswordChange {
		return fleet.Actor{}, err
	}
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
	if !s.logins.begin(user.Name, actor.RemoteAddress) {
		return fleet.Actor{}, tooManyPasswords()
	}
	match, err := checkPassword(ctx, current, user.PasswordHash)
	if err != nil {
		return fleet.Actor{}, err
	}
	if !match {
		return fleet.Actor{}, fleet.FieldErrorf(fleet.CodeInvalid, "input.current", "This is not your password.")
	}
	s.logins.succeeded(user.Name, actor.RemoteAddress)
	hash, err := hashPassword(ctx, next)
	if err != nil {
		return fleet.Actor{}, err
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		if err := setPassword(tx, user.ID, hash, false); err != nil {
			return err
		}
		return s.audit(tx, actor, "changePassword", user.Name, nil, nil)
	})
	if err != nil {
		return fleet.Actor{}, err
	}
	actor.MustChangePassword = false
	return actor, nil
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
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && user.Name != name { // the column takes ádmin for admin
		return fleet.User{}, fleet.Errorf(fleet.CodeNotFound, "There is nobody called %s.", name)
	}
	return user, err
}

func setPassword(tx *gorm.DB, userID uint, hash string, oneTime bool) error {
	return tx.Model(&fleet.User{}).Where("id = ?", userID).
		Updates(map[string]any{"password_hash": hash, "must_change_password": oneTime}).Error
}

// now is the time as the database keeps it: UTC, to the microsecond.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
