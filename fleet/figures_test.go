package fleet_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
)

func TestFigureSpan(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 30, 0, 0, time.UTC)
	span := fleet.FigureSpan{Days: 3, Months: 3}
	for name, test := range map[string]struct{ got, want any }{
		"days": {span.DayCounts(now, map[string]int{"2026-02-28": 4, "2026-02-01": 9}),
			[]fleet.DayCount{{"2026-02-27", 0}, {"2026-02-28", 4}, {"2026-03-01", 0}}},
		"cohorts": {span.CohortsOf(now, map[string]fleet.Cohort{"2026-02": {Started: 8, Converted: 2, Paying: 1}}),
			[]fleet.Cohort{{Month: "2026-01"}, {Month: "2026-02", Started: 8, Converted: 2, Paying: 1}, {Month: "2026-03"}}},
		"churn": {span.ChurnOf(now, 10, map[string]int{"2026-01": 5, "2026-03": 1}, map[string]int{"2026-02": 3}),
			[]fleet.ChurnMonth{{"2026-01", 10, 5, 0}, {"2026-02", 15, 0, 3}, {"2026-03", 12, 1, 0}}},
		"conversion": {fleet.Cohort{Started: 8, Converted: 2}.ConversionRatio(), 0.25},
		"churn rate": {fleet.ChurnMonth{Before: 15, Lost: 3}.ChurnRatio(), 0.2},
		"of nobody":  {fleet.ChurnMonth{Lost: 3}.ChurnRatio(), 0.0},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	wantFault(t, fleet.FigureSpan{Days: 0, Months: 1}.Validate(), fleet.CodeInvalid, "days")
	wantFault(t, fleet.FigureSpan{Days: 1, Months: 61}.Validate(), fleet.CodeInvalid, "months")
}
