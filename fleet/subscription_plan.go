package fleet

import "time"

// PlanInterval is how long one price lasts.
type PlanInterval string

// IntervalMonth is one month, from a day to the same day of the next month.
const IntervalMonth PlanInterval = "MONTH"

// Plan is what customers subscribe to.
type Plan struct {
	ID        uint
	Name      string
	Price     Money `gorm:"embedded;embeddedPrefix:price_"` // of new subscriptions, for one interval; each keeps its own
	Interval  PlanInterval
	TrialDays int        // before the first price is due
	GraceDays int        // from the day a price is due until the site is suspended
	Limits    PlanLimits `gorm:"embedded;embeddedPrefix:limit_"`
	Closed    bool       // nobody can subscribe to it any more; those who have go on
	Version   int        // counts changes
	CreatedAt time.Time
	UpdatedAt time.Time
}

// PlanLimits are what a subscription may use; nil is no limit.
type PlanLimits struct {
	Users        *int
	StorageBytes *int64 // database and files
	Sites        *int   // of one customer on this plan
}

// PlanInput is the input of CreatePlan and UpdatePlan.
type PlanInput struct {
	PlanID    uint // only for UpdatePlan
	Version   int  // only for UpdatePlan: the one that was looked at
	Name      string
	Price     Money
	TrialDays int
	GraceDays int
	Limits    PlanLimits
}

// The most days that a trial and the time to pay may have.
const (
	maxTrialDays = 365
	maxGraceDays = 90
)

// Validate brings the input into its form. It errs with CodeInvalid and the field.
func (p *PlanInput) Validate() (err error) {
	if p.Name, err = oneLine(p.Name, "input.name", 1); err != nil {
		return err
	}
	if err := p.Price.Validate("input.price", 0); err != nil {
		return err
	}
	switch {
	case p.TrialDays < 0 || p.TrialDays > maxTrialDays:
		return FieldErrorf(CodeInvalid, "input.trialDays", "A trial has 0 to %d days.", maxTrialDays)
	case p.GraceDays < 0 || p.GraceDays > maxGraceDays:
		return FieldErrorf(CodeInvalid, "input.graceDays", "There are 0 to %d days to pay.", maxGraceDays)
	case p.Limits.Users != nil && *p.Limits.Users < 1:
		return FieldErrorf(CodeInvalid, "input.limits.users", "A limit is at least 1; leave it out for none.")
	case p.Limits.StorageBytes != nil && *p.Limits.StorageBytes < 1:
		return FieldErrorf(CodeInvalid, "input.limits.storageBytes", "A limit is at least 1; leave it out for none.")
	case p.Limits.Sites != nil && *p.Limits.Sites < 1:
		return FieldErrorf(CodeInvalid, "input.limits.sites", "A limit is at least 1; leave it out for none.")
	}
	return nil
}
