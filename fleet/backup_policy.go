package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// BackupPolicy is when sites are backed up by themselves and how long backups are kept, for the whole fleet.
type BackupPolicy struct {
	EveryHours  int // between two scheduled backups of a site; 0 for none
	KeepLast    int // the newest scheduled ones
	KeepDaily   int // besides, the newest of each of so many days that have one,
	KeepWeekly  int // weeks,
	KeepMonthly int // and months

	ManualDays        int // how long those that somebody asked for are kept
	BeforeRestoreDays int
	FinalDays         int // how long the last one of an archived site is kept

	TestDays int // between two restore tests; 0 for none
}

// DefaultBackupPolicy is what a new Central begins with.
var DefaultBackupPolicy = BackupPolicy{
	EveryHours: 24, KeepLast: 2, KeepDaily: 7, KeepWeekly: 4, KeepMonthly: 6,
	ManualDays: 90, BeforeRestoreDays: 30, FinalDays: 365, TestDays: 30,
}

// maxKept bounds each number of a policy.
const maxKept = 3660

// Validate checks that the policy makes sense. It errs with CodeInvalid and the field.
func (p BackupPolicy) Validate() error {
	for _, n := range []struct {
		field      string
		value, min int
	}{
		{"everyHours", p.EveryHours, 0}, {"keepLast", p.KeepLast, 0}, {"keepDaily", p.KeepDaily, 0}, {"keepWeekly", p.KeepWeekly, 0},
		{"keepMonthly", p.KeepMonthly, 0}, {"manualDays", p.ManualDays, 1}, {"beforeRestoreDays", p.BeforeRestoreDays, 1},
		{"finalDays", p.FinalDays, 1}, {"testDays", p.TestDays, 0},
	} {
		if n.value < n.min || n.value > maxKept {
			return FieldErrorf(CodeInvalid, "input."+n.field, "This is %d to %d.", n.min, maxKept)
		}
	}
	if p.EveryHours > 0 && p.KeepLast+p.KeepDaily+p.KeepWeekly+p.KeepMonthly == 0 {
		return FieldErrorf(CodeInvalid, "input.keepLast", "Keep at least one of the scheduled backups.")
	}
	return nil
}

// Every is the time between two scheduled backups of a site.
func (p BackupPolicy) Every() time.Duration { return time.Duration(p.EveryHours) * time.Hour }

// Expired is which of a site's complete backups need not be kept any more, oldest first. The newest one of a site that
// is there is always kept; of one that is gone, even the last goes when its time is over.
func (p BackupPolicy) Expired(backups []Backup, gone bool, at time.Time) []Backup {
	complete := slices.DeleteFunc(slices.Clone(backups), func(b Backup) bool { return b.State != BackupComplete || b.TakenAt == nil })
	slices.SortFunc(complete, func(a, b Backup) int { return cmp.Or(b.TakenAt.Compare(*a.TakenAt), cmp.Compare(b.ID, a.ID)) })
	kept := p.scheduledKept(complete)
	expired := []Backup{}
	for i, b := range complete {
		over := !kept[b.ID]
		switch b.Kind {
		case BackupManual:
			over = older(b, p.ManualDays, at)
		case BackupBeforeRestore:
			over = older(b, p.BeforeRestoreDays, at)
		case BackupFinal:
			over = older(b, p.FinalDays, at)
		case BackupScheduled:
		}
		if gone && b.Kind == BackupScheduled { // what was scheduled goes with what came last
			over = over || older(b, p.FinalDays, at)
		}
		if over && (i > 0 || gone) {
			expired = append(expired, b)
		}
	}
	slices.Reverse(expired)
	return expired
}

func older(b Backup, days int, at time.Time) bool {
	return b.TakenAt.Before(at.AddDate(0, 0, -days))
}

// scheduledKept is the ids of the scheduled backups to keep, of a list from the newest on: the last ones, and the newest
// of each day, week and month as far as the policy goes.
func (p BackupPolicy) scheduledKept(newestFirst []Backup) map[uint]bool {
	kept := map[uint]bool{}
	for _, rule := range []struct {
		most   int
		period func(Backup) string
	}{
		{p.KeepLast, func(b Backup) string { return fmt.Sprint(b.ID) }},
		{p.KeepDaily, func(b Backup) string { return b.TakenAt.UTC().Format(time.DateOnly) }},
		{p.KeepWeekly, func(b Backup) string {
			year, week := b.TakenAt.UTC().ISOWeek()
			return fmt.Sprint(year, week)
		}},
		{p.KeepMonthly, func(b Backup) string { return b.TakenAt.UTC().Format("2006-01") }},
	} {
		seen := map[string]bool{}
		for _, b := range newestFirst {
			if b.Kind != BackupScheduled || len(seen) == rule.most {
				continue
			}
			if period := rule.period(b); !seen[period] {
				seen[period], kept[b.ID] = true, true
			}
		}
	}
	return kept
}
