package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"central/fleet"
)

// Deploys is a page of deploys, newest first.
func (s *Store) Deploys(ctx context.Context, page fleet.Page) (fleet.DeployConnection, error) {
	nodes, total, info, err := newestFirst(ctx, s.db, page, func(d fleet.Deploy) uint { return d.ID })
	return fleet.DeployConnection{Nodes: nodes, TotalCount: total, PageInfo: info}, err
}

// Deploy reads one deploy.
func (s *Store) Deploy(ctx context.Context, id uint) (fleet.Deploy, error) {
	return one[fleet.Deploy](ctx, s.db, "deploy", id)
}

// DeploySitesOf lists the sites of a deploy by name.
func (s *Store) DeploySitesOf(ctx context.Context, deployID uint) ([]fleet.DeploySite, error) {
	return gorm.G[fleet.DeploySite](s.db).Where("deploy_id = ?", deployID).Order("site_name").Find(ctx)
}

// DeployBuildsOf lists the revisions that a deploy builds.
func (s *Store) DeployBuildsOf(ctx context.Context, deployID uint) ([]fleet.DeployBuild, error) {
	actions, err := gorm.G[fleet.Action](s.db).Where("deploy_id = ? AND kind = ?", deployID, fleet.ActionBuildRevision).Order("id").Find(ctx)
	builds := []fleet.DeployBuild{}
	for _, action := range actions {
		builds = append(builds, buildOf(action))
	}
	return builds, err
}

// DeployProgressOf is the whole of a deploy in figures.
func (s *Store) DeployProgressOf(ctx context.Context, deployID uint) (fleet.DeployProgress, error) {
	deploy, err := s.Deploy(ctx, deployID)
	if err != nil {
		return fleet.DeployProgress{}, err
	}
	return deployProgress(ctx, s.db, deploy)
}

// DeploySites queues the moves of exactly the chosen sites, and the building of what they move to. The same
// key with the same input returns the deploy that is there; with another input it errs with CodeKeyReused.
// Whatever DeployPlan shows as BLOCKING is an error here, and nothing is queued.
func (s *Store) DeploySites(ctx context.Context, actor fleet.Actor, in fleet.DeployInput) (fleet.Deploy, error) {
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return fleet.Deploy{}, err
	}
	return s.startDeploy(ctx, actor, in, nil)
}

// RetryDeploy queues a new deploy of exactly the sites of an earlier one that failed or were not started.
// findings are as in fleet.DeployInput.
func (s *Store) RetryDeploy(ctx context.Context, actor fleet.Actor, deployID uint, key string, findings ...fleet.ServerFinding) (fleet.Deploy, error) {
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return fleet.Deploy{}, err
	}
	earlier, err := s.Deploy(ctx, deployID)
	if err != nil {
		return earlier, fleet.AtField(err, "input.deployId")
	}
	if !earlier.Status.Finished() {
		return earlier, fleet.FieldErrorf(fleet.CodeNotReady, "input.deployId", "Deploy %d is still %s; retry it when it has ended.", earlier.ID, strings.ToLower(string(earlier.Status)))
	}
	sites, err := s.DeploySitesOf(ctx, deployID)
	if err != nil {
		return earlier, err
	}
	in := fleet.DeployInput{
		Releases: earlier.Releases, SitesAtOnce: earlier.SitesAtOnce,
		SkipFailingPatches: earlier.SkipFailingPatches, IdempotencyKey: key, Findings: findings,
	}
	for _, site := range sites {
		if site.Status != fleet.DeploySiteDone {
			in.SiteIDs = append(in.SiteIDs, site.SiteID)
		}
	}
	if len(in.SiteIDs) == 0 {
		return earlier, fleet.FieldErrorf(fleet.CodeNoSites, "input.deployId", "Every site of deploy %d is done; there is nothing to retry.", earlier.ID)
	}
	return s.startDeploy(ctx, actor, in, &earlier)
}

// CancelDeploy starts no further site of a deploy. Sites that have not moved yet are taken back by their
// runner, the others finish. It errs with CodeNotReady when the deploy has ended.
func (s *Store) CancelDeploy(ctx context.Context, actor fleet.Actor, deployID uint) (fleet.Deploy, error) {
	var deploy fleet.Deploy
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return deploy, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		if deploy, err = one[fleet.Deploy](ctx, tx, "deploy", deployID, forUpdate); err != nil {
			return fleet.AtField(err, "input.deployId")
		}
		if deploy.Status.Finished() {
			return fleet.FieldErrorf(fleet.CodeNotReady, "input.deployId", "Deploy %d has ended already (%s).", deploy.ID, strings.ToLower(string(deploy.Status)))
		}
		if err := s.audit(tx, actor, "cancelDeploy", deploy.Title, map[string]any{"deployId": deploy.ID}, &deploy.ActionID); err != nil {
			return err
		}
		if deploy.Status == fleet.DeployCancelling {
			return nil
		}
		if err := tx.Model(&deploy).Update("status", fleet.DeployCancelling).Error; err != nil {
			return err
		}
		// Sites first: a cancelled build would otherwise count its sites as never started.
		for _, kind := range []fleet.ActionKind{fleet.ActionMoveSite, fleet.ActionBuildRevision} {
			if err := s.cancelPart(tx, deploy.ID, kind); err != nil {
				return err
			}
		}
		if deploy, err = one[fleet.Deploy](ctx, tx, "deploy", deployID); err != nil {
			return err
		}
		return s.deployChanged(tx, deploy.ID, nil, nil)
	})
	return deploy, err
}

// cancelPart cancels the waiting actions of one kind and asks the running ones to come to an end.
func (s *Store) cancelPart(tx *gorm.DB, deployID uint, kind fleet.ActionKind) error {
	ids := map[fleet.ActionStatus][]uint{}
	for _, status := range []fleet.ActionStatus{fleet.ActionQueued, fleet.ActionRunning} {
		var found []uint
		err := tx.Model(&fleet.Action{}).Where("deploy_id = ? AND kind = ? AND status = ?", deployID, kind, status).
			Order("id").Clauses(forUpdate).Pluck("id", &found).Error
		if err != nil {
			return err
		}
		ids[status] = found
	}
	if err := s.requestCancel(tx, ids[fleet.ActionRunning]...); err != nil {
		return err
	}
	return s.cancelQueued(tx, ids[fleet.ActionQueued]...)
}

func (s *Store) startDeploy(ctx context.Context, actor fleet.Actor, in fleet.DeployInput, retryOf *fleet.Deploy) (fleet.Deploy, error) {
	if err := in.Validate(); err != nil {
		return fleet.Deploy{}, err
	}
	slices.Sort(in.SiteIDs)
	in.SiteIDs = slices.Compact(in.SiteIDs)
	digest, err := inputDigest(in)
	if err != nil {
		return fleet.Deploy{}, err
	}
	var deploy fleet.Deploy
	err = s.tx(ctx, func(tx *gorm.DB) (err error) {
		if deploy, err = deployWithKey(tx, in.IdempotencyKey, digest); err != nil || deploy.ID != 0 {
			return err
		}
		facts, err := planFacts(ctx, tx, in, forUpdate)
		if err != nil {
			return err
		}
		plan := fleet.PlanDeploy(in, facts)
		if err := plan.Blocking(); err != nil {
			return err
		}
		deploy, err = s.queueDeploy(tx, actor, in, facts, plan, digest, retryOf)
		return err
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) { // the same key at the same moment
		err = s.tx(ctx, func(tx *gorm.DB) (err error) {
			deploy, err = deployWithKey(tx, in.IdempotencyKey, digest)
			return err
		})
	}
	return deploy, err
}

// deployWithKey is the deploy that this key made, or the zero Deploy.
func deployWithKey(tx *gorm.DB, key, digest string) (fleet.Deploy, error) {
	deploy, err := gorm.G[fleet.Deploy](tx).Where("idempotency_key = ?", key).First(tx.Statement.Context)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fleet.Deploy{}, nil
	}
	if err == nil && deploy.InputDigest != digest {
		err = fleet.FieldErrorf(fleet.CodeKeyReused, "input.idempotencyKey", "This key belongs to deploy %d, which asked for something else; choose a new key.", deploy.ID)
	}
	return deploy, err
}

func (s *Store) queueDeploy(tx *gorm.DB, actor fleet.Actor, in fleet.DeployInput, facts fleet.PlanFacts, plan fleet.DeployPlan, digest string, retryOf *fleet.Deploy) (fleet.Deploy, error) {
	ctx := tx.Statement.Context
	title := deployTitle(in, facts, plan)
	root := fleet.Action{Kind: fleet.ActionDeploy, Title: title, ActorName: actor.Name, Lane: "deploys", LaneLimit: 1}
	if err := s.enqueue(tx, &root); err != nil {
		return fleet.Deploy{}, err
	}
	deploy := fleet.Deploy{
		ActionID: root.ID, Title: title, Status: fleet.DeployQueued, Releases: in.Releases, SitesAtOnce: in.SitesAtOnce,
		SkipFailingPatches: in.SkipFailingPatches, IdempotencyKey: in.IdempotencyKey, InputDigest: digest,
		ActorName: actor.Name, Total: plan.SiteCount, CreatedAt: now(),
	}
	operation := "deploySites"
	if retryOf != nil {
		deploy.RetryOfID, operation = &retryOf.ID, "retryDeploy"
	}
	if err := gorm.G[fleet.Deploy](tx).Create(ctx, &deploy); err != nil {
		return deploy, err
	}
	if err := tx.Model(&fleet.Action{}).Where("id = ?", root.ID).Update("deploy_id", deploy.ID).Error; err != nil {
		return deploy, err
	}
	for _, group := range plan.Groups {
		if err := s.queueGroup(tx, actor, deploy, group, facts); err != nil {
			return deploy, err
		}
	}
	if err := s.deployChanged(tx, deploy.ID, nil, nil); err != nil {
		return deploy, err
	}
	return deploy, s.audit(tx, actor, operation, title, map[string]any{
		"siteIds": in.SiteIDs, "releases": in.Releases, "sitesAtOnce": in.SitesAtOnce,
		"skipFailingPatches": in.SkipFailingPatches, "idempotencyKey": in.IdempotencyKey, "retryOf": deploy.RetryOfID,
	}, &root.ID)
}

// queueGroup queues the building of a group's revision, unless it is built, and the move of each site.
func (s *Store) queueGroup(tx *gorm.DB, actor fleet.Actor, deploy fleet.Deploy, group fleet.PlanGroup, facts fleet.PlanFacts) error {
	ctx := tx.Statement.Context
	needs := []uint{}
	revision := facts.Revisions[group.RevisionID]
	switch {
	case group.RevisionID == 0:
		built, build, err := s.addRevision(tx, actor, facts.Benches[group.BenchID], facts.Servers[group.ServerID], group.Apps, &deploy)
		if err != nil {
			return err
		}
		revision, needs = built, append(needs, build.ID)
	case !group.Built: // another deploy is building it
		build, err := gorm.G[fleet.Action](tx).Where("revision_id = ? AND kind = ?", group.RevisionID, fleet.ActionBuildRevision).Order("id DESC").First(ctx)
		if err != nil {
			return err
		}
		needs = append(needs, build.ID)
	}
	for _, site := range group.Sites {
		move := fleet.Action{
			Kind: fleet.ActionMoveSite, Title: fmt.Sprintf("Move %s to %s %s", site.SiteName, group.BenchName, revision.Name),
			ParentID: &deploy.ActionID, DeployID: &deploy.ID, ServerID: &revision.ServerID, BenchID: &revision.BenchID,
			RevisionID: &revision.ID, SiteID: &site.SiteID, ActorName: actor.Name,
			Lane: fmt.Sprintf("deploy:%d:server:%d", deploy.ID, revision.ServerID), LaneLimit: deploy.SitesAtOnce,
			WantsKey: fmt.Sprintf("site:%d", site.SiteID),
		}
		if err := s.enqueue(tx, &move, needs...); err != nil {
			return err
		}
		row := fleet.DeploySite{
			DeployID: deploy.ID, SiteID: site.SiteID, ActionID: move.ID, ServerID: revision.ServerID, SiteName: site.SiteName,
			FromRevisionID: site.FromRevisionID, ToRevisionID: revision.ID, Status: fleet.DeploySiteWaiting,
			Patches: site.Patches, SkippedPatches: []string{},
		}
		if err := gorm.G[fleet.DeploySite](tx).Create(ctx, &row); err != nil {
			return err
		}
		if err := tx.Model(&fleet.Site{}).Where("id = ?", site.SiteID).Update("busy_action_id", deploy.ActionID).Error; err != nil {
			return err
		}
	}
	return nil
}

// deployTitle is such as "shop 1.2.0 to 5 sites".
func deployTitle(in fleet.DeployInput, facts fleet.PlanFacts, plan fleet.DeployPlan) string {
	parts := []string{}
	for _, want := range in.Releases {
		version := fleet.ShortCommit(want.Commit)
		for _, release := range facts.Releases[want.App] {
			if release.Commit == want.Commit && release.Version != "" {
				version = release.Version
			}
		}
		parts = append(parts, want.App+" "+version)
	}
	sites := fmt.Sprintf("%d sites", plan.SiteCount)
	if plan.SiteCount == 1 {
		sites = plan.Groups[0].Sites[0].SiteName
	}
	return truncate(strings.Join(parts, ", ")+" to "+sites, 380)
}

// inputDigest tells whether two inputs ask for the same.
func inputDigest(in fleet.DeployInput) (string, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
