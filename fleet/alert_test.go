package fleet

import (
	"slices"
	"strings"
	"testing"
	"time"
)

var sampledAt = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// diskAt is a sample with one file system, so full.
func diskAt(percent int64) ServerSample {
	return ServerSample{At: sampledAt, Disks: []DiskUse{{Mount: "/", SizeBytes: 100, UsedBytes: percent, FreeBytes: 100 - percent}}}
}

// told is what a watch says of one sample after the other: "disk:/ WARNING", "disk:/ cleared".
func told(server Server, pair *Pair, samples ...ServerSample) []string {
	var watch Watch
	var all []string
	for _, sample := range samples {
		var changes []AlertChange
		watch, changes, _ = watch.Next(FindingsOf(server, pair, sample), true)
		for _, c := range changes {
			word := string(c.Severity)
			if word == "" {
				word = "cleared"
			}
			all = append(all, c.Key+" "+word)
		}
	}
	return all
}

func disks(percents ...int64) []ServerSample {
	var samples []ServerSample
	for _, percent := range percents {
		samples = append(samples, diskAt(percent))
	}
	return samples
}

func TestWatch_DiskHysteresis(t *testing.T) {
	for _, test := range []struct {
		name     string
		percents []int64
		want     []string
	}{
		{"Well", []int64{10, 50, 90, 90, 90}, nil},
		{"OncePastTheLimitIsNothing", []int64{91, 80, 91, 80}, nil},
		{"TwiceIsAWarning", []int64{91, 91}, []string{"disk:/ WARNING"}},
		{"WaveringAroundTheLimitIsOneAlert", []int64{91, 91, 89, 91, 88, 92, 89, 89, 89}, []string{"disk:/ WARNING"}},
		{"ClearedAfterTwoBelowTheLowerLimit", []int64{91, 91, 80, 80}, []string{"disk:/ WARNING", "disk:/ cleared"}},
		{"OneGoodSampleDoesNotClear", []int64{91, 91, 80, 89, 80, 91}, []string{"disk:/ WARNING"}},
		{"CriticalAtOnce", []int64{98, 98}, []string{"disk:/ CRITICAL"}},
		{"Worse", []int64{91, 91, 97, 97}, []string{"disk:/ WARNING", "disk:/ CRITICAL"}},
		{"Better", []int64{97, 97, 95, 95, 93, 93}, []string{"disk:/ CRITICAL", "disk:/ WARNING"}},
		{"FromCriticalToWell", []int64{97, 97, 10, 10}, []string{"disk:/ CRITICAL", "disk:/ cleared"}},
		{"Again", []int64{91, 91, 10, 10, 91, 91}, []string{"disk:/ WARNING", "disk:/ cleared", "disk:/ WARNING"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := told(Server{Role: RoleMaster}, nil, disks(test.percents...)...)
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWatch_UnmountedDiskIsCleared(t *testing.T) {
	got := told(Server{Role: RoleMaster}, nil, diskAt(95), diskAt(95), ServerSample{At: sampledAt})
	if want := []string{"disk:/ WARNING", "disk:/ cleared"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWatch_UnreachableLeavesTheRestAsItWas(t *testing.T) {
	server := Server{Role: RoleMaster}
	var watch Watch
	health := ServerHealth{State: HealthUnknown}
	step := func(findings []Finding, complete bool) []AlertChange {
		next, changes, open := watch.Next(findings, complete)
		watch = next
		health.State, health.Reasons = health.Next(open, complete)
		return changes
	}
	for range 2 {
		step(FindingsOf(server, nil, diskAt(95)), true)
	}
	miss := []Finding{Unreachable("No route.")}
	if changes := step(miss, false); len(changes) != 0 || health.State != HealthDegraded {
		t.Errorf("one miss: %v, %s", changes, health.State)
	}
	if changes := step(miss, false); len(changes) != 1 || changes[0].Severity != SeverityCritical || health.State != HealthDown || health.Reasons[0] != "No route." {
		t.Errorf("two misses: %v, %+v", changes, health)
	}
	if changes := step(FindingsOf(server, nil, diskAt(95)), true); len(changes) != 1 || changes[0].Rule != AlertUnreachable || changes[0].Severity != "" {
		t.Errorf("back: %v", changes)
	}
	if health.State != HealthDegraded || health.Reasons[0] != "/ is 95 % full." {
		t.Errorf("back: %+v", health)
	}
}

// often is the same sample n times.
func often(n int, sample ServerSample) []ServerSample {
	return slices.Repeat([]ServerSample{sample}, n)
}

func TestFindingsOf(t *testing.T) {
	master, slave, proxy := Server{ID: 1, Role: RoleMaster}, Server{ID: 2, Role: RoleSlave}, Server{ID: 3, Role: RoleProxy}
	pair := func(status PairStatus) *Pair { return &Pair{MasterID: 1, SlaveID: 2, Status: status} }
	probe := func(change func(*ReplicationProbe)) ServerSample {
		lag, age := 0.0, 60.0
		p := ReplicationProbe{Role: "slave", IO: "Yes", SQL: "Yes", LagSeconds: &lag, MirrorAge: &age}
		change(&p)
		return ServerSample{At: sampledAt, Replication: &p}
	}
	service := func(name, state string) ServerSample {
		return ServerSample{At: sampledAt, Services: []ServiceState{{name, state}}}
	}
	certificate := func(days float64) ServerSample {
		return ServerSample{At: sampledAt, Certificate: &CertificateEnd{"acme.example.com", sampledAt.Add(time.Duration(days * 24 * float64(time.Hour)))}}
	}
	f := func(v float64) *float64 { return &v }
	for _, test := range []struct {
		name    string
		server  Server
		pair    *Pair
		samples []ServerSample
		want    []string
	}{
		{"Inodes", master, nil, often(2, ServerSample{Disks: []DiskUse{{Mount: "/home", Inodes: 100, InodesUsed: 95}}}), []string{"inodes:/home WARNING"}},
		{"DiskWithoutInodes", master, nil, often(2, diskAt(1)), nil},
		{"MemoryTakesFour", master, nil, often(3, ServerSample{MemoryUsed: 95, MemoryTotal: 100}), nil},
		{"Memory", master, nil, often(4, ServerSample{MemoryUsed: 95, MemoryTotal: 100}), []string{"memory WARNING"}},
		{"LoadOfOneCPU", master, nil, often(10, ServerSample{Load1: 5, CPUs: 1}), []string{"load WARNING"}},
		{"SameLoadOfFourCPUs", master, nil, often(10, ServerSample{Load1: 5, CPUs: 4}), nil},
		{"PeakOfLoad", master, nil, often(9, ServerSample{Load1: 50, CPUs: 1}), nil},
		{"ServiceDown", master, nil, often(2, service("mariadb.service", "failed")), []string{"service:mariadb.service CRITICAL"}},
		{"ServiceMissing", master, nil, often(2, service("nginx.service", "not-found")), []string{"service:nginx.service CRITICAL"}},
		{"ServiceRestarted", master, nil, []ServerSample{service("nginx.service", "activating"), service("nginx.service", "active")}, nil},
		{"NobodyExpectsMariaDBOnAProxy", proxy, nil, often(2, service("mariadb.service", "not-found")), nil},
		{"BenchFailed", master, nil, often(2, service("central-main-r1-web.service", "failed")), []string{"service:central-main-r1-web.service CRITICAL"}},
		{"BenchStopped", master, nil, often(2, service("central-main-r1.target", "inactive")), []string{"service:central-main-r1.target CRITICAL"}},
		{"BenchStoppedOnAClosedServer", slave, pair(PairReady), often(2, ServerSample{
			Services: []ServiceState{{"central-main-r1.target", "inactive"}}, Replication: &ReplicationProbe{IO: "Yes", SQL: "Yes"},
		}), nil},
		{"BenchesOfASlaveThatDoesNotSay", slave, pair(PairReady), often(2, service("central-main-r1.target", "inactive")), nil},
		{"ServicesOfAPairThatSwitches", master, pair(PairSwitching), often(2, service("mariadb.service", "inactive")), nil},
		{"CertificateIsFine", proxy, nil, often(2, certificate(20)), nil},
		{"CertificateInTwoWeeks", proxy, nil, often(1, certificate(13.9)), []string{"certificate WARNING"}},
		{"CertificateInDays", proxy, nil, often(1, certificate(4.9)), []string{"certificate CRITICAL"}},
		{"CertificateRenewed", proxy, nil, []ServerSample{certificate(13), certificate(90)}, []string{"certificate WARNING", "certificate cleared"}},
		{"Follows", slave, pair(PairReady), often(4, probe(func(*ReplicationProbe) {})), nil},
		{"ReplicationStopped", slave, pair(PairReady), often(2, probe(func(p *ReplicationProbe) { p.SQL = "No" })), []string{"replication CRITICAL"}},
		{"ReplicationConnecting", slave, pair(PairReady), often(2, probe(func(p *ReplicationProbe) { p.IO = "Connecting" })), []string{"replication CRITICAL"}},
		{"MasterFollowsNobody", master, pair(PairReady), often(2, ServerSample{Replication: &ReplicationProbe{Role: "master", Open: true}}), nil},
		{"PairNotReadyYet", slave, pair(PairSettingUp), often(2, probe(func(p *ReplicationProbe) { p.SQL = "No" })), nil},
		{"Lag", slave, pair(PairReady), often(4, probe(func(p *ReplicationProbe) { p.LagSeconds = f(100) })), []string{"lag WARNING"}},
		{"LongLag", slave, pair(PairReady), often(4, probe(func(p *ReplicationProbe) { p.LagSeconds = f(1000) })), []string{"lag CRITICAL"}},
		{"OldMirror", slave, pair(PairReady), often(2, probe(func(p *ReplicationProbe) { p.MirrorAge = f(1000) })), []string{"mirror WARNING"}},
		{"NewHostKey", master, toldKey(pair(PairReady), master.ID, "before"), often(2, diskAt(1)), []string{"pairkey CRITICAL"}},
		{"NewHostKeySeenOnce", master, toldKey(pair(PairReady), master.ID, "before"), often(1, diskAt(1)), nil},
		{"NewHostKeyOfThePartner", master, toldKey(pair(PairReady), slave.ID, "before"), often(2, diskAt(1)), nil},
		{"NewHostKeyWhileThePairIsSetUp", master, toldKey(pair(PairSettingUp), master.ID, "before"), often(2, diskAt(1)), nil},
		{"SameHostKey", master, toldKey(pair(PairReady), master.ID, master.HostKey), often(2, diskAt(1)), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := told(test.server, test.pair, test.samples...); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// toldKey is the pair after its servers were told that this is the host key of one of them.
func toldKey(pair *Pair, serverID uint, key string) *Pair {
	pair.ToldKeys = map[uint]string{serverID: key}
	return pair
}

func TestFindingsOf_Sentences(t *testing.T) {
	lag := 100.0
	sample := ServerSample{
		At: sampledAt, Load1: 9, CPUs: 1, MemoryUsed: 99, MemoryTotal: 100, Disks: []DiskUse{{Mount: "/var", UsedBytes: 95, FreeBytes: 5}},
		Services:    []ServiceState{{"nginx.service", "failed"}},
		Certificate: &CertificateEnd{"acme.example.com", sampledAt.Add(100 * time.Hour)},
		Replication: &ReplicationProbe{IO: "No", SQL: "Yes", LagSeconds: &lag, Error: "Got fatal error 1236."},
	}
	var got []string
	for _, f := range FindingsOf(Server{ID: 2, Role: RoleSlave}, &Pair{SlaveID: 2, Status: PairReady}, sample) {
		if f.level > levelFair {
			got = append(got, f.Sentence)
		}
	}
	want := []string{
		"/var is 95 % full.", "99 % of its memory is used.", "Its load is 9.0 on 1 CPU.", "nginx is failed.",
		"The certificate of acme.example.com expires in 4 days.", "Replication has stopped: Got fatal error 1236.", "Its data is 100 seconds behind the master's.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestNextSiteHealth(t *testing.T) {
	for _, test := range []struct {
		name           string
		before         HealthState
		misses, status int
		announced      bool
		after          HealthState
		then           int
	}{
		{"Answers", HealthUnknown, 0, 200, false, HealthUp, 0},
		{"FirstMissMeansNothingYet", HealthUp, 0, 502, false, HealthUp, 1},
		{"SecondMissIsDown", HealthUp, 1, 502, false, HealthDown, 2},
		{"NoAnswerIsAMissToo", HealthUp, 1, 0, false, HealthDown, 2},
		{"NeverAnswered", HealthUnknown, 1, 404, false, HealthDown, 2},
		{"BackAtOnce", HealthDown, 2, 200, false, HealthUp, 0},
		{"StaysDown", HealthDown, 2, 502, false, HealthDown, 2},
		{"AnnouncedMaintenance", HealthUp, 0, 503, true, HealthMaintenance, 0},
		{"MaintenanceNobodyAnnounced", HealthUp, 1, 503, false, HealthDown, 2},
		{"AnswersDuringMaintenance", HealthMaintenance, 0, 200, true, HealthUp, 0},
		{"MaintenanceOverAndStillClosed", HealthMaintenance, 1, 503, false, HealthDown, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			after, then := NextSiteHealth(test.before, test.misses, test.status, test.announced)
			if after != test.after || then != test.then {
				t.Errorf("got %s, %d; want %s, %d", after, then, test.after, test.then)
			}
		})
	}
}

func TestHealth_FreshForgetsWhatIsOld(t *testing.T) {
	at := sampledAt
	server, site := ServerHealth{State: HealthOK, At: &at}, SiteHealth{State: HealthUp, CheckedAt: &at}
	for _, test := range []struct {
		after  time.Duration
		server HealthState
		site   HealthState
	}{{time.Minute, HealthOK, HealthUp}, {HealthStaleAfter + time.Second, HealthUnknown, HealthUnknown}} {
		if got := server.Fresh(at.Add(test.after)).State; got != test.server {
			t.Errorf("the server is %s after %s", got, test.after)
		}
		if got := site.Fresh(at.Add(test.after)).State; got != test.site {
			t.Errorf("the site is %s after %s", got, test.after)
		}
	}
}

func TestRestartRules(t *testing.T) {
	pair := &Pair{MasterID: 1, SlaveID: 2}
	for _, test := range []struct {
		name       string
		server     uint
		pair       *Pair
		restarting []uint
		excused    string // keys of findings that are left out
	}{
		{"Nobody", 1, nil, nil, ""},
		{"Another", 1, nil, []uint{3}, ""},
		{"Itself", 1, nil, []uint{3, 1}, "unreachable service:x replication"},
		{"ItsMaster", 2, pair, []uint{1}, "replication"},
		{"ItsSlave", 1, pair, []uint{2}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			findings := []Finding{
				yesNo(AlertUnreachable, "unreachable", true, ""), yesNo(AlertService, "service:x", true, ""), yesNo(AlertReplication, "replication", true, ""),
				figure(AlertDisk, "disk:/", 0.99, ""), yesNo(AlertService, "service:y", true, ""), yesNo(AlertService, "service:z", false, ""),
			}
			watch := Watch{"service:y": {Rule: AlertService, Open: SeverityCritical}}
			left := map[string]bool{}
			for _, f := range watch.Excuse(findings, RestartRules(test.server, test.pair, test.restarting)) {
				left[f.Key] = true
			}
			var excused []string
			for _, f := range findings {
				if !left[f.Key] {
					excused = append(excused, f.Key)
				}
			}
			if got := strings.Join(excused, " "); got != test.excused {
				t.Errorf("left out %q, want %q", got, test.excused)
			}
		})
	}
}
