package fleet

import "fmt"

// BackupRemovalInput asks for the removal of one backup before its time.
type BackupRemovalInput struct {
	BackupID    uint
	ConfirmName string // of the site that the backup is of, as it was called then
	Last        bool   // also when it is the only one of an archived site, which cannot be brought back afterwards
}

// BackupRemovalFacts is what the removal of a backup is judged by.
type BackupRemovalFacts struct {
	Backup Backup
	Site   Site
	Holder *Holder // what the site is busy with
	User   *Action // what restores or tests this backup just now; nil for nothing
	Others int     // complete backups of the site besides this one
	Where  string  // in words where it lies
}

// BackupRemovalPlan is what the removal of a backup would do, in words.
type BackupRemovalPlan struct {
	Title string
	Does  []string
	Last  bool // it is the only one of an archived site: that has to be said
	Notes []ServerNote
}

// PlanBackupRemoval says what the removal of a backup would do, and what stands in its way. It changes nothing.
func PlanBackupRemoval(in BackupRemovalInput, facts BackupRemovalFacts) BackupRemovalPlan {
	b, site := facts.Backup, facts.Site
	plan := BackupRemovalPlan{
		Title: fmt.Sprintf("Remove backup %d of %s", b.ID, b.SiteName),
		Does: []string{
			fmt.Sprintf("Its files are removed %s, and the key that opens it is forgotten. Nothing brings it back.", facts.Where),
			othersWords(facts.Others, site.Name),
		},
		Last: facts.Others == 0 && site.Status == SiteArchived, Notes: []ServerNote{},
	}
	note := func(severity PlanSeverity, code Code, field, format string, args ...any) {
		plan.Notes = append(plan.Notes, ServerNote{Severity: severity, Code: code, Field: field, Message: fmt.Sprintf(format, args...)})
	}
	switch {
	case b.State != BackupComplete:
		note(PlanBlocking, CodeNotReady, "input.backupId", "This backup is %s; only a complete one can be removed.", b.State)
	case facts.Holder != nil:
		note(PlanBlocking, CodeSiteBusy, "input.backupId", "%s is busy with “%s”, asked for by %s; wait for it.", site.Name, facts.Holder.Title, facts.Holder.ActorName)
	case facts.User != nil:
		note(PlanBlocking, CodeNotReady, "input.backupId", "“%s”, asked for by %s, uses this backup; wait for it.", facts.User.Title, facts.User.ActorName)
	case plan.Last && !in.Last:
		note(PlanBlocking, CodeConflict, "input.last", "This is the only backup of %s, which is archived: without it, the site can never be brought back. Say so to remove it all the same.", site.Name)
	case facts.Others == 0:
		note(PlanWarning, CodeConflict, "input.backupId", "This is the only backup of %s.", site.Name)
	}
	return plan
}

// Blocked is the first note that stands in the way, as an error; nil when nothing does.
func (p BackupRemovalPlan) Blocked() error {
	return RestorePlan{Notes: p.Notes}.Blocked()
}

// othersWords is what is left of a site's backups.
func othersWords(n int, site string) string {
	switch n {
	case 0:
		return "No other complete backup of " + site + " is left."
	case 1:
		return "One other complete backup of " + site + " stays."
	}
	return fmt.Sprintf("%d other complete backups of %s stay.", n, site)
}
