// Package apps makes the git repositories of the practice apps: frappe, a small framework with the entry
// points that the real bench command uses, and shop, an app on it whose releases are made to be deployed,
// to take their time and to fail.
//
// The sources lie beside this file, one folder for each release: the first holds the whole app, the later
// ones only the files that differ. Built twice, on any machine, the repositories have the same commits.
package apps
