package bench

import "central/fleet"

// AppTables answers with the tables that would go with an app, which ParseAppTables reads. It changes nothing, and errs with
// CodeInvalid for what is no app.
func AppTables(s Site, app string) (Command, error) {
	if err := fleet.ValidAppName(app); err != nil {
		return Command{}, err
	}
	return script(appTables, s.revision.User(), "look what would go with "+app+" of "+s.host, s.Dir(), s.revision.Dir(), app), nil
}

// ParseAppTables reads the answer to AppTables.
func ParseAppTables(stdout []byte) ([]fleet.AppTable, error) {
	tables := []fleet.AppTable{}
	err := lastJSON(stdout, &tables)
	return tables, err
}
