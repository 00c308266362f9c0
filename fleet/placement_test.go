package fleet

import (
	"errors"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// aBench is a bench with frappe and shop on a server that is well: nothing of it is used, and it has ten sites.
func aBench(id uint, server string, change ...func(*BenchRoom)) BenchRoom {
	room := BenchRoom{
		Bench:  Bench{ID: id, Name: "bench-" + string('a'+rune(id-1)), ServerID: id},
		Server: Server{ID: id, Name: server, Role: RoleMaster, Status: ServerReady, Region: "fra1", Labels: []string{"nvme"}},
		Apps:   []string{"frappe", "shop"},
		Sites:  10,
		Health: ServerHealth{State: HealthOK, Latest: &ServerSample{
			CPUs: 4, MemoryTotal: 100, Disks: []DiskUse{{Mount: "/", UsedBytes: 0, FreeBytes: 100}},
		}},
	}
	for _, c := range change {
		c(&room)
	}
	return room
}

func load(of float64) func(*BenchRoom) { return func(b *BenchRoom) { b.Health.Latest.Load1 = of } }

func memory(percent int64) func(*BenchRoom) {
	return func(b *BenchRoom) { b.Health.Latest.MemoryUsed = percent }
}

func disk(percent int64) func(*BenchRoom) {
	return func(b *BenchRoom) {
		b.Health.Latest.Disks = []DiskUse{{Mount: "/", FreeBytes: 100}, {Mount: "/home", UsedBytes: percent, FreeBytes: 100 - percent}}
	}
}

func sites(n int) func(*BenchRoom) { return func(b *BenchRoom) { b.Sites = n } }

func TestPlace(t *testing.T) {
	for _, test := range []struct {
		name     string
		benches  []BenchRoom
		wish     PlacementWish
		want     []string // servers that fit, in their order
		sentence string
	}{
		{
			name: "ByProcessor", benches: []BenchRoom{aBench(1, "m-01", load(3)), aBench(2, "m-02", load(1))}, want: []string{"m-02", "m-01"},
			sentence: "bench-b on m-02 has the most room: 75 %, by its processor; m-01 has 25 %.",
		},
		{
			name: "ByMemory", benches: []BenchRoom{aBench(1, "m-01", memory(80)), aBench(2, "m-02", memory(40))}, want: []string{"m-02", "m-01"},
			sentence: "bench-b on m-02 has the most room: 60 %, by its memory; m-01 has 20 %.",
		},
		{
			name: "ByTheFullestDisk", benches: []BenchRoom{aBench(1, "m-01", disk(70)), aBench(2, "m-02", disk(50))}, want: []string{"m-02", "m-01"},
			sentence: "bench-b on m-02 has the most room: 50 %, by its disk; m-01 has 30 %.",
		},
		{
			name: "BySites", benches: []BenchRoom{aBench(1, "m-01", sites(300)), aBench(2, "m-02", sites(100))}, want: []string{"m-02", "m-01"},
			sentence: "bench-b on m-02 has the most room: 75 %, by its number of sites; m-01 has 25 %.",
		},
		{
			name: "ByWhatIsScarcest", benches: []BenchRoom{aBench(1, "m-01", load(0.4), memory(10), disk(80)), aBench(2, "m-02", load(2), memory(60), disk(30))},
			want: []string{"m-02", "m-01"}, sentence: "bench-b on m-02 has the most room: 40 %, by its memory; m-01 has 20 %.",
		},
		{name: "FewerSitesWhenEqual", benches: []BenchRoom{aBench(1, "m-01", memory(50), sites(30)), aBench(2, "m-02", memory(50), sites(20))}, want: []string{"m-02", "m-01"}},
		{name: "ByNameWhenAllIsEqual", benches: []BenchRoom{aBench(1, "m-02"), aBench(2, "m-01")}, want: []string{"m-01", "m-02"}},
		{name: "LessThanAPercentIsEqual", benches: []BenchRoom{aBench(1, "m-01", load(1.999)), aBench(2, "m-02", load(2), sites(9))}, want: []string{"m-02", "m-01"}},
		{
			name: "NewcomersTakeRoomBeforeASampleShowsThem", want: []string{"m-02", "m-01"},
			benches: []BenchRoom{aBench(1, "m-01", memory(30), func(b *BenchRoom) { b.Newcomers = 30 }), aBench(2, "m-02", memory(50))},
		},
		{name: "NeverLessThanNothing", benches: []BenchRoom{aBench(1, "m-01", sites(100_000)), aBench(2, "m-02", load(7), sites(500_000))}, want: []string{"m-01", "m-02"}},
		{name: "OfOneServerTheNewestBench", want: []string{"m-01", "m-01"}, sentence: "bench-b on m-01 has the most room: 97 %, by its number of sites.",
			benches: []BenchRoom{aBench(1, "m-01"), aBench(2, "m-01", func(b *BenchRoom) { b.Server.ID = 1 })}},
		{name: "DegradedMayDo", benches: []BenchRoom{aBench(1, "m-01", func(b *BenchRoom) { b.Health.State = HealthDegraded })}, want: []string{"m-01"}},
		{name: "InAReadyPair", benches: []BenchRoom{aBench(1, "m-01", func(b *BenchRoom) { b.Pair = &Pair{Status: PairReady} })}, want: []string{"m-01"}},
		{name: "Wish", wish: PlacementWish{Region: "fra1", Labels: []string{"nvme"}, Apps: []string{"shop"}}, benches: []BenchRoom{aBench(1, "m-01")}, want: []string{"m-01"}},
		{name: "NoBench", sentence: "There is no bench yet."},
	} {
		t.Run(test.name, func(t *testing.T) {
			placed := Place(test.wish, test.benches)
			var fit []string
			for _, b := range placed.Benches {
				if b.Refused == "" {
					fit = append(fit, b.ServerName)
				}
			}
			if diff := cmp.Diff(test.want, fit); diff != "" {
				t.Errorf("servers that fit (-want +got):\n%s", diff)
			}
			if test.sentence != "" && placed.Sentence != test.sentence {
				t.Errorf("it says %q, want %q", placed.Sentence, test.sentence)
			}
			if (placed.Chosen == nil) != (len(test.want) == 0) || placed.Chosen != nil && placed.Chosen.ServerName != test.want[0] {
				t.Errorf("chosen is %+v", placed.Chosen)
			}
		})
	}
}

func TestPlace_Refuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*BenchRoom)
		wish   PlacementWish
		want   string
	}{
		{name: "Region", wish: PlacementWish{Region: "ams1"}, want: "m-01 is in fra1."},
		{name: "NoRegion", wish: PlacementWish{Region: "ams1"}, change: func(b *BenchRoom) { b.Server.Region = "" }, want: "m-01 is in no region."},
		{name: "Label", wish: PlacementWish{Labels: []string{"nvme", "big"}}, want: "m-01 has no label big."},
		{name: "App", wish: PlacementWish{Apps: []string{"crm"}}, want: "bench-a has no app crm."},
		{name: "NoRevision", change: func(b *BenchRoom) { b.Apps = nil }, want: "bench-a has no revision that Central has built."},
		{name: "ServerClosed", change: func(b *BenchRoom) { b.Server.ClosedToSites, b.Server.ClosedWhy = true, "it is replaced." }, want: "m-01 is closed to new sites: it is replaced."},
		{name: "BenchClosed", change: func(b *BenchRoom) { b.Bench.ClosedToSites = true }, want: "bench-a is closed to new sites."},
		{name: "Slave", change: func(b *BenchRoom) { b.Server.Role = RoleSlave }, want: "m-01 is a SLAVE; sites live on masters."},
		{name: "NotSetUp", change: func(b *BenchRoom) { b.Server.Status = ServerFailed }, want: "m-01 is FAILED."},
		{name: "HostKey", change: func(b *BenchRoom) { b.Server.Status = ServerKeyChanged }, want: "m-01 is HOST_KEY_CHANGED."},
		{name: "PairSwitches", change: func(b *BenchRoom) { b.Pair = &Pair{Name: "one", Status: PairSwitching} }, want: "The pair one is SWITCHING."},
		{name: "PairFailedOver", change: func(b *BenchRoom) { b.Pair = &Pair{Name: "one", Status: PairFailedOver} }, want: "The pair one is FAILED_OVER."},
		{name: "Down", change: func(b *BenchRoom) { b.Health.State = HealthDown }, want: "m-01 is down."},
		{name: "NotSeenLately", change: func(b *BenchRoom) { b.Health.State = HealthUnknown }, want: "Nobody knows how much room m-01 has: it was not looked at lately."},
		{name: "NeverSeen", change: func(b *BenchRoom) { b.Health.Latest = nil }, want: "Nobody knows how much room m-01 has: it was not looked at yet."},
		{name: "DiskFull", change: disk(91), want: "/home of m-01 is 91 % full."},
		{name: "MemoryUsed", change: memory(93), want: "93 % of the memory of m-01 is used."},
		{name: "Load", change: load(17), want: "The load of m-01 is 17.0 on 4 CPUs."},
	} {
		t.Run(test.name, func(t *testing.T) {
			bench := aBench(1, "m-01")
			if test.change != nil {
				test.change(&bench)
			}
			placed := Place(test.wish, []BenchRoom{bench})
			if got := placed.Benches[0]; got.Refused != test.want || got.Room != nil || placed.Chosen != nil {
				t.Errorf("got %+v, want it refused: %q", got, test.want)
			}
			if want := "No bench takes a new site. " + test.want; placed.Sentence != want {
				t.Errorf("it says %q, want %q", placed.Sentence, want)
			}
			field := "input.benchId"
			if test.wish.Region != "" {
				field = "input.region"
			}
			_, err := placed.Bench(test.wish)
			var e *Error
			if !errors.As(err, &e) || e.Code != CodeNotReady || e.Field != field {
				t.Errorf("got %v about %s", err, field)
			}
		})
	}

	t.Run("FitsAfterAnotherIsRefused", func(t *testing.T) {
		placed := Place(PlacementWish{}, []BenchRoom{aBench(1, "m-01", disk(95)), aBench(2, "m-02", disk(85))})
		if placed.Chosen == nil || placed.Chosen.ServerName != "m-02" || placed.Benches[1].Refused == "" {
			t.Errorf("got %+v", placed)
		}
	})

	t.Run("ManyReasonsAreCut", func(t *testing.T) {
		benches := []BenchRoom{}
		for i, name := range []string{"m-1", "m-2", "m-3", "m-4", "m-5", "m-6"} {
			benches = append(benches, aBench(uint(i+1), name, disk(99)))
		}
		if got := Place(PlacementWish{}, benches).Sentence; !strings.HasSuffix(got, "/home of m-4 is 99 % full. And 2 reasons more.") {
			t.Errorf("it says %q", got)
		}
	})
}

// The order in which benches are given changes nothing.
func TestPlace_IsDeterministic(t *testing.T) {
	benches := []BenchRoom{
		aBench(1, "m-01", memory(50)), aBench(2, "m-02", memory(50)), aBench(3, "m-03", disk(95)), aBench(4, "m-04", load(9)),
		aBench(5, "m-02", memory(50), func(b *BenchRoom) { b.Server.ID = 2 }), aBench(6, "m-05", memory(20)),
	}
	want := Place(PlacementWish{}, benches)
	for range 50 {
		mixed := slices.Clone(benches)
		rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if diff := cmp.Diff(want, Place(PlacementWish{}, mixed)); diff != "" {
			t.Fatalf("in another order (-want +got):\n%s", diff)
		}
	}
}

func TestNewSite_Placement(t *testing.T) {
	for name, test := range map[string]struct {
		in    NewSite
		field string
	}{
		"BenchAndRegion": {NewSite{Name: "a.example.com", BenchID: 1, Region: "fra1"}, "input.region"},
		"BenchAndLabels": {NewSite{Name: "a.example.com", BenchID: 1, Labels: []string{"nvme"}}, "input.labels"},
		"Region":         {NewSite{Name: "a.example.com", Region: "-fra1"}, "input.region"},
		"Labels":         {NewSite{Name: "a.example.com", Labels: []string{"$(x)"}}, "input.labels"},
		"Apps":           {NewSite{Name: "a.example.com", Apps: []string{"shop", "--x"}}, "input.apps.1"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.in.Validate()
			var e *Error
			if !errors.As(err, &e) || e.Code != CodeInvalid || e.Field != test.field {
				t.Errorf("got %v, want it to be about %s", err, test.field)
			}
		})
	}
	fine := NewSite{Name: "a.example.com", Region: "fra1", Labels: []string{"nvme"}}
	if err := fine.Validate(); err != nil {
		t.Error(err)
	}
}
