package fleet

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// ViewPage is a list of the dashboard that views can be kept of.
type ViewPage string

// ViewSites is the list of sites.
const ViewSites ViewPage = "SITES"

// SavedView is how one person likes to look at a list, under a name.
type SavedView struct {
	ID        uint
	UserID    uint
	Page      ViewPage
	Name      string
	Search    string // the query of the list's address, without its question mark
	CreatedAt time.Time
}

// SaveView is the input of Store.SaveView.
type SaveView struct {
	Page   ViewPage
	Name   string
	Search string
}

// Validate checks the input's form and trims the name. It errs with CodeInvalid and the field.
func (v *SaveView) Validate() error {
	v.Name = strings.TrimSpace(v.Name)
	if v.Page != ViewSites {
		return FieldErrorf(CodeInvalid, "input.page", "Views are kept of SITES.")
	}
	if v.Name == "" || utf8.RuneCountInString(v.Name) > 60 {
		return FieldErrorf(CodeInvalid, "input.name", "A view is called something, in at most 60 characters.")
	}
	if _, err := url.ParseQuery(v.Search); err != nil || len(v.Search) > 2000 {
		return FieldErrorf(CodeInvalid, "input.search", "The search is the query of an address, in at most 2,000 characters.")
	}
	return nil
}
