package fleet

import (
	"cmp"
	"errors"
	"fmt"
)

// BulkSubject is one of the chosen sites with what the decision is about.
type BulkSubject struct {
	Site     Site
	Revision Revision
	Server   Server
	Holder   *Action // what holds it, if anything

	// For ADD_DOMAIN and RENAME: how many domains it has, why the name that it would get is another one's, and where that
	// points.
	Domains int
	Taken   error
	Look    DomainLook

	// For REMOVE_DOMAIN: the domain that it loses; nil when it has none of that name.
	Domain *SiteDomain

	// For RESTORE: the backup that it gets back; nil when it has none.
	Restore *RestoreFacts

	// For MOVE: where it would go, or why it cannot.
	Target  RelocationTarget
	Refused error

	// For ARCHIVE: whether somebody pays for it or tries it, and for how many days its last backup is kept.
	Subscribed bool
	FinalDays  int
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
func PlanBulk(in BulkInput, subjects []BulkSubject, rules NameRules) BulkPlan {
	plan := BulkPlan{Title: in.Title(), Does: in.does(subjects), Sites: []PlanSite{}, Notes: []PlanNote{}}
	found, given := map[uint]bool{}, map[string]string{}
	for _, subject := range subjects {
		id := subject.Site.ID
		found[id] = true
		err := in.check(subject, rules)
		if err == nil && in.Deed.Names() {
			name := in.NameFor(subject.Site)
			if other := given[name]; other != "" {
				err = FieldErrorf(CodeConflict, "input.name", "%s would be called that, too.", other)
			}
			given[name] = subject.Site.Name
		}
		if err != nil {
			plan.Notes = append(plan.Notes, in.inTheWay(subject.Site, err))
			continue
		}
		plan.Sites = append(plan.Sites, PlanSite{SiteID: id, SiteName: subject.Site.Name, FromRevisionID: subject.Revision.ID, FromVersion: subject.Revision.Version})
	}
	for _, id := range in.SiteIDs {
		if !found[id] {
			plan.Notes = append(plan.Notes, PlanNote{Severity: PlanBlocking, Code: CodeNotFound, Message: fmt.Sprintf("There is no site with the id %d.", id), Field: "input.siteIds", SiteID: &id})
		}
	}
	if in.Deed.Confirmed() && (in.ConfirmSites == nil || *in.ConfirmSites != len(in.SiteIDs)) {
		plan.Notes = append(plan.Notes, PlanNote{
			Severity: PlanBlocking, Code: CodeInvalid, Field: "input.confirmSites",
			Message: fmt.Sprintf("Say how many sites %s: %d.", in.loss(), len(in.SiteIDs)),
		})
	}
	if in.Deed == BulkArchive {
		plan.Notes = append(plan.Notes, subscribedNotes(subjects)...)
	}
	return plan
}

// loss is what becomes of the sites by a deed that is confirmed.
func (in BulkInput) loss() string {
	switch in.Deed {
	case BulkRemoveApp:
		return "lose " + in.App + " and its tables"
	case BulkRemoveDomain:
		return "lose a domain"
	case BulkRestore:
		return "go back to a backup"
	case BulkServe, BulkConfigure, BulkInstallApp, BulkBackUp, BulkArchive, BulkAddDomain, BulkRename, BulkMove:
	}
	return "are removed from their servers"
}

// inTheWay is why the deed cannot be done to a site. What is wrong with the name that the pattern makes is about the pattern,
// and says whose it is.
func (in BulkInput) inTheWay(site Site, err error) PlanNote {
	note := PlanNote{Severity: PlanBlocking, Code: ErrorCode(err), Message: sentenceOf(err), Field: "input.siteIds", SiteID: &site.ID}
	var e *Error
	if in.Deed.Patterned() && errors.As(err, &e) && e.Field != "input.siteId" {
		note.Field = "input.pattern"
		note.Message = fmt.Sprintf("%s, for %s: %s", in.NameFor(site), site.Name, note.Message)
	}
	return note
}

// check says whether the deed can be done to one site now.
func (in BulkInput) check(of BulkSubject, rules NameRules) error {
	if in.Deed == BulkServe {
		if err := CheckServing(of.Site, *in.Serving); ErrorCode(err) != CodeConflict { // those that are served so already are left alone
			return err
		}
		return nil
	}
	if in.Deed == BulkRestore {
		return of.checkRestore(in)
	}
	if of.Holder != nil {
		if err := CheckFree(of.Site, *of.Holder); err != nil {
			return err
		}
	}
	ready := error(nil)
	if of.Server.Status != ServerReady {
		ready = FieldErrorf(CodeNotReady, "input.siteId", "%s lives on %s, which is %s.", of.Site.Name, of.Server.Name, of.Server.Status)
	}
	switch in.Deed {
	case BulkBackUp:
		return cmp.Or(CheckBackup(of.Site), ready)
	case BulkArchive:
		return cmp.Or(CheckArchive(of.Site), ready)
	case BulkRename:
		name := in.NameFor(of.Site)
		return cmp.Or(CheckRename(of.Site, of.Revision, name), ready, AtField(rules.Check(name), "input.name"), of.Taken)
	case BulkMove:
		return cmp.Or(ready, of.Refused)
	case BulkServe, BulkConfigure, BulkInstallApp, BulkRemoveApp, BulkAddDomain, BulkRemoveDomain, BulkRestore:
	}
	if err := cmp.Or(CheckChangeable(of.Site, of.Revision), ready); err != nil {
		return err
	}
	switch in.Deed {
	case BulkInstallApp:
		return CheckAppChange(of.Site, of.Revision, ActionInstallApp, SiteAppInput{App: in.App})
	case BulkRemoveApp:
		return CheckAppChange(of.Site, of.Revision, ActionRemoveApp, SiteAppInput{App: in.App, ConfirmName: of.Site.Name})
	case BulkAddDomain:
		domain := AddDomain{Name: in.NameFor(of.Site), Elsewhere: in.Elsewhere}
		return cmp.Or(rules.CheckDomain(of.Site, of.Domains, domain, of.Look), of.Taken)
	case BulkRemoveDomain:
		if of.Domain == nil {
			return FieldErrorf(CodeNotFound, "input.name", "It is no domain of this site.")
		}
	case BulkServe, BulkConfigure, BulkBackUp, BulkRestore, BulkArchive, BulkRename, BulkMove:
	}
	return nil
}

// checkRestore says whether a site can get back what its newest backup holds.
func (s BulkSubject) checkRestore(in BulkInput) error {
	if s.Restore == nil {
		until := ""
		if in.Before != nil {
			until = " that was taken until then"
		}
		return FieldErrorf(CodeNotFound, "input.siteId", "%s has no complete backup%s.", s.Site.Name, until)
	}
	if err := PlanRestore(*s.Restore).Blocked(); err != nil {
		return err
	}
	if s.Restore.Server.Status != ServerReady {
		return FieldErrorf(CodeNotReady, "input.siteId", "%s lives on %s, which is %s.", s.Site.Name, s.Restore.Server.Name, s.Restore.Server.Status)
	}
	return nil
}

// does is what becomes of the sites, in sentences.
func (in BulkInput) does(subjects []BulkSubject) []string {
	switch in.Deed {
	case BulkServe:
		return []string{"The proxies treat their visitors so from now on; the sites themselves, their jobs and deploys go on."}
	case BulkConfigure:
		return []string{"Each site has to answer with its new configuration; one that does not keeps the one that it had."}
	case BulkInstallApp:
		return []string{"Each site is closed while it gets " + in.App + ", a few on each server at a time.", "Where that fails, its tables are as they were."}
	case BulkRemoveApp:
		return []string{"Each site loses " + in.App + " and all its tables; they are backed up first.", "Each is closed meanwhile, a few on each server at a time. Where it fails, the tables are as they were."}
	case BulkBackUp:
		return []string{"Each site is backed up while it serves, two on each server at a time.", "Deploys of a site wait until its backup is done; “Start no more” lets those go that have not begun."}
	case BulkRestore:
		return restoreWords(subjects)
	case BulkArchive:
		return archiveWords(subjects)
	case BulkAddDomain:
		return []string{"The proxies and the servers learn " + in.example(subjects) + "; each has to lead to its site, or is forgotten again."}
	case BulkRemoveDomain:
		return []string{
			"The proxies forget " + in.example(subjects) + " and the like; these names lead nowhere afterwards, and their certificates are renewed no more.",
			"A site that calls itself by such a name calls itself by its own again.",
		}
	case BulkRename:
		return []string{
			"Each site gets its new name, such as " + in.example(subjects) + "; its visitors see the maintenance page for a few seconds.",
			"The names that they had lead nowhere afterwards, and may be given to other sites. Databases, files and backups stay as they are.",
		}
	case BulkMove:
		return moveWords(subjects)
	}
	return nil
}

// moveWords is what moving sites does, and for how long it closes them.
func moveWords(subjects []BulkSubject) []string {
	far, migrates, longest, to := 0, 0, 0.0, RelocationTarget{}
	for _, subject := range subjects {
		if subject.Refused != nil {
			continue
		}
		to, longest = subject.Target, max(longest, subject.Target.Seconds)
		if !subject.Target.SameServer {
			far++
		}
		if subject.Target.Migrates {
			migrates++
		}
	}
	if to.Bench.ID == 0 {
		return []string{}
	}
	words := []string{fmt.Sprintf("They go to %s on %s one after the other, two at a time from each server; each is closed for up to about %.0f s.", to.Bench.Name, to.Server.Name, longest)}
	if far > 0 {
		words = append(words, fmt.Sprintf("The files and tables of %s go to another server. A site for which something fails before it has answered there is given back as it was; afterwards its old copy is removed.", count(far, "site")))
	}
	if migrates > 0 {
		words = append(words, fmt.Sprintf("%s migrated to newer code.", plural(migrates, "site is", "sites are")))
	}
	return words
}

// example is the name of the first site.
func (in BulkInput) example(subjects []BulkSubject) string {
	if len(subjects) == 0 {
		return in.Pattern
	}
	return in.NameFor(subjects[0].Site)
}

// archiveWords is what archiving sites removes, and what is kept of them.
func archiveWords(subjects []BulkSubject) []string {
	servers, least, most := map[uint]bool{}, 0, 0
	for i, subject := range subjects {
		servers[subject.Site.ServerID] = true
		if i == 0 {
			least = subject.FinalDays
		}
		least, most = min(least, subject.FinalDays), max(most, subject.FinalDays)
	}
	kept := count(most, "day")
	if least != most {
		kept = fmt.Sprintf("%d to %d days", least, most)
	}
	return []string{
		"Each site is closed to visitors, its jobs come to an end, and its last backup is taken. Where that fails, it is opened again.",
		fmt.Sprintf("Then the databases and the files of %s are removed from %s, and the proxies forget them.", count(len(subjects), "site"), count(len(servers), "server")),
		fmt.Sprintf("Kept are their records and their last backups, for %s as the policy says; they can be brought back from these, one by one.", kept),
	}
}

// restoreWords is what becomes of the sites that get back what their backups hold, and how old the oldest of these is.
func restoreWords(subjects []BulkSubject) []string {
	replaced, back, oldest := 0, 0, BulkSubject{}
	for _, subject := range subjects {
		if subject.Restore == nil {
			continue
		}
		if subject.Site.Status == SiteArchived {
			back++
		} else {
			replaced++
		}
		if oldest.Restore == nil || subject.Restore.Backup.CreatedAt.Before(oldest.Restore.Backup.CreatedAt) {
			oldest = subject
		}
	}
	words := []string{}
	if replaced > 0 {
		words = append(words, fmt.Sprintf("%s closed, a fresh backup of it is taken, and its tables and files are replaced by those of its newest backup. When anything fails, a site gets back what it had.", plural(replaced, "site is", "sites are")))
	}
	if back > 0 {
		words = append(words, fmt.Sprintf("%s brought back on the bench that it was on; what fails stays archived.", plural(back, "archived site is", "archived sites are")))
	}
	if oldest.Restore != nil {
		words = append(words, fmt.Sprintf("The oldest of these backups is that of %s, taken on %s.", oldest.Site.Name, oldest.Restore.Backup.CreatedAt.UTC().Format("2 January 2006, 15:04 UTC")))
	}
	return words
}

func subscribedNotes(subjects []BulkSubject) []PlanNote {
	n, first := 0, ""
	for _, subject := range subjects {
		if subject.Subscribed {
			n++
			first = cmp.Or(first, subject.Site.Name)
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return []PlanNote{{Severity: PlanWarning, Code: CodeConflict, Field: "input.siteIds", Message: first + " has a subscription that is not over."}}
	}
	return []PlanNote{{Severity: PlanWarning, Code: CodeConflict, Field: "input.siteIds", Message: fmt.Sprintf("%d of them have subscriptions that are not over, such as %s.", n, first)}}
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
