package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"central/fleet"
	"central/store"
	"central/store/storetest"
)

// Several people and processes start, cancel and retry deploys of the same few sites while runners carry them
// out, some without success. Afterwards every deploy has ended once, and its rows and events agree.
const (
	stressPeople  = 4
	stressDeploys = 50 // asked for by each of them
	stressSites   = 16
)

func TestStore_DeploysUnderStress(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	w := newWorld(t)
	sites := append(w.manySites(w.bench, 1, stressSites/2), w.manySites(w.newBenchOn("second", "m-2"), stressSites/2+1, stressSites)...)
	processes := []*store.Store{w.Store, storetest.OpenOn(t, w.dsn)}

	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var people, runners errgroup.Group
	var idle atomic.Bool // nobody asks for anything any more
	for i := range 4 {
		r := deployRunner{Store: processes[i%2], random: rand.New(rand.NewPCG(seed, uint64(i)))}
		runners.Go(func() error { return r.run(ctx, &idle) })
	}
	for i := range stressPeople {
		p := deployPerson{Store: processes[i%2], name: i, sites: sites, random: rand.New(rand.NewPCG(seed, uint64(100+i)))}
		people.Go(func() error { return p.run(ctx) })
	}
	err := people.Wait()
	idle.Store(true)
	w.must(errors.Join(err, runners.Wait()))
	w.work()

	page, err := w.Deploys(t.Context(), fleet.Page{First: 1000})
	w.must(err)
	outcomes := map[fleet.DeployStatus]int{}
	for _, deploy := range page.Nodes {
		outcomes[deploy.Status]++
		w.checkEnd(deploy, deploy.Outcome())
	}
	t.Logf("%d deploys: %v", len(page.Nodes), outcomes)
	for _, id := range sites {
		site := w.getSite(id)
		revision, err := w.Revision(t.Context(), site.RevisionID)
		w.must(err)
		if site.BusyActionID != nil || revision.Status != fleet.RevisionReady || revision.BenchID != site.BenchID {
			t.Errorf("%s is held by %v on a revision that is %s", site.Name, site.BusyActionID, revision.Status)
		}
	}
	var homeless int
	w.must(w.DB().QueryRow("SELECT COUNT(*) FROM revisions WHERE status = 'BUILDING' OR status = 'REMOVED' AND slot IS NOT NULL").Scan(&homeless))
	want(t, "revisions that are neither there nor gone", homeless, 0)
}

// deployPerson asks for deploys, and now and then cancels or retries one.
type deployPerson struct {
	*store.Store
	name   int
	sites  []uint
	random *rand.Rand
}

func (p deployPerson) run(ctx context.Context) error {
	for n := range stressDeploys {
		chosen := []uint{}
		for _, i := range p.random.Perm(len(p.sites))[:1+p.random.IntN(3)] {
			chosen = append(chosen, p.sites[i])
		}
		deploy, err := p.DeploySites(ctx, operator, fleet.DeployInput{
			SiteIDs: chosen, Releases: []fleet.AppCommit{{App: "shop", Commit: shop[p.random.IntN(len(shop))]}},
			SitesAtOnce: 1 + p.random.IntN(4), IdempotencyKey: fmt.Sprintf("%d-%d", p.name, n),
		})
		if !expected(err) {
			return err
		}
		if err != nil || p.random.IntN(3) > 0 {
			continue
		}
		if _, err := p.CancelDeploy(ctx, operator, deploy.ID); !expected(err) {
			return err
		}
		if _, err := p.RetryDeploy(ctx, operator, deploy.ID, fmt.Sprintf("retry-%d-%d", p.name, n)); !expected(err) {
			return err
		}
	}
	return nil
}

// expected are the errors that people get in one another's way.
func expected(err error) bool {
	switch fleet.ErrorCode(err) {
	case "", fleet.CodeSiteBusy, fleet.CodeNoSites, fleet.CodeNotReady:
		return true
	}
	return false
}

// deployRunner carries out whatever there is, one in six without success.
type deployRunner struct {
	*store.Store
	random *rand.Rand
}

func (r deployRunner) run(ctx context.Context, idle *atomic.Bool) error {
	for {
		last := idle.Load()
		a, err := r.ClaimAction(ctx, "runner", ttl)
		if err != nil {
			return err
		}
		if a == nil {
			if last {
				return nil
			}
			select {
			case <-r.Wake():
			case <-time.After(5 * time.Millisecond): // the other process may have queued something
			}
			continue
		}
		if err := r.carryOut(ctx, a); err != nil {
			return err
		}
	}
}

func (r deployRunner) carryOut(ctx context.Context, a *fleet.Action) error {
	ref := store.LeaseRef{ActionID: a.ID, Attempt: a.Attempt}
	if a.Kind == fleet.ActionBuildRevision {
		if err := r.DeployBuildProgress(ctx, ref, 50, "pip"); err != nil {
			return err
		}
	}
	if a.Kind == fleet.ActionMoveSite {
		if err := r.DeploySiteStep(ctx, ref, "Migrate", "", 50); err != nil {
			return err
		}
	}
	asked, err := r.RenewLease(ctx, ref, ttl)
	if err != nil {
		return err
	}
	fails := r.random.IntN(6) == 0
	switch {
	case asked:
		return r.FinishAction(ctx, ref, fleet.ActionCancelled, &cancelled)
	case fails && (a.Kind == fleet.ActionBuildRevision || a.Kind == fleet.ActionMoveSite):
		return r.FinishAction(ctx, ref, fleet.ActionFailed, &rolledBack)
	case a.Kind == fleet.ActionMoveSite:
		if err := r.SiteMoved(ctx, ref, *a.RevisionID); err != nil {
			return err
		}
	}
	return r.FinishAction(ctx, ref, fleet.ActionSucceeded, nil)
}
