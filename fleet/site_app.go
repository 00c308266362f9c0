package fleet

import (
	"slices"
	"strings"
)

// SiteAppInput is the input of the methods that install an app on a site and remove one.
type SiteAppInput struct {
	SiteID      uint
	App         string
	ConfirmName string // the site's name, for a removal
}

// SiteApp is an app that a site has or may have.
type SiteApp struct {
	App       string
	Installed bool
	First     bool // the framework itself, which is never removed
}

// AppTable is a table that would go with an app.
type AppTable struct {
	Name  string `json:"name"`
	Rows  int    `json:"rows"`  // about so many
	Bytes int64  `json:"bytes"` // of rows and indexes
}

// CheckChangeable says whether something of a site can be changed on its server. It errs with CodeNotReady.
func CheckChangeable(site Site, revision Revision) error {
	switch {
	case site.Status != SiteActive:
		return FieldErrorf(CodeNotReady, "input.siteId", "%s is %s; only an ACTIVE site can be changed.", site.Name, site.Status)
	case revision.Adopted():
		return FieldErrorf(CodeNotReady, "input.siteId", "%s lives on a bench that was made by hand; deploy it to a revision of Central's first.", site.Name)
	}
	return nil
}

// CheckAppChange says whether an app can be installed on a site or removed from it, as far as that is on record.
func CheckAppChange(site Site, revision Revision, kind ActionKind, in SiteAppInput) error {
	names := make([]string, len(revision.Apps))
	for i, app := range revision.Apps {
		names[i] = app.App
	}
	if kind == ActionInstallApp {
		if !slices.Contains(names, in.App) {
			return FieldErrorf(CodeInvalid, "input.app", "The bench of %s has no app %s; it has %s. Put the app on the bench first.", site.Name, in.App, strings.Join(names, ", "))
		}
		return nil
	}
	switch {
	case len(names) > 0 && in.App == names[0]:
		return FieldErrorf(CodeInvalid, "input.app", "%s is what all other apps stand on; a site without it is none.", in.App)
	case in.ConfirmName != site.Name:
		return FieldErrorf(CodeInvalid, "input.confirmName", "Type %s to remove the app and its tables.", site.Name)
	}
	return nil
}
