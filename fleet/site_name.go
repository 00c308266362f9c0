package fleet

import (
	"slices"
	"strings"
)

// NameRules are what the operators of this Central say about the names of sites, besides what DNS says. The zero value
// leaves every domain open.
type NameRules struct {
	Domains  []string // a new name lies below one of these; anywhere when there are none
	Reserved []string // labels that no site has directly below one of Domains, besides those that nobody should give away
}

// reservedLabels are what people and programs take for the host's own below a domain that hosts strangers.
var reservedLabels = []string{
	"account", "accounts", "admin", "administrator", "api", "app", "apps", "auth", "autoconfig", "autodiscover", "billing", "blog", "cdn",
	"central", "console", "dashboard", "dns", "docs", "email", "ftp", "git", "help", "hostmaster", "id", "imap", "localhost", "login", "mail",
	"mta-sts", "mx", "ns", "ns1", "ns2", "ns3", "ns4", "pop", "pop3", "postmaster", "proxy", "root", "security", "signup", "smtp", "sso",
	"ssh", "ssl", "static", "status", "support", "vpn", "webmaster", "webmail", "wpad", "ww", "www", "www1", "www2",
}

// specialDomains are top-level domains that never lead to a server on the internet.
var specialDomains = []string{"alt", "arpa", "invalid", "local", "localdomain", "localhost", "onion"}

// Check says whether a site may get this name from now on. Sites that are there already keep theirs, whatever it is. It
// errs with CodeInvalid.
func (r NameRules) Check(name string) error {
	if strings.ContainsFunc(name, func(c rune) bool { return c > '~' }) {
		return Errorf(CodeInvalid, "%s has characters besides a to z, digits, dashes and dots. Others may look just like these and be another name, so no site gets them.", quoted(name))
	}
	if err := ValidSiteName(name); err != nil {
		return err
	}
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if strings.HasPrefix(label, "xn--") {
			return Errorf(CodeInvalid, "%s stands for letters that are not a to z (%s), which may look just like these and be another name. No site gets such a name.", quoted(name), label)
		}
		if len(label) > 3 && label[2:4] == "--" {
			return Errorf(CodeInvalid, "%s has two dashes in third and fourth place of %s, which DNS keeps for special names.", quoted(name), label)
		}
	}
	if top := labels[len(labels)-1]; slices.Contains(specialDomains, top) {
		return Errorf(CodeInvalid, "%s ends in .%s, which never leads to a server.", quoted(name), top)
	}
	return r.checkDomain(name)
}

func (r NameRules) checkDomain(name string) error {
	if len(r.Domains) == 0 {
		return nil
	}
	for _, domain := range r.Domains {
		below, ok := strings.CutSuffix(name, "."+domain)
		if !ok {
			continue
		}
		label := below[strings.LastIndexByte(below, '.')+1:]
		if slices.Contains(reservedLabels, label) || slices.Contains(r.Reserved, label) {
			return Errorf(CodeInvalid, "%s.%s is reserved: choose another name.", label, domain)
		}
		return nil
	}
	return Errorf(CodeInvalid, "%s is below none of the domains for sites: %s.", quoted(name), strings.Join(r.Domains, ", "))
}

// Validate checks the rules themselves. It errs with CodeInvalid for what is no domain or no label.
func (r NameRules) Validate() error {
	for _, domain := range r.Domains {
		if !isHostName(domain) {
			return Errorf(CodeInvalid, "%s is no domain: use a lower-case one such as example.com", quoted(domain))
		}
	}
	for _, label := range r.Reserved {
		if !hostLabel.MatchString(label) {
			return Errorf(CodeInvalid, "%s is no part of a host name", quoted(label))
		}
	}
	return nil
}

// RenameSite is the input of the method that gives a site another host name.
type RenameSite struct {
	SiteID uint
	Name   string
}

// CheckRename says whether a site can be given another name now. It errs with CodeNotReady for a site that does not
// live anywhere in health or on a bench that was made by hand, and with CodeConflict for the name that it has.
func CheckRename(site Site, revision Revision, name string) error {
	switch {
	case site.Status != SiteActive:
		return FieldErrorf(CodeNotReady, "input.siteId", "%s is %s; only an ACTIVE site can be renamed.", site.Name, site.Status)
	case revision.Adopted():
		return FieldErrorf(CodeNotReady, "input.siteId", "%s lives on a bench that was made by hand, which serves it under this name; deploy it to a revision of Central's first.", site.Name)
	case site.Name == name:
		return FieldErrorf(CodeConflict, "input.name", "It is called %s already.", name)
	}
	return nil
}

// CheckFree errs with CodeSiteBusy when an action holds the site; holder is that action.
func CheckFree(site Site, holder Action) error {
	if site.BusyActionID == nil {
		return nil
	}
	return FieldErrorf(CodeSiteBusy, "input.siteId", "%s is busy with “%s”, asked for by %s; wait for it.", site.Name, holder.Title, holder.ActorName)
}
