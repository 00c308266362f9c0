package fleet

import "time"

// SubscriptionState is where a subscription stands.
type SubscriptionState string

// The states of a subscription, in the order in which one that nobody pays goes through them.
const (
	SubscriptionTrial     SubscriptionState = "TRIAL"     // free until its trial ends
	SubscriptionActive    SubscriptionState = "ACTIVE"    // paid until its period ends
	SubscriptionPastDue   SubscriptionState = "PAST_DUE"  // a price is due; the site serves meanwhile
	SubscriptionSuspended SubscriptionState = "SUSPENDED" // the proxies say so in place of the site
	SubscriptionCancelled SubscriptionState = "CANCELLED" // ended, and can be resumed for a while
	SubscriptionArchived  SubscriptionState = "ARCHIVED"  // over for good, kept on record
)

// SubscriptionStates are all of them, in their order.
func SubscriptionStates() []SubscriptionState {
	return []SubscriptionState{SubscriptionTrial, SubscriptionActive, SubscriptionPastDue, SubscriptionSuspended, SubscriptionCancelled, SubscriptionArchived}
}

// Served says whether the site of a subscription in this state serves its visitors.
func (s SubscriptionState) Served() bool {
	return s == SubscriptionTrial || s == SubscriptionActive || s == SubscriptionPastDue
}

// Ended says whether nothing more is expected of a subscription in this state.
func (s SubscriptionState) Ended() bool {
	return s == SubscriptionCancelled || s == SubscriptionArchived
}

// SubscriptionEvent is what can happen to a subscription.
type SubscriptionEvent string

// The events. Those of the first group come with time, the others from people and payments.
const (
	EventTrialEnded      SubscriptionEvent = "TRIAL_ENDED"
	EventPeriodEnded     SubscriptionEvent = "PERIOD_ENDED"
	EventGraceEnded      SubscriptionEvent = "GRACE_ENDED"
	EventSuspensionEnded SubscriptionEvent = "SUSPENSION_ENDED"
	EventRetentionEnded  SubscriptionEvent = "RETENTION_ENDED"

	EventCreated       SubscriptionEvent = "CREATED" // the first of each, from no state at all
	EventPeriodPaid    SubscriptionEvent = "PERIOD_PAID"
	EventPayment       SubscriptionEvent = "PAYMENT" // money came, and did not suffice for a period or came too late
	EventTrialExtended SubscriptionEvent = "TRIAL_EXTENDED"
	EventPlanChanged   SubscriptionEvent = "PLAN_CHANGED"
	EventSiteChanged   SubscriptionEvent = "SITE_CHANGED"
	EventEndChosen     SubscriptionEvent = "END_CHOSEN" // it will be cancelled when what runs has ended
	EventEndTakenBack  SubscriptionEvent = "END_TAKEN_BACK"
	EventCancelled     SubscriptionEvent = "CANCELLED"
	EventResumedTrial  SubscriptionEvent = "RESUMED_TRIAL"  // resumed while its trial still runs
	EventResumedPaid   SubscriptionEvent = "RESUMED_PAID"   // resumed within a period that is paid
	EventResumedUnpaid SubscriptionEvent = "RESUMED_UNPAID" // resumed, and has to be paid
)

// SubscriptionEvents are all of them but EventCreated.
func SubscriptionEvents() []SubscriptionEvent {
	return []SubscriptionEvent{
		EventTrialEnded, EventPeriodEnded, EventGraceEnded, EventSuspensionEnded, EventRetentionEnded,
		EventPeriodPaid, EventPayment, EventTrialExtended, EventPlanChanged, EventSiteChanged, EventEndChosen, EventEndTakenBack, EventCancelled,
		EventResumedTrial, EventResumedPaid, EventResumedUnpaid,
	}
}

// transitions is the state machine: by event and state, the state that follows. What is missing cannot happen.
var transitions = map[SubscriptionEvent]map[SubscriptionState]SubscriptionState{
	EventTrialEnded:      {SubscriptionTrial: SubscriptionPastDue},
	EventPeriodEnded:     {SubscriptionActive: SubscriptionPastDue},
	EventGraceEnded:      {SubscriptionPastDue: SubscriptionSuspended},
	EventSuspensionEnded: {SubscriptionSuspended: SubscriptionCancelled},
	EventRetentionEnded:  {SubscriptionCancelled: SubscriptionArchived},
	EventPeriodPaid: {
		SubscriptionTrial: SubscriptionActive, SubscriptionActive: SubscriptionActive,
		SubscriptionPastDue: SubscriptionActive, SubscriptionSuspended: SubscriptionActive,
	},
	EventPayment:       stay(SubscriptionStates()...),
	EventTrialExtended: {SubscriptionTrial: SubscriptionTrial, SubscriptionPastDue: SubscriptionTrial, SubscriptionSuspended: SubscriptionTrial},
	EventPlanChanged:   stay(SubscriptionTrial, SubscriptionActive, SubscriptionPastDue, SubscriptionSuspended),
	EventSiteChanged:   stay(SubscriptionTrial, SubscriptionActive, SubscriptionPastDue, SubscriptionSuspended),
	EventEndChosen:     stay(SubscriptionTrial, SubscriptionActive),
	EventEndTakenBack:  stay(SubscriptionTrial, SubscriptionActive, SubscriptionPastDue),
	EventCancelled: {
		SubscriptionTrial: SubscriptionCancelled, SubscriptionActive: SubscriptionCancelled,
		SubscriptionPastDue: SubscriptionCancelled, SubscriptionSuspended: SubscriptionCancelled,
	},
	EventResumedTrial:  {SubscriptionCancelled: SubscriptionTrial},
	EventResumedPaid:   {SubscriptionCancelled: SubscriptionActive},
	EventResumedUnpaid: {SubscriptionSuspended: SubscriptionPastDue, SubscriptionCancelled: SubscriptionPastDue},
}

func stay(states ...SubscriptionState) map[SubscriptionState]SubscriptionState {
	same := map[SubscriptionState]SubscriptionState{}
	for _, state := range states {
		same[state] = state
	}
	return same
}

// After is the state that follows from an event in this one; false when that cannot happen.
func (s SubscriptionState) After(event SubscriptionEvent) (SubscriptionState, bool) {
	next, can := transitions[event][s]
	return next, can
}

// How long a subscription stays in the last states before the next one follows by itself.
const (
	SuspendedFor = 60 * 24 * time.Hour // then it is cancelled
	CancelledFor = 90 * 24 * time.Hour // then it is archived
)

// CustomerSubscription is one customer's use of one plan, for one site at most.
type CustomerSubscription struct {
	ID            uint
	CustomerID    uint
	PlanID        uint
	SiteID        *uint
	State         SubscriptionState
	StateSince    time.Time
	StateEndsAt   *time.Time // when the next state follows by itself; nil for an archived one
	CancelAt      *time.Time // when it is cancelled because somebody asked for that
	Price         Money      `gorm:"embedded;embeddedPrefix:price_"` // for one interval, as it was when the plan was chosen
	Credit        int64      // what was paid and has not been used for a period, in minor units of Price's currency
	BillingDay    int        // day of the month on which periods end, 1 to 31; the last one of months that are shorter
	TrialEndsAt   time.Time
	PeriodEndsAt  *time.Time // until when it is paid, or from when on it is owed; nil before the first period
	FirstPaidAt   *time.Time
	LostAt        *time.Time // since when somebody who has paid does not use it any more
	ClosedSite    bool       // the site is suspended because of this subscription, and by nobody else
	RemindedUntil time.Time  // reminders up to then are on record
	DueAt         *time.Time // when it has to be looked at next
	Version       int        // counts changes
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Paying says whether it counts as revenue: it has been paid for, and is used.
func (s CustomerSubscription) Paying() bool {
	return s.FirstPaidAt != nil && (s.State == SubscriptionActive || s.State == SubscriptionPastDue)
}

// SubscriptionChange is one line of a subscription's history.
type SubscriptionChange struct {
	ID             uint
	SubscriptionID uint
	At             time.Time
	ActorName      string
	Event          SubscriptionEvent
	FromState      *SubscriptionState // nil for the first
	ToState        SubscriptionState
	Detail         string // what else changed, such as "plan Basic → Pro"; may be empty
	Why            string // in the words of who asked for it; may be empty
	Version        int    // of the subscription afterwards
}

// SubscriptionFilter narrows a list of subscriptions; the zero value matches all that are not archived.
type SubscriptionFilter struct {
	Search      string // part of the customer's name, e-mail address or company, or of the site's name
	States      []SubscriptionState
	PlanIDs     []uint
	CustomerID  *uint
	EndsWithin  *int  // its state ends within so many days
	WithoutSite *bool // true: has none; false: has one
	OverLimit   bool  // uses more than its plan allows
}

// SubscriptionOrder is a column that lists of subscriptions can be ordered by.
type SubscriptionOrder string

// The orders of a list of subscriptions.
const (
	SubscriptionOrderCreated SubscriptionOrder = "CREATED"
	SubscriptionOrderEnds    SubscriptionOrder = "ENDS"
)

// SubscriptionOrderBy is the order of a list of subscriptions.
type SubscriptionOrderBy struct {
	Field      SubscriptionOrder
	Descending bool
}

// SubscriptionConnection is a page of subscriptions.
type SubscriptionConnection struct {
	Nodes      []CustomerSubscription
	TotalCount int
	PageInfo   PageInfo
}
