package fleet

import (
	"fmt"
	"strings"
	"time"
)

// BulkDeed is what is done to each of many sites.
type BulkDeed string

// The deeds that can be done to many sites at once.
const (
	BulkServe        BulkDeed = "SERVE"         // the proxies treat its visitors otherwise
	BulkConfigure    BulkDeed = "CONFIGURE"     // keys of its configuration change
	BulkInstallApp   BulkDeed = "INSTALL_APP"   // it gets an app of its bench
	BulkRemoveApp    BulkDeed = "REMOVE_APP"    // it loses an app and its tables
	BulkBackUp       BulkDeed = "BACK_UP"       // it is backed up
	BulkRestore      BulkDeed = "RESTORE"       // it gets back what its newest backup holds, and is brought back when it was archived
	BulkArchive      BulkDeed = "ARCHIVE"       // its last backup is taken, and it is removed from its server
	BulkAddDomain    BulkDeed = "ADD_DOMAIN"    // a domain leads to it besides
	BulkRemoveDomain BulkDeed = "REMOVE_DOMAIN" // a domain leads to it no longer
	BulkRename       BulkDeed = "RENAME"        // it gets another host name
	BulkMove         BulkDeed = "MOVE"          // it goes to another bench
)

// How many sites one bulk change has at most, how many one that is about a name of each, and how many are restored together.
const (
	maxBulkSites    = 5000
	maxBulkNames    = 1000
	maxBulkRestores = 500
)

// BulkInput is the input of the methods that plan and begin a change of many sites.
type BulkInput struct {
	SiteIDs        []uint // exactly these
	Deed           BulkDeed
	Serving        *SiteServing   // for SERVE
	Changes        []ConfigChange // for CONFIGURE
	App            string         // for INSTALL_APP and REMOVE_APP
	BenchID        uint           // for MOVE: where they go
	Pattern        string         // for ADD_DOMAIN, REMOVE_DOMAIN and RENAME: a host name with PatternName in it
	Elsewhere      bool           // for ADD_DOMAIN: take names that do not point to the proxies (yet)
	Certificate    bool           // for ADD_DOMAIN: order one for each name that none covers
	Before         *time.Time     // for RESTORE: the newest backup that was taken until then; nil for the newest of all
	ConfirmSites   *int           // for what is confirmed: how many sites it is done to
	IdempotencyKey string
}

// PatternName is what stands in a pattern for the first part of a site's host name: of acme.example.com that is acme.
const PatternName = "{name}"

// Validate checks the input's form. It errs with CodeNoSites for an empty choice and with CodeInvalid and the field.
func (in *BulkInput) Validate() error {
	if err := checkChosen(in.SiteIDs); err != nil {
		return err
	}
	if err := validKey(in.IdempotencyKey); err != nil {
		return err
	}
	switch in.Deed {
	case BulkServe:
		if in.Serving == nil {
			return FieldErrorf(CodeInvalid, "input.serving", "Say how the sites are served from now on.")
		}
	case BulkConfigure:
		return (&ConfigureSite{Changes: in.Changes}).Validate()
	case BulkInstallApp, BulkRemoveApp:
		return AtField(ValidAppName(in.App), "input.app")
	case BulkAddDomain, BulkRemoveDomain, BulkRename:
		return in.checkPattern()
	case BulkRestore:
		if len(in.SiteIDs) > maxBulkRestores {
			return FieldErrorf(CodeInvalid, "input.siteIds", "At most %d sites are restored together; these are %d.", maxBulkRestores, len(in.SiteIDs))
		}
	case BulkMove:
		if in.BenchID == 0 {
			return FieldErrorf(CodeInvalid, "input.benchId", "Say which bench they go to.")
		}
	case BulkBackUp, BulkArchive:
	default:
		return FieldErrorf(CodeInvalid, "input.deed", "%s is nothing that can be done to many sites.", quoted(string(in.Deed)))
	}
	return nil
}

func (in *BulkInput) checkPattern() error {
	if len(in.SiteIDs) > maxBulkNames {
		return FieldErrorf(CodeInvalid, "input.siteIds", "At most %d sites gain or lose names together; these are %d.", maxBulkNames, len(in.SiteIDs))
	}
	if !strings.Contains(in.Pattern, PatternName) {
		return FieldErrorf(CodeInvalid, "input.pattern", "Write %s where the first part of each site's name goes, such as in %s.customers.example.com.", PatternName, PatternName)
	}
	return AtField(ValidDomain(strings.ReplaceAll(in.Pattern, PatternName, "a")), "input.pattern")
}

// Confirmed says whether the deed is one that is confirmed by the number of its sites.
func (d BulkDeed) Confirmed() bool {
	return d == BulkRemoveApp || d == BulkArchive || d == BulkRestore || d == BulkRemoveDomain
}

// Names says whether the deed gives each site a name, made of a pattern.
func (d BulkDeed) Names() bool { return d == BulkAddDomain || d == BulkRename }

// Patterned says whether the deed is about a name of each site that is made of a pattern.
func (d BulkDeed) Patterned() bool { return d.Names() || d == BulkRemoveDomain }

// NameFor is the name that the pattern makes for a site.
func (in BulkInput) NameFor(site Site) string {
	first, _, _ := strings.Cut(site.Name, ".")
	return strings.ReplaceAll(in.Pattern, PatternName, first)
}

func checkChosen(ids []uint) error {
	if len(ids) == 0 {
		return FieldErrorf(CodeNoSites, "input.siteIds", "Choose at least one site; none never means all.")
	}
	if len(ids) > maxBulkSites {
		return FieldErrorf(CodeInvalid, "input.siteIds", "At most %d sites are changed together; these are %d.", maxBulkSites, len(ids))
	}
	return nil
}

func validKey(key string) error {
	if key == "" || len(key) > 100 {
		return FieldErrorf(CodeInvalid, "input.idempotencyKey", "A key has 1 to 100 characters.")
	}
	return nil
}

// Title names the change as the list of actions does.
func (in BulkInput) Title() string {
	sites := count(len(in.SiteIDs), "site")
	switch in.Deed {
	case BulkServe:
		return map[SiteServing]string{ServingOpen: "Open ", ServingMaintenance: "Close ", ServingSuspended: "Suspend "}[*in.Serving] + sites
	case BulkConfigure:
		return "Set " + strings.Join(in.keys(), ", ") + " of " + sites
	case BulkInstallApp:
		return "Install " + in.App + " on " + sites
	case BulkRemoveApp:
		return "Remove " + in.App + " from " + sites
	case BulkBackUp:
		return "Back up " + sites
	case BulkArchive:
		return "Archive " + sites
	case BulkRestore:
		return "Restore " + sites
	case BulkAddDomain:
		return "Add " + in.Pattern + " to " + sites
	case BulkRemoveDomain:
		return "Remove " + in.Pattern + " from " + sites
	case BulkRename:
		return fmt.Sprintf("Rename %s to %s", sites, in.Pattern)
	case BulkMove:
		return "Move " + sites + " to another bench"
	}
	return string(in.Deed) + " " + sites
}

func (in BulkInput) keys() []string {
	names := make([]string, len(in.Changes))
	for i, change := range in.Changes {
		names[i] = change.Name
	}
	return names
}
