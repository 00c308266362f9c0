package bench

import (
	"fmt"
	"regexp"
	"strings"

	"central/fleet"
)

var (
	accountName = regexp.MustCompile(`\Acentral_[a-z0-9_]{1,24}\z`)
	secretText  = regexp.MustCompile(`\A[A-Za-z0-9_][A-Za-z0-9_.~+/=-]{7,127}\z`)
)

// validSecret accepts passwords that Central makes up: 8 to 128 characters that mean nothing to SQL, to a shell
// or to a parser of options. The message does not repeat the password.
func validSecret(secret string) error {
	if !secretText.MatchString(secret) {
		return fleet.Errorf(fleet.CodeInvalid, "a password is 8 to 128 letters, digits and . _ ~ + / = -, and starts with a letter, a digit or _")
	}
	return nil
}

func (a Account) check() error {
	if !accountName.MatchString(a.Name) {
		return fleet.Errorf(fleet.CodeInvalid, "%q is no name for an account of Central's: use central_ and up to 24 letters, digits and underscores", a.Name)
	}
	return validSecret(a.Password)
}

// sql runs statements as the database's root, whose login is being root on the server. The text goes through standard
// input, because it may hold passwords.
func sql(name string, statements ...string) Command {
	return Command{
		Name:  name,
		Argv:  []string{"mariadb", "--no-defaults", "--batch", "--protocol=socket", "--user=root"},
		Stdin: []byte(strings.Join(statements, ";\n") + ";\n"),
	}
}

// accountHosts are the hosts an account of Central's may log in from: over the socket, and over the loopback
// with and without name resolution.
var accountHosts = []string{"localhost", "127.0.0.1"}

// CreateAccount makes, or makes anew, an account that may create the database and the user of one site: everything on that
// database, and on the rest nothing but creating users and reloading their rights. DropAccount takes it away again.
// It errs with CodeInvalid for a name or password that is not of Central's making.
func CreateAccount(host string, account Account) (Command, error) {
	if err := fleet.ValidSiteName(host); err != nil {
		return Command{}, err
	}
	if err := account.check(); err != nil {
		return Command{}, err
	}
	var statements []string
	for _, from := range accountHosts {
		user := fmt.Sprintf("'%s'@'%s'", account.Name, from)
		statements = append(statements,
			fmt.Sprintf("CREATE OR REPLACE USER %s IDENTIFIED BY '%s'", user, account.Password),
			fmt.Sprintf("GRANT ALL PRIVILEGES ON `%s`.* TO %s WITH GRANT OPTION", DatabaseName(host), user),
			fmt.Sprintf("GRANT CREATE USER, RELOAD ON *.* TO %s", user))
	}
	return sql("lend an account for "+host, statements...), nil
}

// DropAccount removes an account that CreateAccount made; that there is none is no error.
func DropAccount(name string) (Command, error) {
	if !accountName.MatchString(name) {
		return Command{}, fleet.Errorf(fleet.CodeInvalid, "%q is no account of Central's", name)
	}
	var statements []string
	for _, from := range accountHosts {
		statements = append(statements, fmt.Sprintf("DROP USER IF EXISTS '%s'@'%s'", name, from))
	}
	return sql("take the account "+name+" back", statements...), nil
}

// DropDatabase removes what a failed NewSite left in the database server: the site's database and its user, for every
// host part it may have been made with.
func DropDatabase(host string) (Command, error) {
	if err := fleet.ValidSiteName(host); err != nil {
		return Command{}, err
	}
	name := DatabaseName(host)
	statements := []string{fmt.Sprintf("DROP DATABASE IF EXISTS `%s`", name)}
	for _, from := range []string{"localhost", "127.0.0.1", "%"} {
		statements = append(statements, fmt.Sprintf("DROP USER IF EXISTS '%s'@'%s'", name, from))
	}
	return sql("drop the database of "+host, statements...), nil
}
