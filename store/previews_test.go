package store_test

import (
	"testing"

	"central/fleet"
)

// previewed has the set-up of a server previewed, and returns the action.
func (w *world) previewed(server fleet.Server) *uint {
	w.t.Helper()
	_, action, err := w.ActOnServer(w.t.Context(), operator, fleet.ServerActionInput{ServerID: server.ID, Kind: fleet.ActionPreviewServer})
	w.must(err)
	w.work()
	return &action.ID
}

// previewedPair has the set-up of a pair previewed, and returns the action.
func (w *world) previewedPair(pair fleet.Pair) *uint {
	w.t.Helper()
	_, action, err := w.PreviewPair(w.t.Context(), operator, pair.ID)
	w.must(err)
	w.audited(operator, "previewPair", pair.Name, &action.ID)
	w.work()
	return &action.ID
}

// A server that is set up is set up again only by somebody who has looked at what that changes.
func TestStore_SetUpServerAfterAPreview(t *testing.T) {
	w := newEmptyWorld(t)
	server, other := w.server("m-1", fleet.RoleMaster), w.server("m-2", fleet.RoleMaster)
	setUp := func(preview *uint) error {
		_, _, err := w.SetUpServer(t.Context(), admin, server.ID, preview)
		return err
	}
	planned := func() *fleet.Action {
		plan, err := w.ServerActionPlan(t.Context(), viewer, fleet.ServerActionInput{ServerID: server.ID, Kind: fleet.ActionSetUpServer})
		w.must(err)
		want(t, "needs a preview", plan.NeedsPreview, true)
		return plan.Preview
	}
	unknown, preview := uint(99999), w.previewed(other)
	w.refuses(fleet.CodeInvalid, "input.previewId", func() error { return setUp(nil) })
	w.refuses(fleet.CodeNotFound, "input.previewId", func() error { return setUp(&unknown) })
	w.refuses(fleet.CodeInvalid, "input.previewId", func() error { return setUp(preview) })
	want(t, "a preview to go by", planned(), nil)

	preview = w.previewed(server)
	mustDB(t, w.Store, "UPDATE actions SET finished_at = finished_at - INTERVAL 61 MINUTE WHERE id = ?", *preview)
	w.refuses(fleet.CodeNotReady, "input.previewId", func() error { return setUp(preview) })
	want(t, "a preview to go by", planned(), nil)

	preview = w.previewed(server)
	want(t, "the preview to go by", planned().ID, *preview)
	_, action, err := w.SetUpServer(t.Context(), admin, server.ID, preview)
	w.must(err)
	entry := w.audited(admin, "setUpServer", "m-1", &action.ID)
	want(t, "input", entry.Input, map[string]any{"serverId": float64(server.ID), "previewId": float64(*preview)})
	w.workWith(failing(fleet.ActionSetUpServer, "No room."))
	w.must(setUp(nil)) // what failed goes on
	w.work()
	w.refuses(fleet.CodeNotReady, "input.previewId", func() error { return setUp(preview) }) // it shows what was before
}

func TestStore_SetUpPairAfterAPreview(t *testing.T) {
	w := newEmptyWorld(t)
	pair := w.pair("one")
	master, err := w.Server(t.Context(), pair.MasterID)
	w.must(err)
	setUp := func(preview *uint) error { _, _, err := w.SetUpPair(t.Context(), admin, pair.ID, preview); return err }
	w.refuses(fleet.CodeInvalid, "input.previewId", func() error { return setUp(nil) })
	ofMaster := w.previewed(master)
	w.refuses(fleet.CodeInvalid, "input.previewId", func() error { return setUp(ofMaster) })

	preview := w.previewedPair(pair)
	plan, err := w.PairActionPlan(t.Context(), viewer, fleet.PairActionInput{PairID: pair.ID, Kind: fleet.ActionSetUpPair})
	w.must(err)
	if !plan.NeedsPreview || plan.Preview == nil || plan.Preview.ID != *preview {
		t.Errorf("planned as %+v", plan)
	}
	w.must(setUp(preview))
	w.refuses(fleet.CodeConflict, "input.pairId", func() error { _, _, err := w.PreviewPair(t.Context(), operator, pair.ID); return err })
	w.workWith(failing(fleet.ActionSetUpPair, "The line was cut."))
	w.must(setUp(nil))
	w.work()
	w.refuses(fleet.CodeNotReady, "input.previewId", func() error { return setUp(preview) })

	// A server that has to be set up itself has nothing to put back.
	_, err = w.PinHostKey(t.Context(), admin, pair.SlaveID, "ssh-ed25519 BBBB")
	w.must(err)
	w.must(setUp(nil))

	w.refuses(fleet.CodeNotFound, "input.pairId", func() error { _, _, err := w.PreviewPair(t.Context(), operator, 99); return err })
	w.refuses(fleet.CodeInvalid, "input.kind", func() error {
		_, err := w.PairActionPlan(t.Context(), viewer, fleet.PairActionInput{PairID: pair.ID, Kind: fleet.ActionMoveSite})
		return err
	})
}

func TestStore_PreviewPairAfterFailover(t *testing.T) {
	w := newEmptyWorld(t)
	pair := w.pair("one")
	mustDB(t, w.Store, "UPDATE pairs SET status = 'FAILED_OVER' WHERE id = ?", pair.ID)
	w.refuses(fleet.CodeNotReady, "input.pairId", func() error { _, _, err := w.PreviewPair(t.Context(), operator, pair.ID); return err })
}
