package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

var (
	website     = fleet.Actor{UserID: 1, TokenID: 7, Name: "website (token of ada)", Role: fleet.RoleNone, Scope: fleet.ScopeSignUp, RemoteAddress: "192.0.2.80"}
	signUpLinks = fleet.SignUpLinks{Key: []byte(strings.Repeat("k", 32)), Page: "https://central.example.com/confirm?token="}
)

// form is what somebody called name fills in: for NAME.example.com, from an address of their own.
func form(name string, plan fleet.Plan, change ...func(*fleet.SignUpInput)) fleet.SignUpInput {
	n := keys.Add(1)
	in := fleet.SignUpInput{
		IdempotencyKey: fmt.Sprintf("form-%d", n), PlanID: plan.ID, SiteName: name + ".example.com", Name: name, Email: name + "@customers.example",
		ClientAddress: fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255),
	}
	for _, c := range change {
		c(&in)
	}
	return in
}

// signUpWorld is a world with a plan, whose one master was looked at.
func signUpWorld(t testing.TB) (*world, fleet.Plan) {
	t.Helper()
	w := newWorld(t)
	w.must(w.UseNameRules(fleet.NameRules{Domains: []string{"example.com"}}))
	plan := w.plan("Trial")
	w.samples(nil)
	return w, plan
}

func (w *world) signUp(in fleet.SignUpInput) fleet.SignUp {
	w.t.Helper()
	signUp, err := w.SignUp(w.t.Context(), website, in)
	w.must(err)
	return signUp
}

func (w *world) verify(signUp fleet.SignUp) (fleet.SignUp, error) {
	return w.VerifySignUp(w.t.Context(), website, signUpLinks, signUpLinks.Token(signUp), []byte("sealed"))
}

func (w *world) getSignUp(id uint) fleet.SignUp {
	w.t.Helper()
	found, err := w.SignUpsByID(w.t.Context(), []uint{id})
	w.must(err)
	return found[id]
}

// progress is what the visitor sees: "STATE: sentence".
func (w *world) progress(id uint) string {
	w.t.Helper()
	progress, err := w.SignUpProgressOf(w.t.Context(), id)
	w.must(err)
	return fmt.Sprintf("%s: %s", progress.State, progress.Sentence)
}

func TestStore_SignUp(t *testing.T) {
	t.Run("FromTheFormToTheSite", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		w.audited(website, "signUp", "acme.example.com for acme <acme@customers.example>", nil)
		want(t, "what is stored", w.getSignUp(signUp.ID), signUp)
		want(t, "it stands", w.progress(signUp.ID), "UNVERIFIED: Waiting until the e-mail address is confirmed: a link was sent to it.")
		want(t, "customers before it is confirmed", w.state()["customers"], 0)
		want(t, "sites before it is confirmed", w.state()["sites"], 0)

		verified, err := w.verify(signUp)
		w.must(err)
		w.audited(website, "verifySignUp", "acme.example.com for acme <acme@customers.example>", verified.ActionID)
		want(t, "what is stored", w.getSignUp(signUp.ID), verified)
		want(t, "it stands", w.progress(signUp.ID), "QUEUED: No site stands ready. One is made, which takes some minutes.")
		customer, err := w.Customer(t.Context(), *verified.CustomerID)
		w.must(err)
		want(t, "customer", customer.Email, "acme@customers.example")
		trial := w.subscription(*verified.SubscriptionID)
		want(t, "subscription", []any{trial.State, trial.PlanID, trial.SiteID == nil}, []any{fleet.SubscriptionTrial, plan.ID, true})

		action, ref := mustClaim(t, w.Store, *verified.ActionID)
		want(t, "action", action.Title, "Create acme.example.com")
		kept, err := w.Secret(t.Context(), store.AdministratorPassword(action.ID))
		w.must(err)
		want(t, "password", string(kept), "sealed")
		want(t, "it stands", w.progress(signUp.ID), "PREPARING: The site is being prepared.")
		w.finish(ref, nil)
		want(t, "it stands", w.progress(signUp.ID), "READY: The site is ready.")
		ready := w.getSignUp(signUp.ID)
		if ready.ReadyAt == nil || ready.SealedPassword != nil || ready.HeldName != nil {
			t.Errorf("in the end it is %+v", ready)
		}
		want(t, "site of the subscription", *w.subscription(trial.ID).SiteID, *ready.SiteID)
		want(t, "history", w.history(trial.ID), []string{fmt.Sprintf("sign-up %d CREATED >TRIAL", signUp.ID), fmt.Sprintf("sign-up %d SITE_CHANGED TRIAL>TRIAL", signUp.ID)})
		w.refuses(fleet.CodeConflict, "input.siteName", func() error {
			_, err := w.SignUp(t.Context(), website, form("acme", plan))
			return err
		})
	})

	t.Run("SameKeySameSignUp", func(t *testing.T) {
		w, plan := signUpWorld(t)
		in := form("acme", plan)
		first := w.signUp(in)
		in.ClientAddress = "192.0.2.99"
		want(t, "the second", w.signUp(in).ID, first.ID)
		want(t, "sign-ups", w.state()["sign_ups"], 1)
		in.SiteName = "other.example.com"
		w.refuses(fleet.CodeKeyReused, "input.idempotencyKey", func() error { _, err := w.SignUp(t.Context(), website, in); return err })
		other := website
		other.TokenID = 8
		second, err := w.SignUp(t.Context(), other, in)
		w.must(err)
		if second.ID == first.ID {
			t.Error("the key of one website is that of another")
		}
	})

	t.Run("SameKeyAtTheSameMoment", func(t *testing.T) {
		w, plan := signUpWorld(t)
		in := form("acme", plan)
		want(t, "answers", atOnce(10, func(int) error { _, err := w.SignUp(t.Context(), website, in); return err }), map[fleet.Code]int{"": 10})
		want(t, "sign-ups", w.state()["sign_ups"], 1)
	})

	t.Run("OneNameAtTheSameMoment", func(t *testing.T) {
		w, plan := signUpWorld(t)
		got := atOnce(10, func(int) error {
			_, err := w.SignUp(t.Context(), website, form("acme", plan, func(in *fleet.SignUpInput) { in.Email = in.IdempotencyKey + "@customers.example" }))
			return err
		})
		want(t, "answers", got, map[fleet.Code]int{"": 1, fleet.CodeConflict: 9})
	})

	t.Run("Refused", func(t *testing.T) {
		w, plan := signUpWorld(t)
		closed := w.plan("Closed")
		_, err := w.ClosePlan(t.Context(), admin, closed.ID, true)
		w.must(err)
		w.site(w.bench, "taken.example.com")
		w.signUp(form("held", plan))
		for _, test := range []struct {
			name  string
			in    fleet.SignUpInput
			code  fleet.Code
			field string
		}{
			{"NoSuchPlan", form("acme", fleet.Plan{ID: 99}), fleet.CodeNotFound, "input.planId"},
			{"ClosedPlan", form("acme", closed), fleet.CodeNotReady, "input.planId"},
			{"SiteTaken", form("taken", plan), fleet.CodeConflict, "input.siteName"},
			{"NameHeld", form("held", plan), fleet.CodeConflict, "input.siteName"},
			{"Reserved", form("admin", plan), fleet.CodeInvalid, "input.siteName"},
			{"LookAlike", form("\u0430cme", plan, func(in *fleet.SignUpInput) { in.Email = "a@customers.example" }), fleet.CodeInvalid, "input.siteName"},
			{"Email", form("acme", plan, func(in *fleet.SignUpInput) { in.Email = "acme" }), fleet.CodeInvalid, "input.email"},
			{"Region", form("acme", plan, func(in *fleet.SignUpInput) { in.Region = "ams1" }), fleet.CodeInvalid, "input.region"},
		} {
			t.Run(test.name, func(t *testing.T) {
				w.refuses(test.code, test.field, func() error { _, err := w.SignUp(t.Context(), website, test.in); return err })
			})
		}
		t.Run("StaffTakesNoHeldName", func(t *testing.T) {
			w.refuses(fleet.CodeConflict, "input.name", func() error {
				_, _, err := w.CreateSite(t.Context(), operator, fleet.NewSite{Name: "held.example.com", BenchID: w.bench.ID})
				return err
			})
		})
		t.Run("PlanInUseIsNotRemoved", func(t *testing.T) {
			w.refuses(fleet.CodeConflict, "input.planId", func() error { return w.RemovePlan(t.Context(), admin, plan.ID) })
		})
	})

	t.Run("RateLimits", func(t *testing.T) {
		for name, test := range map[string]struct {
			most   int
			field  string
			change func(*fleet.SignUpInput)
		}{
			"Address":  {fleet.SignUpsPerNetwork, "input.clientAddress", func(in *fleet.SignUpInput) { in.ClientAddress = "2001:db8::" + fmt.Sprintf("%x", keys.Add(1)) }},
			"Identity": {fleet.SignUpsPerIdentity, "input.email", func(in *fleet.SignUpInput) { in.Email = "ana+" + in.IdempotencyKey + "@customers.example" }},
		} {
			t.Run(name, func(t *testing.T) {
				w, plan := signUpWorld(t)
				for i := range test.most {
					w.signUp(form(fmt.Sprintf("site-%d", i), plan, test.change))
				}
				sign := func() error {
					_, err := w.SignUp(t.Context(), website, form("one-more", plan, test.change))
					return err
				}
				w.refuses(fleet.CodeRateLimited, test.field, sign)
				mustDB(t, w.Store, "UPDATE sign_ups SET created_at = created_at - INTERVAL 61 MINUTE")
				w.must(sign())
			})
		}
	})

	t.Run("WhoComesAgainIsSeen", func(t *testing.T) {
		w, plan := signUpWorld(t)
		w.customer("ana") // ana@example.com, never signed up
		as := func(email string) func(*fleet.SignUpInput) { return func(in *fleet.SignUpInput) { in.Email = email } }
		first := w.signUp(form("first", plan, as("ana@example.com")))
		second := w.signUp(form("second", plan, as("Ana+two@example.com")))
		third := w.signUp(form("third", plan, as("x@mailinator.com")))
		want(t, "earlier and disposable", []any{first.Earlier, second.Earlier, third.Earlier, second.Disposable, third.Disposable}, []any{1, 1, 0, false, true})
		fourth := w.signUp(form("fourth", plan, as("ana@example.com")))
		want(t, "earlier", fourth.Earlier, 2)
		list := func(filter fleet.SignUpFilter) []string {
			page, err := w.SignUps(t.Context(), fleet.Page{First: 10}, filter)
			w.must(err)
			names := []string{}
			for _, s := range page.Nodes {
				names = append(names, s.Name)
			}
			want(t, "total count", page.TotalCount, len(names))
			return names
		}
		want(t, "all", list(fleet.SignUpFilter{}), []string{"fourth", "third", "second", "first"})
		want(t, "repeated", list(fleet.SignUpFilter{Repeated: true}), []string{"fourth", "second", "first"})
		want(t, "disposable", list(fleet.SignUpFilter{Disposable: true}), []string{"third"})
		want(t, "found", list(fleet.SignUpFilter{Search: "ana+"}), []string{"second"})
		want(t, "ready", list(fleet.SignUpFilter{States: []fleet.SignUpState{fleet.SignUpReady}}), []string{})

		// Both lead to the customer who was there, and the history of the first is kept.
		one, err := w.verify(first)
		w.must(err)
		two, err := w.verify(fourth)
		w.must(err)
		want(t, "customer", *two.CustomerID, *one.CustomerID)
		want(t, "customers", w.state()["customers"], 1)
		history, err := w.SignUpsOfCustomers(t.Context(), []uint{*one.CustomerID})
		w.must(err)
		want(t, "sign-ups of the customer", len(history[*one.CustomerID]), 2)
	})
}

func TestStore_VerifySignUp(t *testing.T) {
	refuses := func(w *world, code fleet.Code, token string) string {
		w.t.Helper()
		return w.refuses(code, "input.token", func() error {
			_, err := w.VerifySignUp(w.t.Context(), website, signUpLinks, token, []byte("sealed"))
			return err
		})
	}

	t.Run("ErrUsed", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		_, err := w.verify(signUp)
		w.must(err)
		refuses(w, fleet.CodeLinkUsed, signUpLinks.Token(signUp))
	})

	t.Run("OnceAtTheSameMoment", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		want(t, "answers", atOnce(10, func(int) error { _, err := w.verify(signUp); return err }), map[fleet.Code]int{"": 1, fleet.CodeLinkUsed: 9})
		want(t, "what was made", []int{w.state()["customers"], w.state()["customer_subscriptions"], w.state()["sites"]}, []int{1, 1, 1})
	})

	t.Run("ErrExpired", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		late := signUp
		late.ExpiresAt = time.Now().Add(-time.Minute)
		refuses(w, fleet.CodeLinkExpired, signUpLinks.Token(late))
		mustDB(t, w.Store, "UPDATE sign_ups SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE")
		want(t, "it stands", w.progress(signUp.ID), "EXPIRED: Nobody confirmed the e-mail address in time. Sign up again.")
		again := w.signUp(form("acme", plan)) // its name is free again, before any pass
		want(t, "the first", w.getSignUp(signUp.ID).State, fleet.SignUpExpired)
		refuses(w, fleet.CodeLinkExpired, signUpLinks.Token(signUp))
		_, err := w.verify(again)
		w.must(err)
	})

	t.Run("ErrNotOurs", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		refuses(w, fleet.CodeInvalid, signUpLinks.Token(signUp)+"x")
		missing := signUp
		missing.ID = 99
		refuses(w, fleet.CodeNotFound, signUpLinks.Token(missing))
	})

	// What keeps the trial from beginning changes nothing, and the link goes on working.
	t.Run("ErrPlanClosedMeanwhile", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		_, err := w.ClosePlan(t.Context(), admin, plan.ID, true)
		w.must(err)
		refuses(w, fleet.CodeNotReady, signUpLinks.Token(signUp))
		_, err = w.ClosePlan(t.Context(), admin, plan.ID, false)
		w.must(err)
		_, err = w.verify(signUp)
		w.must(err)
	})

	t.Run("ErrQuota", func(t *testing.T) {
		w, _ := signUpWorld(t)
		plan := w.plan("One", func(in *fleet.PlanInput) { in.Limits.Sites = users(1) })
		ana := func(in *fleet.SignUpInput) { in.Email = "ana@customers.example" }
		_, err := w.verify(w.signUp(form("first", plan, ana)))
		w.must(err)
		second := w.signUp(form("second", plan, ana))
		message := refuses(w, fleet.CodeQuotaReached, signUpLinks.Token(second))
		want(t, "it says", message, "One allows 1 sites to a customer, and first has 1.")
	})

	t.Run("NoRoomQueuesAndSaysSo", func(t *testing.T) {
		w, plan := signUpWorld(t)
		_, err := w.CloseServer(t.Context(), operator, fleet.CloseInput{ServerID: w.master.ID, Closed: true})
		w.must(err)
		waiting := w.signUp(form("acme", plan))
		_, err = w.verify(waiting)
		w.must(err)
		want(t, "it stands", w.progress(waiting.ID), "QUEUED: No site is free at the moment. Yours is made as soon as there is room.")
		want(t, "staff reads", w.getSignUp(waiting.ID).StateReason, "No bench takes a new site. m-1 is closed to new sites.")
		done, err := w.AdvanceSignUps(t.Context())
		w.must(err)
		want(t, "a pass while there is none", done, store.SignUpPass{})
		_, err = w.CloseServer(t.Context(), operator, fleet.CloseInput{ServerID: w.master.ID})
		w.must(err)
		w.samples(nil)
		done, err = w.AdvanceSignUps(t.Context())
		w.must(err)
		want(t, "a pass when there is room", done, store.SignUpPass{Provided: 1})
		w.work()
		want(t, "it stands", w.progress(waiting.ID), "READY: The site is ready.")
	})

	t.Run("AFailureIsTriedAgainAndThenShownToStaff", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		_, err := w.verify(signUp)
		w.must(err)
		for range 3 {
			w.workWith(failing(fleet.ActionCreateSite, "The disk is full."))
			_, err := w.AdvanceSignUps(t.Context())
			w.must(err)
		}
		failed := w.getSignUp(signUp.ID)
		if failed.State != fleet.SignUpFailed || !strings.Contains(failed.StateReason, "The disk is full.") {
			t.Errorf("it is %+v", failed)
		}
		want(t, "no server is named to the visitor", w.progress(signUp.ID), "FAILED: The site could not be made. The team knows, and will be in touch.")
		alerts := w.openAlerts()
		if len(alerts) != 1 || !strings.HasPrefix(alerts[0], "acme.example.com CRITICAL acme <acme@customers.example> signed up and got no site: it was tried 3 times.") {
			t.Errorf("alerts: %q", alerts)
		}
		want(t, "the trial goes on without a site", w.subscription(*failed.SubscriptionID).SiteID == nil, true)
		_, err = w.RetrySignUp(t.Context(), operator, signUp.ID)
		w.must(err)
		w.audited(operator, "retrySignUp", "acme.example.com for acme <acme@customers.example>", nil)
		want(t, "alerts", w.openAlerts(), []string{})
		w.work()
		want(t, "it stands", w.progress(signUp.ID), "READY: The site is ready.")
	})

	t.Run("ATrialThatEndedMeanwhileGetsNoSite", func(t *testing.T) {
		w, plan := signUpWorld(t)
		verified, err := w.verify(w.signUp(form("acme", plan)))
		w.must(err)
		w.must(endSubscription(w, w.subscription(*verified.SubscriptionID)))
		w.work()
		want(t, "site of the subscription", w.subscription(*verified.SubscriptionID).SiteID == nil, true)
	})
}

// 100 people confirm at the same moment while two processes pass over those who wait: each gets one site, and nobody two.
func TestStore_SignUps_AtTheSameMoment(t *testing.T) {
	w, plan := signUpWorld(t)
	other := storetest.OpenOn(t, w.dsn)
	const people = 100
	signUps := make([]fleet.SignUp, people)
	for i := range signUps {
		signUps[i] = w.signUp(form(fmt.Sprintf("site-%03d", i), plan))
	}
	stop, passes := make(chan struct{}), sync.WaitGroup{}
	for _, s := range []*store.Store{w.Store, other} {
		passes.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if _, err := s.AdvanceSignUps(t.Context()); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	got := atOnce(people, func(i int) error {
		s := []*store.Store{w.Store, other}[i%2]
		_, err := s.VerifySignUp(t.Context(), website, signUpLinks, signUpLinks.Token(signUps[i]), []byte("sealed"))
		return err
	})
	want(t, "answers", got, map[fleet.Code]int{"": people})
	close(stop)
	passes.Wait()
	w.work()
	seen := map[uint]bool{}
	for _, before := range signUps {
		after := w.getSignUp(before.ID)
		if after.State != fleet.SignUpReady || after.SiteID == nil || seen[*after.SiteID] {
			t.Fatalf("it is %+v", after)
		}
		seen[*after.SiteID] = true
		if trial := w.subscription(*after.SubscriptionID); trial.SiteID == nil || *trial.SiteID != *after.SiteID {
			t.Fatalf("the trial is %+v", trial)
		}
	}
	want(t, "sites", w.state()["sites"], people)
}

func TestStore_SignUpMails(t *testing.T) {
	claim := func(w *world) []fleet.SignUp {
		w.t.Helper()
		claimed, err := w.ClaimSignUpMails(w.t.Context(), 10)
		w.must(err)
		return claimed
	}

	t.Run("OnceByTwoProcesses", func(t *testing.T) {
		w, plan := signUpWorld(t)
		for i := range 40 {
			w.signUp(form(fmt.Sprintf("site-%02d", i), plan))
		}
		other := storetest.OpenOn(t, w.dsn)
		claimed := make(chan uint, 200)
		atOnce(4, func(i int) error {
			s := []*store.Store{w.Store, other}[i%2]
			for {
				some, err := s.ClaimSignUpMails(t.Context(), 3)
				for _, signUp := range some {
					claimed <- signUp.ID
				}
				if err != nil || len(some) == 0 {
					return err
				}
			}
		})
		close(claimed)
		seen := map[uint]bool{}
		for id := range claimed {
			if seen[id] {
				t.Errorf("%d was claimed twice", id)
			}
			seen[id] = true
		}
		want(t, "claimed", len(seen), 40)
	})

	t.Run("Sent", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		want(t, "claimed", len(claim(w)), 1)
		want(t, "claimed while it is sent", len(claim(w)), 0)
		w.must(w.SignUpMailed(t.Context(), signUp.ID, ""))
		want(t, "mail", w.getSignUp(signUp.ID).Mail, fleet.SignUpMailSent)
		_, err := w.SendSignUpLink(t.Context(), operator, signUp.ID)
		w.must(err)
		w.audited(operator, "sendSignUpLink", "acme.example.com for acme <acme@customers.example>", nil)
		want(t, "claimed again", len(claim(w)), 1)
	})

	t.Run("FailsAndIsGivenUp", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		for range 6 {
			mustDB(t, w.Store, "UPDATE sign_ups SET mail_due_at = UTC_TIMESTAMP(6)")
			want(t, "claimed", len(claim(w)), 1)
			w.must(w.SignUpMailed(t.Context(), signUp.ID, "connection refused"))
			want(t, "claimed right after it failed", len(claim(w)), 0)
		}
		failed := w.getSignUp(signUp.ID)
		want(t, "mail", []any{failed.Mail, failed.MailError, failed.MailTries}, []any{fleet.SignUpMailFailed, "connection refused", 6})
	})

	t.Run("NotWhenItIsConfirmedOrExpired", func(t *testing.T) {
		w, plan := signUpWorld(t)
		_, err := w.verify(w.signUp(form("acme", plan)))
		w.must(err)
		w.signUp(form("late", plan))
		mustDB(t, w.Store, "UPDATE sign_ups SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE state = 'UNVERIFIED'")
		want(t, "claimed", len(claim(w)), 0)
		done, err := w.AdvanceSignUps(t.Context())
		w.must(err)
		want(t, "expired", done.Expired, 1)
	})

	t.Run("StaffHandsTheLinkOn", func(t *testing.T) {
		w, plan := signUpWorld(t)
		signUp := w.signUp(form("acme", plan))
		link, err := w.SignUpLink(t.Context(), operator, signUpLinks, signUp.ID)
		w.must(err)
		want(t, "link", link, signUpLinks.Link(signUp))
		entry := w.audited(operator, "copySignUpLink", "acme.example.com for acme <acme@customers.example>", nil)
		if strings.Contains(fmt.Sprint(entry.Input), signUpLinks.Token(signUp)) {
			t.Error("the audit has the link")
		}
		_, err = w.verify(signUp)
		w.must(err)
		for name, do := range map[string]func() error{
			"link": func() error { _, err := w.SignUpLink(t.Context(), operator, signUpLinks, signUp.ID); return err },
			"send": func() error { _, err := w.SendSignUpLink(t.Context(), operator, signUp.ID); return err },
			"try":  func() error { _, err := w.RetrySignUp(t.Context(), operator, signUp.ID); return err },
		} {
			t.Run(name, func(t *testing.T) { w.refuses(fleet.CodeNotReady, "input.signUpId", do) })
		}
	})
}

func TestStore_SignUpToken(t *testing.T) {
	w := newEmptyWorld(t)
	secret, err := w.CreateAPIToken(t.Context(), admin, fleet.NewAPIToken{Name: "website", Scope: fleet.ScopeSignUp})
	w.must(err)
	actor, err := w.ActorOfToken(t.Context(), secret, "192.0.2.80")
	w.must(err)
	want(t, "actor", []any{actor.Role, actor.Scope}, []any{fleet.RoleNone, fleet.ScopeSignUp})
	w.refuses(fleet.CodeForbidden, "input.scope", func() error {
		_, err := w.CreateAPIToken(t.Context(), operator, fleet.NewAPIToken{Name: "website", Scope: fleet.ScopeSignUp})
		return err
	})
	w.refuses(fleet.CodeInvalid, "input.scope", func() error {
		_, err := w.CreateAPIToken(t.Context(), admin, fleet.NewAPIToken{Name: "website", Scope: "everything"})
		return err
	})
	w.refuses(fleet.CodeInvalid, "input.role", func() error {
		_, err := w.CreateAPIToken(t.Context(), admin, fleet.NewAPIToken{Name: "website", Scope: fleet.ScopeSignUp, Role: fleet.RoleAdmin})
		return err
	})
	w.refuses(fleet.CodeForbidden, "", func() error {
		_, err := w.CreateAPIToken(t.Context(), actor, fleet.NewAPIToken{Name: "more", Scope: fleet.ScopeSignUp})
		return err
	})
	mustDB(t, w.Store, "UPDATE users SET role = 'VIEWER' WHERE id = ?", admin.UserID)
	if _, err := w.ActorOfToken(t.Context(), secret, "192.0.2.80"); fleet.ErrorCode(err) != fleet.CodeUnauthenticated {
		t.Errorf("the token of somebody who may not sign people up any more: %v", err)
	}
}
