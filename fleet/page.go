package fleet

// Page asks for a part of a list.
type Page struct {
	First int    // how many at most
	After string // cursor of the last one seen; empty for the beginning
}

// Within errs with CodeInvalid unless First is between 1 and limit.
func (p Page) Within(limit int) error {
	if p.First < 1 || p.First > limit {
		return FieldErrorf(CodeInvalid, "first", "Ask for 1 to %d at a time.", limit)
	}
	return nil
}

// PageInfo says where a page ends.
type PageInfo struct {
	EndCursor   *string // nil on an empty page
	HasNextPage bool
}

// SiteConnection is a page of sites.
type SiteConnection struct {
	Nodes      []Site
	TotalCount int
	PageInfo   PageInfo
}

// DeployConnection is a page of deploys.
type DeployConnection struct {
	Nodes      []Deploy
	TotalCount int
	PageInfo   PageInfo
}

// ActionConnection is a page of actions.
type ActionConnection struct {
	Nodes      []Action
	TotalCount int
	PageInfo   PageInfo
}

// AuditConnection is a page of the audit log.
type AuditConnection struct {
	Nodes      []AuditEntry
	TotalCount int
	PageInfo   PageInfo
}

// ActionFilter narrows a list of actions; the zero value matches all.
type ActionFilter struct {
	Statuses  []ActionStatus
	Kinds     []ActionKind
	ServerID  *uint
	SiteID    *uint
	BenchID   *uint
	RootsOnly bool // only actions that are not part of another
}

// SiteOrderBy is the order of a list of sites.
type SiteOrderBy struct {
	Field      SiteOrder
	Descending bool
}
