//go:build frappe

package frappe

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"central/e2e/stage"
)

// openDatabase makes the name of a site's database, and a login to it, known to what follows.
const openDatabase = `
	config=$(echo /home/frappe/benches/trial/*/sites/"$1"/site_config.json)
	read -r name password < <(python3 -c 'import json,sys; c=json.load(open(sys.argv[1])); print(c["db_name"], c["db_password"])' "$config")
	export MYSQL_PWD=$password
	login=(--no-defaults --host=127.0.0.1 --user="$name")
`

// migratedTo is the version that the last migration of a site wrote down.
const migratedTo = "mariadb \"${login[@]}\" --batch --skip-column-names --execute \"SELECT app_version FROM \\`tabInstalled Application\\` WHERE app_name = 'frappe'\" \"$name\""

// databaseState is a digest of every table of a site.
const databaseState = openDatabase + `
	mariadb "${login[@]}" --batch --skip-column-names --execute 'SHOW TABLES' "$name" | while IFS= read -r table; do
		printf '%s ' "$table"
		mariadb-dump "${login[@]}" --skip-dump-date --skip-comments --single-transaction --no-tablespaces "$name" "$table" | sha256sum
	done
`

// filesState is every file of a site with its mode, owner and digest, but for what is only of the moment, and the word that a
// migration leaves of the tables that it touched. Of its configuration it is what belongs to the site itself: where its
// database is differs from site to site.
const filesState = `
	cd /home/frappe/benches/trial/*/sites/"$1"
	find . -path ./locks -prune -o -path ./logs -prune -o -type d -printf '%P/ %m %u -\n' -o -name site_config.json -o -name touched_tables.json -o -type f -printf '%P %m %u ' -exec sha256sum {} \; | sed 's/ [^ ]*$//' | sort
	python3 -c 'import json; c = json.load(open("site_config.json")); print(sorted((k, v) for k, v in c.items() if not k.startswith("db_") and k != "maintenance_mode"))'
`

// state is all that a site holds.
type state struct{ tables, files string }

// state lets the framework's scheduler rest first, which writes into sites of its own accord: what changes from here on is
// Central's doing or the test's.
func (s *host) state(site string) state {
	s.T.Helper()
	s.SSH(`systemctl stop 'central-trial-*-schedule.service'`)
	stage.Eventually(s.T, "no job of "+site+" is left", func() bool { return s.idle(site) })
	return state{tables: s.SSH(databaseState, site), files: s.SSH(filesState, site)}
}

// idle says whether no job of a site waits or runs.
func (s *host) idle(site string) bool {
	s.T.Helper()
	return s.SSH(`cd /home/frappe/benches/trial/*/sites/"$1"/..
runuser -u frappe -- ../env/bin/python -m frappe.utils.bench_helper frappe --site "$1" ready-for-migration >/dev/null && echo idle || true`, site) == "idle"
}

// same holds that a site has the tables and files of before.
func same(t *testing.T, what string, before, after state) {
	t.Helper()
	if diff := cmp.Diff(before.tables, after.tables); diff != "" {
		t.Errorf("%s has other tables (-before +after):\n%s", what, diff)
	}
	if diff := cmp.Diff(before.files, after.files); diff != "" {
		t.Errorf("%s has other files (-before +after):\n%s", what, diff)
	}
}
