//go:build frappe

package frappe

import (
	"net/http"

	"central/e2e/stage"
	"central/fleet"
)

// restores backs a site up and brings it back: over what was changed in it since, and as another site. Each time its tables
// and its files are what they were.
func (s *host) restores(site fleet.Site) {
	s.T.Helper()
	s.writes(site.Name, "first")
	before := s.state(site.Name)
	backup, action, err := s.Store.BackUpSite(s.T.Context(), stage.Admin, site.ID)
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	same(s.T, "a site that was backed up", before, s.state(site.Name))

	s.writes(site.Name, "second")
	if changed := s.state(site.Name); changed.tables == before.tables || changed.files == before.files {
		s.T.Error("nothing has changed in the site")
	}
	s.restored(fleet.RestoreInput{BackupID: backup.ID, SiteID: &site.ID})
	same(s.T, "a restored site", before, s.state(site.Name))
	s.serves(site.Name, s.history.from)

	name := copied
	there := s.restored(fleet.RestoreInput{BackupID: backup.ID, NewName: &name, BenchID: &site.BenchID})
	same(s.T, "a copy", before, s.state(there.Name))
	s.serves(there.Name, s.history.from)
	s.signsIn(there)
	s.archived(there)
}

// archives takes a site away and brings it back as it was.
func (s *host) archives(site fleet.Site) {
	s.T.Helper()
	before := s.state(site.Name)
	s.archived(site)
	backups, err := s.Store.BackupsOfSite(s.T.Context(), site.ID, false)
	stage.Must(s.T, err)
	if backups[0].Kind != fleet.BackupFinal || backups[0].State != fleet.BackupComplete {
		s.T.Fatalf("its last backup is %+v", backups[0])
	}
	s.restored(fleet.RestoreInput{BackupID: backups[0].ID, SiteID: &site.ID})
	same(s.T, "a site that was brought back", before, s.state(site.Name))
}

func (s *host) restored(in fleet.RestoreInput) fleet.Site {
	s.T.Helper()
	site, action, err := s.Store.RestoreBackup(s.T.Context(), stage.Admin, in)
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	s.answers(site.Name, http.StatusOK)
	return site
}

// archived holds that nothing of an archived site is left on its server, and that nobody is sent there.
func (s *host) archived(site fleet.Site) {
	s.T.Helper()
	database := s.SSH(openDatabase+`echo "$name"`, site.Name)
	_, action, err := s.Store.ArchiveSite(s.T.Context(), stage.Admin, site.ID, site.Name)
	stage.Must(s.T, err)
	s.Ends(action, fleet.ActionSucceeded)
	s.answers(site.Name, http.StatusNotFound)
	if left := s.SSH(`ls -d /home/frappe/benches/*/*/sites/"$1" /var/lib/mysql/"$2" 2>/dev/null || true; mariadb --batch --skip-column-names --execute "SELECT user FROM mysql.user WHERE user = '$2'"`, site.Name, database); left != "" {
		s.T.Errorf("of %s is left: %s", site.Name, left)
	}
}

// writes adds a row and a file to a site, and changes a row and a file that others know of.
func (s *host) writes(site, text string) {
	s.T.Helper()
	s.command(site, "execute", "frappe.client.insert", "--kwargs", `{"doc": {"doctype": "ToDo", "description": "`+text+` — für später"}}`)
	s.command(site, "execute", "frappe.client.set_value", "--kwargs", `{"doctype": "User", "name": "Guest", "fieldname": "bio", "value": "`+text+`"}`)
	s.SSH(`cd /home/frappe/benches/trial/*/sites/"$1"
runuser -u frappe -- sh -euc 'echo "$1" >private/files/ü.txt; echo "$1" >"public/files/$1 picture.svg"' write "$2"`, site, text)
}
