package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"central/practice/demo"
)

// outcome is one deploy as its client sees it.
type outcome struct {
	firstEvent time.Duration
	perSite    time.Duration // from the start of the first site to the end of the last, by the number of sites
	steps      []string      // of the first site, in order
}

// deploy moves sites to a release of shop, one at a time on their server, and follows them to the end.
//
// The first event is the first on the subscription that is about a site or a build: the runner has claimed
// an action, and says so in the transaction of the claim. The clock starts when the answer to the mutation
// has been read, so opening the subscription is within. The event that the mutation itself writes, which is
// about neither, does not count.
func deploy(ctx context.Context, d *demo.Demo, sites []site, version, key string) (outcome, error) {
	commit, err := d.Commit(ctx, "shop", version)
	if err != nil {
		return outcome{}, err
	}
	ids := make([]string, len(sites))
	for i, s := range sites {
		ids[i] = s.ID
	}
	var queued struct {
		DeploySites struct{ Deploy struct{ ID string } }
	}
	err = d.Client.Do(ctx, `mutation($in: DeploySitesInput!) { deploySites(input: $in) { deploy { id } } }`, map[string]any{"in": map[string]any{
		"siteIds": ids, "releases": []any{map[string]any{"app": "shop", "commit": commit}}, "sitesAtOnce": 1, "idempotencyKey": key,
	}}, &queued)
	if err != nil {
		return outcome{}, err
	}
	accepted := time.Now()
	id := queued.DeploySites.Deploy.ID
	var first time.Duration
	err = subscribe(ctx, d.Client, `subscription($id: ID!) { deployProgress(deployId: $id) { seq site { siteName } build { task } } }`,
		map[string]any{"id": id}, func(data json.RawMessage) error {
			var event struct {
				DeployProgress struct{ Site, Build *struct{} }
			}
			if first != 0 {
				return nil
			}
			if err := json.Unmarshal(data, &event); err != nil {
				return err
			}
			if event.DeployProgress.Site != nil || event.DeployProgress.Build != nil {
				first = time.Since(accepted)
			}
			return nil
		})
	if err != nil {
		return outcome{}, fmt.Errorf("follow deploy %s: %w", id, err)
	}
	return ended(ctx, d, id, first)
}

// ended reads how a deploy went. It errs unless every site is on the new code.
func ended(ctx context.Context, d *demo.Demo, id string, first time.Duration) (outcome, error) {
	var answer struct {
		Deploy struct {
			Status string
			Sites  []struct {
				ActionID, SiteName, Status, ErrorMessage string
				StartedAt, FinishedAt                    time.Time
			}
		}
	}
	err := d.Client.Do(ctx, `query($id: ID!) { deploy(id: $id) { status sites { actionId siteName status errorMessage startedAt finishedAt } } }`,
		map[string]any{"id": id}, &answer)
	if err != nil {
		return outcome{}, err
	}
	moved := answer.Deploy.Sites
	if answer.Deploy.Status != "SUCCEEDED" || len(moved) == 0 || first == 0 {
		return outcome{}, fmt.Errorf("deploy %s ended as %s: %+v", id, answer.Deploy.Status, moved)
	}
	began, end := moved[0].StartedAt, moved[0].FinishedAt
	for _, s := range moved {
		if s.StartedAt.Before(began) {
			began = s.StartedAt
		}
		if s.FinishedAt.After(end) {
			end = s.FinishedAt
		}
	}
	steps, err := stepsOf(ctx, d, moved[0].ActionID)
	return outcome{firstEvent: first, perSite: end.Sub(began) / time.Duration(len(moved)), steps: steps}, err
}

// stepsOf lists the steps that an action went through.
func stepsOf(ctx context.Context, d *demo.Demo, actionID string) ([]string, error) {
	var steps []string
	err := subscribe(ctx, d.Client, `subscription($id: ID!) { actionOutput(actionId: $id) { kind step stepStatus } }`,
		map[string]any{"id": actionID}, func(data json.RawMessage) error {
			var event struct {
				ActionOutput struct{ Kind, Step, StepStatus string }
			}
			if err := json.Unmarshal(data, &event); err != nil {
				return err
			}
			if e := event.ActionOutput; e.Kind == "STEP" && e.StepStatus == "DONE" {
				steps = append(steps, e.Step)
			}
			return nil
		})
	if err == nil && len(steps) == 0 {
		err = errors.New("the action went through no steps")
	}
	return steps, err
}
