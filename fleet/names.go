package fleet

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Names reach command lines, file paths, nginx maps and SQL on the servers, so each kind has one narrow
// alphabet. None of them can start with a dash, hold white space or be a path. Every function here
// returns nil or an *Error with CodeInvalid; AtField says which input field was at fault.

var (
	benchName    = regexp.MustCompile(`\A[a-z][a-z0-9-]{0,30}\z`)
	serverName   = regexp.MustCompile(`\A[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?\z`)
	appName      = regexp.MustCompile(`\A[a-z][a-z0-9_]{0,60}\z`)
	revisionName = regexp.MustCompile(`\Ar[1-9][0-9]{0,8}\z`)
	commitName   = regexp.MustCompile(`\A[0-9a-f]{40}\z`)
	hostLabel    = regexp.MustCompile(`\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z`)
	allDigits    = regexp.MustCompile(`\A[0-9]+\z`)
	loginName    = regexp.MustCompile(`\A[a-z_][a-z0-9_-]{0,31}\z`)
	repoPath     = regexp.MustCompile(`\A(/[A-Za-z0-9_~+.-]+)+/?\z`)
)

// reservedSiteNames are host names that are files of Frappe's own inside sites/.
var reservedSiteNames = map[string]bool{
	"apps.txt": true, "apps.json": true, "currentsite.txt": true, "languages.txt": true, "patches.txt": true,
}

// ValidBenchName accepts a lower-case letter and up to 30 more letters, digits and dashes: "main-v15".
func ValidBenchName(name string) error {
	if !benchName.MatchString(name) {
		return Errorf(CodeInvalid, "%s is no name for a bench: use a lower-case letter, then up to 30 lower-case letters, digits and dashes", quoted(name))
	}
	return nil
}

// ValidServerName accepts what people call a server: up to 63 lower-case letters, digits, dots and
// dashes, with a letter or digit at both ends: "m-01", "db1.example.com". Names that Ansible gives a
// meaning of its own ("all", "localhost", …) are refused.
func ValidServerName(name string) error {
	switch name {
	case "all", "ungrouped", "localhost":
		return Errorf(CodeInvalid, "%s means something else to Ansible: choose another name for the server", quoted(name))
	}
	if !serverName.MatchString(name) {
		return Errorf(CodeInvalid, "%s is no name for a server: use up to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends", quoted(name))
	}
	return nil
}

// ValidAppName accepts a Python package name: a lower-case letter and up to 60 letters, digits and underscores.
func ValidAppName(name string) error {
	if !appName.MatchString(name) {
		return Errorf(CodeInvalid, "%s is no name for an app: use a lower-case letter, then up to 60 lower-case letters, digits and underscores", quoted(name))
	}
	return nil
}

// ValidRevisionName accepts "r" and a number from 1: "r1", "r42".
func ValidRevisionName(name string) error {
	if !revisionName.MatchString(name) {
		return Errorf(CodeInvalid, "%s is no revision: a revision is called r and a number, such as r1", quoted(name))
	}
	return nil
}

// ValidCommit accepts a full git commit: 40 lower-case hexadecimal digits. Branches and short hashes
// are refused, because what they mean can change.
func ValidCommit(commit string) error {
	if !commitName.MatchString(commit) {
		return Errorf(CodeInvalid, "%s is no full commit: use all 40 hexadecimal digits", quoted(commit))
	}
	return nil
}

// ValidSiteName accepts a lower-case host name of at least two labels, at most 253 bytes, whose last
// label is not a number (that would be an address), and that is no file of Frappe's own in sites/.
func ValidSiteName(name string) error {
	if !isHostName(name) || !strings.Contains(name, ".") {
		return Errorf(CodeInvalid, "%s is no name for a site: use a lower-case host name of at least two parts, such as acme.example.com", quoted(name))
	}
	if reservedSiteNames[name] {
		return Errorf(CodeInvalid, "%s is the name of a file that every bench has: choose another name for the site", quoted(name))
	}
	return nil
}

// ValidAddress accepts where a server is reached: an IP address without a zone, or a lower-case host name.
func ValidAddress(address string) error {
	if ip, err := netip.ParseAddr(address); err == nil && ip.Zone() == "" {
		return nil
	}
	if !isHostName(address) {
		return Errorf(CodeInvalid, "%s is no address: use an IP address or a lower-case host name", quoted(address))
	}
	return nil
}

// ValidPort accepts a TCP port, 1 to 65535.
func ValidPort(port int) error {
	if port < 1 || port > 65535 {
		return Errorf(CodeInvalid, "%d is no port: use a number from 1 to 65535", port)
	}
	return nil
}

// ValidLogin accepts a Unix user name as Debian allows it: up to 32 lower-case letters, digits, dashes
// and underscores, not starting with a digit or dash.
func ValidLogin(user string) error {
	if !loginName.MatchString(user) {
		return Errorf(CodeInvalid, "%s is no user name: use a lower-case letter, then up to 31 lower-case letters, digits, dashes and underscores", quoted(user))
	}
	return nil
}

// ValidRepository accepts the address of a git repository: https://, ssh:// or git://, a host, an
// optional port and a plain path. Passwords inside the address, query strings, the short form
// "user@host:path", local paths and every other transport of git (ext::, file://) are refused.
func ValidRepository(address string) error {
	if len(address) > 500 {
		return Errorf(CodeInvalid, "the repository's address is longer than 500 characters")
	}
	for _, r := range address {
		if r <= ' ' || r > '~' {
			return Errorf(CodeInvalid, "%s is no repository: only printable ASCII without spaces may be in the address", quoted(address))
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.Host == "" {
		return Errorf(CodeInvalid, "%s is no repository: use https://host/path, ssh://user@host/path or git://host/path", quoted(address))
	}
	switch u.Scheme {
	case "https", "ssh", "git":
	default:
		return Errorf(CodeInvalid, "repositories are read by https, ssh or git, not by %s", quoted(u.Scheme))
	}
	// Scheme and host are compared as they were written: git reads "HTTPS://" as the name of a helper.
	if !strings.HasPrefix(address, u.Scheme+"://") {
		return Errorf(CodeInvalid, "write %s:// in lower case", u.Scheme)
	}
	if u.User != nil {
		if _, secret := u.User.Password(); secret {
			return Errorf(CodeInvalid, "a repository's address may not hold a password: store it as the app's credential")
		}
		if u.Scheme != "ssh" {
			return Errorf(CodeInvalid, "only ssh addresses may name a user")
		}
		if ValidLogin(u.User.String()) != nil {
			return Errorf(CodeInvalid, "%s is no user for a repository", quoted(u.User.String()))
		}
	}
	if ValidAddress(u.Hostname()) != nil {
		return Errorf(CodeInvalid, "%s is no host for a repository", quoted(u.Hostname()))
	}
	if strings.HasSuffix(u.Host, ":") {
		return Errorf(CodeInvalid, "%s has a colon but no port", quoted(address))
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || ValidPort(n) != nil || strconv.Itoa(n) != p {
			return Errorf(CodeInvalid, "%s is no port: use a number from 1 to 65535", quoted(p))
		}
	}
	if strings.ContainsAny(address, "?#%") {
		return Errorf(CodeInvalid, "a repository's address may not hold ?, # or %%")
	}
	if !repoPath.MatchString(u.Path) {
		return Errorf(CodeInvalid, "%s is no path of a repository: use letters, digits and . _ ~ + - between slashes", quoted(u.Path))
	}
	for _, part := range strings.Split(u.Path, "/") {
		if part == "." || part == ".." || strings.HasPrefix(part, "-") {
			return Errorf(CodeInvalid, "%s is no path of a repository: no part may be . or .. or start with a dash", quoted(u.Path))
		}
	}
	return nil
}

// AtField says which input field an *Error is about, in a copy; other errors and nil are returned as they are.
func AtField(err error, field string) error {
	var e *Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Field = field
	return &c
}

// isHostName tells whether name is a lower-case DNS host name and not an IPv4 address.
func isHostName(name string) bool {
	if len(name) == 0 || len(name) > 253 {
		return false
	}
	labels := strings.Split(name, ".")
	for _, l := range labels {
		if !hostLabel.MatchString(l) {
			return false
		}
	}
	return !allDigits.MatchString(labels[len(labels)-1])
}

// quoted shows a refused value in a message: escaped, so that it cannot forge a line, and cut at 60 bytes.
func quoted(s string) string {
	if len(s) > 60 {
		return strconv.QuoteToASCII(s[:60]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
