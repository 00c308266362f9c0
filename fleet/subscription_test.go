package fleet_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

// Every event in every state: where it leads, or nothing where it cannot happen.
func TestSubscriptionState_After(t *testing.T) {
	const (
		T, A, P, S, C, X = fleet.SubscriptionTrial, fleet.SubscriptionActive, fleet.SubscriptionPastDue,
			fleet.SubscriptionSuspended, fleet.SubscriptionCancelled, fleet.SubscriptionArchived
		no = fleet.SubscriptionState("")
	)
	want := map[fleet.SubscriptionEvent][6]fleet.SubscriptionState{
		//                          TRIAL ACTIVE PAST_DUE SUSPENDED CANCELLED ARCHIVED
		fleet.EventTrialEnded:      {P, no, no, no, no, no},
		fleet.EventPeriodEnded:     {no, P, no, no, no, no},
		fleet.EventGraceEnded:      {no, no, S, no, no, no},
		fleet.EventSuspensionEnded: {no, no, no, C, no, no},
		fleet.EventRetentionEnded:  {no, no, no, no, X, no},
		fleet.EventPeriodPaid:      {A, A, A, A, no, no},
		fleet.EventPayment:         {T, A, P, S, C, X},
		fleet.EventTrialExtended:   {T, no, T, T, no, no},
		fleet.EventPlanChanged:     {T, A, P, S, no, no},
		fleet.EventSiteChanged:     {T, A, P, S, no, no},
		fleet.EventEndChosen:       {T, A, no, no, no, no},
		fleet.EventEndTakenBack:    {T, A, P, no, no, no},
		fleet.EventCancelled:       {C, C, C, C, no, no},
		fleet.EventResumedTrial:    {no, no, no, no, T, no},
		fleet.EventResumedPaid:     {no, no, no, no, A, no},
		fleet.EventResumedUnpaid:   {no, no, no, P, P, no},
	}
	if len(want) != len(fleet.SubscriptionEvents()) {
		t.Fatalf("%d events are held to a table of %d", len(fleet.SubscriptionEvents()), len(want))
	}
	for _, event := range fleet.SubscriptionEvents() {
		for i, state := range fleet.SubscriptionStates() {
			got, can := state.After(event)
			if got != want[event][i] || can != (got != no) {
				t.Errorf("%s, %s: got %q, %v, want %q", state, event, got, can, want[event][i])
			}
		}
	}
}

var (
	began = time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC)
	pro   = fleet.Plan{ID: 1, Name: "Pro", Price: fleet.Money{Amount: 4900, Currency: "EUR"}, TrialDays: 14, GraceDays: 7}
	basic = fleet.Plan{ID: 2, Name: "Basic", Price: fleet.Money{Amount: 900, Currency: "EUR"}, TrialDays: 14, GraceDays: 7}
	free  = fleet.Plan{ID: 3, Name: "Free", Price: fleet.Money{Amount: 0, Currency: "EUR"}, TrialDays: 0, GraceDays: 7}
	yen   = fleet.Plan{ID: 4, Name: "Yen", Price: fleet.Money{Amount: 4900, Currency: "JPY"}}
)

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// A customer who never pays goes through all states, each as long as it lasts, and is told in time.
func TestCustomerSubscription_NobodyPays(t *testing.T) {
	s := fleet.NewSubscription(7, pro, began)
	type step struct {
		Day      int
		State    fleet.SubscriptionState
		Reminder fleet.ReminderKind
	}
	got := []step{}
	for day := range 365 {
		now := began.Add(days(day))
		if s.DueAt == nil || s.DueAt.After(now) {
			continue
		}
		next, event, reminder := s.Advance(pro, now)
		s = next
		one := step{Day: day}
		if event != "" {
			one.State = s.State
		}
		if reminder != nil {
			one.Reminder = reminder.Kind
		}
		got = append(got, one)
	}
	want := []step{
		{7, "", fleet.ReminderTrialEnds}, {13, "", fleet.ReminderTrialEnds},
		{14, fleet.SubscriptionPastDue, fleet.ReminderPastDue}, {20, "", fleet.ReminderGraceEnds},
		{21, fleet.SubscriptionSuspended, fleet.ReminderSuspended}, {74, "", fleet.ReminderCancelNear},
		{81, fleet.SubscriptionCancelled, fleet.ReminderCancelled}, {171, fleet.SubscriptionArchived, ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.DueAt != nil || s.LostAt != nil || s.FirstPaidAt != nil {
		t.Errorf("in the end it is %+v", s)
	}
}

// After Central was down for a year, a trial that ended long ago still has its days to pay, and one reminder.
func TestCustomerSubscription_Advance_late(t *testing.T) {
	now := began.Add(days(365))
	s, event, reminder := fleet.NewSubscription(7, pro, began).Advance(pro, now)
	if event != fleet.EventTrialEnded || reminder == nil || reminder.Kind != fleet.ReminderPastDue || !s.StateEndsAt.Equal(now.Add(days(7))) {
		t.Errorf("got %s, %+v, %+v", event, reminder, s)
	}
	if again, event, reminder := s.Advance(pro, now); event != "" || reminder != nil || again.Version != s.Version {
		t.Errorf("a second look did something: %s, %+v", event, reminder)
	}
}

func TestNextPeriod(t *testing.T) {
	at := time.Date(2027, 10, 31, 10, 30, 0, 0, time.UTC)
	got := []string{}
	for range 6 {
		at = fleet.NextPeriod(at, 31)
		got = append(got, at.Format("2006-01-02T15:04"))
	}
	want := []string{"2027-11-30T10:30", "2027-12-31T10:30", "2028-01-31T10:30", "2028-02-29T10:30", "2028-03-31T10:30", "2028-04-30T10:30"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCustomerSubscription_Pay(t *testing.T) {
	trialEnd := began.Add(days(14)) // 14 February
	inTrial := fleet.NewSubscription(7, pro, began)
	pastDue, _, _ := inTrial.Advance(pro, trialEnd)
	suspended, _, _ := pastDue.Advance(pro, trialEnd.Add(days(7)))
	cancelled, _, err := suspended.Cancel(false, pro, trialEnd.Add(days(8)))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		before fleet.CustomerSubscription
		amount int64
		at     time.Time
		state  fleet.SubscriptionState
		until  string // "" for no period
		credit int64
		events int
	}{
		"in the trial: the first period follows on it":        {inTrial, 4900, began.Add(days(3)), "ACTIVE", "2026-03-14", 0, 1},
		"three months at once":                                {inTrial, 3 * 4900, began, "ACTIVE", "2026-05-14", 0, 3},
		"too little waits":                                    {inTrial, 4899, began, "TRIAL", "", 4899, 1},
		"late: the time since the trial is paid":              {pastDue, 5000, trialEnd.Add(days(3)), "ACTIVE", "2026-03-14", 100, 1},
		"suspended: from today":                               {suspended, 4900, trialEnd.Add(days(10)), "ACTIVE", "2026-03-24", 0, 1},
		"cancelled: the money waits for a person who decides": {cancelled, 4900, trialEnd.Add(days(20)), "CANCELLED", "", 4900, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s, events := test.before.Pay(test.amount, pro, test.at)
			until := ""
			if s.PeriodEndsAt != nil {
				until = s.PeriodEndsAt.Format(time.DateOnly)
			}
			if s.State != test.state || until != test.until || s.Credit != test.credit || len(events) != test.events {
				t.Errorf("got %s until %q with %d, %v", s.State, until, s.Credit, events)
			}
			if (s.FirstPaidAt != nil) != (test.until != "") || s.Paying() != (test.state == fleet.SubscriptionActive) {
				t.Errorf("paying is %v since %v", s.Paying(), s.FirstPaidAt)
			}
		})
	}
	t.Run("a customer who stops is lost, and won back", func(t *testing.T) {
		s, _ := inTrial.Pay(4900, pro, began)
		s, event, _ := s.Advance(pro, *s.PeriodEndsAt)
		if event != fleet.EventPeriodEnded || !s.Paying() {
			t.Errorf("%s, paying is %v", event, s.Paying())
		}
		gone := *s.StateEndsAt
		s, _, _ = s.Advance(pro, gone)
		if s.LostAt == nil || !s.LostAt.Equal(gone) || s.Paying() {
			t.Errorf("lost at %v", s.LostAt)
		}
		if s, _ = s.Pay(4900, pro, gone.Add(days(1))); s.LostAt != nil || !s.Paying() {
			t.Errorf("won back, but lost at %v", s.LostAt)
		}
	})
	t.Run("a free plan goes on by itself", func(t *testing.T) {
		s := fleet.NewSubscription(7, free, began)
		if s.State != fleet.SubscriptionActive || s.FirstPaidAt != nil {
			t.Errorf("it begins as %+v", s)
		}
		if s, event, reminder := s.Advance(free, *s.PeriodEndsAt); s.State != fleet.SubscriptionActive || event != fleet.EventPeriodPaid || reminder != nil {
			t.Errorf("it goes on with %s as %s", event, s.State)
		}
	})
}

func TestCustomerSubscription_ChangePlan(t *testing.T) {
	inTrial := fleet.NewSubscription(7, pro, began)
	s, err := inTrial.ChangePlan(basic, began)
	if err != nil || s.PlanID != basic.ID || s.Price != basic.Price || s.State != fleet.SubscriptionTrial || s.Version != 2 {
		t.Errorf("got %+v, %v", s, err)
	}
	withCredit, _ := inTrial.Pay(1000, pro, began)
	pastDue, _, _ := withCredit.Advance(pro, began.Add(days(14)))
	if s, err := pastDue.ChangePlan(basic, began.Add(days(15))); err != nil || s.State != fleet.SubscriptionActive || s.Credit != 100 {
		t.Errorf("a plan that is paid for already: %+v, %v", s, err)
	}
	closed := basic
	closed.Closed = true
	cancelled, _, _ := inTrial.Cancel(false, pro, began)
	for name, test := range map[string]struct {
		s     fleet.CustomerSubscription
		plan  fleet.Plan
		code  fleet.Code
		field string
	}{
		"the same":              {inTrial, pro, fleet.CodeConflict, "input.planId"},
		"a closed one":          {inTrial, closed, fleet.CodeNotReady, "input.planId"},
		"credit in other money": {withCredit, yen, fleet.CodeInvalid, "input.planId"},
		"cancelled":             {cancelled, basic, fleet.CodeNotReady, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.s.ChangePlan(test.plan, began)
			wantFault(t, err, test.code, test.field)
		})
	}
}

func TestCustomerSubscription_ExtendTrial(t *testing.T) {
	inTrial := fleet.NewSubscription(7, pro, began)
	ends := func(s fleet.CustomerSubscription, err error) string {
		if err != nil {
			return err.Error()
		}
		return string(s.State) + " " + s.StateEndsAt.Format(time.DateOnly)
	}
	if got := ends(inTrial.ExtendTrial(10, pro, began.Add(days(3)))); got != "TRIAL 2026-02-24" {
		t.Errorf("one that runs ends %s", got)
	}
	pastDue, _, _ := inTrial.Advance(pro, began.Add(days(14)))
	suspended, _, _ := pastDue.Advance(pro, began.Add(days(21)))
	if got := ends(suspended.ExtendTrial(10, pro, began.Add(days(28)))); got != "TRIAL 2026-03-10" {
		t.Errorf("one that is over ends %s", got)
	}
	paid, _ := inTrial.Pay(4900, pro, began)
	for _, n := range []int{0, -1, 366} {
		_, err := inTrial.ExtendTrial(n, pro, began)
		wantFault(t, err, fleet.CodeInvalid, "input.days")
	}
	_, err := paid.ExtendTrial(1, pro, began)
	wantFault(t, err, fleet.CodeNotReady, "input.subscriptionId")
}

func TestCustomerSubscription_CancelAndResume(t *testing.T) {
	inTrial := fleet.NewSubscription(7, pro, began)
	paid, _ := inTrial.Pay(4900, pro, began) // until 14 March
	later := began.Add(days(5))

	t.Run("at the end of what is paid", func(t *testing.T) {
		s, event, err := paid.Cancel(true, pro, later)
		if err != nil || event != fleet.EventEndChosen || s.State != fleet.SubscriptionActive || !s.DueAt.Equal(*paid.PeriodEndsAt) {
			t.Fatalf("got %s, %+v, %v", event, s, err)
		}
		if _, _, err := s.Cancel(true, pro, later); fleet.ErrorCode(err) != fleet.CodeConflict {
			t.Errorf("twice: %v", err)
		}
		kept, event, err := s.Resume(pro, later)
		if err != nil || event != fleet.EventEndTakenBack || kept.CancelAt != nil || kept.State != fleet.SubscriptionActive {
			t.Errorf("taken back: %s, %+v, %v", event, kept, err)
		}
		if s, event, _ := s.Advance(pro, *s.CancelAt); event != fleet.EventCancelled || s.State != fleet.SubscriptionCancelled || s.LostAt == nil {
			t.Errorf("in the end: %s, %+v", event, s)
		}
	})
	t.Run("at once, and resumed", func(t *testing.T) {
		for name, test := range map[string]struct {
			s     fleet.CustomerSubscription
			at    time.Time
			state fleet.SubscriptionState
			ends  string
		}{
			"while its trial runs":            {inTrial, later, "TRIAL", "2026-02-14"},
			"when its trial is over":          {inTrial, began.Add(days(60)), "PAST_DUE", "2026-04-08"},
			"within the paid period":          {paid, later, "ACTIVE", "2026-03-14"},
			"when the paid period has passed": {paid, began.Add(days(60)), "PAST_DUE", "2026-04-08"},
		} {
			t.Run(name, func(t *testing.T) {
				s, _, err := test.s.Cancel(false, pro, began)
				if err != nil || s.State != fleet.SubscriptionCancelled {
					t.Fatalf("got %+v, %v", s, err)
				}
				s, _, err = s.Resume(pro, test.at)
				if err != nil || s.State != test.state || s.StateEndsAt.Format(time.DateOnly) != test.ends || s.LostAt != nil {
					t.Errorf("got %+v, %v", s, err)
				}
			})
		}
	})
	t.Run("nothing to resume", func(t *testing.T) {
		_, _, err := inTrial.Resume(pro, later)
		wantFault(t, err, fleet.CodeNotReady, "input.subscriptionId")
	})
}
