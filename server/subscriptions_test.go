package server_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"central/fleet"
)

// merged is one input with what a second says otherwise.
func merged(base, other vars) vars {
	both := maps.Clone(base)
	maps.Copy(both, other)
	return both
}

// month is what a plan in EUR asks for.
func month(amount int) vars { return vars{"amount": amount, "currency": "EUR"} }

func TestPlans_OverTheAPI(t *testing.T) {
	c := newCentral(t)
	admin := c.script(c.token(fleet.RoleAdmin))
	const fields = `plan { id version name price { amount currency decimal } trialDays graceDays limits { users storageBytes sites } closed subscriptionCount }`
	pro := vars{"name": "Pro", "price": month(4900), "trialDays": 14, "graceDays": 7, "limits": vars{"users": 5, "sites": 2}}
	created := admin.call("createPlan", pro, fields)
	id := at(created, "plan", "id").(string)
	wantJSON(t, "created", created, `{"plan": {"id": "`+id+`", "version": 1, "name": "Pro", "price": {"amount": 4900, "currency": "EUR", "decimal": "49.00"},
		"trialDays": 14, "graceDays": 7, "limits": {"users": 5, "storageBytes": null, "sites": 2}, "closed": false, "subscriptionCount": 0}}`)
	for field, change := range map[string]vars{
		"input.name": {"name": " "}, "input.price.currency": {"price": vars{"amount": 1, "currency": "euro"}}, "input.price.amount": {"price": month(-1)},
		"input.trialDays": {"trialDays": 366}, "input.graceDays": {"graceDays": 91}, "input.limits.users": {"limits": vars{"users": 0}},
	} {
		admin.refuses(t, fleet.CodeInvalid, field, "createPlan", merged(pro, merged(vars{"name": "Other"}, change)))
	}
	admin.refuses(t, fleet.CodeConflict, "input.name", "createPlan", pro)

	change := merged(pro, vars{"planId": id, "version": 1, "price": month(5900), "limits": vars{}})
	changed := admin.call("updatePlan", change, fields)
	if at(changed, "plan", "price", "decimal") != "59.00" || at(changed, "plan", "limits", "users") != nil || at(changed, "plan", "version") != 2.0 {
		t.Errorf("changed to %v", changed)
	}
	admin.audited(t, "updatePlan", "Pro: 59.00 EUR")
	admin.refuses(t, fleet.CodeConflict, "input.version", "updatePlan", change)
	admin.refuses(t, fleet.CodeNotFound, "input.planId", "updatePlan", merged(change, vars{"planId": "99"}))

	used := c.plan("Used")
	customer := at(admin.call("createCustomer", vars{"name": "Ana", "email": "ana@example.com"}, "customer { id }"), "customer", "id")
	admin.call("createSubscription", vars{"customerId": customer, "planId": used}, "subscription { id }")
	admin.refuses(t, fleet.CodeConflict, "input.planId", "removePlan", vars{"planId": used})
	if closed := admin.call("closePlan", vars{"planId": used}, fields); at(closed, "plan", "closed") != true || at(closed, "plan", "subscriptionCount") != 1.0 {
		t.Errorf("closed as %v", closed)
	}
	admin.refuses(t, fleet.CodeConflict, "input.closed", "closePlan", vars{"planId": used})
	admin.refuses(t, fleet.CodeNotReady, "input.planId", "createSubscription", vars{"customerId": customer, "planId": used})

	admin.call("removePlan", vars{"planId": id}, "planId")
	admin.audited(t, "removePlan", "Pro")
	wantJSON(t, "left", admin.must(`{ plans { name closed } }`, nil), `{"plans": [{"name": "Used", "closed": true}]}`)
}

func TestCustomers_OverTheAPI(t *testing.T) {
	c := newCentral(t)
	operator := c.script(c.token(fleet.RoleOperator))
	const fields = `customer { id version name email company notes }`
	ana := vars{"name": "Ana", "email": " Ana@Example.com ", "company": "Acme", "notes": "Pays late."}
	created := operator.call("createCustomer", ana, fields)
	id := at(created, "customer", "id").(string)
	wantJSON(t, "created", created, `{"customer": {"id": "`+id+`", "version": 1, "name": "Ana", "email": "ana@example.com", "company": "Acme", "notes": "Pays late."}}`)
	operator.refuses(t, fleet.CodeConflict, "input.email", "createCustomer", ana)
	operator.refuses(t, fleet.CodeInvalid, "input.email", "createCustomer", merged(ana, vars{"email": "ana"}))
	operator.refuses(t, fleet.CodeInvalid, "input.notes", "createCustomer", merged(ana, vars{"email": "b@example.com", "notes": strings.Repeat("x", 10_001)}))

	change := vars{"customerId": id, "version": 1, "name": "Ana Lee", "email": "lee@example.com"}
	operator.call("updateCustomer", change, fields)
	wantJSON(t, "read back", operator.must(`query($id: ID!) { customer(id: $id) { version name email company notes } }`, vars{"id": id}),
		`{"customer": {"version": 2, "name": "Ana Lee", "email": "lee@example.com", "company": "", "notes": ""}}`)
	operator.refuses(t, fleet.CodeConflict, "input.version", "updateCustomer", change)
	operator.refuses(t, fleet.CodeNotFound, "input.customerId", "updateCustomer", merged(change, vars{"customerId": "99"}))
	wantJSON(t, "found", operator.must(`{ customers(filter: {search: "lee@"}) { totalCount nodes { name } } }`, nil), `{"customers": {"totalCount": 1, "nodes": [{"name": "Ana Lee"}]}}`)
	wantFault(t, operator.do(`{ customers(first: 1001) { totalCount } }`, nil), fleet.CodeInvalid, "first")
}

// A subscription goes its way through the API: what each mutation changes is read back, and what it refuses changes nothing.
func TestSubscription_OverTheAPI(t *testing.T) {
	y := newYard(t)
	grace, joan := y.operator, y.script(y.token(fleet.RoleAdmin))
	pro, other := y.plan("Pro"), y.plan("Other")
	customer := at(grace.call("createCustomer", vars{"name": "Ana", "email": "ana@example.com"}, "customer { id }"), "customer", "id")
	const fields = `subscription { id version state plan { name } site { name serving } price { amount } credit { amount } trialEndsAt cancelAt closedSite }`
	days := func(s any) int {
		ends, err := time.Parse(time.RFC3339, at(s, "trialEndsAt").(string))
		if err != nil {
			t.Fatal(err)
		}
		return int(time.Until(ends).Round(time.Hour).Hours() / 24)
	}
	input := vars{"customerId": customer, "planId": pro, "siteId": y.sites[0], "why": "asked by phone"}
	s := at(grace.call("createSubscription", input, fields), "subscription")
	if at(s, "state") != "TRIAL" || at(s, "site", "name") != "site-01-01.example.com" || at(s, "price", "amount") != 4900.0 || days(s) != 14 {
		t.Errorf("it begins as %v", s)
	}
	grace.audited(t, "createSubscription", "Ana <ana@example.com>: Pro")
	grace.refuses(t, fleet.CodeConflict, "input.siteId", "createSubscription", input)
	grace.refuses(t, fleet.CodeNotFound, "input.customerId", "createSubscription", merged(input, vars{"customerId": "99"}))
	grace.refuses(t, fleet.CodeNotFound, "input.planId", "createSubscription", merged(input, vars{"planId": "99"}))

	// with is an input about the subscription as it was last seen.
	with := func(more vars) vars {
		return merged(vars{"subscriptionId": at(s, "id"), "version": at(s, "version")}, more)
	}
	change := func(mutation string, more vars) {
		t.Helper()
		s = at(grace.call(mutation, with(more), fields), "subscription")
	}

	seen := with(vars{"days": 7})
	change("extendTrial", vars{"days": 30})
	if days(s) != 44 {
		t.Errorf("the trial ends in %d days", days(s))
	}
	t.Run("TwoPeopleAtOnce", func(t *testing.T) {
		joan.refuses(t, fleet.CodeConflict, "input.version", "extendTrial", seen)
		r := joan.do(mutationOf("extendTrial", "__typename"), vars{"i": seen})
		if !strings.Contains(r.Body, "(token of owner-of-operator) changed this subscription while you looked at it") {
			t.Errorf("it does not say who was first: %s", r.Body)
		}
	})
	grace.refuses(t, fleet.CodeInvalid, "input.days", "extendTrial", with(vars{"days": 366}))

	change("changePlan", vars{"planId": other})
	if at(s, "plan", "name") != "Other" {
		t.Errorf("its plan is %v", s)
	}
	grace.refuses(t, fleet.CodeConflict, "input.planId", "changePlan", with(vars{"planId": other}))

	change("assignSite", vars{"siteId": y.sites[1]})
	if at(s, "site", "name") != "site-02-01.example.com" {
		t.Errorf("its site is %v", s)
	}
	grace.refuses(t, fleet.CodeNotFound, "input.siteId", "assignSite", with(vars{"siteId": "99"}))

	payment := vars{"subscriptionId": at(s, "id"), "money": month(5000), "note": "by cheque", "idempotencyKey": "cheque-1"}
	const paid = `payment { id money { decimal } source periods note } ` + fields
	first := grace.call("recordPayment", payment, paid)
	s = at(first, "subscription")
	if at(s, "state") != "ACTIVE" || at(s, "credit", "amount") != 100.0 || at(first, "payment", "periods") != 1.0 || at(first, "payment", "source") != "HAND" {
		t.Errorf("paid as %v", first)
	}
	if again := grace.call("recordPayment", payment, paid); at(again, "payment", "id") != at(first, "payment", "id") {
		t.Errorf("the same key again recorded %v", again)
	}
	grace.refuses(t, fleet.CodeKeyReused, "input.idempotencyKey", "recordPayment", merged(payment, vars{"money": month(1)}))
	grace.refuses(t, fleet.CodeInvalid, "input.money.currency", "recordPayment", merged(payment, vars{"money": vars{"amount": 1, "currency": "USD"}, "idempotencyKey": "cheque-2"}))
	grace.refuses(t, fleet.CodeInvalid, "input.money.amount", "recordPayment", merged(payment, vars{"money": month(0), "idempotencyKey": "cheque-2"}))
	grace.refuses(t, fleet.CodeNotReady, "input.subscriptionId", "extendTrial", with(vars{"days": 1}))

	change("cancelSubscription", vars{"atEnd": true})
	if at(s, "state") != "ACTIVE" || at(s, "cancelAt") == nil {
		t.Errorf("about to end it is %v", s)
	}
	grace.refuses(t, fleet.CodeConflict, "input.atEnd", "cancelSubscription", with(vars{"atEnd": true}))
	change("cancelSubscription", vars{"why": "moves on"})
	if at(s, "state") != "CANCELLED" || at(s, "closedSite") != true || at(s, "site", "serving") != "SUSPENDED" {
		t.Errorf("ended it is %v", s)
	}
	grace.refuses(t, fleet.CodeNotReady, "input.subscriptionId", "cancelSubscription", with(nil))
	change("resumeSubscription", nil)
	if at(s, "state") != "ACTIVE" || at(s, "site", "serving") != "OPEN" || at(s, "cancelAt") != nil {
		t.Errorf("resumed it is %v", s)
	}
	grace.refuses(t, fleet.CodeNotReady, "input.subscriptionId", "resumeSubscription", with(nil))

	data := grace.must(`query($id: ID!) { subscription(id: $id) { changes { event actorName why } payments { money { decimal } } } }`, vars{"id": at(s, "id")})
	events := []string{}
	for _, change := range at(data, "subscription", "changes").([]any) {
		events = append(events, strings.TrimSpace(fmt.Sprintf("%s %s", at(change, "event"), at(change, "why"))))
	}
	if got, want := strings.Join(events, ", "), "RESUMED_PAID, CANCELLED moves on, END_CHOSEN, PERIOD_PAID by cheque, SITE_CHANGED, PLAN_CHANGED, TRIAL_EXTENDED, CREATED asked by phone"; got != want {
		t.Errorf("its history is %s\nwant %s", got, want)
	}
	wantJSON(t, "payments", at(data, "subscription", "payments"), `[{"money": {"decimal": "50.00"}}]`)
}

func TestFigures_OverTheAPI(t *testing.T) {
	c := newCentral(t)
	operator := c.script(c.token(fleet.RoleOperator))
	plan := c.plan("Pro")
	subscribe := func(name string) any {
		customer := at(operator.call("createCustomer", vars{"name": name, "email": name + "@example.com"}, "customer { id }"), "customer", "id")
		return at(operator.call("createSubscription", vars{"customerId": customer, "planId": plan}, "subscription { id }"), "subscription", "id")
	}
	pay := func(id any) any {
		return at(operator.call("recordPayment", vars{"subscriptionId": id, "money": month(4900), "idempotencyKey": fmt.Sprint("of-", id)}, "subscription { version }"), "subscription", "version")
	}
	subscribe("ana")
	pay(subscribe("bob"))
	pay(subscribe("cyd"))
	eve := subscribe("eve")
	operator.call("cancelSubscription", vars{"subscriptionId": eve, "version": pay(eve)}, "subscription { state }")

	today := time.Now().UTC()
	data := operator.must(`{ figures(days: 1, months: 1) { trialsRunning payingCustomers revenue { amount currency decimal } signUps { day count }
		cohorts { month started converted paying conversionRatio } churn { month before gained lost churnRatio } } }`, nil)
	wantJSON(t, "figures", at(data, "figures"), fmt.Sprintf(`{"trialsRunning": 1, "payingCustomers": 2, "revenue": [{"amount": 9800, "currency": "EUR", "decimal": "98.00"}],
		"signUps": [{"day": %q, "count": 4}], "cohorts": [{"month": %[2]q, "started": 4, "converted": 3, "paying": 2, "conversionRatio": 0.75}],
		"churn": [{"month": %[2]q, "before": 0, "gained": 3, "lost": 1, "churnRatio": 0}]}`, today.Format(time.DateOnly), today.Format("2006-01")))
	wantFault(t, operator.do(`{ figures(days: 367) { trialsRunning } }`, nil), fleet.CodeInvalid, "days")
	wantFault(t, operator.do(`{ figures(months: 61) { trialsRunning } }`, nil), fleet.CodeInvalid, "months")
}
