package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"central/fleet"
)

// DeploySites queues the moves of exactly the chosen sites, and the building of what they move to. The same
// key with the same input returns the deploy that is there; with another input it errs with CodeKeyReused.
// Whatever DeployPlan shows as BLOCKING is an error here, and nothing is queued.
func (s *Store) DeploySites(ctx context.Context, actor fleet.Actor, in fleet.DeployInput) (fleet.Deploy, error) {
	if err := actor.Require(fleet.RoleOperator); err != nil {
		return fleet.Deploy{}, err
	}
	return s.startDeploy(ctx, actor, in, nil)
}

// RetryDeploy queues a new deploy of exactly the sites of an earlier one that were taken back, not started or
// cancelled. Broken ones are left out: they need a person first. findings are as in fleet.DeployInput.
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
		if site.Status != fleet.DeploySiteDone && site.Status != fleet.DeploySiteBroken {
			in.SiteIDs = append(in.SiteIDs, site.SiteID)
		}
	}
	switch {
	case len(in.SiteIDs) > 0:
	case earlier.Broken > 0:
		return earlier, fleet.FieldErrorf(fleet.CodeNotReady, "input.deployId", "Only broken sites of deploy %d are left; a person has to repair them first.", earlier.ID)
	default:
		return earlier, fleet.FieldErrorf(fleet.CodeNoSites, "input.deployId", "Every site of deploy %d is done; there is nothing to retry.", earlier.ID)
	}
	return s.startDeploy(ctx, actor, in, &earlier)
}

func (s *Store) startDeploy(ctx context.Context, actor fleet.Actor, in fleet.DeployInput, retryOf *fleet.Deploy) (fleet.Deploy, error) {
	if err := in.Validate(); err != nil {
		return fleet.Deploy{}, err
	}
	in.SiteIDs = slices.Compact(slices.Sorted(slices.Values(in.SiteIDs)))
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
		// Whoever sent the same at the same moment held the sites until it was queued.
		if deploy, err = deployWithKey(tx, in.IdempotencyKey, digest); err != nil || deploy.ID != 0 {
			return err
		}
		plan := fleet.PlanDeploy(in, facts)
		if err := plan.Blocking(); err != nil {
			return err
		}
		deploy, err = s.queueDeploy(tx, actor, in, facts, plan, digest, retryOf)
		return err
	})
	if duplicate(err) { // the same key at the same moment, for other sites
		taken, keyErr := deployWithKey(s.db.WithContext(ctx), in.IdempotencyKey, digest)
		if keyErr != nil || taken.ID != 0 {
			return taken, keyErr
		}
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
	revision, needs, err := s.revisionOfGroup(tx, actor, deploy, group, facts)
	if err != nil {
		return err
	}
	moves := make([]fleet.Action, len(group.Sites))
	for i, site := range group.Sites {
		moves[i] = fleet.Action{
			Kind: fleet.ActionMoveSite, Title: fmt.Sprintf("Move %s to %s %s", site.SiteName, group.BenchName, revision.Name),
			ParentID: &deploy.ActionID, DeployID: &deploy.ID, ServerID: &revision.ServerID, BenchID: &revision.BenchID,
			RevisionID: &revision.ID, SiteID: &site.SiteID, ActorName: actor.Name,
			Lane: fmt.Sprintf("deploy:%d:server:%d", deploy.ID, revision.ServerID), LaneLimit: deploy.SitesAtOnce,
			WantsKey: fmt.Sprintf("site:%d", site.SiteID),
		}
	}
	queued, err := s.enqueueMoves(tx, deploy.ID, revision.ID, moves, needs...)
	if err != nil {
		return err
	}
	rows := make([]fleet.DeploySite, len(group.Sites))
	for i, site := range group.Sites {
		rows[i] = fleet.DeploySite{
			DeployID: deploy.ID, SiteID: site.SiteID, ActionID: queued[site.SiteID], ServerID: revision.ServerID, SiteName: site.SiteName,
			FromRevisionID: site.FromRevisionID, ToRevisionID: revision.ID, Status: fleet.DeploySiteWaiting,
			Patches: site.Patches, SkippedPatches: []string{},
		}
	}
	if err := tx.CreateInBatches(&rows, actionsPerInsert).Error; err != nil {
		return err
	}
	for chunk := range slices.Chunk(slices.Collect(maps.Keys(queued)), idsPerStatement) {
		if err := tx.Model(&fleet.Site{}).Where("id IN ?", chunk).Update("busy_action_id", deploy.ActionID).Error; err != nil {
			return err
		}
	}
	return nil
}

// revisionOfGroup is the revision that a group's sites move to, and the build they have to wait for: one that
// is queued here, or that another deploy has queued.
func (s *Store) revisionOfGroup(tx *gorm.DB, actor fleet.Actor, deploy fleet.Deploy, group fleet.PlanGroup, facts fleet.PlanFacts) (revision fleet.Revision, needs []uint, err error) {
	if group.RevisionID == 0 {
		var build fleet.Action
		revision, build, err = s.addRevision(tx, actor, facts.Benches[group.BenchID], facts.Servers[group.ServerID], group.Apps, &deploy)
		return revision, []uint{build.ID}, err
	}
	revision = facts.Revisions[group.RevisionID]
	if group.Built {
		return revision, nil, nil
	}
	build, err := gorm.G[fleet.Action](tx, forUpdate).Where("revision_id = ? AND kind = ?", group.RevisionID, fleet.ActionBuildRevision).Order("id DESC").First(tx.Statement.Context)
	if err == nil && (build.CancelRequested || build.Status.Finished() && !succeeded(&build)) {
		err = fleet.Errorf(fleet.CodeNotReady, "%s %s was being built, but that has just been given up; try again.", group.BenchName, revision.Name)
	}
	return revision, []uint{build.ID}, err
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
	return clip(strings.Join(parts, ", "), maxDeployTitle-len(sites)) + " to " + sites
}

// maxDeployTitle is how many characters of a deploy's title are kept.
const maxDeployTitle = 380

// inputDigest tells whether two inputs ask for the same: the order of releases does not matter.
func inputDigest(in fleet.DeployInput) (string, error) {
	in.Releases = slices.SortedFunc(slices.Values(in.Releases), func(a, b fleet.AppCommit) int { return strings.Compare(a.App, b.App) })
	text, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
