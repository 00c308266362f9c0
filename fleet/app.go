package fleet

import (
	"regexp"
	"strings"
	"time"
)

// branchName is the part of git's rules for references that people use.
var branchName = regexp.MustCompile(`\A[A-Za-z0-9][A-Za-z0-9._/-]{0,199}\z`)

// ValidBranch accepts a git branch. It errs with CodeInvalid.
func ValidBranch(branch string) error {
	if !branchName.MatchString(branch) || strings.Contains(branch, "..") {
		return Errorf(CodeInvalid, "%s is no branch: use letters, digits, dots, slashes and dashes", quoted(branch))
	}
	return nil
}

// App is a git repository with a Python package that benches are made of.
type App struct {
	ID         uint
	Name       string // the package's name, such as erpnext
	Repository string // git address, reached by Central and by the servers
	Branch     string // the branch whose commits are its releases
	Access     AppAccess
	PublicKey  string     // of the deploy key, a line as in authorized_keys; empty for every other access
	HookMadeAt *time.Time // since when its repository can announce releases, nil when it has no secret for that
	LookedAt   *time.Time // when Central looked at the branch last; nil asks for a look at once
	LookError  string     // why that failed, empty when it did not
	CreatedAt  time.Time
}

// Release is one commit of an app on its branch.
type Release struct {
	ID         uint
	AppID      uint
	Commit     string // 40 hexadecimal digits
	Version    string // __version__ of the package at this commit
	Subject    string // first line of the commit message
	Author     string
	AuthoredAt time.Time
	Position   int      // place on the branch's first-parent line, the oldest is 0; OffBranch when it is not there
	Patches    []string `gorm:"serializer:json"` // lines that this commit added to patches.txt
	Schema     bool     // touches a doctype, fixtures or custom fields
	Hooks      bool     // touches a hooks.py: what the app does on events, by schedule and in place of others
	CreatedAt  time.Time
}

// OffBranch is the Position of a release that the app's branch held once and holds no more. It stays on
// record for the revisions that have it, but nothing can be deployed to it.
const OffBranch = -1

// OnBranch says whether the app's branch still holds the release.
func (r *Release) OnBranch() bool { return r.Position >= 0 }

// Touches says in a few words what a deploy of this commit has to do besides changing code.
func (r *Release) Touches() []string { return touchWords(len(r.Patches), r.Schema, r.Hooks) }
