package fleet

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// DomainState is where a domain stands.
type DomainState string

// The states of a domain.
const (
	DomainAdding   DomainState = "ADDING"   // its proxies and its master are being told
	DomainActive   DomainState = "ACTIVE"   // it leads to its site
	DomainRemoving DomainState = "REMOVING" // it leads nowhere soon
)

// SiteDomain is a host name that leads to a site besides the site's own.
type SiteDomain struct {
	ID        uint
	SiteID    uint
	Name      string
	State     DomainState
	Main      bool // what the site calls its own address, in its mails and links
	CreatedAt time.Time
}

// maxDomains is how many domains a site has at most.
const maxDomains = 50

// AddDomain is the input of the method that lets a domain lead to a site.
type AddDomain struct {
	SiteID      uint
	Name        string
	Elsewhere   bool // take it although it does not point to the proxies (yet)
	Certificate bool // order one for it
}

// DomainLook is where a domain points, as DNS says just now.
type DomainLook struct {
	Addresses []netip.Addr // none when the name has no address
	Failed    string       // why DNS could not be asked; a sentence
	Wanted    []netip.Addr // the addresses of the proxies, where it should point
}

// ValidDomain accepts what ValidSiteName does but for names that never lead to a server. Letters that are not ASCII are
// written as DNS has them, xn--…: whoever holds such a name shows so by pointing it here.
func ValidDomain(name string) error {
	if strings.ContainsFunc(name, func(c rune) bool { return c > '~' }) {
		return Errorf(CodeInvalid, "%s has letters that are not a to z: write the domain as DNS has it, in the form xn--….", quoted(name))
	}
	if err := ValidSiteName(name); err != nil {
		return Errorf(CodeInvalid, "%s is no domain: use a lower-case host name of at least two parts, such as www.example.com", quoted(name))
	}
	if top := name[strings.LastIndexByte(name, '.')+1:]; slices.Contains(specialDomains, top) {
		return Errorf(CodeInvalid, "%s ends in .%s, which never leads to a server.", quoted(name), top)
	}
	return nil
}

// CheckDomain says whether a domain can be a site's. It errs with CodeInvalid for what is no domain and for one that points
// elsewhere, and says where it points and where it should; with CodeNotReady for a site that serves nobody; and with
// CodeConflict for a site's own name and for more domains than a site has.
func (r NameRules) CheckDomain(site Site, have int, in AddDomain, look DomainLook) error {
	if err := ValidDomain(in.Name); err != nil {
		return AtField(err, "input.name")
	}
	for _, domain := range r.Domains { // below the operators' own, what is reserved for sites is for domains too
		if strings.HasSuffix(in.Name, "."+domain) {
			if err := r.checkDomain(in.Name); err != nil {
				return AtField(err, "input.name")
			}
		}
	}
	switch {
	case site.Status != SiteActive:
		return FieldErrorf(CodeNotReady, "input.siteId", "%s is %s; only an ACTIVE site gets a domain.", site.Name, site.Status)
	case site.Name == in.Name:
		return FieldErrorf(CodeConflict, "input.name", "The site itself is called %s.", in.Name)
	case have >= maxDomains:
		return FieldErrorf(CodeConflict, "input.name", "%s has %d domains, and no site has more.", site.Name, have)
	case in.Elsewhere:
		return nil
	}
	return look.Check(in.Name)
}

// Check errs with CodeInvalid unless the domain points to the proxies and nowhere else.
func (l DomainLook) Check(name string) error {
	should := ""
	if len(l.Wanted) > 0 {
		should = " Let it point to " + addressWords(l.Wanted, " and ") + "."
	}
	switch {
	case l.Failed != "":
		return FieldErrorf(CodeInvalid, "input.name", "Where %s points could not be found out: %s%s", name, l.Failed, should)
	case len(l.Addresses) == 0:
		return FieldErrorf(CodeInvalid, "input.name", "%s has no address in DNS.%s", name, should)
	}
	elsewhere := slices.DeleteFunc(slices.Clone(l.Addresses), func(a netip.Addr) bool { return slices.Contains(l.Wanted, a) })
	if len(elsewhere) > 0 {
		return FieldErrorf(CodeInvalid, "input.name", "%s points to %s, which is not this fleet.%s", name, addressWords(elsewhere, " and "), should)
	}
	return nil
}

func addressWords(addresses []netip.Addr, and string) string {
	words := make([]string, len(addresses))
	for i, a := range addresses {
		words[i] = a.String()
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), and)
}

// DomainRef names a domain of a site: the input of the methods that remove one and make one the site's address.
type DomainRef struct {
	SiteID uint
	Name   string // empty for the site's own name, where that is asked for
}
