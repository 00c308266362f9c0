package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// pool keeps sites ready for a plan, and makes them.
func (w *world) pool(plan fleet.Plan, size int) fleet.StandbyPool {
	w.t.Helper()
	pool, err := w.SetStandbyPool(w.t.Context(), admin, fleet.StandbyPoolInput{PlanID: plan.ID, Size: size})
	w.must(err)
	w.fill()
	return pool
}

// fill lets passes make and drop what they want, until there is nothing left to do.
func (w *world) fill() {
	w.t.Helper()
	for {
		done, err := w.FillPools(w.t.Context())
		w.must(err)
		w.work()
		if done == (store.StandbyPass{}) {
			return
		}
	}
}

func (w *world) serverNamed(name string) fleet.Server {
	w.t.Helper()
	var id uint
	w.must(w.DB().QueryRowContext(w.t.Context(), "SELECT id FROM servers WHERE name = ?", name).Scan(&id))
	server, err := w.Server(w.t.Context(), id)
	w.must(err)
	return server
}

func (w *world) standby(pool fleet.StandbyPool) fleet.StandbyCount {
	w.t.Helper()
	counts, err := w.StandbyCounts(w.t.Context(), []uint{pool.ID})
	w.must(err)
	return counts[pool.ID]
}

// handingOut carries everything out, and renames what is handed out as its runner does.
func (w *world) handingOut(outcome func(*fleet.Action) *fleet.Failure) {
	w.t.Helper()
	w.workWith(func(a *fleet.Action) *fleet.Failure {
		failure := outcome(a)
		if a.Kind == fleet.ActionHandOutSite && failure == nil {
			w.must(w.SiteRenamed(w.t.Context(), store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}, a.Cursor.Notes[store.NoteNameAfter]))
		}
		return failure
	})
}

func well(*fleet.Action) *fleet.Failure { return nil }

func (w *world) listed(choice fleet.StandbyChoice) int {
	w.t.Helper()
	page, err := w.Sites(w.t.Context(), fleet.Page{First: 100}, fleet.SiteFilter{Standby: choice}, fleet.SiteOrderBy{Field: fleet.SiteOrderName})
	w.must(err)
	return page.TotalCount
}

func TestStore_FillPools(t *testing.T) {
	t.Run("FillsAndKeepsFull", func(t *testing.T) {
		w, plan := signUpWorld(t)
		w.site(w.bench, "customer.example.com")
		pool := w.pool(plan, 12)
		want(t, "begun, and in the audit", w.audits("createSite"), 13)
		want(t, "ready", w.standby(pool), fleet.StandbyCount{Ready: 12})
		want(t, "sites without, only and with them", []int{w.listed(""), w.listed(fleet.StandbyOnly), w.listed(fleet.StandbyWith)}, []int{1, 12, 13})
		only, err := w.SiteIDs(t.Context(), fleet.SiteFilter{Standby: fleet.StandbyOnly})
		w.must(err)
		if name := w.getSite(only[0]).Name; !strings.HasPrefix(name, "standby-") || !strings.HasSuffix(name, ".example.com") {
			t.Errorf("one is called %s", name)
		}

		// They are deployed to like the others.
		w.deploy(1, only...)
		w.work()
		want(t, "version", w.version(only[0]), "shop 1.1.0")
	})

	t.Run("TwoSchedulersDoNothingTwice", func(t *testing.T) {
		w, plan := signUpWorld(t)
		pool, err := w.SetStandbyPool(t.Context(), admin, fleet.StandbyPoolInput{PlanID: plan.ID, Size: 8})
		w.must(err)
		w.audited(admin, "setStandbyPool", "Trial : 8", nil)
		other := storetest.OpenOn(t, w.dsn)
		w.must(other.UseNameRules(fleet.NameRules{Domains: []string{"example.com"}}))
		got := atOnce(8, func(i int) error { _, err := []*store.Store{w.Store, other}[i%2].FillPools(t.Context()); return err })
		want(t, "answers", got, map[fleet.Code]int{"": 8})
		want(t, "begun", w.standby(pool), fleet.StandbyCount{Making: 8})
	})

	t.Run("SurplusIsDropped", func(t *testing.T) {
		w, plan := signUpWorld(t)
		pool := w.pool(plan, 5)
		_, err := w.SetStandbyPool(t.Context(), admin, fleet.StandbyPoolInput{PlanID: plan.ID, Size: 2})
		w.must(err)
		w.fill()
		want(t, "ready", w.standby(pool), fleet.StandbyCount{Ready: 2})
		want(t, "dropped", w.audits("dropStandby"), 3)
		page, err := w.Sites(t.Context(), fleet.Page{First: 10}, fleet.SiteFilter{Statuses: []fleet.SiteStatus{fleet.SiteArchived}}, fleet.SiteOrderBy{Field: fleet.SiteOrderName})
		w.must(err)
		want(t, "archived", page.TotalCount, 3)
		routes, err := w.Routes(t.Context())
		w.must(err)
		want(t, "routes", len(routes), 2)
	})

	t.Run("OfAClosedPlanAreDropped", func(t *testing.T) {
		w, plan := signUpWorld(t)
		pool := w.pool(plan, 2)
		_, err := w.ClosePlan(t.Context(), admin, plan.ID, true)
		w.must(err)
		w.fill()
		want(t, "ready", w.standby(pool), fleet.StandbyCount{})
	})

	t.Run("OfARegionOnItsServersOnly", func(t *testing.T) {
		w := threeMasters(t) // m-2, which is fullest, is the one in fra1
		w.must(w.UseNameRules(fleet.NameRules{Domains: []string{"example.com"}}))
		plan := w.plan("Trial")
		pools := map[string]fleet.StandbyPool{}
		for region, size := range map[string]int{"": 3, "fra1": 2} {
			pool, err := w.SetStandbyPool(t.Context(), admin, fleet.StandbyPoolInput{PlanID: plan.ID, Region: region, Size: size})
			w.must(err)
			pools[region] = pool
		}
		w.fill()
		servers := func(region string) map[string]int {
			t.Helper()
			rows, err := w.DB().QueryContext(t.Context(), "SELECT servers.name FROM sites JOIN servers ON servers.id = sites.server_id WHERE sites.standby_pool_id = ?", pools[region].ID)
			w.must(err)
			defer rows.Close()
			names := map[string]int{}
			for rows.Next() {
				var name string
				w.must(rows.Scan(&name))
				names[name]++
			}
			w.must(rows.Err())
			return names
		}
		want(t, "those of fra1", servers("fra1"), map[string]int{"m-2": 2})
		if anywhere := servers(""); anywhere["m-2"] > 0 {
			t.Errorf("those of anywhere are on %v", anywhere)
		}
		for i, left := range []int{1, 0} {
			verified, err := w.verify(w.signUp(form(fmt.Sprintf("acme-%d", i), plan, func(in *fleet.SignUpInput) { in.Region = "fra1" })))
			w.must(err)
			action, err := w.Action(t.Context(), *verified.ActionID)
			w.must(err)
			want(t, "what it is given", []any{action.Kind, *action.ServerID}, []any{fleet.ActionHandOutSite, w.serverNamed("m-2").ID})
			want(t, "left in fra1", w.standby(pools["fra1"]).Ready, left)
		}
		verified, err := w.verify(w.signUp(form("bolt", plan, func(in *fleet.SignUpInput) { in.Region = "fra1" })))
		w.must(err)
		action, err := w.Action(t.Context(), *verified.ActionID)
		w.must(err)
		want(t, "what it is given when none is left there", action.Kind, fleet.ActionCreateSite)
		want(t, "left elsewhere", w.standby(pools[""]).Ready, 3)
	})

	t.Run("SaysWhatIsInTheWay", func(t *testing.T) {
		w, plan := signUpWorld(t)
		_, err := w.CloseServer(t.Context(), operator, fleet.CloseInput{ServerID: w.master.ID, Closed: true})
		w.must(err)
		w.pool(plan, 2)
		pools, err := w.StandbyPools(t.Context())
		w.must(err)
		want(t, "reason", pools[0].Reason, "No bench takes a new site. m-1 is closed to new sites.")
		_, err = w.CloseServer(t.Context(), operator, fleet.CloseInput{ServerID: w.master.ID})
		w.must(err)
		w.fill()
		pools, err = w.StandbyPools(t.Context())
		w.must(err)
		want(t, "reason", pools[0].Reason, "")
		want(t, "ready", w.standby(pools[0]).Ready, 2)
	})

	t.Run("StopsForAWhileWhenTheyFail", func(t *testing.T) {
		w, plan := signUpWorld(t)
		_, err := w.SetStandbyPool(t.Context(), admin, fleet.StandbyPoolInput{PlanID: plan.ID, Size: 4})
		w.must(err)
		for range 5 {
			_, err := w.FillPools(t.Context())
			w.must(err)
			w.workWith(failing(fleet.ActionCreateSite, "The disk is full."))
		}
		pools, err := w.StandbyPools(t.Context())
		w.must(err)
		want(t, "reason", pools[0].Reason, "The last sites could not be made, so none is begun for ten minutes: The disk is full.")
		want(t, "tried", w.audits("createSite"), 4)
	})

	for name, test := range map[string]struct {
		code  fleet.Code
		field string
		in    fleet.StandbyPoolInput
	}{
		"ErrNoSuchPlan": {fleet.CodeNotFound, "input.planId", fleet.StandbyPoolInput{PlanID: 99, Size: 1}},
		"ErrRegion":     {fleet.CodeInvalid, "input.region", fleet.StandbyPoolInput{Region: "ams1", Size: 1}},
		"ErrSize":       {fleet.CodeInvalid, "input.size", fleet.StandbyPoolInput{Size: 501}},
		"ErrSoAlready":  {fleet.CodeConflict, "input.size", fleet.StandbyPoolInput{Size: 0}},
	} {
		t.Run(name, func(t *testing.T) {
			w, plan := signUpWorld(t)
			if test.in.PlanID == 0 {
				test.in.PlanID = plan.ID
			}
			w.refuses(test.code, test.field, func() error { _, err := w.SetStandbyPool(t.Context(), admin, test.in); return err })
		})
	}
}

func TestStore_HandOut(t *testing.T) {
	t.Run("ASignUpTakesOne", func(t *testing.T) {
		w, plan := signUpWorld(t)
		pool := w.pool(plan, 2)
		signUp := w.signUp(form("acme", plan))
		verified, err := w.verify(signUp)
		w.must(err)
		action, ref := mustClaim(t, w.Store, *verified.ActionID)
		want(t, "action", []any{action.Kind, action.Title}, []any{fleet.ActionHandOutSite, "Hand out acme.example.com"})
		kept, err := w.Secret(t.Context(), store.AdministratorPassword(action.ID))
		w.must(err)
		want(t, "password", string(kept), "sealed")
		want(t, "it stands", w.progress(signUp.ID), "PREPARING: The site is being prepared.")
		want(t, "ready", w.standby(pool), fleet.StandbyCount{Ready: 1})
		w.must(w.SiteRenamed(t.Context(), ref, "acme.example.com"))
		w.finish(ref, nil)
		want(t, "it stands", w.progress(signUp.ID), "READY: The site is ready.")
		ready := w.getSignUp(signUp.ID)
		site := w.getSite(*ready.SiteID)
		want(t, "the site", []any{site.Name, site.Status, site.StandbyPoolID == nil, site.BusyActionID == nil, site.OtherName == nil}, []any{"acme.example.com", fleet.SiteActive, true, true, true})
		want(t, "site of the subscription", *w.subscription(*ready.SubscriptionID).SiteID, site.ID)
		if _, err := w.Secret(t.Context(), store.AdministratorPassword(action.ID)); fleet.ErrorCode(err) != fleet.CodeNotFound {
			t.Errorf("the password is kept: %v", err)
		}
		w.fill()
		want(t, "it is filled again", w.standby(pool), fleet.StandbyCount{Ready: 2})
	})

	t.Run("NewOnesAreMadeWhenThoseWhoWaitAreServed", func(t *testing.T) {
		w, plan := signUpWorld(t)
		pool := w.pool(plan, 1)
		_, err := w.verify(w.signUp(form("acme", plan)))
		w.must(err)
		_, ref := w.claim(fleet.ActionHandOutSite)
		begun := func() int {
			t.Helper()
			done, err := w.FillPools(t.Context())
			w.must(err)
			return done.Begun
		}
		want(t, "begun meanwhile", begun(), 0)
		mustDB(t, w.Store, "UPDATE actions SET created_at = created_at - INTERVAL 2 MINUTE WHERE id = ?", ref.ActionID)
		want(t, "begun when that takes long", begun(), 1)
		want(t, "being made", w.standby(pool).Making, 1)
	})

	t.Run("OneThatIsTakenBackStandsReadyAgain", func(t *testing.T) {
		w, plan := signUpWorld(t)
		pool := w.pool(plan, 1)
		signUp := w.signUp(form("acme", plan))
		_, err := w.verify(signUp)
		w.must(err)
		w.handingOut(failing(fleet.ActionHandOutSite, "m-1 does not answer."))
		want(t, "ready", w.standby(pool), fleet.StandbyCount{Ready: 1})
		want(t, "the sign-up", w.getSignUp(signUp.ID).State, fleet.SignUpQueued)
		_, err = w.AdvanceSignUps(t.Context())
		w.must(err)
		w.handingOut(well)
		want(t, "it stands", w.progress(signUp.ID), "READY: The site is ready.")
	})

	t.Run("WhatFailedIsNotTriedAgainAtOnce", func(t *testing.T) {
		w, plan := signUpWorld(t)
		w.pool(plan, 2)
		signUp := w.signUp(form("acme", plan))
		first, err := w.verify(signUp)
		w.must(err)
		w.handingOut(failing(fleet.ActionHandOutSite, "Its database did not take the password."))
		_, err = w.AdvanceSignUps(t.Context())
		w.must(err)
		w.handingOut(well)
		after := w.getSignUp(signUp.ID)
		want(t, "state", after.State, fleet.SignUpReady)
		want(t, "another site", *after.SiteID != *first.SiteID, true)
	})

	// A server's limit is for what works on it one by one; handing out is done together.
	t.Run("AsManyAsComeOnAFullServer", func(t *testing.T) {
		w, plan := signUpWorld(t)
		w.pool(plan, 3)
		mustDB(t, w.Store, "UPDATE servers SET actions_at_once = 1")
		for i := range 3 {
			_, err := w.verify(w.signUp(form(fmt.Sprintf("site-%d", i), plan)))
			w.must(err)
		}
		server := w.serverNamed("m-1")
		mustQueue(t, w.Store, fleet.Action{ServerID: &server.ID, Lane: "a"})
		mustQueue(t, w.Store, fleet.Action{ServerID: &server.ID, Lane: "b"})
		kinds := map[fleet.ActionKind]int{}
		for {
			action, err := w.ClaimAction(t.Context(), "runner-1", time.Minute)
			w.must(err)
			if action == nil {
				break
			}
			kinds[action.Kind]++
		}
		want(t, "handed out", kinds[fleet.ActionHandOutSite], 3)
		want(t, "others", len(kinds), 2)
		for kind, n := range kinds {
			if kind != fleet.ActionHandOutSite {
				want(t, string(kind), n, 1)
			}
		}
	})

	t.Run("NotOfAnotherPlanOrRegionNorWhereItsServerIsDown", func(t *testing.T) {
		w, plan := signUpWorld(t)
		pool := w.pool(plan, 2)
		mustDB(t, w.Store, "UPDATE servers SET region = 'fra1'")
		other := w.plan("Other")
		for i, in := range []fleet.SignUpInput{form("acme", other), form("bolt", plan, func(in *fleet.SignUpInput) { in.Region = "fra1" })} {
			verified, err := w.verify(w.signUp(in))
			w.must(err)
			want(t, fmt.Sprintf("sign-up %d is made a new one", i), len(w.queued(fleet.ActionCreateSite)), i+1)
			want(t, "action", verified.ActionID != nil, true)
		}
		mustDB(t, w.Store, "UPDATE server_health SET state = 'DOWN'")
		verified, err := w.verify(w.signUp(form("cord", plan)))
		w.must(err)
		want(t, "it waits", verified.ActionID == nil, true)
		want(t, "ready", w.standby(pool).Ready, 2)
	})

	t.Run("StaffDoesNotGiveOneAway", func(t *testing.T) {
		w, plan := signUpWorld(t)
		w.pool(plan, 1)
		only, err := w.SiteIDs(t.Context(), fleet.SiteFilter{Standby: fleet.StandbyOnly})
		w.must(err)
		ana := w.customer("ana")
		w.refuses(fleet.CodeNotReady, "input.siteId", func() error {
			_, err := w.CreateSubscription(t.Context(), operator, fleet.CreateSubscriptionInput{CustomerID: ana.ID, PlanID: plan.ID, SiteID: &only[0]})
			return err
		})
		w.refuses(fleet.CodeConflict, "input.planId", func() error { return w.RemovePlan(t.Context(), admin, plan.ID) })
	})

	// 100 sign-ups at the same moment, from two processes, and 60 sites that stand ready: each of these is handed out once,
	// and the other 40 people get new ones.
	t.Run("AHundredAtTheSameMoment", func(t *testing.T) {
		w, plan := signUpWorld(t)
		pool := w.pool(plan, 60)
		other := storetest.OpenOn(t, w.dsn)
		signUps := make([]fleet.SignUp, 100)
		for i := range signUps {
			signUps[i] = w.signUp(form(fmt.Sprintf("site-%03d", i), plan))
		}
		got := atOnce(len(signUps), func(i int) error {
			s := []*store.Store{w.Store, other}[i%2]
			_, err := s.VerifySignUp(t.Context(), website, signUpLinks, signUpLinks.Token(signUps[i]), []byte("sealed"))
			return err
		})
		want(t, "answers", got, map[fleet.Code]int{"": len(signUps)})
		handedOut, sites := 0, map[uint]bool{}
		for _, before := range signUps {
			after := w.getSignUp(before.ID)
			if after.SiteID == nil || sites[*after.SiteID] {
				t.Fatalf("it is %+v", after)
			}
			sites[*after.SiteID] = true
			action, err := w.Action(t.Context(), *after.ActionID)
			w.must(err)
			if action.Kind == fleet.ActionHandOutSite {
				handedOut++
			}
		}
		want(t, "handed out", handedOut, 60)
		want(t, "ready", w.standby(pool).Ready, 0)
		w.handingOut(well)
		for _, before := range signUps {
			after := w.getSignUp(before.ID)
			want(t, before.SiteName, []any{after.State, w.getSite(*after.SiteID).Name}, []any{fleet.SignUpReady, before.SiteName})
		}
	})
}

// One sign-up after another takes a site that stands ready: what the database takes for it.
func BenchmarkStore_VerifySignUp(b *testing.B) {
	w, plan := signUpWorld(b)
	pool, err := w.SetStandbyPool(b.Context(), admin, fleet.StandbyPoolInput{PlanID: plan.ID, Size: 500})
	w.must(err)
	w.manySites(w.bench, 1, 5000)
	mustDB(b, w.Store, "UPDATE sites SET standby_pool_id = ?", pool.ID)
	for i := 0; b.Loop(); i++ {
		verified, err := w.verify(w.signUp(form(fmt.Sprintf("site-%05d", i), plan)))
		w.must(err)
		if action, err := w.Action(b.Context(), *verified.ActionID); err != nil || action.Kind != fleet.ActionHandOutSite {
			b.Fatal(action, err)
		}
	}
}
