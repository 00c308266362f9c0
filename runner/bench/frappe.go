package bench

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"

	"central/fleet"
)

// frappe is a command of Frappe's, run the way `bench` itself ends up running it, but without the two starts of
// Python that bench needs to find that out: they would count as downtime of a site.
func frappe(r Revision, name string, args ...string) Command {
	return Command{
		Name: name,
		Argv: append([]string{path.Join(r.Dir(), "env/bin/python"), "-m", "frappe.utils.bench_helper", "frappe"}, args...),
		Dir:  path.Join(r.Dir(), "sites"),
		User: r.User(),
		Env:  frappeEnvironment(r),
	}
}

// frappeEnvironment: progress must not wait in a buffer, and click refuses to work without a UTF-8 locale. Frappe calls node
// for some things that sites may ask for, such as the theme of a website; a revision may have one of its own.
func frappeEnvironment(r Revision) map[string]string {
	environment := map[string]string{"LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
	if !r.IsAdopted() {
		environment["PATH"] = path.Join(r.Dir(), "node/bin") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	}
	return environment
}

// secretArguments makes Frappe take its arguments from standard input, as JSON, so that the passwords among them are
// on no command line.
const secretArguments = "import json,runpy,sys; sys.argv[:]=json.load(sys.stdin); " +
	`runpy.run_module("frappe.utils.bench_helper",run_name="__main__",alter_sys=True)`

// secretFrappe is frappe with arguments that nobody on the server may see.
func secretFrappe(r Revision, name string, args ...string) Command {
	c := frappe(r, name)
	c.Argv = []string{c.Argv[0], "-c", secretArguments}
	c.Stdin = mustJSON(append([]string{"bench", "frappe"}, args...))
	return c
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // only for types that JSON has no form for
	}
	return text
}

// MigrateOptions change what Migrate does about patches that fail and about the search index.
type MigrateOptions struct {
	SkipFailing     bool // failing patches are skipped and logged; hooks, schema and fixtures still must not fail
	SkipSearchIndex bool // it is built after the site is up again; Frappe 12 does not know this
}

// Migrate brings the site's database to its revision's code. ParseMigrate reads what it writes.
func Migrate(s Site, o MigrateOptions) Command {
	args := []string{"--site", s.host, "migrate"}
	if o.SkipFailing {
		args = append(args, "--skip-failing")
	}
	if o.SkipSearchIndex {
		args = append(args, "--skip-search-index")
	}
	return frappe(s.revision, "migrate "+s.host, args...)
}

// ReadyForMigration ends with status 0 when the site has no background jobs, and with 1 while it has.
func ReadyForMigration(s Site) Command {
	return frappe(s.revision, "look for background jobs of "+s.host, "--site", s.host, "ready-for-migration")
}

// BuildSearchIndex builds the site's search index; it takes its time and needs no maintenance mode.
func BuildSearchIndex(s Site) Command {
	return frappe(s.revision, "build the search index of "+s.host, "--site", s.host, "build-search-index")
}

// ClearCache empties the site's cache, which after an undo may hold what the failed migration left.
func ClearCache(s Site) Command {
	return frappe(s.revision, "clear the cache of "+s.host, "--site", s.host, "clear-cache")
}

// InstallApp installs an app of the bench on the site.
func InstallApp(s Site, app string) (Command, error) {
	if err := fleet.ValidAppName(app); err != nil {
		return Command{}, err
	}
	return frappe(s.revision, "install "+app+" on "+s.host, "--site", s.host, "install-app", app), nil
}

// UninstallApp removes an app and its tables from the site, without a backup of Frappe's.
func UninstallApp(s Site, app string) (Command, error) {
	if err := fleet.ValidAppName(app); err != nil {
		return Command{}, err
	}
	return frappe(s.revision, "remove "+app+" from "+s.host, "--site", s.host, "uninstall-app", app, "--no-backup", "--yes", "--force"), nil
}

// Version answers with the apps of the revision as JSON, which ParseVersion reads.
func Version(r Revision) Command {
	return frappe(r, "list the versions of "+r.String(), "version", "--format", "json")
}

// AppVersion is one app of a revision as Frappe reports it.
type AppVersion struct {
	App     string `json:"app"`
	Version string `json:"version"`
	Branch  string `json:"branch"`
	Commit  string `json:"commit"` // shortened
}

// ParseVersion reads the answer to Version.
func ParseVersion(stdout []byte) ([]AppVersion, error) {
	var apps []AppVersion
	err := lastJSON(stdout, &apps)
	return apps, err
}

// SetScheduler enables, disables, pauses or resumes the site's scheduled jobs. It errs with CodeInvalid for any
// other word.
func SetScheduler(s Site, state string) (Command, error) {
	if !slices.Contains([]string{"enable", "disable", "pause", "resume"}, state) {
		return Command{}, fleet.Errorf(fleet.CodeInvalid, "the scheduler is enabled, disabled, paused or resumed, not %q", state)
	}
	return frappe(s.revision, state+" the scheduler of "+s.host, "--site", s.host, "scheduler", state), nil
}

// Account is a database account that may create one site's database and user; see CreateAccount.
type Account struct{ Name, Password string }

// NewSiteOptions are what a new site is made with.
type NewSiteOptions struct {
	AdminPassword string
	Apps          []string // besides frappe, in order
	Account       Account  // that creates database and user
	Database      string   // the host name that its database is named after; its own when empty
}

// NewSite creates the site, its database (DatabaseName) and its database user. It fails without cleaning up: then
// DropDatabase and RemoveSiteDir do. The user may log in from where the account does, the server itself: that is what
// every Frappe does by itself, while the option to say so has had two names. It errs with CodeInvalid for an app name
// or a password that cannot be given.
func NewSite(s Site, o NewSiteOptions) (Command, error) {
	if err := o.Account.check(); err != nil {
		return Command{}, err
	}
	if err := validSecret(o.AdminPassword); err != nil {
		return Command{}, err
	}
	args := []string{
		"new-site", s.host, "--db-name", DatabaseName(cmp.Or(o.Database, s.host)),
		"--mariadb-root-username", o.Account.Name, "--mariadb-root-password", o.Account.Password,
		"--admin-password", o.AdminPassword,
	}
	for _, app := range o.Apps {
		if err := fleet.ValidAppName(app); err != nil {
			return Command{}, err
		}
		if app != "frappe" {
			args = append(args, "--install-app", app)
		}
	}
	return secretFrappe(s.revision, "create "+s.host, args...), nil
}

// DropSite removes the site's database and user, and moves its directory to ArchiveDir. No backup is taken.
func DropSite(s Site, account Account) (Command, error) {
	if err := account.check(); err != nil {
		return Command{}, err
	}
	return secretFrappe(s.revision, "drop "+s.host, "drop-site", s.host, "--no-backup", "--force",
		"--archived-sites-path", ArchiveDir, "--root-login", account.Name, "--root-password", account.Password), nil
}
