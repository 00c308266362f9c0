package bench

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// What Frappe hashes passwords with, by itself and since long before version 14: passlib's pbkdf2_sha256.
const (
	passwordRounds = 29_000
	passwordSalt   = 16 // bytes
)

// passlib's base64 has a point where others have a plus.
var passlib = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding)

// SetAdminPassword sets the password of the site's Administrator. Only its hash goes to the server, into the site's own
// database, as Frappe writes it: starting the framework for that would take longer than all else of handing a site out. It errs
// with CodeInvalid for an empty password or one that cannot be typed at a login.
func SetAdminPassword(s Site, password string) (Command, error) {
	if err := validSecret(password); err != nil {
		return Command{}, err
	}
	salt := make([]byte, passwordSalt)
	if _, err := rand.Read(salt); err != nil {
		return Command{}, err
	}
	hashed, err := HashPassword(password, salt, passwordRounds)
	if err != nil {
		return Command{}, err
	}
	c := script(setPassword, s.revision.looker(), "set the administrator's password of "+s.host, s.Dir())
	c.Stdin = []byte(hashed)
	return c, nil
}

// HashPassword is what Frappe keeps of a password, as passlib writes it: $pbkdf2-sha256$ROUNDS$SALT$DIGEST.
func HashPassword(password string, salt []byte, rounds int) (string, error) {
	digest, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	return fmt.Sprintf("$pbkdf2-sha256$%d$%s$%s", rounds, passlib.EncodeToString(salt), passlib.EncodeToString(digest)), err
}
