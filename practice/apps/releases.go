package apps

import "time"

// Purposes of releases: what each one is there to rehearse.
const (
	PurposeInitial  = "initial"   // the first one; sites are created on it
	PurposeGood     = "good"      // a few quick patches
	PurposeSchema   = "schema"    // a change to large tables that takes seconds
	PurposeFailing  = "failing"   // a patch that fails on sites with an item that has no unit
	PurposeCodeOnly = "code-only" // nothing to migrate: a restart is enough
	PurposeFix      = "fix"       // what PurposeFailing should have been
)

// Release is one commit of a practice app.
type Release struct {
	Commit  string // full commit id, 40 hex digits
	Version string // the app's __version__, such as 1.2.0
	Subject string // first line of the commit message
	Purpose string // one of the Purpose constants
}

// release is what the source of a commit lacks: when and why it was made.
type release struct {
	version string
	at      time.Time
	subject string
	body    string
	purpose string
}

// app is one repository to build: a name that is also the folder of its sources, and its releases in order.
type app struct {
	name     string
	releases []release
}

// sources lists the apps in the order in which a bench installs them.
var sources = []app{
	{name: "frappe", releases: []release{
		{
			version: "1.0.0",
			at:      time.Date(2025, time.March, 3, 9, 14, 0, 0, time.UTC),
			subject: "Run sites, patches, jobs and a web application on a bench",
			body: "One MariaDB database and one directory per site. The bench command finds every\n" +
				"command in the group `frappe` of frappe.utils.bench_helper.",
			purpose: PurposeInitial,
		},
		{
			version: "1.1.0",
			at:      time.Date(2025, time.March, 12, 15, 42, 0, 0, time.UTC),
			subject: "Let notes be public",
			body:    "Notes get a check box. Those that exist stay visible to everyone.",
			purpose: PurposeGood,
		},
	}},
	{name: "shop", releases: []release{
		{
			version: "1.0.0",
			at:      time.Date(2025, time.March, 4, 10, 5, 0, 0, time.UTC),
			subject: "Keep items, customers and orders",
			body:    "A new site starts with 400 items, 250 customers and 20,000 orders.",
			purpose: PurposeInitial,
		},
		{
			version: "1.1.0",
			at:      time.Date(2025, time.March, 7, 16, 21, 0, 0, time.UTC),
			subject: "Write item codes in upper case",
			body: "Scanners send upper case only. Orders follow their items. Customers without a\n" +
				"territory are those who buy online: say so. Items get a description.",
			purpose: PurposeGood,
		},
		{
			version: "1.2.0",
			at:      time.Date(2025, time.March, 11, 11, 37, 0, 0, time.UTC),
			subject: "Give every order its amounts and lines",
			body: "Net amount, tax and total are kept with the order, rounded to cents, and what is\n" +
				"ordered moves to lines. Filling 20,000 orders takes some seconds per site.",
			purpose: PurposeSchema,
		},
		{
			version: "1.3.0",
			at:      time.Date(2025, time.March, 14, 17, 58, 0, 0, time.UTC),
			subject: "Sell items by unit and report stock by region",
			body: "The unit of an item becomes a column. Territories are called regions, remarks of\n" +
				"orders go, and a balance of each item is kept.",
			purpose: PurposeFailing,
		},
		{
			version: "1.4.0",
			at:      time.Date(2025, time.March, 18, 8, 49, 0, 0, time.UTC),
			subject: "Show the value of orders beside their number",
			body:    "Only the answer of order_totals changes. There is nothing to migrate.",
			purpose: PurposeCodeOnly,
		},
		{
			version: "1.5.0",
			at:      time.Date(2025, time.March, 20, 13, 26, 0, 0, time.UTC),
			subject: "Count items without a unit in pieces",
			body: "Loose goods from old imports have no unit among their attributes, and the patch\n" +
				"move_units_to_column stopped at the first of them with KeyError: 'uom'.",
			purpose: PurposeFix,
		},
	}},
}
