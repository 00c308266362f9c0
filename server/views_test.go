package server_test

import (
	"strings"
	"testing"

	"central/fleet"
)

// A view is one person's: others neither see it nor can remove it.
func TestSavedViews_OverTheAPI(t *testing.T) {
	c := newCentral(t)
	ann, bob := c.person("ann", fleet.RoleViewer), c.person("bob", fleet.RoleAdmin)
	const mine = `{ savedViews(page: SITES) { name search } }`
	input := vars{"page": "SITES", "name": " Old ", "search": "search=shop&status=ACTIVE"}
	ann.call("saveView", input, "view { id }")
	saved := ann.call("saveView", merged(input, vars{"name": "Old", "search": "search=crm"}), "view { id name }")
	wantJSON(t, "over one of the same name", ann.must(mine, nil), `{"savedViews": [{"name": "Old", "search": "search=crm"}]}`)
	wantJSON(t, "somebody else's", bob.must(mine, nil), `{"savedViews": []}`)
	for field, change := range map[string]vars{
		"input.name": {"name": strings.Repeat("x", 61)}, "input.search": {"search": "a=%zz"},
	} {
		ann.refuses(t, fleet.CodeInvalid, field, "saveView", merged(input, change))
	}
	view := vars{"viewId": at(saved, "view", "id")}
	bob.refuses(t, fleet.CodeNotFound, "input.viewId", "removeView", view)
	ann.call("removeView", view, "viewId")
	wantJSON(t, "removed", ann.must(mine, nil), `{"savedViews": []}`)
	ann.refuses(t, fleet.CodeNotFound, "input.viewId", "removeView", view)
}
