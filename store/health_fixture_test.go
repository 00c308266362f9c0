package store_test

import (
	"fmt"
	"time"

	"central/fleet"
	"central/store"
)

// Intervals of the tests; what is claimed is due again long after they are over.
const (
	sampleEvery = time.Hour
	checkEvery  = time.Hour
)

// watched is a world whose servers and sites are enrolled and due.
func (w *world) watched() *world {
	w.t.Helper()
	w.must(w.EnrolHealth(w.t.Context(), sampleEvery, checkEvery))
	w.due()
	return w
}

// due makes everything due to be looked at.
func (w *world) due() {
	w.t.Helper()
	mustDB(w.t, w.Store, "UPDATE server_health SET due_at = UTC_TIMESTAMP(6)")
	mustDB(w.t, w.Store, "UPDATE site_health SET due_at = UTC_TIMESTAMP(6)")
}

// fakeServers puts servers on record that are no machines: fake-001 and so on, READY.
func (w *world) fakeServers(n int) {
	w.t.Helper()
	rows, args := "", []any{}
	for i := range n {
		if i > 0 {
			rows += ", "
		}
		rows += "(?, ?, 22, 'root', 'MASTER', 'READY', '', 'ssh-ed25519 AAAA', 16, '[]', NOW(6), NOW(6))"
		name := fmt.Sprintf("fake-%03d", i+1)
		args = append(args, name, name+".example.com")
	}
	mustDB(w.t, w.Store, "INSERT INTO servers (name, address, port, user, role, status, status_reason, host_key, actions_at_once, labels, created_at, updated_at) VALUES "+rows, args...)
}

// claimSample claims the one server that is due.
func (w *world) claimSample() store.SampleClaim {
	w.t.Helper()
	w.due()
	claims, err := w.ClaimSamples(w.t.Context(), 10, sampleEvery)
	w.must(err)
	if len(claims) != 1 {
		w.t.Fatalf("claimed %d servers", len(claims))
	}
	return claims[0]
}

// sampled looks at the one server at a moment and finds sample; why is set when it cannot be reached.
func (w *world) sampled(at time.Time, sample *fleet.ServerSample, why string) {
	w.t.Helper()
	w.sample(w.claimSample(), at, sample, why)
}

func (w *world) sample(claim store.SampleClaim, at time.Time, sample *fleet.ServerSample, why string) {
	w.t.Helper()
	if sample != nil {
		copied := *sample
		copied.At, sample = at, &copied
	}
	w.must(w.SaveSamples(w.t.Context(), []store.SampleResult{{SampleClaim: claim, At: at, Sample: sample, Why: why}}))
}

// answered checks the one site.
func (w *world) answered(at time.Time, status int) {
	w.t.Helper()
	w.due()
	claims, err := w.ClaimSiteChecks(w.t.Context(), 10, checkEvery)
	w.must(err)
	if len(claims) != 1 {
		w.t.Fatalf("claimed %d sites", len(claims))
	}
	w.must(w.SaveSiteChecks(w.t.Context(), []store.SiteCheckResult{{SiteCheckClaim: claims[0], At: at, Status: status}}, time.Second))
}

// aSample is of a server that is well but for its one disk.
func aSample(diskPercent int64) *fleet.ServerSample {
	return &fleet.ServerSample{
		Load1: 0.5, CPUs: 2, MemoryUsed: 1 << 30, MemoryTotal: 4 << 30, UptimeSeconds: 100,
		Disks: []fleet.DiskUse{{Mount: "/", SizeBytes: 100, UsedBytes: diskPercent, FreeBytes: 100 - diskPercent}},
	}
}

func (w *world) healthOf(server fleet.Server) fleet.ServerHealth {
	w.t.Helper()
	health, err := w.HealthOfServers(w.t.Context(), []uint{server.ID})
	w.must(err)
	return health[server.ID]
}

// openAlerts is the open alerts as "SUBJECT SEVERITY SENTENCE".
func (w *world) openAlerts() []string {
	w.t.Helper()
	alerts, err := w.Alerts(w.t.Context(), true, 100)
	w.must(err)
	words := []string{}
	for _, a := range alerts {
		words = append(words, fmt.Sprintf("%s %s %s", a.Subject, a.Severity, a.Sentence))
	}
	return words
}
