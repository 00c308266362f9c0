package fleet

import (
	"regexp"
	"strings"
)

// AppAccess is how git gets in to an app's repository.
type AppAccess string

// The ways in to a repository.
const (
	AppOpen      AppAccess = "OPEN"       // nothing is asked for
	AppDeployKey AppAccess = "DEPLOY_KEY" // an SSH key of Central's, for this app alone
	AppToken     AppAccess = "TOKEN"      // a user name and a token, by https
)

// DefaultTokenUser is the user name that goes with a token where none is given; most hosts of repositories take any.
const DefaultTokenUser = "git"

// NewApp is the input of AddApp.
type NewApp struct {
	Name       string
	Repository string
	Branch     string
	AppCredential
}

// AppCredential is how an app's repository is entered.
type AppCredential struct {
	Access AppAccess // AppOpen when empty
	User   string    // that goes with Token; "git" when empty
	Token  string    // of AppToken

	// PublicKey and Sealed are what is kept of it: the deploy key's line, and the secret, encrypted. They are not part
	// of what is asked for.
	PublicKey string `json:"-"`
	Sealed    []byte `json:"-"`
}

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (n *NewApp) Validate() error {
	if err := ValidAppName(n.Name); err != nil {
		return AtField(err, "input.name")
	}
	if err := ValidRepository(n.Repository); err != nil {
		return AtField(err, "input.repository")
	}
	if err := ValidBranch(n.Branch); err != nil {
		return AtField(err, "input.branch")
	}
	return n.ValidateFor(n.Repository)
}

// Credentials are written to a file of lines that git reads.
var (
	tokenUser = regexp.MustCompile(`\A[A-Za-z0-9._@+-]{1,100}\z`)
	tokenText = regexp.MustCompile(`\A[!-~]{8,500}\z`)
)

// ValidateFor checks that the credential fits a repository, and fills in what has a default. It errs with CodeInvalid
// and the field.
func (c *AppCredential) ValidateFor(repository string) error {
	switch c.Access {
	case "", AppOpen:
		c.Access = AppOpen
	case AppDeployKey:
		if !strings.HasPrefix(repository, "ssh://") {
			return FieldErrorf(CodeInvalid, "input.access", "A deploy key is for ssh addresses; write the repository as ssh://git@host/path.")
		}
	case AppToken:
		if !strings.HasPrefix(repository, "https://") {
			return FieldErrorf(CodeInvalid, "input.access", "A token is for https addresses; write the repository as https://host/path.")
		}
		if c.User == "" {
			c.User = DefaultTokenUser
		}
		if !tokenUser.MatchString(c.User) {
			return FieldErrorf(CodeInvalid, "input.user", "A user has up to 100 letters, digits and the characters . _ @ + -.")
		}
		if !tokenText.MatchString(c.Token) {
			return FieldErrorf(CodeInvalid, "input.token", "A token has 8 to 500 printable characters without spaces.")
		}
		return nil
	default:
		return FieldErrorf(CodeInvalid, "input.access", "A repository is OPEN, or entered with a DEPLOY_KEY or a TOKEN.")
	}
	if c.User != "" || c.Token != "" {
		return FieldErrorf(CodeInvalid, "input.token", "A token goes with the access TOKEN only.")
	}
	return nil
}
