package store_test

import (
	"fmt"
	"testing"
	"time"

	"central/fleet"
	"central/store"
)

// samples looks at every server now and finds what a server is like, by its name; what has none is well.
func (w *world) samples(found map[string]*fleet.ServerSample) {
	w.t.Helper()
	w.watched()
	claims, err := w.ClaimSamples(w.t.Context(), 100, sampleEvery)
	w.must(err)
	for _, claim := range claims {
		sample := aSample(10)
		if other := found[claim.Server.Name]; other != nil {
			sample = other
		}
		w.sample(claim, time.Now().UTC(), sample, "")
	}
}

// threeMasters is a world with the bench main on m-1, second on m-2 in fra1, and third on m-3, which has more room.
func threeMasters(t *testing.T) *world {
	w := newWorld(t)
	for i, name := range []string{"second", "third"} {
		w.newBench(name, w.server(fmt.Sprintf("m-%d", i+2), fleet.RoleMaster))
	}
	mustDB(t, w.Store, "UPDATE servers SET region = 'fra1' WHERE name = 'm-2'")
	w.samples(map[string]*fleet.ServerSample{"m-1": aSample(60), "m-2": aSample(70), "m-3": aSample(20)})
	return w
}

func (w *world) placed(in fleet.NewSite) string {
	w.t.Helper()
	site, _, err := w.CreateSite(w.t.Context(), operator, in)
	w.must(err)
	server, err := w.Server(w.t.Context(), site.ServerID)
	w.must(err)
	return server.Name
}

func TestStore_Placement(t *testing.T) {
	t.Run("MostRoom", func(t *testing.T) {
		w := threeMasters(t)
		placement, err := w.Placement(t.Context(), fleet.PlacementWish{})
		w.must(err)
		want(t, "it says", placement.Sentence, "third on m-3 has the most room: 75 %, by its processor; m-1 has 40 %.")
		want(t, "the site is on", w.placed(fleet.NewSite{Name: "a.example.com"}), "m-3")
		entry := w.audited(operator, "createSite", "a.example.com", w.getSite(w.siteIDs("a.example.com")[0]).BusyActionID)
		want(t, "the audit says that it was placed", entry.Input["placed"], any(true))
	})

	t.Run("Region", func(t *testing.T) {
		w := threeMasters(t)
		want(t, "the site is on", w.placed(fleet.NewSite{Name: "a.example.com", Region: "fra1"}), "m-2")
		w.refuses(fleet.CodeNotReady, "input.region", func() error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "b.example.com", Region: "ams1"})
			return err
		})
	})

	t.Run("WithTheApps", func(t *testing.T) {
		w := threeMasters(t)
		want(t, "the site is on", w.placed(fleet.NewSite{Name: "a.example.com", Apps: []string{"shop"}}), "m-3")
		message := w.refuses(fleet.CodeNotReady, "input.benchId", func() error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "b.example.com", Apps: []string{"crm"}})
			return err
		})
		want(t, "it says", message, "No bench takes a new site. main has no app crm. second has no app crm. third has no app crm.")
	})

	t.Run("NotOnAClosedServer", func(t *testing.T) {
		w := threeMasters(t)
		_, err := w.CloseServer(t.Context(), operator, fleet.CloseInput{ServerID: w.master.ID + 2, Closed: true, Why: "being replaced"})
		w.must(err)
		want(t, "the site is on", w.placed(fleet.NewSite{Name: "a.example.com"}), "m-1")
		message := w.refuses(fleet.CodeNotReady, "input.benchId", func() error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "b.example.com", BenchID: w.bench.ID + 2})
			return err
		})
		want(t, "it says", message, "m-3 is closed to new sites: being replaced. Open it, or choose another bench.")
	})

	t.Run("NotOnAClosedBench", func(t *testing.T) {
		w := threeMasters(t)
		_, err := w.CloseBench(t.Context(), operator, fleet.CloseInput{BenchID: w.bench.ID + 2, Closed: true})
		w.must(err)
		want(t, "the site is on", w.placed(fleet.NewSite{Name: "a.example.com"}), "m-1")
		w.refuses(fleet.CodeNotReady, "input.benchId", func() error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "b.example.com", BenchID: w.bench.ID + 2})
			return err
		})
	})

	t.Run("NotWhereNobodyLookedYet", func(t *testing.T) {
		w := newWorld(t)
		w.refuses(fleet.CodeNotReady, "input.benchId", func() error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "a.example.com"})
			return err
		})
	})

	t.Run("NotOnTheMasterOfAPairThatFailed", func(t *testing.T) {
		w := newWorld(t)
		pair := w.pair("one")
		master, err := w.Server(t.Context(), pair.MasterID)
		w.must(err)
		w.newBench("paired", master)
		w.samples(map[string]*fleet.ServerSample{"m-1": aSample(80)})
		want(t, "the site is on", w.placed(fleet.NewSite{Name: "a.example.com"}), "one-m")
		mustDB(t, w.Store, "UPDATE pairs SET status = 'FAILED'")
		want(t, "the next one is on", w.placed(fleet.NewSite{Name: "b.example.com"}), "m-1")
	})

	// Between two samples a hundred sites spread over the servers, and do not all go to the one that was best.
	t.Run("SpreadsWhatComesAtOnce", func(t *testing.T) {
		w := threeMasters(t)
		got := atOnce(60, func(i int) error {
			_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: fmt.Sprintf("s%02d.example.com", i)})
			return err
		})
		want(t, "created", got, map[fleet.Code]int{"": 60})
		first := w.master.ID
		counts, err := w.SiteCounts(t.Context(), store.SitesByServer, []uint{first, first + 1, first + 2})
		w.must(err)
		if counts[first+2] < 44 || counts[first+2] > 48 || counts[first] < 9 || counts[first+1] < 1 {
			t.Errorf("sites by server: %v", counts)
		}
	})
}

func TestStore_CloseServer(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		w := newWorld(t)
		server, err := w.CloseServer(t.Context(), operator, fleet.CloseInput{ServerID: w.master.ID, Closed: true, Why: "  being replaced "})
		w.must(err)
		w.audited(operator, "closeServer", "m-1: closed", nil)
		stored, err := w.Server(t.Context(), w.master.ID)
		w.must(err)
		want(t, "what is stored", stored, server)
		want(t, "closed, and why", []any{server.ClosedToSites, server.ClosedWhy}, []any{true, "being replaced"})

		server, err = w.CloseServer(t.Context(), operator, fleet.CloseInput{ServerID: w.master.ID, Closed: false, Why: "it stays"})
		w.must(err)
		w.audited(operator, "closeServer", "m-1: open", nil)
		want(t, "open, without a reason", []any{server.ClosedToSites, server.ClosedWhy}, []any{false, ""})
		w.site(w.bench, "a.example.com")
	})

	for name, test := range map[string]struct {
		code   fleet.Code
		field  string
		offset uint // from the master
		in     fleet.CloseInput
	}{
		"ErrNoSuchServer": {fleet.CodeNotFound, "input.serverId", 99, fleet.CloseInput{Closed: true}},
		"ErrProxy":        {fleet.CodeInvalid, "input.serverId", 1, fleet.CloseInput{Closed: true}},
		"ErrOpenAlready":  {fleet.CodeConflict, "input.closed", 0, fleet.CloseInput{}},
		"ErrReason":       {fleet.CodeInvalid, "input.why", 0, fleet.CloseInput{Closed: true, Why: "two\nlines"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.server("p-1", fleet.RoleProxy)
			test.in.ServerID = w.master.ID + test.offset
			w.refuses(test.code, test.field, func() error {
				_, err := w.CloseServer(t.Context(), operator, test.in)
				return err
			})
		})
	}
}

func TestStore_CloseBench(t *testing.T) {
	w := newWorld(t)
	bench, err := w.CloseBench(t.Context(), operator, fleet.CloseInput{BenchID: w.bench.ID, Closed: true, Why: "old version"})
	w.must(err)
	w.audited(operator, "closeBench", "main: closed", nil)
	stored, err := w.Bench(t.Context(), w.bench.ID)
	w.must(err)
	want(t, "what is stored", stored, bench)
	w.refuses(fleet.CodeConflict, "input.closed", func() error {
		_, err := w.CloseBench(t.Context(), operator, fleet.CloseInput{BenchID: w.bench.ID, Closed: true, Why: "old version"})
		return err
	})
	w.refuses(fleet.CodeNotFound, "input.benchId", func() error {
		_, err := w.CloseBench(t.Context(), operator, fleet.CloseInput{BenchID: 99, Closed: true})
		return err
	})
}
