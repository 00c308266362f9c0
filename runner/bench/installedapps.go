package bench

import "central/fleet"

// InstalledApps answers with the apps that a site has, which ParseInstalledApps reads. Frappe's own list-apps is not asked: it
// reads what the last migration wrote down.
func InstalledApps(s Site) Command {
	return script(installedApps, s.revision.looker(), "list the apps of "+s.host, s.Dir())
}

// ParseInstalledApps reads the answer to InstalledApps. It errs with CodeCommandFailed for a site that has none: each has
// fleet.Framework.
func ParseInstalledApps(stdout []byte) ([]string, error) {
	apps := []string{}
	if err := lastJSON(stdout, &apps); err != nil {
		return nil, err
	}
	if len(apps) == 0 {
		return nil, fleet.Errorf(fleet.CodeCommandFailed, "The site's database does not say which apps it has.")
	}
	return apps, nil
}
