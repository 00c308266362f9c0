package bench

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"central/fleet"
)

// The scripts, each with what it needs before it.
var (
	siteLibrary     = read("site.py")
	setConfig       = siteScript("set_config")
	dumpTables      = siteScript("dump_tables")
	restoreTables   = siteScript("restore_tables")
	digestScript    = siteScript("digest")
	skippedPatches  = siteScript("skipped_patches")
	preflightScript = siteScript("preflight")
	healthCheck     = askScript("health_check")
	installedApps   = siteScript("installed_apps")
	renameSite      = siteScript("rename_site")
	answering       = askScript("answering")
	moveSite        = shellScript("move_site")
	siteLocation    = shellScript("site_location")
	nginxMap        = nginxScript("nginx_map")
	nginxDomains    = nginxScript("nginx_domains")
	removeTree      = shellScript("remove_tree")
)

// siteScript is a Python script behind the library it uses.
func siteScript(name string) embedded {
	s := pythonScript(name)
	s.text = siteLibrary + "\n" + s.text
	return s
}

// askScript is a Python script that asks sites through the machine's own nginx.
func askScript(name string) embedded {
	s := siteScript(name)
	s.text = read("ask.py") + "\n" + s.text
	return s
}

// nginxScript loads scripts/NAME.sh, which changes nginx's entries in its turn.
func nginxScript(name string) embedded {
	s := shellScript(name)
	s.text = read("nginx_reload.sh") + "\n" + s.text
	return s
}

// SetMaintenanceMode puts a site in maintenance or takes it out. It answers changed=yes or changed=no.
//
// Frappe's own command does the same but writes site_config.json in place, which a full disk turns into an
// empty file, and takes a second.
func SetMaintenanceMode(s Site, on bool) Command {
	value, word := 0, "off"
	if on {
		value, word = 1, "on"
	}
	c := script(setConfig, s.revision.User(), "maintenance "+word+" for "+s.host, s.Dir())
	c.Stdin = mustJSON(map[string]any{"maintenance_mode": value})
	return c
}

// SetConfig changes keys of the site's configuration; a nil value removes its key. Values may be secrets. It answers
// changed=yes or changed=no.
func SetConfig(s Site, changes map[string]any) Command {
	c := script(setConfig, s.revision.User(), "configure "+s.host, s.Dir())
	c.Stdin = mustJSON(changes)
	return c
}

// DumpTables backs the site's tables up into BackupDir, once: a backup that is complete is never replaced. It
// answers dump=taken or dump=kept, bytes=N.
func DumpTables(s Site, action uint) Command {
	args := []string{s.Dir(), BackupDir(s, action)}
	if s.revision.looker() != User { // it is restored from a revision of Central's
		args = append(args, path.Join(home, "backups"))
	}
	return script(dumpTables, s.revision.looker(), "back up the tables of "+s.host, args...)
}

// RestoreTables takes the site's database back to the backup of DumpTables: only what the migration touched, or all
// of it. Tables that were not there before are dropped. It answers mode=, restored=, dropped= and seconds=, and
// may be repeated.
func RestoreTables(s Site, action uint, all bool) Command {
	mode := "touched"
	if all {
		mode = "all"
	}
	return script(restoreTables, User, "restore the tables of "+s.host, s.Dir(), BackupDir(s, action), mode)
}

// RemoveSiteDir deletes the site's directory in its revision: for a site whose creation failed.
func RemoveSiteDir(s Site) Command {
	return script(removeTree, User, "remove the directory of "+s.host, s.Dir())
}

// DumpDigest answers sha256=…, a fingerprint of every table, row and sequence of the site.
func DumpDigest(s Site) Command {
	return script(digestScript, s.revision.looker(), "fingerprint the tables of "+s.host, s.Dir())
}

// SkippedPatches answers with the patches that migrations have skipped on the site, which ParseSkippedPatches reads.
func SkippedPatches(s Site) Command {
	return script(skippedPatches, User, "list the skipped patches of "+s.host, s.Dir())
}

// SkippedPatch is a patch that a migration skipped because it failed.
type SkippedPatch struct {
	ID        string `json:"id"` // of its row in the site's Patch Log
	Patch     string `json:"patch"`
	Traceback string `json:"traceback"` // its last 16 KiB
}

// ParseSkippedPatches reads the answer to SkippedPatches, oldest first.
func ParseSkippedPatches(stdout []byte) ([]SkippedPatch, error) {
	var patches []SkippedPatch
	err := lastJSON(stdout, &patches)
	return patches, err
}

// MoveSite moves the site's directory to another revision on the same server, by one rename. It answers moved=yes, or
// moved=already when it is there; it fails when the site is in both revisions or in neither. Between revisions of different
// users, as when a site leaves an adopted bench, its files change hands with it.
func MoveSite(s Site, to Revision) Command {
	from := s.revision
	args := []string{s.Dir(), s.In(to).Dir()}
	user := User
	if from.User() != to.User() {
		user = ""
		args = append(args, from.User(), from.group(), to.User(), to.group())
	}
	return script(moveSite, user, fmt.Sprintf("move %s from %s to %s", s.host, from.name, to.name), args...)
}

// Renaming is a site that gets another host name in its revision.
type Renaming struct{ From, To Site }

// RenameSites gives sites of one revision other host names: their directories, and what names them elsewhere. It may be run again at
// any time. It answers a line for each To, of which ParseRefused reads those that could not be renamed. It errs with CodeInvalid
// when a site would change its revision.
func RenameSites(list ...Renaming) (Command, error) {
	args, words := []string{path.Join(home, "backups")}, make([]string, len(list))
	revision := list[0].From.revision
	for i, r := range list {
		if r.From.revision != revision || r.To.revision != revision {
			return Command{}, fleet.Errorf(fleet.CodeInvalid, "%s is renamed in %s, not in another revision", r.From.host, r.From.revision)
		}
		args, words[i] = append(args, r.From.Dir(), r.To.Dir()), r.From.host+" to "+r.To.host
	}
	return script(renameSite, revision.User(), "rename "+strings.Join(words, ", "), args...), nil
}

// SiteLocation answers with the revisions that hold the site, which ParseSiteLocation reads. Benches that were adopted on
// the server are named, for they may lie anywhere.
func SiteLocation(host string, adopted ...Revision) (Command, error) {
	if err := fleet.ValidSiteName(host); err != nil {
		return Command{}, err
	}
	args, user := []string{host}, User
	for _, r := range adopted {
		args, user = append(args, r.bench+"/"+r.name, r.Dir()), ""
	}
	return script(siteLocation, user, "look for "+host, args...), nil
}

// WriteNginxMap routes a host name to a revision's web port on its server: the entry is tried on a copy of all
// entries, put in place at once, and nginx reads it before the command ends.
func WriteNginxMap(host string, port int) (Command, error) {
	if err := fleet.ValidPort(port); err != nil {
		return Command{}, err
	}
	return nginxMaps(fmt.Sprintf("route %s to port %d", host, port), host, strconv.Itoa(port), "")
}

// RemoveNginxMap makes the server's nginx forget a host name.
func RemoveNginxMap(host string) (Command, error) {
	return nginxMaps("stop routing "+host, host, "", "")
}

// Swap is a host name that takes the place of another one on its server.
type Swap struct {
	Host      string
	Port      int // of the web processes of its revision
	Forgotten string
}

// SwapNginxMaps does as WriteNginxMap for many host names, and makes the server's nginx forget others at the same moment. It answers
// a line for each Host, of which ParseRefused reads those that nginx does not take; they do not keep the others from it.
func SwapNginxMaps(swaps ...Swap) (Command, error) {
	args, words := []string{}, make([]string, len(swaps))
	for i, s := range swaps {
		if err := errors.Join(fleet.ValidPort(s.Port), fleet.ValidSiteName(s.Forgotten)); err != nil {
			return Command{}, err
		}
		args = append(args, s.Host, strconv.Itoa(s.Port), s.Forgotten)
		words[i] = fmt.Sprintf("%s to port %d in place of %s", s.Host, s.Port, s.Forgotten)
	}
	return nginxMaps("route "+strings.Join(words, ", "), args...)
}

// nginxMaps is the command for triples of a name, the port that it leads to, and a name that is forgotten.
func nginxMaps(words string, triples ...string) (Command, error) {
	for i := 0; i < len(triples); i += 3 {
		if err := fleet.ValidSiteName(triples[i]); err != nil {
			return Command{}, err
		}
	}
	return script(nginxMap, "", words, triples...), nil
}

// WriteNginxDomains says which host names lead to a site on its server besides its own: exactly these. Like the route of a
// site, they are tried on a copy and read by nginx before the command ends.
func WriteNginxDomains(host string, domains ...string) (Command, error) {
	for _, name := range append([]string{host}, domains...) {
		if err := fleet.ValidSiteName(name); err != nil {
			return Command{}, err
		}
	}
	return script(nginxDomains, "", "tell nginx the domains of "+host, append([]string{host}, domains...)...), nil
}

// HealthCheck asks a site through its server's nginx until it answers with one of the statuses, for at most the given
// time. It answers status=, answered_in= and waited= (seconds), and ends with 1 when the time is over; a status of 0 says that
// nobody answered.
func HealthCheck(host string, within time.Duration, statuses ...int) (Command, error) {
	if err := fleet.ValidSiteName(host); err != nil {
		return Command{}, err
	}
	args := []string{host, strconv.FormatFloat(within.Seconds(), 'f', -1, 64)}
	for _, s := range statuses {
		if s < 100 || s > 599 {
			return Command{}, fleet.Errorf(fleet.CodeInvalid, "%d is no HTTP status", s)
		}
		args = append(args, strconv.Itoa(s))
	}
	if len(statuses) == 0 {
		return Command{}, fleet.Errorf(fleet.CodeInvalid, "a health check needs a status to wait for")
	}
	return script(healthCheck, User, "ask "+host+" for its health", args...), nil
}

// Answering asks many sites through their server's nginx until each has answered with 200, for at most the given time. It answers
// HOST=STATUS for each; a status of 0 says that nobody answered.
func Answering(within time.Duration, hosts ...string) (Command, error) {
	args := []string{strconv.FormatFloat(within.Seconds(), 'f', -1, 64)}
	for _, host := range hosts {
		if err := fleet.ValidSiteName(host); err != nil {
			return Command{}, err
		}
		args = append(args, host)
	}
	return script(answering, User, "ask "+strings.Join(hosts, ", "), args...), nil
}

// Preflight looks at everything a move of the site to another revision needs. ParsePreflight reads its answer.
func Preflight(s Site, to Revision) Command {
	return script(preflightScript, s.revision.looker(), "preflight of "+s.host, s.host, s.revision.Dir(), to.Dir(), to.Units())
}

// RemoveBackups deletes the backups that these actions took of a site, and no others.
func RemoveBackups(s Site, first uint, more ...uint) Command {
	dirs := []string{BackupDir(s, first)}
	for _, action := range more {
		dirs = append(dirs, BackupDir(s, action))
	}
	return script(removeTree, User, "remove backups of "+s.host, dirs...)
}
