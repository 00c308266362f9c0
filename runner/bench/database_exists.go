package bench

import (
	"fmt"

	"central/fleet"
)

// DatabaseExists answers with one line, the number of databases with the name that the site's would have: 0
// or 1. It errs with CodeInvalid for a name that may not reach a command.
func DatabaseExists(host string) (Command, error) {
	if err := fleet.ValidSiteName(host); err != nil {
		return Command{}, err
	}
	command := sql("look for the database of "+host,
		fmt.Sprintf("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '%s'", DatabaseName(host)))
	command.Argv = append(command.Argv, "--skip-column-names")
	return command, nil
}
