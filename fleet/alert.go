package fleet

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// AlertRule is what is watched.
type AlertRule string

// The rules of alerts. Limits lists when each is raised and cleared.
const (
	AlertUnreachable AlertRule = "UNREACHABLE" // no SSH connection, or no answer over it
	AlertDisk        AlertRule = "DISK"
	AlertInodes      AlertRule = "INODES"
	AlertMemory      AlertRule = "MEMORY"
	AlertLoad        AlertRule = "LOAD"
	AlertService     AlertRule = "SERVICE"     // a service of the server's role does not run
	AlertReplication AlertRule = "REPLICATION" // a thread of the slave stands still
	AlertLag         AlertRule = "LAG"         // of the slave behind its master
	AlertMirror      AlertRule = "MIRROR"      // the mirrored files are too old
	AlertPairKey     AlertRule = "PAIR_KEY"    // a server has a host key that its partner does not know
	AlertCertificate AlertRule = "CERTIFICATE" // one expires soon
	AlertSiteDown    AlertRule = "SITE_DOWN"
	AlertRestoreTest AlertRule = "RESTORE_TEST" // a backup could not be restored when that was tested
	AlertOverLimit   AlertRule = "OVER_LIMIT"   // a site uses more than its plan allows
	AlertSignUp      AlertRule = "SIGN_UP"      // somebody who signed up gets no site
	AlertStorage     AlertRule = "STORAGE"      // the S3 storage takes no backups
)

// AlertSeverity is how urgent an alert is.
type AlertSeverity string

// The severities. A critical alert is about something that is down, or will be before long.
const (
	SeverityWarning  AlertSeverity = "WARNING"
	SeverityCritical AlertSeverity = "CRITICAL"
)

// Alert says that something needs a person. There is one open alert at most for each thing that is watched.
type Alert struct {
	ID        uint
	OpenKey   *string // what it is about, while it is open
	Rule      AlertRule
	Severity  AlertSeverity
	ServerID  *uint
	SiteID    *uint
	Subject   string // name of the server or site
	Sentence  string
	RaisedAt  time.Time
	ClearedAt *time.Time
}

// Limit is when a rule raises and clears an alert. Between Clear and Warning nothing changes, so that a figure that
// wavers around a limit raises one alert and not many.
type Limit struct {
	Warning       float64 // above it is bad
	Clear         float64 // below it is good
	Critical      float64 // above it is critical; 0 where there is no such limit
	CriticalClear float64 // below it a critical alert becomes a warning
	Raise         int     // so many bad samples in a row raise it
	Lower         int     // so many good samples in a row clear it
}

// Limits of the rules: shares from 0 to 1, load for each CPU, and seconds. docs/operating.md lists them.
var Limits = map[AlertRule]Limit{
	AlertDisk:        {Warning: 0.90, Clear: 0.87, Critical: 0.96, CriticalClear: 0.94, Raise: 2, Lower: 2},
	AlertInodes:      {Warning: 0.90, Clear: 0.87, Critical: 0.96, CriticalClear: 0.94, Raise: 2, Lower: 2},
	AlertMemory:      {Warning: 0.92, Clear: 0.85, Critical: 0.97, CriticalClear: 0.94, Raise: 4, Lower: 4},
	AlertLoad:        {Warning: 4, Clear: 2, Critical: 12, CriticalClear: 8, Raise: 10, Lower: 4},
	AlertLag:         {Warning: 60, Clear: 30, Critical: 600, CriticalClear: 300, Raise: 4, Lower: 4},
	AlertMirror:      {Warning: 15 * 60, Clear: 10 * 60, Critical: 60 * 60, CriticalClear: 45 * 60, Raise: 2, Lower: 1},
	AlertUnreachable: {Raise: 2, Lower: 1},
	AlertService:     {Raise: 2, Lower: 2},
	AlertReplication: {Raise: 2, Lower: 2},
	AlertPairKey:     {Raise: 2, Lower: 1},
	AlertStorage:     {Raise: 2, Lower: 1}, // backups, not samples
	// Days that are left, counted down from zero, so that more is worse here too.
	AlertCertificate: {Warning: -14, Clear: -15, Critical: -5, CriticalClear: -6, Raise: 1, Lower: 1},
}

// level is how bad a figure is, from good to bad. What lies between two limits keeps what is.
type level int

const (
	levelGood     level = iota // below Clear
	levelFair                  // between Clear and Warning
	levelBad                   // above Warning
	levelEasing                // between CriticalClear and Critical
	levelCritical              // above Critical
)

func (l Limit) level(figure float64) level {
	critical := l.Critical != 0
	switch {
	case critical && figure > l.Critical:
		return levelCritical
	case critical && figure > l.CriticalClear && figure > l.Warning:
		return levelEasing
	case figure > l.Warning:
		return levelBad
	case figure >= l.Clear:
		return levelFair
	}
	return levelGood
}

// Finding is what a sample says about one thing that is watched.
type Finding struct {
	Key      string // names it among all of a server, such as "disk:/"
	Rule     AlertRule
	Sentence string // what is wrong, when something is
	level    level
}

// yesNo is a finding about something that is either well or critical.
func yesNo(rule AlertRule, key string, bad bool, sentence string) Finding {
	f := Finding{Key: key, Rule: rule, Sentence: sentence}
	if bad {
		f.level = levelCritical
	}
	return f
}

// figure is a finding about a figure with limits.
func figure(rule AlertRule, key string, value float64, sentence string) Finding {
	return Finding{Key: key, Rule: rule, Sentence: sentence, level: Limits[rule].level(value)}
}

// Unreachable is the finding of a look that did not reach the server.
func Unreachable(why string) Finding {
	return yesNo(AlertUnreachable, "unreachable", true, why)
}

// FindingsOf says what a sample of a server means. pair is the server's, nil without one; what only makes sense
// while a pair is READY is not judged in other states.
func FindingsOf(server Server, pair *Pair, sample ServerSample) []Finding {
	findings := []Finding{yesNo(AlertUnreachable, "unreachable", false, "")}
	for _, disk := range sample.Disks {
		findings = append(findings,
			figure(AlertDisk, "disk:"+disk.Mount, disk.UsedRatio(), fmt.Sprintf("%s is %.0f %% full.", disk.Mount, 100*disk.UsedRatio())),
			figure(AlertInodes, "inodes:"+disk.Mount, disk.InodesRatio(), fmt.Sprintf("%.0f %% of the inodes of %s are used.", 100*disk.InodesRatio(), disk.Mount)))
	}
	if sample.MemoryTotal > 0 {
		used := ratio(sample.MemoryUsed, sample.MemoryTotal)
		findings = append(findings, figure(AlertMemory, "memory", used, fmt.Sprintf("%.0f %% of its memory is used.", 100*used)))
	}
	if sample.CPUs > 0 {
		load := sample.Load1 / float64(sample.CPUs)
		findings = append(findings, figure(AlertLoad, "load", load, fmt.Sprintf("Its load is %.1f on %s.", sample.Load1, count(sample.CPUs, "CPU"))))
	}
	for _, service := range sample.Services {
		if pair != nil && slices.Contains([]PairStatus{PairSettingUp, PairSwitching, PairDissolving}, pair.Status) {
			break // they are being stopped and started on purpose
		}
		if bad, ok := serviceState(server, pair, service, sample.Replication); ok {
			findings = append(findings, yesNo(AlertService, "service:"+service.Name, bad, fmt.Sprintf("%s is %s.", strings.TrimSuffix(service.Name, ".service"), service.State)))
		}
	}
	if end := sample.Certificate; end != nil {
		findings = append(findings, certificateFinding(*end, sample.At))
	}
	findings = append(findings, pairKeyFindings(server, pair)...)
	return append(findings, replicationFindings(server, pair, sample.Replication)...)
}

// pairKeyFindings judge a server of a pair that is READY by the host key that its partner was told.
func pairKeyFindings(server Server, pair *Pair) []Finding {
	if pair == nil || pair.Status != PairReady {
		return nil
	}
	return []Finding{yesNo(AlertPairKey, "pairkey", pair.UnknownKey(server), fmt.Sprintf(
		"Its partner in the pair %s does not know its new host key: it mirrors no files and fetches no backups over it. Use \"Set up again\" on the page of the pair.", pair.Name))}
}

// servicesOf are the services that every server of a role runs, besides those of its benches.
func servicesOf(role ServerRole) []string {
	if role == RoleProxy {
		return []string{"nginx.service", "ssh.service"}
	}
	return []string{"mariadb.service", "nginx.service", "ssh.service"}
}

// serviceState says whether a service should run and does not; ok is false for one that nobody expects.
func serviceState(server Server, pair *Pair, service ServiceState, probe *ReplicationProbe) (bad, ok bool) {
	switch {
	case slices.Contains(servicesOf(server.Role), service.Name):
		return service.State != "active", true
	case service.State == "not-found":
		return false, false
	case strings.HasPrefix(service.Name, "central-"):
		// Benches are stopped on purpose where a server of a pair is closed; what failed has failed anyway. A slave is
		// closed, also while a busy one does not say so in time.
		closed := pair != nil && pair.SlaveID == server.ID
		if probe != nil {
			closed = !probe.Open
		}
		return service.State == "failed" || service.State == "inactive" && !closed && strings.HasSuffix(service.Name, ".target"), true
	}
	return false, false
}

func certificateFinding(end CertificateEnd, at time.Time) Finding {
	days := end.ExpiresAt.Sub(at).Hours() / 24
	what := "A certificate"
	if end.Host != "" {
		what = "The certificate of " + end.Host
	}
	sentence := fmt.Sprintf("%s expires in %s.", what, count(int(math.Floor(days)), "day"))
	switch {
	case days < 0:
		sentence = what + " has expired."
	case days < 1:
		sentence = what + " expires in less than a day."
	}
	return figure(AlertCertificate, "certificate", -days, sentence)
}

// replicationFindings judge the slave of a pair that is READY.
func replicationFindings(server Server, pair *Pair, probe *ReplicationProbe) []Finding {
	if probe == nil || pair == nil || pair.Status != PairReady || pair.SlaveID != server.ID {
		return nil
	}
	stopped := probe.IO != "Yes" || probe.SQL != "Yes"
	why := "Replication has stopped"
	if probe.IO == "Connecting" {
		why = "Replication cannot reach the master"
	}
	if probe.Error != "" {
		why += ": " + strings.TrimSuffix(clipWords(probe.Error, 200), ".")
	}
	findings := []Finding{yesNo(AlertReplication, "replication", stopped, why+".")}
	if probe.LagSeconds != nil {
		lag := *probe.LagSeconds
		findings = append(findings, figure(AlertLag, "lag", lag, fmt.Sprintf("Its data is %s behind the master's.", inWords(lag))))
	}
	if probe.MirrorAge != nil {
		age := *probe.MirrorAge
		findings = append(findings, figure(AlertMirror, "mirror", age, fmt.Sprintf("Its files were last mirrored %s ago.", inWords(age))))
	}
	return findings
}

// Streak is what a rule remembers of one thing between two samples.
type Streak struct {
	Rule AlertRule     `json:"rule"`
	Open AlertSeverity `json:"open,omitempty"` // of its open alert; empty when there is none
	Bad  int           `json:"bad,omitempty"`  // samples in a row that are bad or worse
	Dire int           `json:"dire,omitempty"` // … that are critical
	Good int           `json:"good,omitempty"` // … that are good
	Ease int           `json:"ease,omitempty"` // … that are below the critical limit's clearing
}

// Watch is what the rules remember of a server, by the findings' keys.
type Watch map[string]Streak

// AlertChange is what is to become of an alert.
type AlertChange struct {
	Key      string
	Rule     AlertRule
	Severity AlertSeverity // empty clears it
	Sentence string
}

// RestartRules are the rules that a server breaks while some servers are started anew on purpose: its own when it is one
// of them, and those of the replication when the master that it follows is. pair is the server's, nil without one.
func RestartRules(serverID uint, pair *Pair, restarting []uint) []AlertRule {
	switch {
	case slices.Contains(restarting, serverID):
		return []AlertRule{AlertUnreachable, AlertService, AlertReplication, AlertLag}
	case pair != nil && slices.Contains(restarting, pair.MasterID):
		return []AlertRule{AlertReplication, AlertLag}
	}
	return nil
}

// Excuse leaves out what breaks one of these rules, but for what has an open alert already.
func (w Watch) Excuse(findings []Finding, rules []AlertRule) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool {
		return f.level != levelGood && w[f.Key].Open == "" && slices.Contains(rules, f.Rule)
	})
}

// Next takes in the findings of a sample: what is to be remembered from now on, what changes about alerts, and the
// sentences of those that are open. complete says that the findings are all there is: what is missing among them is
// gone, and good. A look that did not reach the server leaves everything else as it was.
func (w Watch) Next(findings []Finding, complete bool) (next Watch, changes []AlertChange, open []Finding) {
	next = maps.Clone(w)
	if next == nil {
		next = Watch{}
	}
	seen := map[string]bool{}
	for _, f := range findings {
		seen[f.Key] = true
		before := w[f.Key]
		after := before.next(f)
		if after.Open != before.Open {
			changes = append(changes, AlertChange{Key: f.Key, Rule: f.Rule, Severity: after.Open, Sentence: f.Sentence})
		}
		if after.Open != "" {
			open = append(open, f)
		}
		if after.Open == "" && after.Bad == 0 {
			delete(next, f.Key)
		} else {
			next[f.Key] = after
		}
	}
	if !complete {
		return next, changes, open
	}
	for _, key := range slices.Sorted(maps.Keys(w)) {
		if !seen[key] {
			if before := w[key]; before.Open != "" {
				changes = append(changes, AlertChange{Key: key, Rule: before.Rule})
			}
			delete(next, key)
		}
	}
	return next, changes, open
}

// next takes in one finding.
func (s Streak) next(f Finding) Streak {
	limit := Limits[f.Rule]
	s.Rule = f.Rule
	s.Bad = counted(s.Bad, f.level >= levelBad, limit.Raise)
	s.Dire = counted(s.Dire, f.level == levelCritical, limit.Raise)
	s.Good = counted(s.Good, f.level == levelGood, limit.Lower)
	s.Ease = counted(s.Ease, f.level <= levelBad, limit.Lower)
	switch {
	case s.Open != "" && s.Good >= limit.Lower:
		s.Open = ""
	case s.Open != SeverityCritical && s.Dire >= limit.Raise:
		s.Open = SeverityCritical
	case s.Open == "" && s.Bad >= limit.Raise:
		s.Open = SeverityWarning
	case s.Open == SeverityCritical && s.Ease >= limit.Lower:
		s.Open = SeverityWarning
	}
	return s
}

// counted counts in a row, up to as many as matter.
func counted(before int, yes bool, enough int) int {
	if !yes {
		return 0
	}
	return min(before+1, enough)
}

// Next is a server's state and the reasons for it, with these findings open. complete is as in Watch.Next: a look that
// failed and means nothing yet leaves them as they were.
func (h ServerHealth) Next(open []Finding, complete bool) (HealthState, []string) {
	if !complete && len(open) == 0 {
		return h.State, h.Reasons
	}
	state, reasons := HealthOK, make([]string, len(open))
	for i, f := range open {
		reasons[i] = f.Sentence
		switch {
		case f.Rule == AlertUnreachable:
			state = HealthDown
		case state == HealthOK:
			state = HealthDegraded
		}
	}
	return state, reasons
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// inWords is a duration in seconds as people say it, rounded down.
func inWords(seconds float64) string {
	switch s := int(seconds); {
	case s < 120:
		return count(s, "second")
	case s < 120*60:
		return count(s/60, "minute")
	case s < 48*60*60:
		return count(s/3600, "hour")
	default:
		return count(s/86400, "day")
	}
}

// clipWords is the beginning of a text, at most so many characters.
func clipWords(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
