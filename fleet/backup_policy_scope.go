package fleet

import "fmt"

// PolicyScope is which sites a policy is for: those of the subscriptions of a plan, those of a bench, or, without either, all
// others of the fleet.
type PolicyScope struct {
	PlanID  *uint
	BenchID *uint
}

// Validate errs with CodeInvalid about input.benchId unless the scope is a plan or a bench, and not both.
func (s PolicyScope) Validate() error {
	if (s.PlanID == nil) == (s.BenchID == nil) {
		return FieldErrorf(CodeInvalid, "input.benchId", "Give a plan or a bench that the policy is for.")
	}
	return nil
}

// ScopedBackupPolicy is a policy for a part of the fleet. How often restores are tested is the fleet's alone.
type ScopedBackupPolicy struct {
	PolicyScope
	EveryHours        int
	KeepLast          int
	KeepDaily         int
	KeepWeekly        int
	KeepMonthly       int
	ManualDays        int
	BeforeRestoreDays int
	FinalDays         int
}

// Policy is the whole policy of a part of a fleet that has this one.
func (p ScopedBackupPolicy) Policy(fleet BackupPolicy) BackupPolicy {
	return BackupPolicy{
		EveryHours: p.EveryHours, KeepLast: p.KeepLast, KeepDaily: p.KeepDaily, KeepWeekly: p.KeepWeekly, KeepMonthly: p.KeepMonthly,
		ManualDays: p.ManualDays, BeforeRestoreDays: p.BeforeRestoreDays, FinalDays: p.FinalDays, TestDays: fleet.TestDays,
	}
}

// Validate checks that the policy makes sense. It errs with CodeInvalid and the field.
func (p ScopedBackupPolicy) Validate() error {
	if err := p.PolicyScope.Validate(); err != nil {
		return err
	}
	return p.Policy(BackupPolicy{}).Validate()
}

// PolicySource is where the policy of a site comes from.
type PolicySource string

// The sources of a policy, from the one that holds over all others on.
const (
	PolicyOfPlan  PolicySource = "PLAN"
	PolicyOfBench PolicySource = "BENCH"
	PolicyOfFleet PolicySource = "FLEET"
)

// SitePolicy is the policy that holds for a site, and why it does.
type SitePolicy struct {
	BackupPolicy
	Source PolicySource
	Why    string // a sentence
}

// PolicyFacts is what the policy of a site is decided by.
type PolicyFacts struct {
	Plan      *ScopedBackupPolicy // of the plan of the site's newest subscription; nil for none
	PlanName  string
	Bench     *ScopedBackupPolicy // of the site's bench; nil for none
	BenchName string
	Fleet     BackupPolicy
}

// PolicyFor says which policy holds for a site: that of its plan, which a customer was promised wherever the site lives; without
// one, that of its bench; without either, the fleet's.
func PolicyFor(facts PolicyFacts) SitePolicy {
	switch {
	case facts.Plan != nil:
		return SitePolicy{facts.Plan.Policy(facts.Fleet), PolicyOfPlan, fmt.Sprintf("The plan %s has a policy of its own.", facts.PlanName)}
	case facts.Bench != nil:
		return SitePolicy{facts.Bench.Policy(facts.Fleet), PolicyOfBench, fmt.Sprintf("The bench %s has a policy of its own, and the site's plan has none.", facts.BenchName)}
	}
	return SitePolicy{facts.Fleet, PolicyOfFleet, "Neither the site's plan nor its bench has a policy of its own, so the fleet's holds."}
}
