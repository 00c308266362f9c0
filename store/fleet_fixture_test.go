package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// People besides admin.
var (
	operator = fleet.Actor{UserID: 2, Name: "grace", Role: fleet.RoleOperator, RemoteAddress: "192.0.2.2"}
	viewer   = fleet.Actor{UserID: 3, Name: "joan", Role: fleet.RoleViewer, RemoteAddress: "192.0.2.3"}
)

// commit is a full commit that reads as n.
func commit(n int) string { return fmt.Sprintf("%040x", n) }

// Commits of the two apps of a world, oldest first. Those of shop have 0, 2, 1 and 0 patches.
var (
	frappe = []string{commit(0xf0), commit(0xf1)}
	shop   = []string{commit(0xa0), commit(0xa1), commit(0xa2), commit(0xa3)}
)

// world is a fleet on record, whose runner is the test.
type world struct {
	*store.Store
	t      testing.TB
	dsn    string
	apps   map[string]fleet.App
	master fleet.Server
	bench  fleet.Bench
}

// newWorld is a fleet of one master, m-1, whose bench, main, has one revision: frappe and shop at their
// oldest commits. There is no site and no proxy.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := newEmptyWorld(t)
	w.apps = map[string]fleet.App{"frappe": w.app("frappe", frappe), "shop": w.app("shop", shop)}
	w.master = w.server("m-1", fleet.RoleMaster)
	w.bench = w.newBench("main", w.master)
	return w
}

// newEmptyWorld has only people.
func newEmptyWorld(t testing.TB) *world {
	t.Helper()
	dsn := storetest.Database(t)
	w := &world{Store: storetest.OpenOn(t, dsn), t: t, dsn: dsn}
	for _, a := range []fleet.Actor{admin, operator, viewer} {
		mustDB(t, w.Store, "INSERT INTO users (id, name, password_hash, role, must_change_password, created_at) VALUES (?, ?, '', ?, FALSE, NOW(6))", a.UserID, a.Name, a.Role)
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// app puts an app with these releases on record.
func (w *world) app(name string, commits []string) fleet.App {
	w.t.Helper()
	app, action, err := w.AddApp(w.t.Context(), admin, fleet.NewApp{Name: name, Repository: "https://git.example.com/" + name, Branch: "main"})
	w.must(err)
	_, ref := mustClaim(w.t, w.Store, action.ID)
	w.must(w.SaveReleases(w.t.Context(), ref, releases(commits)))
	w.finish(ref, nil)
	return app
}

func releases(commits []string) []fleet.Release {
	list := []fleet.Release{}
	for i, c := range commits {
		list = append(list, fleet.Release{
			Commit: c, Version: fmt.Sprintf("1.%d.0", i), Subject: fmt.Sprintf("Release %d", i), Author: "Ann",
			AuthoredAt: time.Date(2026, 1, i+1, 0, 0, 0, 0, time.UTC), Position: i, Patches: []string{"one", "two", "three"}[:[]int{0, 2, 1, 0}[i%4]],
		})
	}
	return list
}

// server puts a server on record and sets it up.
func (w *world) server(name string, role fleet.ServerRole) fleet.Server {
	w.t.Helper()
	server, err := w.AddServer(w.t.Context(), admin, fleet.NewServer{Name: name, Address: name + ".example.com", Role: role, HostKey: "ssh-ed25519 AAAA " + name})
	w.must(err)
	_, _, err = w.SetUpServer(w.t.Context(), admin, server.ID, nil)
	w.must(err)
	w.work()
	server, err = w.Server(w.t.Context(), server.ID)
	w.must(err)
	return server
}

// oldest is what the first revision of a bench is made of.
func oldest() []fleet.AppCommit {
	return []fleet.AppCommit{{App: "frappe", Commit: frappe[0]}, {App: "shop", Commit: shop[0]}}
}

// newBench creates a bench and builds its first revision.
func (w *world) newBench(name string, server fleet.Server) fleet.Bench {
	w.t.Helper()
	bench, _, err := w.CreateBench(w.t.Context(), operator, fleet.NewBench{Name: name, ServerID: server.ID, Apps: oldest()})
	w.must(err)
	w.work()
	return bench
}

// site creates sites on a bench.
func (w *world) site(bench fleet.Bench, names ...string) []fleet.Site {
	w.t.Helper()
	sites := []fleet.Site{}
	for _, name := range names {
		created, _, err := w.CreateSite(w.t.Context(), operator, fleet.NewSite{Name: name, BenchID: bench.ID})
		w.must(err)
		w.work()
		sites = append(sites, w.getSite(created.ID))
	}
	return sites
}

func (w *world) getSite(id uint) fleet.Site {
	w.t.Helper()
	site, err := w.Site(w.t.Context(), id)
	w.must(err)
	return site
}

func (w *world) getDeploy(id uint) fleet.Deploy {
	w.t.Helper()
	deploy, err := w.Deploy(w.t.Context(), id)
	w.must(err)
	return deploy
}

// manySites puts sites on record that would take long to create one by one: s00001.example.com and so on, all
// on the newest revision of a bench.
func (w *world) manySites(bench fleet.Bench, from, to int) []uint {
	w.t.Helper()
	revision := w.revisions(bench)[0]
	for from <= to {
		rows, args := "", []any{}
		for ; from <= to && len(args) < 5*1000; from++ {
			if rows != "" {
				rows += ", "
			}
			rows += "(?, ?, ?, ?, 'ACTIVE', '', ?, NOW(6))"
			args = append(args, fmt.Sprintf("s%05d.example.com", from), bench.ID, bench.ServerID, revision.ID, time.Date(2026, 1, 1, 0, 0, from/10, 0, time.UTC))
		}
		mustDB(w.t, w.Store, "INSERT INTO sites (name, bench_id, server_id, revision_id, status, status_reason, created_at, updated_at) VALUES "+rows, args...)
	}
	ids, err := w.SiteIDs(w.t.Context(), fleet.SiteFilter{BenchIDs: []uint{bench.ID}})
	w.must(err)
	return ids
}

// siteIDs of sites by their names.
func (w *world) siteIDs(names ...string) []uint {
	w.t.Helper()
	found := []uint{}
	for _, name := range names {
		list, err := w.SiteIDs(w.t.Context(), fleet.SiteFilter{Search: name})
		w.must(err)
		found = append(found, list...)
	}
	return found
}

// revisions of a bench that are on its server, newest first.
func (w *world) revisions(bench fleet.Bench) []fleet.Revision {
	w.t.Helper()
	revisions, err := w.RevisionsOfBenches(w.t.Context(), []uint{bench.ID})
	w.must(err)
	return revisions[bench.ID]
}

func ids(sites []fleet.Site) []uint {
	list := []uint{}
	for _, site := range sites {
		list = append(list, site.ID)
	}
	return list
}

var keys atomic.Int64

// newKey makes idempotency keys.
func newKey() string { return fmt.Sprintf("key-%d", keys.Add(1)) }

// deployInput asks for shop's n-th release on the sites.
func deployInput(n int, sites ...uint) fleet.DeployInput {
	return fleet.DeployInput{SiteIDs: sites, Releases: []fleet.AppCommit{{App: "shop", Commit: shop[n]}}, IdempotencyKey: newKey()}
}

// deploy queues a deploy of shop's n-th release.
func (w *world) deploy(n int, sites ...uint) fleet.Deploy {
	w.t.Helper()
	deploy, err := w.DeploySites(w.t.Context(), operator, deployInput(n, sites...))
	w.must(err)
	return deploy
}

// claim claims anything; it has to be of this kind.
func (w *world) claim(kind fleet.ActionKind) (*fleet.Action, store.LeaseRef) {
	w.t.Helper()
	a, err := w.ClaimAction(w.t.Context(), "runner-1", ttl)
	w.must(err)
	if a == nil || a.Kind != kind {
		w.t.Fatalf("claimed %+v, want a %s", a, kind)
	}
	return a, store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}
}

// finish ends a claimed action: well when there is no failure, CANCELLED when its code says so.
func (w *world) finish(ref store.LeaseRef, failure *fleet.Failure) {
	w.t.Helper()
	status := fleet.ActionSucceeded
	switch {
	case failure != nil && failure.Code == fleet.CodeCancelled:
		status = fleet.ActionCancelled
	case failure != nil:
		status = fleet.ActionFailed
	}
	mustFinish(w.t, w.Store, ref, status, failure)
}

// work carries out everything that is queued, without failure.
func (w *world) work() {
	w.t.Helper()
	w.workWith(func(*fleet.Action) *fleet.Failure { return nil })
}

// workWith carries out everything that is queued; outcome says how each action ends.
func (w *world) workWith(outcome func(*fleet.Action) *fleet.Failure) {
	w.t.Helper()
	for {
		a, err := w.ClaimAction(w.t.Context(), "runner-1", ttl)
		w.must(err)
		if a == nil {
			return
		}
		ref := store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}
		failure := outcome(a)
		if failure == nil && a.Kind == fleet.ActionMoveSite {
			w.must(w.SiteMoved(w.t.Context(), ref, *a.RevisionID))
		}
		w.finish(ref, failure)
	}
}

// all are the tables that mutations write to.
var all = []string{
	"users", "api_tokens", "servers", "apps", "releases", "benches", "revisions", "sites", "actions", "action_needs", "action_events",
	"deploys", "deploy_sites", "bulk_changes", "site_domains", "site_config_keys", "pairs", "pair_switches", "audit_entries",
	"plans", "customers", "customer_subscriptions", "subscription_changes", "payments", "reminders", "sign_ups", "standby_pools",
	"backups", "backup_storages", "backup_policies", "secrets",
}

// state is how many rows each table has.
func (w *world) state() map[string]int {
	w.t.Helper()
	state := map[string]int{}
	for _, table := range all {
		var n int
		w.must(w.DB().QueryRowContext(w.t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n))
		state[table] = n
	}
	return state
}

// refuses holds that do errs with this code about this field, and that nothing was written.
func (w *world) refuses(code fleet.Code, field string, do func() error) string {
	w.t.Helper()
	before := w.state()
	err := do()
	got := &fleet.Error{}
	if err == nil || errors.As(err, &got) && (got.Code != code || got.Field != field) || got.Code == "" {
		w.t.Errorf("got %v, want %s about %q", err, code, field)
	}
	if diff := cmp.Diff(before, w.state()); diff != "" {
		w.t.Errorf("it was refused and still wrote (-before +after):\n%s", diff)
	}
	return got.Message
}

// audited holds that the newest audit entry is this one, and gives it.
func (w *world) audited(actor fleet.Actor, operation, subject string, actionID *uint) fleet.AuditEntry {
	w.t.Helper()
	log, err := w.AuditLog(w.t.Context(), fleet.Page{First: 1})
	w.must(err)
	got := log.Nodes[0]
	want := fleet.AuditEntry{
		ID: got.ID, At: got.At, ActorName: actor.Name, UserID: actor.UserID, TokenID: actor.TokenID, RemoteAddress: actor.RemoteAddress,
		Operation: operation, Subject: subject, Input: got.Input, ActionID: actionID,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("audit entry (-want +got):\n%s", diff)
	}
	if time.Since(got.At).Abs() > time.Minute {
		w.t.Errorf("it is of %v", got.At)
	}
	return got
}

// audits is how many audit entries of an operation there are.
func (w *world) audits(operation string) int {
	w.t.Helper()
	var n int
	w.must(w.DB().QueryRowContext(w.t.Context(), "SELECT COUNT(*) FROM audit_entries WHERE operation = ?", operation).Scan(&n))
	return n
}

// queued is the actions of a kind that have not ended, oldest first.
func (w *world) queued(kind fleet.ActionKind) []fleet.Action {
	w.t.Helper()
	page, err := w.Actions(w.t.Context(), fleet.Page{First: 1000}, fleet.ActionFilter{
		Kinds: []fleet.ActionKind{kind}, Statuses: []fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning},
	})
	w.must(err)
	slices.Reverse(page.Nodes)
	return page.Nodes
}

func want[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func sorted[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
