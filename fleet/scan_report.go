package fleet

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ScanReport is what a scan found, judged by what Central knows now.
type ScanReport struct {
	Benches []ScanBench
	Notes   []ScanNote // about the server as a whole
}

// ScanNote is something odd about what was found. What is BLOCKING cannot be adopted as it is.
type ScanNote struct {
	Severity PlanSeverity
	Message  string
}

// ScanBench is a bench that was found.
type ScanBench struct {
	FoundBench
	Name    string // that it has in Central, or could have
	Adopted bool   // it is on record already; more of its sites may be adopted
	Apps    []ScanApp
	Sites   []ScanSite
	Notes   []ScanNote
}

// AppStanding is what Central knows of an app of a bench that was found.
type AppStanding string

// The standings of an app.
const (
	AppReleased        AppStanding = "RELEASED"         // the commit is a release of an app of Central's
	AppLocal           AppStanding = "LOCAL"            // the app's repository does not have the commit
	AppUnknown         AppStanding = "UNKNOWN"          // Central has no app with this repository
	AppOtherRepository AppStanding = "OTHER_REPOSITORY" // Central's app of this name has another repository
	AppNoRepository    AppStanding = "NO_REPOSITORY"    // it is under no version control, or has no remote
)

// ScanApp is an app of a bench that was found.
type ScanApp struct {
	FoundApp
	Standing AppStanding
	Address  string // of its repository, as Central writes it
	Notes    []ScanNote
}

// ScanSite is a site of a bench that was found.
type ScanSite struct {
	FoundSite
	Known bool // Central has a site of this name
	Notes []ScanNote
}

// ScanFacts is all that JudgeScan has to know of the fleet.
type ScanFacts struct {
	Apps     []App
	Released map[string]map[string]Release // by app and commit: the releases among the commits found
	Sites    map[string]bool               // which of the names found Central has living sites of
	Benches  map[string]bool               // every name that is taken
	Adopted  map[string]string             // names of the benches adopted on this server, by path
}

// JudgeScan says what stands in the way of adopting what was found, and what is worth knowing. It is pure.
func JudgeScan(found ScanFound, facts ScanFacts) ScanReport {
	report := ScanReport{Benches: []ScanBench{}, Notes: judgeServer(found)}
	taken := map[string]bool{}
	for name := range facts.Benches {
		taken[name] = true
	}
	for _, bench := range found.Benches {
		report.Benches = append(report.Benches, judgeBench(bench, found.Web, facts, taken))
	}
	return report
}

func blocking(format string, args ...any) ScanNote {
	return ScanNote{PlanBlocking, fmt.Sprintf(format, args...)}
}

func warning(format string, args ...any) ScanNote {
	return ScanNote{PlanWarning, fmt.Sprintf(format, args...)}
}

func judgeServer(found ScanFound) []ScanNote {
	notes := []ScanNote{}
	switch {
	case !found.Web.Installed:
		notes = append(notes, blocking("There is no nginx: Central routes through the nginx that is there. Set it up for the benches first (bench setup nginx)."))
	case !found.Web.Works:
		notes = append(notes, blocking("The settings of nginx have an error, so they can be neither read nor loaded again: see nginx -t on the server."))
	case !found.Web.DefaultChosen && len(found.Benches) > 0:
		notes = append(notes, warning("No server block of nginx is the default on port 80. From the adoption on, a request for a host name that nginx has no block for gets Central's “no such site” in place of the first block's answer."))
	}
	if len(found.Web.Addresses) > 0 {
		notes = append(notes, blocking("nginx listens on port 80 of single addresses (%s), where a block of Central's could not take a site over: let it listen on port 80 alone.", strings.Join(found.Web.Addresses, ", ")))
	}
	if !found.DatabaseTools {
		notes = append(notes, blocking("The commands mariadb and mariadb-dump are missing: sites could not be backed up. MariaDB 10.5 or later has them."))
	}
	if !found.DatabaseRoot {
		notes = append(notes, warning("Root of the machine cannot log in to MariaDB without a password. Sites can be adopted and deployed; for new sites allow it: ALTER USER root@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('…')."))
	}
	if !found.RedisFound && len(found.Benches) > 0 {
		notes = append(notes, blocking("There is no /usr/bin/redis-server, which the processes of a new revision need."))
	}
	return notes
}

// benchPath is where an adopted bench may lie: a plain absolute path.
var benchPath = regexp.MustCompile(`\A(/[A-Za-z0-9_][A-Za-z0-9._-]*){2,12}\z`)

// ValidBenchPath accepts the directory of a bench made by hand: absolute, at least two levels deep, each of letters, digits,
// dots, dashes and underscores, and not where Central's own revisions lie. It errs with CodeInvalid.
func ValidBenchPath(path string) error {
	if len(path) > 300 || !benchPath.MatchString(path) || strings.HasPrefix(path+"/", "/home/frappe/benches/") {
		return Errorf(CodeInvalid, "%s is no directory that a bench can be adopted from: use a plain absolute path outside of /home/frappe/benches", quoted(path))
	}
	return nil
}

func judgeBench(found FoundBench, web FoundWebServer, facts ScanFacts, taken map[string]bool) ScanBench {
	bench := ScanBench{FoundBench: found, Apps: []ScanApp{}, Sites: []ScanSite{}, Notes: []ScanNote{}}
	add := func(notes ...ScanNote) { bench.Notes = append(bench.Notes, notes...) }
	bench.Name, bench.Adopted = facts.Adopted[found.Path], facts.Adopted[found.Path] != ""
	if !bench.Adopted {
		bench.Name = suggestedName(found.Path, taken)
		taken[bench.Name] = true
	}
	if ValidBenchPath(found.Path) != nil {
		add(blocking("Central cannot work with this path: use letters, digits, dots, dashes and underscores."))
	}
	if found.Path == "/opt/frappe-bench" {
		add(blocking("Central keeps its own bench command in /opt/frappe-bench."))
	}
	if ValidLogin(found.Owner) != nil || ValidLogin(found.Group) != nil {
		add(blocking("It belongs to no user or group whose name Central can use (%s:%s).", found.Owner, found.Group))
	}
	if found.Owner == "root" {
		add(warning("It belongs to root. Sites that are moved out of it belong to frappe from then on."))
	}
	if !found.SameDisk {
		add(blocking("It is on another file system than /home/frappe, so a site's files cannot be moved to a new revision by one rename."))
	}
	if len(found.Apps) == 0 || found.Apps[0].App != Framework {
		add(blocking("Its sites/apps.txt does not name %s.", Framework))
	}
	switch {
	case found.Python == "":
		add(warning("Its version of Python could not be told; new revisions use the system's python3."))
	case !found.PythonFound:
		add(warning("The server has no command %s; new revisions use the system's python3.", found.Python))
	}
	if len(found.Settings) > 0 {
		add(warning("Its common_site_config.json has settings that new revisions do not have: %s. Put those that a site needs into its own site_config.json before it is deployed.", strings.Join(found.Settings, ", ")))
	}
	if len(found.Processes) == 0 {
		add(warning("None of its processes runs."))
	}
	for _, app := range found.Apps {
		bench.Apps = append(bench.Apps, judgeApp(app, facts))
	}
	for _, site := range found.Sites {
		bench.Sites = append(bench.Sites, judgeSite(site, found, web, facts))
	}
	return bench
}

// suggestedName makes a bench's name of its directory's: "frappe-bench", or "frappe-bench-2" when that is taken.
func suggestedName(path string, taken map[string]bool) string {
	name := strings.ToLower(path[strings.LastIndex(path, "/")+1:])
	name = strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(name, "-"), "-0123456789")
	if name = name[:min(len(name), 28)]; name == "" {
		name = "bench"
	}
	for n, first := 2, name; taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", first, n)
	}
	return name
}

func judgeApp(found FoundApp, facts ScanFacts) ScanApp {
	app := ScanApp{FoundApp: found, Address: RepositoryAddress(found.Remote), Notes: []ScanNote{}}
	add := func(note ScanNote) { app.Notes = append(app.Notes, note) }
	named := slices.IndexFunc(facts.Apps, func(a App) bool { return a.Name == found.App })
	_, released := facts.Released[found.App][found.Commit]
	switch {
	case found.Commit == "" || found.Remote == "":
		app.Standing = AppNoRepository
		add(blocking("%s is not a git repository with a remote, so Central cannot build it. Push it somewhere and clone it from there.", found.App))
	case named < 0:
		app.Standing = AppUnknown
		if err := ValidRepository(app.Address); err != nil {
			add(blocking("Central has no app %s, and cannot read its repository at %s: it needs an https, ssh or git address.", found.App, found.Remote))
		} else {
			add(blocking("Central has no app %s: add it with the address %s.", found.App, app.Address))
		}
	case !SameRepository(facts.Apps[named].Repository, found.Remote):
		app.Standing = AppOtherRepository
		add(blocking("Central's app %s has the repository %s, this one has %s. Of two apps with one name only one can be Central's.", found.App, facts.Apps[named].Repository, found.Remote))
	case !released:
		app.Standing = AppLocal
		add(warning("Local commit: %s is not known from %s. The bench may be adopted; a deploy then has to choose a release of %s. Push the commit and look again to keep it.", ShortCommit(found.Commit), facts.Apps[named].Repository, found.App))
	default:
		app.Standing = AppReleased
	}
	if found.ChangedFiles > 0 {
		add(warning("%s of %s changed without a commit. New revisions do not have these changes.", plural(found.ChangedFiles, "file", "files"), found.App))
	}
	if found.SecretInRemote {
		add(warning("The address of %s on the server holds a password or token. Central leaves it out.", found.App))
	}
	return app
}

func judgeSite(found FoundSite, bench FoundBench, web FoundWebServer, facts ScanFacts) ScanSite {
	site := ScanSite{FoundSite: found, Known: facts.Sites[found.Name], Notes: []ScanNote{}}
	add := func(note ScanNote) { site.Notes = append(site.Notes, note) }
	if ValidSiteName(found.Name) != nil {
		add(blocking("It has no host name for a name, by which proxies could route it. Rename it first (bench rename-site, or setup add-domain)."))
	}
	if site.Known && facts.Adopted[bench.Path] == "" {
		add(blocking("Central has a site of this name already."))
	}
	if found.Link {
		add(blocking("Its directory is a symbolic link: adopt the site that it stands for."))
	}
	switch {
	case found.Database == "":
		add(blocking("Its site_config.json names no database."))
	case found.DatabaseType != "mariadb":
		add(blocking("Its database is %s; Central backs up and restores MariaDB only.", found.DatabaseType))
	case !found.databaseIsLocal():
		add(blocking("Its database is on %s, not on this server.", found.DatabaseHost))
	case !found.DatabaseFound:
		add(blocking("Its database %s does not answer to the password in its site_config.json, or is empty.", found.Database))
	}
	switch {
	case found.Status >= 300 && found.Status < 400:
		add(blocking("Port 80 sends its visitors to %s. Central's proxies end TLS and ask on port 80: let nginx serve the site there too.", found.Redirect))
	case found.Maintenance:
		add(warning("It is in maintenance. A deploy would end that."))
	case found.Status == 0:
		add(blocking("It gives no answer on port 80 of the server."))
	case found.Status != 200:
		add(blocking("It answers %d on port 80 of the server.", found.Status))
	case web.Works && !web.knows(found.Name):
		add(blocking("nginx serves it only because no server block is better: name it in its server_name (bench setup nginx)."))
	}
	if slices.Contains(web.TLSNames, found.Name) {
		add(warning("nginx on this server ends TLS for it. Send its visitors through the proxies before it is deployed: the old block no longer finds a site that has moved."))
	}
	if len(found.OtherNames) > 0 {
		add(warning("It also answers to %s, which Central does not route: after a deploy these names no longer lead to it.", strings.Join(found.OtherNames, ", ")))
	}
	for _, app := range found.Apps {
		if !slices.ContainsFunc(bench.Apps, func(a FoundApp) bool { return a.App == app }) {
			add(warning("%s is installed on it, but its bench does not have that app.", app))
		}
	}
	return site
}

// knows says whether a server block on port 80 is there for this name; of regular expressions it cannot tell.
func (w *FoundWebServer) knows(name string) bool {
	return slices.ContainsFunc(w.Names, func(n string) bool {
		return n == name || strings.HasPrefix(n, "~") || strings.HasPrefix(n, "*.") && strings.HasSuffix(name, n[1:]) ||
			strings.HasPrefix(n, ".") && strings.HasSuffix("."+name, n)
	})
}

// blocks is the first blocking note as a sentence, empty when there is none.
func blocks(notes []ScanNote) string {
	for _, note := range notes {
		if note.Severity == PlanBlocking {
			return note.Message
		}
	}
	return ""
}
