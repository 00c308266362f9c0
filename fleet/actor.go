package fleet

import "time"

// Role is what a person or token may do, each including the ones before it.
type Role string

// The roles.
const (
	RoleViewer   Role = "VIEWER"   // sees everything, changes nothing
	RoleOperator Role = "OPERATOR" // benches, sites and deploys
	RoleAdmin    Role = "ADMIN"    // servers, apps and people too
)

// Includes says whether r may do what needed may do.
func (r Role) Includes(needed Role) bool {
	rank := map[Role]int{RoleViewer: 1, RoleOperator: 2, RoleAdmin: 3}
	return rank[r] >= rank[needed] && rank[needed] > 0
}

// RoleNone is that of tokens with a scope: it includes nothing.
const RoleNone Role = "NONE"

// Scope is the one thing that a token without a role may do.
type Scope string

// ScopeSignUp lets the website sign people up: signUp, verifySignUp and signUpProgress, and nothing else.
const ScopeSignUp Scope = "signup:create"

// User is a person who signs in.
type User struct {
	ID                 uint
	Name               string // what they sign in with
	PasswordHash       string
	Role               Role
	MustChangePassword bool // true while the one-time password is in force
	CreatedAt          time.Time
}

// APIToken lets a script act with a role. Only the SHA-256 of its secret is kept.
type APIToken struct {
	ID         uint
	Name       string
	Hash       string
	Role       Role
	Scope      Scope // set where Role is RoleNone
	UserID     uint  // who made it
	ExpiresAt  *time.Time
	LastUsedAt *time.Time
	CreatedAt  time.Time
}

// Actor is who asks: a person or a token, from an address. The zero Actor is nobody.
type Actor struct {
	UserID             uint
	TokenID            uint // 0 for a person
	Name               string
	Role               Role
	Scope              Scope // of a token that may do one thing only; its Role is RoleNone
	RemoteAddress      string
	MustChangePassword bool
}

// RequireSignUp errs unless the actor may sign people up: a token with ScopeSignUp, or somebody with RoleOperator.
func (a Actor) RequireSignUp() error {
	if a.Role == RoleNone && a.Scope == ScopeSignUp {
		return nil
	}
	return a.Require(RoleOperator)
}

// Require errs unless the actor has at least role needed: CodeUnauthenticated for nobody,
// CodePasswordChange while the one-time password is in force, else CodeForbidden.
func (a Actor) Require(needed Role) error {
	switch {
	case a.Role == "":
		return Errorf(CodeUnauthenticated, "Sign in first, or send an API token.")
	case a.MustChangePassword:
		return Errorf(CodePasswordChange, "Replace the one-time password first.")
	case a.Role == RoleNone:
		return Errorf(CodeForbidden, "This API token is for %s only.", a.Scope)
	case !a.Role.Includes(needed):
		return Errorf(CodeForbidden, "This needs the role %s; you have %s.", needed, a.Role)
	}
	return nil
}

// AuditEntry is one line of the append-only record of what was asked for.
type AuditEntry struct {
	ID            uint
	At            time.Time
	ActorName     string
	UserID        uint
	TokenID       uint
	RemoteAddress string
	Operation     string         // the mutation, such as deploySites
	Subject       string         // what it was about, in words
	Input         map[string]any `gorm:"serializer:json"` // without secrets
	ActionID      *uint          // the action it queued, whose state is the outcome
}

// NewAPIToken is the input of CreateAPIToken.
type NewAPIToken struct {
	Name          string
	Role          Role  // empty where Scope is set
	Scope         Scope // the one thing that it may do
	ExpiresInDays *int  // nil: until it is removed
}
