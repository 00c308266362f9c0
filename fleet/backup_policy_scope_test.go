package fleet_test

import (
	"strings"
	"testing"

	"central/fleet"
)

func TestPolicyFor(t *testing.T) {
	scoped := func(hours int) *fleet.ScopedBackupPolicy {
		return &fleet.ScopedBackupPolicy{EveryHours: hours, KeepLast: 3, ManualDays: 1, BeforeRestoreDays: 2, FinalDays: 4}
	}
	facts := func(plan, bench *fleet.ScopedBackupPolicy) fleet.PolicyFacts {
		return fleet.PolicyFacts{Plan: plan, PlanName: "Gold", Bench: bench, BenchName: "main", Fleet: fleet.DefaultBackupPolicy}
	}
	for _, c := range []struct {
		name   string
		facts  fleet.PolicyFacts
		hours  int
		source fleet.PolicySource
		says   string
	}{
		{"Fleet", facts(nil, nil), 24, fleet.PolicyOfFleet, "so the fleet's holds"},
		{"Bench", facts(nil, scoped(12)), 12, fleet.PolicyOfBench, "The bench main"},
		{"Plan", facts(scoped(6), nil), 6, fleet.PolicyOfPlan, "The plan Gold"},
		{"PlanOverBench", facts(scoped(6), scoped(12)), 6, fleet.PolicyOfPlan, "The plan Gold"},
		{"PlanWithoutSchedule", facts(scoped(0), scoped(12)), 0, fleet.PolicyOfPlan, "The plan Gold"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := fleet.PolicyFor(c.facts)
			if got.EveryHours != c.hours || got.Source != c.source || !strings.Contains(got.Why, c.says) || got.TestDays != fleet.DefaultBackupPolicy.TestDays {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestScopedBackupPolicy_Validate(t *testing.T) {
	one := uint(1)
	good := fleet.ScopedBackupPolicy{EveryHours: 6, KeepLast: 3, ManualDays: 1, BeforeRestoreDays: 2, FinalDays: 4}
	with := func(change func(*fleet.ScopedBackupPolicy)) fleet.ScopedBackupPolicy {
		policy := good
		change(&policy)
		return policy
	}
	for _, c := range []struct {
		name  string
		in    fleet.ScopedBackupPolicy
		code  fleet.Code
		field string
	}{
		{"OKPlan", with(func(p *fleet.ScopedBackupPolicy) { p.PlanID = &one }), "", ""},
		{"OKBench", with(func(p *fleet.ScopedBackupPolicy) { p.BenchID = &one }), "", ""},
		{"ErrNeither", good, fleet.CodeInvalid, "input.benchId"},
		{"ErrBoth", with(func(p *fleet.ScopedBackupPolicy) { p.PlanID, p.BenchID = &one, &one }), fleet.CodeInvalid, "input.benchId"},
		{"ErrFinalDays", with(func(p *fleet.ScopedBackupPolicy) { p.PlanID, p.FinalDays = &one, 0 }), fleet.CodeInvalid, "input.finalDays"},
		{"ErrKeepsNone", with(func(p *fleet.ScopedBackupPolicy) { p.PlanID, p.KeepLast = &one, 0 }), fleet.CodeInvalid, "input.keepLast"},
	} {
		t.Run(c.name, func(t *testing.T) { wantError(t, c.in.Validate(), c.code, c.field) })
	}
}
