package fleet

import (
	"errors"
	"fmt"
	"strings"
)

// BulkDeed is what is done to each of many sites.
type BulkDeed string

// The deeds that can be done to many sites at once.
const (
	BulkServe      BulkDeed = "SERVE"       // the proxies treat its visitors otherwise
	BulkConfigure  BulkDeed = "CONFIGURE"   // keys of its configuration change
	BulkInstallApp BulkDeed = "INSTALL_APP" // it gets an app of its bench
	BulkRemoveApp  BulkDeed = "REMOVE_APP"  // it loses an app and its tables
)

// maxBulkSites is how many sites one bulk change has at most.
const maxBulkSites = 5000

// BulkInput is the input of the methods that plan and begin a change of many sites.
type BulkInput struct {
	SiteIDs        []uint // exactly these
	Deed           BulkDeed
	Serving        *SiteServing   // for SERVE
	Changes        []ConfigChange // for CONFIGURE
	App            string         // for INSTALL_APP and REMOVE_APP
	ConfirmSites   *int           // for REMOVE_APP: how many sites lose the app
	IdempotencyKey string
}

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
	default:
		return FieldErrorf(CodeInvalid, "input.deed", "Many sites are served otherwise, configured, or get or lose an app.")
	}
	return nil
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

// BulkSubject is one of the chosen sites with what the decision is about.
type BulkSubject struct {
	Site     Site
	Revision Revision
	Server   Server
	Holder   *Action // what holds it, if anything
}

// BulkPlan is what a change of many sites would do.
type BulkPlan struct {
	Title string
	Does  []string // in sentences
	Sites []PlanSite
	Notes []PlanNote
}

// PlanBulk says what a change of many sites would do, and what stands in its way. Sites that are missing among the subjects do
// not exist.
func PlanBulk(in BulkInput, subjects []BulkSubject) BulkPlan {
	plan := BulkPlan{Title: in.Title(), Does: in.does(), Sites: []PlanSite{}, Notes: []PlanNote{}}
	found := map[uint]bool{}
	for _, subject := range subjects {
		id := subject.Site.ID
		found[id] = true
		if err := in.check(subject); err != nil {
			plan.Notes = append(plan.Notes, PlanNote{Severity: PlanBlocking, Code: ErrorCode(err), Message: sentenceOf(err), Field: "input.siteIds", SiteID: &id})
			continue
		}
		plan.Sites = append(plan.Sites, PlanSite{SiteID: id, SiteName: subject.Site.Name, FromRevisionID: subject.Revision.ID, FromVersion: subject.Revision.Version})
	}
	for _, id := range in.SiteIDs {
		if !found[id] {
			plan.Notes = append(plan.Notes, PlanNote{Severity: PlanBlocking, Code: CodeNotFound, Message: fmt.Sprintf("There is no site with the id %d.", id), Field: "input.siteIds", SiteID: &id})
		}
	}
	if in.Deed == BulkRemoveApp && (in.ConfirmSites == nil || *in.ConfirmSites != len(in.SiteIDs)) {
		plan.Notes = append(plan.Notes, PlanNote{
			Severity: PlanBlocking, Code: CodeInvalid, Field: "input.confirmSites",
			Message: fmt.Sprintf("Say how many sites lose %s and its tables: %d.", in.App, len(in.SiteIDs)),
		})
	}
	return plan
}

// check says whether the deed can be done to one site now.
func (in BulkInput) check(of BulkSubject) error {
	if in.Deed == BulkServe {
		if err := CheckServing(of.Site, *in.Serving); ErrorCode(err) != CodeConflict { // those that are served so already are left alone
			return err
		}
		return nil
	}
	if of.Holder != nil {
		if err := CheckFree(of.Site, *of.Holder); err != nil {
			return err
		}
	}
	if err := CheckChangeable(of.Site, of.Revision); err != nil {
		return err
	}
	if of.Server.Status != ServerReady {
		return Errorf(CodeNotReady, "%s lives on %s, which is %s.", of.Site.Name, of.Server.Name, of.Server.Status)
	}
	switch in.Deed {
	case BulkInstallApp:
		return CheckAppChange(of.Site, of.Revision, ActionInstallApp, SiteAppInput{App: in.App})
	case BulkRemoveApp:
		return CheckAppChange(of.Site, of.Revision, ActionRemoveApp, SiteAppInput{App: in.App, ConfirmName: of.Site.Name})
	case BulkServe, BulkConfigure:
	}
	return nil
}

// Title names the change as the list of actions does.
func (in BulkInput) Title() string {
	sites := "1 site"
	if n := len(in.SiteIDs); n != 1 {
		sites = fmt.Sprintf("%d sites", n)
	}
	switch in.Deed {
	case BulkServe:
		return map[SiteServing]string{ServingOpen: "Open ", ServingMaintenance: "Close ", ServingSuspended: "Suspend "}[*in.Serving] + sites
	case BulkConfigure:
		return "Set " + strings.Join(in.keys(), ", ") + " of " + sites
	case BulkInstallApp:
		return "Install " + in.App + " on " + sites
	case BulkRemoveApp:
		return "Remove " + in.App + " from " + sites
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

func (in BulkInput) does() []string {
	switch in.Deed {
	case BulkServe:
		return []string{"The proxies treat their visitors so from now on; the sites themselves, their jobs and deploys go on."}
	case BulkConfigure:
		return []string{"Each site has to answer with its new configuration; one that does not keeps the one that it had."}
	case BulkInstallApp:
		return []string{"Each site is closed while it gets " + in.App + ", a few on each server at a time.", "Where that fails, its tables are as they were."}
	case BulkRemoveApp:
		return []string{"Each site loses " + in.App + " and all its tables; they are backed up first.", "Each is closed meanwhile, a few on each server at a time. Where it fails, the tables are as they were."}
	}
	return nil
}

// Blocking is the first note that blocks, as an error; nil when the change may begin.
func (p BulkPlan) Blocking() error {
	for _, note := range p.Notes {
		if note.Severity == PlanBlocking {
			return FieldErrorf(note.Code, note.Field, "%s", note.Message)
		}
	}
	return nil
}

// sentenceOf is what people read of an error.
func sentenceOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}
