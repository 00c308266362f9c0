package store_test

import (
	"strings"
	"testing"

	"central/fleet"
)

func TestStore_SavedViews(t *testing.T) {
	view := fleet.SaveView{Page: fleet.ViewSites, Name: " Broken ", Search: "status=%5B%22BROKEN%22%5D"}
	names := func(w *world, actor fleet.Actor) map[string]string {
		w.t.Helper()
		views, err := w.SavedViews(w.t.Context(), actor, fleet.ViewSites)
		w.must(err)
		found := map[string]string{}
		for _, view := range views {
			found[view.Name] = view.Search
		}
		return found
	}

	t.Run("OK", func(t *testing.T) {
		w := newEmptyWorld(t)
		first, err := w.SaveView(t.Context(), viewer, view)
		w.must(err)
		w.audited(viewer, "saveView", "Broken", nil)
		want(t, "views", names(w, viewer), map[string]string{"Broken": view.Search})
		want(t, "somebody else's", names(w, admin), map[string]string{})

		again, err := w.SaveView(t.Context(), viewer, fleet.SaveView{Page: fleet.ViewSites, Name: "Broken", Search: "q=x"})
		w.must(err)
		want(t, "the same one", again.ID, first.ID)
		want(t, "views", names(w, viewer), map[string]string{"Broken": "q=x"})

		w.refuses(fleet.CodeNotFound, "input.viewId", func() error { return w.RemoveView(t.Context(), admin, first.ID) })
		w.must(w.RemoveView(t.Context(), viewer, first.ID))
		want(t, "views", names(w, viewer), map[string]string{})
	})

	for name, bad := range map[string]fleet.SaveView{
		"input.page":   {Page: "SERVERS", Name: "x"},
		"input.name":   {Page: fleet.ViewSites, Name: strings.Repeat("x", 61)},
		"input.search": {Page: fleet.ViewSites, Name: "x", Search: "q=%zz"},
	} {
		t.Run("ErrInvalid "+name, func(t *testing.T) {
			w := newEmptyWorld(t)
			w.refuses(fleet.CodeInvalid, name, func() error { _, err := w.SaveView(t.Context(), viewer, bad); return err })
		})
	}
}
