package fleet

import (
	"fmt"
	"time"
)

// BackupKind is why a backup was taken; it decides how long it is kept.
type BackupKind string

// The kinds of backup.
const (
	BackupManual        BackupKind = "MANUAL"         // somebody asked for it
	BackupScheduled     BackupKind = "SCHEDULED"      // its time had come
	BackupFinal         BackupKind = "FINAL"          // the last of a site that was archived then
	BackupBeforeRestore BackupKind = "BEFORE_RESTORE" // of what a restore was about to replace
)

// BackupState is the life of a backup.
type BackupState string

// The states of a backup. Only a COMPLETE one counts, and only that can be restored.
const (
	BackupTaking   BackupState = "TAKING"   // its action is queued or running
	BackupComplete BackupState = "COMPLETE" // written, and compared with what was read
	BackupFailed   BackupState = "FAILED"   // nothing of it is left behind
	BackupRemoving BackupState = "REMOVING" // its time is over; its files go
	BackupRemoved  BackupState = "REMOVED"  // its files and its key are gone
)

// Backup is one site at one moment: its tables in one file and its files in another, both compressed and encrypted.
type Backup struct {
	ID          uint
	SiteID      uint
	SiteName    string // that the site had then
	Kind        BackupKind
	State       BackupState
	StateReason string
	ActionID    uint  // took it
	RemoveID    *uint // the action that removes it
	BenchID     uint
	RevisionID  uint  // that the site was on
	ServerID    *uint // whose disk holds it; nil when none does
	StorageID   *uint // the S3 storage that holds it; nil when none does

	MissedStorageID *uint  // the S3 storage that did not take it, where parts of it may be left
	StorageError    string // why that one did not, a sentence; empty when none was missed

	DatabaseName string

	Tables         int    // how many
	DatabaseBytes  int64  // of the encrypted file
	DatabaseDigest string // SHA-256 of the encrypted file
	TablesDigest   string // SHA-256 of what the tables hold, however they are packed
	Files          int
	FilesBytes     int64
	FilesDigest    string
	TreeDigest     string // SHA-256 of names, modes and contents of all files but the site's configuration

	Apps      []RevisionApp `gorm:"serializer:json"` // that were installed on the site, as its revision had them
	Version   string        // of its revision, such as "erpnext 15.43.0"
	TakenAt   *time.Time    // the moment that it shows
	Seconds   *float64      // that taking and copying it took
	RemovedAt *time.Time
	CreatedAt time.Time
}

// Bytes is the size of the backup wherever it lies.
func (b Backup) Bytes() int64 { return b.DatabaseBytes + b.FilesBytes }

// BackupTaken is what a backup that was written is.
type BackupTaken struct {
	Tables         int
	DatabaseName   string
	DatabaseBytes  int64
	DatabaseDigest string
	TablesDigest   string
	Files          int
	FilesBytes     int64
	FilesDigest    string
	TreeDigest     string
	Installed      []string // names of the apps on the site
	TakenAt        time.Time
	Seconds        float64
	ServerID       *uint
	StorageID      *uint

	MissedStorageID *uint  // the storage that was to take it and did not
	StorageError    string // why
}

// Check errs with CodeCommandFailed unless everything that a restore is compared with is there.
func (t BackupTaken) Check() error {
	for _, digest := range []string{t.DatabaseDigest, t.TablesDigest, t.FilesDigest, t.TreeDigest} {
		if len(digest) != 64 {
			return Errorf(CodeCommandFailed, "The server did not say what it backed up.")
		}
	}
	if t.DatabaseBytes <= 0 || t.FilesBytes <= 0 || t.TakenAt.IsZero() || t.ServerID == nil && t.StorageID == nil {
		return Errorf(CodeCommandFailed, "The backup is not complete.")
	}
	return nil
}

// BackupFiles are the two files of a backup.
var BackupFiles = []string{"database", "files"}

// CheckBackup says whether a site can be backed up. It errs with CodeNotReady about input.siteId.
func CheckBackup(site Site) error {
	if site.Status != SiteActive {
		return FieldErrorf(CodeNotReady, "input.siteId", "%s is %s; only an active site is backed up.", site.Name, site.Status)
	}
	return nil
}

// CheckArchive says whether a site can be archived. It errs with CodeNotReady about input.siteId.
func CheckArchive(site Site) error {
	if site.Status != SiteActive {
		return FieldErrorf(CodeNotReady, "input.siteId", "%s is %s; only an active site can be archived.", site.Name, site.Status)
	}
	return nil
}

// RestoreInput asks for a restore: into the site that the backup is of, or into a new one.
type RestoreInput struct {
	BackupID uint
	SiteID   *uint   // the site whose tables and files are replaced
	NewName  *string // host name of a new site
	BenchID  *uint   // where the new site is to live
}

// Validate checks the input's form. It errs with CodeInvalid and the field.
func (in RestoreInput) Validate() error {
	switch {
	case in.SiteID == nil && in.NewName == nil:
		return FieldErrorf(CodeInvalid, "input.siteId", "Say which site to restore, or what the new one is called.")
	case in.SiteID != nil && in.NewName != nil:
		return FieldErrorf(CodeInvalid, "input.newName", "A backup is restored to its site or to a new one, not to both.")
	case in.NewName != nil && in.BenchID == nil:
		return FieldErrorf(CodeInvalid, "input.benchId", "Choose the bench that the new site is to live on.")
	case in.SiteID != nil && in.BenchID != nil:
		return FieldErrorf(CodeInvalid, "input.benchId", "A site is restored where it is.")
	}
	if in.NewName != nil {
		return AtField(ValidSiteName(*in.NewName), "input.newName")
	}
	return nil
}

// RestoreFacts is what a restore is judged by.
type RestoreFacts struct {
	Backup   Backup
	Site     *Site   // to be replaced, or to be brought back; nil for a new one
	Holder   *Holder // what the site is busy with
	Name     string  // of the site afterwards
	Taken    bool    // there is a site of that name already
	Server   Server  // where it will be
	Revision Revision
	// Reaches says whether the server can get at the backup, and Where in words where it lies.
	Reaches bool
	Where   string
}

// RestorePlan is what a restore would do, in words.
type RestorePlan struct {
	Title    string
	Does     []string // one sentence for each thing, in order
	Migrates bool     // the site is on other commits than the backup, so its tables are migrated afterwards
	Notes    []ServerNote
}

// PlanRestore says what a restore would do, and what stands in its way. It changes nothing.
func PlanRestore(facts RestoreFacts) RestorePlan {
	p := restorePlanner{facts: facts, plan: RestorePlan{Does: []string{}, Notes: []ServerNote{}}}
	p.backup()
	p.target()
	p.apps()
	return p.plan
}

// Blocked is the first note that stands in the way, as an error; nil when nothing does.
func (p RestorePlan) Blocked() error {
	for _, note := range p.Notes {
		if note.Severity == PlanBlocking {
			return FieldErrorf(note.Code, note.Field, "%s", note.Message)
		}
	}
	return nil
}

type restorePlanner struct {
	facts RestoreFacts
	plan  RestorePlan
}

func (p *restorePlanner) blocks(code Code, field, format string, args ...any) {
	p.plan.Notes = append(p.plan.Notes, ServerNote{Severity: PlanBlocking, Code: code, Field: field, Message: fmt.Sprintf(format, args...)})
}

func (p *restorePlanner) warns(format string, args ...any) {
	p.plan.Notes = append(p.plan.Notes, ServerNote{Severity: PlanWarning, Code: CodeInvalid, Message: fmt.Sprintf(format, args...)})
}

func (p *restorePlanner) does(format string, args ...any) {
	p.plan.Does = append(p.plan.Does, fmt.Sprintf(format, args...))
}

func (p *restorePlanner) backup() {
	b := p.facts.Backup
	if b.State != BackupComplete {
		p.blocks(CodeNotReady, "input.backupId", "This backup is %s; choose one that is complete.", b.State)
	} else if !p.facts.Reaches {
		p.blocks(CodeNotReady, "input.backupId", "The backup lies %s, where %s cannot get it; restore it on that server or its pair, or use one that is in the S3 storage too.", p.facts.Where, p.facts.Server.Name)
	}
	p.does("The backup that lies %s is fetched and compared with what was written then; one that is cut short or altered is refused before anything is touched.", p.facts.Where)
}

func (p *restorePlanner) target() {
	b, site := p.facts.Backup, p.facts.Site
	switch {
	case site == nil:
		p.plan.Title = "Restore a backup of " + b.SiteName + " as " + p.facts.Name
		if p.facts.Taken {
			p.blocks(CodeConflict, "input.newName", "There is already a site called %s.", p.facts.Name)
		}
		p.does("A new database gets the backup's tables, and a new site its files and its configuration, passwords of people included.")
		p.does("%s is routed when it is complete. When anything fails, nothing of it is left behind.", p.facts.Name)
	case site.ID != b.SiteID:
		p.plan.Title = "Restore " + site.Name
		p.blocks(CodeInvalid, "input.backupId", "This is a backup of %s. It can be restored there or as a new site, not over %s.", b.SiteName, site.Name)
	case site.Status == SiteArchived:
		p.plan.Title = "Bring back " + site.Name
		p.does("A new database gets the backup's tables, and the site its files and its configuration.")
		p.does("%s is routed when it is complete. When anything fails, it stays archived.", site.Name)
	default:
		p.plan.Title = "Restore " + site.Name
		if site.Status != SiteActive && site.Status != SiteBroken {
			p.blocks(CodeNotReady, "input.siteId", "%s is %s; it cannot be restored.", site.Name, site.Status)
		}
		p.does("%s is closed to visitors, and its background jobs come to an end.", site.Name)
		p.does("A fresh backup is taken of what it holds now.")
		p.does("Its tables and files are replaced by those of the backup. When anything fails, it gets back what it had.")
	}
	if site != nil && p.facts.Holder != nil {
		p.blocks(CodeSiteBusy, "input.siteId", "%s is busy with “%s”, asked for by %s; wait for it.", site.Name, p.facts.Holder.Title, p.facts.Holder.ActorName)
	}
}

// apps holds the apps of the backup against those of the revision that the site will be on.
func (p *restorePlanner) apps() {
	there := map[string]RevisionApp{}
	for _, app := range p.facts.Revision.Apps {
		there[app.App] = app
	}
	for _, app := range p.facts.Backup.Apps {
		now, ok := there[app.App]
		if !ok {
			p.blocks(CodeInvalid, "input.backupId", "The backup holds the app %s, which is not on the bench; restore it on a bench that has it.", app.App)
		} else if now.Commit != app.Commit {
			p.plan.Migrates = true
		}
	}
	if p.plan.Migrates {
		p.does("The tables are migrated to %s.", p.facts.Revision.Version)
		p.warns("The backup is of %s, and the site will be on %s: its tables are migrated, which is only sure to work towards newer code.", p.facts.Backup.Version, p.facts.Revision.Version)
	}
}
