package bench

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"central/fleet"
)

// BackupsDir holds the backups of sites that lie on a server's disk. It is root's alone: what runs in a site cannot reach
// the backups of any.
const BackupsDir = "/var/lib/central/backups"

var (
	backupLibrary    = siteLibrary + "\n" + read("backup.py")
	takeBackup       = backupScript("take_backup")
	checkBackup      = backupScript("check_backup")
	removeBackup     = backupScript("remove_backup")
	restoreDatabase  = backupScript("restore_database")
	restoreFiles     = backupScript("restore_files")
	restoreFilesBack = backupScript("restore_files_back")
	checkRestore     = backupScript("check_restore")
	removeSite       = backupScript("remove_site")
	putBackup        = backupScript("put_backup")
	getBackup        = backupScript("get_backup")
)

// backupScript is a Python script behind what the scripts about backups share.
func backupScript(name string) embedded {
	s := pythonScript(name)
	s.text = backupLibrary + "\n" + s.text
	return s
}

// Backup is where a backup lies on a server that holds it. Only BackupOf makes one.
type Backup struct {
	base           string
	database, file string // digests
	tables, tree   string
	title          string
}

var digestText = regexp.MustCompile(`\A[0-9a-f]{64}\z`)

// BackupOf names a backup that is on record. It errs with CodeInvalid for a name that may not reach a command.
func BackupOf(b fleet.Backup) (Backup, error) {
	if err := fleet.ValidSiteName(b.SiteName); err != nil {
		return Backup{}, err
	}
	for _, digest := range []string{b.DatabaseDigest, b.FilesDigest, b.TablesDigest, b.TreeDigest} {
		if digest != "" && !digestText.MatchString(digest) {
			return Backup{}, fleet.Errorf(fleet.CodeInvalid, "backup %d has no digests", b.ID)
		}
	}
	return Backup{
		base:     path.Join(BackupsDir, b.SiteName, strconv.FormatUint(uint64(b.ID), 10)),
		database: b.DatabaseDigest, file: b.FilesDigest, tables: b.TablesDigest, tree: b.TreeDigest, title: b.SiteName,
	}, nil
}

// recipient is the public half of an identity of age.
var recipient = regexp.MustCompile(`\Aage1[0-9a-z]{58}\z`)

// TakeBackup backs a site up into a server's BackupsDir, compressed and encrypted to the recipients. ParseBackup reads
// its answer. A backup that is complete is never replaced. It errs with CodeInvalid for what is no recipient.
func TakeBackup(s Site, b Backup, recipients ...string) (Command, error) {
	if len(recipients) == 0 {
		return Command{}, fleet.Errorf(fleet.CodeInvalid, "a backup needs somebody who can open it")
	}
	args := []string{s.Dir(), b.base, s.revision.User()}
	for _, r := range recipients {
		if !recipient.MatchString(r) {
			return Command{}, fleet.Errorf(fleet.CodeInvalid, "%q is no recipient", r)
		}
		args = append(args, r)
	}
	return script(takeBackup, "", "back up "+s.host, args...), nil
}

// ParseBackup reads the answer to TakeBackup.
func ParseBackup(stdout []byte) fleet.BackupTaken {
	values := ParseValues(stdout)
	taken := fleet.BackupTaken{
		DatabaseName: values["database"], Tables: int(values.Int("tables")),
		DatabaseBytes: values.Int("database_bytes"), DatabaseDigest: values["database_digest"], TablesDigest: values["tables_digest"],
		Files: int(values.Int("files")), FilesBytes: values.Int("files_bytes"), FilesDigest: values["files_digest"], TreeDigest: values["tree_digest"],
		Installed: strings.Fields(values["apps"]), Seconds: values.Float("seconds"),
	}
	if moment := values.Float("taken_at"); moment > 0 {
		taken.TakenAt = time.UnixMicro(int64(moment * 1e6)).UTC()
	}
	return taken
}

// CheckBackup reads both files of a backup and fails unless they are what was written.
func CheckBackup(b Backup) Command {
	return script(checkBackup, "", "check the backup of "+b.title, b.base, b.database, b.file)
}

// RemoveBackup removes all that a server has of backups; that it has nothing is no error.
func RemoveBackup(first Backup, more ...Backup) Command {
	bases := []string{first.base}
	for _, b := range more {
		bases = append(bases, b.base)
	}
	return script(removeBackup, "", "remove backups", bases...)
}

// FetchBackup copies one of the fleet.BackupFiles of a backup from the other server of a pair to the one that it runs on.
func FetchBackup(b Backup, file string) Command {
	name := strings.TrimPrefix(b.base, BackupsDir+"/") + "." + file + ".age"
	return Command{Name: "copy the " + file + " of the backup", Argv: []string{followCommand, "fetch-backup", name}}
}

// ReadBackup answers with one of the fleet.BackupFiles of a backup, as it lies there: sealed.
func ReadBackup(b Backup, file string) Command {
	return Command{Name: "read the " + file + " of the backup", Argv: []string{"cat", "--", b.base + "." + file + ".age"}}
}

// WriteBackup puts what ReadBackup says elsewhere in its place. That all of it has come is for CheckBackup to say.
func WriteBackup(b Backup, file string) Command {
	const write = `umask 077; mkdir -p -- "$(dirname -- "$1")"; cat >"$1.part"; mv -f -- "$1.part" "$1"`
	return Command{Name: "write the " + file + " of the backup", Argv: []string{"sh", "-euc", write, "write", b.base + "." + file + ".age"}}
}

// DatabaseLogin is the way to a database that no site's configuration says yet.
type DatabaseLogin struct{ Name, Password string }

// config is what a site's configuration says of its database.
func (l DatabaseLogin) config() map[string]any {
	return map[string]any{"db_name": l.Name, "db_password": l.Password, "db_type": "mariadb"}
}

// opening is the input of the commands that read a backup.
func opening(identity string, login *DatabaseLogin) []byte {
	given := map[string]any{"identity": identity}
	if login != nil {
		given["config"] = login.config()
	}
	return mustJSON(given)
}

// CreateDatabase makes a database and a user that owns it and nothing else, anew where they are there. It errs with
// CodeInvalid for a password that is not of Central's making.
func CreateDatabase(login DatabaseLogin) (Command, error) {
	if !databaseName.MatchString(login.Name) {
		return Command{}, fleet.Errorf(fleet.CodeInvalid, "%q is no database of Central's making", login.Name)
	}
	if err := validSecret(login.Password); err != nil {
		return Command{}, err
	}
	statements := []string{"CREATE DATABASE IF NOT EXISTS `" + login.Name + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"}
	for _, from := range accountHosts {
		user := "'" + login.Name + "'@'" + from + "'"
		statements = append(statements, "CREATE OR REPLACE USER "+user+" IDENTIFIED BY '"+login.Password+"'", "GRANT ALL PRIVILEGES ON `"+login.Name+"`.* TO "+user)
	}
	return sql("create the database "+login.Name, statements...), nil
}

var databaseName = regexp.MustCompile(`\As[0-9a-f]{16}\z`)

// RestoreDatabase replaces all tables of the site by those of the backup, and compares them. login is for a site that has
// no directory yet.
func RestoreDatabase(s Site, b Backup, identity string, login *DatabaseLogin) Command {
	c := script(restoreDatabase, "", "restore the tables of "+s.host, s.Dir(), b.base, b.database, b.tables)
	c.Stdin = opening(identity, login)
	return c
}

// restoreDir is where an action makes a site's directory complete before it changes places with the old one. It is on the
// same disk, and in no folder that is searched for sites.
func restoreDir(s Site, action uint) string {
	return path.Join(s.revision.Dir(), "restoring", strconv.FormatUint(uint64(action), 10))
}

// RestoreFiles replaces the site's directory by that of the backup, and compares it first.
func RestoreFiles(s Site, b Backup, action uint, identity string, login *DatabaseLogin) Command {
	c := script(restoreFiles, "", "restore the files of "+s.host, s.Dir(), b.base, b.file, b.tree, restoreDir(s, action), s.revision.User(), s.revision.group())
	c.Stdin = opening(identity, login)
	return c
}

// RestoreEnd is what becomes of a site's directory after RestoreFiles.
type RestoreEnd string

// The ends of RestoreFiles.
const (
	RestoreKept   RestoreEnd = "keep" // the restored directory stays
	RestoreUndone RestoreEnd = "back" // the site gets the one that it had
	RestoreGone   RestoreEnd = "none" // a new site has none
)

// EndRestore brings RestoreFiles to its end, however far it had come.
func EndRestore(s Site, action uint, end RestoreEnd) Command {
	return script(restoreFilesBack, "", "clear up after the restore of "+s.host, s.Dir(), restoreDir(s, action), s.revision.User(), string(end))
}

// CheckRestore reads the files of a backup from beginning to end and compares them; nothing is written.
func CheckRestore(b Backup, identity string) Command {
	c := script(checkRestore, "", "read the files of the backup of "+b.title, b.base, b.file, b.tree)
	c.Stdin = opening(identity, nil)
	return c
}

// RemoveSite removes a site that was archived: its database, the database's user and its directory. It says removed=yes,
// or removed=already.
func RemoveSite(s Site) Command {
	return script(removeSite, "", "remove "+s.host, s.Dir(), s.revision.User())
}

// PutBackup sends both files of a backup to a storage. parts says for each file which pieces go to which signed address;
// ParseTags reads the answer.
func PutBackup(b Backup, parts any) Command {
	c := script(putBackup, "", "send the backup of "+b.title, b.base)
	c.Stdin = mustJSON(parts)
	return c
}

// ParseTags reads the tags of the first n parts of a file from the answer to PutBackup. It errs with CodeCommandFailed when
// one is missing.
func ParseTags(stdout []byte, file string, n int) ([]string, error) {
	values := ParseValues(stdout)
	tags := make([]string, n)
	for i := range tags {
		tags[i] = values[file+"."+strconv.Itoa(i+1)]
		if tags[i] == "" {
			return nil, fleet.Errorf(fleet.CodeCommandFailed, "part %d of the %s was not sent", i+1, file)
		}
	}
	return tags, nil
}

// GetBackup fetches both files of a backup from a storage, each from its signed address, and compares them.
func GetBackup(b Backup, addresses map[string]string) Command {
	c := script(getBackup, "", "fetch the backup of "+b.title, b.base, b.database, b.file)
	c.Stdin = mustJSON(addresses)
	return c
}
