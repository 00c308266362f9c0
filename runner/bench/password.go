package bench

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"central/fleet"
)

// What Frappe hashes passwords with, by itself and since long before version 14: passlib's pbkdf2_sha256.
const (
	passwordRounds = 29_000
	passwordSalt   = 16 // bytes
)

// passlib's base64 has a point where others have a plus.
var passlib = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding)

// HashedPassword is what the Administrator of a site signs in with from now on, as its database keeps it. Only HashPassword makes
// one.
type HashedPassword struct{ host, database, hash string }

// HashPassword hashes a password for the Administrator of a site, whose database is named after a host name, with a salt of its own. It
// errs with CodeInvalid for an empty password or one that cannot be typed at a login.
func HashPassword(host, database, password string) (HashedPassword, error) {
	if err := errors.Join(fleet.ValidSiteName(host), fleet.ValidSiteName(database), validSecret(password)); err != nil {
		return HashedPassword{}, err
	}
	salt := make([]byte, passwordSalt)
	if _, err := rand.Read(salt); err != nil {
		return HashedPassword{}, err
	}
	hash, err := hashPassword(password, salt, passwordRounds)
	return HashedPassword{host, DatabaseName(database), hash}, err
}

// SetAdminPasswords gives the Administrators of sites their passwords. Only the hashes go to the server, into the sites' own databases, as
// Frappe writes them: starting the framework for that would take longer than all else of handing a site out. It answers a line for
// each site, of which ParseRefused reads those whose database did not take it; they do not keep the others from it.
func SetAdminPasswords(list ...HashedPassword) Command {
	statements, hosts := []string{}, make([]string, len(list))
	for i, p := range list {
		hosts[i] = p.host
		statements = append(statements,
			fmt.Sprintf("INSERT INTO `%s`.`__Auth` (doctype, name, fieldname, password, encrypted) VALUES ('User', 'Administrator', 'password', '%s', 0) "+
				"ON DUPLICATE KEY UPDATE password = VALUES(password), encrypted = 0", p.database, p.hash),
			fmt.Sprintf("SELECT IF(ROW_COUNT() >= 0, '%s=password set', '%[1]s=failed: its database did not take the password')", p.host))
	}
	c := sql("set the administrator's password of "+strings.Join(hosts, ", "), statements...)
	c.Argv = append(c.Argv, "--skip-column-names", "--force") // past the database of one site to those of the others
	return c
}

// hashPassword is what Frappe keeps of a password, as passlib writes it: $pbkdf2-sha256$ROUNDS$SALT$DIGEST.
func hashPassword(password string, salt []byte, rounds int) (string, error) {
	digest, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	return fmt.Sprintf("$pbkdf2-sha256$%d$%s$%s", rounds, passlib.EncodeToString(salt), passlib.EncodeToString(digest)), err
}
