package fleet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlanLimits_Exceeded(t *testing.T) {
	number := func(n int) *int { return &n }
	bytes := func(n int64) *int64 { return &n }
	limits := PlanLimits{Users: number(10), StorageBytes: bytes(5 << 30), Sites: number(2)}
	within := SiteUsage{DatabaseBytes: 3 << 30, FilesBytes: 2 << 30, Users: number(10)}
	for _, test := range []struct {
		name   string
		limits PlanLimits
		usage  *SiteUsage
		sites  int
		want   []LimitExcess
	}{
		{"JustWithin", limits, &within, 2, []LimitExcess{}},
		{"Users", limits, &SiteUsage{Users: number(11)}, 1, []LimitExcess{{LimitUsers, 11, 10}}},
		{"DatabaseAndFilesTogether", limits, &SiteUsage{DatabaseBytes: 3 << 30, FilesBytes: 2<<30 + 1}, 1, []LimitExcess{{LimitStorage, 5<<30 + 1, 5 << 30}}},
		{"Sites", limits, &within, 3, []LimitExcess{{LimitSites, 3, 2}}},
		{"All", limits, &SiteUsage{DatabaseBytes: 6 << 30, Users: number(20)}, 3, []LimitExcess{{LimitUsers, 20, 10}, {LimitStorage, 6 << 30, 5 << 30}, {LimitSites, 3, 2}}},
		{"NoLimits", PlanLimits{}, &SiteUsage{DatabaseBytes: 6 << 40, Users: number(20_000)}, 300, []LimitExcess{}},
		{"NotCollectedYet", limits, nil, 1, []LimitExcess{}},
		{"UsersUnknown", limits, &SiteUsage{}, 1, []LimitExcess{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.limits.Exceeded(test.usage, test.sites)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	want := "It has 11 users; its plan allows 10. It uses 6 GiB of storage; its plan allows 5 GiB. Its customer has 3 sites; the plan allows 2."
	if got := ExcessSentences([]LimitExcess{{LimitUsers, 11, 10}, {LimitStorage, 6 << 30, 5 << 30}, {LimitSites, 3, 2}}); got != want {
		t.Errorf("it says %q", got)
	}
}
